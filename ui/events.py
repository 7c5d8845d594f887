"""What an event of a page may bring, held against the pages before Gradio reads it.

Gradio takes what comes: any field may name a file of this computer or an address, which is copied or fetched before a handler is
asked; a visitor may call her session what she likes, and each name is kept; the fields of staff's pages are read for everybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradio import Blocks

EVENT = re.compile(r"/gradio_api/(?:queue/join|run/[^/]+)/?")
MOST_ASKED = 256 * 1024  # bytes of an event of somebody who is not signed in: a question has a quarter of it at most
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What Gradio takes for an empty field; of all other parts it is None.
_EMPTY: dict[str, Any] = {"checkboxgroup": [], "dataframe": {"headers": [], "data": [], "metadata": None}}
_PARTS = ("fn_index", "session_hash", "data", "event_data", "trigger_id")


@dataclass(frozen=True, slots=True)
class Events:
    """The events of all pages: what each holds in its fields where they are empty, which are staff's, and where uploads lie."""

    empty: Mapping[int, Sequence[Any]]
    staff: Collection[int]
    uploads: Path

    def held(self, body: bytes, account: str) -> bytes | None:
        """Hold the body of an event against the pages.

        Parameters: the body; who is signed in, '' for nobody. Returns what Gradio may read: an event of staff's comes with empty
        fields where nobody is signed in, so that its handler only says so. None where no page of ours sends such a thing.
        """
        try:
            event = json.loads(body)
            if not self._ours(event):
                return None
            if event["fn_index"] in self.staff and not account:
                event |= {"data": list(self.empty[event["fn_index"]]), "event_data": None}
            if not all(account and self._uploaded(path) for path in _paths(event)):
                return None
            return json.dumps({part: event[part] for part in _PARTS if part in event}).encode("ascii")
        except (ValueError, RecursionError):
            return None

    def _ours(self, event: Any) -> bool:
        """Whether it is an event of a page: one that there is, in a session with a name as browsers make them."""
        if not isinstance(event, dict) or not isinstance(event.get("data"), list):
            return False
        number, session = event.get("fn_index"), event.get("session_hash")
        known = type(number) is int and number in self.empty
        return known and isinstance(session, str) and _SESSION.fullmatch(session) is not None

    def _uploaded(self, path: object) -> bool:
        """Whether a file's name is that of an upload; a link to elsewhere, or an address, is not."""
        try:
            return isinstance(path, str) and Path(path).resolve().is_relative_to(self.uploads.resolve())
        except (OSError, ValueError):
            return False


def events_of(page: Blocks, staff: Collection[str]) -> Events:
    """Read the events of all pages; `staff` are the paths of those that need sign-in. To be called once the pages are served."""
    from gradio.utils import get_upload_folder

    pages = page.config["page"]
    own = {number for name, held in pages.items() if f"/{name}" in staff for number in held["dependencies"]}
    empty = {number: [_EMPTY.get(field.get_block_name()) for field in fn.inputs] for number, fn in page.fns.items()}
    return Events(empty, own, Path(get_upload_folder()))


def _paths(value: Any) -> Iterator[Any]:
    """The names of all files in a value, as Gradio takes a part of it for a file."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            if "path" in part:
                yield part["path"]
            left += part.values()
        elif isinstance(part, list):
            left += part
