"""What rests on which provisions: lessons and approved answers name them here, so that a changed law can name them.

HOME/resting/KIND.jsonl   one row a thing and provision: {"name", "title", "article", "digest"}; `digest` is of the provision's text then.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from documents.disk import put_text
from documents.errors import UnreadableFile

KINDS = {"lessons": "备课包", "approved": "审定答案"}


@dataclass(frozen=True, slots=True)
class Rest:
    """A thing (a pack's folder, an approved question) and one provision that it rests on."""

    name: str
    title: str
    article: str
    digest: str


def text_digest(text: str) -> str:
    """The sha256 of a provision's text without its white space, as hex."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def rests(home: Path, kind: str) -> tuple[Rest, ...]:
    """Read what of a kind rests on provisions; nothing where nothing was recorded.

    What is gone (a pack deleted by hand, or noted and then never put there) is left out.
    Parameters: the user's folder, a key of KINDS. Raises UnreadableFile naming file and row.
    """
    there = _all(home, kind)
    return tuple(rest for rest in there if not _gone(Path(rest.name))) if kind == "lessons" else there


def record(home: Path, kind: str, name: str, provisions: Iterable[tuple[str, str, str]], more: bool = False) -> None:
    """Write down anew on which provisions (title, article, digest) a thing rests; none: it is forgotten.

    With `more` those that it rests on already stay beside them. Raises OSError, and UnreadableFile naming file and row.
    """
    path = _path(home, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=10):
        there = _all(home, kind)
        kept = [rest for rest in there if rest.name != name]
        new = [Rest(name, *provision) for provision in provisions]
        old = [rest for rest in there if rest.name == name and rest not in new] if more else []
        rows = [*kept, *old, *new]
        put_text(path, "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows))


def _gone(pack: Path) -> bool:
    """Whether a pack's folder is no longer there though the folder around it is: a disk that is not plugged in forgets nothing."""
    return pack.is_absolute() and pack.parent.is_dir() and not os.path.lexists(pack)


def _path(home: Path, kind: str) -> Path:
    return home / "resting" / f"{kind}.jsonl"


def _all(home: Path, kind: str) -> tuple[Rest, ...]:
    path = _path(home, kind)
    return tuple(_read(path)) if path.is_file() else ()


def _read(path: Path) -> Iterator[Rest]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            row = json.loads(line)
            yield Rest(*(str(row[name]) for name in ("name", "title", "article", "digest")))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableFile(
                f"「{path}」第{number}行读不了：请删去这一行，或重新做一次备课包、重新审定。"
            ) from error
