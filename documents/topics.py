"""Topic-to-provision rows (`rules/topics.csv`): for what a worker asks about, her rights, what to do, whom to call."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Purpose(StrEnum):
    """What a provision is for under a topic."""

    RIGHT = "权利"
    STEP = "下一步"
    EVIDENCE = "证据"
    HELP = "求助"
    DEADLINE = "时限"


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One provision, named by `title` and `article`, that a topic points at; `order` counts from 1 within a purpose."""

    topic: str
    purpose: Purpose
    title: str
    article: str
    order: int


@cache
def topic_rows() -> tuple[TopicRow, ...]:
    """Read all rows, in the order of the file.

    Raises ValueError where a row names no known purpose or its order is no number.
    """
    text = (files("documents") / "rules" / "topics.csv").read_text(encoding="utf-8")
    return tuple(
        TopicRow(row["topic"], Purpose(row["purpose"]), row["title"], row["article"], int(row["order"]))
        for row in csv.DictReader(text.splitlines())
    )


def topics() -> tuple[str, ...]:
    """Return the fixed vocabulary of topics, in the order of the file."""
    return tuple(dict.fromkeys(row.topic for row in topic_rows()))


def provisions_for(topic: str, purpose: Purpose) -> tuple[TopicRow, ...]:
    """Return a topic's rows for one purpose, the first to be told first; empty where the topic is not in the vocabulary."""
    rows = (row for row in topic_rows() if (row.topic, row.purpose) == (topic, purpose))
    return tuple(sorted(rows, key=lambda row: row.order))
