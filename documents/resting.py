"""What rests on which provisions: lessons and approved answers name them here, so that a changed law can name them.

HOME/resting/KIND.jsonl   one row a thing and provision: {"name", "title", "article", "digest"}; `digest` is of the provision's text then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

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

    Parameters: the user's folder, a key of KINDS. Raises UnreadableFile naming file and row.
    """
    path = _path(home, kind)
    return tuple(_read(path)) if path.is_file() else ()


def record(home: Path, kind: str, name: str, provisions: Iterable[tuple[str, str, str]]) -> None:
    """Write down anew on which provisions (title, article, digest) a thing rests; none: it is forgotten."""
    path = _path(home, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=10):
        kept = [rest for rest in rests(home, kind) if rest.name != name]
        rows = [*kept, *(Rest(name, *provision) for provision in provisions)]
        new = path.with_suffix(".new")
        new.write_text(
            "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows), encoding="utf-8", newline="\n"
        )
        new.replace(path)


def _path(home: Path, kind: str) -> Path:
    return home / "resting" / f"{kind}.jsonl"


def _read(path: Path) -> Iterator[Rest]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            yield Rest(*(str(row[name]) for name in ("name", "title", "article", "digest")))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableFile(f"{path}第{number}行读不了：请删去这一行，或重新做一次备课包、重新审定。") from error
