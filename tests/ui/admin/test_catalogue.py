"""The catalogue in a grid: what is typed is checked as Excel's is; nothing is lost, nothing computed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from documents.catalog import write_catalog
from documents.errors import CatalogError
from documents.own import add
from tests.ui.admin.papers import regulation
from ui.admin import catalogue, words
from ui.admin.catalogue import SHOWN, Cells, cells, own_rows, remove, save


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("added")
    add([regulation(folder), regulation(folder, "苏州市女职工康乃馨驿站管理办法")], folder / "home")
    return folder / "home"


@pytest.fixture
def home(added: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(added, tmp_path / "home"))


@pytest.fixture
def loaded(home: Path) -> Cells:
    return cells(own_rows(home))


def typed(loaded: Cells, row: int = 0, **values: str) -> Cells:
    now = [list(cells) for cells in loaded]
    for name, value in values.items():
        now[row][SHOWN.index(name)] = value
    return now


def test_a_changed_row_is_written(home: Path, loaded: Cells) -> None:
    now = typed(loaded, title="康乃馨驿站办法", level="规范性文件", published="2024/3/1", inferred="", year="2024")
    assert save(home, loaded, now) == (1, [])
    row = own_rows(home)[0]
    assert (row.title, row.level, str(row.published), row.year, dict(row.inferred)) == (
        "康乃馨驿站办法", "规范性文件", "2024-03-01", 2024, {},
    )  # fmt: skip
    assert row.sha256
    assert own_rows(home)[1].title.startswith("苏州市")
    assert save(home, cells(own_rows(home)), cells(own_rows(home))) == (0, [])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("level", "法津", "「级别」 列的「法津」不认识"),
        ("region", "乌有市", "「地区」 列"),
        ("effective", "明年", "「施行日期」 列的「明年」不是日期"),
        ("year", "二零", "「年份」 列"),
        ("title", "", "「标题」 列是空的"),
        ("kind", "草稿", "「文本」 列的「草稿」不认识"),
        ("inferred", "标题 很高", "「推断的」 列"),
        ("note", "长" * 1001, "「备注」太长了"),
        ("path", "../../etc/passwd", "「文件」不能改"),
        ("check", "核对过", "「核对情况」 列"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_written(
    home: Path, loaded: Cells, name: str, value: str, said: str
) -> None:
    before = (home / "catalog.csv").read_bytes()
    now = typed(typed(loaded, 1, **{name: value}), 0, title="好的改动")
    count, faults = save(home, loaded, now)
    assert count == 0
    assert len(faults) == 1
    assert faults[0].startswith(words.ROW.format(number=2, title=loaded[1][0]))
    assert said in faults[0]
    assert (home / "catalog.csv").read_bytes() == before


def test_all_bad_cells_are_told_at_once(home: Path, loaded: Cells) -> None:
    _, faults = save(home, loaded, typed(typed(loaded, 0, level="x"), 1, region="x"))
    assert len(faults) == 2


def test_rows_cannot_come_or_go(home: Path, loaded: Cells) -> None:
    for now in (loaded[:1], [*loaded, loaded[0]], [], typed(loaded, id="another"), [row[:3] for row in loaded]):
        assert save(home, loaded, now) == (0, [words.ROWS_CHANGED])


def test_formulas_stay_words(home: Path, loaded: Cells) -> None:
    for value in ("=1+1", "@SUM(A1)", "-2", "+3", '=HYPERLINK("http://evil.example")', 'a","b', "a\r\nb"):
        assert save(home, cells(own_rows(home)), typed(cells(own_rows(home)), note=value)) == (1, [])
        assert own_rows(home)[0].note == " ".join(value.split())
        if value[0] in "=@-+":
            assert "'" + value[:4] in (home / "catalog.csv").read_text("utf-8-sig").replace('""', '"')


def test_what_excel_changed_meanwhile_is_not_overwritten(home: Path, loaded: Cells) -> None:
    now = typed(loaded, note="网页上的")
    save(home, loaded, typed(loaded, note="Excel 里的"))
    count, faults = save(home, loaded, now)
    assert (count, len(faults)) == (0, 1)
    assert words.CHANGED_ELSEWHERE in faults[0]
    assert save(home, loaded, typed(loaded, 1, note="另一行"))[0] == 1
    assert [row.note for row in own_rows(home)] == ["Excel 里的", "另一行"]


def test_a_removed_row_is_told(home: Path, loaded: Cells) -> None:
    write_catalog(home / "catalog.csv", own_rows(home)[1:], own=True)
    assert words.CHANGED_ELSEWHERE in save(home, loaded, typed(loaded, note="x"))[1][0]


def test_every_column_has_a_chinese_name() -> None:
    assert all(not header.isascii() for header in catalogue.HEADERS)
    assert own_rows(Path("/no/such/folder")) == ()


def test_a_document_is_taken_out_and_its_file_waits(home: Path, loaded: Cells) -> None:
    row = own_rows(home)[0]
    place = remove(home, row.id)
    assert [r.id for r in own_rows(home)] == [loaded[1][-1]]
    assert not (home / "documents" / row.path).exists()
    assert (home / place).is_file()
    assert place.startswith("removed/")
    with pytest.raises(CatalogError, match="已经没有"):
        remove(home, row.id)
    assert add([home / place], home).documents  # and it can come back
