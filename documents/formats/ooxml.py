"""Open the zip packages of office files without trusting them: sizes are counted, no DOCTYPE, no entity, nothing outside."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from documents.errors import UnreadableFile

MAX_ENTRIES = 10_000
MAX_BYTES = 200_000_000
MAX_RATIO = 500  # deflate reaches 1032; a long table of equal rows about 100
RATIO_COUNTS_FROM = 20_000_000
_BLOCK = 1 << 20
_ENCRYPTED_FLAG = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
# Office's strict dialect differs in the names of its namespaces alone.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
OFFICE_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_KINDS = {"word": "Word 文档", "ppt": "PowerPoint 演示文稿", "xl": "Excel 工作簿"}


def kind_of(path: Path) -> str:
    """Tell what a file is from its first bytes: zip, ole, encrypted, rtf, html, text or binary.

    Raises UnreadableFile where it is empty.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    if not start.strip(b"\0 \t\r\n"):
        raise UnreadableFile(f"「{path.name}」是空文件，没有收入。")
    if start.startswith(b"PK"):
        return "zip"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "encrypted" if ole_holds(path, "EncryptedPackage") else "ole"
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"{\\rtf"):
        return "rtf"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<meta", b"<body", b"<table", b"<div", b"<p>")):
        return "html"
    return "binary" if any(byte < 9 for byte in start) else "text"


def ole_holds(path: Path, stream: str) -> bool:
    """Tell whether an OLE file has a stream of this name (its directory is spelt in UTF-16)."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(stream.encode("utf-16-le") + b"\0\0") >= 0


@dataclass(slots=True)
class Package:
    """An open office file; every byte that comes out of it is counted against one allowance."""

    archive: zipfile.ZipFile
    name: str
    names: dict[str, str] = field(default_factory=dict)  # as relationships spell it, lower case -> as the zip does
    left: int = MAX_BYTES

    def has(self, part: str) -> bool:
        """Tell whether there is such a part."""
        return part.lower() in self.names

    def blocks(self, part: str) -> Iterator[bytes]:
        """Give a part's bytes, a block at a time. Raises UnreadableFile where it is broken or too large."""
        try:
            with self.archive.open(self.names[part.lower()]) as stream:
                while block := stream.read(_BLOCK):
                    self.left -= len(block)
                    if self.left < 0:
                        raise _too_large(self.name)
                    yield block
        except _BROKEN as error:
            raise broken(self.name) from error

    def xml(self, part: str) -> Any:
        """Give a part's root element, None where there is no such part. Raises UnreadableFile where it is no safe XML."""
        from lxml import etree

        if not self.has(part):
            return None
        data = b"".join(self.blocks(part))
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        try:
            root = etree.fromstring(data, etree.XMLParser(**_SAFE))
        except etree.XMLSyntaxError as error:
            raise _bad_xml(self.name, error) from error
        self._refuse_doctype(root)
        return root

    def elements(self, part: str, names: tuple[str, ...]) -> Iterator[Any]:
        """Give a part's elements of these local names as each ends; the caller may clear them, the part is never whole in memory."""
        from lxml import etree

        parser = etree.XMLPullParser(events=("start", "end"), tag=[f"{{*}}{name}" for name in names], **_SAFE)
        checked = False
        try:
            for block in self.blocks(part):
                parser.feed(block)
                for event, element in parser.read_events():
                    if not checked:
                        self._refuse_doctype(element)
                        checked = True
                    if event == "end":
                        yield element
            parser.close()
        except etree.XMLSyntaxError as error:
            raise _bad_xml(self.name, error) from error

    def related(self, part: str, kind: str) -> list[str]:
        """Name the parts that `part` points to by relationships of this kind; what points outside the file is left out."""
        return [target for _, found, target in self.relations(part) if found == kind]

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Give (id, kind, part) of a part's relationships inside the file ('' for the file's own)."""
        pure = PurePosixPath(part)
        root = self.xml(str(pure.parent / "_rels" / f"{pure.name}.rels") if part else "_rels/.rels")
        found = []
        for link in root if root is not None else ():
            target = link.get("Target", "")
            if link.get("TargetMode") != "External" and target:
                kind = link.get("Type", "").rpartition("/")[2]
                found.append((link.get("Id", ""), kind, _resolve(pure.parent, target)))
        return found

    def main_part(self, folder: str) -> str:
        """Name the main part of a Word (`word`) or Excel (`xl`) file. Raises UnreadableFile where it is another kind of file."""
        usual = {"word": "word/document.xml", "xl": "xl/workbook.xml"}[folder]
        for part in (*self.related("", "officeDocument"), usual):
            if self.has(part) and part.lower().endswith(".xml") and not self._is_other(part, folder):
                return part
        other = next((kind for key, kind in _KINDS.items() if key != folder and self._any(f"{key}/")), "")
        if other:
            raise UnreadableFile(f"「{self.name}」其实是 {other}，和后缀不符。请改回原来的后缀，或另存为 PDF 再加。")
        raise UnreadableFile(
            f"「{self.name}」里没有正文（缺 {usual}），不是完整的 {_KINDS[folder]}。请重新取得或另存这个文件。"
        )

    def title(self) -> str:
        """Return the title in the file's properties; empty where there is none."""
        root = self.xml("docProps/core.xml")
        found = root.find("{http://purl.org/dc/elements/1.1/}title") if root is not None else None
        return " ".join((found.text or "").split()) if found is not None else ""

    def _is_other(self, part: str, folder: str) -> bool:
        return any(part.lower().startswith(f"{key}/") for key in _KINDS if key != folder)

    def _any(self, start: str) -> bool:
        return any(name.startswith(start) for name in self.names)

    def _refuse_doctype(self, element: Any) -> None:
        if element.getroottree().docinfo.doctype:
            raise UnreadableFile(
                f"「{self.name}」里有办公软件不会写的 DOCTYPE 声明，可能是恶意文件，没有收入。请用 Word 或 WPS 另存一份再试。"
            )


# Nothing is resolved, fetched or expanded, and no limit of the parser is lifted.
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Open an office file after its list of contents has been checked. Raises UnreadableFile where it is broken or a bomb."""
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise broken(path.name) from error
    with archive:
        _check(archive, path)
        names = {info.filename.replace("\\", "/").lower(): info.filename for info in archive.infolist()}
        yield Package(archive, path.name, names)


def local(element: Any) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def whole(text: str | None, default: int, most: int = 1_000_000) -> int:
    """Read a whole number from an attribute; `default` where it is none, never beyond `most` either way."""
    try:
        return max(-most, min(most, int(text or "")))
    except ValueError:
        return default


def broken(name: str) -> UnreadableFile:
    """Make the error for a file that is cut off or damaged."""
    return UnreadableFile(
        f"「{name}」已损坏或没有下载完整，打不开。请重新取得这个文件，或用 Word、WPS 打开后另存一份。"
    )


def _too_large(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"「{name}」解开后超过 {MAX_BYTES // 1_000_000} MB 或压得异常紧，可能是压缩炸弹，没有收入。请拆成小一些的文件再加。"
    )


def _bad_xml(name: str, error: Exception) -> UnreadableFile:
    if "depth" in str(error).lower():
        return UnreadableFile(f"「{name}」里的内容套得太深，读不了。请用 Word 或 WPS 另存为 PDF 再加。")
    return broken(name)


def _check(archive: zipfile.ZipFile, path: Path) -> None:
    members = archive.infolist()
    if len(members) > MAX_ENTRIES:
        raise UnreadableFile(
            f"「{path.name}」里有 {len(members)} 个部件，超过 {MAX_ENTRIES} 个的上限，没有收入。请用 Word 或 WPS 另存一份再试。"
        )
    if any(info.flag_bits & _ENCRYPTED_FLAG for info in members):
        raise locked(path.name)
    total = sum(info.file_size for info in members)
    if total > MAX_BYTES or (total > RATIO_COUNTS_FROM and total > MAX_RATIO * path.stat().st_size):
        raise _too_large(path.name)


def locked(name: str) -> UnreadableFile:
    """Make the error for a file that opens with a password."""
    return UnreadableFile(f"「{name}」设了打开密码，读不了。请用 Word、Excel 或 WPS 打开，去掉密码后另存再加。")


def _resolve(folder: PurePosixPath, target: str) -> str:
    """The part that a relationship's target names; nothing leads out of the zip, where names are only names."""
    parts: list[str] = [] if target.startswith("/") else list(folder.parts)
    for step in target.replace("\\", "/").split("/"):
        if step == "..":
            del parts[-1:]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)
