"""Approved answers: the same question gets them, anything else does not, and a changed provision ends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import parse_region, shipped
from documents.model import Check, Document
from documents.validity import resolve
from index import build_documents, open_index
from index.chunk import Chunk
from index.encoder import load_encoder
from rag import Answer, Assistant, Status, Turn
from rag.approved import Approved, cited_of, edited_answer, key_of, may_have, same_words
from rag.model import Question, Request
from rag.wording import Endpoint, worded

ASKED, PLACE = "哺乳期每天有多长时间喂奶？", ""
RULES, NURSING = "女职工劳动保护特别规定", "第九条"
ROLE, DAY = "省总工会女职工部", date.today()


class Shelf:
    """Keeps approved answers in memory."""

    def __init__(self, *kept: Approved) -> None:
        self.kept = {approved.key: approved for approved in kept}
        self.expired: list[tuple[Approved, str]] = []

    def find(self, question: Question) -> Approved | None:
        return self.kept.get(key_of(question))

    def expire(self, approved: Approved, why: str) -> None:
        self.expired.append((approved, why))
        del self.kept[approved.key]


def approval(assistant: Assistant, asked: str, place: str = "", conclusion: str = "") -> Approved:
    """Approve the engine's own answer, or other words on its sources."""
    regions = (parse_region(place),) if place else ()
    question = assistant.read(asked, regions=regions)
    answer = assistant.fresh(question)
    chunks = {chunk.id: chunk for chunk in assistant.index.chunks}
    return Approved(
        key_of(question),
        question.asked,
        tuple(r.name for r in question.regions),
        question.request,
        answer.status,
        answer.verdict,
        conclusion or answer.conclusion,
        tuple(cited_of(c, chunks[c.chunk_id]) for c in answer.citations),
        bool(conclusion),
        ROLE,
        DAY,
        1,
    )


def serving(assistant: Assistant, *kept: Approved) -> tuple[Assistant, Shelf]:
    shelf = Shelf(*kept)
    return Assistant(assistant.index, shelf), shelf


def is_approved(answer: Answer) -> bool:
    return answer.approved is not None


@pytest.fixture(scope="module")
def kept(assistant: Assistant) -> Approved:
    return approval(assistant, ASKED)


@pytest.mark.parametrize(
    "asked",
    [
        ASKED,
        "哺乳期每天有多长时间喂奶",
        "请问，哺乳期每天有多长时间喂奶呢？谢谢",
        "哺乳期 每天有多長時間餵奶？",
        "哺乳期每天有多长时间喂奶?!",
    ],
)
def test_the_same_question_gets_it(assistant: Assistant, kept: Approved, asked: str) -> None:
    kept = replace(kept, conclusion=assistant.fresh(assistant.read(ASKED)).conclusion)
    mine, shelf = serving(assistant, kept)
    answer = mine.ask(asked)
    assert answer.approved
    assert (answer.approved.role, answer.approved.day) == (ROLE, DAY)
    assert answer.conclusion == kept.conclusion
    assert f"本答复经{ROLE}于{DAY.year}年{DAY.month}月{DAY.day}日审定" in answer.notes
    assert f"审定答复：{ROLE}，{DAY.isoformat()}" in answer.trace
    assert answer.citations
    assert {c.chunk_id for c in answer.citations} <= {e.chunk.id for e in answer.retrieved}
    assert not shelf.expired


@pytest.mark.parametrize(
    "asked",
    [
        "哺乳期每天没有多长时间喂奶？",
        "双胞胎哺乳期每天有多长时间喂奶？",
        "我在河南，哺乳期每天有多长时间喂奶？",
        "以前哺乳期每天有多长时间喂奶？",
        "产假多少天？",
    ],
)
def test_another_question_does_not(assistant: Assistant, kept: Approved, asked: str) -> None:
    mine, shelf = serving(assistant, kept)
    assert not is_approved(mine.ask(asked))
    assert not shelf.expired


def test_place_in_words_or_chosen_is_the_same(assistant: Assistant) -> None:
    kept = approval(assistant, "产假多少天？", "河南")
    mine, _ = serving(assistant, kept)
    for asked, place in (("我在河南，产假多少天？", ""), ("河南产假多少天", ""), ("产假多少天", "河南省")):
        assert is_approved(mine.ask(asked, regions=(parse_region(place),) if place else ())), asked
    assert is_approved(mine.ask("产假多少天", [Turn("user", "我在河南，婚假几天")]))  # the place is carried on
    for asked in ("我在郑州，产假多少天？", "产假多少天？", "江苏产假多少天"):
        assert not is_approved(mine.ask(asked)), asked


def test_a_follow_up_counts_with_what_went_before(assistant: Assistant) -> None:
    history = [Turn("user", "我在浙江，产假多少天？")]
    question = assistant.read("那二胎呢？", history)
    kept = replace(approval(assistant, "我在浙江，产假多少天？那二胎呢？"), key=key_of(question))
    mine, _ = serving(assistant, kept)
    assert is_approved(mine.ask("那二胎呢？", history))
    assert not is_approved(mine.ask("那二胎呢？", [Turn("user", "我在上海，产假多少天？")]))


def test_danger_other_days_and_what_is_outside_never_use_one(assistant: Assistant) -> None:
    class Always(Shelf):
        def find(self, question: Question) -> Approved | None:
            raise AssertionError(question)

    mine = Assistant(assistant.index, Always())
    assert mine.ask("他正在砸门要打我，产假多少天").status is Status.HOTLINE
    assert mine.ask("2019年3月1日产假多少天，河南").status
    assert mine.ask("我在河南，产假多少天？", as_of=DAY - timedelta(days=400)).conclusion
    assert mine.ask("以前产假是不是90天").conclusion
    for asked in ("明天股票涨吗", "你好", "", "？？？", "产假多少天，还有明天股票涨吗"):
        assert not is_approved(mine.ask(asked))


def changed(document: Document, article: str, old: str, new: str) -> Document:
    assert any(p.article == article and old in p.text for p in document.provisions)
    return replace(
        document,
        provisions=tuple(
            replace(p, text=p.text.replace(old, new)) if p.article == article else p for p in document.provisions
        ),
    )


@pytest.fixture(scope="module")
def nursing(assistant: Assistant) -> Approved:
    return approval(assistant, ASKED)


@pytest.fixture(scope="module", params=["changed", "ended", "gone", "another"])
def other_index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Assistant]:
    """A small index in which the article changed, its law ended, is not there, or another article changed."""
    law = next(d for d in shipped() if d.title == RULES)
    made = {
        "changed": [changed(law, NURSING, "1小时", "2小时")],
        "ended": [replace(law, ended=DAY)],
        "gone": [next(d for d in shipped() if d.title == "劳动合同法")],
        "another": [changed(law, "第七条", "98天", "128天")],
    }[request.param]
    folder = tmp_path_factory.mktemp("other") / "index"
    build_documents(resolve(made), folder, load_encoder())
    return request.param, Assistant(open_index(folder))


SAYS = {"changed": "的文字变了", "ended": "今天已不再有效", "gone": "不在现在的索引里"}


def test_a_changed_provision_ends_it_with_the_reason(other_index: tuple[str, Assistant], nursing: Approved) -> None:
    how, fresh = other_index
    only = replace(nursing, cited=tuple(c for c in nursing.cited if (c.title, c.article) == (RULES, NURSING)))
    assert only.cited
    shelf = Shelf(only)
    answer = Assistant(fresh.index, shelf).ask(ASKED)
    if how == "another":
        assert is_approved(answer)
        assert not shelf.expired
        return
    assert not is_approved(answer)
    [(gone, why)] = shelf.expired
    assert gone == only
    assert why.startswith(f"《{RULES}》{NURSING}")
    assert SAYS[how] in why
    assert any(why in line for line in answer.trace)
    assert answer.conclusion == fresh.ask(ASKED).conclusion  # the fresh one


def test_words_that_no_longer_pass_the_gate_are_not_given(assistant: Assistant, kept: Approved) -> None:
    mine, shelf = serving(assistant, replace(kept, conclusion="每天有3小时喂奶。"))
    assert "3小时" not in mine.ask(ASKED).conclusion
    assert "没有通过今天的核对" in shelf.expired[0][1]
    assert "数字3" in shelf.expired[0][1]


def test_a_model_does_not_reword_it(assistant: Assistant, kept: Approved) -> None:
    answer = serving(assistant, kept)[0].ask(ASKED)
    nowhere = Endpoint("http://127.0.0.1:9/v1", "none", "")
    assert worded(answer, nowhere, agreed=True) is answer


def chunk(assistant: Assistant, title: str, article: str) -> Chunk:
    return assistant.index.by_article[title, article][0]


@pytest.mark.parametrize(
    ("said", "sources", "faults"),
    [
        ("哺乳未满1周岁婴儿的，每天有1小时哺乳时间。", [(RULES, NURSING)], []),
        ("哺乳未满1周岁婴儿的，每天有1小时哺乳时间。", [], ["没有选出处"]),
        ("哺乳未满1周岁婴儿的，每天有2小时哺乳时间。", [(RULES, NURSING)], ["数字2"]),
        ("哺乳未满2周岁婴儿的，每天有1小时哺乳时间。", [(RULES, NURSING)], ["数字2"]),
        ("哺乳满1周岁婴儿的，每天有1小时哺乳时间。", [(RULES, NURSING)], ["界限"]),
        ("单位不能因为怀孕辞退你。", [(RULES, "第五条")], []),
        ("单位可以辞退怀孕女职工。", [(RULES, "第五条")], ["可以"]),
        ("怀孕期间公司辞退合法。", [(RULES, "第五条")], ["肯定否定", "合法"]),
        ("公司要给你发双薪。", [(RULES, NURSING)], ["意思"]),
        ("单位不得安排1小时哺乳时间。", [(RULES, "第七条")], ["不得"]),
        ("", [(RULES, NURSING)], ["结论是空的"]),
        ("。。。！", [(RULES, NURSING)], ["结论是空的"]),
        ("每天1小时。" * 90, [(RULES, NURSING)], ["最多400字"]),
        ("每天1小时，找王芳13800138000。", [(RULES, NURSING)], ["个人信息"]),
        ("每天1小时，见 https://a.cn/x", [(RULES, NURSING)], ["链接"]),
        ("每天1小时<script>alert(1)</script>", [(RULES, NURSING)], ["代码"]),
    ],
)
def test_an_edited_answer_is_held_against_its_sources(
    assistant: Assistant, said: str, sources: list[tuple[str, str]], faults: list[str]
) -> None:
    question = assistant.read(ASKED)
    answer, found = edited_answer(assistant.index, question, said, [chunk(assistant, *s) for s in sources])
    assert all(any(fault in line for line in found) for fault in faults), found
    assert bool(found) == bool(faults), found
    assert answer.status is Status.ANSWERED


def test_quotation_marks_round_a_restatement_are_refused(assistant: Assistant) -> None:
    source = chunk(assistant, RULES, NURSING)
    said = f"规定说“{source.text[:12]}”"
    _, faults = edited_answer(assistant.index, assistant.read(ASKED), said, [source])
    assert any("不能加引号" in fault for fault in faults)


def test_a_plan_alone_carries_no_right_and_a_weak_fact_no_figure(assistant: Assistant) -> None:
    question = assistant.read("我在河南，产假多少天？")
    plan = next(c for c in assistant.index.chunks if c.card.level.is_plan and c.card.region.name == "全国")
    _, faults = edited_answer(assistant.index, question, "工会关心女职工。", [plan])
    assert any("不是法定权利" in fault for fault in faults)
    weak = next(
        c
        for c in assistant.index.chunks
        if c.provision.check is Check.WEAK and not c.card.level.is_plan and any(d in c.text for d in "123456789")
    )
    figure = next(d for d in weak.text if d.isdigit() and d != "0")
    _, faults = edited_answer(assistant.index, question, f"有{figure}天。", [weak])
    assert any("没有核实过" in fault for fault in faults)
    elsewhere = next(c for c in assistant.index.chunks if c.card.region.name == "江苏省" and not c.card.level.is_plan)
    _, faults = edited_answer(assistant.index, question, "可以问工会。", [elsewhere])
    assert any("不适用于这个地方" in fault for fault in faults)


def test_without_a_shelf_nothing_is_approved(assistant: Assistant) -> None:
    assert assistant.approved is None
    assert not is_approved(assistant.ask(ASKED))


@given(st.text("我在河南产假多少天啊呢请问谢谢，。？ 15", max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    regions = (parse_region("河南省"),)
    once = same_words(text, regions)
    assert not set(once) & set("，。？ ")
    assert same_words(f"{text}？！") == same_words(text)


@given(st.text(max_size=60))
def test_odd_questions_have_keys(text: str) -> None:
    from rag.understand import understand

    question = understand(text)
    assert len(key_of(question)) == 64
    assert may_have(question) in (True, False)
    if question.request in (Request.CHAT, Request.EMPTY, Request.OUTSIDE):
        assert not may_have(question)


def test_keys_do_not_depend_on_the_machine(assistant: Assistant, tmp_path: Path) -> None:
    question = assistant.read("我在河南，产假多少天？")
    assert key_of(question) == key_of(assistant.read("河南产假多少天"))
    assert key_of(question) != key_of(replace(question, slots=question.slots | {"难产"}))
    assert key_of(question) != key_of(replace(question, request=Request.PLAN))
