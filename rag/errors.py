"""Errors of the rag room.

RagError
├── BadQuestions        a questions file cannot be read; the message names file and row
└── ModelFailed         a language model gave nothing usable; the answer without a model is given instead
    └── ModelNotConfigured  the endpoint is not, or wrongly, configured

Refusing to answer is a `Status`, not an error.
"""


class RagError(Exception):
    """Base of all errors that `rag` raises on purpose; its text is a Chinese sentence for the user."""


class BadQuestions(RagError):
    """A QUESTIONS file, or one row of it, is not what the design says."""


class ModelFailed(RagError):
    """A language model's endpoint failed, was too slow, or gave what cannot be used; the message says which, in Chinese."""


class ModelNotConfigured(ModelFailed):
    """The endpoint in the environment is missing, by half there, or its library is not installed."""
