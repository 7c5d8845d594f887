"""Read pack.json back: whatever stands in the file, it becomes a pack or one sentence that says what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from documents.errors import UnknownRegion
from documents.region import Region, parse_region
from rag.desk.errors import UnreadablePack

FORMAT, VERSION, FILE = "niangjia-lesson", 1, "pack.json"
# A pack of 180 minutes has some 400 KB; deeper or larger files are none of ours.
MOST_BYTES, MOST_STATEMENTS, MOST_SOURCES, LONGEST_TEXT = 16 * 1024 * 1024, 2000, 60, 20_000


@dataclass(frozen=True, slots=True)
class KeptSource:
    """A provision that a statement rests on, as it was when the pack was made."""

    title: str
    article: str
    part: str
    document_id: str
    chunk_id: str
    quote: str
    digest: str


@dataclass(frozen=True, slots=True)
class KeptQuiz:
    """A quiz item as it was drawn."""

    style: str
    question: str
    options: tuple[str, ...]
    right: tuple[int, ...]
    why_wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement of a pack: where it stands, what it says, what was asked and answered, what it rests on."""

    where: str
    kind: str
    text: str
    asked: str
    answer: str
    sources: tuple[KeptSource, ...]
    quiz: KeptQuiz | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it was written."""

    topic: str
    regions: tuple[Region, ...]
    day: date
    made: date
    library_digest: str
    statements: tuple[Kept, ...]


def read_pack(folder: Path) -> Pack:
    """Read a pack's folder (or its pack.json).

    Raises UnreadablePack naming the file and what is wrong with it.
    """
    path = folder / FILE if folder.is_dir() else folder
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadablePack(
                f"「{path}」有{path.stat().st_size // 1024 // 1024}MB，不是备课包的文件。请指到备课包的文件夹。"
            )
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnreadablePack(f"没有找到「{path}」。请指到备课包的文件夹，里面要有{FILE}。") from None
    except (OSError, ValueError, RecursionError) as error:
        why = "只写了一半或不是JSON" if isinstance(error, (ValueError, RecursionError)) else error.strerror
        raise UnreadablePack(f"「{path}」读不了：{why}。请重新做一次备课包。") from error
    return _Reader(path).pack(raw)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes values out of what JSON gave, each of the kind that it must be."""

    path: Path

    def wrong(self, what: str) -> UnreadablePack:
        return UnreadablePack(f"「{self.path}」不对：{what}。请重新做一次备课包。")

    def pack(self, raw: Any) -> Pack:
        if not isinstance(raw, dict) or raw.get("format") != FORMAT:
            raise self.wrong("这不是备课包的文件")
        if raw.get("version") != VERSION:
            raise self.wrong("它的版本不是这个程序能读的")
        rows = self.rows(raw, "statements", MOST_STATEMENTS, "")
        return Pack(
            self.text(raw, "topic", ""),
            tuple(self.region(name) for name in self.texts(raw, "regions", "")),
            self.day(raw, "day"),
            self.day(raw, "made"),
            self.text(raw, "library_digest", ""),
            tuple(self.kept(row, f"第{number}条") for number, row in enumerate(rows, 1)),
        )

    def kept(self, row: dict[str, Any], at: str) -> Kept:
        sources = self.rows(row, "sources", MOST_SOURCES, at)
        quiz = self.quiz(row, at) if "question" in row else None
        where, kind, text, asked, answer = (
            self.text(row, name, at) for name in ("where", "kind", "text", "asked", "answer")
        )
        return Kept(where, kind, text, asked, answer, tuple(self.source(source, at) for source in sources), quiz)

    def source(self, row: dict[str, Any], at: str) -> KeptSource:
        names = ("title", "article", "part", "document_id", "chunk_id", "quote", "digest")
        return KeptSource(*(self.text(row, name, f"{at}的出处") for name in names))

    def quiz(self, row: dict[str, Any], at: str) -> KeptQuiz:
        right = row.get("right")
        options = self.texts(row, "options", at)
        if not isinstance(right, list) or not all(type(n) is int and 0 <= n < len(options) for n in right):
            raise self.wrong(f"{at}的「right」不是选项的序号")
        return KeptQuiz(
            self.text(row, "style", at),
            self.text(row, "question", at),
            options,
            tuple(right),
            self.texts(row, "why_wrong", at),
        )

    def region(self, name: str) -> Region:
        try:
            return parse_region(name)
        except UnknownRegion:
            raise self.wrong(f"地区「{name[:20]}」不认识") from None

    def day(self, row: dict[str, Any], name: str) -> date:
        try:
            return date.fromisoformat(self.text(row, name, ""))
        except ValueError:
            raise self.wrong(f"「{name}」不是日期") from None

    def text(self, row: dict[str, Any], name: str, at: str) -> str:
        value = row.get(name)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise self.wrong(f"{at}缺「{name}」，或者它不是文字、太长")
        return value

    def texts(self, row: dict[str, Any], name: str, at: str) -> tuple[str, ...]:
        value = row.get(name)
        if not isinstance(value, list) or len(value) > MOST_SOURCES or not all(isinstance(v, str) for v in value):
            raise self.wrong(f"{at}缺「{name}」，或者它不是一列文字")
        return tuple(value)

    def rows(self, row: dict[str, Any], name: str, most: int, at: str) -> list[dict[str, Any]]:
        value = row.get(name)
        if not isinstance(value, list) or len(value) > most or not all(isinstance(v, dict) for v in value):
            raise self.wrong(f"{at}缺「{name}」，或者它不是一列记录")
        return value
