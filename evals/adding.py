"""How fast, and in how much memory, a cadre's documents are added: 500 mixed ones, and scanned pages."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evals.errors import MissingPackage

COUNT = 500
_SCANS = 5
_SENTENCES = (
    "女职工在孕期不能适应原劳动的，凭医疗机构的证明，{n}个工作日内予以减轻劳动量或者安排其他能够适应的劳动。",
    "各级工会女职工委员会全年开展普法宣传{n}场次，覆盖女职工{n}余人，签订专项集体合同{n}份。",
    "用人单位违反规定的，由人力资源社会保障行政部门责令限期改正，按照受侵害女职工每人{n}元标准计算罚款。",
    "第{n}季度组织两癌筛查，建立女职工休息哺乳室{n}个，配备座椅、冰箱和洗手池等设施。",
)


def bench() -> int:
    """Add made documents in a fresh process and print seconds, pages and peak memory; returns the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_documents(folder / "mixed", COUNT)
        plain = folder / "plain"
        plain.mkdir()
        for path in sorted((folder / "mixed").glob("*.txt")):
            path.rename(plain / path.name)
        texts, _ = _added(plain, folder / "home-plain")
        for path in plain.iterdir():
            path.rename(folder / "mixed" / path.name)
        seconds, memory = _added(folder / "mixed", folder / "home")
        print(
            f"add, {COUNT} mixed documents (docx, pdf, html, txt; no recognition): {seconds:.1f} s, peak {memory:.0f} MB together"
        )
        print(
            f"  a document  {1000 * seconds / COUNT:.0f} ms; the txt quarter alone took {texts:.1f} s ({seconds / texts:.1f} times)"
        )
        make_scans(folder / "scans")
        seconds, memory = _added(folder / "scans", folder / "home-scans")
        print(
            f"add, {_SCANS} scanned A4 pages: {seconds / _SCANS:.1f} s a page with starting, peak {memory:.0f} MB together"
        )
    return 0


def _added(folder: Path, home: Path) -> tuple[float, float]:
    """Run `documents add` in a fresh process. Returns (seconds, peak MB of it and its workers together)."""
    try:
        import psutil
    except ModuleNotFoundError as error:
        raise MissingPackage("量内存要用 psutil：请运行 python -m pip install psutil。") from error
    started = time.perf_counter()
    environment = {**os.environ, "NIANGJIA_HOME": str(home)}
    process = psutil.Popen(
        [sys.executable, "-m", "documents", "add", str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak = 0.0
    while process.poll() is None:
        total = 0.0
        for part in [process, *process.children(recursive=True)]:
            try:
                total += part.memory_info().rss / 1e6
            except psutil.NoSuchProcess:
                continue
        peak = max(peak, total)
        time.sleep(0.05)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"documents add failed: {process.stderr.read().decode(errors='replace')[-500:]}")
    return seconds, peak


def make_documents(folder: Path, count: int) -> None:
    """Write made-up union papers of about two pages, a quarter each docx, pdf, html and txt."""
    folder.mkdir(parents=True)
    dice = random.Random(7)
    writers = (_docx, _pdf, _html, _txt)
    for number in range(count):
        title = f"某市总工会女职工委员会{2010 + number % 15}年第{number + 1}号工作要点"
        lines = [
            f"{'一二三四五六七八九十'[n % 10]}、重点工作之{n + 1}"
            if n % 6 == 0
            else dice.choice(_SENTENCES).format(n=dice.randint(2, 900))
            for n in range(30)
        ]
        writers[number % 4](folder, title, lines)


def _docx(folder: Path, title: str, lines: list[str]) -> None:
    from docx import Document

    document = Document()
    document.add_heading(title, 1)
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=4, cols=3)
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells.cells):
            cell.text = ("地区", "场次", "人数")[column] if row == 0 else str(row * column + 1)
    document.save(str(folder / f"{title}.docx"))


def _canvas(path: Path) -> object:
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas
    except ModuleNotFoundError as error:
        raise MissingPackage("造 PDF 要用 reportlab：请运行 python -m pip install reportlab。") from error
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return Canvas(str(path), pagesize=(595, 842))


def _pdf(folder: Path, title: str, lines: list[str]) -> None:
    canvas = _canvas(folder / f"{title}.pdf")
    wrapped = [title, *(line[at : at + 32] for line in lines for at in range(0, len(line), 32))]
    for start in range(0, len(wrapped), 36):
        canvas.setFont("STSong-Light", 14)  # type: ignore[attr-defined]
        for place, line in enumerate(wrapped[start : start + 36]):
            canvas.drawString(70, 770 - 20 * place, line)  # type: ignore[attr-defined]
        canvas.showPage()  # type: ignore[attr-defined]
    canvas.save()  # type: ignore[attr-defined]


def _html(folder: Path, title: str, lines: list[str]) -> None:
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<!doctype html><meta charset=utf-8><title>{title}</title><nav>首页</nav><h1>{title}</h1><article>{body}</article>"
    (folder / f"{title}.html").write_text(page, encoding="utf-8")


def _txt(folder: Path, title: str, lines: list[str]) -> None:
    (folder / f"{title}.txt").write_text("\n".join([title, *lines]), encoding="utf-8")


def make_scans(folder: Path) -> None:
    """Write pictures of printed A4 pages, each in a PDF of its own without any text."""
    import pypdfium2

    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        printed = Path(scratch)
        dice = random.Random(11)
        for number in range(_SCANS):
            lines = [dice.choice(_SENTENCES).format(n=dice.randint(2, 900)) for _ in range(16)]
            _pdf(printed, f"某市女职工工作扫描文件第{number + 1}号通知", lines)
        for path in sorted(printed.glob("*.pdf")):
            with pypdfium2.PdfDocument(path) as document:
                picture = document[0].render(scale=200 / 72).to_pil().convert("L")
            picture.save(folder / path.name, resolution=200)
