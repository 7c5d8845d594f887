"""Retirement and deadlines in answers: computed, cited, computed again by the gate, never 已过期."""

from dataclasses import replace
from datetime import date

import pytest

from rag import Assistant, Status
from rag.answer import verify

TODAY = date(2026, 11, 21)


def ask(assistant: Assistant, question: str) -> str:
    answer = assistant.ask(question, as_of=TODAY)
    assert answer.citations, answer.conclusion
    return f"{answer.status}：{answer.conclusion}"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("我1976年3月生,企业女工人,什么时候退休", ["answered", "延迟8个月", "2026年11月", "50周岁8个月"]),
        ("我1976年3月生，什么时候退休", ["clarify", "2026年11月", "2032年10月", "50还是55"]),
        ("我1980年5月12日出生，管理岗，几岁退休", ["answered", "2038年1月", "57周岁8个月"]),
        ("我1980年5月12日出生，管理岗，几岁退休，社保要交多少年", ["answered", "2038年1月", "19年6个月"]),
        ("我1980年5月12日出生，管理岗，最早能提前到几岁退休", ["answered", "2038年1月", "最多提前3年", "2035年5月"]),
        ("我老公1966年8月生，什么时候退休", ["answered", "60周岁5个月", "2027年1月"]),
        ("我75年3月生的流水线工人,女的全部58退休了吧", ["answered", "不是都到58", "50周岁2个月"]),
        ("我76年生的，车间女工人，几岁退休", ["answered", "50周岁7个月", "51周岁", "出生月份"]),
    ],
)
def test_retirement(assistant: Assistant, question: str, words: list[str]) -> None:
    told = ask(assistant, question)
    assert [w for w in words if w not in told] == [], told


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("我上个月15号被辞退,还能仲裁吗", ["1年", "2027年10月15日", "建议最迟2027年9月15日"]),
        ("怀孕被辞退到现在14个月了，还能去仲裁吗", ["1年", "可能已过，请先问12348或工会", "中断"]),
        ("昨天收到裁决书，最晚什么时候起诉", ["15日", "2026年12月5日", "建议最迟2026年11月30日"]),
        ("10月25号出的工伤，公司不报，我自己还来得及申请工伤认定吗", ["1年", "2027年10月25日"]),
        ("三年前公司安排孕期夜班，现在投诉监察还来得及吗", ["2年", "可能已过"]),
        ("我去年6月离职，公司欠我工资，还能要吗", ["劳动关系终止之日", "2026年6月1日", "可能已过"]),
        ("我2025年11月20日左右被辞退，11月还能仲裁吗", ["2026年11月20日", "可能已过"]),
    ],
)
def test_deadline(assistant: Assistant, question: str, words: list[str]) -> None:
    told = ask(assistant, question)
    assert [w for w in words if w not in told] == [], told
    assert "已过期" not in told
    assert "节假日" in assistant.ask(question, as_of=TODAY).text


def test_a_day_that_is_only_a_month_is_taken_at_its_first(assistant: Assistant) -> None:
    told = ask(assistant, "去年11月被开除，还能仲裁吗")
    assert "2025年11月1日" in told
    assert "要看具体是哪天" in told


@pytest.mark.parametrize(
    ("question", "true", "false"),
    [
        ("我1976年3月生,企业女工人,什么时候退休", "2026年11月", "2026年10月"),
        ("我1976年3月生,企业女工人,什么时候退休", "延迟8个月", "延迟9个月"),
        ("我上个月15号被辞退,还能仲裁吗", "2027年10月15日", "2028年10月15日"),
        ("我上个月15号被辞退,还能仲裁吗", "期限是1年", "期限是3年"),
    ],
)
def test_the_gate_computes_again(assistant: Assistant, question: str, true: str, false: str) -> None:
    answer = assistant.ask(question, as_of=TODAY)
    assert true in answer.conclusion
    assert verify(answer).status is answer.status
    assert verify(replace(answer, conclusion=answer.conclusion.replace(true, false))).status is Status.REFUSED


def test_computed_words_pass_only_beside_their_citations(assistant: Assistant) -> None:
    answer = assistant.ask("我1976年3月生,企业女工人,什么时候退休", as_of=TODAY)
    without = replace(answer, citations=answer.citations[1:], basis=answer.basis[1:])
    assert verify(without).status is Status.REFUSED


def test_birth_year_is_no_day_of_law(assistant: Assistant) -> None:
    question = assistant.ask("我1976年3月5日出生，女工人，什么时候退休").question
    assert question is not None
    assert question.as_of == date.today()
