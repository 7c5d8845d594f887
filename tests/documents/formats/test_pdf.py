"""PDFs as browsers and office programs make them, and as they come damaged, locked, turned or hostile."""

import io
import random
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from documents.errors import NeedsRecognition, UnreadableFile
from documents.formats.extract import Extract
from documents.formats.pdf import MAX_PAGES, read_pdf

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
SENTENCE = "女职工生育享受九十八天产假，其中产前可以休假十五天。"
PARTS = [
    "用人单位应当根据医疗机构的证明予以减轻劳动量",
    "工会女职工委员会维护女职工的合法权益与特殊利益",
    "本市2020年举办培训126期，参加人数达到13000人次",
    "参加“玫瑰书香”主题阅读",
    "《女职工劳动保护特别规定》第七条第一款规定了产假",
]
STYLE = (
    "<meta charset=utf-8><style>body{font-family:'Noto Serif CJK SC',serif;font-size:10pt;margin:0}h1{font-size:22pt;"
    "text-align:center;margin:6pt}h2{font-size:14pt;margin:4pt}p{text-indent:2em;margin:0;text-align:justify;"
    "line-height:1.6}table{border-collapse:collapse}@page{size:A4;margin:22mm;%s}</style>"
)


def outcome(read: Callable[[], Extract]) -> str:
    """The sentence of a refusal, the name alone where there was text; any other exception fails the test."""
    try:
        assert isinstance(read(), Extract)
    except UnreadableFile as error:
        return str(error)
    return "「坏.pdf」"


def drawn(path: Path, *pages: list[str], size: tuple[float, float] = (595, 842), locked: str | None = None) -> Path:
    """Draw pages of lines with reportlab."""
    lock = StandardEncryption(locked, "owner") if locked is not None else None
    canvas = Canvas(str(path), pagesize=size, encrypt=lock)
    for lines in pages:
        canvas.setFont("STSong-Light", 12)
        for place, line in enumerate(lines):
            canvas.drawString(72, size[1] - 100 - 20 * place, line)
        canvas.showPage()
    canvas.save()
    return path


def printed(folder: Path, name: str, html: str, page: str = "") -> Path:
    """Print a page of HTML with Chromium."""
    if shutil.which("chromium") is None:
        pytest.skip("needs Chromium: apt install chromium fonts-noto-cjk")
    (folder / f"{name}.html").write_text(STYLE % page + html, encoding="utf-8")
    target = folder / f"{name}.pdf"
    subprocess.run(
        [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={target}",
            str(folder / f"{name}.html"),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return target


def texts(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [
        "".join(f"{rng.choice(PARTS)}（{seed}之{n}{x}）。" for x in "甲乙丙"[: rng.randint(1, 3)]) for n in range(count)
    ]


def marked_up(paragraphs: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in paragraphs)


def problem(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_pdf(path)
    message = str(caught.value)
    assert f"「{path.name}」" in message
    assert message.endswith("。")
    assert "\n" not in message
    return message


@pytest.mark.slow
def test_newspaper_page_is_read_as_it_was_set(tmp_path: Path) -> None:
    first, second, third = texts(12, 1), texts(8, 2), texts(8, 3)
    html = (
        f"<h1>团结动员女职工建功立业</h1><div style='columns:4;column-gap:1.2em;font-size:9pt'>{marked_up(first)}</div>"
        f"<h2>地方经验</h2><div style='display:flex;gap:1.6em'><div style='width:60%;columns:2;column-gap:1.3em'>"
        f"{marked_up(second)}</div><div style='width:40%'>{marked_up(third)}</div></div>"
    )
    found = read_pdf(printed(tmp_path, "报纸", html)).text.splitlines()
    assert found == ["团结动员女职工建功立业", *first, "地方经验", *second, *third]


def test_paper_with_headers_tables_notes_over_pages(tmp_path: Path) -> None:
    first, last = texts(25, 4), texts(25, 5)
    rows = "".join(f"<tr><td>第{n}区<td>{90 + n}天<td>第{n}条，工资照发</tr>" for n in range(40))
    html = (
        "<h1>某省女职工<br>权益保护条例</h1><p>第一条　产假为九十八天<sup>1</sup>，依法计算。</p>"
        f"{marked_up(first)}<table border=1><tr><td>地区<td>产假<td>依据</tr>{rows}</table>{marked_up(last)}"
        "<p style='text-align:right;padding-right:3em'>某省总工会</p><p>附件：1.汇总表</p>"
        "<table border=1><tr><td>地区<td>情形<td>天数</tr><tr><td rowspan=2>浙江<td>一孩<td>158天</tr><tr><td>二孩<td>188天</tr></table>"
    )
    page = "@top-center{content:'女职工工作文件汇编'}@bottom-center{content:'第' counter(page) '页 共' counter(pages) '页'}"
    extract = read_pdf(printed(tmp_path, "条例", html, page))
    lines = extract.text.splitlines()
    assert lines[:2] == ["某省女职工权益保护条例", "第一条　产假为九十八天1，依法计算。"]
    assert lines[2:27] == first
    assert lines[27:67] == [f"地区：第{n}区；产假：{90 + n}天；依据：第{n}条，工资照发" for n in range(40)]
    assert lines[67:92] == last
    assert lines[92:] == [
        "某省总工会",
        "附件：1.汇总表",
        "地区：浙江；情形：一孩；天数：158天",
        "地区：浙江；情形：二孩；天数：188天",
    ]
    assert len(extract.pages) >= 3
    assert list(extract.pages) == sorted(set(extract.pages))


def test_browser_print_lines_go(tmp_path: Path) -> None:
    path = tmp_path / "打印.pdf"
    canvas = Canvas(str(path))
    canvas.setFont("STSong-Light", 8)
    canvas.drawString(30, 820, "2024/3/5 14:32")
    canvas.drawString(200, 820, "某省人民政府网站")
    canvas.drawString(30, 15, "https://example.com/a.html")
    canvas.drawString(550, 15, "1/1")
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, SENTENCE)
    canvas.save()
    assert read_pdf(path).text.splitlines() == [SENTENCE]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("drawn_turned", [0, 90, 270])
def test_turned_pages(tmp_path: Path, turn: int, drawn_turned: int) -> None:
    path = tmp_path / "横页.pdf"
    canvas = Canvas(str(path), pagesize=(842, 842))
    canvas.translate(421, 421)
    canvas.rotate(drawn_turned)
    canvas.setFont("STSong-Light", 12)
    lines = ["　　" + SENTENCE + SENTENCE, SENTENCE, "　　第二条　产假工资照发。"]
    for place, line in enumerate(lines):
        canvas.drawString(-330, 200 - 20 * place, line)
    canvas.save()
    document = pypdfium2.PdfDocument(path)
    document[0].set_rotation(turn)
    document.save(tmp_path / "转过.pdf")
    assert read_pdf(tmp_path / "转过.pdf").text.splitlines() == [SENTENCE * 3, "第二条　产假工资照发。"]


def test_a_watermark_is_left_out_and_text_at_the_side_comes_last(tmp_path: Path) -> None:
    path = tmp_path / "水印.pdf"
    canvas = Canvas(str(path))
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, SENTENCE)
    canvas.saveState()
    canvas.rotate(45)
    canvas.drawString(300, 0, "内部资料请勿外传")
    canvas.restoreState()
    canvas.rotate(90)
    canvas.drawString(100, -40, "装订线以内不要答题装订线以内不要答题装订线")
    canvas.save()
    assert read_pdf(path).text.splitlines() == [SENTENCE, "装订线以内不要答题装订线以内不要答题装订线"]


def test_odd_characters_are_written_as_people_read_them(tmp_path: Path) -> None:
    path = drawn(
        tmp_path / "字.pdf", ["\uf0b7⼀是落实⼥职⼯权益，⼯会⽀持；", "\uf0b7⾦额１２元。" + "\ue123" + SENTENCE]
    )
    extract = read_pdf(path)
    assert extract.text.splitlines() == ["•一是落实女职工权益，工会支持；", "•金额１２元。□" + SENTENCE]
    assert "1 个字" in extract.notes[0]


def test_bold_by_printing_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "粗体.pdf"
    canvas = Canvas(str(path))
    canvas.setFont("STSong-Light", 12)
    for shift in (0, 0.3):
        canvas.drawString(72 + shift, 700, SENTENCE)
    canvas.save()
    assert read_pdf(path).text.splitlines() == [SENTENCE]


def test_title_of_the_file(tmp_path: Path) -> None:
    titles = {"某市女职工劳动保护规定": "某市女职工劳动保护规定", "Microsoft Word - 新建文档.doc": "", "untitled": ""}
    for title, expected in titles.items():
        path = tmp_path / "题.pdf"
        canvas = Canvas(str(path))
        canvas.setTitle(title)
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(72, 700, SENTENCE)
        canvas.save()
        assert read_pdf(path).title == expected


def test_whole_characters_only_and_nothing_outside_the_page(tmp_path: Path) -> None:
    path = tmp_path / "裁.pdf"
    canvas = Canvas(str(path), cropBox=(0, 400, 595, 842))
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, SENTENCE)
    canvas.drawString(72, 200, "裁掉的话不在页面上。")
    canvas.save()
    assert read_pdf(path).text.splitlines() == [SENTENCE]


def test_not_a_whole_pdf(tmp_path: Path) -> None:
    whole = drawn(tmp_path / "好.pdf", [SENTENCE]).read_bytes()
    path = tmp_path / "坏.pdf"
    for data, words in [
        (b"", "空文件"),
        (b"\0" * 5000, "空文件"),
        (b"hello" * 500, "不是 PDF"),
        (b"%PDF-1.7\n", "不是完整的"),
        (whole[: len(whole) // 2], "不是完整的"),
    ]:
        path.write_bytes(data)
        assert words in problem(path)
    assert "找" in problem(tmp_path / "没有.pdf") or "打不开" in problem(tmp_path / "没有.pdf")


def test_garbage_before_the_header_is_passed_over(tmp_path: Path) -> None:
    whole = drawn(tmp_path / "好.pdf", [SENTENCE]).read_bytes()
    path = tmp_path / "前面.pdf"
    path.write_bytes(b"\xff\0HTTP/1.1 200 OK\r\n" * 200 + whole)
    assert read_pdf(path).text.strip() == SENTENCE


def test_locked_files(tmp_path: Path) -> None:
    assert "密码" in problem(drawn(tmp_path / "锁.pdf", [SENTENCE], locked="geheim"))
    assert read_pdf(drawn(tmp_path / "限.pdf", [SENTENCE], locked="")).text.strip() == SENTENCE


@pytest.mark.slow
def test_too_many_pages_and_none(tmp_path: Path) -> None:
    assert "拆成" in problem(drawn(tmp_path / "厚.pdf", *[[SENTENCE]] * 2000))
    whole = read_pdf(drawn(tmp_path / "千.pdf", *[[f"第{n}号。"] for n in range(MAX_PAGES)]))
    assert [line for line in whole.text.splitlines() if line] == [f"第{n}号。" for n in range(MAX_PAGES)]
    pypdfium2.PdfDocument.new().save(tmp_path / "零.pdf")
    assert "「零.pdf」" in problem(tmp_path / "零.pdf")


def test_a_page_of_absurd_size(tmp_path: Path) -> None:
    assert read_pdf(drawn(tmp_path / "大.pdf", [SENTENCE], size=(1e6, 1e6))).text.strip() == SENTENCE


def test_scripts_and_attachments_are_not_looked_at(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(drawn(tmp_path / "附.pdf", [SENTENCE]))
    document.new_attachment("恶意.js").set_data(b"app.alert(1)")
    document.save(tmp_path / "带附件.pdf")
    data = (tmp_path / "带附件.pdf").read_bytes()
    data = data.replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>", 1)
    (tmp_path / "带附件.pdf").write_bytes(data)
    assert read_pdf(tmp_path / "带附件.pdf").text.strip() == SENTENCE


def test_a_page_stuffed_with_characters(tmp_path: Path) -> None:
    path = tmp_path / "满.pdf"
    canvas = Canvas(str(path), pageCompression=1)
    canvas.setFont("Helvetica", 1)
    for line in range(30):
        canvas.drawString(10, 10 + line, "x" * 5000)
    canvas.save()
    assert "不像是正常的页面" in problem(path)


def test_pages_that_are_pictures_wait_for_recognition(tmp_path: Path) -> None:
    from PIL import Image

    pictures = [Image.new("L", (40, 40), 200)] * 201
    pictures[0].save(tmp_path / "扫描.pdf", save_all=True, append_images=pictures[1:])
    with pytest.raises(NeedsRecognition, match="第 1 页是图片"):
        read_pdf(tmp_path / "扫描.pdf", recognise=False)
    assert "200 页" in problem(tmp_path / "扫描.pdf")


def test_wrong_character_codes_count_as_a_picture(tmp_path: Path) -> None:
    path = drawn(tmp_path / "乱码.pdf", ["\ue101\ue102\ue103\ue104\ue105\ue106" * 5])
    with pytest.raises(NeedsRecognition):
        read_pdf(path, recognise=False)


def test_a_picture_of_too_many_pixels(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("L", (20_000, 10_000), 255).save(tmp_path / "巨图.pdf")
    assert "百万像素" in problem(tmp_path / "巨图.pdf")


def test_blank_pages_are_empty_text(tmp_path: Path) -> None:
    extract = read_pdf(drawn(tmp_path / "夹白页.pdf", [SENTENCE], [], ["第二条　产假工资照发。"]))
    assert extract.text.splitlines() == [SENTENCE, "第二条　产假工资照发。"]
    assert len(extract.pages) == 3
    assert extract.scanned == 0
    assert "没有认出文字" in problem(drawn(tmp_path / "白.pdf", [], []))


def small_pdf() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=0)
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, SENTENCE)
    canvas.line(72, 600, 300, 600)
    canvas.save()
    return stream.getvalue()


SMALL = small_pdf()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=6)), min_size=1, max_size=12))
def test_damaged_bytes_give_an_extract_or_one_sentence(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(SMALL)
    for at, new in changes:
        data[at : at + len(new)] = new
    path = tmp_path / "坏.pdf"
    path.write_bytes(bytes(data))
    assert re.fullmatch(r"「坏\.pdf」[^\n]*。?", outcome(lambda: read_pdf(path, recognise=False)))


def test_five_pages_are_read_in_no_time(tmp_path: Path) -> None:
    line = (SENTENCE * 2)[:36]
    path = drawn(tmp_path / "五页.pdf", *[["　　" + line] + [line] * 32 for _ in range(5)])
    read_pdf(path)
    best = min(timed(path) for _ in range(3))
    print(f"five pages of {33 * 36} characters: {best * 1000:.0f} ms")
    assert best < 0.6  # 0.06 s on a quiet machine


def timed(path: Path) -> float:
    start = time.process_time()
    read_pdf(path)
    return time.process_time() - start


@pytest.mark.slow
def test_a_paper_made_by_an_office_program(tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("needs LibreOffice: apt install libreoffice-writer-nogui fonts-noto-cjk")
    from docx import Document

    paper = Document()
    body = texts(30, 6)
    paper.add_heading("某市女职工工作要点", 0)
    for text in body:
        paper.add_paragraph("　　" + text)
    table = paper.add_table(rows=3, cols=2, style="Table Grid")
    for row, cells in zip(table.rows, [("地区", "产假"), ("江苏", "158天"), ("浙江", "188天")], strict=True):
        row.cells[0].text, row.cells[1].text = cells
    paper.sections[0].header.paragraphs[0].text = "工会文件汇编"
    paper.save(str(tmp_path / "要点.docx"))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "要点.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    lines = read_pdf(tmp_path / "要点.pdf").text.splitlines()
    assert lines[1:] == [*body, "地区：江苏；产假：158天", "地区：浙江；产假：188天"] or lines == [
        "工会文件汇编",
        "某市女职工工作要点",
        *body,
        "地区：江苏；产假：158天",
        "地区：浙江；产假：188天",
    ]
