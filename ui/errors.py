"""Errors of the ui room.

UiError
└── AddressTaken   the page cannot be bound to the wanted host and port
"""


class UiError(Exception):
    """Base of all errors that `ui` raises on purpose; its text is a Chinese sentence for the user."""


class AddressTaken(UiError):
    """The host and port cannot be listened on; the message says what to type instead."""
