"""Two who change one index at the same moment: one does it, the other is told who has the turn; no dead one's lock stands in the way."""

from __future__ import annotations

import errno
import fcntl
import json
import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import time
import warnings
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import index.publish
from index.build import build_documents
from index.errors import IndexBusy, IndexRoomError
from index.publish import being_changed, release, take, turn
from index.search import SearchIndex, open_index
from index.store import load
from rag import Assistant
from tests.faults.conftest import NEW, OLD
from tests.index.conftest import ToyEncoder
from tests.ui.serving import ROOT
from ui.admin.rebuild import Rebuild
from ui.live import Live

HOLDER = f"从 {datetime.now():%H}:"
ELSEWHERE = {"who": "李娟", "since": "09:30（2026-11-20）", "process": 1, "computer": "省总工会二号机"}


def held(folder: Path, ready: Connection) -> None:
    """Hold the turn until killed."""
    with turn(folder, "王芳"):
        ready.send(os.getpid())
        time.sleep(600)


def builds(folder: Path, go: Connection, said: Connection) -> None:
    """Wait for the word, build, and say what came of it."""
    encoder = ToyEncoder()
    said.send("ready")
    go.recv()
    try:
        build_documents(NEW, folder, encoder)
        said.send("")
    except IndexRoomError as error:
        said.send(str(error))


def titles(folder: Path) -> list[str]:
    return sorted({chunk.card.title for chunk in SearchIndex(load(folder), ToyEncoder()).chunks})


def test_the_lock_of_a_killed_process_does_not_stand_in_the_way(folder: Path) -> None:
    build_documents(OLD, folder, ToyEncoder())
    here, there = multiprocessing.Pipe()
    other = multiprocessing.get_context("spawn").Process(target=held, args=(folder, there))
    other.start()
    number = here.recv()
    said = f"「王芳」（进程 {number}）{HOLDER}.*在电脑「{platform.node()}」上"
    with pytest.raises(IndexBusy, match=said):
        build_documents(NEW, folder, ToyEncoder())
    assert being_changed(folder)
    os.kill(number, signal.SIGKILL)
    other.join()
    assert (folder / ".lock").exists()
    assert (folder / ".holder.json").exists()
    assert not being_changed(folder)
    build_documents(NEW, folder, ToyEncoder())
    assert titles(folder) == ["乙市规定", "甲市规定"]
    assert not (folder / ".holder.json").exists()


def test_what_a_computer_left_that_was_switched_off(folder: Path) -> None:
    build_documents(OLD, folder, ToyEncoder())
    (folder / ".holder.json").write_text(json.dumps(ELSEWHERE), encoding="utf-8")
    build_documents(NEW, folder, ToyEncoder())
    assert titles(folder) == ["乙市规定", "甲市规定"]


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_who_holds_it_on_another_computer_is_named_and_keeps_it(folder: Path) -> None:
    """A file server lets one host's flock stand against all others'; here another open file stands for the other host."""
    build_documents(OLD, folder, ToyEncoder())
    (folder / ".holder.json").write_text(json.dumps(ELSEWHERE), encoding="utf-8")
    with (folder / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for old in (0, 400 * 24 * 3600):  # no lock is stolen for its age
            os.utime(folder / ".lock", (time.time() - old, time.time() - old))
            with pytest.raises(IndexBusy, match="「李娟」.*09:30（2026-11-20）.*电脑「省总工会二号机」"):
                build_documents(NEW, folder, ToyEncoder())
        assert titles(folder) == ["甲市规定"]
    build_documents(NEW, folder, ToyEncoder())


@pytest.mark.skipif(os.name == "nt", reason="flock")
def test_a_file_server_without_locks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a file marks who has the turn; another computer's is not taken away, whether that still runs or not."""

    def missing(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    folder.mkdir()
    monkeypatch.setattr(fcntl, "flock", missing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lock = take(folder, "王芳")
        with pytest.raises(IndexBusy, match="「王芳」"), turn(folder, "李娟"):
            pass
        release(folder, lock)
        with turn(folder, "李娟"):
            pass
        (folder / ".lock").write_text("1\nanother-computer\n", encoding="utf-8")
        (folder / ".lock").chmod(0o600)
        with pytest.raises(IndexBusy), turn(folder, "李娟"):
            pass
        assert (folder / ".lock").read_text(encoding="utf-8").startswith("1\nanother-computer")


def test_an_index_in_use_is_not_swept_by_its_own_failing_builder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_documents(OLD, folder, ToyEncoder())

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt  # just after the manifest was put in place

    monkeypatch.setattr(index.publish, "_sweep", stopped)
    with pytest.raises(KeyboardInterrupt):
        build_documents(NEW, folder, ToyEncoder())
    monkeypatch.undo()
    assert titles(folder) == ["乙市规定", "甲市规定"]
    build_documents(OLD, folder, ToyEncoder())


@pytest.mark.slow
def test_many_pairs_start_in_the_same_moment(folder: Path) -> None:
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload(["tests.faults.test_builders"])
    turned_away = 0
    for _ in range(12):
        pairs = []
        for _ in range(2):
            (go, going), (said, saying) = multiprocessing.Pipe(), multiprocessing.Pipe()
            process = spawn.Process(target=builds, args=(folder, going, saying))
            process.start()
            pairs.append((process, go, said))
        assert all(said.recv() == "ready" for _, _, said in pairs)
        for _, go, _ in pairs:
            go.send("go")
        results = [said.recv() for _, _, said in pairs]
        for process, _, _ in pairs:
            process.join()
        assert "" in results, results
        for told in filter(None, results):
            turned_away += 1
            assert "python -m index build" in told, told
            assert f"在电脑「{platform.node()}」上" in told
        assert titles(folder) == ["乙市规定", "甲市规定"]
        assert len(list(folder.glob("g-*"))) <= 2
    print(f"{turned_away} of 24 builders were turned away")


@pytest.mark.slow
def test_two_commands_and_the_page_at_once(
    tmp_path: Path, library_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real command, twice in the same moment, and once while the page's rebuild runs."""
    import shutil

    folder = tmp_path / "index"
    shutil.copytree(library_index, folder)
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    command = [sys.executable, "-m", "index", "build"]
    kwargs = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    both = [subprocess.Popen(command, **kwargs) for _ in range(2)]  # type: ignore[call-overload]
    said = [process.communicate()[0] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 2]), said
    assert all("python -m index build" in told for told, process in zip(said, both, strict=True) if process.returncode)
    live = Live(Assistant(open_index(folder)))
    rebuild = Rebuild(live, folder)
    rebuild.start("王芳")
    turned = subprocess.run([*command, "--out", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert turned.returncode == 2
    assert "「王芳」（进程" in turned.stderr
    assert platform.node() in turned.stderr
    end = time.monotonic() + 120
    while rebuild.progress.running and time.monotonic() < end:
        time.sleep(0.1)
    assert rebuild.progress.done, rebuild.progress
    assert open_index(folder).chunks
