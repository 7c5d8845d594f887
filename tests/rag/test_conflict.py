"""A user's original that contradicts our restatement: no conclusion takes a figure from either until she decides."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from documents.catalog import Decision, read_catalog, write_catalog
from documents.library import gather, shipped
from documents.own import add
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant, Status

LAW = "女职工劳动保护特别规定"
QUESTIONS = ("产假多少天", "我在河南，产假多少天", "国家规定的产假是几天", "我怀孕两个月流产了，休几天")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path / "home"))
    restated = next(d for d in shipped() if d.title == LAW)
    lines = [p.article + "　" + p.text.replace("\n", "") for p in restated.provisions if p.article[0] in "第附"]
    original = tmp_path / f"{LAW}.txt"
    original.write_text("\n".join(lines).replace("98", "90"), encoding="utf-8")
    add([original], tmp_path / "home")
    return tmp_path / "home"


def assistant(folder: Path, library_index: Path) -> Assistant:
    """Over what the questions can ask of: the other provinces answer none of them. What is embedded already is taken over."""
    shutil.copytree(library_index, folder)
    build_documents([d for d in gather().documents if d.region in ("全国", "河南省")], folder, load_encoder())
    return Assistant(open_index(folder))


def test_no_conclusion_tells_the_figure(home: Path, tmp_path: Path, library_index: Path) -> None:
    asked = assistant(tmp_path / "index", library_index)
    for question in QUESTIONS:
        answer = asked.ask(question)
        assert answer.status is not Status.ANSWERED, question
        assert not {"98", "90", "188", "15", "42"} & set(_numbers(answer.conclusion)), (question, answer.conclusion)


def test_her_decision_settles_it(home: Path, tmp_path: Path, library_index: Path) -> None:
    row = read_catalog(home / "catalog.csv")[0]
    write_catalog(home / "catalog.csv", (replace(row, decision=Decision.RESTATEMENT),), own=True)
    assert "98" in assistant(tmp_path / "restated", library_index).ask("国家规定的产假是几天").conclusion
    write_catalog(home / "catalog.csv", (replace(row, decision=Decision.ORIGINAL),), own=True)
    assert "90" in assistant(tmp_path / "original", library_index).ask("国家规定的产假是几天").conclusion


def _numbers(text: str) -> list[str]:
    import re

    return re.findall(r"\d+", re.sub(r"123\d\d", "", text))
