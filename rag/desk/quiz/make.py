"""Make a quiz: drafts of every family in turn, each checked before it is taken."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date

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
    wanted = _wanted(count)
    taken: list[Item] = []
    used: set[str] = set()
    turn = _order(wanted)
    while len(taken) < count and families:
        kind = next((k for k in turn if k in families), next(iter(families)))
        turn = turn[1:] if turn else []
        while families.get(kind):
            family = families[kind].pop(0)
            draft = next(family, None)
            if draft is None:
                continue
            families[kind].append(family)
            if used & draft.facts:
                continue
            item = draft.item(chance)
            if not check_item(assistant, item, place, day):
                taken.append(item)
                used |= draft.facts
                break
        if not families.get(kind):
            families.pop(kind, None)
    return tuple(taken)


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
