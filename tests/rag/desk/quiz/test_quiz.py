"""The quiz's promises: the same seed, varied kinds, no fact twice; and a checker that finds planted faults."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from documents.region import parse_region
from rag import Assistant
from rag.desk import BadWish
from rag.desk.quiz import Item, Kind, check_item, make_quiz
from tests.rag.desk.quiz.test_provinces import LEAVE, TOPICS, ground

DAY = date(2026, 11, 21)
HENAN = (parse_region("河南"),)


@pytest.fixture(scope="module")
def items(assistant: Assistant) -> tuple[Item, ...]:
    made = make_quiz(assistant, ground(assistant, (*LEAVE, *TOPICS[0], "禁忌劳动"), "河南省"), HENAN, DAY, 20, 5)
    assert len(made) == 20
    return made


def one(items: tuple[Item, ...], kind: Kind, holds: Callable[[Item], bool] = lambda _: True) -> Item:
    return next(item for item in items if item.kind is kind and holds(item))


def test_the_same_seed_makes_the_same_quiz(assistant: Assistant) -> None:
    about = ground(assistant, LEAVE, "河南省")
    first, again, other = (make_quiz(assistant, about, HENAN, DAY, 8, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_kinds_and_places_of_right_options_vary(items: tuple[Item, ...]) -> None:
    assert {item.kind for item in items} == set(Kind)
    singles = [item for item in items if item.kind is Kind.SINGLE]
    assert len({item.right for item in singles}) >= 3
    judged = {item.right for item in items if item.kind is Kind.JUDGE}
    assert judged == {(0,), (1,)}
    assert len({item.question for item in items}) == len(items)


def test_each_item_stands(assistant: Assistant, items: tuple[Item, ...]) -> None:
    for item in items:
        assert check_item(assistant, item, HENAN, DAY) == (), item
        assert len(item.why_wrong) == len(item.options)


@pytest.mark.parametrize("count", [0, 21, -1])
def test_a_count_out_of_range(assistant: Assistant, count: int) -> None:
    with pytest.raises(BadWish, match="1到20"):
        make_quiz(assistant, (), (), DAY, count, 1)


def test_no_ground_makes_no_quiz(assistant: Assistant) -> None:
    assert make_quiz(assistant, (), HENAN, DAY, 5, 1) == ()


def test_a_wrong_key_is_found(assistant: Assistant, items: tuple[Item, ...]) -> None:
    for item in items:
        if item.kind is not Kind.MULTIPLE and "沿用" not in item.question:
            turned = (item.right[0] + 1) % len(item.options)
            why = tuple("" if n == turned else "不对。" for n in range(len(item.options)))
            assert check_item(assistant, replace(item, right=(turned,), why_wrong=why), HENAN, DAY), item


def test_a_second_right_option_is_found(assistant: Assistant, items: tuple[Item, ...]) -> None:
    item = one(items, Kind.SINGLE, lambda i: i.options[i.right[0]].endswith("天"))
    days = int(item.options[item.right[0]].removesuffix("天"))
    wrong = next(n for n in range(len(item.options)) if n not in item.right)
    options = tuple(f"{days * 24}小时" if n == wrong else words for n, words in enumerate(item.options))
    assert any("同一个意思" in fault for fault in check_item(assistant, replace(item, options=options), HENAN, DAY))


def test_a_figure_without_source_is_found(assistant: Assistant, items: tuple[Item, ...]) -> None:
    item = replace(items[0], reason=items[0].reason + "罚款777元。")
    assert any("777" in fault for fault in check_item(assistant, item, HENAN, DAY))


def test_a_source_of_elsewhere_is_found(assistant: Assistant, items: tuple[Item, ...]) -> None:
    own = one(items, Kind.SINGLE, lambda i: i.question.startswith("在河南"))
    assert any("不在所选地区" in fault for fault in check_item(assistant, own, (parse_region("上海"),), DAY))


def test_a_law_not_yet_in_force_is_found(assistant: Assistant, items: tuple[Item, ...]) -> None:
    item = one(items, Kind.SINGLE, lambda i: any(c.title == "女职工劳动保护特别规定" for c in i.citations))
    assert any("无效" in fault for fault in check_item(assistant, item, HENAN, date(2010, 1, 1)))


def test_missing_parts_are_found(assistant: Assistant, items: tuple[Item, ...]) -> None:
    item = one(items, Kind.SINGLE)
    for broken in (
        replace(item, citations=()),
        replace(item, reason=""),
        replace(item, right=()),
        replace(item, right=(9,)),
        replace(item, why_wrong=()),
        replace(item, options=item.options[:2]),
        replace(item, kind=Kind.MULTIPLE),
        replace(item, kind=Kind.JUDGE),
    ):
        assert check_item(assistant, broken, HENAN, DAY), broken
