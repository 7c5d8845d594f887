"""Approved answers in a real SQLite file: every change a row, the last one holds, two writers at once lose nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from documents.resting import rests
from rag.approved import Approved, Cited, key_of
from rag.model import Request, Status, Verdict
from rag.understand import understand
from ui.errors import StoreFault
from ui.store.accounts import Accounts
from ui.store.approved import Act, ApprovalStore
from ui.store.database import FILE, open_store
from ui.store.tables import ApprovalRow

QUESTION = understand("我在河南，产假多少天？")
ANSWER = Approved(
    key=key_of(QUESTION),
    question=QUESTION.asked,
    regions=("河南省",),
    request=Request.RIGHT,
    status=Status.ANSWERED,
    verdict=Verdict.NOT,
    conclusion="产假188天。",
    cited=(
        Cited("某规定", "第七条", "第一款", "98天产假", "d" * 64),
        Cited("某条例", "第二十五条", "", "90天", "e" * 64),
    ),
    edited=True,
    role="省总工会女职工部",
    day=date.today(),
)


@pytest.fixture
def store(engine: Engine, tmp_path: Path) -> ApprovalStore:
    return ApprovalStore(engine, tmp_path)


def test_it_is_found_as_it_was_kept(store: ApprovalStore, tmp_path: Path) -> None:
    assert store.find(QUESTION) is None
    kept = store.approve(ANSWER, "nobody")
    assert store.find(QUESTION) == kept == replace(ANSWER, id=kept.id)
    assert store.find(understand("我在江苏，产假多少天？")) is None
    resting = rests(tmp_path, "approved")
    assert [(r.name, r.title, r.article, r.digest) for r in resting] == [
        (ANSWER.name, c.title, c.article, c.digest) for c in ANSWER.cited
    ]


def test_nothing_is_lost_when_it_changes(store: ApprovalStore, tmp_path: Path) -> None:
    first = store.approve(ANSWER, "")
    second = store.approve(replace(ANSWER, conclusion="产假188天，一孩二孩一样。", role="市总工会"), "")
    assert store.find(QUESTION) == second
    store.expire(second, "《某规定》第七条的文字变了")
    assert store.find(QUESTION) is None
    assert rests(tmp_path, "approved") == ()
    third = store.approve(ANSWER, "")
    store.withdraw(third, "", "省总工会女职工部")
    assert store.find(QUESTION) is None
    assert rests(tmp_path, "approved") == ()
    steps = store.history(ANSWER.key)
    assert [s.act for s in steps] == [Act.WITHDRAWN, Act.APPROVED, Act.EXPIRED, Act.APPROVED, Act.APPROVED]
    assert steps[-1].approved.conclusion == first.conclusion
    assert steps[2].why == "《某规定》第七条的文字变了"
    assert [s.act for s in store.listed()] == [Act.WITHDRAWN]


def test_what_moved_on_is_neither_expired_nor_withdrawn(store: ApprovalStore) -> None:
    old = store.approve(ANSWER, "")
    new = store.approve(ANSWER, "")
    store.expire(old, "旧的")
    assert store.find(QUESTION) == new
    with pytest.raises(StoreFault, match="别人改过"):
        store.withdraw(old, "", "x")
    store.expire(new, "变了")
    store.expire(new, "变了")  # another visitor's question at the same moment
    assert len(store.history(ANSWER.key)) == 3


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / FILE}").dispose()
    faults: list[Exception] = []

    def writing(number: int) -> None:
        engine = open_store(f"sqlite:///{tmp_path / FILE}")
        mine = ApprovalStore(engine, tmp_path)
        try:
            for turn in range(10):
                mine.approve(replace(ANSWER, key=f"{number % 2:064d}", role=f"部门{number}"), "")
                mine.approve(replace(ANSWER, key=f"{number}{turn:060d}"), "")
        except Exception as error:  # every fault is told below
            faults.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=writing, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    engine = open_store(f"sqlite:///{tmp_path / FILE}")
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(ApprovalRow)) == 40
    engine.dispose()


def test_the_same_question_approved_by_two_at_once(tmp_path: Path) -> None:
    engines = [open_store(f"sqlite:///{tmp_path / FILE}") for _ in range(2)]
    stores = [ApprovalStore(engine, tmp_path) for engine in engines]
    faults: list[Exception] = []

    def writing(store: ApprovalStore) -> None:
        try:
            for _ in range(10):
                store.approve(ANSWER, "")
        except Exception as error:  # every fault is told below
            faults.append(error)

    threads = [threading.Thread(target=writing, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    history = stores[0].history(ANSWER.key)
    assert len(history) == 20
    with Session(engines[0]) as session:
        follows = list(session.scalars(select(ApprovalRow.follows).order_by(ApprovalRow.id)))
    assert len(set(follows)) == 20  # each follows another: a chain
    for engine in engines:
        engine.dispose()


def test_a_broken_row_or_database_costs_nobody_her_answer(store: ApprovalStore, engine: Engine, tmp_path: Path) -> None:
    kept = store.approve(ANSWER, "")
    with Session(engine) as session, session.begin():
        session.execute(text("update approval set cited = 'not json'"))
    assert store.find(QUESTION) is None
    with Session(engine) as session, session.begin():
        session.execute(text("drop table approval"))
    assert store.find(QUESTION) is None
    store.expire(kept, "变了")
    with pytest.raises(StoreFault, match="没有存上"):
        store.approve(ANSWER, "")
    (tmp_path / "resting").mkdir(exist_ok=True)


def test_an_unwritable_note_of_what_rests_is_said(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "resting").write_text("a file where a folder belongs")
    store = ApprovalStore(engine, tmp_path)
    with pytest.raises(StoreFault, match="已经存上"):
        store.approve(ANSWER, "")
    assert store.find(QUESTION)


def test_the_account_is_named_by_its_number(store: ApprovalStore, engine: Engine) -> None:
    accounts = Accounts(engine)
    accounts.set_up(accounts.new_setup(), "王芳", "correct horse 九月")
    store.approve(ANSWER, "王芳")
    with Session(engine) as session:
        row = session.scalars(select(ApprovalRow)).one()
        assert row.account_id > 0
        assert "王芳" not in f"{row.role}{row.question}{row.conclusion}{row.cited}{row.why}"


def test_the_table_is_one_for_postgresql_too() -> None:
    made = str(CreateTable(ApprovalRow.__table__).compile(dialect=postgresql.dialect()))  # type: ignore[arg-type, no-untyped-call]
    assert "BIGSERIAL" in made
    assert "UNIQUE (key, follows)" in made
