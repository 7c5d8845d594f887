"""Nothing of the machine that made it stays in the repository, and rooms reach each other by plain imports only."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# It says which of the packages in pyproject.toml are missing, and so imports them by their names there.
LOOKS_FOR_PACKAGES = ROOT / "ui" / "doctor" / "machine.py"
ROOMS = ("documents", "index", "rag", "ui", "evals")
HOME_PATH = re.compile(rb"(?<![\w.])/(?:home|Users)/\w|[A-Z]:\\\\?Users\\\\?\w")
needs_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT).stdout
    return [path for name in listed.split(b"\0") if name and (path := ROOT / name.decode()).is_file()]


@needs_git
def test_no_path_of_this_machine() -> None:
    here = {str(place) for place in (ROOT, ROOT.parent, Path(sys.prefix)) if len(place.parts) > 1}
    names = [re.compile(rb"(?<![\w./-])" + re.escape(name.encode()) + rb"[/\"'\s]") for name in here]
    for path in tracked():
        data = path.read_bytes()
        assert not HOME_PATH.search(data), path
        assert not any(name.search(data) for name in names), path


@needs_git
def test_no_file_is_a_pickle_whatever_its_name() -> None:
    for path in tracked():
        data = path.read_bytes()
        assert not (data[:1] == b"\x80" and data[1:2] in b"\x02\x03\x04\x05" and data.rstrip()[-1:] == b"."), path
        assert data[:2] != b"PK" or path.suffix in {".docx", ".pptx", ".xlsx"}, path


@pytest.mark.parametrize("room", ROOMS)
def test_no_relative_or_hidden_imports(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, path
            if isinstance(node, ast.Call) and path != LOOKS_FOR_PACKAGES:
                called = ast.unparse(node.func)
                assert called not in {"__import__", "importlib.import_module", "import_module", "exec", "eval"}, path


@pytest.mark.parametrize("room", ROOMS)
def test_public_names_exist(room: str) -> None:
    module = __import__(room)
    assert module.__all__
    assert all(hasattr(module, name) for name in module.__all__)
    assert not hasattr(module, "utils")
