"""Leave sums of answers: read from what was said, laid on the calendar by the rule that said the last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rag import Assistant
from rag.sums import leave_sums


def test_the_terms_of_a_sum_have_their_citations(assistant: Assistant) -> None:
    answer = assistant.ask("我在南京，剖腹产双胞胎，产假多少天？")
    (found,) = leave_sums(answer)
    assert (found.label, found.total) == ("江苏产假", 188)
    assert [(label, days) for label, days, _ in found.terms] == [
        ("国家", 98),
        ("江苏", 60),
        ("难产", 15),
        ("多胞胎", 15),
    ]
    for label, days, number in found.terms:
        cited = answer.citations[number - 1]
        assert str(days) in cited.quote
        assert (cited.region == "全国") is (label == "国家")
    assert found.start is None


def test_a_leave_with_its_first_day_is_laid_on_the_calendar(assistant: Assistant) -> None:
    answer = assistant.ask("我在安徽，2026年3月1日开始休产假，休到哪天？")
    (found,) = leave_sums(answer)
    assert (found.start, found.end, found.total) == (date(2026, 3, 1), date(2026, 8, 9), 158)
    moved = [holiday for holiday in found.holidays if holiday.moves]
    assert found.end == found.start + timedelta(found.total + len(moved) - 1)
    assert {holiday.name for holiday in moved} == {"清明节", "劳动节", "端午节"}


@pytest.mark.parametrize("asked", ["怀孕了公司要辞退我，怎么办？", "河南和江苏产假哪个多？", "产假多少天？", ""])
def test_other_answers_have_none(assistant: Assistant, asked: str) -> None:
    assert leave_sums(assistant.ask(asked)) == ()


def test_a_sum_that_does_not_come_out_is_not_shown(assistant: Assistant) -> None:
    answer = assistant.ask("我在河南，产假多少天？")
    assert leave_sums(answer)
    assert leave_sums(replace(answer, conclusion=answer.conclusion.replace("188", "189"))) == ()
