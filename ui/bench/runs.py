"""Runs as their folders tell them: a small reader of the JSON that `python -m evals` writes; `ui` never imports `evals`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from documents import home
from ui.bench import words

MOST_LISTED = 30
MOST_BYTES = 20_000_000  # of a summary that is read at all
ROOT = Path(__file__).resolve().parents[2]
DATASETS = ROOT / "evals" / "datasets"
_NAME = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff.\-]{0,150}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's mean with its 95 % interval; all None where it applies to no case."""

    mean: float | None
    low: float | None
    high: float | None

    @property
    def text(self) -> str:
        """0.853, – where there is none."""
        return "–" if self.mean is None else f"{self.mean:.3f}"

    @property
    def interval(self) -> str:
        """0.81–0.89, empty where there is none."""
        return "" if self.low is None or self.high is None else f"{self.low:.2f}–{self.high:.2f}"


NONE = Figure(None, None, None)


@dataclass(frozen=True, slots=True)
class Run:
    """A run in the list: name of its folder, when it began, suites, cases, main figures by key; `fault` where it cannot be shown."""

    name: str
    began: str
    suites: str
    cases: int
    figures: dict[str, Figure]
    fault: str = ""


def runs_folder() -> Path:
    """The folder in which runs are kept."""
    return home() / "runs"


def folder_of(name: str) -> Path | None:
    """Return the folder of a run that may be opened; None for every name that is no plain folder in the runs' own."""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or ".." in name:
        return None
    found = runs_folder() / name
    return found if found.is_dir() and not found.is_symlink() else None


def suites() -> dict[str, int]:
    """Names of the shipped suites with their numbers of cases that a run asks."""
    return {path.stem: _asked(path) for path in sorted(DATASETS.glob("*.jsonl"))}


def _asked(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum('"holdout": true' not in line for line in lines if line)


def listed() -> list[Run]:
    """The newest runs, newest first; what cannot be read is listed with its fault."""
    if not runs_folder().is_dir():
        return []
    names = sorted((path.name for path in runs_folder().iterdir() if folder_of(path.name)), reverse=True)
    return [read(name) for name in names[:MOST_LISTED]]


def finished() -> list[Run]:
    """Those of the list that were done to their end."""
    return [run for run in listed() if not run.fault]


def read(name: str) -> Run:
    """Read one run; never raises for what its files hold."""
    folder = runs_folder() / name
    try:
        config = _json(folder / "config.json")
        suites, began = config["suites"], datetime.fromisoformat(config["started"]).astimezone()
        told = "、".join(str(suite["name"]) for suite in suites) + (words.HOLDOUT if config.get("holdout") else "")
        cases = sum(int(suite["cases"]) for suite in suites)
        when = f"{began:%Y-%m-%d %H:%M}"
        if not config.get("finished"):
            return Run(name, when, told, cases, {}, words.NOT_DONE)
        ours = _json(folder / "summary.json")["overall"]["ours"]
        figures = {key: _figure(ours[key]) for key in words.MEASURES if key in ours}
    except FileNotFoundError:
        return Run(name, "", "", 0, {}, words.NOT_DONE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Run(name, "", "", 0, {}, words.UNREADABLE)
    return Run(name, when, told, cases, figures)


def progress(folder: Path) -> tuple[int, int]:
    """How many cases of a run are done, of how many; (0, 0) before it is known."""
    try:
        config = _json(folder / "config.json")
        total = sum(int(suite["cases"]) for suite in config["suites"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
    try:
        done = (folder / "cases.jsonl").read_bytes().count(b"\n")
    except OSError:
        done = 0
    return min(done, total), total


def _json(path: Path) -> dict[str, Any]:
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(path.name)
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(path.name)
    return found


def _figure(found: dict[str, Any]) -> Figure:
    ends = [found[key] for key in ("mean", "low", "high")]
    return Figure(*(None if end is None else float(end) for end in ends))
