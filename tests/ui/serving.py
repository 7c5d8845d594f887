"""Start the real server as a subprocess, for the browser tests and the screenshots."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
INSTALL = (
    "needs Chromium, a Chinese font and playwright: apt-get install chromium fonts-noto-cjk; pip install playwright"
)


@dataclass(frozen=True)
class Server:
    """A running server: its address, its log file, its process, how long it took to serve."""

    address: str
    log: Path
    process: subprocess.Popen[str]
    seconds: float


@contextmanager
def serving(home: Path, scratch: Path, module: str = "ui", more: Sequence[str] = ()) -> Iterator[Server]:
    """Run `python -m ui` (or another module, with more options) on a free port with its data in `home` and temporary files in `scratch`."""
    log = scratch / "server.log"
    (scratch / "tmp").mkdir(exist_ok=True)
    environment = os.environ | {
        "NIANGJIA_HOME": str(home),
        "TMPDIR": str(scratch / "tmp"),
        "HOME": str(scratch / "tmp"),
        "PYTHONIOENCODING": "utf-8",
    }
    started = time.monotonic()
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", "0", "--rate", "1000", *more],  # one address asks for all tests
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            text=True,
        )
        try:
            yield Server(_address(process, log), log, process, time.monotonic() - started)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"http://\S+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")
