"""A contract from a stranger, as a cadre checks it: words that want to be markup, fields, formulas or links; words that take long."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from documents.region import parse_region
from rag import Assistant
from rag.desk.clauses import Report, check_paper, check_text, report_paper
from rag.desk.clauses.check import LONGEST_PAPER
from rag.desk.errors import UnreadablePaper
from rag.desk.write import write_docx, write_md, write_xlsx
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


def test_on_the_page_its_words_are_words(assistant: Assistant, report: Report) -> None:
    shown = f"{counted(report)}{render_report(report, Edition(assistant))}"
    # what stands in angle brackets is ours
    assert set(re.findall(r"<([a-z]+)", shown)) <= {"a", "article", "b", "br", "details", "div", "h3", "i", "ins", "li", "ol", "p", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"}  # fmt: skip
    assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', "", shown.replace("&quot;", "")))
    assert not re.findall(r'href="(?!/doc/)', shown)
    assert not re.search(
        r"[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff]", render_report(report, Edition(assistant))
    )
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
    assert "产假90天" in whole
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
    "江苏省", "e\u0301", "\u202e", "①", "１２３", "以上", "含", "=", "延长", "，女职工怀孕", "**", "> ", "- ", "甲方" * 8, "工资的1%，", "第1级高处作业、",
)  # fmt: skip


@pytest.mark.parametrize("shape", ["one line", "lines"])
def test_no_contract_takes_long(assistant: Assistant, shape: str) -> None:
    """Twice the words take about twice as long, whatever they are."""
    check_text(assistant, "合同", "第一条 产假90天。", HENAN, date.today())
    slow = {}
    for run in RUNS:
        run = f"试用期满产假{run}" if shape == "lines" else run
        text = (
            "第一条 女职工产假试用期" + (run * 12_000)[:12_000]
            if shape == "one line"
            else f"{run}\n" * (12_000 // len(run))
        )
        began = time.process_time()
        check_text(assistant, "合同", text, HENAN, date.today())
        slow[run] = time.process_time() - began
    worst = max(slow, key=slow.__getitem__)
    assert slow[worst] < 3, (worst, slow[worst])


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
