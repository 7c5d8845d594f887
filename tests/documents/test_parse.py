"""The structure parser: labels in order, references never taken for headings, no character lost."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import parse, part_at, shipped
from documents.formats.plain import decode
from documents.numerals import to_chinese, to_int
from documents.parse import clean, part_of
from documents.read import split_head

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
WORDS = st.text("女职工应当在用人单位依法享受产假和工资", min_size=2, max_size=30)
REFERENCES = st.sampled_from(
    ["第六条第二款的规定", "本法第三条、第四条所列情形", "第十条至第十二条规定的", "第二条第（一）项"]
)
SENTENCES = st.builds(lambda a, r, b: f"{a}，违反{r}{b}。", WORDS, REFERENCES, WORDS) | WORDS.map(lambda w: w + "。")
WRAPPED = st.builds(lambda a, r, b: f"{a}，违反\n{r}，{b}。", WORDS, REFERENCES, WORDS)
ITEMS = st.lists(WORDS, min_size=2, max_size=4).map(
    lambda ws: "有下列情形之一的：\n" + "\n".join(f"（{to_chinese(n)}）{w}；" for n, w in enumerate(ws, 1))
)
PARAGRAPH = SENTENCES | WRAPPED | ITEMS
GAPS = st.sampled_from([" ", "　", "  "])


@st.composite
def laws(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A law's body and its labels, some numbers skipped, some 条之N."""
    body, labels, number = draw(st.sampled_from(["", "\n\n", "　"])), [], 0
    for chapter in range(1, draw(st.integers(1, 3)) + 1):
        if draw(st.booleans()):
            body += f"{draw(st.sampled_from(['## ', '', '　　']))}第{to_chinese(chapter)}章{draw(GAPS)}总则\n\n"
        for _ in range(draw(st.integers(1, 4))):
            number += draw(st.integers(1, 3))
            label = f"第{to_chinese(number)}条" + draw(st.sampled_from(["", "", "之一"]))
            text = "\n\n".join(draw(st.lists(PARAGRAPH, min_size=1, max_size=3)))
            blank = draw(st.sampled_from(["", "\n"]))
            body += f"{label}{draw(GAPS)}{text}\n{blank}"
            labels.append(label)
    return body, labels


@st.composite
def papers(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A union paper's body and its labels; numbers skip, third-level numbers run on."""
    body, labels, first, third = "", [], 0, 0
    for _ in range(draw(st.integers(1, 4))):
        first += draw(st.integers(1, 2))
        body += f"{to_chinese(first)}、{draw(WORDS)}\n\n"
        kind = draw(st.sampled_from(["second", "third", "plain"]))
        if kind == "plain":
            body += draw(SENTENCES) + "\n\n"
            labels.append(f"{to_chinese(first)}、")
        second = 0
        for _ in range(draw(st.integers(1, 3)) if kind != "plain" else 0):
            if kind == "second":
                second += draw(st.integers(1, 2))
                label = f"（{to_chinese(second)}）"
            else:
                third += 1
                label = str(third)
            body += f"{label}{'' if kind == 'second' else draw(st.sampled_from(['.', '、', '. ']))}{draw(SENTENCES)}\n"
            labels.append(f"{to_chinese(first)}、{label}")
    return body, labels


@settings(max_examples=200, deadline=None)
@given(laws())
def test_law_labels_come_back_and_nothing_is_lost(law: tuple[str, list[str]]) -> None:
    body, labels = law
    provisions = parse("x", body)
    assert "".join(p.raw for p in provisions) == body
    assert [p.article for p in provisions] == labels


def test_numbers_run_on_past_a_heading_with_its_own() -> None:
    body = "一、甲\n4.乙。\n5.丙。\n二、丁\n（一）戊。\n三、己\n6.庚。\n"
    assert [p.article for p in parse("x", body)] == ["一、4", "一、5", "二、（一）", "三、6"]


@settings(max_examples=200, deadline=None)
@given(papers())
def test_paper_labels_come_back_and_nothing_is_lost(paper: tuple[str, list[str]]) -> None:
    body, labels = paper
    provisions = parse("x", body)
    assert "".join(p.raw for p in provisions) == body
    assert [p.article for p in provisions] == labels


@settings(max_examples=300, deadline=None)
@given(st.text("第一二三条章款、（）。 \n　附录：.1#【】<!->工会a", max_size=200))
def test_any_text_is_kept_whole(body: str) -> None:
    provisions = parse("x", body)
    assert "".join(p.raw for p in provisions) == body
    assert len({p.id for p in provisions}) == len(provisions)


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        ("第一条 甲。\n违反第六条第二款的，罚款。\n第二条 乙。", ["第一条", "第二条"]),
        ("第一条 违反\n第六条第二款的规定的。\n第二条 乙。", ["第一条", "第二条"]),
        ("第五条 依照\n第六条 的规定。\n第六条 乙。", ["第五条", "第六条"]),
        ("第十一条 所有单位应当。", ["第十一条"]),
        ("第十条之一 甲。\n第十一条 乙。", ["第十条之一", "第十一条"]),
        (
            "第一条 甲。\n附录：\n\n禁忌劳动范围\n\n一、甲：\n(一)乙；\n二、丙。",
            ["第一条", "附录", "附录第一条", "附录第二条"],
        ),
        ("三、重点\n三、四季度，总结经验。\n（一）甲。\n（五）乙。", ["三、", "三、（一）", "三、（五）"]),
        ("没有任何标题的一段话。", ["引言"]),
        ("", []),
    ],
)
def test_awkward_bodies(body: str, labels: list[str]) -> None:
    assert [p.article for p in parse("x", body)] == labels


def test_chapters_become_the_heading_path() -> None:
    found = parse("x", "## 第一章　总则\n\n第一条 甲。\n\n## 第二章 待遇\n### 第一节 产假\n第二条 乙。")
    assert [p.headings for p in found] == [("第一章 总则",), ("第二章 待遇", "第一节 产假")]


def test_red_head_stays_in_the_text() -> None:
    found = parse("x", "苏工女〔2023〕1号\n各设区市总工会：\n2023年1月31日\n\n一、学习\n1. 加强。")
    assert "苏工女〔2023〕1号" in found[0].text
    assert "2023年1月31日" in found[0].text


def test_repeated_labels_get_their_own_ids() -> None:
    assert [p.id for p in parse("x", "【产假】甲。\n【产假】乙。")] == ["x#产假", "x#产假~2"]


def test_remarks_give_check_and_source() -> None:
    found = parse("x", "第七条 98天。\n<!-- 核实：已对照条文；来源：条文全文 -->")[0]
    assert (str(found.check), found.source, found.text) == ("已对照条文", "条文全文", "98天。")


def test_clean_joins_broken_columns_and_drops_bookmarks() -> None:
    assert (
        clean("[bookmark: _GoBack]中华全国总工会第八 届女职工委员会 第一次会议 在京召开。")
        == "中华全国总工会第八届女职工委员会第一次会议在京召开。"
    )
    assert clean("情系女职工 法在你身边。") == "情系女职工 法在你身边。"
    assert clean("一句没有写完,\n\n接着写完。") == "一句没有写完,接着写完。"


@pytest.mark.parametrize(
    ("at", "part"), [("甲", "第一款"), ("丙", "第二款第（一）项"), ("丁", "第二款第（二）项"), ("戊", "第三款")]
)
def test_part_at(at: str, part: str) -> None:
    text = "甲。\n有下列情形的：\n（一）丙；\n（二）丁。\n戊。"
    assert part_at(text, text.index(at)) == part


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        ("甲款。", "甲款。", "第一款"),
        ("甲款。", "乙款：", ""),
        ("乙款：", "（二）丁", "第二款"),
        ("（一）丙；", "（二）丁", "第二款"),
        ("（二）丁", "（二）丁", "第二款第（二）项"),
    ],
)
def test_a_part_holds_all_of_a_stretch(start: str, end: str, part: str) -> None:
    text = "甲款。\n乙款：\n（一）丙；\n（二）丁。"
    assert part_of(text, text.index(start), text.index(end) + len(end)) == part


def test_part_of_a_single_paragraph_is_empty() -> None:
    assert part_at("只有一款。", 2) == ""


@given(st.integers(1, 9999))
def test_numerals_round_trip(number: int) -> None:
    assert to_int(to_chinese(number)) == number


@pytest.mark.parametrize(("text", "number"), [("一百零三", 103), ("二〇二三", 2023), ("两", 2), ("12", 12), ("十", 10)])
def test_numerals_read(text: str, number: int) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize("text", ["", "甲", "-1"])
def test_no_numeral(text: str) -> None:
    with pytest.raises(ValueError, match="numeral"):
        to_int(text)


def test_shipped_library_is_kept_whole() -> None:
    from documents.library import shipped_folder

    for document in shipped():
        path = shipped_folder() / document.path
        assert document.head + document.body == decode(path.read_bytes(), path.name), document.id


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared corpus beside the checkout")
def test_whole_corpus_is_kept_whole() -> None:
    files = [p for p in SHARED.rglob("*") if p.suffix in (".md", ".txt")]
    assert files
    for path in files:
        head, body = split_head(decode(path.read_bytes(), path.name), path.suffix == ".md")
        provisions = parse("x", body)
        assert head + "".join(p.raw for p in provisions) == path.read_text(encoding="utf-8"), path.name
