"""Errors of the desk.

DeskError
├── BadWish         what was asked for cannot be made: an unknown topic, place or length; the message says what there is
├── UnreadablePack  a lesson pack on the disk is not one, or half of one
└── UnreadablePaper a contract or handbook to be checked cannot be read
"""

from rag.errors import RagError


class DeskError(RagError):
    """Base of all errors that the desk raises on purpose; its text is a Chinese sentence for the cadre."""


class BadWish(DeskError):
    """What was asked for cannot be made; the message says which word is not known and what can be asked for."""


class UnreadablePack(DeskError):
    """A pack's folder or file cannot be read; the message names it."""


class UnreadablePaper(DeskError):
    """A contract or handbook cannot be read; the message names the file and why."""
