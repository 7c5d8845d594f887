"""Make a quiz: drafts of every family in turn, each checked before it is taken."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, cycle

from documents.region import Region
from index.chunk import Chunk
from rag.answer import Assistant
from rag.desk.errors import BadWish
from rag.desk.quiz import beliefs, blanks, leaves, lists, rows
from rag.desk.quiz.check import check_item
from rag.desk.quiz.ground import Ground
from rag.desk.quiz.item import Draft, Item, Kind

MOST = 20
# Of so many items of a quiz, how many are single choice, multiple choice and to be judged.
SHARES = {Kind.SINGLE: 5, Kind.MULTIPLE: 2, Kind.JUDGE: 3}


def make_quiz(
    assistant: Assistant, ground: Sequence[Chunk], place: tuple[Region, ...], day: date, count: int, seed: int
) -> tuple[Item, ...]:
    """Make a quiz on what some provisions say.

    Parameters: the assistant over the open index; the provisions that the quiz is about; the places (none: the nation only) and
    the day whose rules hold; how many items, 1 to 20; a seed (equal input gives equal output). Returns that many items, or
    fewer where there is no more without doubt. Raises BadWish for a count that is out of range.
    """
    if not 1 <= count <= MOST:
        raise BadWish(f"测验的题数要在1到{MOST}之间，现在是{count}。请改一个数。")
    chance = random.Random(seed)
    about = Ground(assistant, tuple(ground), place, day)
    families = _families(about, chance)
    taken = _Taken(assistant, place, day, chance)
    for kind in chain(_order(_wanted(count)), cycle(SHARES)):
        if len(taken.items) == count or not families:
            break
        if kind in families and not taken.one_of(families[kind]):
            del families[kind]
    return tuple(taken.items)


@dataclass(slots=True)
class _Taken:
    """The items taken so far, what they rest on, and where their right options stand."""

    assistant: Assistant
    place: tuple[Region, ...]
    day: date
    chance: random.Random
    items: list[Item] = field(default_factory=list)
    facts: set[str] = field(default_factory=set)
    spots: Counter[int] = field(default_factory=Counter)

    def one_of(self, families: list[Iterator[Draft]]) -> bool:
        """Take one more item of a kind, its families in turn, one without fault and on other facts; whether there was any."""
        while families:
            family = families.pop(0)
            draft = next(family, None)
            if draft is None:
                continue
            families.append(family)
            if self.facts & draft.facts:
                continue
            item = draft.item(self.chance, self.spots)
            if check_item(self.assistant, item, self.place, self.day):
                continue
            self.items.append(item)
            self.facts |= draft.facts
            self.spots.update(item.right if item.kind is Kind.SINGLE else ())
            return True
        return False


def _families(ground: Ground, chance: random.Random) -> dict[Kind, list[Iterator[Draft]]]:
    """The sources of drafts of each kind, the better ones first; each has its own stream of chance."""

    def stream() -> random.Random:
        return random.Random(chance.random())

    return {
        Kind.SINGLE: [
            leaves.drafts(ground, stream()),
            rows.drafts(ground, stream()),
            blanks.drafts(ground, stream()),
        ],
        Kind.MULTIPLE: [lists.drafts(ground, stream()), beliefs.statements(ground, stream())],
        Kind.JUDGE: [
            beliefs.judged(ground, stream()),
            beliefs.lawful(ground, stream()),
            blanks.swapped(ground, stream()),
        ],
    }


def _wanted(count: int) -> dict[Kind, int]:
    whole = sum(SHARES.values())
    wanted = {kind: count * share // whole for kind, share in SHARES.items()}
    for kind in list(SHARES)[: count - sum(wanted.values())]:
        wanted[kind] += 1
    return wanted


def _order(wanted: dict[Kind, int]) -> list[Kind]:
    """The kinds in turn, as often as they are wanted."""
    left, order = dict(wanted), []
    while any(left.values()):
        for kind in left:
            if left[kind]:
                order.append(kind)
                left[kind] -= 1
    return order
