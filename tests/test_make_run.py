"""`make run`, the README's first command: it sets up what is missing and serves the page at the address it prints."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="needs make: apt-get install make")
def test_make_run_serves_the_page(tmp_path: Path) -> None:
    port = free_port()
    environment = os.environ | {"NIANGJIA_HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        assert wait(f"http://127.0.0.1:{port}/", 300)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        printed = process.communicate(timeout=30)[0].decode("utf-8", "replace")
    assert f"http://127.0.0.1:{port}" in printed
    assert (tmp_path / "index" / "manifest.json").is_file()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(address: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return False
