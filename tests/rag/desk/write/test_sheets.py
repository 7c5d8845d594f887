"""Workbooks: every table a sheet, figures as they were quoted, and nothing that a table program would compute."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rag.desk.paper import Grid, Paper, Said
from rag.desk.write import write_xlsx
from rag.model import RESTATED
from tests.rag.desk.write.sample import PAPER, SOURCES


def opened(tmp_path: Path, paper: Paper = PAPER) -> Any:
    path = tmp_path / "a.xlsx"
    write_xlsx(paper, path)
    return openpyxl.load_workbook(path)


def of_grids(tmp_path: Path, *grids: Grid) -> Any:
    return opened(tmp_path, Paper("题", "", (), grids, ()))


def test_every_table_is_a_sheet_and_the_sources_are_one(tmp_path: Path) -> None:
    book = opened(tmp_path)
    assert book.sheetnames == ["产假与孕期保护：草案与规定对照", "人数", "出处", "说明"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["事项", "国家规定", "本省规定", "本单位草案", "怎么看"]
    assert sheet["B2"].value == "98天，其中产前可以休假15天 [1]"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E6"
    assert sheet.print_title_rows == "$1:$1"
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row)
    assert sheet.column_dimensions["B"].width > 2 * sheet.column_dimensions["A"].width
    assert sheet.row_dimensions[5].height > 3 * 16


def test_sources_say_what_they_are_and_link_only_to_the_web(tmp_path: Path) -> None:
    sheet = opened(tmp_path)["出处"]
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == [f"[{source.number}]" for source in SOURCES]
    assert [row[7].value for row in rows] == ["原文", "原文", RESTATED, RESTATED, "原文", RESTATED]
    assert ["“" in row[8].value for row in rows] == [True, True, False, False, True, False]
    assert rows[3][5].value == "工作文件，不是法定权利"
    assert [bool(row[9].hyperlink) for row in rows] == [True, True, True, False, False, True]


def test_notes_travel_with_the_tables(tmp_path: Path) -> None:
    values = [cell.value for cell in opened(tmp_path)["说明"]["A"]]
    assert values == [PAPER.title, PAPER.subtitle, *PAPER.facts, *PAPER.notes]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-5%", "@SUM(A1)", '=HYPERLINK("http://x.cn")', "\t=1", "1,204", "007", "3.10", "2026-01-02"],
)
def test_no_cell_is_computed_or_turned_into_a_number(tmp_path: Path, text: str) -> None:
    book = of_grids(tmp_path, Grid((text,), ((Said(text),),), caption=text))
    for cell in (book.worksheets[0]["A1"], book.worksheets[0]["A2"]):
        assert cell.value == text.strip()
        assert cell.data_type == "s"
        assert cell.number_format == "@"
        assert cell.quotePrefix == text.strip().startswith(("=", "+", "-", "@"))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        assert not any("<f>" in packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name)


def test_names_of_sheets_are_short_plain_and_used_once(tmp_path: Path) -> None:
    captions = ("甲[1]:*?/\\'", "甲 1", "很长" * 30, "很长" * 30, "出处", "说明", "History", "", "a", "A", "'")
    book = of_grids(tmp_path, *(Grid(("头",), (), caption=caption) for caption in captions))
    names = book.sheetnames
    assert len({name.casefold() for name in names}) == len(names) == len(captions) + 2
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert names[-2:] == ["出处", "说明"]
    assert "history" not in map(str.casefold, names)


def test_cells_longer_than_excel_takes_say_that_they_are_cut(tmp_path: Path) -> None:
    value = of_grids(tmp_path, Grid(("头",), ((Said("长" * 40_000),),))).worksheets[0]["A2"].value
    assert len(value) == 32_767
    assert value.endswith("全文见同名 docx）")


def test_uneven_rows_are_made_even_and_empty_tables_left_out(tmp_path: Path) -> None:
    book = of_grids(tmp_path, Grid((), ()), Grid(("甲",), ((Said("1"), Said("2")), ())))
    assert book.sheetnames == ["表2", "出处", "说明"]
    assert [[cell.value for cell in row] for row in book["表2"].iter_rows()][1] == ["1", "2"]
