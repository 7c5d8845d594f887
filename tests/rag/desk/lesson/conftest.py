"""A few lessons over the shipped library, made once for all tests."""

from datetime import date

import pytest

from documents.region import NATION, parse_region
from rag import Assistant
from rag.desk.lesson import Lesson, Wish, make_lesson

DAY = date(2026, 11, 21)
MADE = (
    ("孕期和产假保护", "河南", 40),
    ("更年期", "江苏", 40),
    ("性骚扰防治", "广东", 30),
    ("退休", "全国", 30),
    ("生育津贴", "浙江", 10),
)


def wish_of(topic: str, place: str = "全国", minutes: int = 40, audience: str = "新任女工干部") -> Wish:
    region = parse_region(place)
    return Wish(topic, () if region == NATION else (region,), minutes, audience, DAY)


@pytest.fixture(scope="session")
def lessons(assistant: Assistant) -> dict[str, Lesson]:
    return {topic: make_lesson(assistant, wish_of(topic, place, minutes)) for topic, place, minutes in MADE}
