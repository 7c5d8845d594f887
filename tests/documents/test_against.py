"""Restatements held against originals: a changed figure, a dropped exception, a dropped modal are found."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from documents import Document, Kind, Level, parse, shipped
from documents.__main__ import main
from documents.against import compare, left_out, pairs

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "laws"
ORIGINAL = "第七条 女职工生育享受九十八天产假，其中产前可以休假十五天；但是另有规定的除外。\n第八条 用人单位应当支付工资，不得拖欠。"


def law(text: str, kind: Kind = Kind.RESTATEMENT) -> Document:
    made = Document("某规定", "某规定", kind, Level.ADMINISTRATIVE, published=date(2012, 4, 28))
    return replace(made, provisions=parse("某规定", text))


def found(text: str) -> list[str]:
    return [difference.what for difference in compare(law(text), law(ORIGINAL, Kind.ORIGINAL))]


def test_faithful_wording_has_no_difference() -> None:
    assert (
        found(
            "第七条 生育有98天产假，产前可以先休15天；另有规定的除外，但不能少于此数。\n第八条 单位应当付工资，不能拖欠。"
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("第七条 产假128天，产前可以先休15天，但另有规定的除外。", "数字128原文没有"),
        ("第七条 产假98天，可以先休一段，但另有规定的除外。", "原文的数字15没有写"),
        ("第七条 产假98天，产前可以先休15天。", "原文的「除外」没有写"),
        ("第八条 单位付工资，应当及时。", "原文的「不得」没有写"),
        ("第九条 甲。", "原文没有这一条"),
    ],
)
def test_faults_are_found(text: str, what: str) -> None:
    assert what in found(text)


def test_own_notes_do_not_count() -> None:
    text = "第八条 单位应当付工资，不能拖欠（本库注：见第3条，共5项）。\n注：地方另有30天的规定。"
    assert found(text) == []


def test_superseded_original_is_no_measure() -> None:
    old = replace(law(ORIGINAL, Kind.ORIGINAL), ended=date(2020, 1, 1))
    assert list(pairs([law(ORIGINAL)], [old])) == []


def test_reasons_are_given_for_what_is_left_out() -> None:
    known = {(d.title, p.article) for d in shipped() for p in d.provisions}
    assert left_out()
    assert all((title, article) in known and why for (title, article, _), why in left_out().items())


def test_command_names_the_differences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "# 女职工劳动保护特别规定\n\n2012年4月28日 公布\n\n<!-- INFO END -->\n第十条 单位应当在30天内建立哺乳室。"
    (tmp_path / "女职工劳动保护特别规定(2012-04-28).md").write_text(text, encoding="utf-8")
    assert main(["check", "--against", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "《女职工劳动保护特别规定》第十条：原文的数字30没有写" in out
    assert main(["check", "--against", str(tmp_path / "none")]) == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared corpus beside the checkout")
def test_shipped_library_agrees_with_the_originals(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--against", str(SHARED)]) == 0
    assert "0 处不同" in capsys.readouterr().out
