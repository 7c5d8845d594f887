"""`python -m tests.documents.formats.table`: writes docs/formats.md from what the readers really do with one sample.

The sample is one document (`sample.fodt`) that LibreOffice turns into docx, doc, rtf, odt, html and pdf, so that every
format holds the same things; the scan is a picture of the pdf.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from documents.formats import Extract, extract

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "formats.md"
SAMPLE = Path(__file__).with_name("sample.fodt")
SOFFICE = shutil.which("soffice") or ""
INSTALL = "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui fonts-noto-cjk"
FORMATS = ("docx", "doc", "rtf", "odt", "html", "pdf", "scan", "txt", "xlsx")
NAMES = {"scan": "扫描、图片", "pdf": "pdf（有文字的）", "doc": "doc、wps", "xlsx": "xlsx、xls", "txt": "txt、md"}
KEPT, LOST, ABSENT = "保留", "丢掉", "—"
FEATURES = (
    "标题和段落",
    "自动编号",
    "表格逐行带表头",
    "脚注",
    "页码（引用到页）",
    "两栏先左后右",
    "页眉页脚（应当丢掉）",
    "隐藏文字（应当丢掉）",
    "批注（应当丢掉）",
    "修订中删去的文字（应当丢掉）",
)
# What a format cannot hold, or what LibreOffice does not write into it.
CANNOT = {
    **{kind: {"页码（引用到页）"} for kind in ("docx", "doc", "rtf", "odt")},
    "html": {
        "自动编号",
        "页码（引用到页）",
        "两栏先左后右",
        "页眉页脚（应当丢掉）",
        "隐藏文字（应当丢掉）",
        "批注（应当丢掉）",
    },
    "pdf": {"隐藏文字（应当丢掉）", "批注（应当丢掉）"},
    "scan": {"隐藏文字（应当丢掉）", "批注（应当丢掉）"},
    "txt": set(FEATURES) - {"标题和段落"},
    "xlsx": set(FEATURES) - {"表格逐行带表头", "隐藏文字（应当丢掉）"},
}


def make(kind: str, folder: Path) -> Path:
    """Write the sample in one format."""
    path = folder / f"sample.{kind}"
    if kind == "txt":
        path.write_text("某市总工会女职工工作要点\n第一段写清楚全年目标。\n", encoding="utf-8")
    elif kind == "xlsx":
        _sheet(path)
    elif kind == "scan":
        import pypdfium2

        path = folder / "scan.pdf"
        with pypdfium2.PdfDocument(make("pdf", folder)) as document:
            first, *others = [page.render(scale=200 / 72).to_pil() for page in document]
        first.save(path, save_all=True, append_images=others, resolution=200)
    else:
        profile = (folder / "profile").as_uri()
        command = [
            SOFFICE,
            "--headless",
            f"-env:UserInstallation={profile}",
            "--convert-to",
            kind,
            "--outdir",
            str(folder),
        ]
        subprocess.run([*command, str(SAMPLE)], check=True, capture_output=True, timeout=120)
    return path


def _sheet(path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in (("地区", "场次"), ("苏州", 12), ("看不见的字", 1)):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.save(path)


def found(read: Extract) -> dict[str, bool]:
    """Say of each feature whether the text has it (or, where it should be dropped, lacks it)."""
    text = read.text
    lines = [line.strip() for line in text.splitlines()]
    left, right = text.find("左栏结尾"), text.find("右栏开头")
    return {
        "标题和段落": any("女职工工作要点" in line and "目标" not in line for line in lines) and "全年目标" in text,
        "自动编号": any(line.startswith("2、建设爱心母婴室") for line in lines),
        "表格逐行带表头": any(line == "地区：苏州；场次：12" for line in lines),
        "脚注": "〔注1：脚注说明统计口径为在册女职工〕" in text and "目标1" not in text,
        "页码（引用到页）": len(read.pages) == 2 and text[read.pages[-1] :].startswith("第二页")
        if read.pages
        else False,
        "两栏先左后右": 0 <= text.find("左栏开头") < left < right < text.find("右栏结尾"),
        "页眉页脚（应当丢掉）": "页眉" not in text and "— 2 —" not in text,
        "隐藏文字（应当丢掉）": "看不见的字" not in text,
        "批注（应当丢掉）": "批注里的意见" not in text,
        "修订中删去的文字（应当丢掉）": "已经删去的旧话" not in text,
    }


def row(kind: str) -> str:
    """Make one format's row of the table, from its reader's work on the sample."""
    with tempfile.TemporaryDirectory() as folder:
        seen = found(extract(make(kind, Path(folder))))
    cells = []
    for feature in FEATURES:
        done = KEPT if seen[feature] else LOST
        if "应当丢掉" in feature:
            done = LOST if seen[feature] else KEPT
        cells.append(ABSENT if feature in CANNOT.get(kind, ()) else done)
    return f"| {NAMES.get(kind, kind)} | {' | '.join(cells)} |"


def page() -> str:
    """Write the whole page."""
    head = f"| 格式 | {' | '.join(FEATURES)} |\n|{'---|' * (len(FEATURES) + 1)}"
    return "\n".join([_INTRODUCTION, head, *(row(kind) for kind in FORMATS), _NOTES])


_INTRODUCTION = """# 各种格式保留什么、丢掉什么

这张表由 `python -m tests.documents.formats.table` 写成：同一份样本存成各种格式，再由本程序读出来，逐项检查；`make test-all` 会核对它。
"""
_NOTES = """
- **—**：这种格式里没有这一项，或样本存成它时已经没有了。
- 一行表格写成一条「列名：值；列名：值」，可以单独引用；跨页的表格接着用第一页的表头。
- 脚注写成〔注：…〕，放在提到它的那一段后面。
- pdf 里印出来的修订（删除线）按印出来的读；要丢掉删去的文字，请用 docx 原件。
- 扫描件和图片是识别出来的：收入时标为「仅一份材料或有冲突」，数字在人核对以前不写进结论；倒着、横着的页会转正，并注明。
- doc、wps、rtf、odt、xls、et 由 LibreOffice 先转换。OFD 读不了，请另存为 pdf 或 docx。
- zip 里的文件逐个读；压缩包里的压缩包、加密的、指向别处的文件不收，并说明原因。
- 上限：文本 30 MB、pdf 1,000 页（识别 200 页）、zip 2,000 个文件或 500 MB；每个文件有时间和内存的限制。
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
