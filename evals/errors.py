"""Errors of the evals room.

EvalsError
└── BadGold   a gold set cannot be read; the message names file, row and field
"""


class EvalsError(Exception):
    """Base of all errors that `evals` raises on purpose."""


class BadGold(EvalsError):
    """A gold set, or one row of it, is not what the design says."""
