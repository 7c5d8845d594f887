"""Two versions of a document: every article in one pair, what decides named, what rests on it named."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.__main__ import main
from documents.diffing import Kind, Mark, Op, changes, compare, resting_on, spans
from documents.diffing.command import examine, inline, report
from documents.library import HOME_VARIABLE, shipped
from documents.model import Document, Level, Provision
from documents.model import Kind as TextKind
from documents.numerals import to_chinese
from documents.resting import record, text_digest

OLD = """# 某省女职工保护办法
（2012年4月28日公布）

第一条 为了保护女职工，制定本办法。

第二条 女职工生育享受不少于90天产假，其中产前休假15天。

第三条 用人单位应当建立女职工休息室。

第四条 违反本办法的，处一千元罚款。

第五条 本办法自2012年5月1日起施行。
"""
NEW = OLD.replace("不少于90天", "98天").replace("单位应当", "单位可以").replace("第五条", "第六条")
NEW = NEW.replace("第四条 ", "第四条 女职工每年享受一次妇科检查，费用由单位承担。\n\n第五条 ")


def document(*texts: tuple[str, str], title: str = "某办法") -> Document:
    provisions = tuple(Provision(f"{title}#{n}", title, article, text) for n, (article, text) in enumerate(texts))
    return Document(title, title, TextKind.ORIGINAL, Level.LOCAL_LAW, provisions=provisions)


def numbered(*texts: str) -> Document:
    return document(*((f"第{to_chinese(n)}条", text) for n, text in enumerate(texts, 1)))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


def written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_the_command_names_what_changed(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = written(tmp_path, "旧.md", OLD), written(tmp_path, "新.md", NEW)
    record(home, "lessons", "孕期保护", [("某省女职工保护办法", "第二条", text_digest("旧的话"))])
    assert main(["diff", old, new]) == 1
    said = capsys.readouterr().out
    for words in (
        "没有变 2 条，修改 2 条，只改了条号 2 条，新增 1 条",
        "享受【删：不少于90天】【增：98天】产假",
        "数字：90天→98天",
        "界限：删去「不少于」",
        "情态：应当→可以",
        "备课包：孕期保护",
        "第四条→第五条、第五条→第六条",
        "受影响：备课包 1 个",
    ):
        assert words in said
    assert "\x1b" not in said
    assert main(["diff", old, old]) == 0
    assert "6 条都一样" in capsys.readouterr().out
    assert main(["diff", old, new, "--json"]) == 1
    row = json.loads(capsys.readouterr().out)
    assert row["counts"] == {
        "same": 2,
        "changed": 2,
        "renumbered": 2,
        "moved": 0,
        "added": 1,
        "removed": 0,
        "left_out": 0,
    }
    second = row["changes"][0]
    assert second["figures"][0] == {"mark": "数字", "old": "90天", "new": "98天"}
    assert second["resting"] == {"lessons": ["孕期保护"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "空文件"), ("# 标题\n", "没有正文"), (None, "找不到文件")],
)
def test_what_cannot_be_read_is_said(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    other = written(tmp_path, "好.md", OLD)
    name = "没有这个.md" if text is None else written(tmp_path, "坏.md", text)
    assert main(["diff", name, other]) == 2
    assert main(["diff", other, name]) == 2
    assert said in capsys.readouterr().err
    assert main(["diff", str(tmp_path), other]) == 2  # a folder
    assert main(["diff", "女职工劳动保护特别规", other]) == 2
    assert "《女职工劳动保护特别规定》" in capsys.readouterr().err


def test_a_title_of_the_library_is_a_version(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "《女职工劳动保护特别规定》", "女职工劳动保护特别规定"]) == 0
    other = written(tmp_path, "女职工劳动保护特别规定.md", OLD)
    capsys.readouterr()
    assert main(["diff", "女职工劳动保护特别规定", other]) == 1
    said = capsys.readouterr().out
    assert "本库的转述" in said  # other words are no other law there
    assert "documents/rules/leave.csv:3" in said  # 第七条: the 98 days


def test_unrelated_documents_are_called_so() -> None:
    a = next(d for d in shipped() if d.title == "劳动合同法")
    b = next(d for d in shipped() if d.title == "反家庭暴力法")
    assert compare(a, b).unrelated
    assert not compare(a, a).unrelated
    assert not compare(a, replace(a, provisions=a.provisions[: len(a.provisions) // 3])).unrelated


def test_what_a_restatement_leaves_out_is_neither_new_nor_removed() -> None:
    whole = numbered("为了保护女职工，制定本办法。", "女职工生育享受九十八天产假。", "违者处一千元罚款。")
    ours = replace(document(("第二条", "生孩子能休90天。")), kind=TextKind.RESTATEMENT)
    for found in (compare(ours, whole), compare(whole, ours)):
        assert found.counts == {Kind.CHANGED: 1, Kind.LEFT_OUT: 2}
        assert [pair.name for pair in found.differing] == ["第二条"]


def test_pieces_of_a_restated_article_are_one_and_only_other_words_are_told_in_one_line() -> None:
    whole = numbered(
        "依法办理结婚登记的职工享受婚假十八天，参加婚前医学检查的增加婚假七天。", "女职工享受产假九十八天。"
    )
    ours = document(("第一条", "婚假加18天。"), ("第一条", "参加婚检的，再加7天。"), ("第二条", "女职工有产假90天。"))
    found = examine(replace(ours, kind=TextKind.RESTATEMENT), whole, Path("nowhere"))
    assert found.comparison.counts == {Kind.CHANGED: 2}
    said = "\n".join(report(found))
    assert "但书都一样〕第一条" in said
    assert "数字：90天→九十八天" in said
    assert "【删" not in said.split("〔转述")[1]


def test_a_removed_article_may_have_gone_into_a_new_one() -> None:
    old = numbered("总则第一条的话。", "禁止对妇女实施性骚扰。受害妇女有权向单位和有关机关投诉。")
    more = "用人单位应当采取措施预防和制止性骚扰，建立制度，明确负责机构，开展培训活动，设置投诉电话和信箱。" * 3
    new = document(("第一条", "总则第一条的话。"), ("第九条", more + "禁止对妇女实施性骚扰。受害妇女有权向单位投诉。"))
    found = compare(old, new)
    [gone] = [pair for pair in found.differing if pair.kind is Kind.REMOVED]
    assert found.successors(gone) == ("第九条",)


def test_an_article_put_between_renumbers_nothing_else() -> None:
    old = document(
        ("第九条", "甲乙丙丁戊己庚。"), ("第十条", "女职工享受产假。"), ("第十一条", "本办法自公布之日起施行。")
    )
    new = document(
        *((p.article, p.text) for p in old.provisions[:2]),
        ("第十条之一", "男方享受护理假十五天。"),
        ("第十一条", "本办法自公布之日起施行。"),
    )
    found = compare(old, new)
    assert [(p.kind, p.name) for p in found.differing] == [(Kind.ADDED, "第十条之一")]


def test_articles_in_another_order_are_renumbered_not_rewritten() -> None:
    texts = [f"第{n}项制度由有关部门在职责范围内{'负责' * n}落实。" for n in range(1, 9)]
    found = compare(numbered(*texts), numbered(*reversed(texts)))
    assert found.counts == {Kind.RENUMBERED: 8}


def test_moved_to_another_chapter_and_numbers_of_chapters() -> None:
    def in_chapter(name: str) -> Document:
        one = numbered("女职工享受产假。")
        return replace(one, provisions=tuple(replace(p, headings=(name,)) for p in one.provisions))

    assert compare(in_chapter("第二章 假期"), in_chapter("第三章 假期")).counts == {Kind.SAME: 1}
    assert compare(in_chapter("第二章 假期"), in_chapter("第二章 罚则")).counts == {Kind.MOVED: 1}


def test_a_row_of_a_table_is_compared_like_other_words() -> None:
    old = document(("附录第一条", "地区 | 产假\n河南 | 188天\n江苏 | 158天"))
    new = document(("附录第一条", "地区 | 产假\n河南 | 190天\n江苏 | 158天"))
    [pair] = compare(old, new).differing
    assert pair.old
    assert pair.new
    assert [str(c) for c in changes(pair.old.text, pair.new.text)] == ["数字：188天→190天"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("享受九十日产假", "享受98天产假", ["数字：九十日→98天"]),
        ("享受九十日产假", "享受90天产假", []),
        ("处百分之五罚款", "处百分之八罚款", ["数字：百分之五→百分之八"]),
        ("怀孕未满4个月流产", "怀孕不满4个月流产", ["界限：未满→不满"]),
        ("哺乳未满1周岁婴儿", "哺乳未满2周岁婴儿", ["数字：1周岁→2周岁"]),
        ("用人单位不得解除", "用人单位可以解除", ["情态：不得→可以"]),
        ("县级工会负责", "县级以上工会负责", []),  # no figure is bounded there
        ("不超过7个月的", "7个月的", ["界限：删去「不超过」"]),
        (
            "享受产假",
            "享受产假；但另有规定的除外",
            ["但书：增加「但」", "但书：增加「另有规定」", "但书：增加「除外」"],
        ),
        ("依照第三条的规定", "依照第五条的规定", []),  # a reference is no figure
        ("（一）产假90天", "(一)产假90天", []),
        ("产前15天，产后75天", "产后75天，产前15天", []),  # moved only
        ("", "", []),
    ],
)
def test_deciding_words(old: str, new: str, said: list[str]) -> None:
    assert [str(change) for change in changes(old, new)] == said


def test_colours_and_marks() -> None:
    assert inline("产假90天。", "产假98天。") == "产假【删：90天】【增：98天】。"
    assert "\x1b[31m【删：90天】" in inline("产假90天。", "产假98天。", colours=True)


def test_what_was_made_on_the_new_words_is_not_named(home: Path) -> None:
    pair = compare(numbered("产假90天。"), numbered("产假98天。")).differing[0]
    record(home, "approved", "产假多少天", [("某办法", "第一条", text_digest("产假90天。"))])
    record(home, "approved", "产假几天", [("某办法", "第一条", text_digest("产假 98天。"))])
    assert resting_on(home, "某办法", pair).named == (("approved", ("产假多少天",)),)
    assert not resting_on(home, "别的办法", pair)


def test_a_large_code_is_quick() -> None:
    base = [p.text for d in shipped() for p in d.provisions if len(p.text) > 30][:1260]
    assert len(base) == 1260
    new = [text.replace("的", "之") + "本条修订。" for n, text in enumerate(base) if n % 20]
    started = time.process_time()
    found = compare(numbered(*base), numbered(*new))
    assert time.process_time() - started < 5
    assert found.counts[Kind.REMOVED] <= 120
    assert found.counts[Kind.CHANGED] > 1_100


_TEXT = st.text("产假九十天日应当可以不得，。；0158\n（一) 第三条", max_size=60)
_TEXTS = st.lists(st.tuples(st.sampled_from(["第一条", "第二条", "第三条", "第三条之一", ""]), _TEXT), max_size=8)


@given(_TEXTS)
def test_a_document_does_not_differ_from_itself(texts: list[tuple[str, str]]) -> None:
    assert not compare(document(*texts), document(*texts)).differing


@given(_TEXTS, _TEXTS)
def test_every_article_stands_in_one_pair(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
    a, b = document(*old), document(*new)
    found = compare(a, b)
    for side, whole in (("old", a), ("new", b)):
        met = Counter(p.id for pair in found.pairs if (p := getattr(pair, side)) is not None)
        assert met == Counter(p.id for p in whole.provisions if p.text.strip())
    counts = found.counts
    both = sum(counts[k] for k in (Kind.SAME, Kind.CHANGED, Kind.RENUMBERED, Kind.MOVED))
    assert both + counts[Kind.REMOVED] == sum(bool(t.strip()) for _, t in old)
    assert both + counts[Kind.ADDED] == sum(bool(t.strip()) for _, t in new)
    assert found.kin >= 0


def _squeezed(text: str) -> str:
    return "".join(text.replace("(", "（").replace(")", "）").split())


@settings(max_examples=200)
@given(_TEXT, _TEXT)
def test_marked_words_make_up_both_texts(old: str, new: str) -> None:
    runs = spans(old, new)
    assert _squeezed("".join(w for op, w in runs if op is not Op.ADDED)) == _squeezed(old)
    assert _squeezed("".join(w for op, w in runs if op is not Op.REMOVED)) == _squeezed(new)
    assert not changes(old, old)
    assert {c.mark for c in changes(old, new)} <= set(Mark)
