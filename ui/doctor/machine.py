"""Checks of the machine and the installation: Python, packages, disk, folder, variables, port, clock, optional parts."""

from __future__ import annotations

import importlib
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from ui.doctor import words
from ui.doctor.finding import Finding, bad, fine, look
from ui.errors import UiError

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
PREFIX = "NIANGJIA_"
KNOWN = (
    "NIANGJIA_DATABASE_URL",
    "NIANGJIA_HOME",
    "NIANGJIA_LLM_API_KEY",
    "NIANGJIA_LLM_BASE_URL",
    "NIANGJIA_LLM_MODEL",
    "NIANGJIA_LOG",
    "NIANGJIA_METRICS_TOKEN",
    "NIANGJIA_MILVUS_TOKEN",
)
NEEDED, LITTLE = 0.5, 2.0  # gigabytes: for a build beside the index in use; what soon runs out
_GB = 2**30
# What a package is imported as, where that is not its name with _ for -.
_IMPORTED = {"faiss-cpu": "faiss", "python-docx": "docx", "python-pptx": "pptx"}
# Too slow to import for a look; that they can be found must do.
_SLOW = {"torch", "gradio", "sentence-transformers", "langchain", "langchain-core"}
_BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
_AHEAD = timedelta(minutes=10)


def python() -> Iterator[Finding]:
    """Is Python new enough?"""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        yield bad(words.PYTHON, words.OLD_PYTHON.format(version=version), words.MEND_PYTHON)
    else:
        yield fine(words.PYTHON, version)


def packages() -> Iterator[Finding]:
    """Are the core packages there, within the bounds of pyproject.toml, and can they be imported?"""
    from packaging.requirements import Requirement

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    missing, unsuitable = [], []
    for requirement in map(Requirement, wanted):
        name = requirement.name
        try:
            version = metadata.version(name)
            _import(name)
        except ImportError:  # PackageNotFoundError is one
            missing.append(name)
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            unsuitable.append(f"{name} {version}（要 {requirement.specifier}）")
    for found, sentence in ((missing, words.MISSING), (unsuitable, words.UNSUITABLE)):
        if found:
            yield bad(words.PACKAGES, sentence.format(names="、".join(found)), words.INSTALL)
    if not missing and not unsuitable:
        yield fine(words.PACKAGES, words.ALL_THERE.format(count=len(wanted)))


def _import(name: str) -> None:
    module = _IMPORTED.get(name, name.replace("-", "_"))
    if name not in _SLOW:
        importlib.import_module(module)
    elif find_spec(module) is None:
        raise ModuleNotFoundError(name=module)


def torch() -> Iterator[Finding]:
    """Is it torch for the processor? One for a graphics card works too."""
    try:
        version = metadata.version("torch")
    except metadata.PackageNotFoundError:
        yield bad(words.TORCH, words.NO_TORCH, words.INSTALL)
        return
    cuda = "+cu" in version or any(name.startswith("nvidia-") for name in metadata.requires("torch") or ())
    installed = "+cpu" not in version and cuda and find_spec("nvidia") is not None
    if installed:
        yield look(words.TORCH, words.GPU.format(version=version))
    else:
        yield fine(words.TORCH, words.CPU.format(version=version))


def variables() -> Iterator[Finding]:
    """Are the variables of the environment known, and their values possible?"""
    given = sorted(name for name in os.environ if name.startswith(PREFIX) and not name.startswith(f"{PREFIX}TEST_"))
    found = [*(_unknown(name) for name in given if name not in KNOWN), *_values()]
    yield from found
    if not found:
        told = words.ALL_RIGHT.format(names="、".join(given)) if given else words.NONE_SET
        yield fine(words.VARIABLES, told)


def _unknown(name: str) -> Finding:
    near = get_close_matches(name, KNOWN, 1, 0.8)
    if near:
        return bad(words.VARIABLES, words.TYPO.format(name=name, near=near[0]), words.RENAME)
    return look(words.VARIABLES, words.UNKNOWN.format(name=name), words.RENAME)


def _values() -> Iterator[Finding]:
    """What is wrong with values that are read by what we have: each says so itself."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    from rag.errors import RagError
    from rag.wording import endpoint
    from ui.api.running import read_token
    from ui.logs import read_level
    from ui.store.database import VARIABLE

    for read in (read_level, read_token, endpoint):
        try:
            read()
        except (UiError, RagError) as error:
            yield bad(words.VARIABLES, str(error).rstrip("。"), "")
    try:
        if url := os.environ.get(VARIABLE, "").strip():
            make_url(url).get_dialect()
    except (ArgumentError, ImportError, ValueError):
        yield bad(words.VARIABLES, words.WRONG_URL.format(name=VARIABLE), words.URL_LIKE)


def home_folder() -> Iterator[Finding]:
    """Can the user's folder be written, and by nobody else?"""
    from documents.library import home

    folder = home()
    if not folder.exists() and not folder.is_symlink():
        place = _existing(folder)
        if not place.is_dir() or not os.access(place, os.W_OK):
            yield bad(words.HOME, words.NOT_WRITABLE.format(path=place, reason=""), words.CHECK_RIGHTS)
        else:
            yield look(words.HOME, words.NO_HOME.format(path=folder))
        return
    if not folder.is_dir():
        yield bad(words.HOME, words.HOME_IS_FILE.format(path=folder), words.MOVE_AWAY)
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield bad(words.HOME, words.NOT_WRITABLE.format(path=folder, reason=error.strerror), words.CHECK_RIGHTS)
        return
    yield from _rights(folder)


def _rights(folder: Path) -> Iterator[Finding]:
    store = folder / "store.db"
    others = stat.S_IRWXG | stat.S_IRWXO
    found = []
    if os.name == "posix" and folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        found.append(bad(words.HOME, words.OPEN_TO_WRITE.format(path=folder), words.CLOSE.format(path=folder)))
    if os.name == "posix" and store.exists() and store.stat().st_mode & others:
        found.append(bad(words.HOME, words.OPEN_STORE.format(path=store), words.CLOSE_STORE.format(path=store)))
    yield from found or [fine(words.HOME, words.HOME_FINE.format(path=folder))]


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.absolute().parents) if place.exists())


def disk() -> Iterator[Finding]:
    """Is there room for another index?"""
    from documents.library import home

    free = shutil.disk_usage(_existing(home())).free / _GB
    if free < NEEDED:
        yield bad(words.DISK, words.FULL.format(free=free, need=NEEDED), words.MAKE_ROOM)
    elif free < LITTLE:
        yield look(words.DISK, words.LITTLE.format(free=free), words.MAKE_ROOM)
    else:
        yield fine(words.DISK, words.SPACE.format(free=free))


def clock() -> Iterator[Finding]:
    """Is the clock later than this program and the index?"""
    from index.build import default_folder
    from index.errors import IndexRoomError
    from index.store import read_manifest

    now = datetime.now(UTC)
    shown = now.astimezone().strftime("%Y-%m-%d %H:%M")
    if now < _BEGUN:
        told = words.CLOCK_PAST.format(now=shown, built=_BEGUN.date().isoformat())
        yield bad(words.CLOCK, told, words.SET_CLOCK)
        return
    try:
        built = datetime.fromisoformat(read_manifest(default_folder()).built)
    except (IndexRoomError, ValueError, TypeError):
        built = now  # what is wrong with the index its own check says
    if built > now + _AHEAD:
        when = built.astimezone().strftime("%Y-%m-%d %H:%M")
        yield bad(words.CLOCK, words.INDEX_FUTURE.format(built=when, now=shown), words.SET_CLOCK)
    else:
        yield fine(words.CLOCK, words.CLOCK_FINE.format(now=shown))


def port(number: int) -> Iterator[Finding]:
    """Is the page's port free, or the page itself there?"""
    try:
        with socket.create_server(("127.0.0.1", number)):
            pass
    except (OSError, OverflowError):
        if _ours(number):
            yield fine(words.PORT, words.PORT_OURS.format(port=number))
        else:
            other = number + 1 if 0 < number < 65535 else 7860
            yield bad(words.PORT, words.PORT_TAKEN.format(port=number), words.OTHER_PORT.format(other=other))
        return
    yield fine(words.PORT, words.PORT_FREE.format(port=number))


def _ours(number: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{number}/healthz", timeout=1) as answer:
            return bool(answer.read(3) == b"ok")
    except (OSError, ValueError, urllib.error.URLError):
        return False


def optional() -> Iterator[Finding]:
    """Which parts that not everybody needs are there? None of them is to be mended."""
    from documents.formats.office import INSTALL

    for there, what, use, get in (
        (bool(shutil.which("soffice") or shutil.which("libreoffice")), words.OFFICE, words.OFFICE_FOR, INSTALL),
        (_found("rapidocr") and _found("onnxruntime"), words.OCR, words.OCR_FOR, words.OCR_GET),
        (_found("langchain_openai"), words.MODEL_PART, words.MODEL_FOR, words.MODEL_GET),
        (
            any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
            words.CHROMIUM,
            words.CHROMIUM_FOR,
            words.CHROMIUM_GET,
        ),
        (_chinese_font(), words.FONT, words.FONT_FOR, words.FONT_GET),
    ):
        if there:
            yield fine(words.OPTIONAL, words.HAVE.format(what=f"{what} "))
        else:
            yield look(words.OPTIONAL, words.LACK.format(what=what, use=use), words.NEEDED.format(get=get))


def _found(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False


def _chinese_font() -> bool:
    program = shutil.which("fc-list")
    if program is None:  # Windows and macOS bring their fonts with them
        return sys.platform in ("win32", "darwin")
    done = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False)
    return bool(done.stdout.strip())
