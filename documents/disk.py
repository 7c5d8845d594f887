"""Files that are there whole or not at all, and what to say where one cannot be written."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM}
_LEFT_BEHIND = 3600.0  # seconds: nothing is under way for so long


def full(error: OSError) -> bool:
    """Whether there was no room; numpy says so without a number, only how much it wrote."""
    return error.errno in _FULL or (error.errno is None and "requested and" in str(error))


def reason(error: OSError) -> str:
    """Say in a few Chinese words why something could not be read or written."""
    if full(error):
        return "磁盘满了"
    if isinstance(error, TimeoutError):  # of a lock
        return "别的程序正占着它"
    if error.errno == errno.EROFS:
        return "这里是只读的"
    if error.errno in _DENIED:
        return "没有权限"
    return "找不到" if error.errno == errno.ENOENT else error.strerror or type(error).__name__


def why(error: OSError) -> str:
    """Say why something could not be read or written and what to do: Chinese sentences that stand behind a colon."""
    said = reason(error)
    if full(error):
        return f"{said}。请先清理出空间，再做一次。"
    if isinstance(error, TimeoutError):
        return f"{said}。请等它做完再试。"
    if said in ("这里是只读的", "没有权限"):
        return f"{said}。请换一个能写的文件夹，或让管理员改权限。"
    return f"{said}。请检查路径、权限和磁盘空间。"


def told(error: OSError, place: Path | str = "") -> str:
    """Say in a Chinese sentence where reading or writing failed (the error's own file, else `place`), why, and what to do."""
    named = [name for name in (error.filename2, error.filename) if isinstance(name, str)]  # of a copy its target
    where = Path(named[0]) if named else Path(place)
    if named and where.name.startswith("."):  # a name that nobody gave
        where = where.parent
    return f"「{where}」读写没有成功：{why(error)}" if named or str(place) else f"读写没有成功：{why(error)}"


def put(path: Path, save: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place, then put it there at one stroke; what stood there stays until then.

    Parameters: the file, what writes its bytes to a stream. What is no file (/dev/stdout, a pipe) is written to as it is.
    Raises OSError; then nothing is changed.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            save(stream)
        return
    new = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with new.open("wb") as stream:
            save(stream)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except BaseException:
        with suppress(OSError):  # the first error is the one to be told
            new.unlink(missing_ok=True)
        raise
    sweep(path.parent, rf"\.{re.escape(path.name)}-[0-9a-f]{{8}}")


def put_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write a text file whole or not at all; half a character (a lone surrogate) becomes a question mark. Raises OSError."""
    put(path, lambda stream: stream.write(text.encode(encoding, "replace")))


def sweep(folder: Path, names: str) -> None:
    """Take away what killed programs left: entries of a folder whose whole name fits, not touched for an hour.

    A date in the future counts like one in the past: a clock that was wrong keeps nothing for ever. What cannot be taken away stays.
    """
    with suppress(OSError):
        for left in list(folder.iterdir()):
            if re.fullmatch(names, left.name) and abs(time.time() - left.lstat().st_mtime) > _LEFT_BEHIND:
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
