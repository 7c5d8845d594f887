"""Nothing is lost: whatever is killed, wherever it stands, leaves what was there or what was to be, and can be done again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forks of itself: not on Windows")


def killed(case: str, kills: int, *more: str) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.killing", case, "--kills", str(kills), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.stdout, done.stderr
    print(done.stdout)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["faults"] == []
    assert told["kills"] == kills
    return told


def test_a_build_killed_at_some_points_leaves_an_index() -> None:
    killed("index", 6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "kills"),
    [
        ("index", 60),
        ("publish", 40),
        ("back", 30),
        ("add", 50),
        ("feedback", 40),
        ("catalogue", 20),
        ("remove", 20),
        ("approve", 20),
        ("withdraw", 20),
        ("account", 20),
        ("forget", 20),
    ],
)
def test_killed_at_every_file_operation_and_in_between(case: str, kills: int) -> None:
    told = killed(case, kills)
    assert told["before"], "some kills come before the change shows"
    assert told["full"], "a disk that is full at once leaves what was there"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "kills"),
    [
        ("pack", 25),
        ("unshelve", 15),
        ("compare", 8),
        ("compare-md", 8),
        ("clauses", 8),
        ("batch", 8),
        ("evals", 25),
        ("evals-again", 20),
    ],
)
def test_what_the_desk_writes_is_whole_or_not_there(case: str, kills: int, library_index: Path) -> None:
    told = killed(case, kills, "--index", str(library_index))
    assert told["before"]
