"""Markdown: rendered by a real parser, text stays text."""

import html as entities
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.model import Kind
from rag.desk.paper import Box, Grid, Heading, Paper, Paragraph, Points, Said, Tone
from rag.desk.write import sources, write_md
from rag.desk.write.text import clean
from rag.model import RESTATED
from tests.rag.desk.write.sample import PAPER, SOURCES

parser = pytest.importorskip("markdown_it", reason="pip install markdown-it-py")


def html(text: str) -> str:
    """Render as GitHub does: raw HTML stands, addresses become links."""
    return str(parser.MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render(text))


def of_blocks(*blocks: object) -> str:
    return html(write_md(Paper("题", "", (), blocks, ())))  # type: ignore[arg-type]


def test_sample_has_its_headings_lists_tables_and_sources() -> None:
    made = html(write_md(PAPER))
    assert made.count("<h1>") == 1
    assert "<h2>一、这节课要讲清楚什么</h2>" in made
    assert "<h4>1. 课堂上常问的</h4>" in made
    assert made.count("<ol>") == 3
    assert made.count("<table>") == 2
    assert "<td>98天，其中产前可以休假15天[1]</td>" in made
    assert "<strong>低于本省规定，应当补上增加的三个月</strong>[1][3]" in made
    assert "<h2>出处</h2>" in made
    assert made.count(RESTATED) == 3
    assert made.count("<a href=") == sum(source.citation.url.startswith("http") for source in SOURCES)
    assert "【删去】原则上【删去完】" in made


def test_emphasis_holds_beside_chinese_signs() -> None:
    made = of_blocks(Paragraph((Said("“两者都要写进合同。”", tone=Tone.STRONG), Said("后文"))))
    assert "“<strong>两者都要写进合同</strong>。”后文" in made


def test_a_sign_at_the_end_of_a_line_is_strong_too() -> None:
    made = of_blocks(
        Paragraph((Said("问：产假一共多少天？", (), Tone.STRONG),)), Paragraph((Said("（____）。", (1,), Tone.STRONG),))
    )
    assert "<strong>问：产假一共多少天？</strong>" in made
    assert "**" not in made


def test_a_remark_with_a_label_of_its_own_has_no_other() -> None:
    made = of_blocks(Paragraph((Said("讲法：先问大家", tone=Tone.NOTE),)), Paragraph((Said("看这里", tone=Tone.NOTE),)))
    assert "<p>讲法：先问大家</p>" in made
    assert "<p>注：看这里</p>" in made


def test_compact_sources_keep_label_validity_check_and_link() -> None:
    made = write_md(replace(PAPER, compact=True))
    for source in SOURCES:
        line = next(one for one in made.split("\n") if one.startswith(f"[{source.number}] "))
        assert ("转述：" in line) == (source.citation.kind is Kind.RESTATEMENT)
        assert sources.checked(source.citation) in line
        assert (f"<{source.citation.url}>" in line) == bool(sources.link(source.citation))
    assert made.count(RESTATED) == 1


def test_lists_that_follow_one_another_stay_apart() -> None:
    made = of_blocks(Points((Said("甲"),), True), Points((Said("乙"),), True))
    assert made.count("<ol>") == 2


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[点](javascript:alert(1))", "![图](http://x.cn/a.png)", "# 题", "- 列", "1. 列", "> 引", "***", "---", "===",
     "a | b", "`码`", "http://x.cn", "www.x.cn", "a@x.cn", "<http://x.cn>", "&lt;b&gt;", "$x$", "~~删~~", "    码", "[1]: http://x.cn", "\\*"],
)  # fmt: skip
def test_hostile_text_stays_text(text: str) -> None:
    said = Said(text, (1,))
    made = of_blocks(
        Heading(1, text),
        Paragraph((said,)),
        Points((said,)),
        Grid((text,), ((said,),), caption=text),
        Box(text, (said,)),
    )
    for tag in ("<script", "<a ", "<img", "<code", "<hr", "<del", "<em", "<h1>\n"):
        assert tag not in made.replace("<h1>题</h1>", ""), made
    shown = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert made.count(shown) == 8, made


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_comes_back_out_of_the_html(texts: list[str]) -> None:
    made = of_blocks(Paragraph(tuple(Said(text, (1,)) for text in texts)))
    body = made.split("</h1>\n", 1)[1]
    assert not re.search(r"<(?!/?p>|br>)", body)
    plain = entities.unescape(re.sub(r"<br>|</?p>", "", body))
    wanted = "".join("".join(part.strip() for part in clean(text).split("\n")) + "[1]" for text in texts)
    assert "".join(plain.split()) == "".join(wanted.split())
