"""Files that are there whole or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from documents.disk import full, put, put_text, why
from rag.desk.errors import DeskError

# The first day that a zip can name: the same paper gives the same bytes, whenever it is written.
_DAY = (1980, 1, 1, 0, 0, 0)


def replace(path: Path, save: Callable[[IO[bytes]], object]) -> None:
    """Write an office file beside its place, then put it there at one stroke.

    Parameters: the file, what writes a zip to a stream. Raises DeskError where the folder or the file cannot be written.
    """
    out = io.BytesIO()
    save(out)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, lambda stream: _undated(out, stream))
    except OSError as error:
        raise not_written(path, error) from error


def replace_text(path: Path, text: str) -> None:
    """Write a text file beside its place, then put it there at one stroke. Raises DeskError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put_text(path, text)
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> DeskError:
    """The error that says where something could not be written, why, and what to do."""
    hint = "" if full(error) else "如果它在 Word、WPS 或 Excel 里开着，请先关掉再试；或换一个文件夹。"
    return DeskError(f"写不了「{path}」：{why(error)}{hint}")


def _undated(packed: IO[bytes], stream: IO[bytes]) -> None:
    """Pack a zip again without the hour at which each member was written."""
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(member))
