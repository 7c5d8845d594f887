"""Quality floors: what each suite's measures must reach on the shipped library with the development questions.

`floors.toml` has one table a suite; for a measure where low is better the number is a ceiling. A figure that is missing is
below its floor.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import BadFloors
from evals.measures import MEASURES

FLOORS = Path(__file__).parent / "floors.toml"


@dataclass(frozen=True, slots=True)
class Held:
    """A figure held against its floor."""

    suite: str
    measure: str
    figure: float | None
    floor: float

    @property
    def kept(self) -> bool:
        """Whether the figure is not worse than the floor."""
        if self.figure is None:
            return False
        return self.figure >= self.floor if MEASURES[self.measure].better == "high" else self.figure <= self.floor

    @property
    def line(self) -> str:
        """The figure and its floor side by side."""
        figure = "没有数" if self.figure is None else f"{self.figure:.3f}"
        sign = "不低于" if MEASURES[self.measure].better == "high" else "不高于"
        return (
            f"  {'✓' if self.kept else '✗ 没有达到'} {self.suite} {self.measure}：{figure}，底线{sign} {self.floor:.3f}"
        )


def read_floors(path: Path = FLOORS) -> dict[str, dict[str, float]]:
    """Read floors by suite and measure. Raises BadFloors where a measure is unknown or a floor is no number."""
    try:
        floors = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFloors(f"读不了底线文件「{path}」：{error}") from error
    for suite, measures in floors.items():
        for measure, floor in measures.items() if isinstance(measures, dict) else [(suite, None)]:
            if measure not in MEASURES or isinstance(floor, bool) or not isinstance(floor, int | float):
                raise BadFloors(
                    f"「{path.name}」里 [{suite}] 的 {measure} 不对：指标要是{'、'.join(MEASURES)}之一，底线要是数字。"
                )
    return floors


def require(suites: Iterable[str], floors: Mapping[str, Mapping[str, float]]) -> None:
    """Raise BadFloors where a suite has no floor: a gate that looks at nothing must not pass."""
    if without := [suite for suite in suites if not floors.get(suite)]:
        raise BadFloors(f"题集「{'、'.join(without)}」在底线文件里没有底线。请补上，或不带 --floors 运行。")


def hold(summary: Mapping[str, Any], floors: Mapping[str, Mapping[str, float]]) -> list[Held]:
    """Hold a summary's figures against the floors of the suites that were run.

    Returns every figure that has a floor. Raises BadFloors where a suite that was run has none.
    """
    require(summary["suites"], floors)
    return [
        Held(suite, measure, figures["ours"][measure]["mean"], floor)
        for suite, figures in summary["suites"].items()
        for measure, floor in floors[suite].items()
    ]
