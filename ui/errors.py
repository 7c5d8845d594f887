"""Errors of the ui room.

UiError
├── AddressTaken   the page cannot be bound to the wanted host and port
├── StoreFault     what is kept cannot be read or written
├── BadPassword    a name or password that cannot be taken
├── NotPublished   an index was not put in service; the old one still is
└── BadSetting     a variable of the environment has a value that it cannot have
"""


class UiError(Exception):
    """Base of all errors that `ui` raises on purpose; its text is a Chinese sentence for the user."""


class AddressTaken(UiError):
    """The host and port cannot be listened on; the message says what to type instead."""


class StoreFault(UiError):
    """The database of accounts and feedback cannot be opened or used."""


class BadPassword(UiError):
    """A name or password cannot be taken; the message says what is wanted."""


class NotPublished(UiError):
    """The index was not put in service; the message says why, and the old one still is."""


class BadSetting(UiError):
    """A variable of the environment has a value that it cannot have; the message names it and the values that it can."""
