"""Read files into documents: txt, md, and `.jsonl`/`.jsonl.xz` with one provision a row."""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import IO

from documents.errors import UnreadableFile
from documents.infer import find_dates, guess, guess_level, guess_region, normalise_title
from documents.model import NATIONAL, Document, Kind, Level, Provision
from documents.parse import parse

TEXT_SUFFIXES = (".txt", ".md", ".markdown")
ROW_SUFFIXES = (".jsonl", ".jsonl.xz")
MAX_TEXT_BYTES = 30_000_000
MAX_LINE = 1_000_000
_END_OF_HEAD = "<!-- INFO END -->"
_ROW_FIELDS = ("id", "title", "article", "text")
_INFERRED = frozenset({"title", "level", "region", "published", "effective", "year", "issuer", "number"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read; `message` is a Chinese sentence that names the file (and row)."""

    path: str
    message: str
    row: int | None = None


@dataclass(slots=True)
class Reading:
    """What came out of some files: documents, and the problems of what was left out."""

    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def readable(path: Path) -> bool:
    """Say whether the file's name is one that this module reads."""
    return path.name.lower().endswith((*TEXT_SUFFIXES, *ROW_SUFFIXES))


def find_files(paths: list[Path]) -> Iterator[Path]:
    """Walk files and folders in a stable order; hidden files and a folder's own catalogue are passed over."""
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                hidden = any(part.startswith((".", "~$")) for part in inner.relative_to(path).parts)
                if inner.is_file() and not hidden and inner.name != "catalog.csv":
                    yield inner
        else:
            yield path


def read_paths(paths: list[Path]) -> Reading:
    """Read files and folders, each file once; what cannot be read becomes a problem and the rest goes on."""
    reading = Reading()
    for path in {path.absolute(): path for path in find_files(paths)}.values():
        try:
            read_file(path, reading)
        except UnreadableFile as error:
            reading.problems.append(Problem(str(path), str(error)))
    _make_ids_unique(reading)
    return reading


def read_file(path: Path, reading: Reading) -> None:
    """Read one file into `reading`. Raises UnreadableFile where nothing of it can be used."""
    if not path.exists():
        raise UnreadableFile(f"找不到「{path}」。请检查路径。")
    if not readable(path):
        raise UnreadableFile(f"「{path.name}」的格式现在读不了（能读 txt、md、jsonl、jsonl.xz）。请另存为 txt 再试。")
    try:
        if path.name.lower().endswith(ROW_SUFFIXES):
            _read_rows(path, reading)
        else:
            document = read_text(path, decode(_bytes(path), path.name))
            if not any(provision.text for provision in document.provisions):
                raise UnreadableFile(f"「{path.name}」只有标题和日期，没有正文，没有收入。")
            reading.documents.append(document)
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise UnreadableFile(f"「{path.name}」打不开或已损坏（{error}）。请检查文件和权限。") from error


def _bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise UnreadableFile(
            f"「{path.name}」有 {size / 1e6:.0f} MB，超过 {MAX_TEXT_BYTES / 1e6:.0f} MB 的上限。请拆成几个文件。"
        )
    return path.read_bytes()


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


def split_head(text: str, markdown: bool) -> tuple[str, str]:
    """Split a file's text into head (title and history) and body; together they are the whole text."""
    at = text.find(_END_OF_HEAD)
    if at >= 0:
        at += len(_END_OF_HEAD)
        return text[:at], text[at:]
    if markdown and (match := re.match(r"\s*#\s+[^\n]+\n", text)):
        return text[: match.end()], text[match.end() :]
    return "", text


def read_text(path: PurePath, text: str) -> Document:
    """Make a document of a text file's content; every catalogue field is inferred."""
    head, body = split_head(text, path.suffix.lower() in (".md", ".markdown"))
    found = guess(path, head, body)
    document_id = found.title + (f"@{found.published}" if found.published else "")
    return Document(
        id=document_id,
        title=found.title,
        kind=Kind.ORIGINAL,
        level=found.level,
        region=found.region,
        issuer=found.issuer,
        number=found.number,
        published=found.published,
        effective=found.effective,
        year=found.year,
        note=found.note,
        path=str(path),
        head=head,
        provisions=parse(document_id, body),
        inferred=_INFERRED,
    )


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Yield (row, line); an over-long line is read past and given as None."""
    opened: IO[bytes] = lzma.open(path, "rb") if path.name.lower().endswith(".xz") else path.open("rb")
    with opened as stream:
        row = 0
        while line := stream.readline(4 * MAX_LINE):
            row += 1
            if len(line) == 4 * MAX_LINE and not line.endswith(b"\n"):
                while (more := stream.readline(4 * MAX_LINE)) and not more.endswith(b"\n"):
                    pass
                yield row, None
            else:
                yield row, line


def _read_rows(path: Path, reading: Reading) -> None:
    groups: dict[tuple[str, str], list[Provision]] = {}
    ids: set[str] = set()
    for row, line in _lines(path):
        if line is not None and not line.strip():
            continue
        try:
            key, provision = _row(line, ids)
        except ValueError as error:
            message = f"「{path.name}」第 {row} 行没有收入：{error}"
            reading.problems.append(Problem(str(path), message, row))
            continue
        groups.setdefault(key, []).append(provision)
    if not groups:
        raise UnreadableFile(f"「{path.name}」里没有一行能用。每行要有 id、title、article、text。")
    for (title, day), provisions in groups.items():
        reading.documents.append(_grouped(path, title, day, provisions))


def _row(line: bytes | None, ids: set[str]) -> tuple[tuple[str, str], Provision]:
    if line is None:
        raise ValueError(f"这一行超过 {MAX_LINE} 字。")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("不是 UTF-8 的 JSON。") from None
    if not isinstance(row, dict):
        raise ValueError("不是一个 JSON 对象。")
    for name in _ROW_FIELDS:
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise ValueError(f"缺少字段 {name}（或不是文字）。")
    if not _is_unicode("".join(row[name] for name in _ROW_FIELDS) + str(row.get("chapter"))):
        raise ValueError("里面有残缺的字符（半个表情符号之类）。")
    if row["id"] in ids:
        raise ValueError(f"id「{row['id']}」和前面的行重复。")
    day = row.get("date") or ""
    if day and not (isinstance(day, str) and find_dates(day)):
        raise ValueError(f"date「{str(day)[:20]}」不是日期，应为 2012-04-28 这样，或留空。")
    ids.add(row["id"])
    chapter = row.get("chapter") or ""
    title = normalise_title(row["title"])
    provision = Provision(
        id=row["id"],
        document_id=title + (f"@{find_dates(day)[0]}" if day else ""),
        article=row["article"].strip(),
        text=row["text"].strip(),
        headings=(str(chapter),) if chapter else (),
        raw=row["text"],
    )
    return (title, day), provision


def _is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: JSON may spell half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _grouped(path: Path, title: str, day: str, provisions: list[Provision]) -> Document:
    published, level = find_dates(day)[0] if day else None, guess_level(title)
    return Document(
        id=provisions[0].document_id,
        title=title,
        kind=Kind.ORIGINAL,
        level=level,
        region=guess_region(title) if level not in (Level.LAW, Level.ADMINISTRATIVE) else NATIONAL,
        published=published,
        path=str(path),
        provisions=tuple(provisions),
        inferred=_INFERRED - {"title", "published"},
    )


def _make_ids_unique(reading: Reading) -> None:
    """Give a second document of the same title and date an id of its own."""
    seen: dict[str, int] = {}
    for place, document in enumerate(reading.documents):
        count = seen[document.id] = seen.get(document.id, 0) + 1
        if count > 1:
            reading.documents[place] = rename(document, f"{document.id}~{count}")


def rename(document: Document, new_id: str) -> Document:
    """Return the document under another id; ids of its parsed provisions follow, those that rows brought stay."""
    provisions = tuple(
        replace(
            p,
            document_id=new_id,
            id=new_id + p.id.removeprefix(document.id) if p.id.startswith(document.id + "#") else p.id,
        )
        for p in document.provisions
    )
    return replace(document, id=new_id, provisions=provisions)
