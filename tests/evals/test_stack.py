"""The LangChain tutorial stack: that it answers, that its answers can be scored, and that the bench measures what it says."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from documents import Document, shipped
from evals import stack
from evals.__main__ import main
from evals.errors import BadGold, EvalsError, MissingPackage
from tests.evals.conftest import LAW, ROWS, TITLES, write

PARTS = ("langchain_community", "langchain_text_splitters", "rank_bm25")
needs_stack = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in PARTS),
    reason="python -m pip install langchain-community langchain-text-splitters rank-bm25",
)
ABORTION = "怀孕未满4个月流产，产假几天"


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    return [document for document in shipped() if document.title in TITLES]


@pytest.fixture(scope="module")
def built(documents: list[Document]) -> stack.Stack:
    return stack.Stack(documents)


def statutes(folder: Path) -> Path:
    rows = [
        {"id": "s1", "title": "产假条例", "article": "第一条", "date": "", "text": "女职工生育享受98天产假。"},
        {"id": "s2", "title": "哺乳条例", "article": "第一条", "date": "", "text": "每天给1小时哺乳时间。"},
        {"id": "s3", "title": "仲裁条例", "article": "第一条", "date": "", "text": "申请仲裁的时效为1年。"},
    ]
    return write(folder / "statutes.jsonl", rows)


@needs_stack
def test_the_stack_finds_chunks_of_a_provision(built: stack.Stack) -> None:
    found = built.search(ABORTION)
    assert 0 < len(found) <= 2 * stack.K
    assert (LAW, "第七条") in [(piece.metadata["title"], piece.metadata["article"]) for piece in found[:5]]
    assert all(len(piece.page_content) <= 500 for piece in found)


@needs_stack
def test_long_provisions_are_cut_and_keep_their_id(documents: list[Document]) -> None:
    from dataclasses import replace

    first = documents[0].provisions[0]
    long = replace(
        documents[0], provisions=(replace(first, text="".join(f"第{n}种情形可以休假。" for n in range(200))),)
    )
    found = stack.Stack([long]).search("第7种情形可以休假")
    assert len(found) > 1
    assert {piece.metadata["provision"] for piece in found} == {first.id}


@needs_stack
def test_its_answers_are_rows_that_score(
    tmp_path: Path, documents: list[Document], small_index: Path, gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.jsonl"
    assert stack.answer_questions(gold, answers, documents) == len(ROWS)
    rows = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    texts = {(d.title, p.article): p.text for d in documents for p in d.provisions}
    for row in rows:
        assert row["conclusion"].count("《") >= 3
        assert len(row["citations"]) == 3
        assert all(c["quote"] and c["quote"] in texts[c["title"], c["article"]] for c in row["citations"])
    assert main(["score", str(gold), str(answers), "--index", str(small_index)]) == 0
    assert "引文逐字" in capsys.readouterr().out


@needs_stack
def test_a_follow_up_is_asked_with_the_questions_before_it(tmp_path: Path, documents: list[Document]) -> None:
    def first(row: dict[str, Any]) -> list[dict[str, Any]]:
        answers = tmp_path / "answers.jsonl"
        stack.answer_questions(write(tmp_path / "q.jsonl", [row]), answers, documents)
        found: list[dict[str, Any]] = json.loads(answers.read_text(encoding="utf-8"))["retrieved"]
        return found

    bare = {"id": "x", "question": "那多久"}
    told = first(bare | {"history": ["哺乳时间每天", {"role": "assistant", "content": "仲裁时效"}]})
    assert told == first({"id": "x", "question": "哺乳时间每天\n那多久"})
    assert told != first(bare)


def test_a_missing_package_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rank_bm25", None)
    with pytest.raises(MissingPackage, match="python -m pip install langchain-community"):
        stack.Stack([])


def test_scores_by_hand() -> None:
    groups = [frozenset({"a", "b"}), frozenset({"c"})]
    assert stack.score(groups, ["x", "b", "a"]) == (0.5, 0.5)
    assert stack.score(groups, ["c", "a"]) == (1.0, 1.0)
    assert stack.score(groups, [f"x{n}" for n in range(10)] + ["a", "c"]) == (0.0, 0.0)
    assert stack.score(groups, []) == (0.0, 0.0)


def test_only_questions_whose_gold_is_in_the_corpus_are_asked(tmp_path: Path, documents: list[Document]) -> None:
    law = next(document for document in documents if document.title == LAW)
    seventh = next(provision.id for provision in law.provisions if provision.article == "第七条")
    asked = stack.asked_of(documents, write(tmp_path / "g.jsonl", ROWS))
    assert ("怀孕未满4个月流产，产假几天", [frozenset({seventh})]) in asked
    assert {question for question, _ in asked} == {
        "怀孕未满4个月流产，产假几天",
        "哺乳时间每天多久",
    }  # no refusal, no follow-up
    by_id = [{"question": "几天", "gold": [seventh]}, {"question": "别处的", "gold": [seventh, "s99999"]}]
    assert stack.asked_of(documents, write(tmp_path / "i.jsonl", by_id)) == [("几天", [frozenset({seventh})])]


def test_held_out_rows_are_not_asked(documents: list[Document], tmp_path: Path) -> None:
    rows = [ROWS[0], ROWS[0] | {"id": "h", "question": "留出的流产题", "holdout": True}]
    assert [question for question, _ in stack.asked_of(documents, write(tmp_path / "g.jsonl", rows))] == [
        ROWS[0]["question"]
    ]


def test_nothing_to_ask_is_said(documents: list[Document], tmp_path: Path) -> None:
    with pytest.raises(EvalsError, match="没有一题"):
        stack.asked_of(documents, write(tmp_path / "g.jsonl", [{"question": "几天", "gold": ["s99999"]}]))
    with pytest.raises(BadGold, match="第 1 行"):
        stack.asked_of(documents, write(tmp_path / "g.jsonl", [{"gold": ["s1"]}]))
    with pytest.raises(BadGold, match="第 2 行"):
        stack.asked_of(documents, write(tmp_path / "g.jsonl", [{"question": "几天", "gold": ["s1"]}, ROWS[0]]))


def test_of_many_questions_every_nth_is_asked(
    documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "_MOST", 3)
    name = documents[0].provisions[0].id
    path = write(tmp_path / "g.jsonl", [{"question": f"第{n}问", "gold": [name]} for n in range(7)])
    assert [question for question, _ in stack.asked_of(documents, path)] == ["第0问", "第3问", "第6问"]


@needs_stack
@pytest.mark.parametrize("system", stack.SYSTEMS)
def test_each_system_is_measured_on_the_same_questions(system: str, tmp_path: Path) -> None:
    questions = [{"question": "哺乳时间每天多久", "gold": ["s2"]}, {"question": "仲裁时效几年", "gold": ["s3"]}]
    figures = stack.measure(system, statutes(tmp_path), write(tmp_path / "q.jsonl", questions))
    assert (figures.system, figures.provisions, figures.questions) == (system, 3, 2)
    assert figures.build > 0
    assert 0 < figures.median <= figures.p95
    assert figures.recall == 1.0
    assert figures.rr > 0.5
    assert figures.memory > 20


@needs_stack
@pytest.mark.slow
def test_the_bench_prints_both_with_ratios(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = write(tmp_path / "q.jsonl", [{"question": "哺乳时间每天多久", "gold": ["s2"]}])
    assert main(["bench", "stack", "--corpus", str(statutes(tmp_path)), "--questions", str(questions)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "3 条，1 题" in lines[0]
    assert lines[1].split() == ["ours", "stack", "ours/stack"]
    table = {line.split()[0]: line.split()[2:] for line in lines[2:8]}
    assert set(table) == {"build", "memory", "median", "p95", "recall", "rr"}
    assert table["recall"] == ["1.000", "1.000", "1.00"]


@needs_stack
def test_the_bench_says_what_is_wrong_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = write(tmp_path / "q.jsonl", [{"question": "几天", "gold": ["s99999"]}])
    assert main(["bench", "stack", "--corpus", str(statutes(tmp_path)), "--questions", str(questions)]) == 2
    assert capsys.readouterr().err.strip() == "没有一题的应引条文在这份语料里。请用 --questions 给一份它的题集。"
