"""The reader over an index of hostile documents: text stays text, ids of any character open, errors are Chinese pages."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from time import perf_counter
from urllib.parse import unquote, urlsplit

import pytest

from rag import Assistant
from rag.model import RESTATED
from tests.ui.library.conftest import IMAGE, ODD_IDS, SCRIPT, Reader
from ui.library import reader, words
from ui.library.address import anchors, document_link
from ui.library.reader import document_page
from ui.live import Edition, Live


class Reading(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and its visible text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.shown += data

    def attributes(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.elements if name in attrs]


@pytest.mark.parametrize("name", ODD_IDS)
def test_any_id_opens_and_its_text_stays_text(client: Reader, name: str) -> None:
    answer = client.get(document_link(name))
    assert answer.status_code == 200
    page = Reading(answer.text)
    assert f"{name}{IMAGE}" in page.shown
    assert f"第二条写{SCRIPT}和{IMAGE}。" in page.shown
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 1  # ours, at the end
    assert "img" not in tags
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on")]
    assert all(re.match(r"(?:#|/|https://a\.example)", link) for link in page.attributes("href"))


def test_every_provision_has_an_anchor_of_its_own(client: Reader) -> None:
    page = Reading(client.get(document_link("新法")).text)
    ids = page.attributes("id")
    assert {"第一条", "第二条", "第一条~2"} <= set(ids)
    assert len(ids) == len(set(ids))
    linked = {unquote(link[1:]) for link in page.attributes("href") if link.startswith("#")}
    assert linked <= set(ids)


def test_facts_are_said(client: Reader) -> None:
    old = Reading(client.get(document_link("旧法")).text)
    assert "已失效（2020年1月1日起）" in old.shown
    assert document_link("新法") in old.attributes("href")
    assert not [link for link in old.attributes("href") if "javascript" in link]
    new = Reading(client.get(document_link("新法")).text)
    assert "https://www.example.gov.cn/a?b=1&c=2" in new.attributes("href")
    assert words.CHECKS[list(words.CHECKS)[-1]] in new.shown
    assert RESTATED not in new.shown
    plan = Reading(client.get(document_link("某市工会2023年要点")).text)
    assert RESTATED in plan.shown
    assert words.PLAN_LABEL in plan.shown
    asked = next(link for link in new.attributes("href") if link.startswith("/?q="))
    assert unquote(urlsplit(asked).query) == "q=《新法》第一条是什么意思？"


@pytest.mark.parametrize(
    "path",
    ["没有", "", "x/../secret", "..%2f..%2fetc%2fshadow", "%2e%2e/%2e%2e/etc/shadow", "%00", "新法%00", "%ff%fe", "新法/", "x" * 5000, "%3Cscript%3E"],
)  # fmt: skip
def test_what_is_not_there_is_a_chinese_page(client: Reader, path: str) -> None:
    answer = client.get(f"/doc/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert words.MISSING in answer.text
    assert "script>alert" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_fault_is_a_chinese_page(odd: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("secret path /home")

    monkeypatch.setattr(reader, "document_page", broken)
    answer = Reader(odd).get(document_link("新法"))
    assert answer.status_code == 500
    assert words.BROKEN in answer.text
    assert "secret" not in answer.text


def test_only_our_own_style_and_script_run(client: Reader) -> None:
    answer = client.get(document_link("新法"))
    policies = answer.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "unsafe" not in policies[0]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_it_is_sent_once(client: Reader) -> None:
    first = client.get(document_link("新法"))
    tag = first.headers["etag"]
    again = client.get(document_link("新法"), **{"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(document_link("新法"), **{"if-none-match": '"x"'}).status_code == 200
    assert client.get(document_link("没有"), **{"if-none-match": "*"}).status_code == 404


def test_another_index_or_day_has_another_tag(odd: Live, assistant: Assistant) -> None:
    tags = {
        reader._version(edition, day)
        for edition in (odd.edition, Live(assistant).edition)
        for day in (date(2026, 1, 1), date(2026, 1, 2))
    }
    assert len(tags) == 4


def test_the_bare_address_leads_to_the_list(client: Reader) -> None:
    assert client.get("/doc").headers["location"] == "/library"


def test_every_shipped_document_can_be_read(edition: Edition) -> None:
    started = perf_counter()
    for name, chunks in edition.by_document.items():
        page = document_page(edition, name, date(2026, 11, 21))
        assert page is not None
        shown = Reading(page).attributes("id")
        assert len(shown) == len(set(shown))
        assert set(anchors(chunks)) <= set(shown)
    print(f"{len(edition.by_document)} documents in {perf_counter() - started:.2f} s")


def test_the_reader_is_quick(edition: Edition) -> None:
    longest = max(edition.by_document, key=lambda name: len(edition.by_document[name]))
    started = perf_counter()
    page = document_page(edition, longest, date(2026, 11, 21))
    print(f"the longest document ({longest}, {len(page or '')} characters): {(perf_counter() - started) * 1000:.1f} ms")
    assert page
