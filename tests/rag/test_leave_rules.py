"""Leave by rule: the figure of the place, the day and the case, or an honest word that there is none."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from documents import Check, shipped
from documents.model import Document
from documents.validity import resolve
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant, Status
from rag.answer import verify


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("辽宁护理假几天", ["20天"]),
        ("西安陪产假几天", ["15天", "夫妻异地的20天", "再加10天"]),
        ("广西陪产假几天", ["25天", "5天"]),
        ("合肥育儿假几天", ["满6周岁", "10天"]),
        ("重庆育儿假几天", ["批准", "5—10天"]),
        ("青海育儿假几天", ["15天", "不是强制"]),
        ("昆明两个娃，一个1岁一个2岁半，育儿假一年能休几天", ["15天 = 10天 + 5天"]),
        ("上海，两个娃都不到三岁，育儿假是5天还是10天", ["10天 = 5天 + 5天"]),
        ("河南婚假几天", ["21天 = 国家3天 + 河南18天", "28天 = 3天 + 18天 + 7天"]),
        ("山西婚假几天", ["30天", "不再另加"]),
        ("西安婚假几天", ["国家3天", "13天 = 3天 + 10天"]),
        ("福建产假几天", ["最低158天", "180天"]),
        ("西安生孩子做过孕前检查，产假几天", ["孕前检查", "10天"]),
        ("昆明痛经可以请假吗，几天", ["重度痛经", "1—2天"]),
        ("南京流产假几天", ["20天", "30天", "42天", "98天"]),
        ("怀孕50天胎停清宫，苏州，休几天", ["20天"]),
        ("广州怀孕满7个月引产了，休几天", ["75天"]),
        ("2025年11月20日在绵阳生的，产假几天", ["158天"]),
        ("2025年11月28日在绵阳生的，产假几天", ["188天"]),
    ],
)
def test_place_and_case_decide(assistant: Assistant, question: str, words: list[str]) -> None:
    answer = assistant.ask(question)
    assert answer.status is Status.ANSWERED, answer.conclusion
    assert [w for w in words if w not in answer.conclusion] == [], answer.conclusion
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "absent"),
    [("广州怀孕满7个月引产了，休几天", "42天"), ("怀孕50天胎停清宫，苏州，休几天", "30天"), ("北京流产假几天", "98天")],
)
def test_other_bands_and_weak_figures_are_not_told(assistant: Assistant, question: str, absent: str) -> None:
    assert absent not in assistant.ask(question).conclusion


@pytest.mark.parametrize("question", ["湖南陪产假多少天", "内蒙古育儿假几天", "福建婚假几天", "宁夏婚假多少天"])
def test_weak_rules_give_no_figure(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status is Status.PARTIAL
    assert not any(char.isdigit() for char in answer.conclusion.replace("12333", "")), answer.conclusion


@pytest.mark.parametrize("question", ["怀孕16周流产休几天", "武汉怀孕17周流产休几天", "怀孕4个月流产休几天"])
def test_near_a_boundary_both_bands_are_told(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert "15天" in answer.conclusion
    assert "42天" in answer.conclusion
    assert "医院证明" in answer.conclusion


@pytest.mark.parametrize(("label", "low"), [("老公陪产假几天", "10天"), ("育儿假几天", "5天"), ("婚假几天", "3天")])
def test_without_a_province_the_range_is_shown_and_asked(assistant: Assistant, label: str, low: str) -> None:
    answer = assistant.ask(label)
    assert answer.status is Status.CLARIFY
    assert f"从{low}到" in answer.conclusion
    assert "哪个省" in answer.conclusion
    forged = verify(replace(answer, conclusion=answer.conclusion.replace(f"从{low}到", "从1天到")))
    assert forged.status is Status.REFUSED or low == "1天"


@pytest.mark.parametrize("place", ["江苏", "内蒙古", "广东"])
def test_a_birth_before_the_known_rules_gets_no_present_figure(assistant: Assistant, place: str) -> None:
    answer = assistant.ask(f"{place}产假多少天", as_of=date(2018, 6, 1))
    assert answer.status is Status.PARTIAL
    assert "没有收入" in answer.conclusion
    assert not {"158", "178", "188"} & {answer.conclusion[i : i + 3] for i in range(len(answer.conclusion))}


def test_a_day_before_the_present_law_gets_the_law_of_that_day(assistant: Assistant) -> None:
    answer = assistant.ask("产假可以休多少天？", as_of=date(2010, 6, 1))
    assert "不少于90天" in answer.conclusion
    assert answer.citations[0].title == "劳动法"


def test_old_figure_of_a_changed_leave(assistant: Assistant) -> None:
    assert "20天" in assistant.ask("四川护理假几天", as_of=date(2025, 6, 1)).conclusion
    assert "30天" in assistant.ask("四川护理假几天").conclusion
    assert "婚假3天" in assistant.ask("山东婚假几天", as_of=date(2024, 6, 1)).conclusion


def changed(document: Document, old: str, new: str, check: Check | None = None) -> Document:
    """A document with other words (and another check state) in the provisions that hold them."""
    return replace(
        document,
        provisions=tuple(
            replace(p, text=p.text.replace(old, new), check=check or p.check) if old in p.text else p
            for p in document.provisions
        ),
    )


@pytest.mark.parametrize(("new", "check"), [("一些天", None), ("20天", Check.WEAK)])
def test_a_rule_does_not_count_where_its_provision_does_not_carry_it(
    library_index: Path, tmp_path: Path, new: str, check: Check | None
) -> None:
    documents = [
        changed(d, "20天", new, check) if d.title == "辽宁省女职工假期一览" else d
        for d in shipped()
        if d.region in ("全国", "辽宁省") and d.title != "辽宁省人口与计划生育条例"
    ]
    shutil.copytree(library_index, tmp_path / "index")  # what did not change is not encoded again
    build_documents(resolve(documents), tmp_path / "index", load_encoder())
    answer = Assistant(open_index(tmp_path / "index")).ask("辽宁护理假几天")
    assert "20" not in answer.conclusion


def test_without_the_library_no_rule_counts(tmp_path: Path) -> None:
    only = [d for d in shipped() if d.title == "人口与计划生育法"]
    build_documents(resolve(only), tmp_path, load_encoder())
    assistant = Assistant(open_index(tmp_path))
    for question in ("上海陪产假几天", "我1976年3月生，女工人，什么时候退休", "我上个月15号被辞退,还能仲裁吗"):
        answer = assistant.ask(question)
        assert not {"10", "2026", "2027"} & set(answer.conclusion.replace("年", " ").split()), answer.conclusion
        assert "10天" not in answer.conclusion
        assert "退休，那时" not in answer.conclusion
        assert "最后一天" not in answer.conclusion


def test_an_original_alone_carries_the_rules_that_were_held_against_it(tmp_path: Path) -> None:
    wanted = ("上海市人口与计划生育条例", "女职工劳动保护特别规定")
    build_documents(resolve([d for d in shipped() if d.title in wanted]), tmp_path, load_encoder())
    assistant = Assistant(open_index(tmp_path))
    for question, words in (
        ("上海双胞胎产假几天", "173天 = 国家98天 + 上海60天 + 多胞胎15天"),
        ("上海陪产假几天", "10天"),
    ):
        answer = assistant.ask(question)
        assert words in answer.conclusion, answer.conclusion
        assert {c.title for c in answer.citations} <= set(wanted)
