"""Provinces compared: every figure is the assistant's own, unchecked ones look so, every cell leads to its provision."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest

from documents.model import Check
from documents.region import provinces, short_name
from rag import Assistant
from rag.model import Status
from ui.library import words
from ui.library.address import anchors, document_link
from ui.library.compared import REMARKS, chart, pair, table
from ui.library.provinces import CHILDCARE, KINDS, MARRIAGE, MATERNITY, PATERNITY, SAID, TWINS, Cell, cell, column
from ui.live import Edition


@pytest.fixture(scope="module")
def today() -> date:
    return date.today()


def of(edition: Edition, kind: object, place: str, day: date) -> Cell:
    return cell(edition, kind, next(p for p in provinces() if short_name(p) == place), day)  # type: ignore[arg-type]


def test_maternity_leave_is_what_is_answered(edition: Edition, assistant: Assistant, today: date) -> None:
    for found in column(edition, MATERNITY, today):
        answer = assistant.ask(f"我在{short_name(found.province)}，产假多少天？")
        assert answer.conclusion == found.words
        assert f"{found.days}天" in answer.conclusion
        if len(found.terms) > 1:
            shown = " + ".join(f"{name}{days}天" for name, days in found.terms)
            assert f"产假{found.days}天 = {shown}" in answer.conclusion.replace("最低", "")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*KINDS, *SAID], ids=lambda kind: kind.name)
def test_every_kind_is_what_is_answered(edition: Edition, assistant: Assistant, today: date, kind: object) -> None:
    refused = []
    for found in column(edition, kind, today):  # type: ignore[arg-type]
        answer = assistant.ask(kind.asked.format(place=short_name(found.province)))  # type: ignore[attr-defined]
        if answer.status is Status.REFUSED:  # the gate could not find the rule's words in what is quoted
            refused.append(f"{found.province}: {found.words}")
        elif found.days is not None:
            assert found.words in answer.conclusion, found.province
            assert re.search(rf"(?<!\d){found.days}(?!\d)", answer.conclusion), found.province
    print(*refused, sep="\n")
    assert len(refused) <= 2


@pytest.mark.parametrize(
    ("kind", "place", "shown", "terms"),
    [
        (MATERNITY, "江苏", "158天", (("国家", 98), ("江苏", 60))),
        (MATERNITY, "河南", "188天", (("国家", 98), ("河南", 90))),
        (MATERNITY, "广西", "158天起", (("国家", 98), ("广西", 60))),
        (MATERNITY, "福建", "158天起", (("国家", 98), ("福建", 60))),
        (MATERNITY, "内蒙古", "98天起", (("国家", 98),)),
        (MATERNITY, "西藏", "98天起", (("国家", 98),)),
        (TWINS, "浙江", "158天起", (("国家", 98), ("浙江", 60))),
        (PATERNITY, "山东", "不少于15天", (("山东", 15),)),
        (PATERNITY, "陕西", "15天起", (("陕西", 15),)),
        (CHILDCARE, "重庆", "5—10天", (("重庆", 5),)),
        (MARRIAGE, "河南", "21天起", (("国家", 3), ("河南", 18))),
        (MARRIAGE, "陕西", "3天起", (("国家", 3),)),
        (MARRIAGE, "山西", "30天", (("山西", 30),)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_figures(edition: Edition, today: date, kind: object, place: str, shown: str, terms: object) -> None:
    found = of(edition, kind, place, today)
    assert (found.shown, found.terms) == (shown, terms)
    assert found.days == sum(days for _, days in found.terms)


def test_conditions_go_with_their_figures(edition: Edition, today: date) -> None:
    assert "单位批准" in of(edition, CHILDCARE, "重庆", today).condition
    assert "不强制" in of(edition, CHILDCARE, "青海", today).condition
    assert "6周岁" in of(edition, CHILDCARE, "安徽", today).condition
    assert "工作日" in of(edition, MARRIAGE, "天津", today).condition
    assert "三孩产假188天" in of(edition, MATERNITY, "河北", today).words


def test_no_figure_rests_on_weak_material(edition: Edition, today: date) -> None:
    weak = [c for kind in KINDS for c in column(edition, kind, today) if not c.sure]
    assert len(weak) > 10
    for found in weak:
        assert found.days is None or found.state is not Check.WEAK
        assert words.UNSURE in found.words
    conflicting = of(edition, PATERNITY, "湖南", today)
    assert (conflicting.days, conflicting.doubtful) == (None, (15, 20))


def test_every_cell_leads_to_a_provision(edition: Edition, today: date) -> None:
    known = {document_link(name, anchor) for name, chunks in edition.by_document.items() for anchor in anchors(chunks)}
    for kind in (*KINDS, *SAID):
        for found in column(edition, kind, today):
            assert found.sources
            assert {source.link for source in found.sources} <= known


def test_the_table_sorts_and_keeps_the_unknown_last(edition: Edition, today: date) -> None:
    def order(page: str) -> list[str]:
        return re.findall(r'<th scope="row">(.*?)</th>', page)

    official = [short_name(p) for p in provinces()]
    assert order(table(edition, today)) == official
    most, least = order(table(edition, today, "婚假")), order(table(edition, today, "婚假", False))
    assert set(most[:2]) == {"山西", "甘肃"}
    unknown = [short_name(c.province) for c in column(edition, MARRIAGE, today) if c.days is None]
    assert most[-len(unknown) :] == least[-len(unknown) :] == unknown
    assert 'aria-sort="descending"' in table(edition, today, "婚假")
    assert order(table(edition, today, "<script>")) == official


def test_the_chart_says_in_words_what_it_draws(edition: Edition, today: date) -> None:
    page = chart(edition, MARRIAGE, today)
    assert page.count("<li>") == 31
    bars = dict(
        re.findall(r'nj-bar-name">(.*?)</span>.*?aria-hidden="true">(.*?)</span><span class="nj-bar-said', page)
    )
    assert "nj-bar-weak" in bars["吉林"]
    assert "nj-bar-weak" not in bars["河南"]
    assert "材料写15、18天，不能当准" in page
    assert "21天起 = 3 + 18" in page
    assert "98 + 60" in chart(edition, MATERNITY, today)


def test_two_provinces_side_by_side(edition: Edition, today: date) -> None:
    page = pair(edition, "江苏省", "内蒙古自治区", today)
    rows = re.findall(r'<tr( class="nj-differs")?><th scope="row">(.*?) ', page)
    assert [name for _, name in rows] == [kind.name for kind in (*KINDS, *SAID)] + list(REMARKS)
    differing = {name for marked, name in rows if marked}
    assert {"产假", "婚假"} <= differing
    assert "哺乳时间" not in differing
    assert unquote(page).count("/doc/江苏省女职工假期一览#") >= 8
    same = pair(edition, "江苏省", "安徽省", today)
    assert re.search(r'<tr><th scope="row">婚假 ', same) is None or "13天" in same


@pytest.mark.parametrize(
    ("first", "second"), [("江苏省", "江苏省"), ("", "江苏省"), ("<b>", "江苏省"), ("台湾省", "江苏省")]
)
def test_not_two_provinces(edition: Edition, today: date, first: str, second: str) -> None:
    assert words.PICK_TWO in pair(edition, first, second, today)


def test_cells_are_made_once_a_day(edition: Edition, today: date) -> None:
    assert of(edition, MATERNITY, "江苏", today) is of(edition, MATERNITY, "江苏", today)
    past = of(edition, MATERNITY, "江苏", date(2015, 1, 1))
    assert past.days != 158
