"""Every topic leads from a right to a next step and a place for help, all of which stand in the shipped library."""

from collections import Counter

import pytest

from documents import Check, shipped
from documents.figures import figures
from documents.topics import Purpose, provisions_for, topic_rows, topics

# Of an article in several pieces, the first: the text of law before our remarks on it.
PROVISIONS = {(d.title, p.article): p for d in shipped() for p in reversed(d.provisions)}
HOTLINES = {"110", "120", "12338", "12356", "12348", "12351", "12333", "12393"}


def test_every_row_names_a_shipped_provision() -> None:
    rows = topic_rows()
    assert rows
    assert [row for row in rows if (row.title, row.article) not in PROVISIONS] == []


@pytest.mark.parametrize("topic", topics())
@pytest.mark.parametrize("purpose", [Purpose.RIGHT, Purpose.STEP, Purpose.HELP])
def test_every_topic_has_a_right_a_next_step_and_help(topic: str, purpose: Purpose) -> None:
    assert provisions_for(topic, purpose)


@pytest.mark.parametrize("topic", topics())
def test_every_deadline_has_a_figure(topic: str) -> None:
    for row in provisions_for(topic, Purpose.DEADLINE):
        assert figures(PROVISIONS[row.title, row.article].text), row


@pytest.mark.parametrize("topic", topics())
def test_help_names_a_number_to_call(topic: str) -> None:
    told = "".join(PROVISIONS[row.title, row.article].text for row in provisions_for(topic, Purpose.HELP))
    assert any(number in told for number in HOTLINES)


def test_every_hotline_is_reached_from_a_topic() -> None:
    rows = [row for topic in topics() for row in provisions_for(topic, Purpose.HELP)]
    told = "".join(PROVISIONS[row.title, row.article].text for row in rows)
    assert {number for number in HOTLINES if number not in told} == set()


@pytest.mark.parametrize("topic", ["性骚扰", "家庭暴力", "人身安全保护令", "隐私"])
def test_where_there_may_be_danger_the_first_number_is_110(topic: str) -> None:
    first = provisions_for(topic, Purpose.HELP)[0]
    assert "110" in PROVISIONS[first.title, first.article].text


def test_the_first_right_of_a_topic_may_carry_a_conclusion() -> None:
    for topic in topics():
        first = provisions_for(topic, Purpose.RIGHT)[0]
        assert PROVISIONS[first.title, first.article].check is not Check.WEAK, first


def test_rows_are_counted_from_one_without_gaps_or_doubles() -> None:
    orders: dict[tuple[str, Purpose], list[int]] = {}
    for row in topic_rows():
        orders.setdefault((row.topic, row.purpose), []).append(row.order)
    assert {key for key, found in orders.items() if found != list(range(1, len(found) + 1))} == set()
    doubles = Counter((row.topic, row.purpose, row.title, row.article) for row in topic_rows())
    assert [key for key, count in doubles.items() if count > 1] == []


def test_an_unknown_topic_has_no_provisions() -> None:
    assert provisions_for("股票", Purpose.RIGHT) == ()


def test_arbitration_deadlines_tell_the_start_and_what_interrupts() -> None:
    for topic in topics():
        rows = provisions_for(topic, Purpose.DEADLINE)
        if any((row.title, row.article) == ("劳动争议调解仲裁法", "第二十七条") for row in rows):
            text = PROVISIONS["劳动争议调解仲裁法", "第二十七条"].text
            assert "知道" in text
            assert "中断" in text
            assert "中止" in text
