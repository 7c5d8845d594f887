"""What is read out of a question."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Turn, understand
from rag.model import Request, Risk
from rag.understand.privacy import mask

TODAY = date(2026, 11, 21)


def test_place_and_topic() -> None:
    question = understand("我在苏州，剖腹产双胞胎产假几天", today=TODAY)
    assert question.regions[0].name == "江苏省苏州市"
    assert question.topics == ("产假",)
    assert {"剖宫产", "多胞胎", "天数"} <= question.slots


def test_two_places() -> None:
    assert [r.province for r in understand("南京和上海产假哪个多", today=TODAY).regions] == ["江苏省", "上海市"]


def test_day_in_the_words() -> None:
    assert understand("2021年10月1日生的孩子，产假多少天", today=TODAY).as_of == date(2021, 10, 1)
    assert understand("2099年1月1日生的孩子", today=TODAY).as_of == TODAY


def test_history_switches_validity_off() -> None:
    assert understand("以前产假是不是90天", today=TODAY).as_of is None


def test_follow_up_is_read_with_the_turn_before() -> None:
    question = understand("那三胎呢？", [Turn("user", "我在河北，产假几天")], today=TODAY)
    assert question.topics == ("产假",)
    assert question.regions[0].province == "河北省"


def test_short_question_that_stands_alone_is_no_follow_up() -> None:
    question = understand("产假多少天", [Turn("user", "怀孕了公司要辞退我，怎么办？")], today=TODAY)
    assert question.search == "产假多少天"


def test_remembered_place_is_said() -> None:
    question = understand("痛经可以请假吗", [Turn("user", "我在江苏，产假几天")], today=TODAY)
    assert question.regions[0].province == "江苏省"
    assert any("沿用" in line for line in question.noticed)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("你好", Request.CHAT),
        ("？？", Request.EMPTY),
        ("明天股票涨吗", Request.OUTSIDE),
        ("江苏托管班今年怎么安排", Request.PLAN),
        ("孕期能上夜班吗", Request.RIGHT),
    ],
)
def test_kind(text: str, kind: Request) -> None:
    assert understand(text, today=TODAY).request is kind


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("他现在拿着刀", Risk.VIOLENCE),
        ("我不想活了", Risk.SELF_HARM),
        ("家庭暴力的定义是什么", None),
        ("反家暴培训讲义，丈夫打我的案例怎么写", None),
    ],
)
def test_danger(text: str, risk: Risk | None) -> None:
    assert understand(text, today=TODAY).risk is risk


def test_full_width_is_folded() -> None:
    assert understand("产假９８天？", today=TODAY).asked == "产假98天?"


@given(st.text(max_size=300))
def test_nothing_typed_breaks_it(text: str) -> None:
    question = understand(text, [Turn("user", text)], today=TODAY)
    assert question.as_of is None or question.as_of <= TODAY


@given(st.integers(0, 99_999_999))
def test_phone_numbers_never_pass(tail: int) -> None:
    phone = f"138{tail:08d}"
    text, masked = mask(f"我的电话{phone}，怀孕了")
    assert phone not in text
    assert masked


@pytest.mark.parametrize(
    "text",
    [
        "公司拖到下个月发工资",
        "主任拿刀具让我清洗",
        "孕期能做高处作业吗",
        "孕吐厉害能请病假吗",
        "工伤保险理赔找谁",
        "备孕能调离有毒岗位吗",
        "打疫苗公司扣工资吗",
    ],
)
def test_questions_of_work_are_neither_danger_nor_outside(text: str) -> None:
    question = understand(text, today=TODAY)
    assert (question.request, question.risk) == (Request.RIGHT, None)


@pytest.mark.parametrize(
    "text",
    ["孕吐怎么缓解", "宝宝发烧怎么办", "马来西亚产假几天", "给我讲个笑话", "新产假啥时候能落地", "2030年产假多少天"],
)
def test_other_subjects_are_outside(text: str) -> None:
    assert understand(text, today=TODAY).request is Request.OUTSIDE


@pytest.mark.parametrize("text", ["我老公把我锁在家里不让出门", "他拿着酒瓶要砸我", "前夫说要同归于尽", "有人掐我脖子"])
def test_violence_now(text: str) -> None:
    assert understand(text, today=TODAY).risk is Risk.VIOLENCE


@pytest.mark.parametrize("text", ["我撑不下去了", "想吃安眠药算了", "站在楼顶想跳下去"])
def test_self_harm_now(text: str) -> None:
    assert understand(text, today=TODAY).risk is Risk.SELF_HARM
