"""Work that is killed with SIGKILL at every file operation it makes, then at moments in between; what is left must be whole.

    python -m tests.killing CASE [--kills N] [--seed S] [--index LIBRARY_INDEX]

prints one JSON line: how often it was killed, how often before and after the change showed, and the faults found; also what
comes of it where no file may grow beyond some bytes, as on a full disk. Every attempt is a fork of a process that imported once.
The cases are in killing_cases and killing_desk; those of the desk need an index over the shipped library.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WRITES = {
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.truncate",
    "shutil.copyfile",
    "shutil.rmtree",
}
FULL = (0, 20, 300, 2_000, 20_000)  # bytes


@dataclass(frozen=True, slots=True)
class Case:
    """What is killed: `begin` makes the state before in a folder, `work` changes it, `state` reads it and returns what it found.

    `state` raises where anything is half; it returns the same before, and after a change that was not killed.
    """

    begin: Callable[[Path], None]
    work: Callable[[Path], None]
    state: Callable[[Path], Any]
    piecewise: bool = False  # the change is made document by document, each whole


def forked(
    run: Callable[[], Any], stop_at: int | None = None, after: float | None = None, largest: int | None = None
) -> tuple[int, Any]:
    """Run something in a fork. Returns its exit signal (0: it ended by itself) and what it returned, as JSON.

    Parameters: the work; at which of its file operations it kills itself, from 1; after how many seconds it is killed; how
    many bytes a file of its may have.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        if stop_at is not None:
            _kill_at(stop_at)
        if largest is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        try:
            said: Any = {"ok": run(), "operations": _seen[0]}
        except BaseException as error:
            said = {"fault": f"{type(error).__name__}: {error}"}
        os.write(write, json.dumps(said, ensure_ascii=False).encode())
        os._exit(0)
    os.close(write)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(read, "rb") as pipe:
        raw = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, json.loads(raw) if raw else None


_seen = [0]


def _kill_at(stop_at: int) -> None:
    """Count this process's file operations, and end it like a power cut just before one of them (0: only count)."""

    def heard(event: str, given: tuple[Any, ...]) -> None:
        opened_to_write = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
        if event in WRITES or opened_to_write:
            _seen[0] += 1
            if _seen[0] == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(heard)


def trial(case: Case, folder: Path, base: Path, how: dict[str, Any], wanted: Any) -> tuple[bool, str, str]:
    """Kill the work once; done again it must come to `wanted`. Returns whether it was killed, which state was left ('before', 'after'), and the fault ('' if none)."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    _, before = forked(lambda: case.state(folder))
    killed, _ = forked(lambda: case.work(folder), **how)
    _, left = forked(lambda: case.state(folder))
    _, again = forked(lambda: case.work(folder), stop_at=0)
    _, after = forked(lambda: case.state(folder))
    for name, said in (("left", left), ("rerun", again), ("after", after)):
        if said is None or "fault" in said:
            return bool(killed), "", f"{how} {name}: {said and said['fault']}"
    if after["ok"] != wanted:
        return bool(killed), "", f"{how}: done again it came to {after['ok']}, not to {wanted}"
    between = case.piecewise and set(before["ok"]) <= set(left["ok"]) <= set(after["ok"])
    if not between and left["ok"] not in (before["ok"], after["ok"]):
        return bool(killed), "", f"{how}: half of it is there: {left['ok']}"
    return bool(killed), "before" if left["ok"] == before["ok"] else "after", ""


def run(case: Case, kills: int, seed: int) -> dict[str, Any]:
    """Kill the work at each of its file operations, and at random moments until there were `kills` in all."""
    chance = random.Random(seed)
    told: dict[str, Any] = {"kills": 0, "before": 0, "after": 0, "full": 0, "faults": []}
    with tempfile.TemporaryDirectory(prefix="niangjia-kills-") as scratch:
        base, folder = Path(scratch) / "base", Path(scratch) / "at"
        folder.mkdir()
        _, begun = forked(lambda: case.begin(folder))
        assert begun == {"ok": None, "operations": 0}, begun
        shutil.copytree(folder, base)
        started = time.perf_counter()
        _, whole = forked(lambda: case.work(folder), stop_at=0)
        seconds = time.perf_counter() - started
        _, done = forked(lambda: case.state(folder))
        wanted = done["ok"]
        operations = int(whole["operations"])
        ways: list[dict[str, Any]] = [{"stop_at": n} for n in range(1, operations + 1)][:kills]
        tries = 0
        for largest in FULL:
            _, state, fault = trial(case, folder, base, {"largest": largest}, wanted)
            told["faults"] += [fault] if fault else []
            told["full"] += state == "before"
        while told["kills"] < kills and tries < 10 * kills:
            tries += 1
            how = ways.pop(0) if ways else {"after": chance.random() * seconds * 1.1}
            killed, state, fault = trial(case, folder, base, how, wanted)
            told["kills"] += killed
            if fault:
                told["faults"].append(fault)
            else:
                told[state] += 1
        told |= {"operations": operations, "seconds": round(seconds, 3)}
    return told


def main() -> int:
    """Run one case from the command line; returns 0 where nothing was half."""
    parser = argparse.ArgumentParser(prog="python -m tests.killing")
    parser.add_argument("case")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=Path, help="an index over the shipped library (default: one is built)")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"  # threads do not live on in a fork
    from tests import killing_cases, killing_desk

    if options.case in killing_desk.CASES:
        case = killing_desk.CASES[options.case]
        killing_desk.warm(options.case, options.index)
    else:
        case = killing_cases.CASES[options.case]
        killing_cases.warm()
    told = run(case, options.kills, options.seed)
    print(json.dumps({"case": options.case, **told}, ensure_ascii=False))
    return 1 if told["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
