"""What 审定 does without a browser, and the API beside it: approve, edit, refuse, publish another index, expire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from documents import shipped
from documents.resting import rests
from documents.validity import resolve
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant
from rag.model import Status
from ui.api.rows import ask_row
from ui.approve import show, words
from ui.approve.desk import ApprovalDesk, NotApprovable
from ui.errors import StoreFault
from ui.live import Live
from ui.schemas import AnswerOut
from ui.store.approved import Act, ApprovalStore
from ui.store.database import FILE, open_store
from ui.store.feedback import Complaint
from ui.store.kept import Kept

ASKED, ROLE, WHO = "哺乳期每天有多长时间喂奶？", "省总工会女职工部", "王芳"
RULES, NURSING = "女职工劳动保护特别规定", "第九条"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    yield engine
    engine.dispose()


@pytest.fixture
def live(assistant: Assistant, engine: Engine, tmp_path: Path) -> Live:
    return Live(Assistant(assistant.index, ApprovalStore(engine, tmp_path)), Kept(engine))


@pytest.fixture
def desk(live: Live) -> ApprovalDesk:
    store = live.edition.assistant.approved
    assert isinstance(store, ApprovalStore)
    return ApprovalDesk(live, store)


def approve(desk: ApprovalDesk, asked: str = ASKED, place: str = "", said: str = "", role: str = ROLE) -> str:
    """Approve the engine's own answer, or other words on its sources; returns the key."""
    looked = desk.look(asked, place)
    return desk.approve(asked, place, said or looked.answer.conclusion, looked.cited, role, WHO).key


def test_as_it_is(desk: ApprovalDesk, live: Live, tmp_path: Path) -> None:
    looked = desk.look(ASKED, "")
    assert set(looked.cited) <= {choice.id for choice in looked.choices}
    approve(desk)
    answer = live.edition.assistant.ask(ASKED)
    assert answer.approved
    assert answer.conclusion == looked.answer.conclusion
    assert answer.citations == looked.answer.citations
    row = ask_row("x", answer, 0.1)
    assert row["approved"] == {"role": ROLE, "date": date.today().isoformat()}
    AnswerOut.model_validate(row)
    assert ask_row("x", looked.answer, 0.1)["approved"] is None
    assert {(r.title, r.article) for r in rests(tmp_path, "approved")} >= {(RULES, NURSING)}
    [step] = desk.listed()
    assert not step.approved.edited
    assert "原样" in show.listed([step], desk.history)


def test_edited(desk: ApprovalDesk, live: Live) -> None:
    said = "哺乳未满1周岁婴儿的，每天有1小时哺乳时间。"
    key = approve(desk, said=said)
    answer = live.edition.assistant.ask("哺乳期每天有多长时间喂奶")
    assert (answer.conclusion, answer.status, bool(answer.approved)) == (said, Status.ANSWERED, True)
    assert desk.history(key)[0].approved.edited
    # engine's own words on other sources are an edit too
    looked = desk.look(ASKED, "")
    with pytest.raises(NotApprovable, match="没有选出处"):
        desk.approve(ASKED, "", looked.answer.conclusion, (), ROLE, WHO)


@pytest.mark.parametrize(
    ("asked", "place", "said", "role", "fault"),
    [
        (ASKED, "", "每天有2小时哺乳时间。", ROLE, "数字2"),
        (ASKED, "", "", ROLE, "结论是空的"),
        ("", "", "x", ROLE, words.NOTHING_ASKED),
        (ASKED, "火星省", "x", ROLE, "火星"),
        ("他正在砸门要打我", "", "x", ROLE, "危险"),
        ("以前产假是不是90天", "", "x", ROLE, "别的日期"),
        ("明天股票涨吗", "", "x", ROLE, "范围"),
        ("各市今年托管班怎么安排的？", "", "", ROLE, "比较的表"),
        (ASKED, "", "1小时", "", "角色"),
        (ASKED, "", "1小时", "部门13800138000", "角色"),
        (ASKED, "", "1小时", "<b>部门</b>", "角色"),
        (ASKED, "", "1小时", "部" * 31, "角色"),
    ],
)
def test_what_is_refused(desk: ApprovalDesk, asked: str, place: str, said: str, role: str, fault: str) -> None:
    try:
        looked = desk.look(asked, place)
        chosen, own = looked.cited, looked.answer.conclusion
    except NotApprovable:
        chosen, own = (), ""
    said = "" if fault == "结论是空的" else said or own
    with pytest.raises(NotApprovable, match=fault):
        desk.approve(asked, place, said, chosen, role, WHO)
    assert desk.listed() == []


def test_an_unknown_source_is_refused(desk: ApprovalDesk) -> None:
    with pytest.raises(NotApprovable, match="找不到"):
        desk.approve(ASKED, "", "每天1小时。", ("no-such#chunk",), ROLE, WHO)


def test_unanswered_questions_get_words_and_a_source_that_was_searched(desk: ApprovalDesk, live: Live) -> None:
    asked = "奶假能不能拆成两次用？"
    found = desk.find("哺乳时间 1小时", asked, "")
    mine = next(choice for choice in found if choice.label.startswith(f"《{RULES}》{NURSING}"))
    desk.approve(asked, "", "每天的劳动时间里安排1小时哺乳时间。", (mine.id,), ROLE, WHO)
    answer = live.edition.assistant.ask("奶假能不能拆成两次用")
    assert answer.approved
    assert [(c.title, c.article) for c in answer.citations] == [(RULES, NURSING)]
    assert desk.find("", asked, "") == ()


def test_personal_data_is_not_kept(desk: ApprovalDesk, engine: Engine) -> None:
    asked = "我叫赵小燕，电话13800138000，哺乳期每天有多长时间喂奶？"
    approve(desk, asked)
    with engine.connect() as connection:
        kept = str(connection.exec_driver_sql("select * from approval").all())
    assert "赵小燕" not in kept
    assert "13800138000" not in kept


def test_withdrawn_and_approved_again(desk: ApprovalDesk, live: Live) -> None:
    key = approve(desk)
    desk.withdraw(key, WHO)
    assert live.edition.assistant.ask(ASKED).approved is None
    with pytest.raises((NotApprovable, StoreFault)):
        desk.withdraw(key, WHO)
    approve(desk)
    assert live.edition.assistant.ask(ASKED).approved
    assert [s.act for s in desk.history(key)] == [Act.APPROVED, Act.WITHDRAWN, Act.APPROVED]


def test_questions_that_were_kept_can_be_taken_over(desk: ApprovalDesk, live: Live) -> None:
    kept = live.feedback
    assert isinstance(kept, Kept)
    kept.set(True, 90)
    kept.unanswered((), "河南省", "refused", "奶假怎么拆？")
    kept.complain(Complaint(False, "数字不对", "answered", (), "", (), "产假几天？"))
    kept.complain(Complaint(True, "", "answered", (), "", (), "好的那一问"))
    assert {asked for asked, _ in desk.kept()} == {"奶假怎么拆？", "产假几天？"}


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An index in which the article on nursing time says two hours."""
    law = next(d for d in shipped() if d.title == RULES)
    new = replace(
        law,
        provisions=tuple(
            replace(p, text=p.text.replace("1小时", "2小时")) if p.article == NURSING else p for p in law.provisions
        ),
    )
    folder = tmp_path_factory.mktemp("changed") / "index"
    build_documents(resolve([new]), folder, load_encoder())
    return Assistant(open_index(folder))


def test_publishing_a_changed_provision_ends_it(
    desk: ApprovalDesk, live: Live, changed: Assistant, tmp_path: Path
) -> None:
    key = approve(desk, said="每天的劳动时间里安排1小时哺乳时间。")
    live.publish(Assistant(changed.index))
    answer = live.edition.assistant.ask(ASKED)
    assert answer.approved is None
    assert any("审定答复不再用了" in line for line in answer.trace)
    [last] = desk.listed()
    assert last.act is Act.EXPIRED
    assert f"《{RULES}》{NURSING}的文字变了" in show.state(last)
    assert rests(tmp_path, "approved") == ()
    assert len(desk.history(key)) == 2
    assert f"{ROLE}，{date.today().isoformat()}" in show.listed([last], desk.history)


def test_the_list_finds_what_fell_without_anybody_asking(desk: ApprovalDesk, live: Live, changed: Assistant) -> None:
    approve(desk)
    approve(desk, "我在河南，产假多少天？")
    live.publish(Assistant(changed.index))
    steps = desk.listed()
    assert [s.act for s in steps] == [Act.EXPIRED, Act.EXPIRED]
    assert all("已失效：《" in show.state(s) for s in steps)


def test_hostile_words_are_escaped(desk: ApprovalDesk) -> None:
    approve(desk)
    [step] = desk.listed()
    evil = replace(
        step, why="<img src=x>", approved=replace(step.approved, question="<script>", conclusion="<b>", role="<i>")
    )
    shown = show.listed([evil], lambda _: [evil])
    assert not any(tag in shown for tag in ("<img", "<script", "<b>&", "<i>"))
    assert show.listed([], desk.history) == f"<p>{words.NOTHING}</p>"
