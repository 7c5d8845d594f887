"""Answers and provisions as HTML: the parts, the marked quote, and that nothing hostile gets through."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.model import Check, Kind, Level
from documents.region import Region
from rag.model import RESTATED, Answer, Question, Request, Status, Table, Verdict
from rag.sums import LeaveSum
from tests.ui.samples import QUOTE, TEXT, answer, chunk, citation
from ui.ask import words
from ui.ask.actions import render_actions, render_chip
from ui.ask.chat import Exchange, render_conversation
from ui.ask.render import (
    marked,
    render_answer,
    render_asked,
    render_message,
    render_source,
    render_source_message,
    safe_link,
)
from ui.ask.table import render_sum

TAGS = {
    "a",
    "article",
    "br",
    "button",
    "dd",
    "div",
    "dl",
    "dt",
    "details",
    "h2",
    "h3",
    "h4",
    "i",
    "header",
    "li",
    "mark",
    "ol",
    "p",
    "input",
    "label",
    "option",
    "section",
    "select",
    "span",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
}
VOID = ("br", "input")
ATTRIBUTES = {
    "class",
    "data-cite",
    "data-done",
    "data-back",
    "data-again",
    "data-bad",
    "data-copy",
    "data-good",
    "data-open",
    "data-print",
    "aria-controls",
    "aria-expanded",
    "aria-label",
    "for",
    "hidden",
    "href",
    "id",
    "maxlength",
    "name",
    "readonly",
    "rows",
    "scope",
    "value",
    "target",
    "rel",
    "tabindex",
    "type",
    "role",
}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/a.png)",
    "[点我](javascript:alert(1))",
    '" onmouseover="alert(1)" x="',
    "</p></article><iframe src=//evil.example>",
    "${alert(1)} {{constructor}} `",
    "&lt;script&gt;",
    "\u202e\ud800\x00]]>",
)
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None), max_size=60))


class Walker(HTMLParser):
    """Collects what a page is made of, and fails on anything that the page's own templates do not use."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def text_of(page: str) -> str:
    return "".join(Walker(page).words)


@given(*[hostile] * 6)
def test_hostile_words_stay_words(asked: str, title: str, quote: str, said: str, url: str, part: str) -> None:
    source = chunk(f"前{quote}后\n{said}", title, number=part, replaced_by=title, ended=date(2020, 1, 1))
    cited = citation(source, quote, url=url, part=part, region=said)
    made = replace(answer(cited, said=said), steps=(said,), notes=(part, RESTATED), basis=(f"《{title}》{said}",))
    table = Table((title, said, "出处"), ((said, quote, "[1]"), (part, asked, url)))
    about = Question(asked, asked, (Region(said, part),), date(2026, 11, 21), Request.RIGHT)
    for page in (
        render_asked(asked),
        render_message(asked, part),
        render_answer(made, asked),
        render_source(1, cited, source),
        render_source_message(said),
        render_answer(replace(made, table=table, explanation=said, verdict=Verdict.PARTLY), "1"),
        render_sum(LeaveSum(said, ((title, 1, 1), (part, 2, 9)), 3), (cited,), lambda n: f"<i>{n}</i>"),
        render_chip(replace(made, question=about), 1, True),
        render_actions(1, said, quote, True, True),
        render_actions(1, said, "", True, True),
        render_conversation((Exchange(1, asked, made, told=said), Exchange(2, asked, made, writing=said))),
    ):
        page.encode("utf-8")  # what the server does with it
        for link in Walker(page).links:
            assert re.fullmatch(r"tel:\d+|https://.+|/doc/[\w.~%/-]*#[\w.~%-]*", link, re.DOTALL)
        assert "<script" not in page


@pytest.mark.parametrize("hostile_words", HOSTILE)
def test_hostile_words_are_still_readable(hostile_words: str) -> None:
    assert text_of(render_asked(hostile_words)).endswith(re.sub("[\u202e\ud800\x00]", "", hostile_words))


def test_answer_has_its_parts() -> None:
    source = chunk()
    page = render_answer(answer(citation(source), citation(source)), "7")
    said = text_of(page)
    assert [said.index(word) for word in ("结论", "依据", "你可以这样做", "说明")] == sorted(
        said.index(word) for word in ("结论", "依据", "你可以这样做", "说明")
    )
    assert RESTATED in said
    assert re.findall(r'data-cite="([^"]+)"', page) == ["7-1", "7-2", "7-1", "7-2"]
    assert 'aria-label="打开出处1：《某规定》第七条第一款"' in page
    assert re.findall(r"<span>([^<]+)</span>", page)[:4] == ["行政法规", "全国", "有效", "转述"]


def test_an_answer_says_when_nothing_more_comes() -> None:
    assert "data-done" in render_answer(answer(citation(chunk())), "1")
    assert "data-done" not in render_answer(answer(citation(chunk())), "1", done=False)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_stands_before_the_conclusion(verdict: Verdict) -> None:
    said = text_of(render_answer(replace(answer(citation(chunk())), verdict=verdict), "1"))
    assert said.index(verdict) < said.index("产假98天")


def test_a_table_is_a_table_with_buttons_for_its_sources() -> None:
    source = chunk()
    table = Table(("地方", "年份", "托管班", "出处"), (("大连", "", "办了9个", "[1]"), ("南京", "", "推动建班", "[2]")))
    page = render_answer(replace(answer(citation(source), citation(source)), table=table), "3")
    head = page[page.index("<table>") : page.index("</table>")]
    assert re.findall(r"<th scope=\"col\">([^<]+)</th>", head) == [
        "地方",
        "托管班",
        "出处",
    ]  # an empty column is left out
    assert re.findall(r'data-cite="([^"]+)"', head) == ["3-1", "3-2"]
    assert "[1]" not in head
    assert "nj-marks" not in page


def test_a_models_words_are_marked_as_such_and_its_numbers_open_sources() -> None:
    made = replace(answer(citation(chunk())), explanation="法律给98天[1]，别处没有[7]。")
    page = render_answer(replace(made, notes=("AI生成：解释的措辞由模型「m」写成", *made.notes)), "2")
    part = page[page.index("nj-explained") :]
    assert words.AI in text_of(page[: page.index("依据")].rsplit("<section", 1)[0] + "</article>")
    assert 'data-cite="2-1"' in part
    assert "[7]" in part
    assert words.AI not in text_of(render_answer(answer(citation(chunk())), "2"))


@pytest.mark.parametrize(
    ("facts", "weak"),
    [
        ({}, False),
        ({"check": Check.WEAK}, True),
        ({"in_force": False}, True),
        ({"in_force": False, "level": Level.COMPILED}, False),
        ({"check": Check.WEAK, "level": Level.UNION}, True),
    ],
)
def test_what_is_not_verified_looks_so(facts: dict[str, object], weak: bool) -> None:
    source = chunk()
    cited = citation(source, **facts)
    page = render_answer(answer(cited), "1")
    assert ("nj-unsure" in page) is weak
    assert ("nj-cite-unsure" in page) is weak
    assert ("nj-warning" in render_source(1, cited, source)) is weak


def test_a_label_with_a_comma_is_one_label() -> None:
    cited = citation(chunk())
    line = "《某规定》第七条第一款（工会文件，江苏省，工作文件，不是法定权利）：办班"
    page = render_answer(replace(answer(cited), basis=(line,)), "1")
    assert '<span class="nj-tag-warn">工作文件，不是法定权利</span>' in page


def test_hotlines_can_be_dialled_and_days_cannot() -> None:
    made = Answer(Status.HOTLINE, "马上打110，受伤打120；120天、110.5、1200不是电话。")
    assert Walker(render_answer(made, "1")).links == ["tel:110", "tel:120"]
    assert Walker(render_answer(replace(made, status=Status.ANSWERED), "1")).links == []


def test_source_shows_the_whole_provision_with_the_quote_marked() -> None:
    source = chunk()
    page = render_source(2, citation(source), source)
    said = text_of(page)
    assert "".join(re.findall(r"<mark>(.*?)</mark>", page)) == QUOTE.replace("\n", "")
    for fact in (
        "某规定",
        "第七条第一款",
        "第二章 产假",
        "行政法规",
        "全国",
        "有效",
        "2012年4月28日",
        "已对照条文",
        RESTATED,
    ):
        assert fact in said
    assert all(line in said for line in TEXT.split("\n"))
    link = 'href="https://www.example.gov.cn/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"'
    assert link in page


def test_official_text_carries_no_restatement_label() -> None:
    source = chunk(kind=Kind.ORIGINAL)
    said = text_of(render_source(1, citation(source), source))
    assert RESTATED not in said
    assert "原文" in said


def test_validity_is_said_as_it_is_known() -> None:
    ended = chunk(ended=date(2020, 1, 1), replaced_by="新规定")
    said = text_of(render_source(1, citation(ended, in_force=False), ended))
    assert "已失效" in said
    assert "2020年1月1日，改用《新规定》" in said
    unknown = chunk(effective=None, published=None)
    assert "没有核实" in text_of(render_source(1, citation(unknown, in_force=None), unknown))
    plan = chunk(level=Level.UNION, year=2024)
    said = text_of(render_source(1, citation(plan), plan))
    assert "不是法定权利" in said
    assert "2024年" in said
    ours = chunk(level=Level.COMPILED)
    assert "整理日期" in text_of(render_source(1, citation(ours), ours))


@given(st.text("甲乙丙<&\n", min_size=1, max_size=40), st.data())
def test_marking_keeps_every_character(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    source = chunk(text, start=start)
    quote = source.text[: data.draw(st.integers(0, len(source.text)))]
    page = marked(source, quote)
    assert html.unescape(re.sub(r"<[^>]+>", "", page)) == text.replace("\n", "")
    assert html.unescape("".join(re.findall(r"<mark>(.*?)</mark>", page))) == quote.replace("\n", "")


def test_a_quote_that_is_not_there_is_not_marked() -> None:
    assert "<mark>" not in marked(chunk(), "没有这句")


@pytest.mark.parametrize(
    "url", ["https://flk.npc.gov.cn/x?a=b#c", "https://xzfg.moj.gov.cn/front/law/detail?LawID=343"]
)
def test_official_links_stand(url: str) -> None:
    assert safe_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://a.cn",
        "javascript:alert(1)",
        " https://a.cn",
        "https://a.cn\n",
        "//a.cn",
        "https://",
        "https://u@a.cn",
        "data:text/html,x",
        "https://[::1",
        "HTTPS:a.cn",
        "https://localhost",
    ],
)
def test_other_links_do_not(url: str) -> None:
    assert safe_link(url) == ""
