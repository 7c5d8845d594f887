"""Two runs compared case by case: who won, by how much with which certainty, and which cases turned."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.bootstrap import interval
from evals.errors import BadRun
from evals.measures import is_failed
from evals.report.folder import HARMS, Measured, Row, Run, open_run
from evals.report.text import printable

LISTED = 20
_HEADS = (
    ("指标", 12), ("题数", 6), ("A", 8), ("B", 8), ("B−A", 9), ("95%区间", 20), ("B胜/平/负", 16), ("  判断", 0),
)  # fmt: skip
_ORDER = {harm: place for place, harm in enumerate(HARMS)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over the cases where it applies in both runs.

    `mean` with `low` and `high` is B minus A with its 95 % paired bootstrap interval; `won`, `tied`, `lost` count B's cases.
    `only_one` counts cases where it applies in one run only, which do not enter. A measure that is no share (a length) is
    shown and never judged.
    """

    measure: Measured
    n: int
    a: float | None
    b: float | None
    mean: float | None
    low: float | None
    high: float | None
    won: int
    tied: int
    lost: int
    only_one: int

    @property
    def better(self) -> bool:
        """Whether the whole interval lies on the better side."""
        return self._beyond(self.measure.high)

    @property
    def worse(self) -> bool:
        """Whether the whole interval lies on the worse side."""
        return self._beyond(not self.measure.high)

    def _beyond(self, above: bool) -> bool:
        if self.low is None or self.high is None or not self.measure.share:
            return False
        return self.low > 0 if above else self.high < 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A case that got better or worse: what changed, from A's value to B's, and what became of it as a whole."""

    suite: str
    id: str
    question: str
    harm: str
    changes: tuple[tuple[Measured, float, float], ...]
    was_failed: bool
    is_failed: bool
    contradicts: bool

    @property
    def direction(self) -> int:
        """1 where every change is for the better, -1 for the worse, 0 both ways."""
        ways = {1 if (new > old) == measure.high else -1 for measure, old, new in self.changes}
        return ways.pop() if len(ways) == 1 else 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs show: names, counts of cases in both and in one, warnings, differences and turned cases."""

    a: str
    b: str
    both: int
    only_a: int
    only_b: int
    warnings: tuple[str, ...]
    differences: tuple[Difference, ...]
    turns: tuple[Turn, ...]

    @property
    def regressed(self) -> bool:
        """Whether a measure got worse beyond its interval, or a high-harm case now says what must not be said."""
        return any(found.worse for found in self.differences) or any(turn.contradicts for turn in self.turns)

    def lines(self) -> list[str]:
        """Write the comparison for a terminal."""
        found = [f"A：{self.a}", f"B：{self.b}", f"两边都有的题 {self.both} 道"]
        if self.only_a or self.only_b:
            found[-1] += f"；只在 A 的 {self.only_a} 道，只在 B 的 {self.only_b} 道，不比"
        found += [f"注意：{warning}" for warning in self.warnings]
        found += ["", *self._table()]
        contradicting = [turn for turn in self.turns if turn.contradicts]
        found += _listed("高危害、新说了不该说的话", contradicting)
        for name, direction in (("变差", -1), ("有好有坏", 0), ("变好", 1)):
            chosen = [turn for turn in self.turns if turn.direction == direction and not turn.contradicts]
            found += _listed(name, chosen)
        return [*found, "", "结论：B 比 A 退步了。" if self.regressed else "结论：没有看到退步。"]

    def print(self) -> None:
        """Print the comparison."""
        print("\n".join(self.lines()))

    def _table(self) -> list[str]:
        rows = ["  " + "".join(_pad(head, width, right=0 < k < 7) for k, (head, width) in enumerate(_HEADS)).rstrip()]
        for found in self.differences:
            if not found.n:
                continue
            ends = f"[{_signed(found.low, found.measure)}, {_signed(found.high, found.measure)}]"
            cells = (
                found.measure.name,
                str(found.n),
                found.measure.write(found.a),
                found.measure.write(found.b),
                _signed(found.mean, found.measure),
                ends,
                f"{found.won}/{found.tied}/{found.lost}",
                "  " + _verdict(found),
            )
            pairs = enumerate(zip(cells, _HEADS, strict=True))
            rows.append("  " + "".join(_pad(cell, head[1], right=0 < k < 7) for k, (cell, head) in pairs).rstrip())
        return rows


def compare_runs(a: Path, b: Path, *, other_gold: bool = False) -> Comparison:
    """Compare two finished runs, cases paired by suite and id.

    Parameters: the earlier run's folder, the later one's; whether suites of another content may be compared. Returns the
    comparison; intervals use A's seed. Raises BadRun where a folder is no finished run, no case is in both, or gold differs.
    """
    first, second = open_run(a), open_run(b)
    warnings = _gold_differs(first, second, other_gold) + _differences(first, second)
    old, new = _by_key(first), _by_key(second)
    keys = [key for key in old if key in new]
    if not keys:
        raise BadRun(f"「{a}」和「{b}」没有一道相同的题（按题集和编号），没法比。")
    pairs = [(old[key], new[key]) for key in keys]
    if changed := sum(x["question"] != y["question"] for x, y in pairs):
        warnings.append(f"有 {changed} 道题编号相同，题目文字不同")
    measures = [found for key, found in second.measures.items() if key in first.measures]
    if missing := sorted(set(first.measures) ^ set(second.measures)):
        warnings.append(f"只有一边有的指标不比：{'、'.join(missing)}")
    turns = [turn for x, y in pairs if (turn := _turn(x, y, measures))]
    turns.sort(key=lambda turn: (turn.is_failed <= turn.was_failed, _ORDER.get(turn.harm, len(_ORDER))))
    return Comparison(
        str(a), str(b), len(keys), len(old) - len(keys), len(new) - len(keys), tuple(warnings),
        tuple(_difference(measure, pairs, int(first.config["seed"])) for measure in measures), tuple(turns),
    )  # fmt: skip


def _by_key(run: Run) -> dict[tuple[str, str], Row]:
    return {(row["suite"], row["id"]): row for row in run.cases}


def _gold_differs(a: Run, b: Run, allowed: bool) -> list[str]:
    old = {suite["name"]: suite["sha256"] for suite in a.config["suites"]}
    new = {suite["name"]: suite["sha256"] for suite in b.config["suites"]}
    if differing := [name for name, digest in old.items() if new.get(name, digest) != digest]:
        said = f"题集「{'、'.join(differing)}」在两次运行之间改过"
        if not allowed:
            raise BadRun(f"{said}，分数不能直接比。请用同一份题集重跑其中一次。")
        return [said]
    return []


def _differences(a: Run, b: Run) -> list[str]:
    checks: tuple[tuple[str, Callable[[Mapping[str, Any]], Any]], ...] = (
        ("两次用的索引不同，差别不都是程序的", lambda config: config["index"]["digest"]),
        ("一次是留出的题，一次是平时的题", lambda config: config["holdout"]),
    )
    return [said for said, value in checks if value(a.config) != value(b.config)]


def _difference(measure: Measured, pairs: Sequence[tuple[Row, Row]], seed: int) -> Difference:
    known, only_one = [], 0
    for x, y in pairs:
        old, new = x["values"][measure.key], y["values"][measure.key]
        if old is not None and new is not None:
            known.append((float(old), float(new)))
        else:
            only_one += (old is None) != (new is None)
    n = len(known)
    found = interval([new - old for old, new in known], seed=seed)
    up, down = sum(new > old for old, new in known), sum(new < old for old, new in known)
    won, lost = (up, down) if measure.high else (down, up)
    a, b = (sum(pair[k] for pair in known) / n if n else None for k in (0, 1))
    return Difference(measure, n, a, b, found.mean, found.low, found.high, won, n - won - lost, lost, only_one)


def _turn(x: Row, y: Row, measures: Sequence[Measured]) -> Turn | None:
    changes = []
    for measure in measures:
        old, new = x["values"][measure.key], y["values"][measure.key]
        if measure.share and old is not None and new is not None and old != new:
            changes.append((measure, float(old), float(new)))
    if not changes:
        return None
    contradicts = y["harm"] == "high" and any(m.key == "clean" and old > new for m, old, new in changes)
    failed = is_failed(x["values"]), is_failed(y["values"])
    return Turn(y["suite"], y["id"], y["question"], y["harm"], tuple(changes), *failed, contradicts)


def _verdict(found: Difference) -> str:
    if not found.measure.share:
        said = "不判好坏"
    elif not found.won + found.lost:
        said = "没有变化"
    else:
        said = "变好" if found.better else "变差" if found.worse else "分不出"
    said += "" if found.measure.high else "（越低越好）"
    return said + (f"；{found.only_one} 题只有一边适用" if found.only_one else "")


def _signed(value: float | None, measure: Measured) -> str:
    if value is None:
        return "–"
    return f"{value:+.3f}" if measure.share else f"{value:+.1f}"


def _listed(name: str, turns: Sequence[Turn]) -> list[str]:
    if not turns:
        return []
    found = ["", f"{name}的题（{len(turns)} 道）："]
    for turn in turns[:LISTED]:
        state = {(False, True): "，现在要看", (True, False): "，现在没问题"}.get((turn.was_failed, turn.is_failed), "")
        found.append(
            f"  {turn.suite}/{turn.id}  危害{HARMS.get(turn.harm, turn.harm)}{state}  {_clip(turn.question, 60)}"
        )
        changes = (f"{m.name} {m.write(old)}→{m.write(new)}" for m, old, new in turn.changes)
        found.append(f"      {'，'.join(changes)}")
    if len(turns) > LISTED:
        found.append(f"  另有 {len(turns) - LISTED} 道。")
    return found


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * max(width - _width(text), 0)
    return space + text if right else text + space


def _clip(text: str, width: int) -> str:
    text, out = " ".join(printable(text).split()), ""
    for char in text:
        if _width(out + char) > width:
            return out + "…"
        out += char
    return out
