"""Which reader reads a file: decided by its first bytes, since names lie, and by its name where bytes do not tell."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from documents.errors import NeedsRecognition, UnreadableFile
from documents.formats.extract import Extract
from documents.formats.plain import read_plain

TEXT_SUFFIXES = (".txt", ".md", ".markdown")
_WORD = (".docx", ".docm")
_SHEET = (".xlsx", ".xlsm")
_OFFICE = (".doc", ".wps", ".rtf", ".odt", ".xls", ".et", ".ods")
_HTML = (".html", ".htm", ".xhtml")
IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
# Read in a worker process of their own; plain text is read where it is asked for.
SUFFIXES = (*_WORD, *_SHEET, *_OFFICE, *_HTML, ".pdf", *IMAGES)
_PICTURE_BYTES = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_OLE = b"\xd0\xcf\x11\xe0"


def extract(path: Path, recognise: bool = True) -> Extract:
    """Read one file's text.

    Parameters: the file; whether pages without text are read by character recognition. Returns its text. Raises
    UnreadableFile with a Chinese sentence, or NeedsRecognition where `recognise` is false and a page has no text.
    """
    if path.stat().st_size == 0:
        raise UnreadableFile(f"「{path.name}」是空文件，没有收入。")
    with path.open("rb") as stream:
        start = stream.read(1024)
    if b"%PDF-" in start:
        from documents.formats.pdf import read_pdf

        return read_pdf(path, recognise)
    if start.startswith(_PICTURE_BYTES) and path.name.lower().endswith((*IMAGES, ".pdf")):
        return _picture(path, recognise)
    return _office_reader(path, start)(path)


def _picture(path: Path, recognise: bool) -> Extract:
    from documents.formats.ocr import read_image

    if not recognise:
        raise NeedsRecognition(f"「{path.name}」是图片，要用文字识别来读。")
    return read_image(path)


def _office_reader(path: Path, start: bytes) -> Callable[[Path], Extract]:
    """The reader of a file that is neither PDF nor picture."""
    from documents.formats.html import read_html
    from documents.formats.office import read_doc
    from documents.formats.sheet import read_xlsx
    from documents.formats.word import read_docx

    suffix = path.suffix.lower()
    if start.startswith(b"PK"):
        if suffix in (".odt", ".ods"):
            return read_doc
        return read_xlsx if _holds(path, "xl/workbook.xml") else read_docx
    if start.startswith((_OLE, b"{\\rtf")):
        # an OLE file named docx or xlsx is an old file renamed, or an encrypted new one: their readers tell which
        return read_docx if suffix in _WORD else read_xlsx if suffix in _SHEET else read_doc
    if suffix in _HTML or start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        return read_html
    if suffix in _WORD:
        return read_docx
    if suffix in _SHEET:
        return read_xlsx
    if suffix in (".pdf", *IMAGES):
        raise UnreadableFile(f"「{path.name}」的内容不是 {suffix[1:]}（可能没有下载完整）。请重新取得这个文件。")
    return read_doc if suffix in _OFFICE and not _is_text(start) else read_plain


def _holds(path: Path, member: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return member in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False  # the reader of docx says what is wrong with it


def _is_text(start: bytes) -> bool:
    return not any(byte < 9 for byte in start)
