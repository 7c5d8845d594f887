"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands: fine, worth a look (it works all the same), to be mended, or the check could not be made."""

    FINE = "ok"
    LOOK = "look"
    BAD = "bad"
    CANNOT = "cannot"


_MARKS = {State.FINE: "✓", State.LOOK: "！", State.BAD: "✗", State.CANNOT: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """The name of the check, how it stands, what was found, and what to do about it ('' where there is nothing to do)."""

    check: str
    state: State
    told: str
    mend: str = ""

    @property
    def line(self) -> str:
        """One line for people."""
        stop = "" if self.told.endswith(("？", "。")) else "。"
        return f"{_MARKS[self.state]} {self.check}：{self.told}{stop + self.mend if self.mend else ''}"


def fine(check: str, told: str) -> Finding:
    """All is well."""
    return Finding(check, State.FINE, told)


def look(check: str, told: str, mend: str = "") -> Finding:
    """It works, and somebody should know."""
    return Finding(check, State.LOOK, told, mend)


def bad(check: str, told: str, mend: str) -> Finding:
    """It is to be mended."""
    return Finding(check, State.BAD, told, mend)
