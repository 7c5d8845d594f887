"""The report of a run: one HTML file that asks nobody for anything, with its style, script, plots and cases inside."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

from evals.errors import BadRun
from evals.measures import is_failed
from evals.report import plots, tables
from evals.report.cases import details, ordered, short
from evals.report.folder import OURS, STATUSES, SYSTEMS, Measured, Run, open_run
from evals.report.text import data, escape, moment

# The four figures of the headline: what a wrong answer costs most by.
HEADLINE = ("facts", "clean", "cite_recall", "status")
_HERE = Path(__file__).parent


def write_report(run: Path, out: Path | None = None) -> Path:
    """Write the report of a finished run.

    Parameters: the run's folder; the file to write, `report.html` in the folder unless given. Returns the file. Raises BadRun
    where the folder is no finished run or the file cannot be written.
    """
    found, path = open_run(run), out or run / "report.html"
    # what cannot be encoded was taken out already, where it is ours to show
    page = render(found).encode("utf-8", "replace")
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(page)
        temporary.replace(path)
    except OSError as error:
        raise BadRun(f"报告「{path}」写不进去：{error}。请检查文件夹的权限和剩余空间，或换一个 --out。") from error
    return path


def render(run: Run) -> str:
    """Write the whole page."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = f"评测报告 {run.config['name']}"
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{style}</style></head><body><main>'
        f"{_headline(run)}{_measures(run)}{_groups(run)}{_plots(run)}{_cases(run)}"
        "</main><footer><p>这一页是一个单独的文件，不联网也能看，打开时不向任何地方发请求。"
        f"运行摘要 <code>{escape(run.summary['digest'][:16])}</code>：同样的输入得到同样的摘要。</p></footer>"
        f"{_data(run)}<script>{script}</script></body></html>\n"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _headline(run: Run) -> str:
    config = run.config
    suites = "、".join(f"{suite['name']} {suite['cases']} 题" for suite in config["suites"])
    kind = "留出的题" if config["holdout"] else "平时的题"
    failed = [case for case in run.cases if is_failed(case["values"])]
    high = sum(case["harm"] == "high" for case in failed)
    look = f"其中 {len(failed)} 题要看：状态不对、漏了必说的事实，或者说了不该说的；高危害的有 {high} 题。"
    cards = "".join(_card(run, run.measures[key]) for key in HEADLINE if key in run.measures)
    facts = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in _facts(config))
    return (
        f'<header><p class="kicker">娘家人 · 评测报告</p><h1>{escape(config["name"])}</h1>'
        f'<p class="lead">共 {len(run.cases)} 题（{escape(suites)}；{kind}）。{look if failed else "没有一题要看。"}</p>'
        f'<div class="cards">{cards}</div><dl class="facts">{facts}</dl></header>'
    )


def _card(run: Run, measure: Measured) -> str:
    overall = run.summary["overall"]
    ours = overall[OURS][measure.key]
    beside = [
        f"{SYSTEMS[system]} {measure.write(overall[system][measure.key]['mean'])}"
        for system in SYSTEMS
        if system in overall and system != OURS
    ]
    weighted = f"按危害加权 {measure.write(ours['weighted']['mean'])}"
    meaning = measure.meaning.partition("：")[2] or measure.meaning
    ends = f"95% 区间 {measure.write(ours['low'])}–{measure.write(ours['high'])}，{ours['n']} 题"
    return (
        f'<section class="card"><h2>{escape(measure.name)}</h2><p class="figure">{measure.write(ours["mean"])}</p>'
        f"<p>{ends if ours['n'] else '没有适用的题'}</p><p>{' · '.join(beside)}</p><p>{weighted}</p>"
        f'<p class="meaning">{escape(meaning)}</p></section>'
    )


def _facts(config: dict[str, Any]) -> list[tuple[str, str]]:
    index, code, machine = config["index"], config["code"], config["machine"]
    ended = f" 至 {moment(config['finished'])}" if config["finished"] else "，没有跑完"
    changed = "，有未提交的改动" if code["dirty"] else ""
    searched = f"{index['documents']} 份文件，{index['chunks']} 段，编码器 {index['encoder']}（{index['digest'][:12]}）"
    return [
        ("时间", f"{moment(config['started'])}{ended}（UTC）"),
        ("索引", searched if index["digest"] else "没有用索引"),
        ("程序", f"{code['version']}，{code['commit'][:12] or '没有版本记录'}{changed}"),
        ("机器", f"Python {machine['python']}，{machine['platform']}，{machine['cpus']} 核"),
        ("种子", str(config["seed"])),
    ]


def _section(anchor: str, name: str, note: str, inner: str) -> str:
    return f'<section id="{anchor}"><h2>{name}</h2><p class="note">{note}</p>{inner}</section>'


def _measures(run: Run) -> str:
    legend = (
        '<p class="legend"><span class="k ours"></span>本系统，横线是 95% 区间（自助法）'
        '<span class="k bm25"></span>仅 BM25<span class="k random"></span>随机</p>'
    )
    table = f"<details><summary>全部指标的数字和定义</summary>{tables.all_figures(run)}</details>"
    return _section(
        "measures",
        "各项指标",
        "区间越短越可靠。没有回答的题按最差计。定义见图下的表。",
        legend + tables.bars(run) + table,
    )


def _groups(run: Run) -> str:
    note = (
        f"点列名排序；表放不下时可以拖动。小字是 95% 区间，没有小字的两端都与均值相同。<b class='worse'>红字</b>：这一组至少 {tables.ENOUGH} 题，"
        "而且整个区间都比全部题的均值差。"
    )
    return _section("groups", "分组看", note, tables.groups(run))


def _plots(run: Run) -> str:
    figures = [_refusal(run), _reliability(run), _latency(run)]
    return _section("plots", "拒答、把握、用时", "", f'<div class="figures">{"".join(figures)}</div>').replace(
        '<p class="note"></p>', ""
    )


def _figure(name: str, note: str, plot: str) -> str:
    return f"<figure><h3>{name}</h3>{plot}<figcaption>{note}</figcaption></figure>"


def _refusal(run: Run) -> str:
    judged = [case for case in run.cases if case["confidence"] is not None]
    due = sum(case["expect"] == "refused" for case in judged)
    if not run.summary["refusal"]:
        return _figure("拒答曲线", "这次运行没有把握的数字，画不出来。", "")
    points = plots.refusal_points(run.summary["refusal"], due)
    legend = "".join(f'<span><i class="k line {kind}"></i>{name}</span>' for _, name, kind in plots.CURVES)
    overall = run.summary["overall"][OURS]
    now = "；".join(
        f"{run.measures[key].name} {run.measures[key].write(overall[key]['mean'])}"
        for key in ("refusal_precision", "refusal_recall")
        if key in run.measures
    )
    note = (
        f"如果把握低于横轴的数就拒答，会怎样。有把握数字的 {len(judged)} 题，其中该拒答的 {due} 题。这次实际：{now}。"
    )
    return _figure("拒答曲线", escape(note), f'<p class="legend">{legend}</p>{plots.refusal(points)}')


def _reliability(run: Run) -> str:
    bins = plots.reliability_bins(run.cases)
    if not bins:
        return _figure("把握可不可信", "这次运行没有把握的数字，画不出来。", "")
    note = (
        f"没有拒答的 {sum(int(b['n']) for b in bins)} 题按把握分组，纵轴是其中没有问题的比例（竖线是 95% 区间），下面是题数。"
        f"点在斜线下面，说明过于自信。平均差距（ECE）{plots.calibration_error(bins):.3f}。"
    )
    return _figure("把握可不可信", note, plots.reliability(bins))


def _latency(run: Run) -> str:
    seconds = [
        float(case["answer"]["seconds"])
        for case in run.cases
        if case["answer"] and case["answer"].get("seconds") is not None
    ]
    found = run.summary["latency"]
    if not seconds or found["median_ms"] is None:
        return _figure("用时", "这次运行没有用时的记录。", "")
    note = f"{len(seconds)} 题：中位 {found['median_ms']:.0f} 毫秒，95% 的题不超过 {found['p95_ms']:.0f} 毫秒。最右一条含更慢的。"
    return _figure("用时", note, plots.latency(seconds, found["median_ms"], found["p95_ms"]))


def _cases(run: Run) -> str:
    inner = (
        '<div id="filters" hidden></div><p id="count" role="status"></p><div id="list"></div>'
        '<nav id="pager" aria-label="翻页" hidden></nav>'
        '<p id="plain">逐题细看要用 JavaScript，请在浏览器里打开它。上面的数字和图不受影响。</p>'
    )
    return _section("cases", "逐题看", "先列高危害的。点开一题，看它错在哪里、回答、引用、证据和经过。", inner)


def _data(run: Run) -> str:
    """The data that page.js reads: names and short rows as one JSON, details one JSON a line in the same order."""
    rows = ordered(run)
    measures = [[measure.name, measure.meaning] for measure in run.measures.values()]
    listed = {
        "measures": measures,
        "systems": list(SYSTEMS.values()),
        "missing": STATUSES["missing"],
        "cases": [short(row, run.measures) for row in rows],
    }
    lines = "\n".join(data(details(row, run.measures)) for row in rows)
    return (
        f'<script type="application/json" id="index">{data(listed)}</script>'
        f'<script type="application/x-ndjson" id="details">{lines}</script>'
    )
