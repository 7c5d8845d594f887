"""Errors of the evals room.

EvalsError
├── BadGold         a gold set cannot be read; the message names file, row and field
├── BadAnswers      a file of answers cannot be read; the message names file and row
├── BadRun          a run folder is no run, or another run's; the message names what differs
├── BadFloors       the floors cannot be read, or do not fit the run
└── MissingPackage  a package that only one bench needs is not installed; the message says how to get it
"""


class EvalsError(Exception):
    """Base of all errors that `evals` raises on purpose; its text is a Chinese sentence for the user."""


class BadGold(EvalsError):
    """A gold set, or one row of it, is not what the design says."""


class BadAnswers(EvalsError):
    """A file of answers, or one row of it, is not what the design says."""


class BadRun(EvalsError):
    """A run folder cannot be read, written or gone on with."""


class BadFloors(EvalsError):
    """The floors cannot be read or do not fit the run."""


class MissingPackage(EvalsError):
    """A package that only one bench needs is not installed."""
