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


def killed(case: str, kills: int) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.killing", case, "--kills", str(kills)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.stdout, done.stderr
    print(done.stdout)
    told = json.loads(done.stdout)
    assert told["faults"] == []
    return told


def test_a_build_killed_at_some_points_leaves_an_index() -> None:
    assert killed("index", 6)["kills"] == 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "kills"), [("index", 60), ("publish", 40), ("back", 30), ("add", 50), ("feedback", 40)]
)
def test_killed_at_every_file_operation_and_in_between(case: str, kills: int) -> None:
    told = killed(case, kills)
    assert told["kills"] == kills
    assert told["before"], "some kills come before the change shows"
    assert told["full"], "a disk that is full at once leaves what was there"
