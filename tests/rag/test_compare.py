"""Comparisons: a row a place and year, each cell whole words of what it cites, nothing said of places that say nothing."""

import pytest

from rag import Assistant, Status, understand
from rag.compare import compare
from rag.rows import answer_row
from rag.understand.comparing import comparing
from tests.rag.test_plans import own as own_plans

own = own_plans


def places(answer: object) -> list[str]:
    table = getattr(answer, "table", None)
    return [row[0] for row in table.rows] if table else []


def test_each_cell_stands_in_what_its_row_cites(assistant: Assistant) -> None:
    answer = assistant.ask("各地对托管班怎么安排的")
    assert answer.status is Status.ANSWERED
    assert answer.table is not None
    assert len(places(answer)) == len(set(places(answer))) >= 5
    assert {"江苏", "山东", "洛阳", "焦作"} <= set(places(answer))
    for place, _, cell, mark in answer.table.rows:
        citation = answer.citations[int(mark.strip("[]")) - 1]
        assert cell in citation.quote
        assert place in citation.title + citation.article
    assert len(answer.conclusion) <= 150
    assert f"共{len(answer.table.rows)}项" in answer.conclusion


def test_the_table_is_read_as_lines_and_written_as_rows(assistant: Assistant) -> None:
    answer = assistant.ask("江苏和大连的两癌筛查有什么不同")
    assert answer.table is not None
    first, second = answer.table.lines
    assert first.startswith("江苏（2023）：")
    assert first.endswith("[1]")
    assert second.startswith("大连（2019）：")
    assert "14091人" in second
    assert first in answer.text
    assert answer.text.count(answer.table.rows[1][2]) == 1
    row = answer_row("x", answer, 0.1)
    assert row["table"]["columns"] == ["地方", "年份", "两癌筛查", "出处"]
    assert row["table"]["rows"][0][0] == "江苏"


def test_other_answers_have_no_table(assistant: Assistant) -> None:
    answer = assistant.ask("江苏两癌筛查要点里给多少人做")
    assert answer.table is None
    assert "table" not in answer_row("x", answer, 0.1)


def test_years_of_one_place(assistant: Assistant) -> None:
    answer = assistant.ask("大连2019和2020两年,普法维权这块写的有什么变化?")
    assert answer.table is not None
    assert [row[:2] for row in answer.table.rows] == [("大连", "2019"), ("大连", "2020")]
    assert {c.article[:1] for c in answer.citations} == {"一", "二"}


def test_a_place_without_a_paper_is_said_to_have_none(own: Assistant) -> None:
    answer = own.ask("河南、山东和浙江的工会计划里托管班对比")
    assert answer.status is Status.PARTIAL
    assert places(answer) == ["河南", "山东"]
    assert "浙江：本库没有查到" in answer.conclusion


def test_figures_that_count_otherwise_are_marked(own: Assistant) -> None:
    answer = own.ask("河南和山东的托管班各有多少职工子女")
    assert "6000人" in answer.conclusion
    assert "4000人次" in answer.conclusion
    assert "不能直接相比" in answer.conclusion


def test_which_places_mention_is_literal(assistant: Assistant) -> None:
    assert set(places(assistant.ask("哪些地方的工会材料里提到了母婴室"))) == {"南京", "洛阳"}


def test_a_leave_is_compared_by_rule(assistant: Assistant) -> None:
    answer = assistant.ask("河南和江苏产假哪个多")
    assert answer.status is Status.ANSWERED
    assert answer.conclusion.startswith("河南多")
    assert "188天" in answer.conclusion
    assert "158天" in answer.conclusion
    assert places(answer) == ["河南", "江苏"]
    assert [c.region for c in answer.citations] == ["河南省", "江苏省"]


def test_equal_days_are_called_equal(assistant: Assistant) -> None:
    assert assistant.ask("浙江和广东的陪产假哪边长").conclusion.startswith("天数一样")


def test_one_case_in_two_places_is_no_comparison(assistant: Assistant) -> None:
    assert assistant.ask("公司在深圳，我户口在山西，婚假按30天算可以吗").table is None
    assert assistant.ask("我老家洛阳，在大连上班，公司不给做两癌筛查怎么办").table is None


@pytest.mark.parametrize(
    ("text", "count", "everywhere", "compares"),
    [
        ("各地对托管班怎么安排", 0, True, True),
        ("哪些省提到了母婴室", 0, True, True),
        ("河南和江苏的两癌筛查有什么不同", 2, False, True),
        ("大连2019和2020年有什么变化", 1, False, True),
        ("大连2019年筛了多少人", 1, False, False),
        ("产假多少天", 0, False, False),
    ],
)
def test_what_compares(text: str, count: int, everywhere: bool, compares: bool) -> None:
    found = comparing(text, count)
    assert (found is not None) is compares
    assert found is None or found.everywhere is everywhere


def test_a_topic_is_needed(assistant: Assistant) -> None:
    assert compare(assistant.papers, understand("各地怎么样")) is None
