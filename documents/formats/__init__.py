"""documents.formats: the text of a file of any format that this library reads, faithful to the page.

Public: `extract` (one file, by what it is rather than by its name), `Extract`, `read_plain`, and the lists of suffixes.
"""

from documents.formats.dispatch import SUFFIXES, TEXT_SUFFIXES, extract
from documents.formats.extract import Extract
from documents.formats.plain import read_plain

__all__ = ["SUFFIXES", "TEXT_SUFFIXES", "Extract", "extract", "read_plain"]
