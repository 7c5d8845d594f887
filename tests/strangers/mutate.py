"""Small real files of each kind, and the same files damaged, as a stranger or a bad line would have them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

LINES = (
    "某市女职工劳动保护办法",
    "第一条 为保护女职工，制定本办法。",
    "第二条 女职工生育享受九十八天产假，难产的增加十五天。",
    "第三条 本办法自2024年1月1日起施行。",
)


def docx() -> bytes:
    import docx as word

    document = word.Document()
    for line in LINES:
        document.add_paragraph(line)
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "地区", "158天"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["地区", "产假"], *([f"某县{n}", 98 + n] for n in range(12))):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf() -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0)
    canvas.setFont("STSong-Light", 12)
    for number, line in enumerate(LINES):
        canvas.drawString(72, 760 - 20 * number, line)
    canvas.save()
    return out.getvalue()


def html() -> bytes:
    body = "".join(f"<p>{line}</p>" for line in LINES)
    table = "<table><tr><th>地区<th>产假<tr><td rowspan=2>江苏<td>158天</table>"
    return f'<!doctype html><html><meta charset="utf-8"><body><article>{body}{table}</article></body></html>'.encode()


def text() -> bytes:
    return "\n".join(LINES).encode()


def markdown() -> bytes:
    return ("# " + "\n\n- ".join(LINES)).encode()


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("江苏/办法.txt", text())
        archive.writestr("办法.html", html())
    return out.getvalue()


KINDS: dict[str, Callable[[], bytes]] = {"docx": docx, "xlsx": xlsx, "pdf": pdf, "html": html, "txt": text, "md": markdown, "zip": packed}  # fmt: skip
WORTHY = (b"<", b">", b"&", b"\x00", b"\xff", b"/", b"[", b"(", b"99999999999", b"-1", b"&#0;", b"<!DOCTYPE x [", b"%s", b"\xed\xa0\x80", b"\r\n\r\n", b"obj", b"PK\x03\x04")  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Flip, put in, take out, repeat or cut; in a zip mostly inside its members, which else would only fail their checksums."""
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _inside(data, chance)
    out = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(out) + 1)
        way = chance.randrange(5)
        if way == 0 and at < len(out):
            out[at] = chance.randrange(256)
        elif way == 1:
            out[at:at] = chance.choice(WORTHY) * chance.choice((1, 1, 2, 500))
        elif way == 2:
            del out[at : at + chance.randint(1, 60)]
        elif way == 3:
            out[at:at] = out[at : at + chance.randint(1, 400)] * chance.choice((1, 3, 40))
        elif len(out) > 40 and chance.random() < 0.3:
            del out[max(20, at) :]
    return bytes(out) or b"\x00"


def _inside(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        bad = set(chance.sample(names, chance.randint(1, min(2, len(names)))))
        for name in names:
            if name in bad and chance.random() < 0.15:
                continue
            body = source.read(name)
            target.writestr(name, damaged(body, chance) if name in bad and body else body)
    return out.getvalue()
