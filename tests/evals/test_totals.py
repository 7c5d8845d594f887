"""Days in conclusions: totals, fewer and more than the right is."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evals.totals import days_said, gives_less, gives_more, judges_under, rights, states_date, states_total
from tests.evals.conftest import make_case

D158 = "(?<![\\d.])158\\s*个?(?:工作|自然)?[天日]"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("共158天，十五日，3个工作日", [158, 15, 3]),
        ("2026年3月1日起休98天", [98]),
        ("11月28日以后188 天", [188]),
        ("每次1小时", []),
        ("一百五十八天", [158]),
        ("0.5天", [0.5]),
    ],
)
def test_days_are_read(text: str, days: list[float]) -> None:
    assert days_said(text) == days


@pytest.mark.parametrize(
    ("text", "days", "stated"),
    [
        ("产假158天 = 国家98天 + 江苏60天", 158, True),
        ("国家98天＋江苏60天＝158天", 158, True),
        ("产假158天 = 国家98天 + 江苏60天", 98, False),
        ("国家98天＋江苏60天＝158天", 60, False),
        ("国家98天，江苏再加60天，共158天", 158, True),
        ("国家98天，江苏再加60天，共158天", 98, False),
        ("产假一百五十八天", 158, True),
        ("产假1158天", 158, False),
        ("没有规定", 158, False),
    ],
)
def test_total_is_told_from_its_terms(text: str, days: float, stated: bool) -> None:
    assert states_total(text, days) is stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("到2026年3月1日", True),
        ("到2026-03-01", True),
        ("到2026/3/1", True),
        ("到2026年3月11日", False),
        ("到2026年3月2日", False),
        ("到3月1日", False),
    ],
)
def test_date_is_told(text: str, stated: bool) -> None:
    assert states_date(text, date(2026, 3, 1)) is stated


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"must": [[D158, "一百五十八\\s*[天日]"]]}, [158]),
        ({"must": [["98\\s*(天|日)|九十八\\s*(天|日)"], ["省"]]}, [98]),
        ({"must": [["15\\s*天"], ["42\\s*天"]]}, [15, 42]),
        ({"must": [["15\\s*天", "医生"]]}, []),
        ({"must": [["15\\s*天|42\\s*天"]]}, []),
        ({"must": [["\\d+\\s*天"]]}, []),
        ({"must": [["7\\s*个月"]]}, []),
        ({"must": [["2012"]]}, []),
        ({"must": [["45\\s*天"]], "question": "仲裁多久出结果"}, []),
        ({"must": [], "days": 128, "question": "仲裁多久出结果"}, [128]),
    ],
)
def test_rights_are_read_from_gold(tmp_path: Path, changes: dict[str, Any], wanted: list[float]) -> None:
    case = make_case(tmp_path, **changes)
    assert rights(case) == wanted
    assert judges_under(case) is bool(wanted)


@pytest.mark.parametrize(
    ("conclusion", "less", "more"),
    [
        ("产假158天。", False, False),
        ("产假158天 = 国家98天 + 江苏60天。", False, False),
        ("产假98天。", True, False),
        ("国家98天 + 江苏30天 = 128天。", True, False),
        ("产假188天。", False, True),
        ("产假至少98天，看省里怎么加。", False, False),
        ("产假不是188天。", False, False),
        ("网传188天，没有依据。", False, False),
        ("鼓励单位给到188天。", False, False),
        ("单位少于98天的要罚款。", False, False),
        ("陪产假15天。", False, False),
        ("没有规定。", False, False),
        ("3月1日起休。", False, False),
    ],
)
def test_less_and_more_are_told_apart(tmp_path: Path, conclusion: str, less: bool, more: bool) -> None:
    case = make_case(tmp_path, must=[[D158]], question="我在江苏，产假几天")
    assert gives_less(case, conclusion, "answered") is less
    assert gives_more(case, conclusion, "answered") is more
    for status in ("clarify", "refused", "hotline"):
        assert not gives_less(case, conclusion, status)
        assert not gives_more(case, conclusion, status)


def test_a_term_instead_of_the_total_is_less(tmp_path: Path) -> None:
    case = make_case(tmp_path, must=[], days=158, question="我在江苏，产假几天")
    assert gives_less(case, "产假98天。", "answered")
    assert not gives_less(case, "98天 + 60天 = 158天。", "answered")


def test_figures_of_another_fact_are_not_held_against_it(tmp_path: Path) -> None:
    case = make_case(tmp_path, must=[["25\\s*天"], ["5\\s*天"]], question="陪产假和产检假几天")
    assert not gives_more(case, "陪产假25天。", "answered")


def test_a_row_may_say_it_itself(tmp_path: Path) -> None:
    case = make_case(tmp_path, must=[["7\\s*个月"]], under=["9\\s*个月"], over=["3\\s*个月"])
    assert judges_under(case)
    assert gives_less(case, "怀孕9个月起不上夜班", "answered")
    assert not gives_more(case, "怀孕9个月起不上夜班", "answered")
    assert gives_more(case, "怀孕3个月起不上夜班", "answered")
