"""Extract files in worker processes with limits of time and memory: a hostile file can break its worker, not the program."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from documents.errors import NeedsRecognition, UnreadableFile
from documents.formats.extract import Extract

# Told before each file is waited for: (its name, files done, files in all).
Watch = Callable[[str, int, int], None]
_VERSION = 1  # of what readers make of a file; a cache written by another version is not used
_MEMORY = 3_500_000_000
_SECONDS = 60.0
_BYTES_A_SECOND = 4_000  # a scanned page has 50 KB and more, and may take 12 s on a slow machine
_LONGEST = 3_600.0
_FEW = 3


@dataclass(frozen=True, slots=True)
class Cache:
    """Extracted texts kept between readings, by the sha256 of the file: `folder/<sha256>.json`."""

    folder: Path

    def get(self, digest: str) -> Extract | None:
        """Return what was extracted from a file of this digest, None where nothing usable is kept."""
        try:
            row = json.loads((self.folder / f"{digest}.json").read_text(encoding="utf-8"))
            if row.pop("version") != _VERSION:
                return None
            return Extract(**{**row, "pages": tuple(row["pages"]), "notes": tuple(row["notes"])})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None  # missing, half written by a crash or of another version: extracted again

    def put(self, digest: str, extract: Extract) -> None:
        """Keep an extract, whole or not at all; nothing where there is no room or no right: it only saves reading it again."""
        temporary = self.folder / f".{secrets.token_hex(6)}"
        row = json.dumps({"version": _VERSION, **asdict(extract)}, ensure_ascii=False)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary.write_text(row, encoding="utf-8", errors="surrogatepass")
            temporary.replace(self.folder / f"{digest}.json")
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def file_digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def extract_files(
    paths: Iterable[Path], cache: Cache | None = None, watch: Watch | None = None
) -> dict[Path, Extract | UnreadableFile]:
    """Extract files, several at a time; character recognition one file at a time, since it needs much memory.

    Returns for each file its text or the error that says why there is none.
    """
    results: dict[Path, Extract | UnreadableFile] = {}
    todo: list[tuple[Path, str]] = []
    for path in paths:
        try:
            digest = file_digest(path) if cache else ""
        except OSError as error:
            results[path] = UnreadableFile(f"「{path.name}」打不开（{error.strerror}）。请检查文件和权限。")
            continue
        if cache and (kept := cache.get(digest)):
            results[path] = kept
        else:
            todo.append((path, digest))
    scanned = _pass(todo, cache, watch, results, recognise=False)
    _pass(scanned, cache, watch, results, recognise=True)
    return results


def _pass(
    todo: list[tuple[Path, str]],
    cache: Cache | None,
    watch: Watch | None,
    results: dict[Path, Extract | UnreadableFile],
    recognise: bool,
) -> list[tuple[Path, str]]:
    """Extract `todo` into `results`; returns what has pages that must be recognised first."""
    if not todo:
        return []
    from multiprocessing import get_context

    from pebble import ProcessPool

    left = []
    workers = 1 if recognise or len(todo) <= _FEW else max(1, min(os.cpu_count() or 1, 8))
    with ProcessPool(max_workers=workers, context=get_context("spawn"), initializer=_limit_memory) as pool:
        futures: list[Future[Extract]] = [
            pool.schedule(_work, args=[str(path), recognise], timeout=time_limit(path)) for path, _ in todo
        ]
        for done, ((path, digest), future) in enumerate(zip(todo, futures, strict=True)):
            if watch:
                watch(path.name, done, len(todo))
            try:
                results[path] = extract = future.result()
                if cache:
                    cache.put(digest, extract)
            except NeedsRecognition:
                left.append((path, digest))
            except BaseException as error:
                if not isinstance(error, Exception):
                    pool.stop()  # type: ignore[no-untyped-call]
                    raise
                results[path] = _fault(path, error)
    return left


def time_limit(path: Path) -> float:
    """Return the seconds that one file may take: a minute, and more for what may be many scanned pages."""
    return min(_LONGEST, _SECONDS + path.stat().st_size / _BYTES_A_SECOND)


def _fault(path: Path, error: Exception) -> UnreadableFile:
    """Say in one sentence what stopped a worker."""
    from pebble import ProcessExpired

    if isinstance(error, UnreadableFile):
        return error
    if isinstance(error, TimeoutError):
        return UnreadableFile(
            f"「{path.name}」读了 {time_limit(path):.0f} 秒还没有读完，已停下，没有收入。请拆成小一些的文件。"
        )
    if isinstance(error, (MemoryError, ProcessExpired)):
        return UnreadableFile(
            f"「{path.name}」需要的内存太多，或读的时候程序中断了，没有收入。请拆小或另存为 docx 再试。"
        )
    return UnreadableFile(
        f"「{path.name}」的内容和它的格式不符，读不了（{type(error).__name__}）。请用原来的软件打开，另存一份再试。"
    )


def _work(path: str, recognise: bool) -> Extract:
    from documents.formats.dispatch import extract

    return extract(Path(path), recognise)


def _limit_memory() -> None:
    """Cap a worker's address space where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
