"""The shipped papers: each gold row stands in its paper once, each planted fault rests on a provision that is no weak one."""

import pytest

from documents import Check, shipped
from documents.formats.dispatch import extract
from evals.clauses import Half, load_halves
from evals.clauses.match import CELLS, fold, match
from tests.evals.clauses.standins import finding

HALVES = load_halves()
# The strangers' papers came from four writers, each with a form of their own.
STRANGERS = "strangers"


@pytest.fixture(scope="module")
def provisions() -> dict[tuple[str, str], list[Check]]:
    found: dict[tuple[str, str], list[Check]] = {}
    for document in shipped():
        for provision in document.provisions:
            if provision.check is not None:
                found.setdefault((document.title, provision.article), []).append(provision.check)
    return found


@pytest.mark.parametrize("half", [h for h in HALVES if h.name != STRANGERS], ids=lambda half: half.name)
def test_ten_papers_of_several_formats(half: Half) -> None:
    assert len(half.papers) == 10
    formats = [name.rsplit(".", 1)[1] for name in half.papers]
    assert formats.count("docx") >= 3
    assert formats.count("pdf") >= 1
    assert {path.name for path in half.folder.iterdir()} == {*half.papers, "gold.jsonl"}
    for name in half.papers:
        assert (half.folder / name).stat().st_size < 50_000
        assert 12 <= len(half.of(name)) <= 30
        assert 4 <= sum(row.fault for row in half.of(name)) <= 8


def test_the_strangers_papers_are_those_of_four_writers() -> None:
    half = next(half for half in HALVES if half.name == STRANGERS)
    writers = [name[0] for name in half.papers]
    assert {writer: writers.count(writer) for writer in writers} == dict.fromkeys("abcd", 8)
    assert {path.name for path in half.folder.iterdir()} == {*half.papers, "gold.jsonl"}


@pytest.mark.parametrize("half", HALVES, ids=lambda half: half.name)
def test_each_row_stands_once_in_its_paper(half: Half) -> None:
    for name in half.papers:
        text = extract(half.folder / name).text
        lines = [finding(number, line, "等于") for number, line in enumerate(text.splitlines())]
        for row in half.of(name):
            if CELLS in row.clause:  # the reader writes the columns' names between the cells
                assert len(match([row.clause], lines)[0]) == 1, (name, row.clause)
            else:
                assert fold(text).count(fold(row.clause)) == 1, (name, row.clause)


@pytest.mark.parametrize("half", HALVES, ids=lambda half: half.name)
def test_each_fault_rests_on_a_provision(half: Half, provisions: dict[tuple[str, str], list[Check]]) -> None:
    for row in half.rows:
        if row.fault:
            checks = provisions.get((row.title, row.article), [])
            assert any(check is not Check.WEAK for check in checks), (row.title, row.article)
