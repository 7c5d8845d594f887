"""The calendar of a leave, and what is read out of words on dates, births and pregnancies."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Assistant, Status
from rag.calendar import KNOWN_YEARS, Segment, statutory, strip
from rag.understand.facts import begins, born, children, happened, pregnancy
from rag.understand.remedy import remedy

TODAY = date(2026, 11, 21)
# Published arrangements: statutory days only, moved rest days left out.
YEARS = {
    2024: "01-01 02-10 02-11 02-12 04-04 05-01 06-10 09-17 10-01 10-02 10-03",
    2025: "01-01 01-28 01-29 01-30 01-31 04-04 05-01 05-02 05-31 10-01 10-02 10-03 10-06",
    2026: "01-01 02-16 02-17 02-18 02-19 04-05 05-01 05-02 06-19 09-25 10-01 10-02 10-03",
}


@pytest.mark.parametrize("year", YEARS)
def test_statutory_holidays_without_moved_days(year: int) -> None:
    assert [day.isoformat()[5:] for day in statutory(year) or {}] == YEARS[year].split()


@pytest.mark.parametrize("year", KNOWN_YEARS)
def test_as_many_holidays_as_the_law_gives(year: int) -> None:
    assert len(statutory(year) or {}) == (13 if year >= 2025 else 11)


def test_a_year_that_was_not_checked_is_unknown() -> None:
    assert statutory(KNOWN_YEARS.stop) is None
    assert strip(date(KNOWN_YEARS.stop, 1, 1), [Segment(3, True)]).unknown == (KNOWN_YEARS.stop,)


@pytest.mark.parametrize(
    ("start", "segments", "end", "moved"),
    [
        (date(2026, 3, 1), [Segment(98, False), Segment(80, False)], date(2026, 8, 25), 0),
        (date(2025, 9, 20), [Segment(98, False), Segment(60, True)], date(2026, 3, 1), 5),
        (date(2026, 1, 10), [Segment(98, True), Segment(60, True)], date(2026, 6, 24), 8),
        (date(2026, 10, 1), [Segment(1, True)], date(2026, 10, 4), 3),
        (date(2026, 10, 1), [Segment(1, False)], date(2026, 10, 1), 0),
    ],
)
def test_strip(start: date, segments: list[Segment], end: date, moved: int) -> None:
    found = strip(start, segments)
    assert (found.end, len(found.moved), len(found.ends)) == (end, moved, len(segments))


@given(
    st.dates(date(2020, 1, 1), date(2028, 1, 1)),
    st.lists(st.builds(Segment, st.integers(1, 120), st.booleans()), min_size=1, max_size=3),
)
def test_a_strip_is_its_days_and_the_moved_ones(start: date, segments: list[Segment]) -> None:
    found = strip(start, segments)
    assert found.end - start == timedelta(days=sum(s.days for s in segments) + len(found.moved) - 1)
    assert list(found.ends) == sorted(found.ends)


@pytest.mark.parametrize("segments", [[], [Segment(0, True)]])
def test_no_leave_without_days(segments: list[Segment]) -> None:
    with pytest.raises(ValueError, match="days"):
        strip(TODAY, segments)


@pytest.mark.parametrize(
    ("question", "status", "words"),
    [
        ("我在上海，2025年9月20日生的，产假到几号结束", Status.ANSWERED, ["2026年3月1日", "顺延5天"]),
        ("广州，2026年3月1号开始休产假，什么时候返岗", Status.ANSWERED, ["2026年8月25日"]),
        ("昆明 2026年5月1日生的，产假休到什么时候", Status.PARTIAL, ["2026年10月5日", "12333"]),
        ("我在上海，2026年10月20日生的，产假到几号结束", Status.PARTIAL, ["2027年的法定节假日"]),
        (
            "杭州，2026年5月1日生的，产假休到什么时候",
            Status.CLARIFY,
            ["一孩", "二孩", "2026年10月5日", "2026年11月4日"],
        ),
    ],
)
def test_last_day_of_maternity_leave(assistant: Assistant, question: str, status: Status, words: list[str]) -> None:
    answer = assistant.ask(question)
    assert answer.status is status, answer.conclusion
    assert [w for w in words if w not in answer.conclusion] == [], answer.conclusion


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我1976年3月生,企业工人", (1976, 3)),
        ("我75年3月生的流水线工人", (1975, 3)),
        ("我76年生的，一直在车间", (1976, None)),
        ("1980年5月12日出生", (1980, 5)),
        ("2025年起延迟退休", None),
        ("1995年7月参加工作，什么时候退休", None),
        ("交了40年社保，能退休吗", None),
        ("60年代出生的人退休", None),
        ("出生于1978年11月", (1978, 11)),
    ],
)
def test_birth(text: str, found: tuple[int, int | None] | None) -> None:
    told = born(text)
    assert (told and (told.year, told.month)) == found


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("怀孕10周流产", [True, False, False]),
        ("怀孕50天胎停", [False, False, False]),
        ("怀孕60天胎停", [None, False, False]),
        ("怀孕16周流产", [True, None, False]),
        ("怀孕满7个月引产", [True, True, True]),
        ("怀孕三个月流产", [True, False, False]),
        ("流产三个月休几天", [True, False, False]),
        ("三个多月流产", [True, False, False]),
        ("怀孕4个月流产", [True, None, False]),
        ("怀孕不满2个月流产", [False, False, False]),
        ("怀孕不满7个月引产", [None, None, False]),
        ("流产休15天对吗", None),
        ("流产后给了15天", None),
    ],
)
def test_pregnancy_against_two_four_and_seven_months(text: str, reached: list[bool | None] | None) -> None:
    told = pregnancy(text)
    assert (told and [told.against(months) for months in (2, 4, 7)]) == reached


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("我上个月15号被辞退", "2026-10-15", "2026-10-15"),
        ("我去年三月被辞的", "2025-03-01", "2025-03-31"),
        ("到现在14个月了", "2025-09-21", "2025-09-21"),
        ("2025年9月1日被开除", "2025-09-01", "2025-09-01"),
        ("2025-09-01被开除", "2025-09-01", "2025-09-01"),
        ("12月8号收到裁决书", "2025-12-08", "2025-12-08"),
        ("昨天收到", "2026-11-20", "2026-11-20"),
        ("半年前", "2026-05-21", "2026-05-21"),
        ("一年多了", "2024-11-21", "2025-11-21"),
        ("前年欠的", "2024-01-01", "2024-12-31"),
    ],
)
def test_when_it_happened(text: str, first: str, last: str) -> None:
    span = happened(text, TODAY)
    assert span is not None
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@given(
    st.text(max_size=60)
    | st.from_regex(r"(去年|上个月)?[0-9一二三十]{1,4}(年|个?月|天|周|号)[前了生流产]*", fullmatch=True)
)
def test_nothing_typed_breaks_the_readers(text: str) -> None:
    span = happened(text, TODAY)
    assert span is None or span.first <= span.last
    for reader in (born, pregnancy, children, remedy):
        reader(text)  # type: ignore[operator]
    begins(text, TODAY)


@pytest.mark.parametrize("text", ["怀孕3个月了被辞退", "孩子2个月了被辞退", "干了3年了被开除"])
def test_other_lengths_are_not_when_it_happened(text: str) -> None:
    assert happened(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("上个月被辞退，还能仲裁吗", "申请劳动仲裁"),
        ("上个月被辞退，还来得及吗", "申请劳动仲裁"),
        ("昨天被开除，还能要赔偿吗", None),
        ("在职，前年欠的工资还能仲裁吗", None),
        ("去年离职，公司欠工资还能要吗", "离职后追讨拖欠的劳动报酬（仲裁）"),
        ("昨天收到裁决书，几天内起诉", "不服仲裁裁决向法院起诉"),
        ("保护令快到期了，还能延长吗", "申请延长人身安全保护令"),
        ("产假多少天", None),
    ],
)
def test_which_deadline(text: str, event: str | None) -> None:
    assert remedy(text) == event


def test_first_day_without_a_year_is_the_nearest() -> None:
    assert begins("12月1号开始休产假", TODAY) == date(2026, 12, 1)
    assert begins("10月1号开始休的产假", TODAY) == date(2026, 10, 1)
    assert begins("1月5日开始休", TODAY) == date(2027, 1, 5)
