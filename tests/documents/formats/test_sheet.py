"""Excel files, real ones made with openpyxl and hand-written ones, read as their cells show."""

import random
import resource
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from documents.errors import UnreadableFile
from documents.formats.cells import Style, read_format, shown_number
from documents.formats.sheet import read_xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def book(path: Path, rows: list[list[object]], then: Callable[[openpyxl.Workbook], None] | None = None) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if then:
        then(made)
    made.save(path)
    return path


def raw(path: Path, sheet: str, **parts: str) -> Path:
    """Write an xlsx of one hand-written sheet (what stands in <worksheet>)."""
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            rels.format(f'<Relationship Id="a" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/>'),
        )
        links = [f'<Relationship Id="s" Type="{RELATED}/worksheet" Target="/xl/worksheets/sheet1.xml"/>']
        links += [f'<Relationship Id="{name}" Type="{RELATED}/{name}" Target="{name}.xml"/>' for name in parts]
        archive.writestr("xl/_rels/workbook.xml.rels", rels.format("".join(links)))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><sheets><sheet name="表" sheetId="1" r:id="s"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            sheet if sheet.startswith("<!") else f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        )
        for name, text in parts.items():
            archive.writestr(f"xl/{name}.xml", text)
    return path


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


# What cells show


def test_header_title_merges_and_types(tmp_path: Path) -> None:
    def then(made: openpyxl.Workbook) -> None:
        sheet = made.active
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("A3:A4")
        sheet["C3"].number_format = '0"天"'
        sheet["D4"].number_format = "0.0%"

    rows = [
        ["各省产假一览"],
        ["地区", "施行日期", "产假", "比例"],
        ["江苏", date(2018, 6, 1), 158, 1],
        [None, datetime(2023, 3, 8, 9, 30), 98.0, 0.855],
    ]
    assert read_xlsx(book(tmp_path / "a.xlsx", rows, then)).text.split("\n") == [
        "各省产假一览",
        "地区：江苏；施行日期：2018-06-01；产假：158天；比例：1",
        "地区：江苏；施行日期：2023-03-08 09:30；产假：98；比例：85.5%。",
    ]


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        *[("44993", 'yyyy"年"m"月"d"日"', "2023-03-08"), ("44993", "[$-804]yyyy\\-mm\\-dd;@", "2023-03-08")],
        *[
            ("44993", 'yyyy"年"m"月"', "2023年3月"),
            ("44993.25", "m/d/yy h:mm", "2023-03-08 06:00"),
            ("0.5", "h:mm", "12:00"),
        ],
        *[("1.25", "[h]:mm", "30:00"), ("60", "yyyy-mm-dd", "1900-02-29"), ("59", "yyyy-mm-dd", "1900-02-28")],
        *[("61", "yyyy-mm-dd", "1900-03-01"), ("-5", "yyyy-mm-dd", "-5"), ("9e9", "yyyy-mm-dd", "9000000000")],
        *[("0.85", "0%", "85%"), ("0.333333", "0.00%", "33.33%"), ("98", "0.00", "98"), ("98.5", "0.00", "98.50")],
        *[
            ("2.5", "0", "3"),
            ("0.30000000000000004", "General", "0.3"),
            ("158.0", "", "158"),
            ("1E20", "", "1" + "0" * 20),
        ],
        *[
            ("12", 'G/通用格式"元"', "12元"),
            ("7", '"第"0"条"', "第7条"),
            ("500", "[$¥-804]#,##0", "¥500"),
            ("42", "000000", "000042"),
        ],
        *[
            ("-3", '0"人";-0"人"', "-3人"),
            ("2500000", '0.0,,"百万"', "2.5百万"),
            ("nan", "0", "nan"),
            ("x", "0", "x"),
            ("0.5", "# ?/?", "0.5"),
        ],
    ],
)
def test_numbers_show_as_on_the_sheet(text: str, code: str, shown: str) -> None:
    assert shown_number(text, read_format(code)) == shown


def test_days_of_the_old_macintosh() -> None:
    assert shown_number("43531", Style("date"), from_1904=True) == "2023-03-08"


@given(st.dates(date(1900, 3, 1), date(2200, 1, 1)))
def test_every_day_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)) / timedelta(days=1)
    assert shown_number(str(serial), Style("date")) == day.isoformat()


@given(st.text('0#?.,%;"\\[]yYmdhsGeneral天年/_* @E+-$\x00', max_size=20), st.floats())
def test_any_format_shows_any_number(code: str, number: float) -> None:
    assert isinstance(shown_number(repr(number), read_format(code)), str)


def test_booleans_errors_formulas_and_rich_text(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>9</v></c></row><row r="2"><c r="A2" t="b"><v>1</v></c>'
        '<c r="B2" t="e"><v>#N/A</v></c><c r="C2" t="str"><f>A1</f><v>公式文字</v></c><c r="D2"><f>1+1</f></c>'
        '<c r="E2"><f>1+1</f><v>2</v></c></row></sheetData>'
    )
    strings = f'<sst xmlns="{MAIN}"><si><r><t>富</t></r><r><t>文本_x000A_</t></r><rPh><t>fù</t></rPh></si></sst>'
    extract = read_xlsx(raw(tmp_path / "a.xlsx", sheet, sharedStrings=strings))
    assert extract.text == "富文本\nTRUE｜#N/A｜公式文字｜2"
    assert any("1 个公式没有存下结果" in note for note in extract.notes)
    assert any("1 个单元格是公式错误" in note for note in extract.notes)


def test_formulas_saved_without_results_are_told(tmp_path: Path) -> None:
    extract = read_xlsx(book(tmp_path / "a.xlsx", [["项目", "天数"], ["产假", "=98+30"]]))
    assert "没有存下结果" in extract.notes[0]


def test_hidden_things_are_left_out_and_told(tmp_path: Path) -> None:
    def then(made: openpyxl.Workbook) -> None:
        sheet = made.active
        sheet.title = "明"
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.merge_cells("A2:A3")
        made.create_sheet("暗")["A1"] = "秘密"
        made["暗"].sheet_state = "hidden"

    rows = [["地区", "产假", "内部"], ["江苏", "暗行", "x"], [None, "158天", "x"]]
    extract = read_xlsx(book(tmp_path / "a.xlsx", rows, then))
    assert extract.text == "地区：江苏；产假：158天"
    assert extract.notes == ("隐藏的工作表“暗”没有收入。", "隐藏的 1 行和 1 列没有收入。")


def test_each_of_several_sheets_has_its_name_as_heading(tmp_path: Path) -> None:
    def then(made: openpyxl.Workbook) -> None:
        made.active.title = "产假"
        made.create_sheet("空表")
        made.create_sheet("护理假").append(["护理假十五天"])

    text = read_xlsx(book(tmp_path / "a.xlsx", [["产假一百五十八天"]], then)).text
    assert text == "## 产假\n产假一百五十八天\n## 护理假\n护理假十五天"


def test_tables_apart_keep_their_own_headers(tmp_path: Path) -> None:
    rows = [
        ["地区", "产假"],
        ["江苏", 158],
        [],
        ["上海", 158],
        [],
        ["项目", "天数"],
        ["护理假", 15],
        [],
        ["附注"],
        ["地区", "电话"],
        ["南京", "12351"],
    ]
    assert read_xlsx(book(tmp_path / "a.xlsx", rows)).text.split("\n") == [
        *["地区：江苏；产假：158", "地区：上海；产假：158", "项目：护理假；天数：15", "附注", "地区：南京；电话：12351"]
    ]


def test_articles_in_one_column_are_lines(tmp_path: Path) -> None:
    assert (
        read_xlsx(book(tmp_path / "a.xlsx", [["第一条 甲\n第二条 乙"], ["第三条 丙"]])).text
        == "第一条 甲\n第二条 乙\n第三条 丙"
    )


# Hostile and broken files


def refused(path: Path, say: str) -> None:
    with pytest.raises(UnreadableFile, match=say) as error:
        read_xlsx(path)
    assert path.name in str(error.value)


def test_empty_cut_locked_and_blank(tmp_path: Path) -> None:
    path = book(tmp_path / "甲.xlsx", [["产假", 158]])
    data = path.read_bytes()
    for keep in (5, len(data) // 2, len(data) - 9):
        path.write_bytes(data[:keep])
        refused(path, "损坏")
    path.write_bytes(b"")
    refused(path, "空文件")
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(90)
    )
    refused(path, "密码")
    refused(book(tmp_path / "白.xlsx", []), "没有文字")


def test_bomb_in_a_sheet(tmp_path: Path) -> None:
    path = raw(tmp_path / "弹.xlsx", "<sheetData>" + " " * 30_000_000 + "</sheetData>")
    refused(path, "炸弹")


def test_entities_are_refused(tmp_path: Path) -> None:
    sheet = f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>&x;</v></c></row></sheetData></worksheet>'
    refused(raw(tmp_path / "毒.xlsx", sheet), "DOCTYPE")
    strings = (
        f'<!DOCTYPE sst [<!ENTITY a "哈哈"><!ENTITY x "&a;&a;&a;&a;">]><sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'
    )
    cells = '<sheetData><row><c t="s"><v>0</v></c></row></sheetData>'
    refused(raw(tmp_path / "毒.xlsx", cells, sharedStrings=strings), "DOCTYPE")


def test_a_sheet_that_claims_to_be_huge(tmp_path: Path) -> None:
    cells = inline("A1", "地区") + inline("XFD1", "产假")
    sheet = (
        f'<dimension ref="A1:XFD1048576"/><sheetData><row r="1">{cells}</row><row r="1048575">{inline("A1048575", "江苏")}'
        f'{inline("XFD1048575", "158天")}</row><row r="99999999999"/></sheetData><mergeCells><mergeCell ref="B1:XFD1048576"/>'
        '<mergeCell ref="坏"/></mergeCells>'
    )
    began = time.process_time()
    assert read_xlsx(raw(tmp_path / "大.xlsx", sheet)).text == "地区：江苏；产假：158天"
    assert time.process_time() - began < 1


def test_merges_without_end_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}">{"".join(inline(f"{c}{n}", "文") for c in "ABCDEFGH")}</row>' for n in range(1, 2001))
    merges = "".join(f'<mergeCell ref="A{n}:H2000"/>' for n in range(1, 1500))
    refused(raw(tmp_path / "并.xlsx", f"<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>"), "万个")


def test_wild_values(tmp_path: Path) -> None:
    sheet = (
        '<sheetData><row r="x"><c r="!!" s="-4"><v>5</v></c><c r="ZZZ9" t="inlineStr"/><c r="B1" t="s"><v>-1</v></c><c t="zz"><v>乙</v></c>'
        '<c s="99999999999999999999"><v>1e99999</v></c><c t="d"><v>2023-03-08T00:00:00</v></c></row></sheetData>'
    )
    assert read_xlsx(raw(tmp_path / "怪.xlsx", sheet)).text == "5｜乙｜1e99999｜2023-03-08"


def test_word_file_named_xlsx(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "文.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    refused(tmp_path / "文.xlsx", "Word")


@pytest.mark.parametrize("rows", [5_000, pytest.param(50_000, marks=pytest.mark.slow)])
def test_many_rows_are_read_in_little_memory(tmp_path: Path, rows: int) -> None:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet()
    sheet.append(["地区", "产假", "日期", "比例"])
    for number in range(rows):
        sheet.append([f"县{number}", 158, date(2023, 3, 8), 0.5])
    made.save(tmp_path / "大.xlsx")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    lines = read_xlsx(tmp_path / "大.xlsx").text.split("\n")
    print(f"xlsx of {rows:,} rows: {time.process_time() - began:.1f} s")
    assert len(lines) == rows
    assert lines[-1] == f"地区：县{rows - 1}；产假：158；日期：2023-03-08；比例：0.5"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # KB


# Fuzz

CELL = st.one_of(
    st.none(),
    st.text(st.characters(whitelist_categories=("Lo",), max_codepoint=0x9FFF), min_size=1, max_size=12),
    st.integers(-(10**9), 10**9),
    st.booleans(),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=2, max_size=8))
@example([[None] * 3, [None, "题", None], [None, "名", "名"], [None, "甲", "乙"], [None, "丙", "丁"]])
def test_every_value_comes_in_order(tmp_path: Path, rows: list[list[Any]]) -> None:
    rows = [[f"头{x}" for x in range(3)], *rows]
    rows = [
        [f"行{y}{value}列{x}" if isinstance(value, str) else value for x, value in enumerate(row)]
        for y, row in enumerate(rows)
    ]
    text = read_xlsx(book(tmp_path / "a.xlsx", rows)).text if any(any(row) for row in rows[1:]) else ""
    places: dict[tuple[int, int], int] = {}
    for y, x in [(y, x) for y in range(1, len(rows)) for x in range(3) if isinstance(rows[y][x], str)] if text else []:
        if y + 1 < len(rows) and rows[y + 1][x] is None and rows[y][x] not in text:
            continue  # what may be the name of a column with nothing in it is left out, as an empty column is
        gap = any(all(cell is None for cell in row) for row in rows[1:y])
        assert text.count(rows[y][x]) == 1 or (gap and rows[y][x] in text)  # after a gap another table, with its names
        places[y, x] = text.index(rows[y][x])
    # Names of a later table stand between its values: in order is what shares a row or a column.
    for (y, x), place in places.items():
        assert all(place < other for (v, u), other in places.items() if (v == y and u > x) or (u == x and v > y))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 10))
@example(0, 1)
def test_mutated_files_never_break_the_reader(tmp_path: Path, seed: int, flips: int) -> None:
    chance = random.Random(seed)
    source = tmp_path / "源.xlsx"
    if not source.exists():
        book(source, [["地区", "产假"]] + [[f"县{n}", n] for n in range(40)])
    data = bytearray(source.read_bytes())
    for _ in range(flips):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path / "变.xlsx"
    path.write_bytes(data[: chance.randrange(len(data))] if seed % 4 == 0 else data)
    try:
        message = read_xlsx(path).text and path.name
    except UnreadableFile as error:
        message = str(error)
    assert path.name in message
