"""Whatever text stands in a paper or deck, the files are whole, open again, and hold it."""

import time
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from rag.desk.paper import Box, Deck, Grid, Heading, Look, Paper, Paragraph, Points, Said, Slide, Source, Tone
from rag.desk.write import write_docx, write_md, write_pptx, write_xlsx
from rag.desk.write.text import clean
from tests.rag.desk.write.sample import citation
from tests.rag.desk.write.test_slides import assert_sound

NASTY = ["", " ", "\n\n", "\x00\x01\x0b\x1f", "a\ud800b", "\udfff", "\ufffe\uffff", "\u202e反\u2066", "<script>alert(1)</script>", "]]>&amp;<!--", "长" * 3000,
         "w" * 3000, "=cmd|' /C calc'!A0", "_x0041_", "🙂👩‍👩‍👧", "é" * 50, "{{x}}%s\\n", "a\r\nb\rc\u2028d\x85e", "\u0301" * 40, "\ufeff首"]  # fmt: skip
texts = st.text(st.characters(exclude_categories=()), max_size=120) | st.sampled_from(NASTY)
said = st.builds(Said, texts, st.lists(st.integers(1, 3), max_size=3).map(tuple), st.sampled_from(Tone))
saids = st.lists(said, max_size=4).map(tuple)
grids = st.builds(
    Grid,
    st.lists(texts, max_size=12).map(tuple),
    st.lists(saids, max_size=4).map(tuple),
    st.lists(st.floats(-1, 9), max_size=4).map(tuple),
    texts,
)
blocks = st.one_of(
    st.builds(Heading, st.integers(-1, 9), texts),
    st.builds(Paragraph, saids),
    st.builds(Points, saids, st.booleans()),
    grids,
    st.builds(Box, texts, saids),
)
cited = st.builds(
    lambda title, quote, url: (Source(1, citation(title=title, quote=quote, url=url)), Source(2, citation())),
    texts,
    texts,
    texts | st.just("https://[bad"),
)
papers = st.builds(
    Paper,
    texts,
    texts,
    st.lists(texts, max_size=2).map(tuple),
    st.lists(blocks, max_size=5).map(tuple),
    cited,
    st.lists(texts, max_size=2).map(tuple),
)
slides = st.builds(Slide, st.sampled_from(Look), texts, saids, st.none() | grids, saids, st.floats(-1, 90))
decks = st.builds(Deck, texts, st.lists(slides, max_size=4).map(tuple), cited, texts)
quick = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def joined(path: Path, tag: str) -> str:
    """All text of a part's elements of a name, with no white space; every XML member parses."""
    found = ""
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(packed.read(name))
                found += "".join(one.text or "" for one in root.iter() if str(one.tag).endswith(tag))
    return "".join(found.split())


def held(text: str) -> str:
    return "".join(clean(text).split())


def pieces(paper: Paper) -> list[Said]:
    found: list[Said] = []
    for block in paper.blocks:
        match block:
            case Paragraph() | Box():
                found += block.said
            case Points():
                found += block.items
            case Grid():
                found += [cell for row in block.rows for cell in row]
    return found


@quick
@given(papers)
def test_any_paper_becomes_whole_files(tmp_path: Path, paper: Paper) -> None:
    write_docx(paper, tmp_path / "a.docx")
    write_xlsx(paper, tmp_path / "a.xlsx")
    docx.Document(str(tmp_path / "a.docx"))
    openpyxl.load_workbook(tmp_path / "a.xlsx")
    whole = joined(tmp_path / "a.docx", "}t") + joined(tmp_path / "a.docx", "}delText")
    for piece in pieces(paper):
        assert all(held(line) in whole for line in clean(piece.text).split("\n"))
    write_md(paper).encode()


@settings(quick, max_examples=4)  # a deck of long words takes seconds to set
@given(decks)
def test_a_deck_becomes_whole_slides(tmp_path: Path, deck: Deck) -> None:
    whole_slides(tmp_path, deck)


@pytest.mark.slow
@settings(quick, max_examples=20)
@given(decks)
def test_any_deck_becomes_whole_slides(tmp_path: Path, deck: Deck) -> None:
    whole_slides(tmp_path, deck)


def whole_slides(tmp_path: Path, deck: Deck) -> None:
    path = tmp_path / "a.pptx"
    write_pptx(deck, path)
    joined(path, "}t")
    made = pptx.Presentation(str(path))
    assert_sound(made)
    shown = "".join(
        held(shape.text_frame.text) for slide in made.slides for shape in slide.shapes if shape.has_text_frame
    )
    for slide in deck.slides:
        for point in slide.points:
            assert all(
                held(part) in shown.replace("[1]", "").replace("[2]", "").replace("[3]", "")
                for part in [clean(point.text)[:20].split("\n")[0]]
                if "[" not in part
            )


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_everywhere(tmp_path: Path, text: str) -> None:
    piece = Said(text, (1,))
    grid = Grid((text, text), ((piece, piece),), caption=text)
    listed = (Source(1, citation(title=text, article=text, part=text, quote=text, region=text, url=text)),)
    paper = Paper(
        text,
        text,
        (text,),
        (Heading(1, text), Paragraph((piece,)), Points((piece,), True), grid, Box(text, (piece,))),
        listed,
        (text,),
    )
    write_docx(paper, tmp_path / "a.docx")
    write_xlsx(paper, tmp_path / "a.xlsx")
    deck = Deck(
        text,
        tuple(Slide(look, text, (piece,), grid if look is Look.TABLE else None, (piece,)) for look in Look),
        listed,
        text,
    )
    write_pptx(deck, tmp_path / "a.pptx")
    assert held(text) in joined(tmp_path / "a.docx", "}t")
    assert_sound(pptx.Presentation(str(tmp_path / "a.pptx")))


@pytest.mark.slow
def test_ten_thousand_rows(tmp_path: Path) -> None:
    rows = tuple(tuple(Said(f"第{n}行第{m}格", (1,)) for m in range(4)) for n in range(10_000))
    paper = Paper("长", "", (), (Grid(("甲", "乙", "丙", "丁"), rows),), (Source(1, citation()),))
    began = time.process_time()
    write_docx(paper, tmp_path / "a.docx")
    write_xlsx(paper, tmp_path / "a.xlsx")
    assert "第9999行第3格" in write_md(paper)
    assert time.process_time() - began < 30
    assert joined(tmp_path / "a.docx", "}t").count("行第3格") == 10_000
    book: Any = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True)
    assert book.worksheets[0].max_row == 10_001
