"""What `tests.killing` kills of the desk and the evals room: lesson packs, comparisons, reports on contracts, answers, runs."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import rag.__main__ as rag_main
import rag.desk.clauses.command as clauses
import rag.desk.compare.command as compare
from documents import shipped
from documents.library import HOME_VARIABLE
from documents.region import parse_region
from documents.resting import rests
from documents.validity import resolve
from evals.errors import BadRun
from evals.gold import Suite, load_suite
from evals.run import read_run_folder, run_suites
from index import build_documents, open_index
from index.encoder import load_encoder
from index.search import SearchIndex
from rag import Assistant
from rag.desk.lesson import Lesson, Wish, make_lesson, write_pack
from rag.desk.lesson.pack import FILE, HANDOUT, NOTES, PAPER, SLIDES
from rag.desk.lesson.read import read_pack
from tests.killing import Case
from ui.desk import shelf

__all__ = ["CASES", "LESSON", "warm"]

LESSON: list[Lesson] = []  # made once, by `warm`
_INDEX: list[SearchIndex] = []
PACK = {PAPER, SLIDES, HANDOUT, NOTES, FILE}
CONTRACT = "某厂女职工专项集体合同\n第一条 女职工生育享受产假九十天。\n第二条 女职工每天有一小时哺乳时间。\n"
GOLD = {
    "question": "怀孕未满4个月流产，产假几天",
    "expect": "answered",
    "gold": [[{"title": "女职工劳动保护特别规定", "article": "第七条"}]],
    "must": [["15\\s*天", "十五天"]],
    "harm": "high",
    "topic": "流产假",
}


def _at_home(home: Path) -> Path:
    os.environ[HOME_VARIABLE] = str(home)
    return home


def _make_pack(home: Path) -> None:
    if not (_at_home(home) / "packs" / "备课包").exists():
        write_pack(LESSON[0], home / "packs" / "备课包")


def _packed(home: Path) -> bool:
    """Whether the pack is there; a file of it missing, or nothing noted of what it rests on, is half."""
    folder = _at_home(home) / "packs" / "备课包"
    noted = {rest.name for rest in rests(home, "lessons")}
    if not folder.exists():
        assert not noted, noted
        return False
    assert {path.name for path in folder.iterdir()} == PACK
    assert read_pack(folder).statements
    assert noted == {str(folder.resolve())}
    return True


def _shelved(home: Path) -> None:
    _at_home(home)
    shelf.put(LESSON[0])


def _unshelve(home: Path) -> None:
    _at_home(home)
    for found in shelf.standing():
        shelf.delete(found)


def _on_shelf(home: Path) -> list[str]:
    _at_home(home)
    found = shelf.standing()
    assert not [one.fault for one in found if one.fault]
    assert all({path.name for path in one.folder.iterdir()} == PACK for one in found)
    noted = {rest.name.rsplit("-", 1)[-1] for rest in rests(home, "lessons")}
    assert noted == {one.id for one in found}
    return ["包" for _ in found]


def _run(module: ModuleType, main: Callable[[list[str]], int], given: list[str]) -> None:
    """Run a command over the index that is open already."""
    vars(module)["open_or_build"] = lambda _: _INDEX[0]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert main(given) in (0, 1), given


def _compare(name: str, topics: str) -> Callable[[Path], None]:
    def work(home: Path) -> None:
        _run(compare, compare.main, ["--regions", "河南,江苏", "--topics", topics, "--out", str(home / name)])

    return work


def _clauses(place: str) -> Callable[[Path], None]:
    def work(home: Path) -> None:
        paper = home / "合同.txt"
        if not paper.is_file():
            paper.write_text(CONTRACT, encoding="utf-8")
        _run(clauses, clauses.main, [str(paper), "--region", place, "--out", str(home / "报告.docx")])

    return work


def _batch(count: int) -> Callable[[Path], None]:
    def work(home: Path) -> None:
        asked = home / "q.jsonl"
        rows = [json.dumps({"id": n, "question": "产假多少天"}, ensure_ascii=False) + "\n" for n in range(count)]
        asked.write_text("".join(rows), encoding="utf-8")
        _run(rag_main, rag_main.main, ["batch", str(asked), "--out", str(home / "a.jsonl")])

    return work


def _bytes(name: str) -> Callable[[Path], str]:
    """A file's digest: one that is neither the old nor the new is half. The commands write the same bytes every time."""
    return lambda home: hashlib.sha256((home / name).read_bytes()).hexdigest()


def _sheets(name: str) -> Callable[[Path], list[str]]:
    """What a workbook says; its own bytes hold the second in which it was made."""

    def state(home: Path) -> list[str]:
        from openpyxl import load_workbook

        book = load_workbook(home / name)
        return [str([cell.value for cell in row]) for sheet in book for row in sheet.iter_rows()]

    return state


def _answered(home: Path) -> int:
    rows = (home / "a.jsonl").read_text(encoding="utf-8").splitlines()
    return len([json.loads(row) for row in rows])


def _suite(home: Path) -> Suite:
    path = home / "题.jsonl"
    if not path.is_file():
        rows = [GOLD | {"id": name} for name in ("甲", "乙", "丙")]
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return load_suite(str(path))


def _asked(home: Path) -> None:
    _suite(home)


def _evaluate(home: Path) -> None:
    run_suites([_suite(home)], _INDEX[0], home / "run")


def _evaluated(home: Path) -> list[str]:
    """What a finished run holds; one that is not finished is none."""
    try:
        config, rows, summary = read_run_folder(home / "run")
    except BadRun as error:
        said = str(error)
        assert "不是一次做完的运行" in said
        return []
    if not config["finished"]:
        return []
    trec = [(home / "run" / name).read_text(encoding="utf-8") for name in ("run.trec", "qrels.trec", "groups.trec")]
    assert all(text.count("\n") for text in trec)
    return [*(row["id"] for row in rows), *sorted(summary["suites"])]


CASES = {
    "pack": Case(lambda home: (home / "packs").mkdir(), _make_pack, _packed),
    "unshelve": Case(_shelved, _unshelve, _on_shelf),
    "compare": Case(_compare("比较.xlsx", "托管"), _compare("比较.xlsx", "母婴室"), _sheets("比较.xlsx")),
    "compare-md": Case(_compare("比较.md", "托管"), _compare("比较.md", "母婴室"), _bytes("比较.md")),
    "clauses": Case(_clauses("河南"), _clauses("江苏"), _bytes("报告.docx")),
    "batch": Case(_batch(2), _batch(4), _answered),
    "evals": Case(_asked, _evaluate, _evaluated),
    "evals-again": Case(_evaluate, _evaluate, _evaluated),
}


def warm(name: str, index: Path | None = None) -> None:
    """Open the library's index (built where none is given) and do a case once, before any fork: what each would else do again."""
    with tempfile.TemporaryDirectory() as scratch:
        if index is None:
            index = Path(scratch) / "index"
            build_documents(resolve(list(shipped())), index, load_encoder())
        _INDEX[:] = [open_index(index)]
        if name in ("pack", "unshelve"):
            wish = Wish("孕期和产假保护", (parse_region("河南"),), 10, "女职工工作干部", date.today())
            LESSON[:] = [make_lesson(Assistant(_INDEX[0]), wish)]
        trial = Path(scratch) / "trial"
        trial.mkdir()
        CASES[name].begin(trial)
        CASES[name].work(trial)
        CASES[name].state(trial)
