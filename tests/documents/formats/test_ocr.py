"""Scans and pictures: what is printed on them comes out, upright, in order, with its doubts told."""

import difflib
import io
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from documents.errors import UnreadableFile
from documents.formats.extract import Extract
from documents.formats.ocr import read_image
from documents.formats.pdf import read_pdf
from tests.documents.formats.test_pdf import drawn, marked_up, printed, texts

pytest.importorskip("rapidocr", reason="needs character recognition: pip install rapidocr onnxruntime")
FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
needs_font = pytest.mark.skipif(not FONT.exists(), reason="needs Chinese type: apt install fonts-noto-cjk")
LINES = ["第一条　女职工生育享受九十八天产假，", "其中产前可以休假十五天。", "第二条　产假工资照发。"]
READ = ["第一条　女职工生育享受九十八天产假，其中产前可以休假十五天。", "第二条　产假工资照发。"]


def outcome(read: Callable[[], Extract]) -> str:
    """The sentence of a refusal, the name alone where there was text; any other exception fails the test."""
    try:
        assert isinstance(read(), Extract)
    except UnreadableFile as error:
        return str(error)
    return "「坏.png」"


def lettered(lines: list[str] = LINES, size: int = 30) -> Image.Image:
    """Draw lines as on paper, the first of each article indented."""
    image = Image.new("RGB", (800, 80 + 2 * size * len(lines)), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(str(FONT), size)
    for place, line in enumerate(lines):
        indent = 2 * size if line.startswith("第") else 0
        draw.text((60 + indent, 40 + 1.7 * size * place), line, font=font, fill="black")
    return image


def problem(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_image(path)
    message = str(caught.value)
    assert f"「{path.name}」" in message
    assert message.endswith("。")
    assert "\n" not in message
    return message


def likeness(found: str, printed_text: str) -> float:
    """Share of characters alike, spaces aside."""
    plain = [text.replace("　", "").replace(" ", "") for text in (found, printed_text)]
    return difflib.SequenceMatcher(None, *plain, autojunk=False).ratio()


@needs_font
def test_a_small_picture_is_read(tmp_path: Path) -> None:
    lettered().save(tmp_path / "照片.png")
    extract = read_image(tmp_path / "照片.png")
    assert extract.text.splitlines() == READ
    assert extract.scanned == 1
    assert extract.pages == (0,)
    assert 0.9 < extract.confidence <= 1
    assert "识别出来的" in extract.notes[0]
    assert len(extract.notes) == 1


@needs_font
@pytest.mark.slow
def test_a_picture_lying_on_its_head_is_turned(tmp_path: Path) -> None:
    lettered().rotate(180).save(tmp_path / "倒.png")
    extract = read_image(tmp_path / "倒.png")
    assert extract.text.splitlines() == READ
    assert "第1页是倒着的，已转正后识别。" in extract.notes


@needs_font
@pytest.mark.slow
@pytest.mark.parametrize("degrees", [90, 270, 2, -1.5])
def test_pictures_lying_sideways_or_aslant(tmp_path: Path, degrees: float) -> None:
    lettered().rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC).save(
        tmp_path / "斜.png"
    )
    extract = read_image(tmp_path / "斜.png")
    assert extract.text.splitlines() == READ
    assert ("第1页是横着的，已转正后识别。" in extract.notes) == (degrees % 90 == 0)


@needs_font
@pytest.mark.slow
@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16", "webp", "bmp", "jpg", "exif"])
def test_every_kind_of_picture(tmp_path: Path, mode: str) -> None:
    image, path = lettered(), tmp_path / "图.png"
    if mode == "I;16":
        image = image.convert("L").convert("I").point(lambda value: value * 256).convert("I;16")
    elif mode in ("RGBA", "LA"):  # black letters on nothing
        clear = Image.new("RGBA", image.size, (0, 0, 0, 0))
        clear.putalpha(image.convert("L").point(lambda value: 255 - value))
        image = clear.convert(mode)
    elif mode in ("webp", "bmp", "jpg"):
        path = tmp_path / f"图.{mode}"
    elif mode == "exif":
        path, tags = tmp_path / "图.jpg", Image.Exif()
        tags[0x0112] = 6  # the camera was held sideways
        image.rotate(90, expand=True).save(path, exif=tags)
    else:
        image = image.convert(mode)
        path = tmp_path / ("图.tif" if mode == "CMYK" else "图.png")
    if mode != "exif":
        image.save(path)
    assert read_image(path).text.splitlines() == READ


@needs_font
@pytest.mark.slow
def test_a_tiff_of_several_pages(tmp_path: Path) -> None:
    pages = [lettered(), lettered(["第三条　哺乳时间每天一小时。"])]
    pages[0].save(tmp_path / "页.tiff", save_all=True, append_images=pages[1:])
    extract = read_image(tmp_path / "页.tiff")
    assert extract.text.splitlines() == [*READ, "第三条　哺乳时间每天一小时。"]
    assert [extract.text[offset:][:3] for offset in extract.pages] == ["第一条", "第三条"]
    assert extract.scanned == 2


@needs_font
def test_pages_with_and_without_text_in_one_file(tmp_path: Path) -> None:
    lettered().save(tmp_path / "图.pdf", resolution=150)
    document = pypdfium2.PdfDocument(drawn(tmp_path / "字.pdf", ["总则由文字组成，不必识别。"]))
    document.import_pages(pypdfium2.PdfDocument(tmp_path / "图.pdf"))
    document.save(tmp_path / "混.pdf")
    extract = read_pdf(tmp_path / "混.pdf")
    assert extract.text.splitlines() == ["总则由文字组成，不必识别。", *READ]
    assert extract.scanned == 1
    assert extract.notes[0].startswith("第2页是扫描件或图片")
    assert extract.text[extract.pages[1] :].startswith("第一条")


def scan(source: Path, target: Path, degrees: float = 0) -> Path:
    """Photograph a PDF: its pages as pictures of 200 dots an inch."""
    document = pypdfium2.PdfDocument(source)
    pictures = [page.render(scale=200 / 72).to_pil().convert("L").rotate(degrees, expand=True) for page in document]
    pictures[0].save(target, save_all=True, append_images=pictures[1:], resolution=200)
    return target


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [0, 180])
def test_a_scanned_newspaper_page(tmp_path: Path, degrees: int) -> None:
    first, second = texts(12, 1), texts(8, 2)
    html = (
        f"<h1>团结动员女职工建功立业</h1><div style='columns:4;column-gap:1.3em;font-size:9pt'>{marked_up(first)}</div>"
        f"<h2>地方经验</h2><div style='columns:2;column-gap:1.6em'>{marked_up(second)}</div>"
    )
    source = printed(tmp_path, "报纸", html)
    start = time.perf_counter()
    extract = read_pdf(scan(source, tmp_path / "扫描.pdf", degrees))
    seconds = time.perf_counter() - start
    wanted = ["团结动员女职工建功立业", *first, "地方经验", *second]
    alike = likeness(extract.text, "\n".join(wanted) + "\n")
    print(f"newspaper page, {len(extract.text)} characters: {seconds:.1f} s, {alike:.2%} alike")
    assert abs(len(extract.text.splitlines()) - len(wanted)) <= 1  # recognition may part one paragraph
    assert alike > 0.985


@pytest.mark.slow
def test_a_scanned_paper_with_a_table(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td>{name}<td>{days}天<td>条例规定，工资照发，不影响晋级和福利待遇</tr>"
        for name, days in [("江苏", 158), ("浙江", 188), ("河南", 190), ("广东", 178)]
    )
    body, last = texts(8, 7), texts(4, 8)
    html = (
        f"<h1>各省产假</h1>{marked_up(body)}<table border=1 style='width:60%'><tr><td>地区<td>产假<td>依据</tr>{rows}</table>"
        f"{marked_up(last)}"
    )
    extract = read_pdf(scan(printed(tmp_path, "产假", html), tmp_path / "扫描.pdf"))
    lines = extract.text.splitlines()
    assert len(lines) == 1 + 8 + 4 + 4
    assert lines[9:13] == [
        f"地区：{name}；产假：{days}天；依据：条例规定，工资照发，不影响晋级和福利待遇"
        for name, days in [("江苏", 158), ("浙江", 188), ("河南", 190), ("广东", 178)]
    ]


def test_what_is_no_picture(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((600, 400)).save(stream, "PNG")
    png = stream.getvalue()
    path = tmp_path / "坏.png"
    for data, words in [
        (b"", "空文件"),
        (b"abc" * 100, "不是能读的图片"),
        (png[: len(png) // 2], "已损坏"),
        (png[:20], ""),
    ]:
        path.write_bytes(data)
        assert words in problem(path)
    assert "没有" in problem(tmp_path / "没有.png") or "不完整" in problem(tmp_path / "没有.png")


@pytest.mark.parametrize("side", [9_500, 16_000])
def test_a_picture_of_too_many_pixels(tmp_path: Path, side: int) -> None:
    stream = bytearray()
    Image.new("1", (8, 8)).save(tmp_path / "炸.png")
    stream += (tmp_path / "炸.png").read_bytes()
    import struct
    import zlib

    head = stream[12:16] + struct.pack(">II", side, side) + stream[24:29]
    stream[12:33] = head + struct.pack(">I", zlib.crc32(head))
    (tmp_path / "炸.png").write_bytes(bytes(stream))
    assert "像素太多" in problem(tmp_path / "炸.png")


def test_nothing_to_recognise(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1)).save(tmp_path / "点.png")
    assert "没有认出文字" in problem(tmp_path / "点.png")
    Image.new("RGB", (600, 400), "white").save(tmp_path / "白.jpg")
    assert "没有认出文字" in problem(tmp_path / "白.jpg")


def test_too_many_frames(tmp_path: Path) -> None:
    frames = [Image.new("1", (2, 2))] * 201
    frames[0].save(tmp_path / "多.tif", save_all=True, append_images=frames[1:])
    assert "201 页" in problem(tmp_path / "多.tif")


def test_without_rapidocr_the_user_is_told_what_to_install(tmp_path: Path) -> None:
    Image.new("RGB", (60, 40), "white").save(tmp_path / "图.png")
    code = (
        "import sys, pathlib; sys.modules['rapidocr'] = None\n"
        "from documents.errors import UnreadableFile\nfrom documents.formats.ocr import read_image\n"
        f"try: read_image(pathlib.Path({str(tmp_path / '图.png')!r}))\nexcept UnreadableFile as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install rapidocr onnxruntime" in done.stdout
    assert "图.png" in done.stdout
    assert not done.stderr


@needs_font
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads a process's memory as Linux tells it")
@pytest.mark.slow
def test_recognition_says_nothing_and_stays_small(tmp_path: Path) -> None:
    lettered().save(tmp_path / "图.png")
    code = (
        "import pathlib\nfrom documents.formats.ocr import read_image\n"
        f"read_image(pathlib.Path({str(tmp_path / '图.png')!r}))\n"
        "print(pathlib.Path('/proc/self/status').read_text())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not done.stderr
    # the process's own mark: ru_maxrss begins at that of the tests, which may be larger
    assert (peak := re.search(r"VmHWM:\s*(\d+) kB", done.stdout))
    assert int(peak[1]) / 1024 < 1300


@pytest.mark.slow
def test_a_full_page_takes_seconds_and_little_memory(tmp_path: Path) -> None:
    source = printed(tmp_path, "满页", f"<div style='font-size:12pt'>{marked_up(texts(22, 9))}</div>")
    scan(source, tmp_path / "扫描.pdf")
    pages = len(pypdfium2.PdfDocument(tmp_path / "扫描.pdf"))
    read_pdf(tmp_path / "扫描.pdf")
    start = time.perf_counter()
    read_pdf(tmp_path / "扫描.pdf")
    seconds = (time.perf_counter() - start) / pages
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{pages} pages: {seconds:.1f} s a page, peak {peak:.0f} MB")
    assert seconds < 20  # 3 s on two quiet cores


PNG = io.BytesIO()
Image.linear_gradient("L").resize((24, 16)).save(PNG, "PNG")
TIFF = io.BytesIO()
Image.linear_gradient("L").resize((24, 16)).save(TIFF, "TIFF")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([PNG.getvalue(), TIFF.getvalue()]), st.data())
@pytest.mark.slow
def test_damaged_bytes_give_an_extract_or_one_sentence(tmp_path: Path, good: bytes, data: st.DataObject) -> None:
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "坏.png"
    path.write_bytes(bytes(damaged))
    assert outcome(lambda: read_image(path)).startswith("「坏.png」")
