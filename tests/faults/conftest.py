"""Real small disks, and another user's eyes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.index.conftest import document

OLD = [document("甲市规定", "第一条 产假98天。\n第二条 哺乳时间每天1小时。")]
NEW = [*OLD, document("乙市规定", "第一条 产假158天。")]
NOBODY = 65534
NO_MOUNT = "needs to be root and to be let mount: run the tests as root, in a container with --cap-add SYS_ADMIN"
PAGE = 4096  # bytes that a small disk gives at once


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own in a folder; skips where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size}", "niangjia-test", folder], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip(NO_MOUNT)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an index is built."""
    return tmp_path / "index"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    with mounted(tmp_path / "disk", "2m") as folder:
        yield folder


@pytest.fixture
def small_home(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A disk of 2 MB as the user's folder, the database on it too."""
    monkeypatch.setenv("NIANGJIA_HOME", str(disk))
    monkeypatch.delenv("NIANGJIA_DATABASE_URL", raising=False)
    return disk


@contextmanager
def full(folder: Path, leave: int = 0) -> Iterator[None]:
    """Fill a disk but for some bytes, and make room again."""
    found = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(b"\0" * max(0, found.f_bavail * found.f_frsize - leave))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def another_user() -> Iterator[None]:
    """Go on as a user who is not root, and come back; whoever is not root stays who she is."""
    if os.name == "nt" or not hasattr(os, "seteuid"):
        pytest.skip("needs users: not on Windows")
    root = os.geteuid() == 0
    if root:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
            os.setegid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can go into, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="niangjia-test-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    shutil.rmtree(folder)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run a command's `main`. Returns its exit code and what it printed."""

    def run(main: Callable[[list[str]], int], *given: object) -> tuple[int, str]:
        capsys.readouterr()
        code = main([str(one) for one in given])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out + said.err

    return run
