"""A real Milvus server process (2.3.5 from the registry: dense search and filters, no BM25), two builders on it at once."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index import Scope, open_index
from index.engines import dense, words
from index.milvus import Collection
from index.store import read_manifest
from tests.index.milvus_servers import running

pytest.importorskip("pymilvus", reason="pip install 'niangjiaren[milvus]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    with running(tmp_path_factory.mktemp("server"), real=True) as server:
        yield server.place


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
