"""A contract from a stranger, as a cadre checks it: words that want to be markup, fields, formulas or links; words that take long."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from documents.region import parse_region
from rag import Assistant
from rag.desk.clauses import Report, check_paper, check_text, report_paper
from rag.desk.clauses.check import LONGEST_PAPER
from rag.desk.errors import UnreadablePaper
from rag.desk.write import write_docx, write_md, write_xlsx
from ui.desk.blocks import told
from ui.desk.contract import counted, render_report
from ui.live import Edition

HENAN = (parse_region("河南"),)
HOSTILE = (
    "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "</w:t></w:r></w:p><w:p/>", "<![CDATA[x]]>", "&lt;b&gt;&#x3c;i>",
    '{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/c calc" }', 'INCLUDEPICTURE "http://evil.example/a.png"', 'HYPERLINK "file:///etc/passwd"',
    "=cmd|' /C calc'!A0", "+SUM(1,1)", "@SUM(1)", "-2+3", "[点我](javascript:alert(1))", "![](http://evil.example/a.png)", "http://evil.example/",
    "javascript:alert(1)", "\u202e天09假产", "\u2066\u2069\u200b\u200e\ufeff", "\x00\x08\x1b[2J\x7f\x85", "\ud800", "{{7*7}}${7*7}", "[1][2]", "```html\n<b>",
)  # fmt: skip
WORDS = "\n".join(f"第{n}条 女职工生育享受产假90天{said}，可以改。" for n, said in enumerate(HOSTILE, 1))


@pytest.fixture(scope="module")
def report(assistant: Assistant) -> Report:
    return check_text(assistant, f"合同{HOSTILE[1]}\u202excod.", WORDS, HENAN, date.today())


class Seen(HTMLParser):
    """The elements and attributes of a page as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_on_the_page_its_words_are_words(assistant: Assistant, report: Report) -> None:
    shown = f"{told(counted(report))}{render_report(report, Edition(assistant))}"
    seen = Seen(shown)
    assert seen.tags <= {"a", "article", "b", "br", "details", "div", "h3", "i", "ins", "li", "ol", "p", "span", "strong", "summary", "ul"}  # fmt: skip
    assert {name for name, _ in seen.attributes} <= {"class", "href", "target", "rel", "aria-label", "aria-hidden", "open", "role"}  # fmt: skip
    assert all(value.startswith("/doc/") for name, value in seen.attributes if name == "href")
    assert not re.search(r"[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    for said in HOSTILE[:3]:
        assert said not in shown


def office(report: Report, tmp_path: Path, writer: str) -> zipfile.ZipFile:
    path = tmp_path / f"报告.{writer}"
    write = {"docx": write_docx, "xlsx": write_xlsx}[writer]
    write(report_paper(report), path)
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


@pytest.mark.parametrize("writer", ["docx", "xlsx"])
def test_in_an_office_file_its_words_are_words(report: Report, tmp_path: Path, writer: str) -> None:
    with office(report, tmp_path, writer) as packed:
        parts = {
            name: packed.read(name).decode("utf-8") for name in packed.namelist() if name.endswith((".xml", ".rels"))
        }
    whole = "\n".join(parts.values())
    assert writer == "xlsx" or "产假90天" in whole
    fields = re.findall(r'w:instr="([^"]*)"|<w:instrText[^>]*>([^<]*)', whole)
    assert {"".join(field).split()[0] for field in fields} <= {"PAGE", "NUMPAGES", "SEQ"}
    assert not re.search(r"<(?:w:altChunk|w:object|w:pict|c:f|f)[ >]", whole)
    targets = re.findall(
        r'Target="([^"]+)"[^>]*TargetMode="External"|TargetMode="External"[^>]*Target="([^"]+)"', whole
    )
    assert all("".join(target).startswith("https://") and "evil" not in "".join(target) for target in targets)
    assert not re.search(r"[\x00-\x08\u202a-\u202e\u2066-\u2069]", whole)
    assert "<script" not in whole
    if writer == "xlsx":
        assert "<f>" not in whole


def test_in_markdown_its_words_are_words(report: Report) -> None:
    import markdown_it

    html = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table").render(write_md(report_paper(report)))
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r'href="(?!https://)', html)
    assert "evil.example" not in "".join(re.findall(r'href="([^"]*)', html))


RUNS = (
    "1日", "1月1日", "试用期1个月", "产假1天", "不得少于1", "1至", "孕", "女", "（", "(", "第一条 ", "第一条\n", "|a|b|c\n", "a\tb\tc\n", "一、\n",
    "?", "？\n", " ", "　", "。", "；", "，", "1.", "1", "一", "百分之", "半", "半年", "哺乳", "不", "加班费", "夜班，", "流产满", "难产、", "按照国家", "男1女1",
    "江苏省", "e\u0301", "\u202e", "①", "１２３", "以上", "含", "=", "延长", "，女职工怀孕", "**", "> ", "- ", "甲方" * 8, "工资的1%，", "第1级高处作业、", "\ufdfa",
)  # fmt: skip


def seconds(assistant: Assistant, text: str) -> float:
    began = time.process_time()
    check_text(assistant, "合同", text, HENAN, date.today())
    return time.process_time() - began


@pytest.mark.parametrize("run", ["1日", "试用期1个月", "１２３", "产假1天，"])
def test_no_contract_takes_long(assistant: Assistant, run: str) -> None:
    """Four times the words take about four times as long, not sixteen times."""
    check_text(assistant, "合同", "第一条 产假90天。", HENAN, date.today())
    short, long = (seconds(assistant, "第一条 女职工产假试用期" + (run * n)[:n]) for n in (8_000, 32_000))
    assert long < 8 * short + 0.5, (short, long)


@pytest.mark.slow
@pytest.mark.parametrize("run", RUNS)
def test_no_words_make_a_contract_take_long(assistant: Assistant, run: str) -> None:
    """In one line and in many."""
    assert seconds(assistant, "第一条 女职工产假试用期" + (run * 12_000)[:12_000]) < 5
    assert seconds(assistant, f"试用期满产假{run}\n" * (12_000 // (len(run) + 6))) < 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "run",
    ["1日", "试用期1个月", "产假1天，", "不得少于1天", "孕", "第一条 产假90天\n", "女职工流产满1个月", "工资的1%，"],
)
def test_the_longest_contract_takes_minutes_at_most(assistant: Assistant, run: str) -> None:
    began = time.process_time()
    check_text(assistant, "合同", (run * LONGEST_PAPER)[:LONGEST_PAPER], HENAN, date.today())
    assert time.process_time() - began < 120


def test_a_longer_one_is_refused_in_a_sentence(assistant: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "手册.txt"
    path.write_text("第一条 女职工生育享受产假90天。\n" * (LONGEST_PAPER // 18 + 10), encoding="utf-8")
    with pytest.raises(UnreadablePaper, match=r"「手册.txt」有\d+字，超过"):
        check_paper(assistant, path, HENAN, date.today())
