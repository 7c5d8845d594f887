"""The cells against a matrix that was written by hand from the papers: does a paper say something on a topic, and where.

`gold.jsonl` was written before the comparison ran; the places marked `held` were looked at only once, at the end.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant
from rag.desk.compare import Cell, Row, known_rows
from rag.desk.compare.cells import Look, fill
from rag.desk.compare.topics import read_topics

GOLD = [json.loads(line) for line in (Path(__file__).parent / "gold.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def grid(assistant: Assistant) -> dict[tuple[Row, str], Cell]:
    look, rows = Look(assistant.papers, date(2026, 11, 21)), list(known_rows(assistant.papers).items())
    topics = dict.fromkeys(row["topic"] for row in GOLD)
    return {
        (row, topic): cell
        for topic in topics
        for (row, _), cell in zip(rows, fill(look, read_topics((topic,))[0], rows), strict=True)
    }


def _judged(grid: dict[tuple[Row, str], Cell], part: str) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """The gold cells of a part, each with the articles that are cited for it; those where either is right are left out if they are."""
    for gold in (g for g in GOLD if g["part"] == part):
        title = gold.get("title", "第八届" if gold["place"] == "全国" else "")
        rows = [
            row for row, _ in grid if row.place == gold["place"] and row.year == gold["year"] and title in row.title
        ]
        assert len(set(rows)) == 1, gold
        cited = {point.citation.article for point in grid[rows[0], gold["topic"]].points}
        if gold["says"] is not None or not cited <= set(gold["articles"]):
            yield gold, cited


# Measured: dev 60 of 60 and held 35 of 35, both ways.
@pytest.mark.parametrize("part", ["dev", "held"])
def test_filled_cells_cite_what_the_paper_says_on_the_topic(grid: dict[tuple[Row, str], Cell], part: str) -> None:
    filled = [(gold, cited) for gold, cited in _judged(grid, part) if cited]
    wrong = [(g["place"], g["year"], g["topic"], cited) for g, cited in filled if not cited <= set(g["articles"])]
    assert 1 - len(wrong) / len(filled) >= 0.97, wrong


@pytest.mark.parametrize("part", ["dev", "held"])
def test_what_the_papers_say_is_found(grid: dict[tuple[Row, str], Cell], part: str) -> None:
    there = [(gold, cited) for gold, cited in _judged(grid, part) if gold["says"]]
    missed = [(g["place"], g["year"], g["topic"]) for g, cited in there if not cited & set(g["articles"])]
    assert 1 - len(missed) / len(there) >= 0.97, missed


def test_the_gold_is_wide_enough() -> None:
    assert len({(row["place"], row["year"]) for row in GOLD}) >= 12
    assert len({row["topic"] for row in GOLD}) >= 10


def test_every_point_and_figure_stands_in_the_index(assistant: Assistant, grid: dict[tuple[Row, str], Cell]) -> None:
    texts = {chunk.id: chunk.text for chunk in assistant.papers.chunks}
    for (row, topic), cell in grid.items():
        assert len(cell.points) <= 3
        for point in cell.points:
            assert point.citation.quote in texts[point.citation.chunk_id], (row.name, topic)
            assert len(point.citation.quote) <= 120
            assert all(part in texts[point.citation.chunk_id] for part in point.text.split("……"))
            assert point.citation.document_id == row.document_id
        quotes = [point.citation.quote for point in cell.points]
        assert not any(one in other for n, one in enumerate(quotes) for other in quotes[:n] + quotes[n + 1 :])
        for figure in cell.figures:
            assert f"{figure.amount}{figure.unit}" in texts[figure.citation.chunk_id].replace(" ", "")


def test_the_one_figure_of_a_plan_is_in_its_cell(grid: dict[tuple[Row, str], Cell]) -> None:
    (cell,) = [cell for (row, topic), cell in grid.items() if (row.place, topic) == ("江苏", "两癌筛查")]
    assert any("10000名女职工" in point.text for point in cell.points)
