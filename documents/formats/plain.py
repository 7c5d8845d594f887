"""Plain text files: UTF-8, UTF-16 with BOM or GB18030, never a binary."""

from __future__ import annotations

import re
from pathlib import Path

from documents.errors import UnreadableFile
from documents.formats.extract import Extract

MAX_TEXT_BYTES = 30_000_000
MAX_LINE = 1_000_000


def read_plain(path: Path) -> Extract:
    """Read a text file. Raises UnreadableFile where it is too large, empty or no text."""
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise UnreadableFile(
            f"「{path.name}」有 {size / 1e6:.0f} MB，超过 {MAX_TEXT_BYTES / 1e6:.0f} MB 的上限。请拆成几个文件。"
        )
    return Extract(decode(path.read_bytes(), path.name))


def decode(data: bytes, name: str) -> str:
    """Decode a text file: UTF-8 (BOM or not), UTF-16 with BOM, else GB18030.

    Returns the text. Raises UnreadableFile for empty files, binaries and over-long lines.
    """
    if not data.strip():
        raise UnreadableFile(f"「{name}」是空文件，没有收入。")
    text = _decoded(data)
    if text is None:
        raise UnreadableFile(
            f"「{name}」不是文本文件（可能是改了后缀的图片或程序）。请给原来的文档，或另存为 UTF-8 的 txt。"
        )
    for row, line in enumerate(text.splitlines(), 1):
        if len(line) > MAX_LINE:
            raise UnreadableFile(
                f"「{name}」第 {row} 行有 {len(line)} 字，超过 {MAX_LINE} 字的上限，不像是文件正文。请分段后再试。"
            )
    if not re.search(r"\w", text):
        raise UnreadableFile(f"「{name}」里没有文字，没有收入。")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:200_000]
        odd = len(re.findall(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]", sample))
        if odd <= len(sample) // 200:
            return text
    return None
