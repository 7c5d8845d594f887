"""Answers from plans: the sentence asked for, with place and year; nothing of another place or year; a plan is no right."""

from datetime import date
from pathlib import Path

import pytest

from index import build, open_index
from rag import Assistant, Status, Turn, understand
from rag.plan_asked import has_amount, read_asked
from rag.plan_units import Papers, place_of, times, units_of, year_of
from rag.plans import answer_plan

PLAN = """河南省总工会2025年女职工工作要点

一、普法宣传
（一）举办普法微视频大赛。一季度启动征集，由省总工会女职工部负责，法律工作部配合；三季度评选，评出一等奖10个、二等奖20个。
（二）开展法律咨询。全年目标服务女职工5万人次，惠及企业300家。
二、关爱服务
（三）爱心托管班。新建托管班120个，帮助职工子女6000人；但没有消防验收的场所不得开班。
（四）品牌建设。打造“豫见巾帼”服务品牌。
"""
OTHER = """山东省总工会2024年女职工工作要点

一、普法宣传
（一）普法宣传月。三月开展普法宣传，发放手册3万册。
二、关爱服务
（二）爱心托管班。新建托管班80个，服务职工子女4000人次。
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("plans")
    (folder / "河南省总工会2025年女职工工作要点.txt").write_text(PLAN, encoding="utf-8")
    (folder / "山东省总工会2024年女职工工作要点.txt").write_text(OTHER, encoding="utf-8")
    build([folder], folder / "index")
    return Assistant(open_index(folder / "index"))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("河南2025年普法微视频大赛谁负责", ("省总工会女职工部负责", "法律工作部配合")),
        ("河南要点一季度做什么", ("一季度启动征集",)),
        ("河南的服务品牌叫什么", ("豫见巾帼",)),
        ("河南法律咨询目标多少人次", ("5万人次",)),
        ("山东托管班办多少个", ("80个",)),
    ],
)
def test_the_sentence_asked_for_with_place_and_year(own: Assistant, question: str, said: tuple[str, ...]) -> None:
    answer = own.ask(question)
    assert answer.status is Status.ANSWERED
    assert all(words in answer.conclusion for words in said), answer.conclusion
    year = "2024" if "山东" in question else "2025"
    assert year in answer.conclusion
    assert len(answer.conclusion) <= 150
    assert {c.title[:2] for c in answer.citations} == {question[:2]}


def test_a_limit_stays_with_what_it_limits(own: Assistant) -> None:
    assert "但没有消防验收的场所不得开班" in own.ask("河南新建托管班多少个").conclusion


def test_a_past_plan_is_told_as_past(own: Assistant) -> None:
    said = answer_plan(own.papers, understand("河南的服务品牌叫什么"), today=date(2027, 1, 1))
    assert said is not None
    assert "当时写道" in said.conclusion
    same_year = answer_plan(own.papers, understand("河南的服务品牌叫什么"), today=date(2025, 6, 1))
    assert same_year is not None
    assert "当时" not in same_year.conclusion


@pytest.mark.parametrize("question", ["河南2024年工作要点里托管班建几个", "浙江省总工会的工作要点里托管班建几个"])
def test_another_year_or_place_is_refused(own: Assistant, question: str) -> None:
    answer = own.ask(question)
    assert answer.status is Status.REFUSED
    assert "120" not in answer.conclusion
    assert "80" not in answer.conclusion


def test_a_figure_that_is_not_written_is_said_to_be_missing(own: Assistant) -> None:
    answer = own.ask("河南打造服务品牌要投多少元")
    assert answer.status is Status.PARTIAL
    assert "没有写具体数字" in answer.conclusion


def test_people_and_visits_are_told_apart(assistant: Assistant) -> None:
    assert "人数，不是人次" in assistant.ask("大连两癌筛查14091人次是2019年一年的吗").conclusion
    assert "人次，不是人数" in assistant.ask("洛阳母婴室服务了180万女职工对吧").conclusion
    plain = assistant.ask("大连两癌筛查那个14091是人次还是人数?").conclusion
    assert "14091人" in plain
    assert "不是人" not in plain


def test_two_figures_for_one_question_are_both_told(assistant: Assistant) -> None:
    conclusion = assistant.ask("大连那年给女工办了多少期培训，多少人次").conclusion
    assert "485期" in conclusion
    assert "32期" in conclusion


def test_quarters_of_a_paper_come_together(assistant: Assistant) -> None:
    answer = assistant.ask("四季度还剩什么", [Turn("user", "江苏省总2023年女职工工作三季度有什么安排")])
    assert {c.article for c in answer.citations} == {"四、8"}
    both = assistant.ask("江苏要点一季度有哪几项活")
    assert {c.article for c in both.citations} == {"一、1", "五、9"}


def test_a_plan_asked_about_as_a_right(assistant: Assistant) -> None:
    answer = assistant.ask("江苏要点都写了推动用人单位落实两癌筛查规定,公司不给做,拿这份要点去仲裁能赢不?")
    assert "不是法律" in answer.conclusion
    assert any(not c.level.is_plan for c in answer.citations)


def test_units_know_place_year_and_times(assistant: Assistant) -> None:
    papers = Papers(assistant.index)
    by_label = {(c.card.title[:2], c.provision.article): c for c in papers.chunks}
    past, coming = by_label["大连", "一、（四）"], by_label["大连", "二、（三）"]
    assert (place_of(past), year_of(past), year_of(coming)) == ("大连", 2019, 2020)
    assert place_of(by_label["全国", "河南洛阳"]) == "洛阳"
    assert place_of(by_label["全国", "中通快递"]) == "中通快递"
    for unit in units_of(past):
        assert unit.text in past.text
        assert unit.quote in past.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三、四季度将总结", {"Q3", "Q4"}),
        ("第2季度", {"Q2"}),
        ("三月份启动", {"M3"}),
        ("2020年4月17日印发", set()),
        ("12月", {"M12"}),
        ("13月", set()),
    ],
)
def test_times(text: str, expected: set[str]) -> None:
    assert times(text) == expected


def test_what_is_asked(assistant: Assistant) -> None:
    asked = read_asked(assistant.papers, understand("大连2019年两癌筛查了多少人次,14091对吗"))
    assert asked.places == ("大连",)
    assert asked.years == (2019,)
    assert asked.unit == "人次"
    assert asked.figures == {"14091"}
    assert "大连" not in asked.words
    assert "2019" not in asked.words
    assert has_amount(asked, "服务3万人次")
    assert not has_amount(asked, "服务300人")


def test_own_plans_need_no_library(own: Assistant, tmp_path: Path) -> None:
    assert {c.card.title[:2] for c in own.papers.chunks} == {"河南", "山东"}


@pytest.mark.parametrize(
    ("asked", "wants"),
    [("把那几个活动的名字给我", "名"), ("办了几个托管班", "数"), ("有哪几个品牌", "名"), ("奖项设几个，叫什么", "名")],
)
def test_what_kind_of_thing_is_asked(assistant: Assistant, asked: str, wants: str) -> None:
    assert wants in read_asked(assistant.papers, understand(asked)).wants
    assert ("数" in read_asked(assistant.papers, understand(asked)).wants) == (wants == "数")


def test_a_question_about_plans_does_not_go_on_from_a_right(assistant: Assistant) -> None:
    before = [Turn("user", "我在河南，产假多少天？")]
    answer = assistant.ask("各市今年托管班怎么安排的？", before)
    assert "托管班" in answer.conclusion
    assert "产假" not in answer.conclusion


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("洛阳那295家母婴室总共花了多少钱建的", "没有写钱的数目"),
        ("大连市总工会2020年女职工工作一共批了多少经费", "没有写到经费"),
        ("焦作教科文卫体工会2020年给多少女老师做两癌筛查，写了人数没有", "没有写到"),
    ],
)
def test_what_a_paper_has_no_word_of_is_refused(assistant: Assistant, asked: str, words: str) -> None:
    answer = assistant.ask(asked)
    assert answer.status is Status.REFUSED
    assert words in answer.conclusion
    assert not answer.citations
