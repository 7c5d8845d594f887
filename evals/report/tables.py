"""The tables of the report as HTML: all figures, and figures by suite, topic, region and harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evals.report.folder import HARMS, OURS, SYSTEMS, Measured, Run
from evals.report.plots import bar
from evals.report.text import escape

# Below this many cases an interval says too little to call a group worse than all.
ENOUGH = 10
GROUPS = (
    ("suites", "suite", "题集"),
    ("harms", "harm", "危害"),
    ("regions", "region", "地区"),
    ("topics", "topic", "主题"),
)

Figures = Mapping[str, Mapping[str, Any]]


def bars(run: Run) -> str:
    """Write each share with its bar: name, plot, mean and interval; what applies to no case is left out."""
    overall = run.summary["overall"]
    rows = []
    for key, measure in run.measures.items():
        ours = overall[OURS][key]
        if measure.share and ours["n"]:
            low = "" if measure.high else '<span class="down">越低越好</span>'
            rows.append(
                f'<div class="row"><span class="name" title="{escape(measure.meaning)}">{escape(measure.name)}{low}</span>'
                f'{bar(overall, measure)}<span class="value"><b>{measure.write(ours["mean"])}</b> {interval(ours, measure)} <span class="range">{ours["n"]} 题</span></span></div>'
            )
    scale = "".join(f"<span>{k / 4:g}</span>" for k in range(5))
    return f'<div class="bars">{"".join(rows)}<div class="row scale"><span></span><div>{scale}</div><span></span></div></div>'


def interval(found: Mapping[str, Any], measure: Measured) -> str:
    """Write an interval as a small span; nothing where there is none or its ends are one."""
    if found["low"] is None or found["low"] == found["high"]:
        return ""
    return f'<span class="range">{measure.write(found["low"])}–{measure.write(found["high"])}</span>'


def all_figures(run: Run) -> str:
    """Write every measure with definition, n, mean, interval, harm-weighted mean and the baselines."""
    overall = run.summary["overall"]
    plain = [system for system in SYSTEMS if system in overall and system != OURS]
    heads = ["指标", "题数", "本系统", "按危害加权", *(SYSTEMS[system] for system in plain)]
    rows = []
    for key, measure in run.measures.items():
        ours = overall[OURS][key]
        cells = [
            f'<th scope="row" data-v="{escape(measure.name)}">{escape(measure.name)}<small>{escape(_rest(measure))}</small></th>',
            _cell(ours["n"], str(ours["n"])),
            _figure(ours, measure),
            _figure(ours["weighted"], measure),
            *(_figure(overall[system][key], measure) for system in plain),
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return _table("全部指标", heads, rows, "wide-first")


def groups(run: Run) -> str:
    """Write a table a grouping; a mean is marked where its interval lies wholly on the worse side of all cases' mean."""
    out = []
    for kind, field, name in GROUPS:
        counts = Counter(str(case[field]) for case in run.cases)
        figures = [(group, systems[OURS]) for group, systems in run.summary[kind].items()]
        if kind in ("regions", "topics"):
            figures.sort(key=lambda pair: -counts[pair[0]])
        label = HARMS if kind == "harms" else {}
        rows = [_group(label.get(group, group), counts[group], found, run) for group, found in figures]
        heads = [name, "题数", *(measure.name for measure in run.measures.values())]
        out.append(f"<h3>按{name}</h3>{_table(f'按{name}', heads, rows)}")
        if kind == "suites" and len(figures) > 1:
            out.append(_baselines(run, heads))
    return "".join(out)


def _baselines(run: Run, heads: Sequence[str]) -> str:
    counts = Counter(str(case["suite"]) for case in run.cases)
    rows = [
        _group(f"{suite} · {SYSTEMS.get(system, system)}", counts[suite], found, run, mark=False)
        for suite, systems in run.summary["suites"].items()
        for system, found in systems.items()
        if system != OURS
    ]
    inner = _table("各题集的对照", heads, rows)
    return f"<details><summary>各题集的对照（仅 BM25、随机）</summary>{inner}</details>" if rows else ""


def _group(name: str, count: int, figures: Figures, run: Run, mark: bool = True) -> str:
    overall = run.summary["overall"][OURS]
    cells = "".join(
        _figure(figures[key], measure, mark and _worse(figures[key], overall[key]["mean"], measure))
        for key, measure in run.measures.items()
    )
    return f'<tr><th scope="row" data-v="{escape(name)}">{escape(name)}</th>{_cell(count, str(count))}{cells}</tr>'


def _worse(found: Mapping[str, Any], mean: float | None, measure: Measured) -> bool:
    if not measure.share or mean is None or found["n"] < ENOUGH:
        return False
    return bool(found["high"] < mean if measure.high else found["low"] > mean)


def _figure(found: Mapping[str, Any], measure: Measured, worse: bool = False) -> str:
    said = f"{measure.write(found['mean'])}{interval(found, measure)}"
    title = f"{measure.name}：{found['n']} 题" if "n" in found else measure.name
    return _cell(found["mean"], said, title, "worse" if worse else "")


def _cell(value: float | None, said: str, title: str = "", kind: str = "") -> str:
    marks = f' title="{escape(title)}"' if title else ""
    marks += f' class="{kind}"' if kind else ""
    return f'<td data-v="{"" if value is None else value}"{marks}>{said}</td>'


def _table(name: str, heads: Sequence[str], rows: Iterable[str], kind: str = "") -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}"><table class="sortable {kind}">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _rest(measure: Measured) -> str:
    return measure.meaning.partition("：")[2] or measure.meaning
