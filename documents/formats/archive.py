"""Unpack a zip that somebody sent: only files, only inside the folder given, only so much."""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path, PurePosixPath

ARCHIVE_SUFFIXES = (".zip",)
MAX_MEMBERS = 2000
MAX_BYTES = 500_000_000
MAX_MEMBER_BYTES = 200_000_000
_INVISIBLE = re.compile(r"[\x01-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1


def unpack(path: Path, into: Path) -> tuple[list[tuple[Path, str]], list[str]]:
    """Unpack a zip's files into numbered folders under `into`, each file with its own last name.

    Returns (file, name inside the zip) in the order of names, and a Chinese sentence for each thing left out. Nothing is
    ever written outside `into`; sizes are counted while unpacking, whatever the zip claims.
    """
    files: list[tuple[Path, str]] = []
    faults: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > MAX_MEMBERS:
                return [], [f"「{path.name}」里有 {len(members)} 个文件，超过 {MAX_MEMBERS} 个的上限。请拆成几个 zip。"]
            left = MAX_BYTES
            for number, info in enumerate(sorted(members, key=_name)):
                name = _name(info)
                if _is_furniture(name):
                    continue
                if fault := _refusal(info, name):
                    faults.append(f"「{path.name}」里的「{_shown(name)}」没有收入：{fault}")
                    continue
                target = into / str(number) / PurePosixPath(name).name
                target.parent.mkdir(parents=True)
                if (size := _copy(archive, info, target, min(left, MAX_MEMBER_BYTES))) is None:
                    target.unlink(missing_ok=True)
                    faults.append(
                        f"「{path.name}」解开后太大（「{_shown(name)}」之后没有再解），可能是压缩炸弹。请先自己解开，只加需要的文件。"
                    )
                    break
                left -= size
                files.append((target, name))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        faults.append(
            f"「{path.name}」打不开或已损坏（{type(error).__name__}），能解开的已经收入。请重新取得这个文件。"
        )
    if not files and not faults:
        faults.append(f"「{path.name}」是空的压缩包，没有收入。")
    return files, faults


def _name(info: zipfile.ZipInfo) -> str:
    """The name as its maker saw it: Chinese Windows writes GBK without saying so. What moves a terminal or hides an ending goes."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030").replace("\\", "/")
    return _INVISIBLE.sub("_", name)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:80]


def _is_furniture(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or any(part.startswith((".", "~$")) and part != ".." for part in parts)


def _refusal(info: zipfile.ZipInfo, name: str) -> str:
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or ":" in name or "\0" in name or len(pure.name.encode()) > 240:
        return "文件名指向压缩包之外，或不能当文件名用。"
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return "它是一个链接，不是文件。"
    if info.flag_bits & _ENCRYPTED_FLAG:
        return "它加了密码。请先解开再加。"
    if pure.suffix.lower() in ARCHIVE_SUFFIXES:
        return "它是压缩包里的压缩包。请先解开外面一层。"
    return ""


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, most: int) -> int | None:
    """Copy one member; returns its size in bytes, None where it is larger than `most`."""
    if info.file_size > most:
        return None
    left = most
    with archive.open(info) as source, target.open("wb") as out:
        while block := source.read(1 << 20):
            left -= len(block)
            if left < 0:
                return None
            out.write(block)
    return most - left
