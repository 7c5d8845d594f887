"""The rule of the house: imports go left only, rooms import nothing heavy, names are ours, nothing foreign lies about."""

import ast
import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["documents", "index", "rag", "ui", "evals"]
MAY_IMPORT = {
    "documents": {"documents"},
    "index": {"documents", "index"},
    "rag": {"documents", "index", "rag"},
    "ui": {"documents", "index", "rag", "ui"},
    "evals": {"documents", "index", "rag", "evals"},
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_left_only(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        assert imported(path) & set(ROOMS) <= MAY_IMPORT[room], path


def test_core_never_imports_the_desk() -> None:
    for path in (ROOT / "rag").rglob("*.py"):
        if "desk" not in path.parts and path.name != "__main__.py":
            assert "rag.desk" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_nothing_heavy(room: str) -> None:
    code = f"import sys, {room}; print([m for m in ('torch', 'gradio', 'langchain', 'langchain_core', 'sentence_transformers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_nobody_else_owns_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    for room in ROOMS:
        assert set(owners.get(room, ["niangjiaren"])) <= {"niangjiaren"}, room


def test_every_package_is_named_for_the_install() -> None:
    named = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"])
    there = {".".join(path.parent.relative_to(ROOT).parts) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert named == there


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_no_pickle_and_no_large_surprise() -> None:
    for path in tracked():
        assert path.suffix not in {".pkl", ".pickle", ".pt", ".bin", ".joblib"}, path
        assert path.stat().st_size < 20_000_000, path


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_files_stay_readable() -> None:
    for path in tracked():
        if path.suffix == ".py":
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 420, path


@pytest.mark.parametrize("room", ROOMS)
def test_help_is_quick_to_answer(room: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", room, "--help"], capture_output=True, text=True, check=True, cwd=ROOT, timeout=20
    )
    assert "usage" in done.stdout
