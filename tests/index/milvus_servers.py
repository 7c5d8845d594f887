"""Milvus servers for the tests, that can be killed, held up and started again: milvus-lite in a process of its own, and a real one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from index.errors import EngineUnavailable
from index.milvus import Collection, connect

# milvus 2.3.5 wants an old setuptools, so it may live in an environment of its own.
PROGRAM = os.environ.get("NIANGJIA_MILVUS_SERVER") or str(Path(sys.executable).parent / "milvus-server")
NO_PROGRAM = "pip install milvus==2.3.5 (or name its milvus-server in NIANGJIA_MILVUS_SERVER)"
# A real one takes ports for its parts that nobody can choose: a second one on this computer breaks.
ONE_AT_A_TIME = Path(tempfile.gettempdir()) / "niangjia-milvus-server.lock"
_LITE = "import sys; from milvus_lite.adapter.grpc.server import run_server; run_server(sys.argv[1], '127.0.0.1', int(sys.argv[2]))"


class MilvusServer:
    """A server on a free port with its data in a folder."""

    def __init__(self, folder: Path, real: bool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.place = Collection(f"http://127.0.0.1:{self.port}")
        self._log, data = folder / "milvus.log", str(folder / "milvus")
        real_command = [PROGRAM, "--data", data, "--proxy-port", str(self.port)]
        self._command = real_command if real else [sys.executable, "-c", _LITE, data, str(self.port)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        end = time.monotonic() + 300  # a real one that was killed looks through its data first
        while True:
            try:
                connect(self.place).close()
                return
            except EngineUnavailable:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(self._log.read_text()[-2000:]) from None
                time.sleep(0.2)

    def _processes(self) -> list[psutil.Process]:
        """It and what it started, which a real one puts into a session of its own."""
        assert self._process is not None
        own = psutil.Process(self._process.pid)
        return [*own.children(recursive=True), own]

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self._process is not None:
            for process in self._processes():
                process.kill()
            self._process.wait(30)
            self._process = None

    def pause(self) -> None:
        """Let it answer nothing, with its connections open."""
        for process in self._processes():
            process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        for process in self._processes():
            process.send_signal(signal.SIGCONT)


@contextmanager
def running(folder: Path, real: bool = False) -> Iterator[MilvusServer]:
    """Run a server; skips the test where a real one is wanted and there is none."""
    if real and not Path(PROGRAM).is_file():
        pytest.skip(NO_PROGRAM)
    server = MilvusServer(folder, real)
    with FileLock(ONE_AT_A_TIME) if real else nullcontext():
        try:
            server.start()
            yield server
        finally:
            server.kill()
