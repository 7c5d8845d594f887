"""Read PDFs: the text where there is text, character recognition page by page where there is only a picture of it."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from documents.errors import NeedsRecognition, UnreadableFile
from documents.formats.extract import Extract
from documents.formats.layout import Page, Run, read_order
from documents.formats.paragraphs import flow_text
from documents.formats.rulings import Grid, Ruling, find_grids, table_runs

MAX_PAGES = 1000
MAX_SCANNED = 200
MAX_CHARACTERS = 100_000  # on one page; an A3 newspaper page has about 10,000
MAX_OBJECTS = 20_000
MAX_IMAGE_PIXELS = 160_000_000  # A0 at 300 dots an inch
DPI = 200
MAX_PIXELS = 12_000_000
_BULLETS = dict.fromkeys("\uf0b7\uf06c\uf0d8\uf0a7\uf0fc\uf075\uf076\uf077\uf06e\uf071\uf0e8\uf09f\uf0a8\uf0fe", "•")
_RADICALS = {code: text for code in range(0x2F00, 0x2FE0) if (text := unicodedata.normalize("NFKC", chr(code)))}
_COMPATIBLE = {code: text for code in range(0xF900, 0xFB00) if (text := unicodedata.normalize("NFKC", chr(code)))}
_TRANSLATE = str.maketrans(
    {
        **{chr(code): text for code, text in {**_RADICALS, **_COMPATIBLE}.items()},
        **_BULLETS,
        "\x02": "-",
        "\xad": "-",
        "\ufffe": "-",
        "\xa0": " ",
        "\u200b": "",
        "\ufeff": "",
        "\x00": "",
    }
)
_LOST = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]|[\U000f0000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Frame:
    """The page turned so that its text runs from left to right: quarter turns and the page's box."""

    turns: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.right - self.left if self.turns % 2 else self.top - self.bottom

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Turn a point of the file (y upwards) into one of the reading page (y downwards)."""
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x


@dataclass(frozen=True, slots=True)
class _Glyph:
    text: str
    x0: float
    x1: float
    base: float
    size: float
    turns: int


def read_pdf(path: Path, recognise: bool = True) -> Extract:
    """Read a PDF.

    Parameters: the file; `recognise`, whether pages that are pictures of text go through character recognition.
    Returns its text with paragraphs rejoined, page offsets, and notes on what was recognised from pictures or left out.
    Raises UnreadableFile for what is no PDF, is damaged, locked, empty or too large, NeedsRecognition where
    `recognise` is false and a page is a picture.
    """
    import pypdfium2

    document = _open(path)
    try:
        count = len(document)
        if count == 0:
            raise UnreadableFile(f"「{path.name}」里一页也没有。请检查文件是否完整，再重新导出一份。")
        if count > MAX_PAGES:
            raise UnreadableFile(f"「{path.name}」有 {count} 页，超过 {MAX_PAGES} 页的上限。请拆成几个文件再添加。")
        return _extract(document, path, count, recognise)
    except (pypdfium2.PdfiumError, ctypes.ArgumentError) as error:
        raise UnreadableFile(
            f"「{path.name}」已损坏，读不完整（{type(error).__name__}）。请重新下载或重新导出一份。"
        ) from error
    finally:
        document.close()


def _open(path: Path) -> Any:
    import pypdfium2

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"「{path.name}」打不开（{error.strerror}）。请检查文件和权限。") from error
    if not data.strip(b"\0 \r\n\t"):
        raise UnreadableFile(f"「{path.name}」是空文件，没有收入。")
    start = data.find(b"%PDF-")
    if start < 0:
        raise UnreadableFile(f"「{path.name}」不是 PDF（可能只是改了后缀）。请给原来的文件。")
    try:
        return pypdfium2.PdfDocument(data[start:] if start else data)
    except pypdfium2.PdfiumError as error:
        # PDFium keeps the code of the file before where this one sets none
        if "assword" in str(error) and b"/Encrypt" in data:
            message = "有打开密码，没有收入。请先去掉密码，另存一份再添加"
        elif "ecurity" in str(error):
            message = "用了读不了的加密方式，没有收入。请打印成不加密的 PDF 再添加"
        else:
            message = "不是完整的 PDF，可能没有下载完。请重新下载或重新导出一份"
        raise UnreadableFile(f"「{path.name}」{message}。") from error


def _extract(document: Any, path: Path, count: int, recognise: bool) -> Extract:
    pages: list[Page | None] = []
    notes: list[str] = []
    lost = 0
    for number in range(1, count + 1):
        page, missing = _text_page(document, number, path)
        if page is None and not recognise:
            raise NeedsRecognition(f"「{path.name}」第 {number} 页是图片，要用文字识别来读。")
        pages.append(page)
        lost += missing
    scanned = [number for number, page in enumerate(pages, 1) if page is None]
    if len(scanned) > MAX_SCANNED:
        raise UnreadableFile(
            f"「{path.name}」有 {len(scanned)} 页是扫描件，超过一次识别 {MAX_SCANNED} 页的上限。请拆成几个文件再添加。"
        )
    confidence = 1.0
    if scanned:
        from documents.formats.ocr import recognise_pages

        recognised = recognise_pages((_picture(document, number, path.name) for number in scanned), scanned, path.name)
        for number, page in zip(scanned, recognised.pages, strict=True):
            pages[number - 1] = page
        notes += recognised.notes
        confidence = recognised.confidence
    if lost:
        notes.append(f"有 {lost} 个字在文件里没有对应的文字编码，用「□」代替，请对照原件。")
    text, offsets = flow_text([page for page in pages if page is not None])
    if not re.search(r"\w", text):
        raise UnreadableFile(f"「{path.name}」里没有认出文字（可能是空白页、图片或竖排），没有收入。请换清楚的文件。")
    return Extract(text, offsets, _title(document), tuple(notes), len(scanned), confidence)


def _title(document: Any) -> str:
    """The title in the file's properties, unless a program put its own or the file's name there."""
    title = re.sub(r"\s+", " ", document.get_metadata_value("Title")).strip()
    if re.search(r"\.\w{2,5}$|^Microsoft Word|^untitled$|[\ue000-\uf8ff\ufffd\x00-\x1f]|://", title, re.IGNORECASE):
        return ""
    return title[:200]


def _text_page(document: Any, number: int, path: Path) -> tuple[Page | None, int]:
    """Read one page's text; None where only a picture of the text is there. Also counts characters without a code."""
    page = document[number - 1]
    try:
        glyphs, lost = _glyphs(page, number, path)
        readable = [glyph for glyph in glyphs if not glyph.text.isspace()]
        if _is_garbage(readable, lost) or (len(readable) < 30 and _is_picture(page, len(readable))):
            return None, 0
        if not readable:
            return Page(1.0, []), 0
        result = _laid_out(page, glyphs)
        return result, lost
    finally:
        page.close()


def _is_garbage(glyphs: Sequence[_Glyph], lost: int) -> bool:
    """Whether the file's character codes mean nothing: most are private, or make up no Chinese or Latin text."""
    if len(glyphs) < 5:
        return False
    text = "".join(glyph.text for glyph in glyphs)
    known = len(text.encode("gbk", "ignore").decode("gbk"))
    return lost > 0.3 * len(glyphs) or known < 0.6 * len(text)


def _glyphs(page: Any, number: int, path: Path) -> tuple[list[_Glyph], int]:
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    handle = textpage.raw
    count = raw.FPDFText_CountChars(handle)
    if count > MAX_CHARACTERS:
        raise UnreadableFile(f"「{path.name}」第 {number} 页有 {count} 个字，不像是正常的页面，没有收入。请检查文件。")
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    left, bottom, right, top = page.get_cropbox()
    frames = [_Frame(turns, left, bottom, right, top) for turns in range(4)]
    glyphs, lost = [], 0
    for index in range(count):
        if raw.FPDFText_IsGenerated(handle, index) == 1:
            continue
        text = chr(raw.FPDFText_GetUnicode(handle, index)).translate(_TRANSLATE)
        if not text or text in "\r\n":
            continue
        raw.FPDFText_GetLooseCharBox(handle, index, box)
        raw.FPDFText_GetMatrix(handle, index, matrix)
        raw.FPDFText_GetCharOrigin(handle, index, x, y)
        turn = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        outside = not (left - 5 < x.value < right + 5 and bottom - 5 < y.value < top + 5)
        if outside or abs(turn - round(turn)) > 0.12:
            continue  # beyond the visible page, or aslant: a watermark
        turns = round(turn) % 4
        size = raw.FPDFText_GetFontSize(handle, index) * math.hypot(matrix.c, matrix.d)
        if size < 1:
            size = max(1.0, abs(box.top - box.bottom) if turns % 2 == 0 else abs(box.right - box.left))
        frame = frames[turns]
        start, end = sorted((frame.place(box.left, box.bottom)[0], frame.place(box.right, box.top)[0]))
        if _LOST.match(text):
            text, lost = "□", lost + 1
        glyphs.append(_Glyph(text, start, end, frame.place(x.value, y.value)[1], size, turns))
    textpage.close()
    return glyphs, lost


def _is_picture(page: Any, readable: int) -> bool:
    """Whether a page with next to no text shows a picture (or drawn outlines) in its place."""
    import pypdfium2.raw as raw

    left, bottom, right, top = page.get_cropbox()
    area, drawn = 0.0, 0
    for kind, box, _ in _objects(page):
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            wide = min(box[2], right) - max(box[0], left)
            area += max(0.0, wide) * max(0.0, min(box[3], top) - max(box[1], bottom))
        elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING):
            drawn += 1
    return area > 0.3 * (right - left) * (top - bottom) or (readable == 0 and (area > 0 or drawn > 20))


def _objects(page: Any) -> Iterator[tuple[int, tuple[float, float, float, float], Any]]:
    """Walk the page's objects, forms opened once: (kind, box, handle)."""
    import pypdfium2.raw as raw

    corners = [ctypes.c_float() for _ in range(4)]
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        handle = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetBounds(handle, *corners):
            left, bottom, right, top = (corner.value for corner in corners)
            yield raw.FPDFPageObj_GetType(handle), (left, bottom, right, top), handle


def _picture(document: Any, number: int, name: str) -> Any:
    """Draw a page for character recognition: an array of shape (height, width, 3), 200 dots an inch or fewer."""
    import pypdfium2.raw as raw

    page = document[number - 1]
    pixels = sum(_pixels(handle) for kind, _, handle in _objects(page) if kind == raw.FPDF_PAGEOBJ_IMAGE)
    if pixels > MAX_IMAGE_PIXELS:
        raise UnreadableFile(
            f"「{name}」第 {number} 页的图片有 {pixels / 1e6:.0f} 百万像素，太大了。请降低扫描的分辨率后再试。"
        )
    width, height = page.get_size()
    scale = min(DPI / 72, math.sqrt(MAX_PIXELS / max(width * height, 1.0)), 5000 / max(width, height, 1.0))
    bitmap = page.render(scale=scale, draw_annots=False, rev_byteorder=False, prefer_bgrx=False)
    picture = bitmap.to_numpy()[:, :, :3].copy()
    bitmap.close()
    page.close()
    return picture


def _pixels(handle: Any) -> int:
    import pypdfium2.raw as raw

    width, height = ctypes.c_uint(), ctypes.c_uint()
    return width.value * height.value if raw.FPDFImageObj_GetImagePixelSize(handle, width, height) else 0


def _laid_out(page: Any, glyphs: list[_Glyph]) -> Page:
    """Lay out a page's glyphs: the main direction with its tables first, text turned otherwise after it."""
    box = page.get_cropbox()
    counts = Counter(glyph.turns for glyph in glyphs)
    whole: Page | None = None
    for turns, count in counts.most_common():
        frame = _Frame(turns, *box)
        own = [glyph for glyph in glyphs if glyph.turns == turns]
        if whole is None:
            grids = _grids(page, frame)
            whole = read_order(_runs(own, grids), frame.height)
        elif count >= 20:
            beside = read_order(_runs(own, []), frame.height)
            whole.lines += [replace(line, flow=line.flow + 1000 * (turns + 1)) for line in beside.lines]
    assert whole is not None
    return whole


def _runs(glyphs: Sequence[_Glyph], grids: list[Grid]) -> list[Run]:
    free: list[_Glyph] = []
    celled: list[dict[int, list[_Glyph]]] = [defaultdict(list) for _ in grids]
    for glyph in glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.base - 0.35 * glyph.size
        for grid, cells in zip(grids, celled, strict=True):
            if (cell := grid.cell_at(x, y)) is not None:
                cells[cell].append(glyph)
                break
        else:
            free.append(glyph)
    runs = list(_strung(free))
    for grid, cells in zip(grids, celled, strict=True):
        runs += table_runs(grid, {cell: list(_strung(own)) for cell, own in cells.items()})
    return runs


def _strung(glyphs: Sequence[_Glyph]) -> Iterator[Run]:
    """String glyphs that follow one another on a line into runs."""
    parts: list[_Glyph] = []
    seen: set[tuple[str, int, int]] = set()
    for glyph in glyphs:
        if parts:
            last = parts[-1]
            size = max(last.size, glyph.size)
            gap = (glyph.x0 - last.x1) / size
            level = abs(glyph.base - last.base) < 0.15 * size and abs(glyph.size - last.size) < 0.2 * size
            if level and glyph.text == last.text and abs(glyph.x0 - last.x0) < 0.25 * size:
                continue  # bold by printing twice
            if not level or not -0.6 < gap < 0.3:  # in a wider gap something else may stand: a sign of another type
                yield from _run(parts, seen)
                parts = []
            elif gap > 0.18 and _is_word(last.text) and _is_word(glyph.text):
                parts.append(_Glyph(" ", last.x1, glyph.x0, glyph.base, glyph.size, glyph.turns))
        parts.append(glyph)
    yield from _run(parts, seen)


def _is_word(text: str) -> bool:
    return text.isascii() and not text.isspace()


def _run(parts: list[_Glyph], seen: set[tuple[str, int, int]]) -> Iterator[Run]:
    while parts and parts[0].text.isspace():
        parts = parts[1:]
    while parts and parts[-1].text.isspace():
        parts = parts[:-1]
    if not parts:
        return
    text = re.sub(r"\s{2,}", lambda blank: "　" if len(blank[0]) > 2 else " ", "".join(part.text for part in parts))
    base, size = parts[0].base, max(part.size for part in parts)
    key = text, round(parts[0].x0 / size * 2), round(base / size * 2)
    if key not in seen:  # printed twice on the same place
        seen.add(key)
        yield Run(text, parts[0].x0, base - 0.85 * size, parts[-1].x1, base + 0.15 * size, size)


def _grids(page: Any, frame: _Frame) -> list[Grid]:
    """Find the ruled tables of a page; without ruling lines this costs next to nothing."""
    return find_grids([ruling for found in _objects(page) for ruling in _rulings(found, frame)], 3)


def _rulings(found: tuple[int, tuple[float, float, float, float], Any], frame: _Frame) -> Iterator[Ruling]:
    import pypdfium2.raw as raw

    kind, (left, bottom, right, top), _ = found
    if kind != raw.FPDF_PAGEOBJ_PATH:
        return
    (x0, y0), (x1, y1) = frame.place(left, bottom), frame.place(right, top)
    (x0, x1), (y0, y1) = sorted((x0, x1)), sorted((y0, y1))
    if y1 - y0 < 3 and x1 - x0 > 8:
        yield Ruling(True, x0, x1, (y0 + y1) / 2)
    elif x1 - x0 < 3 and y1 - y0 > 8:
        yield Ruling(False, y0, y1, (x0 + x1) / 2)
    elif x1 - x0 > 8 and y1 - y0 > 8:
        yield from (Ruling(True, x0, x1, place) for place in (y0, y1))
        yield from (Ruling(False, y0, y1, place) for place in (x0, x1))
