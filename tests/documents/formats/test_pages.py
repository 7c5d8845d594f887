"""PDFs, scans and pictures: what stands on a page comes out once, whole and in order; bad files cost one sentence."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.errors import NeedsRecognition, UnreadableFile
from documents.formats import Extract, extract
from tests.documents.formats import table

reportlab = pytest.importorskip("reportlab", reason="python -m pip install reportlab")
pytest.importorskip("rapidocr", reason="python -m pip install rapidocr onnxruntime")

SENTENCES = (
    "怀着孩子的女工干不了原来的活，厂里看过医生开的证明，就要把活减轻一些，或者换一个她干得了的岗位，工资一分也不能少。",
    "各级工会女职工委员会要把普法宣传送到车间班组，让每一位女职工都知道自己有哪些权利，遇到问题去找谁。",
    "第三季度开展女职工劳动保护检查，重点检查禁忌劳动范围、工间休息和哺乳室，发现问题当场提出整改意见。",
    "检查结果在第四季度向全体职工公布，整改没有完成的单位不得参加年度先进评选，也不得申报工人先锋号。",
)


def canvas(path: Path, **more: object) -> object:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return Canvas(str(path), pagesize=(595, 842), **more)


def write(page: object, words: str, x: float, y: float, width: int, size: float = 12) -> float:
    """Draw a text in lines of `width` characters; returns where the next begins."""
    page.setFont("STSong-Light", size)  # type: ignore[attr-defined]
    for at in range(0, len(words), width):
        page.drawString(x, y, words[at : at + width])  # type: ignore[attr-defined]
        y -= 1.5 * size
    return y


def pdf(path: Path, pages: int = 1, **more: object) -> Path:
    page = canvas(path, **more)
    for number in range(pages):
        write(page, "某市总工会内部材料", 60, 810, 40, 9)
        y = 760.0
        for sentence in (*SENTENCES[number % 4 :], *SENTENCES[: number % 4]):
            y = write(page, sentence, 60, y, 38) - 14
        write(page, f"第{number + 1}页写完。", 60, y, 38)
        write(page, f"— {number + 1} —", 280, 30, 40, 9)
        page.showPage()  # type: ignore[attr-defined]
    page.save()  # type: ignore[attr-defined]
    return path


def flat(read: Extract) -> str:
    return read.text.replace("\n", "")


def test_lines_are_rejoined_and_furniture_is_gone(tmp_path: Path) -> None:
    read = extract(pdf(tmp_path / "a.pdf", 3))
    lines = read.text.splitlines()
    assert all(lines.count(sentence) == 3 for sentence in SENTENCES)
    assert "内部材料" not in read.text
    assert "—" not in read.text
    assert [read.text[at:].startswith(SENTENCES[n]) for n, at in enumerate(read.pages)] == [True] * 3


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    page = canvas(tmp_path / "a.pdf")
    write(page, "妇女报头版大标题横跨两栏", 60, 780, 40, 24)
    for x, own in ((60, SENTENCES[:2]), (315, SENTENCES[2:])):
        y = 720.0
        for sentence in own:
            y = write(page, "　　" + sentence, x, y, 18)
    page.save()  # type: ignore[attr-defined]
    text = flat(extract(tmp_path / "a.pdf"))
    places = [text.find(sentence) for sentence in ("妇女报头版", *SENTENCES)]
    assert places == sorted(places)
    assert places[0] >= 0


def test_ruled_table_keeps_its_header_over_the_page(tmp_path: Path) -> None:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    canvas(tmp_path / "font.pdf")
    style = ParagraphStyle("a", fontName="STSong-Light", fontSize=11, leading=15)
    rows = [["地区", "托管班", "人数"]] + [[f"第{n}区", f"{n}个", f"{n * 7}人"] for n in range(1, 61)]
    cells = [[Paragraph(cell, style) for cell in row] for row in rows]
    ruled = Table(cells, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.6, "black")])
    SimpleDocTemplate(str(tmp_path / "a.pdf")).build([Paragraph("各区托管班一览", style), ruled])
    lines = extract(tmp_path / "a.pdf").text.splitlines()
    assert lines[0] == "各区托管班一览"
    assert lines[1:] == [f"地区：第{n}区；托管班：{n}个；人数：{n * 7}人" for n in range(1, 61)]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b""), "空文件"),
        (lambda path: path.write_bytes(b"%PDF-1.7\n"), "损坏|读不|不是|打不开"),
        (lambda path: path.write_bytes(b"hello"), "内容不是 pdf"),
        (lambda path: pdf(path) and path.write_bytes(path.read_bytes()[:700]), "损坏|读不|打不开|不是完整"),
        (lambda path: pdf(path, encrypt="secret"), "密码"),
        (lambda path: canvas(path).save(), "没有认出文字|一页也没有|不是完整"),
    ],
)
def test_bad_pdfs(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "坏的.pdf"
    make(path)  # type: ignore[operator]
    with pytest.raises(UnreadableFile, match=words) as fault:
        extract(path)
    assert "坏的.pdf" in str(fault.value)


def test_a_broken_pdf_after_a_locked_one_is_not_called_locked(tmp_path: Path) -> None:
    for path, words in ((pdf(tmp_path / "锁.pdf", encrypt="secret"), "密码"), (tmp_path / "断.pdf", "完整")):
        if not path.exists():
            path.write_bytes(b"%PDF-1.7\n1 0 obj\n")
        with pytest.raises(UnreadableFile, match=words):
            extract(path)


def test_garbage_before_the_head_is_passed_over(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    path.write_bytes(b"From: someone\r\n" + path.read_bytes())
    assert SENTENCES[0] in extract(path).text


def test_too_many_pages(tmp_path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(2000):
        document.new_page(595, 842)
    document.save(tmp_path / "两千页.pdf")
    with pytest.raises(UnreadableFile, match=r"2000 页.*拆成"):
        extract(tmp_path / "两千页.pdf")


def test_pictures_wait_for_recognition(tmp_path: Path) -> None:
    with pytest.raises(NeedsRecognition):
        extract(scan(tmp_path), recognise=False)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6),
    st.integers(0, 3000),
)
def test_broken_bytes_give_text_or_one_sentence(tmp_path: Path, changes: list[tuple[int, bytes]], keep: int) -> None:
    path = tmp_path / "乱.pdf"
    data = bytearray(pdf(tmp_path / "a.pdf").read_bytes())
    for at, new in changes:
        data[at % len(data) : at % len(data) + len(new)] = new
    path.write_bytes(bytes(data[: len(data) - keep % 400]))
    with contextlib.suppress(UnreadableFile):  # any other exception fails the test
        assert extract(path, recognise=False).text.strip()


def scan(folder: Path, turn: int = 0) -> Path:
    """A picture of a short page, turned by degrees."""
    import pypdfium2

    page = canvas(folder / "print.pdf")
    y = 780.0
    for sentence in SENTENCES[:2]:
        y = write(page, sentence, 60, y, 38)
    page.save()  # type: ignore[attr-defined]
    with pypdfium2.PdfDocument(folder / "print.pdf") as document:
        picture = document[0].render(scale=150 / 72).to_pil()
    path = folder / "扫描.png"
    picture.rotate(turn, expand=True).save(path)
    return path


@pytest.mark.parametrize("turn", [0, pytest.param(180, marks=pytest.mark.slow)])
def test_a_scan_is_read_whichever_way_up(tmp_path: Path, turn: int) -> None:
    read = extract(scan(tmp_path, turn))
    got, wanted = flat(read).replace(",", "，"), "".join(SENTENCES[:2])
    same = sum(a == b for a, b in zip(got, wanted, strict=False))
    assert same >= 0.95 * len(wanted), got
    assert read.scanned == 1
    assert any("倒" in note for note in read.notes) == (turn == 180)


@pytest.mark.parametrize("kind", ["blank", "truncated", "dot"])
def test_bad_pictures(tmp_path: Path, kind: str) -> None:
    from PIL import Image

    path = tmp_path / "图.png"
    Image.new("RGB", (1, 1) if kind == "dot" else (800, 600), "white").save(path)
    if kind == "truncated":
        path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(UnreadableFile, match="图.png"):
        extract(path)


def test_a_picture_that_is_a_bomb(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "炸弹.png"
    Image.new("1", (30_000, 30_000)).save(path)
    with pytest.raises(UnreadableFile, match="炸弹"):
        extract(path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", table.FORMATS)
def test_the_page_on_formats_is_true(kind: str) -> None:
    if not table.SOFFICE and kind not in ("txt", "xlsx"):
        pytest.skip(table.INSTALL)
    assert table.row(kind) in table.PAGE.read_text(encoding="utf-8").splitlines()
