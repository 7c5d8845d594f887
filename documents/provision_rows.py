"""Read `.jsonl` and `.jsonl.xz` with one provision a row into documents."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from documents.errors import UnreadableFile
from documents.formats.plain import MAX_LINE
from documents.infer import find_dates, guess_level, guess_region, normalise_title
from documents.model import NATIONAL, Confidence, Document, Kind, Level, Provision

ROW_SUFFIXES = (".jsonl", ".jsonl.xz")
_FIELDS = ("id", "title", "article", "text")


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


def read_rows(path: Path) -> tuple[list[Document], list[tuple[int, str]]]:
    """Read a file of provision rows.

    Returns its documents, one for each title and date, and (row, sentence) of each row that was left out. Raises
    UnreadableFile where no row can be used.
    """
    faults: list[tuple[int, str]] = []
    groups: dict[tuple[str, str], list[Provision]] = {}
    ids: set[str] = set()
    for row, line in _lines(path):
        if line is not None and not line.strip():
            continue
        try:
            key, provision = _row(line, ids)
        except ValueError as error:
            faults.append((row, f"「{path.name}」第 {row} 行没有收入：{error}"))
            continue
        groups.setdefault(key, []).append(provision)
    if not groups:
        raise UnreadableFile(f"「{path.name}」里没有一行能用。每行要有 id、title、article、text。")
    return [_grouped(path, title, day, provisions) for (title, day), provisions in groups.items()], faults


def _row(line: bytes | None, ids: set[str]) -> tuple[tuple[str, str], Provision]:
    if line is None:
        raise ValueError(f"这一行超过 {MAX_LINE} 字。")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("不是 UTF-8 的 JSON。") from None
    if not isinstance(row, dict):
        raise ValueError("不是一个 JSON 对象。")
    for name in _FIELDS:
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise ValueError(f"缺少字段 {name}（或不是文字）。")
    if not _is_unicode("".join(row[name] for name in _FIELDS) + str(row.get("chapter"))):
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
        inferred={"level": Confidence.MEDIUM, "region": Confidence.MEDIUM},
    )
