"""An index that others put into the folder goes live in a running server, without a question lost; a broken one does not."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from documents import shipped
from documents.validity import resolve
from index import build_documents, open_index
from index.encoder import load_encoder
from index.publish import promote, release, take
from index.store import MANIFEST, Manifest, read_manifest
from rag import Assistant
from ui.__main__ import main
from ui.live import Live, follow

LOOK = 0.05


def wait(until: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def home(tmp_path: Path, library_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose index can be changed, and where another, smaller one is built already."""
    shutil.copytree(library_index, tmp_path / "index")
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def smaller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("smaller") / "index"
    documents = [
        document for document in resolve(list(shipped())) if "产" in document.title or "劳动" in document.title
    ]
    build_documents(documents, folder, load_encoder())
    return folder


@pytest.fixture
def live(home: Path) -> Iterator[Live]:
    """A server's edition that follows its folder."""
    live, over = Live(Assistant(open_index(home / "index"))), threading.Event()
    thread = threading.Thread(target=follow, args=(live, home / "index", over, LOOK))
    thread.start()
    yield live
    over.set()
    thread.join()


def generation(live: Live) -> str:
    return live.edition.index.manifest.generation


def publish(smaller: Path, home: Path) -> Manifest:
    shutil.copytree(smaller, home / "built")
    return promote(home / "built", home / "index")


def test_published_and_rolled_back_under_questions(live: Live, home: Path, smaller: Path) -> None:
    first = generation(live)
    over, faults, answered = threading.Event(), [], [0]

    def asks() -> None:
        while not over.is_set():
            try:
                answered[0] += bool(live.edition.assistant.ask("女职工产假多少天？").citations)
            except Exception as error:
                faults.append(error)

    people = [threading.Thread(target=asks) for _ in range(3)]
    for person in people:
        person.start()
    try:
        manifest = publish(smaller, home)
        assert wait(lambda: generation(live) == manifest.generation)
        assert main(["rollback"]) == 0
        assert wait(lambda: generation(live) == first)
        before = answered[0]
        assert wait(lambda: answered[0] > before)
    finally:
        over.set()
        for person in people:
            person.join()
    assert not faults


def test_a_broken_index_is_left_alone_until_it_is_mended(
    live: Live, home: Path, smaller: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = generation(live)
    built = home / "elsewhere"
    shutil.copytree(smaller, built)
    manifest = read_manifest(built)
    vectors = built / manifest.generation / "vectors.faiss"
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-1])
    promote(built, home / "index")
    assert wait(lambda: "index_not_taken" in caplog.text)
    time.sleep(6 * LOOK)
    assert caplog.text.count("index_not_taken") == 1
    assert generation(live) == first
    assert live.edition.assistant.ask("女职工产假多少天？").citations
    (home / "index" / manifest.generation / "vectors.faiss").write_bytes(whole)
    path = home / "index" / MANIFEST
    os.utime(path)
    assert wait(lambda: generation(live) == manifest.generation)


def test_it_waits_while_somebody_changes_the_folder(live: Live, home: Path, smaller: Path) -> None:
    first = generation(live)
    turn = take(home / "index", "王芳")
    manifest = publish(smaller, home)
    time.sleep(10 * LOOK)
    assert generation(live) == first
    release(home / "index", turn)
    assert wait(lambda: generation(live) == manifest.generation)


def test_a_folder_that_is_gone_changes_nothing(live: Live, home: Path) -> None:
    first = generation(live)
    shutil.rmtree(home / "index")
    time.sleep(5 * LOOK)
    assert generation(live) == first
    assert live.edition.assistant.ask("女职工产假多少天？").citations
