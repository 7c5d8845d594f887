"""The catalogue: one CSV row a document, made to survive a round trip through Excel (BOM, GB18030, 2012/4/28)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from documents.errors import CatalogError, UnknownRegion, UnreadableFile
from documents.infer import find_dates
from documents.model import Check, Document, Kind, Level
from documents.read import decode
from documents.region import parse_region

_Label = TypeVar("_Label", Kind, Level, Check)
COLUMNS = (
    "id", "path", "title", "kind", "level", "region", "issuer", "doc_no", "published", "effective", "ended", "year",
    "replaced_by", "check", "url", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One catalogue row; a Document without its text. `path` is relative to the catalogue's folder of texts."""

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

    def apply(self, document: Document) -> Document:
        """Return the document with this row's facts, nothing of it inferred any more; a provision without a check state gets the row's."""
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
            provisions=tuple(replace(p, check=p.check or self.check) for p in document.provisions),
            inferred=frozenset(),
        )


def read_catalog(path: Path) -> tuple[Row, ...]:
    """Read a catalogue as Excel, WPS or we wrote it.

    Returns its rows. Raises CatalogError naming file, row and column of the first fault.
    """
    try:
        text = decode(path.read_bytes(), path.name)
    except (OSError, UnreadableFile) as error:
        raise CatalogError(f"读不了目录「{path}」：{error}") from error
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise CatalogError(f"目录「{path.name}」第 1 行缺少列：{'、'.join(missing)}。请保留原来的表头。")
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(reader, 2):
        values = {name: (cells.get(name) or "").strip() for name in COLUMNS}
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
        if not values[name]:
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
    )


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


def write_catalog(path: Path, rows: tuple[Row, ...]) -> None:
    """Write a catalogue so that Excel opens it as Chinese: UTF-8 with BOM, ISO dates."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(["" if getattr(row, name) is None else str(getattr(row, name)) for name in COLUMNS])
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")


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
    )
