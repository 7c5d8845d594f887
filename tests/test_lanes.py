"""The lanes name files that are there, and no test file is in two of them."""

from pathlib import Path

import pytest

from tests.lanes import FIRST, LANES, lane

ROOT = Path(__file__).resolve().parent.parent
STARTS = [start for starts in LANES.values() for start in starts]


@pytest.mark.parametrize("path", [*STARTS, *(name for name in FIRST if name not in LANES)])
def test_what_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists(), f"tests/lanes.py names {path}"


def test_a_file_is_in_one_lane() -> None:
    for file in (ROOT / "tests").rglob("test_*.py"):
        name = file.relative_to(ROOT).as_posix()
        assert sum(name.startswith(start) for start in STARTS) <= 1, name


def test_a_lane_holds_whole_files() -> None:
    assert lane("tests/index/test_lead.py::test_a") == lane("tests/index/test_training.py::test_b[x::y]") == "torch"
    assert lane("tests/test_lanes.py::test_a[x::y]") == "tests/test_lanes.py"
