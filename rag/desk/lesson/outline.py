"""How long each section of a lesson takes: whole minutes that add up to what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.desk.lesson.model import Case, Look, Part, Point

# How much of the time a section takes: one thing of it, against one teaching point.
_WEIGHTS = {
    Look.OPENING: 1.0,
    Look.POINTS: 1.0,
    Look.CASES: 1.4,
    Look.MYTHS: 0.5,
    Look.UNION: 0.5,
    Look.QUIZ: 0.4,
    Look.CLOSING: 0.7,
}


def outline(
    minutes: int, points: Sequence[Point], cases: Sequence[Case], myths: int, duties: int, items: int
) -> tuple[Part, ...]:
    """Lay the sections out; each has at least a minute, and all of them together exactly `minutes`."""
    topics = tuple(dict.fromkeys(point.topic for point in points))
    parts: list[tuple[Part, float]] = [(Part(Look.OPENING, "开场：为什么讲、讲什么", 0), 1)]
    parts += [
        (Part(Look.POINTS, f"要点：{topic}", 0, topic), sum(p.topic == topic for p in points)) for topic in topics
    ]
    parts += [(Part(Look.CASES, "案例讨论", 0), len(cases))] if cases else []
    parts += [(Part(Look.MYTHS, "常见误解", 0), myths)] if myths else []
    parts += [(Part(Look.UNION, "工会做什么", 0), duties)] if duties else []
    parts += [(Part(Look.QUIZ, "小测验", 0), items)] if items else []
    parts.append((Part(Look.CLOSING, "收尾：找谁、打哪个电话", 0), 1))
    shares = [count * _WEIGHTS[part.look] for part, count in parts]
    return tuple(replace(part, minutes=n) for (part, _), n in zip(parts, divided(minutes, shares), strict=True))


def divided(total: int, shares: Sequence[float]) -> list[int]:
    """Divide a whole number by shares into whole numbers of at least 1 that add up to it (largest remainders)."""
    free = total - len(shares)
    exact = [free * share / sum(shares) for share in shares]
    whole = [int(value) for value in exact]
    by_rest = sorted(range(len(shares)), key=lambda n: (whole[n] - exact[n], n))
    for n in by_rest[: free - sum(whole)]:
        whole[n] += 1
    return [value + 1 for value in whole]
