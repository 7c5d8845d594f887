"""A real Milvus server process (2.3.5 from the registry: dense search and filters, no BM25), two builders on it at once."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest

from index import Scope, open_index
from index.engines import dense, words
from index.milvus import Collection, connect
from index.store import read_manifest

pytest.importorskip("pymilvus", reason="pip install 'niangjiaren[milvus]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ROOT = Path(__file__).parents[2]
# milvus 2.3.5 wants an old setuptools, so it may live in an environment of its own.
PROGRAM = os.environ.get("NIANGJIA_MILVUS_SERVER") or str(Path(sys.executable).parent / "milvus-server")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    if not Path(PROGRAM).is_file():
        pytest.skip("pip install milvus==2.3.5 (or name its milvus-server in NIANGJIA_MILVUS_SERVER)")
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(
            [PROGRAM, "--data", str(folder / "data"), "--proxy-port", str(port)],
            stdout=log,
            stderr=log,
        )
    place = Collection(f"http://127.0.0.1:{port}")
    try:
        for _ in range(60):
            try:
                connect(place).close()
                break
            except Exception:
                assert running.poll() is None, (folder / "log").read_text()
                time.sleep(1)
        yield place
    finally:
        own = [*psutil.Process(running.pid).children(recursive=True), running]
        for process in own:  # the program starts the server in a session of its own and would leave it running
            process.kill()
        running.wait(30)


def build(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "index", "build", *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE
    )


def test_two_builders_at_once_then_one_whole(server: Collection, tmp_path: Path) -> None:
    common = ["--engine", "milvus", "--uri", server.uri]
    builders = [build(*common, "--part", f"{n}/2") for n in (1, 2)]
    sent = [int(b.communicate(timeout=300)[0].split("送进集合 niangjiaren ")[1].split()[0]) for b in builders]
    assert [b.returncode for b in builders] == [0, 0]
    whole = build(*common, "--out", str(tmp_path / "index"))
    whole.communicate(timeout=300)
    assert whole.returncode == 0
    assert sum(sent) == read_manifest(tmp_path / "index").rows
    hits = open_index(tmp_path / "index").search("产假多少天", 5, Scope((), date(2026, 11, 21)))
    assert len(hits) == 5
    assert all(Scope((), date(2026, 11, 21)).allows(hit.chunk.card) for hit in hits)


def test_same_top_ten_as_faiss_and_no_words(server: Collection, library_index: Path) -> None:
    from tests.index.test_milvus import questions

    index = open_index(library_index)
    asked = [(question, Scope((), date(2026, 11, 21))) for question in questions(40)]
    assert dense(index, server, asked).overlap == 1.0
    assert words(index, server, asked[:1]) is None
