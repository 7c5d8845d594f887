"""What somebody said about an answer, as the page hands it to the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Complaint:
    """A thumb with its reason. `question` and `said` are '' unless she agreed that they are kept; both arrive masked."""

    good: bool
    reason: str
    status: str
    topics: tuple[str, ...]
    province: str
    citations: tuple[str, ...]
    question: str = ""
    said: str = ""
    when: datetime | None = field(default=None)


class Feedback(Protocol):
    """Where complaints and questions asked in vain go; nothing is kept where keeping is off."""

    @property
    def keeping(self) -> bool:
        """Whether this installation keeps anything."""
        ...

    def complain(self, complaint: Complaint) -> None:
        """Keep a complaint."""
        ...

    def unanswered(self, topics: tuple[str, ...], province: str, status: str, question: str = "") -> None:
        """Count a question that got no answer; `question` only where she agreed."""
        ...
