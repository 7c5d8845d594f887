"""A finished run, read and held against what the report, the comparison and the review need of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import BadRun
from evals.run import CASES, CONFIG, SUMMARY, read_run_folder

Row = Mapping[str, Any]

OURS = "ours"
SYSTEMS = {OURS: "本系统", "bm25": "仅 BM25", "random": "随机"}
HARMS = {"high": "高", "medium": "中", "low": "低"}
STATUSES = {
    "answered": "已回答",
    "partial": "部分回答",
    "clarify": "请补充",
    "refused": "拒答",
    "hotline": "热线优先",
    "missing": "没有回答",
}

_NUMBER = (int, float)
_NONE = type(None)
_CONFIG: dict[str, Any] = {
    "name": str,
    "suites": list,
    "holdout": bool,
    "index": {"digest": str, "chunks": int, "documents": int, "encoder": str},
    "code": {"version": str, "commit": str, "dirty": bool},
    "machine": {"python": str, "platform": str, "cpus": int},
    "seed": int,
    "started": str,
    "finished": (str, _NONE),
}
_SUITE: dict[str, Any] = {"name": str, "sha256": str, "cases": int}
_CASE: dict[str, Any] = {
    **dict.fromkeys(("id", "suite", "question", "topic", "harm", "region", "expect", "origin", "fault"), str),
    "row": dict,
    "answer": (dict, _NONE),
    "trace": (dict, _NONE),
    "values": dict,
    "confidence": (*_NUMBER, _NONE),
    "baselines": dict,
}
_SUMMARY: dict[str, Any] = {
    "measures": dict,
    "overall": {OURS: dict},
    "suites": dict,
    "topics": dict,
    "regions": dict,
    "harms": dict,
    "latency": {"median_ms": (*_NUMBER, _NONE), "p95_ms": (*_NUMBER, _NONE)},
    "refusal": list,
    "digest": str,
}
_MEASURE: dict[str, Any] = {"meaning": str, "better": str}
_ENDS: dict[str, Any] = dict.fromkeys(("mean", "low", "high"), (*_NUMBER, _NONE))
_FIGURE: dict[str, Any] = {"n": int, **_ENDS, "weighted": _ENDS}


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure as a run defines it: key, short Chinese name, one-line definition, whether high is good, whether a share."""

    key: str
    name: str
    meaning: str
    high: bool
    share: bool

    def imperfect(self, value: float | None) -> bool:
        """Whether a value leaves something to be wished for; a length never does."""
        return self.share and value is not None and (value < 1 if self.high else value > 0)

    def write(self, value: float | None) -> str:
        """Write a value: 0.853, a length 112, – where there is none."""
        if value is None:
            return "–"
        return f"{value:.3f}" if self.share else f"{value:.0f}"


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its folder, what was run, one row a case, the figures, and the measures by key."""

    path: Path
    config: dict[str, Any]
    cases: tuple[dict[str, Any], ...]
    summary: dict[str, Any]
    measures: dict[str, Measured]


def open_run(path: Path) -> Run:
    """Read a finished run.

    Parameters: its folder. Returns the run; keys beyond those that are needed are kept. Raises BadRun naming the file (and
    the row) and the key that is missing or of another kind.
    """
    config, cases, summary = read_run_folder(path)
    _hold(config, _CONFIG, f"「{path / CONFIG}」")
    for suite in config["suites"]:
        _hold(suite, _SUITE, f"「{path / CONFIG}」的 suites ")
    _hold(summary, _SUMMARY, f"「{path / SUMMARY}」")
    measures = {}
    for key, found in summary["measures"].items():
        _hold(found, _MEASURE, f"「{path / SUMMARY}」的 measures.{key} ")
        name, mark, _ = found["meaning"].partition("：")
        share = found.get("unit", "share") == "share"
        measures[key] = Measured(key, name if mark else key, found["meaning"], found["better"] == "high", share)
    for where, figures in _groups(summary):
        _hold(figures, dict.fromkeys(measures, _FIGURE), f"「{path / SUMMARY}」的 {where} ")
    for number, row in enumerate(cases, 1):
        where = f"「{path / CASES}」第 {number} 行"
        _hold(row, _CASE, where)
        _hold(row["values"], dict.fromkeys(measures, (*_NUMBER, _NONE)), f"{where}的 values ")
    if not cases:
        raise BadRun(f"「{path / CASES}」里没有题。")
    return Run(path, config, tuple(cases), summary, measures)


def _groups(summary: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The figures of every group with their place in the file: overall by system, groups by name and system."""
    found = [(f"overall.{system}", figures) for system, figures in summary["overall"].items()]
    for kind in ("suites", "topics", "regions", "harms"):
        for name, systems in summary[kind].items():
            _hold(systems, {OURS: dict}, f"{SUMMARY} 的 {kind}.{name} ")
            found += [(f"{kind}.{name}.{system}", figures) for system, figures in systems.items()]
    return found


def _hold(found: Any, wanted: Mapping[str, Any], where: str) -> None:
    if not isinstance(found, dict):
        raise BadRun(f"{where}要是 JSON 对象。请用 python -m evals run 重新运行。")
    for key, kind in wanted.items():
        if key not in found:
            raise BadRun(f"{where}缺少「{key}」。请用 python -m evals run 重新运行。")
        if isinstance(kind, Mapping):
            _hold(found[key], kind, f"{where.rstrip()}的 {key} ")
        elif not isinstance(found[key], kind) or (isinstance(found[key], bool) and kind is not bool):
            raise BadRun(
                f"{where}的「{key}」不是应有的类型：{str(found[key])[:40]}。请用 python -m evals run 重新运行。"
            )
