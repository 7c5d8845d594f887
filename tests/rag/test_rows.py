"""`rag batch` and `rag ask`: the design's rows in, the design's rows out, in order, one for each."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag import BadQuestions
from rag.__main__ import main
from rag.rows import read_questions

FIELDS = {"id", "status", "verdict", "conclusion", "answer", "citations", "retrieved", "seconds"}
CITATION = {
    "document_id",
    "chunk_id",
    "title",
    "article",
    "part",
    "quote",
    "level",
    "region",
    "kind",
    "check",
    "in_force",
    "effective",
    "url",
    "page",
}


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_batch_answers_every_row_in_order(library_index: Path, tmp_path: Path) -> None:
    questions = write(
        tmp_path / "q.jsonl",
        {"id": "a", "question": "产假多少天", "region": "上海"},
        {"id": "b", "question": "产假多少天", "region": "火星"},
        {"id": "c", "question": "那二胎呢", "history": ["我在浙江，产假多少天"]},
        {"id": "d", "question": "", "as_of": None},
        {"id": "e", "question": "产假多少天", "region": "上海", "history": [{"role": "user", "content": "你好"}]},
    )
    out = tmp_path / "a.jsonl"
    assert main(["batch", str(questions), "--out", str(out), "--index", str(library_index)]) == 1
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d", "e"]
    assert all(set(row) == FIELDS for row in rows)
    assert all(set(citation) == CITATION for row in rows for citation in row["citations"])
    assert "158" in rows[0]["conclusion"]
    assert rows[1]["status"] == "refused"
    assert "火星" in rows[1]["conclusion"]
    assert "188" in rows[2]["conclusion"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"question": "x"}'])
def test_bad_row_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "ok", "question": "x"}\n' + line, encoding="utf-8")
    with pytest.raises(BadQuestions, match="第 2 行"):
        read_questions(path)


def test_missing_index_says_how_to_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "产假多少天", "--index", str(tmp_path / "none")]) == 2
    assert "python -m index build" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "value"), [("--region", "火星"), ("--as-of", "昨天")])
def test_bad_option_is_one_sentence(
    library_index: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    assert main(["ask", "产假多少天", "--index", str(library_index), option, value]) == 2
    assert value in capsys.readouterr().err


def test_json_is_one_line(library_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "产假多少天", "--index", str(library_index), "--json", "--explain"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == FIELDS


@pytest.mark.parametrize("command", ["lesson", "compare", "clauses"])
def test_the_desk_s_commands_explain_themselves(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert f"python -m rag {command}" in capsys.readouterr().out


def test_ask_imports_neither_torch_nor_langchain(library_index: Path) -> None:
    code = (
        "import sys; from rag.__main__ import main; "
        f"main(['ask', '产假多少天', '--index', {str(library_index)!r}]); "
        "print([m for m in ('torch', 'langchain', 'langchain_core', 'gradio', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
