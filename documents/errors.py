"""Errors of the documents room.

DocumentError
├── UnreadableFile     one file (or row) cannot be read; the rest goes on
│   └── NeedsRecognition   it has pages without text, and character recognition was not asked for
├── CatalogError       a catalogue row is wrong
├── BusyLibrary        the user's folder is being written by another program, or cannot be written
└── UnknownRegion      a place name is in no list of ours
"""


class DocumentError(Exception):
    """Base of all errors that `documents` raises on purpose; its text is a Chinese sentence for the user."""


class UnreadableFile(DocumentError):
    """A file, or one row of it, cannot be read; the message names file (and row) and what to do."""


class NeedsRecognition(UnreadableFile):
    """A file has pages without text that only character recognition can read."""


class CatalogError(DocumentError):
    """A catalogue row is wrong; the message names file, row and column."""


class UnknownRegion(DocumentError):
    """A place name is not in the gazetteer."""


class BusyLibrary(DocumentError):
    """The user's folder is being written by another program, or cannot be written."""
