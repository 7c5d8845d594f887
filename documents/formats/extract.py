"""What a reader of one format gives: the text as `parse` wants it, where pages begin, and what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of one file.

    `text` has one paragraph, heading or table row a line. `pages` are the offsets into `text` at which page 1, 2, … begin
    (empty where the format has no pages). `title` is what the file itself says it is called, which is weaker than its text.
    `notes` are Chinese sentences for the user: what was read with doubt and what was not kept. `scanned` counts the pages
    that were read by character recognition; `confidence` is its mean certainty (0 to 1).
    """

    text: str
    pages: tuple[int, ...] = ()
    title: str = ""
    notes: tuple[str, ...] = ()
    scanned: int = 0
    confidence: float = 1.0
