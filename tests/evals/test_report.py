"""The report: figures by hand, nothing of the data becomes markup, and the page in a real browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.errors import BadRun
from evals.report import plots, write_report
from evals.report.faults import faults, readable
from evals.report.folder import open_run
from evals.report.text import data, printable
from tests.evals.runs import OTHER, SOURCE, answer, case, make_run, many
from tests.ui.serving import CHROMIUM, INSTALL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = "</script><script>document.title='坏'</script><!--<img src=x onerror=\"document.title='坏'\">&amp;'\u202e反"
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}


def page_of(tmp_path: Path, cases: list[dict[str, Any]], **config: Any) -> str:
    return write_report(make_run(tmp_path / "run", cases, **config)).read_text(encoding="utf-8")


def test_headline_has_figures_baselines_and_what_was_run(tmp_path: Path) -> None:
    rows = [case(k, values={"facts": float(k % 4 != 0)}) for k in range(8)]
    text = page_of(tmp_path, rows, holdout=True, code={"version": "0.1.0", "commit": "c0ffee" * 6, "dirty": True})
    assert "共 8 题（rights 8 题；留出的题）。其中 2 题要看" in text
    assert "高危害的有 1 题" in text  # numbers 0 and 4 failed; the harm of 0 is high, of 4 medium
    card = re.search(r'<section class="card"><h2>事实召回</h2>.*?</section>', text)
    assert card is not None
    assert '<p class="figure">0.750</p>' in card[0]
    assert "8 题</p>" in card[0]
    assert "仅 BM25 0.500 · 随机 0.500" in card[0]
    # harms by number: high 3, medium 3, low 2 of weights 3, 2, 1; those of 0 and 4 are lost
    assert f"按危害加权 {1 - 5 / 17:.3f}" in card[0]
    assert "2026-03-01 08:00 至 2026-03-01 08:01（UTC）" in text
    assert "164 份文件，2017 段，编码器 niangjiaren-static（d1d1d1d1d1d1）" in text
    assert "c0ffeec0ffee，有未提交的改动" in text


def test_report_goes_where_it_is_told_and_into_the_run_otherwise(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", [case(1)])
    assert write_report(run) == run / "report.html"
    out = tmp_path / "new" / "page.html"
    assert write_report(run, out) == out
    assert out.read_bytes() == (run / "report.html").read_bytes()
    assert not list(run.glob(".report*"))
    (tmp_path / "file").write_text("")
    with pytest.raises(BadRun, match="写不进去"):
        write_report(run, tmp_path / "file" / "page.html")


def test_page_asks_nobody_and_allows_only_its_own_script_and_style(tmp_path: Path) -> None:
    text = page_of(tmp_path, [case(1)])
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    assert "unsafe" not in policy[1]
    for kind in ("style", "script"):
        inside = re.search(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        assert inside is not None
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy[1]
    outside = re.sub(r"<script type=.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="(?!data:,")|url\(|@import|https?://|\sstyle="|\son\w+="', outside)
    assert "innerHTML" not in text


@pytest.mark.parametrize("field", ["question", "topic", "region", "suite", "id", "origin"])
def test_hostile_text_stays_text_in_the_file(tmp_path: Path, field: str) -> None:
    text = page_of(tmp_path, [case(1) | {field: HOSTILE}, case(2)], name=HOSTILE)
    assert text.count("<script") == text.count("</script>") == 3
    assert "<!--" not in text
    assert "<img" not in text
    assert "\u202e" not in text


@given(
    st.recursive(
        st.text() | st.none() | st.booleans() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("ab<"), inner),
    )
)
def test_data_in_a_script_comes_back_and_cannot_end_it(value: Any) -> None:
    written = data(value)
    assert "<" not in written
    assert written.count("\n") == 0
    written.encode("utf-8")
    if isinstance(value, str):
        assert json.loads(written) == printable(value)


def test_more_keys_than_needed_do_not_hurt(tmp_path: Path) -> None:
    assert "娘家人" in page_of(tmp_path, [case(1, later="x")], later={"a": 1})


def test_a_run_without_a_key_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", [case(1)])
    row = case(1)
    del row["harm"]
    (run / "cases.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(BadRun, match="cases.jsonl」第 1 行缺少「harm」"):
        write_report(run)
    assert not (run / "report.html").exists()


def test_another_systems_run_without_index_confidence_or_times(tmp_path: Path) -> None:
    bare = {"status": "answered", "conclusion": "休15天。", "answer": "休15天。"}
    rows = [
        case(1, answer=bare, trace=None, confidence=None, baselines={}),
        case(2, answer=None, trace=None, confidence=None, baselines={}),
    ]
    text = page_of(tmp_path, rows, index={"digest": "", "chunks": 0, "documents": 0, "encoder": ""})
    assert "没有用索引" in text
    assert text.count("画不出来") == 2
    assert "没有用时的记录" in text


def test_faults_are_told_by_name(tmp_path: Path) -> None:
    measures = open_run(make_run(tmp_path / "run", [case(1)])).measures
    gold = {
        "gold": [[SOURCE], [OTHER]],
        "must": [["15\\s*天", "十五天"], ["42天"]],
        "must_not": ["9[78]\\s*天"],
        "days": 15,
    }
    said = answer("休 98 天。", [SOURCE, {"title": "工会法", "article": "第二条"}], "refused")
    wrong = {
        "status": 0.0,
        "facts": 0.5,
        "clean": 0.0,
        "under": 1.0,
        "cite_recall": 0.5,
        "cite_precision": 0.5,
        "rr@10": 0.25,
    }
    assert faults(case(1, row=gold, answer=said, values=wrong), measures) == [
        "状态应当是「已回答」，实际是「拒答」。",
        "没有说到：42天。",
        "没有说到：结论给出合计15天。",
        "结论说了不该说的：「98 天」。",
        "把权利说少了（天数比应有的少）。",
        "没有引用：《劳动合同法》第四十二条。",
        "引了不在应引之列的：《工会法》第二条。",
        "其他：RR@10 0.250。",
    ]
    assert faults(case(1), measures) == []
    assert faults(case(1, answer=None, fault="程序出错"), measures) == ["没有回答。程序出错"]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?<![\\d.])10\\s*个?(?:工作|自然)?[天日]", "10天"),
        ("不(?:能|可以|得)[^。]{0,6}(?:叠加|同时)", "不（能/可以/得）…（叠加/同时）"),
        ("(?<!不)(?<!没有)必须(?![\\s\\S]{0,30}(?:错|不对))", "必须"),
        ("202\\.7\\s*万", "202.7万"),
        ("干部.{0,20}能力|适应", "干部…能力/适应"),
        ("从\\d{2,3}天", "从数天"),
    ],
)
def test_patterns_can_be_read(pattern: str, text: str) -> None:
    assert readable(pattern) == text


def test_shipped_patterns_can_be_read() -> None:
    from evals.gold import load, suites

    written = [readable(p.pattern) for name in suites() for c in load(name) for group in c.must for p in group]
    assert len(written) > 500
    strange = [text for text in written if re.search(r"[\\?\[\]{}*+]|（/|^$", text)]
    assert len(strange) < 0.02 * len(written), strange


def test_refusal_points_by_hand() -> None:
    points = [
        {"threshold": 0.0, "refused_right": 0, "refused_wrong": 0, "answered_right": 6, "answered_wrong": 4},
        {"threshold": 0.5, "refused_right": 3, "refused_wrong": 1, "answered_right": 6, "answered_wrong": 0},
    ]
    assert plots.refusal_points(points, to_refuse=4) == [
        {"threshold": 0.0, "precision": None, "recall": 0.0, "kept": 0.6},
        {"threshold": 0.5, "precision": 0.75, "recall": 0.75, "kept": 1.0},
    ]


def test_reliability_by_hand() -> None:
    wrong = {"facts": 0.0}
    rows = [case(k, confidence=0.95, values=wrong if k == 0 else {}) for k in range(10)]
    rows += [case(20, confidence=0.31, values=wrong), case(21, confidence=0.39), case(22, confidence=None)]
    rows += [case(23, confidence=0.05, answer=answer("不知道", [], "refused")), case(24, confidence=1.0, answer=None)]
    low, high = plots.reliability_bins(rows)
    assert (low["n"], low["right"]) == (2, 0.5)
    assert low["confidence"] == pytest.approx(0.35)
    assert (high["n"], high["right"]) == (10, 0.9)
    # Wilson's interval of 9 in 10
    assert (high["low"], high["high"]) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))
    assert plots.calibration_error([low, high]) == pytest.approx((2 * 0.15 + 10 * 0.05) / 12)


def test_latency_bars_hold_every_answer() -> None:
    svg = plots.latency([0.01] * 50 + [0.03] * 49 + [9.0], 20.0, 30.0)
    assert sum(int(n) for n in re.findall(r"：(\d+) 题</title>", svg)) == 100
    assert "中位 20 毫秒" in svg
    assert "毫秒以上：1 题" in plots.latency([0.01] * 998 + [9.0], 10.0, 10.0)


def test_bar_stands_where_the_figures_are(tmp_path: Path) -> None:
    run = open_run(make_run(tmp_path / "run", [case(1)]))
    figures = {
        "ours": {"facts": {"mean": 0.75, "low": 0.5, "high": 0.875}},
        "bm25": {"facts": {"mean": 0.25}},
        "random": {"facts": {"mean": None}},
    }
    svg = plots.bar(figures, run.measures["facts"])
    assert 'x1="50.00%" x2="87.50%"' in svg
    assert 'cx="75.00%"' in svg
    assert 'class="diamond" x="25.00%"' in svg
    assert "ring" not in svg


def test_a_group_that_is_worse_beyond_doubt_is_marked(tmp_path: Path) -> None:
    rows = [case(k, values={"facts": 0.0 if k < 12 else 1.0}, region="江苏" if k < 12 else "全国") for k in range(40)]
    rows += [case(50, values={"facts": 0.0}, region="西藏")]
    text = page_of(tmp_path, rows)
    marked = re.findall(r'<th scope="row" data-v="([^"]*)">(?:(?!</tr>).)*class="worse">0\.000', text)
    assert marked == ["江苏"]  # one case of 西藏 proves nothing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    pytest.importorskip("playwright.sync_api", reason=INSTALL)
    if not CHROMIUM:
        pytest.skip(INSTALL)
    from tests.ui.screens import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Opens a report; fails the test where the page asked for anything else, logged anything or raised a dialog."""
    pages: list[Page] = []
    seen: list[str] = []

    def go(path: Path, width: str = "wide", javascript: bool = True) -> Page:
        size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
        page = browser.new_context(viewport=size, java_script_enabled=javascript).new_page()  # type: ignore[arg-type]
        page.on("request", lambda r: seen.append(r.url) if r.url != path.as_uri() else None)
        page.on("console", lambda m: seen.append(m.text))
        page.on("pageerror", lambda e: seen.append(str(e)))
        page.on("dialog", lambda d: (seen.append(d.message), d.dismiss()))
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield go
    for page in pages:
        page.wait_for_timeout(100)
        page.context.close()
    assert not seen


@pytest.mark.browser
def test_hostile_text_stays_text_in_the_browser(tmp_path: Path, open_page: Any) -> None:
    said = answer(HOSTILE, [{"title": HOSTILE, "article": HOSTILE}])
    trace = {"understood": {"search": HOSTILE}, "steps": [HOSTILE], "cuts": [HOSTILE],
             "evidence": [{"title": HOSTILE, "article": "", "score": 1.0, "cosine": 0.5, "why": HOSTILE}]}  # fmt: skip
    gold = {
        "gold": [[{"title": HOSTILE, "article": ""}]],
        "must": [["<b>x"]],
        "must_not": ["<i>"],
        "history": [HOSTILE],
    }
    bad = case(0, question=HOSTILE, answer=said, trace=trace, row=gold, topic=HOSTILE, values={"facts": 0.0})
    page = open_page(write_report(make_run(tmp_path / "run", [bad, case(2)], name=HOSTILE)))
    shown = printable(HOSTILE)
    assert page.title() == f"评测报告 {shown}"
    assert page.locator("h1").inner_text() == shown
    assert page.locator(".case .question").inner_text() == shown
    page.locator(".case > summary").click()
    for folded in page.locator(".folded > summary").all():
        folded.click()
    assert page.locator(".answer .conclusion").inner_text() == shown
    assert page.locator(".citations b").inner_text() == f"《{shown}》{shown}"
    assert "<b>x" in page.locator(".checks").nth(1).inner_text()
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 3


@pytest.mark.browser
@pytest.mark.parametrize("width", [pytest.param("wide", marks=pytest.mark.slow), "phone"])
def test_cases_filter_search_turn_and_open(tmp_path: Path, open_page: Any, width: str) -> None:
    rows = [case(k, ("rights", "plans")[k % 2], values={"facts": 0.0} if k < 30 else {}) for k in range(60)]
    rows[40] = case(40, values={"rr@10": 0.5}, question="哺乳期能出差吗")
    page = open_page(write_report(make_run(tmp_path / "run", rows)), width)
    filters = page.locator("#filters")
    assert not page.get_by_text("逐题细看要用 JavaScript").count()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("#count").inner_text() == "30 题"
    assert page.locator(".case").count() == 20
    assert page.locator(".case .harm-0").count() == 10  # the high-harm ones stand first
    page.get_by_role("button", name="下一页").click()
    assert page.locator(".case").count() == 10
    assert "第 2 页，共 2 页" in page.locator("#pager").inner_text()
    filters.get_by_label("题集").select_option("plans")
    assert page.locator("#count").inner_text() == "15 题"
    filters.get_by_label("题集").select_option("")
    filters.get_by_label("危害").select_option("高")
    assert page.locator("#count").inner_text() == "10 题"
    filters.get_by_label("危害").select_option("")
    filters.get_by_label("哪里不对").select_option(label="RR@10（1）")
    assert page.locator(".question").inner_text() == "哺乳期能出差吗"
    filters.get_by_label("哪里不对").select_option("all")
    filters.get_by_label("搜索").fill("出差 哺乳")
    page.locator("#count", has_text="1 题").wait_for()
    page.locator(".case > summary").click()
    opened = page.locator(".case .opened")
    opened.wait_for()
    for heading in ("错在哪里", "回答", "引用", "应有"):
        assert opened.get_by_role("heading", name=heading, exact=True).is_visible()
    assert "其他：RR@10 0.500。" in opened.inner_text()
    filters.get_by_label("搜索").fill("没有这个词")
    page.locator("#count", has_text="没有这样的题").wait_for()


@pytest.mark.browser
@pytest.mark.slow
def test_tables_sort_by_number(tmp_path: Path, open_page: Any) -> None:
    rows = [
        case(k, region=("全国", "江苏", "山东")[k % 3], values={"facts": (0.9, 0.1, None)[k % 3]}) for k in range(9)
    ]
    page = open_page(write_report(make_run(tmp_path / "run", rows)))
    table = page.locator("[aria-label=按地区]")
    column = table.get_by_role("button", name="事实召回")
    for expected in (["全国", "江苏", "山东"], ["江苏", "全国", "山东"]):
        column.click()
        assert table.locator("tbody th").all_inner_texts() == expected
    assert table.locator("[aria-sort=ascending]").inner_text().startswith("事实召回")


@pytest.mark.browser
def test_figures_show_without_javascript(tmp_path: Path, open_page: Any) -> None:
    page = open_page(write_report(make_run(tmp_path / "run", many(20))), javascript=False)
    assert page.locator(".card .figure").first.is_visible()
    assert page.locator("[aria-label=按题集] tbody tr").count() == 4
    assert page.locator("svg.chart").count() == 3
    assert page.get_by_text("逐题细看要用 JavaScript").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("cases", [500, pytest.param(5000, marks=pytest.mark.slow)])
@pytest.mark.slow
def test_thousands_of_cases_open_quickly(
    tmp_path: Path, open_page: Any, capsys: pytest.CaptureFixture[str], cases: int
) -> None:
    path = write_report(make_run(tmp_path / "run", many(cases), counted=200))
    started = time.perf_counter()
    page = open_page(path)
    page.locator(".case").nth(19).wait_for()
    opened = time.perf_counter() - started
    started = time.perf_counter()
    page.locator(".case > summary").first.click()
    page.locator(".opened").wait_for()
    shown = time.perf_counter() - started
    with capsys.disabled():
        size = path.stat().st_size / 1e6
        print(f"\n{cases} cases, {size:.0f} MB: open {opened:.2f} s, first case {shown:.2f} s")
    assert page.locator("#count").inner_text() == f"{cases // 5} 题"
    assert opened < 10
    assert shown < 5
