"""Files as a union's office would drop them."""

from __future__ import annotations

from pathlib import Path

from docx import Document

TITLE = "南京市女职工康乃馨驿站管理办法"
AREA = "康乃馨驿站的面积不得少于十二平方米，并配备冰箱和洗手池。"
ASKED = "我在南京，康乃馨驿站的面积不得少于多少平方米？"


def regulation(folder: Path, title: str = TITLE, area: str = AREA) -> Path:
    """Write a city's regulation as docx."""
    document = Document()
    for paragraph in (
        title,
        "（2024年3月1日南京市人民政府令第350号公布）",
        "第一条 为了规范康乃馨驿站的管理，制定本办法。",
        f"第二条 {area}",
        "第三条 本办法自2024年5月1日起施行。",
    ):
        document.add_paragraph(paragraph)
    path = folder / f"{title}.docx"
    document.save(str(path))
    return path


def broken(folder: Path) -> Path:
    """Write what calls itself a PDF and is none."""
    path = folder / "坏的.pdf"
    path.write_bytes(b"%PDF-1.4 nothing")
    return path


def hostile(folder: Path) -> Path:
    """Write a text full of what a page or a table program might run."""
    path = folder / "=cmd 规定.txt"
    path.write_text(
        "=HYPERLINK(1)<script>alert(1)</script>规定\n第一条 <img src=http://evil.example/a.png> [a](javascript:alert(1))\n"
        "第二条 ${alert(1)}。",
        encoding="utf-8",
    )
    return path
