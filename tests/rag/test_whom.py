"""Follow-ups that ask only what to do: the steps, with their sources, are the conclusion."""

import pytest

from rag import Assistant, Status, Turn
from rag.gate import check_citations
from rag.model import Question
from rag.understand import understand
from rag.whom import asks_whom

BEFORE = [Turn("user", "宝宝半岁，每天有一小时喂奶时间吧")]


def follow_up(asked: str) -> Question:
    return understand(asked, BEFORE)


def test_whom_to_turn_to_comes_first(assistant: Assistant) -> None:
    answer = assistant.ask("那公司不给咋办", BEFORE)
    assert answer.status is Status.ANSWERED
    assert answer.conclusion.startswith("欠薪、加班、产假，打12333")
    assert len(answer.conclusion) <= 150
    assert {c.title for c in answer.citations} >= {"求助热线", "劳动争议调解仲裁法"}
    assert len(answer.basis) == len(answer.citations)
    assert not check_citations(answer.citations, answer.retrieved).faults
    assert answer.steps  # what to keep stays a step
    assert not any(step.split("（《")[0] in answer.conclusion for step in answer.steps)


@pytest.mark.parametrize("asked", ["找谁投诉", "那公司不给咋办", "我能告他吗"])
def test_it_is_asked(asked: str) -> None:
    assert asks_whom(follow_up(asked))


@pytest.mark.parametrize("asked", ["那多久内要去仲裁", "投诉要钱吗", "那双胞胎呢"])
def test_something_else_is_asked(asked: str) -> None:
    assert not asks_whom(follow_up(asked))


def test_without_a_turn_before_it_is_a_question_of_its_own() -> None:
    assert not asks_whom(understand("公司不给产假咋办"))


@pytest.mark.parametrize("asked", ["公司欠我两个月工资往哪儿投诉", "孕期被扣钱该去哪里反映"])
def test_where_to_complain_needs_no_turn_before(asked: str) -> None:
    assert asks_whom(understand(asked))


def test_where_to_complain_about_wages(assistant: Assistant) -> None:
    answer = assistant.ask("公司欠我两个月工资，我该去哪里投诉")
    assert "12333" in answer.conclusion
    assert answer.citations
