"""Where each of the 131 national facts stands in the library (`coverage.csv`), and that what is cited is there."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from documents import shipped
from documents.figures import figures
from documents.numerals import NUMERAL

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference" / "national-rights.yaml"
ROWS = list(csv.DictReader((ROOT / "documents" / "coverage.csv").read_text(encoding="utf-8").splitlines()))
ENTRIES = [f"N{number:03}" for number in range(1, 132)]
MISCONCEPTIONS = "常见误解"
TEXTS: dict[tuple[str, str], str] = {}
for _document in shipped():
    for _provision in _document.provisions:
        _key = (_document.title, _provision.article)
        TEXTS[_key] = TEXTS.get(_key, "") + "\n" + _provision.text
_ARTICLE = rf"第[{NUMERAL}]+条(?:之[{NUMERAL}]+)?"
_CITED = re.compile(rf"《((?:[^《》]|〈[^〉]*〉)+)》[^《》。；]*?((?:{_ARTICLE}[^《》。；]*)+)")
# Named because an older paper refers to them, and said to be no longer in force where they are named.
_REPEALED = {"女职工禁忌劳动范围的规定", "女职工劳动保护规定"}


def cited(text: str) -> set[tuple[str, str]]:
    """Read the provisions that a text cites as 《title》第…条."""
    found = set()
    for match in _CITED.finditer(text):
        title = match[1].replace("〈", "《").replace("〉", "》")
        found |= {(title, article) for article in re.findall(_ARTICLE, match[2])}
    return {(title, article) for title, article in found if title not in _REPEALED}


def test_every_entry_stands_in_the_library() -> None:
    placed = {row["entry"] for row in ROWS if row["title"] != MISCONCEPTIONS}
    assert placed == set(ENTRIES)


def test_every_row_names_a_shipped_provision() -> None:
    assert [row for row in ROWS if (row["title"], row["article"]) not in TEXTS] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_key_figures_stand_in_their_provisions(entry: str) -> None:
    for row in ROWS:
        if row["entry"] == entry and row["figures"]:
            missing = set(row["figures"].split("、")) - figures(TEXTS[row["title"], row["article"]])
            assert missing == set(), row


def test_most_entries_carry_figures() -> None:
    assert sum(bool(row["figures"]) for row in ROWS) > 80


def test_every_misconception_cites_what_corrects_it() -> None:
    for document in shipped():
        if document.title == MISCONCEPTIONS:
            assert [p.id for p in document.provisions if "《" not in p.text] == []


def test_what_the_national_library_and_guides_cite_is_there() -> None:
    missing = {
        (p.id, *one)
        for d in shipped()
        if d.path.startswith(("guides/", "national/"))
        for p in d.provisions
        for one in cited(p.text)
        if one not in TEXTS
    }
    assert missing == set()


def test_citations_are_read() -> None:
    text = "见《劳动合同法》第四十二条、第四十五条；《北京市实施〈工会法〉办法》第九条。"
    assert cited(text) == {
        ("劳动合同法", "第四十二条"),
        ("劳动合同法", "第四十五条"),
        ("北京市实施《工会法》办法", "第九条"),
    }


@pytest.mark.skipif(
    not REFERENCE.exists(), reason="没有 ../shared/reference/national-rights.yaml，只在有它的机器上对照"
)
def test_every_reference_entry_and_claim_is_mapped() -> None:
    entries = re.split(r"(?m)^- id: ", REFERENCE.read_text(encoding="utf-8"))[1:]
    assert [entry[:4] for entry in entries] == ENTRIES
    mapped = Counter(row["entry"] for row in ROWS if row["title"] == MISCONCEPTIONS)
    assert [entry[:4] for entry in entries if mapped[entry[:4]] < entry.count("- claim:")] == []
