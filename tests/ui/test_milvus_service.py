"""Two processes of the page over one real Milvus server: the answers that FAISS gives, publishing without a lost question, and an outage."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from documents.own import add
from index import open_index
from index.milvus import Collection
from index.store import MANIFEST, read_manifest
from rag import Assistant
from rag.rows import answer_row
from tests.index.milvus_servers import MilvusServer, running
from tests.index.test_milvus import questions
from tests.index.test_outage import KILLED
from tests.ui.serving import ROOT, Server, serving
from ui.api import words

pytest.importorskip("pymilvus", reason="pip install 'niangjiaren[milvus]'")
LONG = "NIANGJIA_MILVUS_LONG"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get(LONG), reason=f"takes many minutes: set {LONG}=1"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ASKED = "我在河南，产假多少天？"
SECRET = "root:pass-marker"


class Line:
    """The line to a server on this computer, which can be cut and joined: a real Milvus that is killed, or stopped for a minute, need not come back."""

    def __init__(self, port: int) -> None:
        self._server, self._ends = port, list[socket.socket]()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._accept()

    def cut(self) -> None:
        """End all connections and take no new ones."""
        for end in (self._listening, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def join(self) -> None:
        """Take connections again."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._accept()

    def _accept(self) -> None:
        threading.Thread(target=self._taken, args=(self._listening,), daemon=True).start()

    def _taken(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                there, _ = listening.accept()
                here = socket.create_connection(("127.0.0.1", self._server))
                self._ends += [there, here]
                for source, sink in ((there, here), (here, there)):
                    threading.Thread(target=_pumped, args=(source, sink), daemon=True).start()


def _pumped(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Site:
    """A Milvus server and the line to it, the data folder, and the processes of the page over both."""

    milvus: MilvusServer
    line: Line
    home: Path
    pages: tuple[Server, ...]

    def command(self, *arguments: str, code: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the product over the same folder."""
        head = ["-c", code] if code else ["-m", arguments[0]]
        return subprocess.run(
            [sys.executable, *head, *arguments[1:]],
            cwd=ROOT,
            env=os.environ | {"NIANGJIA_HOME": str(self.home), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )

    @property
    def uri(self) -> str:
        """Where the pages find the server."""
        return Collection(f"http://127.0.0.1:{self.line.port}").uri

    def build(self, code: str = "") -> subprocess.CompletedProcess[str]:
        """Build the index anew, into the same Milvus server."""
        return self.command("index", "build", "--engine", "milvus", "--uri", self.uri, code=code)

    def in_service(self, page: Server) -> str:
        """Digest of the index that a process answers from."""
        text = httpx.get(f"{page.address}metrics", timeout=30).text
        return re.findall(r'niangjia_index_info\{digest="(\w+)"', text)[0]

    def taken(self) -> None:
        """Wait until both answer from the index in the folder."""
        wanted = read_manifest(self.home / "index").corpus_digest[:16]
        assert wait(lambda: all(self.in_service(page) == wanted for page in self.pages))


def wait(until: Callable[[], bool], seconds: float = 180.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.2)
    return False


def ask(page: Server, question: str) -> httpx.Response:
    return httpx.post(f"{page.address}api/ask", json={"question": question}, timeout=60)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    scratch = tmp_path_factory.mktemp("milvus-service")
    home = scratch / "home"
    home.mkdir()
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIANGJIA_MILVUS_TOKEN", SECRET)
        milvus = stack.enter_context(running(scratch, real=True))
        line = Line(milvus.port)
        stack.callback(line.cut)
        made = Site(milvus, line, home, ())
        built = made.build()
        assert built.returncode == 0, built.stderr
        pages = []
        for name in "12":
            (scratch / name).mkdir()
            pages.append(stack.enter_context(serving(home, scratch / name)))
        yield Site(milvus, line, home, tuple(pages))


@dataclass
class Crowd:
    """People who ask both processes, one question after another."""

    site: Site
    answered: int = 0
    faults: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Crowd:
        """They begin."""
        self.people = [threading.Thread(target=self._asks, args=(page,)) for page in self.site.pages]
        for person in self.people:
            person.start()
        return self

    def __exit__(self, *_: object) -> None:
        """They stop."""
        self.over.set()
        for person in self.people:
            person.join()

    def _asks(self, page: Server) -> None:
        while not self.over.wait(0.1):
            said = ask(page, ASKED)
            row = said.json()
            if said.status_code == 200 and "188天" in row["conclusion"]:
                self.answered += 1
            else:
                self.faults.append(f"{said.status_code} {row.get('conclusion') or row.get('detail')}")


def test_the_same_answers_as_faiss_from_both(site: Site, library_index: Path) -> None:
    ours = Assistant(open_index(library_index))
    assert ours.index.manifest.corpus_digest == read_manifest(site.home / "index").corpus_digest
    asked = questions(20)
    assert len(asked) == 20
    for question in asked:
        wanted = answer_row("", ours.ask(question), 0.0)
        for page in site.pages:
            row = ask(page, question).json()
            for name in ("status", "conclusion"):
                assert row[name] == wanted[name], question
            for name in ("retrieved", "citations"):
                assert [r["chunk_id"] for r in row[name]] == [r["chunk_id"] for r in wanted[name]], question


def test_published_killed_and_rolled_back_under_questions(site: Site, tmp_path: Path) -> None:
    index = site.home / "index"
    first = read_manifest(index)
    with Crowd(site) as crowd:
        for number in (1, 2):
            paper = tmp_path / f"某厂办法{number}.txt"
            paper.write_text(f"某厂女职工办法{number}\n第一条 每月可以请一天假。\n", encoding="utf-8")
            add([paper], site.home)
            before = (index / MANIFEST).read_bytes()
            assert site.build(code=KILLED).returncode == -signal.SIGKILL
            assert (index / MANIFEST).read_bytes() == before
            built = site.build()
            assert built.returncode == 0, built.stderr
            site.taken()
        assert read_manifest(index).documents == first.documents + 2
        back = site.command("ui", "rollback")
        assert back.returncode == 0, back.stderr
        assert read_manifest(index).documents == first.documents + 1
        site.taken()
        answered = crowd.answered
        assert wait(lambda: crowd.answered > answered + 4)
    assert not crowd.faults, crowd.faults[:3]
    assert len(list((index / ".collections").iterdir())) == 2


def test_the_server_goes_away_and_comes_back(site: Site) -> None:
    site.line.cut()
    started = time.monotonic()
    for page in site.pages:
        said = ask(page, ASKED)
        assert (said.status_code, said.json()["detail"]) == (503, words.AWAY)
    assert time.monotonic() - started < 40
    started = time.monotonic()
    for page in site.pages:
        assert ask(page, ASKED).status_code == 503
    assert time.monotonic() - started < 4, "who asks next is told at once"
    away = site.command("ui", "doctor", "--port", "0")
    assert away.returncode == 1
    assert f"连不上 milvus「{site.uri}」" in away.stdout
    with ExitStack() as stack:
        scratch = site.home.parent / "3"
        scratch.mkdir()
        third = stack.enter_context(serving(site.home, scratch))  # it starts all the same
        assert ask(third, ASKED).status_code == 503
        site.line.join()
        for page in (*site.pages, third):
            assert wait(lambda page=page: ask(page, ASKED).status_code == 200)  # type: ignore[misc]
            assert "188天" in ask(page, ASKED).json()["conclusion"]
        assert "✓ 编码器和向量：" in site.command("ui", "doctor", "--port", "0").stdout
        logs = [page.log.read_text(encoding="utf-8") for page in (*site.pages, third)]
    faults = [row for text in logs for row in map(_row, text.splitlines()) if row.get("status") == "fault"]
    assert len(faults) >= 5
    assert all(row["error"].startswith("EngineAway ") for row in faults)
    assert "warming_failed" in logs[2]
    for text in [*logs, away.stdout, away.stderr, *_texts(site.home / "index")]:
        assert "pass-marker" not in text


def _row(line: str) -> dict[str, object]:
    try:
        return dict(json.loads(line))
    except ValueError:  # what it says before the log begins
        return {}


def _texts(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.read_text(encoding="utf-8", errors="replace")


def test_a_copied_folder_searches_the_same_collection(site: Site, tmp_path: Path) -> None:
    """As another machine does, which gets the folder by rsync."""
    shutil.copytree(site.home / "index", tmp_path / "index")
    copied = Assistant(open_index(tmp_path / "index"))
    assert "188天" in copied.ask(ASKED).conclusion
