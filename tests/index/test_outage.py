"""A server that holds the vectors goes away: everybody who asks is told soon, in a Chinese sentence, and it is found again without a restart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from documents import Document
from index import EngineUnavailable, IndexMismatch, SearchIndex, build_documents
from index.errors import EngineAway
from index.ledger import entered
from index.milvus import Collection, connect, drop
from index.outage import Outage
from index.publish import go_back
from index.store import MANIFEST, load, read_manifest
from tests.index.conftest import ToyEncoder
from tests.index.milvus_servers import MilvusServer, running

pytest.importorskip("pymilvus", reason="pip install 'niangjiaren[milvus]'")
pytest.importorskip("milvus_lite", reason="pip install 'niangjiaren[milvus]'")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ROOT = Path(__file__).parents[2]
ASKED = 24
# One search may take ten seconds and what pymilvus waits between its tries, on a busy machine.
SOON = 40.0
KILLED = """
import os, signal, sys
from index.__main__ import main
def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)
sys.modules["index.build"].save = killed
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """Lite in a process of its own: a real one that was killed may need minutes to come back, or not come back."""
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def index(server: MilvusServer, documents: list[Document], folder: Path, toy: ToyEncoder) -> SearchIndex:
    build_documents(documents, folder, toy, place=server.place)
    return SearchIndex(load(folder), toy)


def found(index: SearchIndex) -> list[str]:
    return [hit.chunk.id for hit in index.search("女职工产假", 9)]


def seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def refused(index: SearchIndex) -> str:
    with pytest.raises(EngineAway) as caught:
        found(index)
    return str(caught.value)


def back(index: SearchIndex) -> list[str]:
    """What is found once the server is found again."""
    end = time.monotonic() + 60
    while True:
        try:
            return found(index)
        except EngineAway:
            assert time.monotonic() < end, "not found again"
            time.sleep(0.1)


@pytest.mark.slow
def test_killed_in_the_midst_and_started_again(server: MilvusServer, index: SearchIndex) -> None:
    before = found(index)
    server.kill()
    with ThreadPoolExecutor(ASKED) as crowd:
        started = time.monotonic()
        said = [future.result() for future in [crowd.submit(refused, index) for _ in range(ASKED)]]
        assert time.monotonic() - started < SOON
    assert all(server.place.uri in one and "请检查" in one for one in said)
    assert seconds(lambda: refused(index)) < 1, "who asks next is told at once"
    server.start()
    assert back(index) == before


@pytest.mark.slow
def test_it_hangs_and_goes_on(server: MilvusServer, index: SearchIndex) -> None:
    before = found(index)
    server.pause()
    try:
        with ThreadPoolExecutor(ASKED) as crowd:
            started = time.monotonic()
            for future in [crowd.submit(refused, index) for _ in range(ASKED)]:
                future.result()
            assert time.monotonic() - started < SOON
    finally:
        server.resume()
    assert back(index) == before


@pytest.mark.slow
def test_away_when_the_index_is_opened(server: MilvusServer, index: SearchIndex, folder: Path, toy: ToyEncoder) -> None:
    before = found(index)
    server.kill()
    started = time.monotonic()
    other = SearchIndex(load(folder), toy)
    assert "milvus" in refused(other)
    with pytest.raises(EngineAway):
        other.vectors.reach()  # type: ignore[attr-defined]
    assert time.monotonic() - started < SOON
    server.start()
    assert back(other) == before


@pytest.mark.slow
def test_a_collection_that_is_gone_is_told_apart_from_a_server_that_is_away(index: SearchIndex, folder: Path) -> None:
    manifest = read_manifest(folder)
    drop(Collection(manifest.uri, manifest.collection))
    with pytest.raises(IndexMismatch, match="--engine milvus --uri http.* --collection niangjiaren --out"):
        load(folder)


@pytest.mark.slow
def test_a_build_and_going_back_say_that_it_is_away_and_change_nothing(
    server: MilvusServer, index: SearchIndex, documents: list[Document], folder: Path, toy: ToyEncoder
) -> None:
    build_documents(documents[1:], folder, toy, place=server.place)
    before = (folder / MANIFEST).read_bytes()
    server.kill()
    try:
        for work in (
            lambda: build_documents(documents[2:], folder, toy, place=server.place),
            lambda: go_back(folder),
        ):
            with pytest.raises(EngineAway, match="连不上 milvus"):
                work()
            assert (folder / MANIFEST).read_bytes() == before
    finally:
        server.start()
    wanted = build_documents(documents[2:], folder, toy, place=server.place)
    assert read_manifest(folder) == wanted
    assert len(entered(folder)) == 2, "also what the failed build had written down is gone"


def command(*arguments: str, home: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    head = ["-c", code] if code else ["-m", "index"]
    environment = os.environ | {"NIANGJIA_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *head, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_a_builder_killed_between_vectors_and_manifest(server: MilvusServer, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    folder = tmp_path / "index"
    build = ["build", "--documents", str(texts), "--engine", "milvus", "--uri", server.place.uri]
    build += ["--collection", "killed", "--out", str(folder)]

    def there() -> set[str]:
        with closing(connect(server.place)) as client:
            return {name for name in client.list_collections() if name.startswith("killed_")}

    for number in (1, 2):
        (texts / f"{number}.txt").write_text(f"某厂规定{number}\n第一条 女职工产假。\n第二条 哺乳。", encoding="utf-8")
        assert command(*build, home=tmp_path).returncode == 0
    needed, before = there(), (folder / MANIFEST).read_bytes()
    (texts / "3.txt").write_text("某厂规定3\n第一条 女职工托管班。", encoding="utf-8")
    assert command(*build, home=tmp_path, code=KILLED).returncode == -signal.SIGKILL
    assert (folder / MANIFEST).read_bytes() == before
    assert len(there()) == 3
    assert "某厂规定2" in command("search", "哺乳", "--index", str(folder), home=tmp_path).stdout
    done = command(*build, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "向量（0 段新" in done.stderr, "a rerun embeds nothing"
    assert "某厂规定3" in command("search", "托管班", "--index", str(folder), home=tmp_path).stdout
    assert len(there() & needed) == 1
    assert len(there()) == 2


@pytest.mark.parametrize(
    "uri",
    [
        "http://root:pass-marker@127.0.0.1:9",
        "root:pass-marker@127.0.0.1:9",
        "http://127.0.0.1:9?token=pass-marker",
        "http://127.0.0.1:9/#pass-marker",
        "http://root:pass-marker",
        "http://[root:pass-marker",
        "https://:pass-marker@127.0.0.1:9/x.db",
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(uri: str, tmp_path: Path) -> None:
    done = command("build", "--engine", "milvus", "--uri", uri, "--out", str(tmp_path / "i"), home=tmp_path)
    assert done.returncode == 2
    assert "--uri" in done.stderr
    assert "pass-marker" not in done.stderr + done.stdout
    assert not (tmp_path / "i").exists()


@pytest.mark.slow
def test_the_token_is_told_nowhere(
    server: MilvusServer,
    documents: list[Document],
    folder: Path,
    toy: ToyEncoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NIANGJIA_MILVUS_TOKEN", "root:pass-marker")
    caplog.set_level("DEBUG")
    build_documents(documents, folder, toy, place=server.place)
    index = SearchIndex(load(folder), toy)
    assert found(index)
    server.kill()
    try:
        said = [refused(index)]
        for away in (Collection("http://127.0.0.1:9"), server.place):
            with pytest.raises(EngineUnavailable) as caught:
                connect(away)
            said.append(str(caught.value))
    finally:
        server.start()
    kept = [path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()]
    captured = capfd.readouterr()
    assert "pass-marker" not in "\n".join([*said, *kept, caplog.text, captured.out, captured.err])


def test_one_tries_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("index.outage.time.monotonic", lambda: now[0])
    outage = Outage()
    with pytest.raises(EngineAway, match="x"), outage.watch():
        raise EngineAway("x")
    with pytest.raises(EngineAway, match="x"), outage.watch():
        raise AssertionError("told at once")
    now[0] += 2.5
    with outage.watch(), pytest.raises(EngineAway, match="x"), outage.watch():
        raise AssertionError("another one tries already")
    with outage.watch():
        pass
    with pytest.raises(IndexMismatch), outage.watch():
        raise IndexMismatch("another fault is no outage")
    with outage.watch():
        pass
