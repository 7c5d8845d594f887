"""`python -m evals` as a process: one suite at a time, its progress read from the run's folder, its output kept there."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ui.bench import words
from ui.bench.runs import ROOT, progress, runs_folder, suites
from ui.errors import UiError

OUTPUT = "output.txt"
SHORT = 120  # seconds that a report or a comparison may take
MOST_SHOWN = 20_000


class BenchError(UiError):
    """A suite cannot be started, or a report or comparison was not made."""


@dataclass(frozen=True, slots=True)
class State:
    """What is being run: name, cases done of all, the exit code once it ended, whether it was stopped, its output so far."""

    name: str
    done: int
    total: int
    code: int | None
    stopped: bool
    output: str


class Bench:
    """Runs one suite at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._stopped = False

    def start(self, chosen: Sequence[str]) -> str:
        """Start a run of some suites. Returns its name; raises BenchError where none is chosen, one is unknown, one is running."""
        known = suites()
        if not chosen:
            raise BenchError(words.NO_SUITE)
        if strange := [name for name in chosen if name not in known]:
            raise BenchError(words.UNKNOWN_SUITE.format(name=str(strange[0])[:60]))
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                raise BenchError(words.BUSY)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{'-'.join(chosen)}"[:100]
            folder = runs_folder() / name
            folder.mkdir(parents=True, exist_ok=True)
            command = [sys.executable, "-m", "evals", "run", "--suite", *chosen, "--out", str(folder)]
            with (folder / OUTPUT).open("wb") as out:
                self._process = subprocess.Popen(
                    command, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
                )  # fmt: skip
            self._folder, self._stopped = folder, False
            atexit.register(self.stop)
        return name

    def stop(self) -> None:
        """Stop what is running; what is done of it stays in its folder."""
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None:
                return
            self._stopped = True
            process.send_signal(signal.SIGINT)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)

    def state(self) -> State | None:
        """What is running or ran last; None where nothing was started."""
        process, folder = self._process, self._folder
        if process is None or folder is None:
            return None
        code = process.poll()
        return State(folder.name, *progress(folder), code, self._stopped, _tail(folder / OUTPUT))


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}


def _tail(path: Path) -> str:
    try:
        return path.read_bytes()[-MOST_SHOWN:].decode("utf-8", "replace")
    except OSError:
        return ""


def evals(*arguments: str) -> str:
    """Run a short command of `python -m evals`. Returns its output; raises BenchError with what it said where it fails."""
    command = [sys.executable, "-m", "evals", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=SHORT)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BenchError(words.SLOW.format(seconds=SHORT)) from None
    if done.returncode != 0:
        raise BenchError(done.stderr.decode("utf-8", "replace").strip()[-600:] or f"python -m evals {arguments[0]}")
    return done.stdout.decode("utf-8", "replace")
