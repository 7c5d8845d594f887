"""From a thumb on the page to the store: only what she agreed to, and masked before it leaves this room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rag.model import Answer
from rag.understand.privacy import mask
from ui.ask import words
from ui.ask.actions import LONGEST_SAID
from ui.store.feedback import Complaint


def complaint(asked: str, answer: Answer, data: Mapping[str, Any]) -> Complaint:
    """Make a complaint of what the page sent.

    Parameters: the question as typed, its answer, the page's data (`good`; `reason`, a place in the list of reasons; `said`;
    `keep`, her tick that the question may stay). Whatever else the data holds is not looked at.
    """
    good = data.get("good") is True
    place = data.get("reason")
    known = isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(words.REASONS)
    said = data.get("said") if not good else ""
    return Complaint(
        good=good,
        reason="" if good or not known else words.REASONS[int(str(place))],
        status=str(answer.status),
        topics=answer.question.topics if answer.question else (),
        province=province(answer),
        citations=tuple(dict.fromkeys(f"{c.document_id}#{c.article}" for c in answer.citations)),
        question=mask(asked)[0] if data.get("keep") is True else "",
        said=mask(said[:LONGEST_SAID].strip())[0] if isinstance(said, str) else "",
        when=datetime.now().astimezone(),
    )


def province(answer: Answer) -> str:
    """The first province that a question is about, '' where none is known."""
    regions = answer.question.regions if answer.question else ()
    return regions[0].province if regions else ""
