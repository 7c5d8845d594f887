"""Character recognition for scans and pictures: rapidocr with the models of its own wheel, nothing fetched.

A page is turned upright, its text boxes are cut at wide white gaps (the detector runs over narrow gutters), each box is
recognised by itself, and `layout` puts them into order.
"""

from __future__ import annotations

import functools
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from documents.errors import UnreadableFile
from documents.formats.extract import Extract
from documents.formats.layout import Page, Run, middle, read_order
from documents.formats.paragraphs import flow_text
from documents.formats.rulings import Grid, Ruling, find_grids, table_runs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Boxes = NDArray[np.float64]

MAX_FRAMES = 200
MAX_PIXELS = 80_000_000  # of a picture file before it is made smaller; PIL's own limit is near
MAX_FILE = 100_000_000
THREADS = 1
_LONG_SIDE = 3600  # a picture is recognised at this size at most
_DETECT_SIDE = 1600  # about 137 dots an inch on A4: enough to find lines
_DETECT_LARGE = 2400
_LOW = 0.85
_UNREADABLE = 0.3
_CJK = r"\u3400-\u9fff"
_WIDER = str.maketrans(",;:?!()", "，；：？！（）")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised: the pages, notes for the user, and the mean certainty over all characters (0 to 1)."""

    pages: tuple[Page, ...]
    notes: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Upright:
    """A picture turned upright, its boxes (n, 4: left, top, right, bottom), and the quarter turns that were needed."""

    picture: Picture
    boxes: Boxes
    turns: int


def read_image(path: Path) -> Extract:
    """Read a picture of text (png, jpg, bmp, webp, tiff with several pages).

    Raises UnreadableFile for what is no picture, is damaged or too large, and where nothing is recognised.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        size = path.stat().st_size
        if size == 0:
            raise UnreadableFile(f"「{path.name}」是空文件，没有收入。")
        if size > MAX_FILE:
            raise UnreadableFile(
                f"「{path.name}」有 {size / 1e6:.0f} MB，超过 {MAX_FILE / 1e6:.0f} MB 的上限。请压缩后再试。"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata; too many pixels are refused here
            with Image.open(path, formats=("PNG", "JPEG", "BMP", "TIFF", "WEBP")) as image:
                return _read_frames(image, path.name)
    except UnreadableFile:
        raise
    except Image.DecompressionBombError as error:
        raise UnreadableFile(_too_large(path.name)) from error
    except UnidentifiedImageError as error:
        raise UnreadableFile(
            f"「{path.name}」不是能读的图片（png、jpg、bmp、webp、tif），或者已损坏。请重新导出一份。"
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, ArithmeticError, IndexError) as error:
        # PIL's decoders raise all of these on damaged files.
        raise UnreadableFile(
            f"「{path.name}」已损坏或不完整（{type(error).__name__}）。请重新拍照、扫描或下载。"
        ) from error


def _too_large(name: str) -> str:
    return f"「{name}」的像素太多（上限 {MAX_PIXELS / 1e6:.0f} 百万像素）。请缩小后再试。"


def _read_frames(image: Any, name: str) -> Extract:
    frames = int(getattr(image, "n_frames", 1))
    if frames > MAX_FRAMES:
        raise UnreadableFile(f"「{name}」有 {frames} 页，超过一次识别 {MAX_FRAMES} 页的上限。请拆成几个文件再添加。")
    found = recognise_pages(_pictures(image, frames, name), range(1, frames + 1), name)
    text, offsets = flow_text(list(found.pages))
    if not re.search(r"\w", text):
        raise UnreadableFile(f"「{name}」里没有认出文字（可能是空白页、照片或竖排），没有收入。请换清楚的图片。")
    return Extract(text, offsets if frames > 1 else (0,), "", found.notes, frames, found.confidence)


def _pictures(image: Any, frames: int, name: str) -> Iterator[Picture]:
    import numpy as np
    from PIL import Image, ImageOps

    for number in range(frames):
        image.seek(number)
        if image.width * image.height > MAX_PIXELS:
            raise UnreadableFile(_too_large(name))
        image.draft("RGB", (_LONG_SIDE, _LONG_SIDE))  # a JPEG is decoded small at once
        frame = ImageOps.exif_transpose(image)
        if frame.mode in ("RGBA", "LA", "PA", "P"):
            frame = frame.convert("RGBA")
            frame = Image.alpha_composite(Image.new("RGBA", frame.size, "white"), frame)
        elif frame.mode.startswith(("I", "F")):
            frame = frame.point(lambda value: value / 256)
        frame = frame.convert("RGB")
        frame.thumbnail((_LONG_SIDE, _LONG_SIDE))
        yield np.ascontiguousarray(np.asarray(frame)[:, :, ::-1])


def _check_installed(name: str) -> None:
    try:
        import rapidocr
    except ImportError as error:
        raise UnreadableFile(
            f"「{name}」是扫描件或图片，要先安装文字识别才能读：pip install rapidocr onnxruntime，然后再添加一次。"
        ) from error
    if len(list((Path(rapidocr.__file__).parent / "models").glob("*.onnx"))) < 3:  # it would fetch them
        raise UnreadableFile(
            f"「{name}」读不了：文字识别的模型不全。请运行 pip install --force-reinstall rapidocr，然后再添加一次。"
        )


@functools.lru_cache(maxsize=1)
def _engine() -> Any:
    """Load the models, once a process (0.8 s)."""
    import rapidocr

    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": _LONG_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def recognise_pages(pictures: Iterable[Picture], numbers: Sequence[int], name: str) -> Recognised:
    """Recognise pages one by one.

    Parameters: pictures of shape (height, width, 3), blue first; the page number of each, for the notes; the file's name.
    Returns the pages in order. Raises UnreadableFile where rapidocr is not installed.
    """
    _check_installed(name)
    pages: list[Page] = []
    doubts: list[int] = []
    upright: list[int] = []
    turned: dict[int, list[int]] = {1: [], 2: [], 3: []}
    certain, total = 0.0, 0
    for number, picture in zip(numbers, pictures, strict=True):
        runs, scores, turns = _recognise(picture)
        length = sum(weight for _, weight in scores)
        sure = sum(score * weight for score, weight in scores)
        if turns % 2 and length and sure / length < 0.6:  # upright text in columns, read lying on its side
            upright.append(number)
            pages.append(Page(float(picture.shape[0]), []))
            continue
        certain, total = certain + sure, total + length
        pages.append(read_order(runs, float(picture.shape[turns % 2])))
        if length and (sure / length < _LOW or any(score < 0.6 for score, _ in scores)):
            doubts.append(number)
        if turns:
            turned[turns].append(number)
    notes = (
        [f"{_pages(numbers)}是扫描件或图片，文字是识别出来的（平均把握 {certain / total:.0%}），引用前请对照原件。"]
        if total
        else []
    )
    if doubts:
        notes.append(f"{_pages(doubts)}有识别把握较低的字句，请对照原件。")
    notes += [f"{_pages(found)}是{_TURNED[turns]}的，已转正后识别。" for turns, found in turned.items() if found]
    if upright:
        notes.append(f"{_pages(upright)}像是竖排文字，现在读不了，没有收入。")
    return Recognised(tuple(pages), tuple(notes), certain / total if total else 0.0)


_TURNED = {1: "横着", 2: "倒着", 3: "横着"}


def _pages(numbers: Sequence[int]) -> str:
    """Name pages: 第1—4、7页."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "第" + "、".join(str(a) if a == b else f"{a}—{b}" for a, b in spans) + "页"


def _recognise(picture: Picture) -> tuple[list[Run], list[tuple[float, int]], int]:
    """Recognise one page: its runs (in pixels), (certainty, length) of each line, and how often it was turned by a quarter."""
    page = _upright(picture)
    engine = _engine()
    runs, scores = [], []
    grids = find_grids(list(_rulings(page.picture)), 9)
    for left, top, right, bottom in _cut(page.picture, _parted(page.boxes, grids)):
        crop = page.picture[top:bottom, left:right]
        result = engine(crop, use_det=False, use_cls=False, use_rec=True)
        text, score = (result.txts or ("",))[0].strip(), float((result.scores or (0.0,))[0])
        if score < _UNREADABLE or not text or (score < 0.6 and not re.search(r"\w", text)):
            continue  # specks, edges of seals and photographs
        if len(text) == 1 and score < 0.6 and right - left < 0.6 * (bottom - top):
            continue  # a table's line taken for a character
        runs.append(Run(_full_width(text), left, top, right, bottom, _size(text, right - left, bottom - top)))
        scores.append((score, len(text)))
    return _tabled(_evened(runs), grids), scores, page.turns


def _rulings(picture: Picture) -> Iterator[Ruling]:
    """Find ruling lines in a picture: what stays when only long level or upright strokes are kept."""
    import cv2
    import numpy as np

    grey = picture.min(axis=2)
    dark = (grey < 0.8 * np.percentile(grey, 90)).astype(np.uint8)
    for level, length in ((True, 80), (False, 70)):
        kernel = np.ones((1, length) if level else (length, 1), dtype=np.uint8)
        strokes = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
        for left, top, width, height, _ in cv2.connectedComponentsWithStats(strokes)[2][1:].tolist():
            if level and height < 16:
                yield Ruling(True, left, left + width, top + height / 2)
            elif not level and width < 16:
                yield Ruling(False, top, top + height, left + width / 2)


def _parted(boxes: Boxes, grids: list[Grid]) -> Iterator[tuple[float, float, float, float]]:
    """Part boxes where a table's lines cross them."""
    for left, top, right, bottom in boxes.tolist():
        ends = [x for grid in grids for x in grid.breaks(left, right, (top + bottom) / 2)]
        for start, end in zip([left, *ends], [*ends, right], strict=True):
            yield start, top, end, bottom


def _tabled(runs: list[Run], grids: list[Grid]) -> list[Run]:
    """Put what stands inside ruled tables into their cells."""
    cells: list[dict[int, list[Run]]] = [{} for _ in grids]
    free = []
    for run in runs:
        x, y = (run.x0 + run.x1) / 2, (run.top + run.bottom) / 2
        for grid, own in zip(grids, cells, strict=True):
            if (cell := grid.cell_at(x, y)) is not None:
                own.setdefault(cell, []).append(run)
                break
        else:
            free.append(run)
    return free + [run for grid, own in zip(grids, cells, strict=True) for run in table_runs(grid, own)]


def _detect(picture: Picture) -> Boxes:
    """Find the lines of text: corners (n, 4, 2) in the picture's pixels."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    side = max(height, width)
    scale = min(1.0, (_DETECT_SIDE if side <= 2600 else _DETECT_LARGE) / side)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    result = _engine()(small, use_det=True, use_cls=False, use_rec=False)
    if result.boxes is None or len(result.boxes) == 0:
        return np.zeros((0, 4, 2))
    found: Boxes = np.asarray(result.boxes, dtype=float) / scale
    return found


def _upright(picture: Picture) -> _Upright:
    """Turn a page by quarters, then by what it hangs aslant, until its lines lie level and the right way up."""
    import numpy as np

    turns, quads = 0, _detect(picture)
    if len(quads) and _lying(quads):
        turns, picture = 1, np.ascontiguousarray(np.rot90(picture))
        quads = _detect(picture)
    slope = _slope(quads)
    if abs(slope) > 0.3:
        picture = _levelled(picture, slope)
        quads = _detect(picture)
    height, width = picture.shape[:2]
    boxes = np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1) if len(quads) else np.zeros((0, 4))
    if _upside_down(picture, boxes):
        turns, picture = turns + 2, np.ascontiguousarray(picture[::-1, ::-1])
        boxes = np.stack([width - boxes[:, 2], height - boxes[:, 3], width - boxes[:, 0], height - boxes[:, 1]], axis=1)
    return _Upright(picture, boxes, turns)


def _lying(quads: Boxes) -> bool:
    import numpy as np

    across = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    down = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    tall = down > 1.5 * across
    return float(np.maximum(across, down)[tall].sum()) > 0.6 * float(np.maximum(across, down).sum())


def _slope(quads: Boxes) -> float:
    """How far the long lines lean, in degrees."""
    across = [(float(quad[1][0] - quad[0][0]), float(quad[1][1] - quad[0][1])) for quad in quads]
    long = sorted(across, key=lambda vector: -vector[0])[: max(3, len(across) // 2)]
    return middle([math.degrees(math.atan2(y, x)) for x, y in long if x > 200])


def _levelled(picture: Picture, slope: float) -> Picture:
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), slope, 1.0)
    turned = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return np.asarray(turned, dtype=np.uint8)


def _upside_down(picture: Picture, boxes: Boxes) -> bool:
    """Ask the classifier about the longest lines; most must say so."""
    longest = sorted(boxes.tolist(), key=lambda box: box[0] - box[2])[:9]
    votes = 0
    for left, top, right, bottom in longest:
        crop = picture[max(int(top), 0) : int(bottom) + 1, max(int(left), 0) : int(right) + 1]
        result = _engine()(crop, use_det=False, use_cls=True, use_rec=False)
        label, score = result.cls_res[0]
        votes += label == "180" and score > 0.7
    return bool(longest) and votes > len(longest) / 2


def _cut(picture: Picture, boxes: Iterable[Sequence[float]]) -> Iterator[tuple[int, int, int, int]]:
    """Cut boxes at white gaps about as wide as the line is high; give each piece's box, close around its ink."""
    import numpy as np

    height, width = picture.shape[:2]
    for box in boxes:
        left, top = max(int(box[0]), 0), max(int(box[1]), 0)
        right, bottom = min(int(box[2]) + 1, width), min(int(box[3]) + 1, height)
        if right - left < 4 or bottom - top < 4:
            continue
        crop = picture[top:bottom, left:right].min(axis=2).astype(int)
        paper = np.percentile(crop, 90)
        counts = (crop < 0.72 * paper).sum(axis=0)
        ink = np.flatnonzero(
            (counts >= 1 + (bottom - top) // 24) & (counts < 0.92 * (bottom - top))
        )  # a rule is no ink
        if not len(ink):
            continue
        margin = (bottom - top) // 6
        ends = np.flatnonzero(np.diff(ink) > 0.75 * (bottom - top))
        starts = [ink[0], *(ink[end + 1] for end in ends)]
        stops = [*(ink[end] for end in ends), ink[-1]]
        for start, stop in zip(starts, stops, strict=True):
            yield max(left + int(start) - margin, 0), top, min(left + int(stop) + margin + 1, width), bottom


def _size(text: str, width: float, height: float) -> float:
    """The type size: a line's width by its characters is surer than the height of its box."""
    squares = sum(1.0 if ord(char) > 0x2E80 or char in "“”…—" else 0.5 for char in text)
    squares -= 0.5 * (text[0] in "（《“「【") + 0.5 * (text[-1] in "，。、；：！？）》”」】")
    return min(width / squares, height) if squares >= 3 else 0.75 * height


def _evened(runs: list[Run]) -> list[Run]:
    """Give runs of about the usual size that size, and every box the height of its type about its middle."""
    long = [run.size for run in runs if len(run.text) >= 8] or [run.size for run in runs]
    usual = middle(long)
    even = []
    for run in runs:
        foreign = sum(char.isascii() for char in run.text) > 2  # digits and Latin letters have many widths
        least, most = (0.84, 1.16) if len(run.text) >= 8 and not foreign else (0.7, 1.3 if foreign else 1.25)
        size = usual if least * usual < run.size < most * usual else run.size
        y, margin = (run.top + run.bottom) / 2, (run.bottom - run.top) // 6
        even.append(
            replace(run, size=size, top=y - size / 2, bottom=y + size / 2, x0=run.x0 + margin, x1=run.x1 - margin)
        )
    return even


def _full_width(text: str) -> str:
    """Write signs beside Chinese characters in full width, as they are printed: the recogniser mixes the two."""
    text = re.sub(
        rf"(?<=[{_CJK}])[,;:?!()]|[,;:?!()](?=[{_CJK}])|\)(?=[。，、；：”）])",
        lambda match: match[0].translate(_WIDER),
        text,
    )
    text = re.sub(r"(?<=[条章节]) (?=\S)", "　", text) if text.startswith("第") else text
    while (fixed := re.sub(r"（([^（）()]*)\)", r"（\1）", text)) != text:
        text = fixed
    return re.sub(r"\(([^（）()]*)）", r"（\1）", text)
