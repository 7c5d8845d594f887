"""The command line: exit codes, run files that are whole or absent, and provisions counted once."""

import json
from datetime import date
from pathlib import Path

import pytest

from documents import Level
from index import Scope, SearchIndex, build_documents
from index.__main__ import main, provisions
from index.chunk import Card
from index.store import load
from tests.index.conftest import ToyEncoder, document

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    (folder / "某市女职工办法.txt").write_text("第一条 产假98天。\n第二条 哺乳1小时。", encoding="utf-8")
    assert main(["build", "--documents", str(folder / "某市女职工办法.txt"), "--out", str(folder / "out")]) == 0
    return folder / "out"


def batch(built: Path, tmp_path: Path, *rows: object, k: int = 5) -> tuple[int, Path]:
    queries, run = tmp_path / "q.jsonl", tmp_path / "r.trec"
    queries.write_text(
        "\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8"
    )
    code = main(["search", "--queries", str(queries), "--run", str(run), "--index", str(built), "--k", str(k)])
    return code, run


GOOD = {"id": "q1", "question": "产假"}


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        "7",
        {"id": "q2"},
        {"question": "产假"},
        {"id": "q2", "question": "产假", "region": "火星"},
        {"id": "q2", "question": "产假", "region": 5},
        {"id": "q2", "question": "产假", "as_of": 5},
        {"id": "q2", "question": "产假", "as_of": "昨天"},
        {"id": "q2", "question": None},
    ],
)
def test_bad_query_row_leaves_no_half_run(
    bad: object, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, run = batch(built, tmp_path, GOOD, bad)
    assert code == 2
    assert not run.exists()
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert "第 2 行" in said[0]


def test_run_has_six_columns_whatever_the_id(built: Path, tmp_path: Path) -> None:
    code, run = batch(built, tmp_path, {"id": "第 一 问", "question": "产假"}, {"id": 7, "question": "哺乳"})
    assert code == 0
    rows = [line.split() for line in run.read_text(encoding="utf-8").splitlines()]
    assert {len(row) for row in rows} == {6}
    assert {row[0] for row in rows} == {"第一问", "7"}


def test_run_is_the_same_each_time(built: Path, tmp_path: Path) -> None:
    first = batch(built, tmp_path, GOOD, {"id": "q2", "question": "每天哺乳多久", "as_of": "2020-01-01"})[
        1
    ].read_bytes()
    assert (
        batch(built, tmp_path, GOOD, {"id": "q2", "question": "每天哺乳多久", "as_of": "2020-01-01"})[1].read_bytes()
        == first
    )
    assert first


def test_no_questions_no_rows(built: Path, tmp_path: Path) -> None:
    code, run = batch(built, tmp_path)
    assert (code, run.read_text(encoding="utf-8")) == (0, "")


@pytest.mark.parametrize("missing", ["--queries", "--run"])
def test_missing_paths_are_one_sentence(
    missing: str, built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps(GOOD), encoding="utf-8")
    paths = {"--queries": "q.jsonl", "--run": "r.trec"} | {missing: "none/x"}
    arguments = [part for name, path in paths.items() for part in (name, str(tmp_path / path))]
    assert main(["search", *arguments, "--index", str(built)]) == 2
    assert "none" in capsys.readouterr().err


def test_no_index_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "产假", "--index", str(tmp_path)]) == 2
    assert f"python -m index build --out {tmp_path}" in capsys.readouterr().err


def test_out_that_is_a_file_is_not_done(built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 would say that an index was built."""
    (tmp_path / "out").write_text("", encoding="utf-8")
    text = built.parent / "某市女职工办法.txt"
    assert main(["build", "--documents", str(text), "--out", str(tmp_path / "out")]) == 2
    assert "out" in capsys.readouterr().err


@pytest.mark.slow
def test_build_without_documents_takes_library_and_own_texts_and_stays_out_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from documents import shipped

    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "某厂女职工办法.txt").write_text("第一条 本厂另给五天蓝莓假。", encoding="utf-8")
    assert main(["build"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["documents", "index"]
    assert (
        json.loads((tmp_path / "index" / "manifest.json").read_text(encoding="utf-8"))["documents"]
        == len(shipped()) + 1
    )
    capsys.readouterr()
    assert main(["search", "蓝莓假", "--k", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["title"] == "某厂女职工办法"


def test_long_provision_counts_once_and_leaves_room_for_others(folder: Path, toy: ToyEncoder) -> None:
    long = "第一条 " + "\n".join(f"（{n}）" + "产假" * 200 + "；" for n in range(40))
    documents = [document("长条例", long), *(document(f"条例{n}", f"第一条 产假规定{n}。") for n in range(6))]
    build_documents(documents, folder, toy)
    index = SearchIndex(load(folder), toy)
    assert max(len(chunk.text) for chunk in index.chunks) <= 600
    found = provisions(index, "产假产假", 5, Scope((), TODAY))
    assert len(found) == 5
    assert len({name for name, _ in found}) == 5
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert len(provisions(index, "产假", 100, Scope((), TODAY))) == 7
    assert found == provisions(index, "产假产假", 7, Scope((), TODAY))[:5]


def card(level: Level, region: str, start: date | None, ended: date | None) -> Card:
    return Card.of(document("某", "第一条 甲。", level, region, start, ended=ended))


PLACES = ["全国", "江苏省", "江苏省南京市", "江苏省苏州市", "上海市", "江苏省苏州市昆山市"]
CARDS = [
    card(level, region, start, ended)
    for level in (Level.LAW, Level.LOCAL_LAW, Level.UNION, Level.NEWS)
    for region in PLACES
    for start, ended in [
        (date(2012, 1, 1), None),
        (date(1990, 1, 1), date(2012, 1, 1)),
        (date(2030, 1, 1), None),
        (None, None),
        (None, date(2012, 1, 1)),
    ]
]


@pytest.mark.parametrize("as_of", [None, date(2000, 1, 1), date(2012, 1, 1), TODAY])
@pytest.mark.parametrize("place", PLACES)
def test_scope_over_every_kind_of_document(place: str, as_of: date | None) -> None:
    from documents import parse_region

    regions = () if place == "全国" else (parse_region(place),)
    for one in CARDS:
        near = place.startswith(one.region.name) or one.region.name == "全国"
        if one.level.is_plan:
            near = near or place == "全国" or one.region.name.startswith(place)
            valid = as_of is None or one.ended is None or as_of < one.ended
        else:
            begun = as_of is None or one.start is None or one.start <= as_of
            valid = begun and (as_of is None or one.ended is None or as_of < one.ended)
        assert Scope(regions, as_of).allows(one) == (near and valid), (one, place, as_of)
        for plans in (True, False):
            wanted = near and valid and one.level.is_plan == plans
            assert Scope(regions, as_of, plans).allows(one) == wanted


def test_two_regions_allow_what_either_allows() -> None:
    from documents import parse_region

    first, second = parse_region("南京"), parse_region("上海")
    for one in CARDS:
        either = Scope((first,), TODAY).allows(one) or Scope((second,), TODAY).allows(one)
        assert Scope((first, second), TODAY).allows(one) == either


def test_equal_texts_come_in_the_order_of_the_index(folder: Path, toy: ToyEncoder) -> None:
    text = "第一条 哺乳时间一小时。"
    build_documents([document(f"条例{n}", text, title="条例") for n in range(20)], folder, toy)
    index = SearchIndex(load(folder), toy)
    for scope in (None, Scope((), TODAY)):
        assert [hit.chunk.card.id for hit in index.search("哺乳", 9, scope)] == [f"条例{n}" for n in range(9)]


def test_fewer_hits_are_the_first_of_more(folder: Path, toy: ToyEncoder) -> None:
    build_documents([document(f"条例{n}", f"第一条 产假{n}天，哺乳{n % 3}小时。") for n in range(30)], folder, toy)
    index = SearchIndex(load(folder), toy)
    many = index.search("产假哺乳多久", 20)
    for k in (1, 5, 19):
        assert index.search("产假哺乳多久", k) == many[:k]
