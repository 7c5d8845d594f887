"""Files that are there whole or not at all."""

from __future__ import annotations

import io
import os
import secrets
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from rag.desk.errors import DeskError

# The first day that a zip can name: the same paper gives the same bytes, whenever it is written.
_DAY = (1980, 1, 1, 0, 0, 0)


def replace(path: Path, save: Callable[[IO[bytes]], object]) -> None:
    """Write an office file beside its place, then put it there at one stroke.

    Parameters: the file, what writes a zip to a stream. Raises DeskError where the folder or the file cannot be written.
    """
    out = io.BytesIO()
    save(out)
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            _undated(out, stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise DeskError(
            f"写不了「{path}」（{error.strerror}）。如果它在 Word、WPS 或 Excel 里开着，请先关掉再试；或换一个文件夹。"
        ) from error


def _undated(packed: IO[bytes], stream: IO[bytes]) -> None:
    """Pack a zip again without the hour at which each member was written."""
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(member))
