"""Files that were dropped on the page and not taken in yet: read, shown, and then taken in or thrown away, each apart."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from documents.catalog import read_catalog
from documents.formats.workers import Cache, Watch, file_digest
from documents.model import Document
from documents.own import CATALOG_NAME, Added, add
from documents.read import Source, read_sources, unpacked
from ui.admin import words

_LONGEST_NAME = 100
_MOST = 500  # files on the tray


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file as read: its documents, or why there are none; `present` names the file of the library with this content."""

    id: str
    name: str
    path: Path
    digest: str
    documents: tuple[Document, ...] = ()
    remarks: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    present: str = ""

    @property
    def usable(self) -> bool:
        """Whether it can be taken in."""
        return bool(self.documents) and not self.present


class Tray:
    """Holds what was dropped in a folder of its own, which goes when the program ends."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = Path(tempfile.mkdtemp(prefix="niangjia-tray-"))  # only its owner may look into it
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._held: dict[str, Candidate] = {}
        self._lock = threading.Lock()

    def stage(self, files: Iterable[tuple[Path, str]], watch: Watch | None = None) -> list[Candidate]:
        """Read uploaded files, given with the names they came with; a zip gives one candidate a file in it.

        The files are moved away from where they lie. Returns candidates in the order of the files.
        """
        candidates, faults = self._moved(files)
        reading = read_sources([Source(c.path, f"{c.id}/{c.name}") for c in candidates], Cache(self._extracts), watch)
        known = self._known()
        read = [
            replace(
                c,
                documents=tuple(d for d in reading.documents if d.path == f"{c.id}/{c.name}"),
                remarks=tuple(reading.remarks.get(f"{c.id}/{c.name}", ())),
                faults=tuple(p.message for p in reading.problems if p.path == f"{c.id}/{c.name}"),
                present=known.get(c.digest, ""),
            )
            for c in candidates
        ]
        with self._lock:
            self._held.update({c.id: c for c in read if c.usable})
        for unusable in (c for c in read if not c.usable):
            self._remove(unusable)
        return read + faults

    def _moved(self, files: Iterable[tuple[Path, str]]) -> tuple[list[Candidate], list[Candidate]]:
        """Move uploads into folders of their own; unpack zips. Returns what can be read and what cannot."""
        moved: list[Candidate] = []
        faults: list[Candidate] = []
        for path, given in files:
            own, name = secrets.token_hex(6), plain_name(given)
            target = self._folder / own / name
            target.parent.mkdir()
            shutil.move(path, target)
            sources, problems = unpacked([Source(target, name)], target.parent / "members")
            faults += [Candidate(own, name, target, "", faults=(problem.message,)) for problem in problems]
            for source in sources:
                moved.append(Candidate(secrets.token_hex(6), source.name, source.path, file_digest(source.path)))
        over = max(0, len(moved) + len(self._held) - _MOST)
        too_many = [
            replace(c, faults=(words.TRAY_FULL.format(name=c.name, most=_MOST),)) for c in moved[-over:] if over
        ]
        return moved[: len(moved) - over], faults + too_many

    @property
    def _extracts(self) -> Path:
        return self._folder / "extracted"

    def _known(self) -> dict[str, str]:
        """Paths of the files that the library has, by their content."""
        catalog = self._home / CATALOG_NAME
        rows = read_catalog(catalog) if catalog.is_file() else ()
        return {r.sha256: r.path for r in rows if r.sha256 and (self._home / "documents" / r.path).is_file()}

    def held(self, ids: Iterable[str]) -> list[Candidate]:
        """Return candidates by their ids; what is no longer there is passed over."""
        with self._lock:
            return [self._held[one] for one in ids if one in self._held]

    def take_in(self, ids: Iterable[str], watch: Watch | None = None) -> Added:
        """Take candidates into the library, with what was read of them. Raises BusyLibrary or CatalogError; then nothing is lost."""
        chosen = self.held(ids)
        (self._home / "extracted").mkdir(parents=True, exist_ok=True)
        for c in chosen:  # what took minutes to recognise is not recognised twice
            if (kept := self._extracts / f"{c.digest}.json").is_file():
                shutil.copyfile(kept, self._home / "extracted" / kept.name)
        added = add([self._placed(c) for c in chosen], self._home, watch)
        self.drop(c.id for c in chosen)
        return added

    def _placed(self, candidate: Candidate) -> Path:
        """Where a candidate is taken from: what came in a zip keeps its folders, whose names may tell its region."""
        parts = [plain_name(part) for part in candidate.name.split("/")]
        if len(parts) == 1:
            return candidate.path
        root = self._folder / "taking" / candidate.id
        target = root.joinpath(*parts)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(candidate.path)
        return root / parts[0]

    def drop(self, ids: Iterable[str]) -> None:
        """Throw candidates away."""
        for candidate in self.held(ids):
            with self._lock:
                self._held.pop(candidate.id, None)
            self._remove(candidate)

    def _remove(self, candidate: Candidate) -> None:
        candidate.path.unlink(missing_ok=True)
        shutil.rmtree(self._folder / "taking" / candidate.id, ignore_errors=True)
        (self._extracts / f"{candidate.digest}.json").unlink(missing_ok=True)


def plain_name(given: str) -> str:
    """Make a file name of what a browser called a file: no folders, no signs that file systems refuse, not too long."""
    name = PurePath(given.replace("\\", "/")).name
    name = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\u202a-\u202e\u2066-\u2069]", "_", name).strip(" .")
    pure = PurePath(name or words.NO_NAME)
    return pure.stem[: _LONGEST_NAME - len(pure.suffix[:20])] + pure.suffix[:20]
