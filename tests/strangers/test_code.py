"""What the program never does: run what a file says. By reading its source, and by watching it open an index."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("documents", "index", "rag", "ui", "evals")
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle"}
CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "torch.load",
    "yaml.load",
    "numpy.load",
    "np.load",
}
WATCH = """
import json, sys
seen = []
def watch(event, given):
    if event in ("pickle.find_class", "marshal.load", "socket.connect", "socket.getaddrinfo"):
        seen.append([event, [str(one)[:80] for one in given]])
sys.addaudithook(watch)
from pathlib import Path
from index import open_index
from rag import Assistant
assistant = Assistant(open_index(Path(sys.argv[1])))
answer = assistant.ask("我在河南，产假多少天？")
assert "188" in answer.conclusion
print(json.dumps(seen))
"""


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_that_runs_what_it_reads(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [one.name.split(".")[0] for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [(node.module or "").split(".")[0]]
            assert not MODULES & set(names), (path, node.lineno)
            if isinstance(node, ast.Call):
                safe = any(k.arg == "allow_pickle" and getattr(k.value, "value", True) is False for k in node.keywords)
                assert called(node) not in CALLS or safe, (path, node.lineno)
                shell = any(k.arg == "shell" and getattr(k.value, "value", True) for k in node.keywords)
                trusting = any(k.arg in ("trust_remote_code", "allow_dangerous_deserialization") and getattr(k.value, "value", True) for k in node.keywords)  # fmt: skip
                assert not shell, (path, node.lineno)
                assert not trusting, (path, node.lineno)


def test_opening_an_index_unpickles_nothing_and_asks_no_host(library_index: Path, tmp_path: Path) -> None:
    """The dictionary of jieba too: it would else be read, by marshal, from where everybody on a computer may write."""
    ran = subprocess.run(
        [sys.executable, "-c", WATCH, str(library_index)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "HF_HUB_OFFLINE": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    seen = json.loads(ran.stdout.strip().splitlines()[-1])
    assert not [event for event in seen if event[0] != "marshal.load"], seen
    assert not list(tmp_path.rglob("jieba*"))
