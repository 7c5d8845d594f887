"""Next steps: of the right topic, from provisions that are named and retrieved, short, and held by the gate."""

import re
from dataclasses import replace
from datetime import date

import pytest

from documents.deadlines import deadline, deadlines
from documents.topics import topics
from rag import Assistant, Status
from rag.answer import verify
from rag.steps import _ALSO, LONGEST, MOST, STEPS_RIGHT, computed_words, step_faults
from rag.understand import understand
from rag.understand.topic import NAMES, topics_in

SOURCE = re.compile(r"（《(.+)》([^《》]*)）$")


def own_words(step: str) -> str:
    at = step.rfind("（《")
    return step[:at] if at >= 0 else step


def test_every_topic_has_words() -> None:
    assert set(NAMES) == set(topics())


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("怀孕四个月被公司辞退了", "孕期辞退"),
        ("试用期查出怀孕，公司叫我走人", "试用期"),
        ("主任在微信里发黄段子", "性骚扰"),
        ("老公打我，能申请保护令吗", "人身安全保护令"),
        ("浙江产假多少天", "产假天数"),
        ("老婆生了，护理假几天", "护理假育儿假"),
        ("上班路上被车撞了", "工伤"),
        ("孩子8个月还排我夜班", "哺乳期夜班加班"),
    ],
)
def test_words_lead_to_a_topic(question: str, topic: str) -> None:
    assert topics_in(question)[0] == topic


def test_what_has_no_topic_gets_none() -> None:
    assert topics_in("公司换了老板，工龄还算不算") == ()


def test_dismissed_in_pregnancy(assistant: Assistant) -> None:
    answer = assistant.ask("怀孕四个月，公司把我辞退了，违法吗")
    assert 3 <= len(answer.steps) <= MOST
    assert "孕检单" in answer.steps[0]
    assert any("1年内，从知道或者应当知道权利被侵害之日起算" in s and "中断" in s for s in answer.steps)
    assert "12351" in answer.steps[-1]


def test_told_day_gives_a_day_to_act_by(assistant: Assistant) -> None:
    day = date.today().replace(day=1)
    asked = f"怀孕了，{day.year}年{day.month}月{day.day}日被公司辞退，违法吗"
    deadline_step = next(s for s in assistant.ask(asked).steps if "申请劳动仲裁" in s)
    assert f"{day.year + 1}年" in deadline_step or "建议最迟" in deadline_step
    assert "建议最迟" in deadline_step


def test_never_says_that_it_is_over(assistant: Assistant) -> None:
    steps = assistant.ask("怀孕了，2021年3月5日被公司辞退，违法吗").steps
    late = next(s for s in steps if "申请劳动仲裁" in s)
    assert "可能已过，请先问12348或工会" in late
    assert "已过期" not in "".join(steps)


def test_a_birthday_starts_no_deadline() -> None:
    assert computed_words(deadline("申请劳动仲裁"), understand("2026年3月5日生的孩子，单位不给产假")) == ()


@pytest.mark.parametrize(
    "question",
    [
        "怀孕四个月，公司把我辞退了，违法吗",
        "部门经理老给我发黄段子怎么办",
        "上班路上骑车被汽车撞了，算工伤不",
        "公司三个月没发工资",
        "合肥的，孩子刚过4岁生日，公司说育儿假到3岁就没了",
        "面试问我打算几岁要孩子，没录我",
        "前夫老来骚扰，能申请保护令吗",
        "孕期夜班，八个月了还排",
    ],
)
def test_steps_are_short_named_and_retrieved(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    named = 0
    for step in answer.steps:
        assert len(own_words(step)) <= LONGEST + 30  # a computed day may follow
        if match := SOURCE.search(step[max(step.rfind("（《"), 0) :]):
            named += 1
            found = [e for e in answer.retrieved if e.chunk.card.title == match[1]]
            assert any(match[2] in ("", e.chunk.provision.article) for e in found), step
    assert named >= 2
    assert step_faults(answer) == {}
    assert {c.chunk_id for c in answer.citations} <= {e.chunk.id for e in answer.retrieved}


def test_steps_add_no_citations(assistant: Assistant) -> None:
    answer = assistant.ask("怀孕四个月，公司把我辞退了，违法吗")
    assert not {"维权步骤", "求助热线"} & {c.title for c in answer.citations}


def test_who_only_asks_how_much_gets_no_deadline(assistant: Assistant) -> None:
    assert not any("劳动仲裁" in s for s in assistant.ask("江西产假多少天").steps)
    assert any("劳动仲裁" in s for s in assistant.ask("江西产假公司只给98天").steps)


def test_no_sure_topic_gets_the_general_steps(assistant: Assistant) -> None:
    answer = assistant.ask("公司换了老板和名字，我原来的工龄还算不算")
    assert answer.steps == STEPS_RIGHT
    assert any(line.startswith("下一步：通用") for line in answer.trace)


def test_plans_get_no_steps(assistant: Assistant) -> None:
    assert assistant.ask("大连市级职工子女托管班2019援建几个").steps == ()


def test_danger_keeps_its_numbers_first(assistant: Assistant) -> None:
    answer = assistant.ask("他现在拿着菜刀在踹我房门")
    assert answer.status is Status.HOTLINE
    assert answer.text.index("110") < answer.text.index("你可以这样做")
    assert any("报警回执" in step for step in answer.steps)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("申请劳动仲裁：3年内（《劳动争议调解仲裁法》第二十七条）", "数字3"),
        ("打99999（《求助热线》）", "数字99999"),
        ("去找人（《没有这部法》第一条）", "没有检索到"),
    ],
)
def test_gate_cuts_a_step_that_its_source_does_not_carry(assistant: Assistant, step: str, fault: str) -> None:
    answer = assistant.ask("怀孕四个月，公司把我辞退了，违法吗")
    held = verify(replace(answer, steps=(*answer.steps, step)))
    assert held.steps == answer.steps
    assert held.status is answer.status
    assert any(fault in line for line in held.trace)


def test_what_interrupts_and_what_is_excepted_is_told_for_her_deadlines() -> None:
    told = {row.event for row in deadlines() if row.interrupts}
    assert told <= _ALSO.keys()
    assert _ALSO.keys() <= {row.event for row in deadlines()}
