"""An index that others put into the folder goes live in a running server, without a question lost; a broken one does not."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from documents import Document, shipped
from documents.validity import resolve
from index import build_documents, open_index
from index.encoder import load_encoder
from index.milvus import Collection
from index.publish import promote, release, take
from index.store import MANIFEST, Manifest, read_manifest
from rag import Assistant
from tests.index.milvus_servers import MilvusServer, running
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


milvus = [
    pytest.mark.skipif(find_spec("milvus_lite") is None, reason="pip install 'niangjiaren[milvus]'"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ASKED = "女职工产假多少天？"


def library(*words: str) -> list[Document]:
    """The rules that ASKED is answered from, and the shipped documents that have one of these words in their titles."""
    wanted = ("女职工劳动保护特别规定", *words)
    return [document for document in resolve(list(shipped())) if any(word in document.title for word in wanted)]


@contextmanager
def following(folder: Path) -> Iterator[Live]:
    """A server's edition that follows its folder."""
    live, over = Live(Assistant(open_index(folder))), threading.Event()
    thread = threading.Thread(target=follow, args=(live, folder, over, LOOK))
    thread.start()
    try:
        yield live
    finally:
        over.set()
        thread.join()


def published_and_rolled_back(place: Collection, home: Path) -> None:
    """Two servers follow three publishings and a going back while people ask both, one question after another."""
    folder, encoder = home / "index", load_encoder()
    build_documents(library(), folder, encoder, place=place)
    over, faults, answered = threading.Event(), [], [0]
    with ExitStack() as stack:
        servers = [stack.enter_context(following(folder)) for _ in range(2)]

        def asks(live: Live) -> None:
            while not over.wait(0.05):
                try:
                    edition = live.edition
                    assert edition.assistant.ask(ASKED).citations
                    answered[0] += 1
                except Exception as error:
                    faults.append(error)

        people = [threading.Thread(target=asks, args=(live,)) for live in servers]
        for person in people:
            person.start()
        try:
            for word in ("反家庭暴力", "妇女权益", "劳动合同法"):
                made = build_documents(library(word), folder, encoder, place=place)
                for live in servers:
                    assert wait(lambda live=live, made=made: generation(live) == made.generation, 120)  # type: ignore[misc]
            assert main(["rollback"]) == 0
            back = read_manifest(folder)
            assert back.generation != made.generation
            for live in servers:
                assert wait(lambda live=live: generation(live) == back.generation, 120)  # type: ignore[misc]
            before = answered[0]
            assert wait(lambda: answered[0] > before + 3)
        finally:
            over.set()
            for person in people:
                person.join()
    assert not faults, faults[:3]


class TestMilvus:
    """The same with the vectors in Milvus."""

    pytestmark = milvus

    @pytest.fixture
    def home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
        return tmp_path

    @pytest.fixture(params=[pytest.param(False, id="lite"), pytest.param(True, id="real", marks=pytest.mark.slow)])
    def server(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MilvusServer]:
        with running(tmp_path, request.param) as server:
            yield server

    @pytest.fixture
    def restarted(self, tmp_path: Path) -> Iterator[MilvusServer]:
        """Lite: a real one that was killed may need minutes, or not come back, which is no fault of ours."""
        with running(tmp_path) as server:
            yield server

    @pytest.mark.slow
    def test_a_server(self, server: MilvusServer, home: Path) -> None:
        published_and_rolled_back(server.place, home)

    @pytest.mark.slow
    def test_a_file_in_one_process(self, home: Path) -> None:
        published_and_rolled_back(Collection.of(str(home / "m.db"), "niangjiaren"), home)

    @pytest.mark.slow
    def test_what_is_published_while_the_server_is_away_is_taken_when_it_is_back(
        self, restarted: MilvusServer, home: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        server, folder = restarted, home / "index"
        build_documents(library(), folder, load_encoder(), place=server.place)
        with following(folder) as live:
            first = generation(live)
            turn = take(folder, "王芳")  # nobody takes it over yet
            other = home / "index2"
            shutil.copytree(folder, other)
            made = build_documents(library("妇女权益"), other, load_encoder(), place=server.place)
            promote(other, folder)
            server.kill()
            release(folder, turn)
            assert wait(lambda: "index_not_taken" in caplog.text, 60)
            time.sleep(10 * LOOK)
            assert generation(live) == first
            server.start()
            assert wait(lambda: generation(live) == made.generation, 60)
            assert caplog.text.count("index_not_taken") == 1
            assert live.edition.assistant.ask(ASKED).citations
