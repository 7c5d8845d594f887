"""Floors: a lowered figure fails, a missing one too, and a gate that looks at nothing does not pass."""

from pathlib import Path
from typing import Any

import pytest

from evals import suites
from evals.errors import BadFloors
from evals.floors import hold, read_floors
from evals.measures import MEASURES


def summary(**means: float | None) -> dict[str, Any]:
    return {"suites": {"rights": {"ours": {name: {"mean": mean} for name, mean in means.items()}}}}


@pytest.mark.parametrize(
    ("measure", "figure", "floor", "kept"),
    [
        ("status", 0.93, 0.93, True),
        ("status", 0.92, 0.93, False),
        ("status", None, 0.93, False),
        ("under", 0.05, 0.05, True),
        ("under", 0.06, 0.05, False),
    ],
)
def test_a_worse_figure_is_below(measure: str, figure: float | None, floor: float, kept: bool) -> None:
    (held,) = hold(summary(**{measure: figure}), {"rights": {measure: floor}})
    assert held.kept is kept
    assert f"{floor:.3f}" in held.line
    assert ("没有达到" in held.line) is not kept


def test_each_figure_with_a_floor_is_held() -> None:
    held = hold(summary(status=0.9, facts=0.5, clean=1.0), {"rights": {"status": 0.8, "facts": 0.6}, "plans": {"status": 1}})  # fmt: skip
    assert [(h.measure, h.kept) for h in held] == [("status", True), ("facts", False)]


def test_a_suite_without_floors_is_named() -> None:
    for floors in ({}, {"rights": {}}):
        with pytest.raises(BadFloors, match="rights"):
            hold(summary(status=0.9), floors)


@pytest.mark.parametrize(
    "text",
    ["[rights]\nstatos = 0.9", '[rights]\nstatus = "hoch"', "[rights]\nstatus = true", "status = 0.9", "[rights"],
)
def test_bad_floors_are_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "floors.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadFloors, match=r"floors\.toml"):
        read_floors(path)


def test_each_shipped_suite_has_floors_that_can_be_missed() -> None:
    floors = read_floors()
    assert set(suites()) <= set(floors)
    for suite in suites():
        assert {"status", "clean"} <= set(floors[suite])
        for measure, floor in floors[suite].items():
            assert (floor > 0) if MEASURES[measure].better == "high" else (floor < 1), f"{suite} {measure}"
