"""What a rule computed for one question: sentence, status, sources, and the phrases that may be said because of it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.model import Status


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A computed answer before it is cited.

    `sources` are (title, article, figures that must stand there): without each of them in the index nothing is said. `phrases`
    are the exact words with computed figures; the gate computes them again and lets only them pass. `steps` tell what to
    do and what changes the result.
    """

    status: Status
    conclusion: str
    sources: tuple[tuple[str, str, frozenset[str]], ...]
    phrases: tuple[str, ...]
    steps: tuple[str, ...] = ()
