"""Rows of a gold set from jsonl, CSV or xlsx, each with its place in the file.

CSV and xlsx have the columns of a gold row in their first line, in any order; a column whose name begins with 备注 is left
alone. A cell that begins with `[` is read as JSON. Otherwise:

    gold                       one group a line, its alternatives `title#article` with ； between them
    must, must_not, under, over  one pattern a line (alternatives of one fact: `a|b` in the pattern)
    history                    one earlier question a line
    holdout, past              是/否, true/false, 1/0
    days                       a number; date, as_of: 2026-03-01 or a date cell
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from evals.errors import BadGold

COLUMNS = (
    "id", "question", "expect", "harm", "topic", "origin", "holdout", "region", "as_of", "history",
    "gold", "must", "must_not", "under", "over", "days", "date", "past",
)  # fmt: skip
_YES = {"是", "true", "1", "yes"}
_NO = {"否", "false", "0", "no"}

Rows = Iterator[tuple[str, dict[str, Any]]]


def read_rows(path: Path) -> Rows:
    """Read a gold set.

    Returns (where, row) pairs; `where` names file and row for messages. Raises BadGold where a row or the file is none.
    """
    readers = {".csv": _csv, ".xlsx": _xlsx}
    try:
        yield from readers.get(path.suffix.lower(), _jsonl)(path)
    except (OSError, UnicodeDecodeError, BadZipFile, KeyError, csv.Error) as error:
        raise BadGold(f"读不了「{path}」：{error}。题集要是 jsonl、CSV 或 xlsx。") from error


def _jsonl(path: Path) -> Rows:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if not line.strip():
            continue
        where = f"「{path.name}」第 {number} 行"
        try:
            row = json.loads(line)
        except ValueError:
            raise BadGold(f"{where}不是 JSON。") from None
        if not isinstance(row, dict):
            raise BadGold(f"{where}不是一行题目（要是 {{…}}）。")
        yield where, row


def _csv(path: Path) -> Rows:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    yield from _table(path.name, csv.reader(io.StringIO(text, newline="")))


def _xlsx(path: Path) -> Rows:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except InvalidFileException as error:
        raise BadGold(f"「{path}」打不开：{error}") from error
    try:
        yield from _table(path.name, book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()


def _table(name: str, lines: Iterable[Iterable[Any]]) -> Rows:
    columns: list[str] = []
    for number, cells in enumerate(lines, 1):
        values = [_plain(cell) for cell in cells]
        if not any(values):
            continue
        if not columns:
            columns = _columns(name, values)
            continue
        where = f"「{name}」第 {number} 行"
        given = {column: value for column, value in zip(columns, values, strict=False) if column in COLUMNS and value}
        yield where, {column: _cell(column, value, where) for column, value in given.items()}


def _columns(name: str, values: list[str]) -> list[str]:
    unknown = [v for v in values if v and v not in COLUMNS and not v.startswith("备注")]
    if unknown:
        raise BadGold(
            f"「{name}」的列名「{'、'.join(unknown)}」不认识。可用的列：{'、'.join(COLUMNS)}；自己的说明请让列名以「备注」开头。"
        )
    return values


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _cell(column: str, value: str, where: str) -> Any:
    if column in ("gold", "must", "must_not", "under", "over", "history"):
        return _list(column, value, where)
    if column in ("holdout", "past"):
        if value.lower() not in _YES | _NO:
            raise BadGold(f"{where}：{column} 要写是或否，不是「{value}」。")
        return value.lower() in _YES
    if column == "days":
        try:
            return float(value)
        except ValueError:
            raise BadGold(f"{where}：days 要是数字，不是「{value}」。") from None
    return value


def _list(column: str, value: str, where: str) -> list[Any]:
    if value.startswith("["):
        try:
            read = json.loads(value)
        except ValueError:
            # a pattern may begin with a bracket as well; groups of sources never do
            if column == "gold":
                raise BadGold(f"{where}：gold 以 [ 开头，但不是 JSON。") from None
        else:
            return list(read)
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    if column == "gold":
        return [[_source(item, where) for item in line.split("；") if item.strip()] for line in lines]
    return [[line] for line in lines] if column == "must" else list(lines)


def _source(text: str, where: str) -> dict[str, str]:
    title, mark, article = (part.strip() for part in text.partition("#"))
    if not (title and mark and article):
        raise BadGold(f"{where}：gold 里的「{text.strip()}」要写成 题名#条，例如 女职工劳动保护特别规定#第七条。")
    return {"title": title.removeprefix("《").removesuffix("》"), "article": article}
