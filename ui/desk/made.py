"""Files made to be taken away at once: kept in memory for an hour, for the account that made them, and never on the disk."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rag.desk.paper import Paper

KEPT = 3600.0  # seconds
MOST = 24  # files of all accounts
_NAME = "paper"


@dataclass(frozen=True, slots=True)
class File:
    """A file to be taken away: whose it is, its name with its ending, its bytes, when it was made."""

    account: str
    name: str
    data: bytes
    when: float


class Made:
    """Holds files under ids that nobody can guess."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._files: OrderedDict[str, File] = OrderedDict()

    def keep(self, account: str, name: str, data: bytes) -> str:
        """Keep a file for an account. Returns its id; the oldest goes where there are too many."""
        one = secrets.token_urlsafe(18)
        with self._lock:
            self._forget()
            self._files[one] = File(account, name, data, self._clock())
            while len(self._files) > MOST:
                self._files.popitem(last=False)
        return one

    def get(self, account: str, one: str) -> File | None:
        """A file by its id; None where it is gone or another's."""
        with self._lock:
            self._forget()
            found = self._files.get(one)
        return found if found is not None and found.account == account else None

    def _forget(self) -> None:
        old = self._clock() - KEPT
        for one in [one for one, file in self._files.items() if file.when < old]:
            del self._files[one]


def written(write: Callable[[Paper, Path], None], paper: Paper) -> bytes:
    """What a writer of papers makes of one, as bytes; the file that it goes through is gone afterwards. Raises DeskError."""
    with tempfile.TemporaryDirectory(prefix="niangjia-desk-") as folder:
        path = Path(folder) / _NAME
        write(paper, path)
        return path.read_bytes()


made = Made()
