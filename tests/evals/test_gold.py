"""Gold sets from jsonl, CSV and xlsx: what is read, and that a bad row is named."""

import csv
import json
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from documents import shipped
from evals import load, load_suite, suites
from evals.errors import BadGold
from evals.gold import Source
from tests.evals.conftest import LAW, ROW, ROWS, write

HEADS = ["id", "question", "expect", "harm", "topic", "gold", "must", "must_not", "history", "holdout", "as_of", "days", "备注"]  # fmt: skip
LINE: list[Any] = [
    7, "那二胎呢", "answered", "high", "产假", f"《{LAW}》#第七条；甲#第一条\n乙#第二条", "98\\s*天|九十八天\n地方",
    "180\\s*天", "产假多少天\n江苏呢", "是", "2026-03-01", 158, "随便写",
]  # fmt: skip


def sheet(path: Path, lines: list[list[Any]]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as out:
            csv.writer(out).writerows(lines)
        return path
    book = Workbook()
    page = book.active
    assert page is not None
    for line in lines:
        page.append(line)
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["own.csv", "own.xlsx"])
def test_sheets_hold_the_same_as_jsonl(tmp_path: Path, name: str) -> None:
    (case,) = load(str(sheet(tmp_path / name, [HEADS, LINE])))
    assert (case.id, case.question, case.holdout, case.days) == ("7", "那二胎呢", True, 158)
    assert case.gold == ((Source(LAW, "第七条"), Source("甲", "第一条")), (Source("乙", "第二条"),))
    assert [[p.pattern for p in group] for group in case.must] == [["98\\s*天|九十八天"], ["地方"]]
    assert [p.pattern for p in case.must_not] == ["180\\s*天"]
    assert case.row["history"] == ["产假多少天", "江苏呢"]
    assert case.row["as_of"] == "2026-03-01"
    assert case.asked == "产假多少天\n江苏呢\n那二胎呢"


def test_cells_may_hold_json_and_dates(tmp_path: Path) -> None:
    line = [*LINE]
    line[5] = json.dumps([[{"title": LAW, "article": "第七条"}]], ensure_ascii=False)
    line[6] = "[12]\\s*天"  # begins like JSON but is a pattern
    line[10] = datetime(2026, 3, 1)
    (case,) = load(str(sheet(tmp_path / "own.xlsx", [HEADS, line, [None] * 13])))
    assert case.gold == ((Source(LAW, "第七条"),),)
    assert case.must[0][0].search("1天")
    assert case.row["as_of"] == "2026-03-01"


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (2, "maybe", "expect"),
        (5, "第七条", "题名#条"),
        (5, "[1", "JSON"),
        (6, "(", "must"),
        (9, "也许", "holdout"),
        (10, "三月", "as_of"),
        (11, "很多", "days"),
    ],
)
def test_bad_cell_is_named(tmp_path: Path, place: int, value: str, fault: str) -> None:
    bad = [value if n == place else cell for n, cell in enumerate(LINE)]
    bad[0] = "second"
    with pytest.raises(BadGold, match="第 3 行") as error:
        load(str(sheet(tmp_path / "own.csv", [HEADS, LINE, bad])))
    assert fault in str(error.value)


def test_unknown_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadGold, match="mustnot"):
        load(str(sheet(tmp_path / "own.csv", [[*HEADS, "mustnot"], [*LINE, "x"]])))


def test_a_file_that_is_no_sheet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_text("不是表", encoding="utf-8")
    with pytest.raises(BadGold, match=r"own\.xlsx"):
        load(str(path))
    path = tmp_path / "own.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadGold, match=r"own\.jsonl"):
        load(str(path))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "不是 JSON"),
        ("[1]", "不是一行题目"),
        (json.dumps(ROW | {"expect": "maybe"}), "expect"),
        (json.dumps({k: v for k, v in ROW.items() if k != "harm"}), "harm"),
        (json.dumps(ROW | {"question": ""}), "question"),
        (json.dumps(ROW | {"must": [["("]]}), "must"),
        (json.dumps(ROW | {"must": ["98"]}), "must"),
        (json.dumps(ROW | {"must": [[]]}), "must"),
        (json.dumps(ROW | {"must_not": "98"}), "must_not"),
        (json.dumps(ROW | {"under": "98"}), "under"),
        (json.dumps(ROW | {"gold": [[{"title": "x"}]]}), "gold"),
        (json.dumps(ROW | {"gold": [{"title": "x", "article": "y"}]}), "gold"),
        (json.dumps(ROW | {"days": "158"}), "days"),
        (json.dumps(ROW | {"date": "3月1日"}), "date"),
        (json.dumps(ROW | {"as_of": 2026}), "as_of"),
        (json.dumps(ROW | {"history": "产假"}), "history"),
        (json.dumps(ROW | {"holdout": "true"}), "holdout"),
        (json.dumps(ROW | {"region": 1}), "region"),
    ],
)
def test_bad_row_is_named(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(ROW | {"id": "first"}) + "\n" + line, encoding="utf-8")
    with pytest.raises(BadGold, match="第 2 行") as error:
        load(str(path))
    assert fault in str(error.value)


def test_repeated_id_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadGold, match="重复"):
        load(str(write(tmp_path / "set.jsonl", [ROW, ROW])))


def test_holdout_is_kept_apart(gold: Path) -> None:
    assert [c.id for c in load_suite(str(gold), holdout=False).cases] == ["a", "b", "d", "e"]
    assert [c.id for c in load_suite(str(gold), holdout=True).cases] == ["c"]
    assert len(load_suite(str(gold)).cases) == len(ROWS)
    assert load_suite(str(gold)).sha256 == load_suite(str(gold), holdout=True).sha256


def test_leave_rows_hold_days_or_a_date(tmp_path: Path) -> None:
    rows = [ROW | {"id": "d", "days": 158}, ROW | {"id": "t", "date": "2026-03-01"}]
    first, second = load(str(write(tmp_path / "leave.jsonl", rows)))
    assert (first.days, first.day) == (158, None)
    assert (second.days, second.day) == (None, date(2026, 3, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=4), st.sampled_from(["x.jsonl", "x.csv"]))
def test_any_text_is_read_or_refused_in_words(lines: list[str], name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass", newline="")
        try:
            cases = load(str(path))
        except BadGold as error:
            said = str(error)
        else:
            said = name if cases == () else "cases out of nothing"
    assert name in said


def test_shipped_suites_are_valid_and_their_gold_exists() -> None:
    known = {(d.title, p.article) for d in shipped() for p in d.provisions}
    ids: set[str] = set()
    assert suites()
    for name in suites():
        cases = load(name)
        assert cases
        assert not ids & {c.id for c in cases}
        ids |= {c.id for c in cases}
        for item in cases:
            for group in item.gold:
                assert any((source.title, source.article) in known for source in group), f"{name} {item.id}"
