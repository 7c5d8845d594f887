"""A paper's tables as a workbook: a sheet each, then the sources and the notes; whatever a cell says, it is text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from rag.desk.paper import Grid, Paper, Said, Tone
from rag.desk.write import sources
from rag.desk.write.measure import lines
from rag.desk.write.text import clean, even, line, marks, shares

_FORMULA = ("=", "+", "-", "@")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST, _LONGEST_NAME = 32_767, 31
_CUT = "……（超出表格软件一格的上限，全文见同名 docx）"
_WIDTH = 120.0
# A line in points, and the highest row that Excel knows.
_LINE_HEIGHT, _HIGHEST = 16.0, 409.0
_LINE = Side(style="thin", color="D9CFC5")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_HEAD_FONT = Font(name="微软雅黑", size=11, bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="8C1D2B")
_FONTS = {
    Tone.PLAIN: Font(name="宋体", size=11),
    Tone.STRONG: Font(name="宋体", size=11, bold=True),
    Tone.NOTE: Font(name="宋体", size=10, color="5B6670"),
    Tone.WARNING: Font(name="宋体", size=11, bold=True, color="8C1D2B"),
    Tone.ADDED: Font(name="宋体", size=11, underline="single", color="1F5A3C"),
    Tone.REMOVED: Font(name="宋体", size=11, strike=True, color="8C1D2B"),
}
_SOURCE_HEAD = ("编号", "文件", "条款", "层级", "地区", "效力", "核对", "性质", "所引文字", "链接")
_SOURCE_SHARES = (0.5, 2, 1.2, 0.8, 0.8, 1.6, 1.4, 1.6, 4, 2)


def workbook(paper: Paper) -> Any:
    """Make the workbook of a paper's tables, sources and notes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    grids = [block for block in paper.blocks if isinstance(block, Grid)]
    for number, grid in enumerate(grids, 1):
        head, rows = even(grid)
        if head:
            sheet = book.create_sheet(_name(grid.caption or f"表{number}", book.sheetnames))
            _fill(sheet, head, rows, shares(grid, len(head)))
    _sources(book.create_sheet(sources.SOURCES), paper)
    _about(book.create_sheet(sources.NOTES), paper)
    book.properties.title, book.properties.creator = line(paper.title), "娘家人"
    book.properties.language = "zh-CN"
    return book


def _name(wanted: str, taken: Iterable[str]) -> str:
    """A sheet's name that table programs take: short, without their signs, used once."""
    # two names are ours, and Excel keeps one for itself
    used = {name.casefold() for name in (*taken, sources.SOURCES, sources.NOTES, "History")}
    base = _FORBIDDEN.sub(" ", line(wanted)).strip() or "表"
    name, number = base[:_LONGEST_NAME].strip(), 1
    while name.casefold() in used:
        number += 1
        end = f"（{number}）"
        name = base[: _LONGEST_NAME - len(end)].strip() + end
    return name


def _fill(sheet: Worksheet, head: Sequence[str], rows: Sequence[Sequence[Said]], widths: Sequence[float]) -> None:
    """Write a head that stays in sight and filters, then the rows below it."""
    for column, text in enumerate(head, 1):
        cell = _text(sheet, 1, column, text)
        cell.font, cell.fill = _HEAD_FONT, _HEAD_FILL
        cell.alignment, cell.border = Alignment(wrap_text=True, vertical="center", horizontal="center"), _BORDER
    for number, row in enumerate(rows, 2):
        for column, said in enumerate(row, 1):
            cell = _text(sheet, number, column, " ".join(filter(None, (clean(said.text), marks(said)))))
            cell.font, cell.alignment, cell.border = _FONTS[said.tone], _WRAPPED, _BORDER
    wide = [min(max(share * _WIDTH, 8.0), 80.0) for share in widths]
    for column, letters in enumerate(wide, 1):
        sheet.column_dimensions[get_column_letter(column)].width = letters
    for number in range(1, len(rows) + 2):
        # a column's width counts digits, half as wide as a Chinese character
        most = max(
            lines(str(sheet.cell(number, column).value or ""), letters / 2) for column, letters in enumerate(wide, 1)
        )
        sheet.row_dimensions[number].height = min(most * _LINE_HEIGHT + 5, _HIGHEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(rows) + 1}"
    _page(sheet)


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write a cell as text, marked so that no table program computes it even when it is edited."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    cell.value = text if len(text) <= _LONGEST else text[: _LONGEST - len(_CUT)] + _CUT
    cell.data_type, cell.number_format = "s", "@"
    cell.quotePrefix = text.lstrip().startswith(_FORMULA)
    return cell


def _page(sheet: Worksheet) -> None:
    """Print on A4 across, as wide as the page, the head on every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页 共 &N 页"))


def _sources(sheet: Worksheet, paper: Paper) -> None:
    rows = []
    for source in paper.sources:
        cited = source.citation
        texts = (
            f"[{source.number}]", f"《{cited.title}》", f"{cited.article}{cited.part}", str(cited.level), cited.region,
            sources.standing(cited), sources.checked(cited), sources.kind(cited), sources.quoted(cited), sources.link(cited),
        )  # fmt: skip
        rows.append([Said(text) for text in texts])
    total = sum(_SOURCE_SHARES)
    _fill(sheet, _SOURCE_HEAD, rows, [share / total * 1.4 for share in _SOURCE_SHARES])
    for number, row in enumerate(rows, 2):
        if url := row[-1].text:
            cell = sheet.cell(number, len(_SOURCE_HEAD))
            cell.hyperlink = url
            cell.data_type, cell.font = "s", Font(name="宋体", size=10, underline="single", color="1F5A99")


def _about(sheet: Worksheet, paper: Paper) -> None:
    """Write what the paper is and its notes, so that they travel with the tables."""
    about = [text for text in (paper.title, paper.subtitle, *paper.facts, *paper.notes) if clean(text)]
    for number, text in enumerate(about, 1):
        cell = _text(sheet, number, 1, clean(text))
        cell.font, cell.alignment = _FONTS[Tone.STRONG if number == 1 else Tone.PLAIN], _WRAPPED
    sheet.column_dimensions["A"].width = 100
    _page(sheet)
    sheet.print_title_rows = None
