"""Errors of the index room.

IndexRoomError
├── IndexNotFound      no index in that folder (or it was never finished)
├── IndexMismatch      another format version, another encoder, or a file that is not what the manifest says
├── IndexBusy          somebody else is changing that index now
├── NotWritten         the folder cannot be written, or there is no room
├── NothingBefore      there is no index to go back to
├── EncoderUnavailable an encoder cannot be loaded
└── EngineUnavailable  a vector engine is not installed, or cannot be used
    └── EngineAway     the server that holds the vectors does not answer now
"""


class IndexRoomError(Exception):
    """Base of all errors that `index` raises on purpose; its text is a Chinese sentence with the command that mends it."""


class IndexNotFound(IndexRoomError):
    """There is no finished index in the folder."""


class IndexMismatch(IndexRoomError):
    """The saved index does not fit this program, this encoder, or its own manifest."""


class IndexBusy(IndexRoomError):
    """Somebody else is changing the index; the message names them."""


class NotWritten(IndexRoomError):
    """The index could not be written; the message names the place, why, and what to do. What was there is still there."""


class NothingBefore(IndexRoomError):
    """There is no index before the present one."""


class EncoderUnavailable(IndexRoomError):
    """The encoder's files or packages are missing."""


class EngineUnavailable(IndexRoomError):
    """The chosen vector engine cannot be used here."""


class EngineAway(EngineUnavailable):
    """The server that holds the vectors does not answer now; it may be back in a moment."""
