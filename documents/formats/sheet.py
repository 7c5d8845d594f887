"""Read Excel files (xlsx): every visible sheet, row by row, as the cells show their values."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from documents.errors import UnreadableFile
from documents.formats.cells import Style, read_styles, shown_number
from documents.formats.extract import Extract
from documents.formats.lines import Line, body_text, clean_lines
from documents.formats.ooxml import OFFICE_RELATIONSHIPS, Package, kind_of, local, open_package, whole
from documents.formats.tables import may_be_header, table_lines

_MAX_ROWS = 1_048_576
_MAX_COLUMNS = 16_384
_MAX_CELLS = 3_000_000  # written out, merged ones in each place
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a sheet's XML spells what XML has no sign for


def read_xlsx(path: Path) -> Extract:
    """Read an Excel file; one that is something else by its bytes is read as what it is.

    Returns its text, one table row a line. Raises UnreadableFile where it is broken, locked, hostile or has no text.
    """
    if (kind := kind_of(path)) != "zip":
        from documents.formats.office import read_disguised

        return read_disguised(path, kind)
    with open_package(path) as package:
        if package.has("content.xml") and package.has("mimetype"):
            from documents.formats.office import read_disguised

            return read_disguised(path, "odf")
        return _Reader(package, package.main_part("xl")).read()


@dataclass(slots=True)
class _Sheet:
    """The cells of one sheet that show, by row and column from 0, and its merged ranges (first row, column, last row, column)."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)  # ranges of columns
    unseen: dict[int, dict[int, str]] = field(default_factory=dict)  # hidden rows: a merged cell may begin there


@dataclass(slots=True)
class _Reader:
    """The walk over one workbook; `lost` counts what was met and not kept."""

    package: Package
    main: str
    strings: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    from_1904: bool = False
    written: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    def read(self) -> Extract:
        root = self.package.xml(self.main)
        self._read_parts(root)
        parts = {link: (kind, part) for link, kind, part in self.package.relations(self.main)}
        found: list[tuple[str, list[Line]]] = []
        hidden: list[str] = []
        for sheet in root.iter("{*}sheet"):
            name = " ".join(sheet.get("name", "").split())
            kind, part = parts.get(sheet.get(OFFICE_RELATIONSHIPS + "id", ""), ("", ""))
            if kind != "worksheet" or not self.package.has(part):
                continue
            if sheet.get("state", "visible") != "visible":
                hidden.append(f"“{name}”")
                continue
            self.lost["comments"] += bool(self.package.related(part, "comments"))
            if lines := self._lines(self._read_sheet(part)):
                found.append((name, lines))
        lines = [line for name, inner in found for line in [*self._heading(name, len(found)), *inner]]
        text = body_text([Line(""), *lines]) if len(found) < 2 else self._several(lines)
        if not re.search(r"\w", text):
            raise UnreadableFile(f"「{self.package.name}」的表里没有文字，没有收入。请检查是不是给错了文件。")
        return Extract(text, title=self.package.title(), notes=self._remarks(hidden))

    def _heading(self, name: str, sheets: int) -> list[Line]:
        return [Line(name, 1)] if sheets > 1 else []

    def _several(self, lines: list[Line]) -> str:
        """Each sheet's name is a heading, the first too."""
        clean = [part for line in lines for part in clean_lines(line)]
        return "\n".join(f"## {line.text}" if line.level else line.text for line in clean)

    def _remarks(self, hidden: list[str]) -> tuple[str, ...]:
        lost, remarks = self.lost, []
        if hidden:
            remarks.append(f"隐藏的工作表{'、'.join(hidden[:5])}{'等' if len(hidden) > 5 else ''}没有收入。")
        if lost["rows"] or lost["columns"]:
            remarks.append(f"隐藏的 {lost['rows']} 行和 {lost['columns']} 列没有收入。")
        if lost["formulas"]:
            remarks.append(
                f"有 {lost['formulas']} 个公式没有存下结果，按空格读。请用 Excel 或 WPS 打开并保存一次再加。"
            )
        if lost["errors"]:
            remarks.append(f"有 {lost['errors']} 个单元格是公式错误（如 #N/A），已照录，请核对。")
        if lost["comments"]:
            remarks.append("批注没有收入。")
        return tuple(remarks)

    def _read_parts(self, root: Any) -> None:
        for properties in root.iter("{*}workbookPr"):
            self.from_1904 = properties.get("date1904", "0") in ("1", "true", "on")
        for part in self.package.related(self.main, "styles")[:1]:
            self.styles = read_styles(self.package.xml(part))
        for part in self.package.related(self.main, "sharedStrings")[:1]:
            if self.package.has(part):
                for element in self.package.elements(part, ("si",)):
                    self.strings.append(_rich_text(element))
                    _forget(element)

    # One sheet

    def _read_sheet(self, part: str) -> _Sheet:
        sheet = _Sheet()
        number = -1
        for element in self.package.elements(part, ("row", "mergeCell", "col")):
            name = local(element)
            if name == "row":
                number = min(whole(element.get("r"), number + 2), _MAX_ROWS) - 1
                self._read_row(sheet, number, element)
                _forget(element)
            elif name == "col" and element.get("hidden") in ("1", "true"):
                sheet.hidden.append((whole(element.get("min"), 1) - 1, whole(element.get("max"), 1) - 1))
            elif name == "mergeCell" and (place := _range(element.get("ref", ""))):
                sheet.merged.append(place)
        return sheet

    def _read_row(self, sheet: _Sheet, number: int, row: Any) -> None:
        cells: dict[int, str] = {}
        column = -1
        for cell in row.iterfind("{*}c"):
            match = _REFERENCE.fullmatch(cell.get("r", ""))
            column = _column(match[1]) if match else column + 1
            if column < _MAX_COLUMNS and (text := self._shown(cell)):
                cells[column] = text
        if row.get("hidden") in ("1", "true"):
            self.lost["rows"] += bool(cells)
            sheet.unseen[number] = cells
        elif cells:
            self.written += len(cells)
            self._refuse_too_many()
            sheet.rows.setdefault(number, {}).update(cells)

    def _refuse_too_many(self) -> None:
        if self.written > _MAX_CELLS:
            raise UnreadableFile(
                f"「{self.package.name}」的单元格超过 {_MAX_CELLS // 10_000} 万个，没有收入。请拆成小一些的表再加。"
            )

    def _shown(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        text = cell.findtext("{*}v") or ""
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return _rich_text(inline).strip() if inline is not None else ""
        if not text:
            self.lost["formulas"] += cell.find("{*}f") is not None and kind != "str"
            return ""
        if kind == "s":
            place = whole(text, -1, 1 << 31)
            return self.strings[place].strip() if 0 <= place < len(self.strings) else ""
        if kind == "b":
            return "FALSE" if text == "0" else "TRUE"
        if kind == "e":
            self.lost["errors"] += 1
            return text
        if kind != "n":
            return _unescaped(text).strip() if kind == "str" else text.strip().removesuffix("T00:00:00")
        place = whole(cell.get("s"), 0)
        style = self.styles[place] if 0 <= place < len(self.styles) else Style()
        return shown_number(text, style, self.from_1904)

    # From cells to lines

    def _lines(self, sheet: _Sheet) -> list[Line]:
        columns = sorted({column for row in sheet.rows.values() for column in row})
        kept = [c for c in columns if not any(first <= c <= last for first, last in sheet.hidden)]
        self.lost["columns"] += len(columns) - len(kept)
        self._spread(sheet, columns)
        lines: list[Line] = []
        for block in _blocks(sheet.rows, kept):
            lines += [Line(text) for text in table_lines(block)]
        return lines

    def _spread(self, sheet: _Sheet, columns: list[int]) -> None:
        """Write what a merged range shows in each of its places that lie in a used row and column."""
        used = sorted(sheet.rows)
        for top, left, bottom, right in sheet.merged:
            text = (sheet.rows.get(top) or sheet.unseen.get(top, {})).get(left, "")
            if not text:
                continue
            inside = _between(columns, left, right)
            for row in _between(used, top, bottom):
                self.written += len(inside)
                self._refuse_too_many()
                sheet.rows[row].update(dict.fromkeys(inside, text))


def _between(numbers: list[int], first: int, last: int) -> list[int]:
    return numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]


def _blocks(rows: dict[int, dict[int, str]], columns: list[int]) -> Iterator[list[list[str]]]:
    """Cut a sheet into its tables: a new one begins after an empty row, with a title or in other columns, or with a header."""
    block: list[list[str]] = []
    last, extent = -2, (-1, -1)
    for number in sorted(rows):
        row = [rows[number].get(column, "") for column in columns]
        filled = [place for place, text in enumerate(row) if text]
        if not filled:
            continue
        own = filled[0], filled[-1]
        elsewhere = own[0] > extent[1] or own[1] < extent[0]
        if block and number > last + 1 and (elsewhere or _begins_table(row, block[-1])):
            yield _trimmed(block)
            block, extent = [], (-1, -1)
        block.append(row)
        last, extent = number, (own[0] if extent[0] < 0 else min(extent[0], own[0]), max(extent[1], own[1]))
    if block:
        yield _trimmed(block)


def _begins_table(row: list[str], before: list[str]) -> bool:
    """Whether a row after a gap is a title, or a header where the row before the gap is none."""
    return len({*filter(None, row)}) == 1 or (may_be_header(row) and not may_be_header(before))


def _trimmed(block: list[list[str]]) -> list[list[str]]:
    """Leave out the columns that a table does not use."""
    used = [place for place in range(len(block[0])) if any(row[place] for row in block)]
    return [[row[place] for place in used] for row in block]


def _forget(element: Any) -> None:
    """Free what was read of a part, and what stood before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _rich_text(element: Any) -> str:
    """The text of a cell that may change its look inside; the reading aid above East Asian words (rPh) is no part of it."""
    texts = [node.text or "" for node in element.iter("{*}t") if local(node.getparent()) != "rPh"]
    return _unescaped("".join(texts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _range(reference: str) -> tuple[int, int, int, int] | None:
    first, _, last = reference.partition(":")
    a, b = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
    return (int(a[2]) - 1, _column(a[1]), int(b[2]) - 1, _column(b[1])) if a and b else None
