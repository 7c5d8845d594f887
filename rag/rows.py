"""Rows of QUESTIONS and ANSWERS, the design's exchange format; also how a place, a day and an index are chosen."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from documents.errors import DocumentError
from documents.region import NATION, Region, parse_region
from index.build import default_folder
from index.errors import IndexNotFound, IndexRoomError
from index.search import SearchIndex, open_index
from rag.answer import Assistant
from rag.errors import BadQuestions, RagError
from rag.model import Answer, Status, Turn


def open_or_build(folder: Path | None) -> SearchIndex:
    """Open an index; the default one is built first where there is none yet."""
    try:
        return open_index(folder or default_folder())
    except IndexNotFound:
        if folder is not None:
            raise
        print("第一次使用，正在建索引……", file=sys.stderr)
        # in a process of its own (1: something was left out): a server that builds keeps the memory of building for as long as it runs
        if subprocess.run([sys.executable, "-m", "index", "build"], check=False).returncode not in (0, 1):
            raise IndexRoomError("索引没有建成，原因见上面。改好以后请运行 python -m index build。") from None
        return open_index(default_folder())


def read_day(text: str | None) -> date | None:
    """Read an as-of day. Raises BadQuestions where it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadQuestions(f"日期「{text}」不对，应为 2026-11-21 这样。") from None


def read_places(text: str | None) -> tuple[Region, ...]:
    """Read a chosen region; 全国 and empty mean none chosen."""
    region = parse_region(text or "")
    return () if region == NATION else (region,)


def answer_row(question_id: str, answer: Answer, seconds: float) -> dict[str, Any]:
    """Write an answer as one row of ANSWERS (the design's schema); one that compares also has a `table` of columns and rows, an approved one `approved`."""
    row: dict[str, Any] = {
        "id": question_id,
        "status": answer.status,
        "verdict": answer.verdict,
        "conclusion": answer.conclusion,
        "answer": answer.text,
        "citations": [
            {
                "document_id": c.document_id,
                "chunk_id": c.chunk_id,
                "title": c.title,
                "article": c.article,
                "part": c.part,
                "quote": c.quote,
                "level": c.level,
                "region": c.region,
                "kind": c.kind,
                "check": c.check,
                "in_force": c.in_force,
                "effective": c.effective.isoformat() if c.effective else None,
                "url": c.url,
                "page": c.page,
            }
            for c in answer.citations
        ],
        "retrieved": [
            {
                "document_id": e.chunk.card.id,
                "chunk_id": e.chunk.id,
                "title": e.chunk.card.title,
                "article": e.chunk.provision.article,
                "score": round(e.score, 6),
            }
            for e in answer.retrieved
        ],
        "seconds": round(seconds, 4),
    }
    if answer.table:
        row["table"] = {"columns": list(answer.table.columns), "rows": [list(cells) for cells in answer.table.rows]}
    if answer.approved:
        row["approved"] = {"role": answer.approved.role, "date": answer.approved.day.isoformat()}
    return row


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Read a QUESTIONS file. Raises BadQuestions naming the row that has no id or question."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestions(f"读不了「{path}」：{error}") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise BadQuestions(f"「{path.name}」第 {number} 行不是 JSON。") from None
        if not isinstance(row, dict) or not isinstance(row.get("question"), str) or "id" not in row:
            raise BadQuestions(f"「{path.name}」第 {number} 行要有 id 和 question。")
        rows.append(row)
    return rows


def read_history(row: dict[str, Any]) -> list[Turn]:
    """Read the earlier turns of a question row: bare questions or {role, content}."""
    turns = []
    for item in row.get("history") or []:
        if isinstance(item, str):
            turns.append(Turn("user", item))
        elif isinstance(item, dict):
            turns.append(Turn(str(item.get("role", "user")), str(item.get("content", ""))))
    return turns


def answer_question(assistant: Assistant, row: dict[str, Any]) -> tuple[Answer, str]:
    """Answer one row; a row that is wrong gives a refusal that says so. Returns the answer and the fault ('' if none)."""
    try:
        places, day = read_places(row.get("region")), read_day(row.get("as_of"))
        return assistant.ask(row["question"], read_history(row), places, day), ""
    except (RagError, DocumentError, IndexRoomError) as error:
        return Answer(Status.REFUSED, f"这一问没能回答：{error}"), str(error)
