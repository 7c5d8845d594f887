"""The list: filters, addresses, full text, pages; and how quick it is over 2,000 documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter

import pytest

from documents.model import Check, Level
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant
from tests.ui.library.conftest import IMAGE, SCRIPT, document
from ui.library.listing import (
    LONGEST_WORDS,
    PAGE,
    Filters,
    Found,
    Standing,
    entries,
    find,
    places,
    searched_words,
    years,
)
from ui.library.rows import LONGEST_QUOTE, excerpt, listed, marked
from ui.live import Edition, Live

TODAY = date(2026, 11, 21)


def titles(found: Found) -> list[str]:
    return [row.entry.card.title for row in found.rows]


def test_an_address_is_read_back() -> None:
    filters = Filters("哺乳 时间&x=1", "孕期辞退", "法律", "江苏省", "有效", "2023", "3")
    assert Filters.read("?" + filters.query) == filters
    assert Filters().query == ""
    assert len(Filters.of("长" * 10_000, None).words) == LONGEST_WORDS


@pytest.mark.parametrize(
    "query", ["", "?", "?words", "?page=-1", "?page=999999", "?page=x", "?x=1&level=%ff", "&" * 3000]
)
def test_odd_addresses_are_read(edition: Edition, query: str) -> None:
    filters = Filters.read(query)
    assert filters.number >= 1
    assert 1 <= find(edition, filters, TODAY).page <= find(edition, filters, TODAY).pages


def test_all_are_listed_in_pages(edition: Edition) -> None:
    found = find(edition, Filters(), TODAY)
    assert found.total == len(edition.index.cards)
    assert len(found.rows) == PAGE
    seen = [t for n in range(found.pages) for t in titles(find(edition, Filters(page=str(n + 1)), TODAY))]
    assert len(seen) == found.total
    assert titles(find(edition, Filters(page="99"), TODAY)) == seen[(found.pages - 1) * PAGE :]


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (Filters(level="行政法规"), lambda card: card.level == Level.ADMINISTRATIVE),
        (Filters(place="江苏省"), lambda card: card.region.province == "江苏省"),
        (Filters(place="全国"), lambda card: card.region.name == "全国"),
        (Filters(place="江苏省南京市"), lambda card: card.region.city == "南京市"),
        (Filters(year="2023"), lambda card: card.year == 2023),
        (Filters(standing="计划"), lambda card: card.level.is_plan),
        (Filters(standing="有效"), lambda card: card.in_force(TODAY) and card.level is not Level.COMPILED),
    ],
)
def test_filters(edition: Edition, filters: Filters, fits: object) -> None:
    found = find(edition, filters, TODAY)
    assert 0 < found.total < len(edition.index.cards)
    assert all(fits(row.entry.card) for row in found.rows)  # type: ignore[operator]


def test_a_topic_brings_its_provisions(edition: Edition) -> None:
    found = find(edition, Filters(topic="孕期辞退"), TODAY)
    assert "劳动合同法" in titles(found)
    page = listed(edition, Filters(topic="孕期辞退"), TODAY)
    assert "/doc/%E5%8A%B3%E5%8A%A8%E5%90%88%E5%90%8C%E6%B3%95#%E7%AC%AC%E5%9B%9B%E5%8D%81%E4%BA%8C%E6%9D%A1" in page


def test_words_are_found_in_titles_then_in_the_text(edition: Edition) -> None:
    found = find(edition, Filters(words="女职工劳动保护特别规定"), TODAY)
    assert titles(found)[0].endswith("女职工劳动保护特别规定")
    found = find(edition, Filters(words="托管班"), TODAY)
    assert found.rows[0].hits
    quoted = listed(edition, Filters(words="托管班"), TODAY)
    assert "<mark>托管班</mark>" in quoted
    assert find(edition, Filters(words="托管班", level="法律"), TODAY).total < found.total
    assert find(edition, Filters(words="zzzzqqqq"), TODAY).total == 0


def test_standing_of_each_kind(odd: Live) -> None:
    by_name = {e.card.id: e.standing(TODAY) for e in entries(odd.edition)}
    assert by_name["新法"] is Standing.VALID
    assert by_name["旧法"] is Standing.ENDED
    assert by_name["将来法"] is Standing.COMING
    assert by_name["不知何时法"] is Standing.UNKNOWN
    assert by_name["某市工会2023年要点"] is Standing.PLAN
    assert by_name["本库写的"] is Standing.COMPILED
    assert places(odd.edition) == ["全国", "江苏省", "江苏省苏州市"]
    assert years(odd.edition) == ["2023"]


def test_check_states_are_counted(edition: Edition) -> None:
    entry = next(e for e in entries(edition) if e.card.title == "女职工劳动保护特别规定")
    assert entry.checks == ((Check.COMPARED, entry.provisions),)
    assert f"{entry.provisions}条已对照条文" in listed(edition, Filters(), TODAY)


@pytest.mark.parametrize("typed", [SCRIPT, IMAGE, "产假 <b>", "${alert(1)}", "(((", "\\", "\x00\u202e"])
def test_hostile_words_and_titles_stay_text(odd: Live, typed: str) -> None:
    page = listed(odd.edition, Filters(words=typed), TODAY) + listed(odd.edition, Filters(), TODAY)
    for bad in ("<script", "<img", "<b>", " onerror=alert(1)>"):
        assert bad not in page.replace("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;", "")


def test_an_excerpt_holds_a_word() -> None:
    text = "没有关系的一句。" + "很长" * 80 + "哺乳时间" + "很长" * 80 + "。"
    marks = searched_words("哺乳时间")
    cut = excerpt(text, marks)
    assert "哺乳时间" in cut
    assert len(cut) < LONGEST_QUOTE + 20
    assert marked("<哺乳>", ("哺乳",)) == "&lt;<mark>哺乳</mark>&gt;"


@pytest.mark.slow
def test_two_thousand_documents_are_quick(tmp_path: Path) -> None:
    build_documents(
        [document(f"第{n}号文件", region="江苏省" if n % 2 else "全国") for n in range(2000)],
        tmp_path / "i",
        load_encoder(),
    )
    edition = Live(Assistant(open_index(tmp_path / "i"))).edition
    listed(edition, Filters(words="哺乳"), TODAY)
    for filters in (
        Filters(),
        Filters(place="江苏省", page="7"),
        Filters(words="哺乳"),
        Filters(words="产假 第一条", place="全国"),
    ):
        started = perf_counter()
        page = listed(edition, filters, TODAY)
        print(f"2,000 documents, {filters.query or 'no filter'}: {(perf_counter() - started) * 1000:.1f} ms")
        assert page


def test_the_list_is_quick(edition: Edition) -> None:
    listed(edition, Filters(words="哺乳"), TODAY)
    for filters in (Filters(), Filters(words="哺乳时间"), Filters(topic="孕期辞退")):
        started = perf_counter()
        page = listed(edition, filters, TODAY)
        print(f"{filters.query or 'no filter'}: {(perf_counter() - started) * 1000:.1f} ms")
        assert page
