"""What is gathered for an index: own texts with their catalogue, repeated files and ids; and a check that finds faults."""

import json
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import CatalogError, Check, Kind, Level, find_regions, parse_region, read_paths, shipped
from documents.catalog import Row, read_catalog, row_of, write_catalog
from documents.faults import faults_of_library, read_digests
from documents.library import gather, shipped_catalog, shipped_folder
from documents.own import read_own
from documents.region import divisions
from documents.validity import replacements, resolve
from tests.documents.test_catalog import document

CELL = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12).map(str.strip)
NAME = CELL.filter(bool)
DAY = st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31))
ROWS = st.builds(
    Row,
    id=NAME,
    path=NAME.map(lambda name: name.replace("\\", "/")),
    title=NAME,
    kind=st.sampled_from(Kind),
    level=st.sampled_from(Level),
    region=st.sampled_from([r.name for r in divisions() if not r.county]),
    issuer=CELL,
    doc_no=CELL,
    published=DAY,
    effective=DAY,
    ended=DAY,
    year=st.none() | st.integers(1900, 2200),
    replaced_by=CELL,
    check=st.none() | st.sampled_from(Check),
    url=CELL,
    note=CELL,
)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROWS, max_size=4, unique_by=lambda row: row.id))
def test_any_catalogue_survives_the_round_trip(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    write_catalog(path, tuple(rows))
    assert read_catalog(path) == tuple(rows)


def test_row_of_a_document_is_its_catalogue_row() -> None:
    assert tuple(row_of(d) for d in shipped()) == shipped_catalog()


def test_shipped_texts_and_rows_are_one_to_one() -> None:
    files = {p.relative_to(shipped_folder()).as_posix() for p in shipped_folder().rglob("*.md")}
    assert files == {row.path for row in shipped_catalog()}
    ids = [p.id for d in shipped() for p in d.provisions]
    assert len(ids) == len(set(ids))
    assert {parse_region(d.region).name for d in shipped()} == {d.region for d in shipped()}


def test_every_restated_provision_has_a_check_state() -> None:
    assert [p.id for d in shipped() if d.kind is Kind.RESTATEMENT for p in d.provisions if p.check is None] == []


def test_no_shipped_plan_ends_and_no_ended_law_is_shipped_as_in_force() -> None:
    ends = {item.old: item.ended for item in replacements()}
    for one in gather_shipped():
        if one.level.is_plan:
            assert one.ended is None, one.id
        elif one.title in ends:
            assert one.in_force(date(2026, 1, 1)) is False, one.id


def gather_shipped() -> list:
    return resolve(list(shipped()))


@pytest.mark.parametrize(("region", "ended"), [("江苏省", date(2020, 1, 1)), ("浙江省", None)])
def test_a_repeal_holds_in_its_own_region(region: str, ended: date | None) -> None:
    old = document("旧女职工办法", date(2000, 1, 1), region=region)
    text = "第一条 甲。\n第二条 本办法自公布之日起施行，《旧女职工办法》同时废止。"
    new = document("新女职工办法", date(2020, 1, 1), text, region="江苏省")
    assert resolve([old, new])[0].ended == ended


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"effective": date(1990, 1, 1), "published": date(1991, 1, 1)}, "早于公布"),
        ({"effective": date(1990, 1, 1), "ended": date(1990, 1, 1)}, "不晚于施行"),
        ({"replaced_by": "没有这一份"}, "不在目录里"),
        ({"path": "别处.md"}, "目录里没有这一份"),
    ],
)
def test_library_check_finds_faults(change: dict, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = shipped_catalog()
    room = sys.modules["documents.faults"]
    monkeypatch.setattr(room, "shipped_catalog", lambda: (replace(rows[0], **change), *rows[1:]))
    assert any(words in fault for fault in faults_of_library())


def test_library_check_finds_a_changed_text(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = read_digests()
    name = next(iter(digests))
    monkeypatch.setattr(sys.modules["documents.faults"], "read_digests", lambda: {**digests, name: "0" * 64})
    assert [fault for fault in faults_of_library() if "SHA256SUMS" in fault] == [
        f"{name}：内容和 SHA256SUMS 记的不同。如果是有意改的，请运行 make seal。"
    ]


def test_library_check_finds_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *rest = shipped_catalog()
    rows = (replace(first, replaced_by=second.id), replace(second, replaced_by=first.id), *rest)
    monkeypatch.setattr(sys.modules["documents.faults"], "shipped_catalog", lambda: rows)
    assert sum("绕成了圈" in fault for fault in faults_of_library()) == 2


def test_library_check_finds_a_fact_without_check_state(monkeypatch: pytest.MonkeyPatch) -> None:
    document = next(d for d in shipped() if d.kind is Kind.RESTATEMENT)
    bare = replace(document, provisions=(replace(document.provisions[0], check=None), *document.provisions[1:]))
    monkeypatch.setattr(sys.modules["documents.faults"], "shipped", lambda: (bare,))
    assert any("没有核实状态" in fault for fault in faults_of_library())


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "某厂女职工办法.txt").write_text("第一条 产假158天。", encoding="utf-8")
    return folder


def test_check_state_of_the_users_row_reaches_the_provisions(texts: Path) -> None:
    row = Row("甲", "某厂女职工办法.txt", "某厂办法", Kind.RESTATEMENT, Level.COMPILED, "江苏省", check=Check.WEAK)
    write_catalog(texts.parent / "catalog.csv", (row,))
    document = read_own(texts.parent).reading.documents[0]
    assert document.check is Check.WEAK
    assert [p.check for p in document.provisions] == [Check.WEAK]


def test_wrong_own_catalogue_is_said(texts: Path) -> None:
    (texts.parent / "catalog.csv").write_text("id,path\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"catalog\.csv"):
        read_own(texts.parent)


def test_no_own_folder_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "none"))
    reading = gather()
    assert len(reading.documents) == len(shipped())
    assert reading.problems == []
    assert not (tmp_path / "none").exists()


def test_own_texts_join_the_shipped(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(texts.parent))
    assert [d.title for d in gather().documents][len(shipped()) :] == ["某厂女职工办法"]


def test_own_id_of_a_shipped_document_is_given_a_suffix(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = shipped_catalog()[0].id
    row = Row(taken, "某厂女职工办法.txt", "某厂办法", Kind.ORIGINAL, Level.COMPILED, "全国")
    write_catalog(texts.parent / "catalog.csv", (row,))
    monkeypatch.setenv("NIANGJIA_HOME", str(texts.parent))
    reading = gather()
    assert [d.id for d in reading.documents[len(shipped()) :]] == [f"{taken}~自有"]
    assert reading.problems == []


def test_a_file_given_twice_is_read_once(texts: Path) -> None:
    path = texts / "某厂女职工办法.txt"
    reading = read_paths([texts, path, texts.parent])
    assert [d.path for d in reading.documents] == [str(path)]
    assert reading.problems == []


def test_hidden_and_lock_files_are_passed_over(texts: Path) -> None:
    for name in (".隐藏.txt", "~$某厂.txt", "catalog.csv"):
        (texts / name).write_text("第一条 不该读。", encoding="utf-8")
    (texts / ".git").mkdir()
    (texts / ".git" / "内.txt").write_text("第一条 不该读。", encoding="utf-8")
    reading = read_paths([texts])
    assert (len(reading.documents), reading.problems) == (1, [])


def row(**more: object) -> str:
    return json.dumps({"id": "a", "title": "某条例", "article": "第一条", "text": "产假。"} | more)


def test_second_file_with_the_same_ids_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_text(row(), encoding="utf-8")
    (tmp_path / "2.jsonl").write_text(row(title="另一条例"), encoding="utf-8")
    reading = gather([tmp_path])
    assert [d.title for d in reading.documents] == ["某条例"]
    assert "2.jsonl" in reading.problems[0].message


def test_enormous_row_is_passed_over_quickly(tmp_path: Path) -> None:
    path = tmp_path / "大.jsonl"
    with path.open("wb") as out:
        out.write(row().encode() + b"\n")
        out.seek(50_000_000, 1)
        out.write(b"\n" + row(id="b").encode())
    started = time.perf_counter()
    reading = read_paths([path])
    assert time.perf_counter() - started < 5
    assert [p.id for d in reading.documents for p in d.provisions] == ["a", "b"]
    assert [problem.row for problem in reading.problems] == [2]


@pytest.mark.parametrize("bad", ["1" * 6000, "[" * 100_000, '"x"', "null", row(id="b", text="半个\ud83d表情")])
def test_odd_row_is_a_chinese_sentence(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "行.jsonl"
    path.write_text(row() + "\n" + bad, encoding="utf-8")
    reading = read_paths([path])
    assert len(reading.documents) == 1
    (problem,) = reading.problems
    assert problem.row == 2
    reason = problem.message.partition("：")[2]
    assert sum("\u4e00" <= char <= "\u9fff" for char in reason) >= 3, problem.message
    assert "sys." not in reason


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我在北京朝阳上班", ["北京市朝阳区"]),
        ("北京市 朝阳", ["北京市朝阳区"]),
        ("长春朝阳", ["吉林省长春市朝阳区"]),
        ("大连中山", ["辽宁省大连市中山区"]),
        ("辽宁朝阳", ["辽宁省朝阳市"]),
        ("朝阳", ["辽宁省朝阳市"]),
        ("广东中山", ["广东省中山市"]),
        ("吉林省吉林市", ["吉林省吉林市"]),
        ("北京和朝阳", ["北京市", "辽宁省朝阳市"]),
        ("我在静安上班", ["上海市静安区"]),
        ("万州的，剖腹产一个女儿", ["重庆市万州区"]),
        ("我在顺德打工", ["广东省佛山市顺德区"]),
        ("比如，延长的产假，平安的厂，是公安的", []),
        ("在和平的环境，在新华上班，在友好的单位", []),
    ],
)
def test_a_place_beside_its_city_is_that_citys(text: str, names: list[str]) -> None:
    assert [r.name for r in find_regions(text)] == names


def test_every_full_name_of_the_gazetteer_is_read_back() -> None:
    twice = {"甘肃省嘉峪关市嘉峪关市"}  # the city is its own only county
    for region in divisions():
        if region.name not in twice:
            assert parse_region(region.name) == region


@given(st.sampled_from(divisions()), st.sampled_from(divisions()))
def test_a_region_applies_to_itself_and_never_upwards(one: object, other: object) -> None:
    assert one.applies_to(one)
    assert not (one.applies_to(other) and other.applies_to(one)) or one == other
