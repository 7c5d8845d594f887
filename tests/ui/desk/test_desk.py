"""The desk without a browser: jobs, files in memory, packs on the shelf, downloads, what is written as HTML."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pptx import Presentation

from documents.library import HOME_VARIABLE, home
from documents.region import parse_region
from documents.resting import rests
from rag import Assistant
from rag.desk.clauses import check_text
from rag.desk.errors import BadWish
from rag.desk.lesson import Lesson, Wish, make_lesson
from rag.desk.paper import Paper
from rag.desk.write import write_docx
from ui.desk import shelf, words
from ui.desk.blocks import Writer, sections
from ui.desk.contract import render_report
from ui.desk.downloads import add_downloads
from ui.desk.jobs import Fault, Jobs
from ui.desk.lesson import opened, preview, shelf_list
from ui.desk.made import KEPT, MOST, Made, made, written
from ui.live import Edition
from ui.signin import ACCOUNT

HOSTILE = '<img src=x onerror="alert(1)">'
HENAN = (parse_region("河南"),)


@pytest.fixture(scope="module")
def edition(assistant: Assistant) -> Edition:
    return Edition(assistant)


@pytest.fixture(scope="module")
def lesson(assistant: Assistant) -> Lesson:
    return make_lesson(assistant, Wish("孕期和产假保护", HENAN, 10, HOSTILE, date.today()))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def account() -> list[str]:
    """Who is signed in; a test may change it."""
    return ["王芳"]


@pytest.fixture
def client(account: list[str]) -> Iterator[TestClient]:
    app = FastAPI()
    add_downloads(app)

    async def signed(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, ACCOUNT: account[0]}, receive, send)

    with TestClient(signed) as client:
        yield client


def test_an_account_has_one_job_and_few_wait() -> None:
    jobs = Jobs(at_once=1, most=2)
    begun, go = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go.wait(10)
        return "做好了"

    results: list[str | Fault] = []
    first = threading.Thread(target=lambda: results.append(jobs.attempt("王芳", slow)))
    first.start()
    assert begun.wait(10)
    assert jobs.attempt("王芳", lambda: "x") == Fault(words.BUSY)
    second = threading.Thread(target=lambda: results.append(jobs.attempt("李霞", lambda: "也好了")))
    second.start()
    end = time.monotonic() + 10
    while len(jobs._working) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert jobs.attempt("赵敏", lambda: "x") == Fault(words.FULL)
    go.set()
    first.join()
    second.join()
    assert results == ["做好了", "也好了"]
    assert jobs.attempt("王芳", lambda: "又来") == "又来"


def test_what_goes_wrong_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    def wish() -> None:
        raise BadWish("讲不了。")

    def bug() -> None:
        raise KeyError("她写的话")

    assert Jobs().attempt("王芳", wish) == Fault("讲不了。")
    assert Jobs().attempt("王芳", bug) == Fault(words.FAILED)
    assert "KeyError" in caplog.text
    assert "她写的话" not in caplog.text


def test_files_in_memory_go_and_belong_to_one_account() -> None:
    now = [0.0]
    store = Made(lambda: now[0])
    one = store.keep("王芳", "比较.docx", b"x")
    assert (found := store.get("王芳", one))
    assert found.name == "比较.docx"
    assert store.get("李霞", one) is None
    now[0] = KEPT + 1
    assert store.get("王芳", one) is None
    ids = [store.keep("王芳", "a.docx", b"") for _ in range(MOST + 1)]
    assert store.get("王芳", ids[0]) is None
    assert store.get("王芳", ids[1])


def test_a_pack_is_kept_listed_packed_and_deleted(own: Path, lesson: Lesson, edition: Edition) -> None:
    found = shelf.put(lesson)
    assert (found.topic, found.place, found.minutes, found.audience) == ("孕期和产假保护", "河南省", 10, HOSTILE)
    assert [s.id for s in shelf.standing()] == [found.id]
    assert shelf.one(found.id) == found
    assert rests(home(), "lessons")
    got = shelf.download(found, "all")
    assert got
    with zipfile.ZipFile(io.BytesIO(got[1])) as packed:
        assert set(packed.namelist()) == {*shelf.FILES.values(), "pack.json"}
    states = shelf.States()
    assert states.known(edition, found) == shelf.State()
    listed = shelf_list([(found, states.known(edition, found))])
    assert words.SAME in listed
    assert "<img" not in listed
    shelf.delete(found)
    assert not list(shelf.folder().iterdir())
    assert not rests(home(), "lessons")
    with pytest.raises(shelf.NoPack):
        shelf.one(found.id)


def test_a_changed_provision_is_named(own: Path, lesson: Lesson, edition: Edition) -> None:
    found = shelf.put(lesson)
    path = found.folder / "pack.json"
    digest = dict(lesson.digests)[lesson.points[0].told.citations[0].chunk_id]
    text = path.read_text(encoding="utf-8").replace(digest, "0" * 64).replace(lesson.library_digest, "1" * 64)
    path.write_text(text, encoding="utf-8")
    found = shelf.one(found.id)
    states = shelf.States()
    assert states.known(edition, found) is None
    state = states.look(edition, found)
    assert any(change.what == "条文变了" for change in state.changes)
    listed = shelf_list([(found, state)])
    assert words.CHANGED.format(count=len(state.changes)) in listed
    assert lesson.points[0].told.citations[0].title in listed
    assert states.known(edition, found) is state
    path.write_text("{", encoding="utf-8")
    broken = shelf.standing()[0]
    assert broken.fault
    assert words.UNREADABLE in shelf_list([(broken, states.known(edition, broken))])


def test_only_who_is_signed_in_downloads(own: Path, lesson: Lesson, client: TestClient, account: list[str]) -> None:
    found = shelf.put(lesson)
    one = made.keep("王芳", f"核对-{HOSTILE}/../报告.docx", written(write_docx, Paper("题", "", (), (), ())))
    for what, reader in (("lecture", Document), ("slides", Presentation), ("handout", Document)):
        got = client.get(f"/desk/pack/{found.id}/{what}")
        assert got.headers["cache-control"] == "no-store"
        assert quote("孕期和产假保护-") in got.headers["content-disposition"]
        reader(io.BytesIO(got.content))
    assert "七条" in client.get(f"/desk/pack/{found.id}/notes").content.decode()
    named = client.get(f"/desk/made/{one}").headers["content-disposition"]
    assert "/" not in named.replace("UTF-8''", "")
    assert "<" not in named
    for path in (
        "/desk/pack/../pack.json",
        "/desk/pack/..%2F..%2Fstore.db/lecture",
        "/desk/pack/x/lecture",
        "/desk/made/x",
    ):
        assert client.get(path).status_code == 404
    assert client.get(f"/desk/pack/{found.id}/pack.json").status_code == 422
    account[0] = "李霞"
    assert client.get(f"/desk/made/{one}").status_code == 404
    account[0] = ""
    assert [client.get(p).status_code for p in (f"/desk/made/{one}", f"/desk/pack/{found.id}/all")] == [403, 403]


def test_a_preview_has_every_part_and_runs_nothing(own: Path, lesson: Lesson, edition: Edition) -> None:
    found = shelf.put(lesson)
    shown = preview(lesson, edition, found)
    for said in (
        *lesson.goals,
        *(p.title for p in lesson.points),
        *(m.said for m in lesson.misconceptions),
        words.HANDOUT,
    ):
        assert said in shown
    assert shown.count(words.ANSWER) == len(lesson.quiz)
    assert f'href="/doc/{quote("女职工劳动保护特别规定")}#' in shown
    assert words.NOT_ADVICE in shown
    again = opened(found, *shelf.pack_of(found), edition)
    assert again.count(words.ANSWER) == len(lesson.quiz)
    for text in (shown, again):
        assert "<img" not in text
        assert "<script" not in text


def test_a_report_puts_what_is_below_first(assistant: Assistant, edition: Edition) -> None:
    text = f"第一条 女职工享受产假90天{HOSTILE}。\n第二条 产前检查算作劳动时间。"
    shown = render_report(check_text(assistant, "合同", text, HENAN, date.today()), edition)
    assert shown.index("低于法定标准（1条）") < shown.index(words.SOURCES.split("{")[0])
    assert "可以改成" in shown
    assert "188天" in shown
    assert "<img" not in shown
    assert words.NOT_ADVICE in shown


def test_a_number_of_no_source_stays_text(edition: Edition) -> None:
    from rag.desk.paper import Grid, Heading, Paragraph, Said

    writer = Writer(edition, ())
    assert "[3]" in writer.block(Paragraph((Said(f"见[3]{HOSTILE}", (7,)),)))
    assert "<img" not in writer.block(Grid((HOSTILE,), ((Said(HOSTILE),),), caption=HOSTILE))
    assert [title for title, _ in sections([Paragraph(()), Heading(1, "一"), Heading(2, "二")])] == ["", "一"]
