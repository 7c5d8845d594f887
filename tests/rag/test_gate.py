"""The gate catches what citations do not carry."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.figures import figures
from documents.numerals import to_chinese
from rag import Assistant, Status
from rag.answer import verify
from rag.gate import check_figures, check_polarity


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("产假98天", {"98"}),
        ("十五天", {"15"}),
        ("百分之八十", {"80"}),
        ("一次一个", set()),
        ("1,000元以上5000元以下", {"1000", "5000"}),
        ("2.5万人次", {"2.5"}),
        ("三个月", {"3"}),
    ],
)
def test_figures(text: str, found: set[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    ("said", "passed"),
    [
        ("单位不能因为怀孕辞退你。", True),
        ("单位不得降低工资。", True),
        ("怀孕期间辞退合法。", False),
        ("怀孕的照样降低工资。", False),
    ],
)
def test_what_a_list_forbids_its_items_are_forbidden(said: str, passed: bool) -> None:
    law = "用人单位不得因为女职工怀孕、生育、哺乳而做三件事：降低工资、予以辞退、解除劳动合同。"
    assert check_polarity(said, [law]).passed is passed


@given(st.integers(1, 9999))
def test_chinese_and_arabic_figures_are_alike(number: int) -> None:
    assert figures(f"共{to_chinese(number)}天") == figures(f"共{number}天") or number == 1


def test_invented_number_is_caught() -> None:
    assert not check_figures("产假188天。", ["产假98天。"]).passed
    assert check_figures("产假98天。", ["产假98天。"]).passed


def test_sum_is_carried_by_its_terms_only() -> None:
    assert check_figures("158天 = 国家98天 + 本省60天", ["98天", "60天"]).passed
    assert not check_figures("168天 = 国家98天 + 本省60天", ["98天", "60天"]).passed
    assert not check_figures("158天 = 国家98天 + 本省60天", ["98天"]).passed


def test_invented_number_refuses_the_answer(assistant: Assistant) -> None:
    answer = assistant.ask("流产三个月休几天")
    forged = verify(replace(answer, conclusion="可以休77天。"))
    assert forged.status is Status.REFUSED
    assert any("77" in line for line in forged.trace)


def test_forged_quote_is_cut(assistant: Assistant) -> None:
    answer = assistant.ask("流产三个月休几天")
    false = replace(answer.citations[0], quote="公司可以随时辞退孕妇")
    forged = verify(replace(answer, citations=(false,), basis=("x",)))
    assert not forged.citations
    assert forged.status is Status.REFUSED


def test_citation_outside_the_retrieved_set_is_cut(assistant: Assistant) -> None:
    answer = assistant.ask("流产三个月休几天")
    false = replace(answer.citations[0], chunk_id="没有这一段")
    forged = verify(replace(answer, citations=(*answer.citations, false), basis=(*answer.basis, "x")))
    assert false not in forged.citations


def test_hotlines_are_no_figures_but_look_alikes_are() -> None:
    assert check_figures("请打12338或110。", ["无"]).passed
    assert check_figures("全市1200辆公交车。", ["1200辆"]).passed
    assert not check_figures("全市1200辆公交车。", ["1201辆"]).passed


def test_clarifying_answer_is_held_against_its_sources_too(assistant: Assistant) -> None:
    answer = assistant.ask("产假多少天")
    assert answer.status is Status.CLARIFY
    forged = verify(replace(answer, conclusion="国家产假17天。你在哪个省？"))
    assert forged.status is Status.REFUSED


def test_hours_add_up_like_days() -> None:
    sources = ["每天安排1小时哺乳时间；每多哺乳1个婴儿，再加1小时。怀孕未满2个月。"]
    assert check_figures("双胞胎每天一共2小时 = 1小时 + 1小时。", sources).passed
    assert not check_figures("双胞胎每天一共3小时 = 1小时 + 1小时。", sources).passed
    assert not check_figures("每天2天。", sources).passed
