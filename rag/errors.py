"""Errors of the rag room.

RagError
└── BadQuestions   a questions file cannot be read; the message names file and row

Refusing to answer is a `Status`, not an error.
"""


class RagError(Exception):
    """Base of all errors that `rag` raises on purpose; its text is a Chinese sentence for the user."""


class BadQuestions(RagError):
    """A QUESTIONS file, or one row of it, is not what the design says."""
