"""The catalogue: one CSV row a document, made to survive a round trip through Excel (BOM, GB18030, 2012/4/28).

A user's own catalogue has four more columns: what was guessed and how surely, which text counts where two conflict, who
confirmed the row, and the file's sha256.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from documents.disk import full, put_text, why
from documents.errors import CatalogError, UnknownRegion, UnreadableFile
from documents.formats.plain import decode
from documents.infer import find_dates
from documents.model import Check, Confidence, Document, Kind, Level
from documents.region import parse_region


class Decision(StrEnum):
    """Which text counts where a user's original and our restatement of it conflict."""

    ORIGINAL = "用原文"
    RESTATEMENT = "用转述"


_Label = TypeVar("_Label", Kind, Level, Check, Decision)
COLUMNS = (
    "id", "path", "title", "kind", "level", "region", "issuer", "doc_no", "published", "effective", "ended", "year",
    "replaced_by", "check", "url", "note",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@")
OWN_COLUMNS = ("inferred", "decision", "confirmed", "sha256")
_GUESSED = {
    "title": "标题", "level": "级别", "region": "地区", "issuer": "发布单位", "number": "文号", "published": "公布日期",
    "effective": "施行日期", "year": "年份",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One catalogue row; a Document without its text. `path` is relative to the catalogue's folder of texts.

    A row without `path` in a user's own catalogue confirms a shipped document (or one provision of it, by its id).
    """

    id: str
    path: str
    title: str
    kind: Kind
    level: Level
    region: str
    issuer: str = ""
    doc_no: str = ""
    published: date | None = None
    effective: date | None = None
    ended: date | None = None
    year: int | None = None
    replaced_by: str = ""
    check: Check | None = None
    url: str = ""
    note: str = ""
    inferred: Mapping[str, Confidence] = field(default_factory=dict, hash=False)
    decision: Decision | None = None
    confirmed: str = ""
    sha256: str = ""

    def apply(self, document: Document) -> Document:
        """Return the document with this row's facts; a provision without a check state gets the row's."""
        return replace(
            document,
            title=self.title,
            kind=self.kind,
            level=self.level,
            region=self.region,
            issuer=self.issuer,
            number=self.doc_no,
            published=self.published,
            effective=self.effective,
            ended=self.ended,
            year=self.year,
            replaced_by=self.replaced_by,
            check=self.check,
            url=self.url,
            note=self.note,
            path=self.path,
            provisions=tuple(replace(p, check=self._state(document, p.check)) for p in document.provisions),
            inferred=self.inferred,
        )

    def _state(self, document: Document, check: Check | None) -> Check | None:
        """A provision's check state: its own, unless it only had the document's, which a person may have changed here."""
        return self.check if check is None or check == document.check else check


def read_catalog(path: Path) -> tuple[Row, ...]:
    """Read a catalogue as Excel, WPS or we wrote it.

    Returns its rows. Raises CatalogError naming file, row and column of the first fault.
    """
    try:
        text = decode(path.read_bytes(), path.name)
    except (OSError, UnreadableFile) as error:
        raise CatalogError(f"读不了目录「{path}」：{error}") from error
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    try:
        names, found = reader.fieldnames or (), list(reader)
    except csv.Error:  # a quotation mark that is never closed makes one cell of all the rest
        message = (
            f"目录「{path.name}」第 {reader.line_num} 行已损坏（引号不成对，或一格太长）。请改好这一行，或换回备份。"
        )
        raise CatalogError(message) from None
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise CatalogError(f"目录「{path.name}」第 1 行缺少列：{'、'.join(missing)}。请保留原来的表头。")
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(found, 2):
        values = {name: _bare((cells.get(name) or "").strip()) for name in (*COLUMNS, *OWN_COLUMNS)}
        if not any(values.values()):
            continue
        row = _row(values, f"目录「{path.name}」第 {number} 行")
        if row.id in seen:
            raise CatalogError(f"目录「{path.name}」第 {number} 行：id「{row.id}」和第 {seen[row.id]} 行重复。")
        seen[row.id] = number
        rows.append(row)
    return tuple(rows)


def _row(values: dict[str, str], where: str) -> Row:
    for name in ("id", "path", "title", "kind", "level", "region"):
        if not values[name] and not (name == "path" and values["confirmed"]):
            raise CatalogError(f"{where}：{name} 列是空的。")
    try:
        region = parse_region(values["region"]).name
    except UnknownRegion as error:
        raise CatalogError(f"{where}，region 列：{error}") from error
    return Row(
        id=values["id"],
        path=values["path"].replace("\\", "/"),
        title=values["title"],
        kind=_one_of(Kind, values["kind"], where, "kind"),
        level=_one_of(Level, values["level"], where, "level"),
        region=region,
        issuer=values["issuer"],
        doc_no=values["doc_no"],
        published=_date(values["published"], where, "published"),
        effective=_date(values["effective"], where, "effective"),
        ended=_date(values["ended"], where, "ended"),
        year=_year(values["year"], where),
        replaced_by=values["replaced_by"],
        check=_one_of(Check, values["check"], where, "check") if values["check"] else None,
        url=values["url"],
        note=values["note"],
        inferred=_inferred(values["inferred"], where),
        decision=_one_of(Decision, values["decision"], where, "decision") if values["decision"] else None,
        confirmed=values["confirmed"],
        sha256=values["sha256"].lower(),
    )


def _inferred(value: str, where: str) -> dict[str, Confidence]:
    """Read `标题 高；地区 低`; an emptied cell, or an item taken out of it, is a person's confirmation."""
    fields = {label: name for name, label in _GUESSED.items()}
    found = {}
    for item in value.replace(";", "；").split("；"):
        if not item.strip():
            continue
        label, _, sure = item.strip().rpartition(" ")
        if label.strip() not in fields or sure not in list(Confidence):
            raise CatalogError(
                f"{where}：inferred 列的「{item.strip()}」不认识，应像「标题 高；地区 低」，确认无误就清空这一格。"
            )
        found[fields[label.strip()]] = Confidence(sure)
    return found


def guesses(inferred: Mapping[str, Confidence]) -> str:
    """Write what was guessed, and how surely, as a catalogue and a terminal show it: `标题 高；地区 低`."""
    return "；".join(f"{label} {inferred[name]}" for name, label in _GUESSED.items() if name in inferred)


def _one_of(kind: type[_Label], value: str, where: str, column: str) -> _Label:
    try:
        return kind(value)
    except ValueError:
        raise CatalogError(f"{where}：{column} 列的「{value}」不认识，应为：{'、'.join(kind)}。") from None


def _date(value: str, where: str, column: str) -> date | None:
    if not value:
        return None
    found = find_dates(value)
    if len(found) != 1:
        raise CatalogError(f"{where}：{column} 列的「{value}」不是日期，应为 2012-04-28 或 2012/4/28，或留空。")
    return found[0]


def _year(value: str, where: str) -> int | None:
    if not value:
        return None
    digits = value.removesuffix("年").removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and 1900 <= int(digits) <= 2200):
        raise CatalogError(f"{where}：year 列的「{value}」不是年份，应为 2023 这样，或留空。")
    return int(digits)


def write_catalog(path: Path, rows: tuple[Row, ...], own: bool = False) -> None:
    """Write a catalogue so that Excel opens it as Chinese: UTF-8 with BOM, ISO dates; the old file stays until the new is whole.

    Parameters: the file, its rows, whether it is a user's own (with the columns that only hers has). Raises CatalogError
    where the file cannot be replaced, e.g. because Excel holds it open.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    columns = (*COLUMNS, *OWN_COLUMNS) if own else COLUMNS
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row, name) for name in columns])
    try:
        put_text(path, out.getvalue(), "utf-8-sig")
    except OSError as error:
        hint = "" if full(error) else "如果它在 Excel 或 WPS 里开着，请先关掉再试。"
        raise CatalogError(f"写不了目录「{path}」：{why(error)}{hint}") from error


def _cell(row: Row, name: str) -> str:
    value = getattr(row, name)
    if name == "inferred":
        return guesses(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def _bare(cell: str) -> str:
    """Take away the apostrophe that `_cell` put before what Excel would compute."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def row_of(document: Document) -> Row:
    """Make the catalogue row of a document, e.g. one whose facts were inferred."""
    return Row(
        id=document.id,
        path=document.path,
        title=document.title,
        kind=document.kind,
        level=document.level,
        region=document.region,
        issuer=document.issuer,
        doc_no=document.number,
        published=document.published,
        effective=document.effective,
        ended=document.ended,
        year=document.year,
        replaced_by=document.replaced_by,
        check=document.check,
        url=document.url,
        note=document.note,
        inferred=document.inferred,
    )
