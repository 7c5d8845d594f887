"""One paper and one deck as LibreOffice shows them: every page has ink, every sentence is there, nothing is cut off or runs into the foot."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from rag.desk.paper import Box, Grid, Heading, Paragraph, Points, Said
from rag.desk.write import write_docx, write_pptx, write_xlsx
from tests.rag.desk.write.sample import DECK, PAPER

OFFICE = shutil.which("soffice")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(OFFICE is None, reason="apt-get install libreoffice fonts-noto-cjk")]
Render = Callable[[Path], Any]


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Render]:
    home, opened = tmp_path_factory.mktemp("office"), []

    def made(path: Path) -> Any:
        options = [
            f"-env:UserInstallation={home.as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(path.parent),
        ]
        subprocess.run([str(OFFICE), *options, str(path)], check=True, capture_output=True, timeout=300)
        opened.append(pypdfium2.PdfDocument(str(path.with_suffix(".pdf"))))
        return opened[-1]

    yield made
    for document in opened:
        document.close()


def said(page: Any) -> str:
    text = page.get_textpage()
    try:
        return "".join(str(text.get_text_range()).split())
    finally:
        text.close()


def boxes(page: Any) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of every character that can be seen, in points."""
    text = page.get_textpage()
    try:
        return [text.get_charbox(n) for n in range(text.count_chars()) if text.get_text_range(n, 1).strip()]
    finally:
        text.close()


def ink(page: Any) -> float:
    """The share of a page's picture that is not its commonest colour."""
    picture = page.render(scale=0.5).to_pil().convert("L")
    counts = picture.histogram()
    return 1 - max(counts) / sum(counts)


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("wide", [False, True])
def test_paper_is_shown_whole(tmp_path: Path, render: Render, wide: bool) -> None:
    write_docx(replace(PAPER, wide=wide), tmp_path / "paper.docx")
    pages = list(render(tmp_path / "paper.docx"))
    assert 3 <= len(pages) <= 6
    whole = "".join(map(said, pages))
    for block in PAPER.blocks:
        match block:
            case Heading():
                assert flat(block.text) in whole
            case Paragraph() | Box():
                assert all(flat(piece.text)[:16] in whole for piece in block.said)
            case Points():
                assert all(flat(item.text)[:16] in whole for item in block.items)
            case Grid():
                assert all(flat(cell.text)[:6] in whole for row in block.rows for cell in row)
    assert all(note in whole for note in map(flat, PAPER.notes))
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in said(page)
        assert ink(page) > 0.005
        width, height = page.get_size()
        assert (width > height) is wide
        assert all(
            left > 50 and right < width - 40 and bottom > 20 and top < height - 20
            for left, bottom, right, top in boxes(page)
        )


def test_a_long_table_shows_its_head_on_every_page(tmp_path: Path, render: Render) -> None:
    rows = tuple((Said(f"第{n}行"), Said("内容" * 30)) for n in range(80))
    write_docx(
        replace(PAPER, blocks=(Grid(("序号栏", "内容栏"), rows, (1, 4)),), sources=(), notes=()), tmp_path / "long.docx"
    )
    pages = list(render(tmp_path / "long.docx"))
    assert len(pages) > 3
    assert all("序号栏" in said(page) for page in pages)


def test_deck_is_shown_whole(tmp_path: Path, render: Render) -> None:
    import pptx

    write_pptx(DECK, tmp_path / "deck.pptx")
    pages = list(render(tmp_path / "deck.pptx"))
    slides = list(pptx.Presentation(str(tmp_path / "deck.pptx")).slides)
    assert len(pages) == len(slides)
    for number, (page, slide) in enumerate(zip(pages, slides, strict=True), 1):
        shown = said(page)
        for shape in slide.shapes:
            if shape.has_text_frame and "‹#›" not in shape.text_frame.text:
                assert all(flat(p.text) in shown for p in shape.text_frame.paragraphs), (number, shape.name)
            if shape.has_table:
                assert all(flat(cell.text)[:6] in shown for row in shape.table.rows for cell in row.cells)
        assert ink(page) > 0.005
        width, height = page.get_size()
        assert abs(width / height - 16 / 9) < 0.01
        inch = height / 7.5
        for left, bottom, right, top in boxes(page):
            assert 0.6 * inch < left < right < width - 0.6 * inch, number
            assert top < height - 0.3 * inch, number
            # between the text and the foot there is a strip of nothing
            assert bottom > height - 6.7 * inch or top < height - 6.85 * inch, number


def test_workbook_shows_its_cells_whole(tmp_path: Path, render: Render) -> None:
    write_xlsx(PAPER, tmp_path / "paper.xlsx")
    whole = "".join(map(said, render(tmp_path / "paper.xlsx")))
    assert "一定的休息[2]" in whole  # the last words of the longest cell
    assert "=SUM(A1:A9)" in whole
