"""Old and foreign office files through LibreOffice: real ones, made from what the other readers read."""

import os
import shutil
import stat
import subprocess
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import docx
import openpyxl
import pytest

from documents.errors import UnreadableFile
from documents.formats import office
from documents.formats.office import INSTALL, convert, read_doc
from documents.formats.sheet import read_xlsx
from documents.formats.word import read_docx
from tests.documents.formats.docx_parts import LAW, docx_of, numbered, p, run

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason=f"no LibreOffice: {INSTALL}")


def made(source: Path, suffix: str, name: str) -> Path:
    """Make a real file of an old format with LibreOffice."""
    folder = source.parent / "made"
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={(source.parent / 'lo').as_uri()}",
        "--convert-to",
        suffix,
    ]
    subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=120)
    return (folder / f"{source.stem}.{suffix}").rename(source.parent / name)


def paper(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("江苏省总工会文件")
    document.add_paragraph("一、总体要求")
    document.add_paragraph("（一）做好女职工工作。")
    cells = document.add_table(2, 2)
    for y, texts in enumerate((("地区", "产假"), ("江苏", "158天"))):
        for x, text in enumerate(texts):
            cells.cell(y, x).text = text
    document.add_paragraph("附件：名单")
    document.save(str(path))
    return path


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "name"),
    [("doc", "旧 文.doc"), ("doc", "金山.wps"), ("rtf", "富.rtf"), ("odt", "开.odt"), ("doc", "改名.docx")],
)
def test_papers_come_back_whole(tmp_path: Path, suffix: str, name: str) -> None:
    path = made(paper(tmp_path / "in.docx"), suffix, name)
    extract = read_docx(path) if name.endswith("docx") else read_doc(path)
    assert extract.text == read_docx(tmp_path / "in.docx").text
    assert "LibreOffice" in extract.notes[-1]


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "name"), [("xls", "旧.xls"), ("xls", "金山.et"), ("ods", "开.ods"), ("xls", "改名.xlsx")]
)
def test_sheets_come_back_whole(tmp_path: Path, suffix: str, name: str) -> None:
    book = openpyxl.Workbook()
    for row in (["地区", "产假"], ["江苏", 158], ["上海", "一百五十八天"]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    path = made(tmp_path / "in.xlsx", suffix, name)
    assert read_doc(path).text == "地区：江苏；产假：158\n地区：上海；产假：一百五十八天"


@needs_office
@pytest.mark.slow
def test_labels_are_those_that_libreoffice_writes(tmp_path: Path) -> None:
    """Another program's reading of the same lists, as plain text; it knows no level that never restarts."""
    path = docx_of(
        tmp_path / "号.docx",
        *[
            numbered("总则"),
            numbered("甲", level=1),
            numbered("乙", level=2),
            numbered("丙", level=2),
            numbered("丁", level=1),
        ],
        *[numbered("戊", level=2), numbered("附则"), numbered("己", level=1), p(run("末段"))],
        numbering=LAW.replace('<w:lvlRestart w:val="0"/>', ""),
    )
    theirs = made(path, "txt", "号.txt").read_text(encoding="utf-8-sig").split("\n")
    assert [line.replace(" ", "") for line in read_docx(path).text.split("\n")] == [
        "".join(line.split()) for line in theirs if line.strip()
    ]


@needs_office
@pytest.mark.slow
def test_damaged_file_and_no_process_left(tmp_path: Path) -> None:
    path = made(paper(tmp_path / "in.docx"), "doc", "坏.doc")
    path.write_bytes(path.read_bytes()[:1500])
    with pytest.raises(UnreadableFile, match=r"坏\.doc.*另存"):
        read_doc(path)
    with convert(made(paper(tmp_path / "in2.docx"), "rtf", "好.rtf")) as converted:
        folder = converted.parent.parent
        assert converted.name == "好.rtf"
    assert not folder.exists()
    assert (
        str(folder) not in subprocess.run(["ps", "ax", "-o", "args"], check=True, capture_output=True, text=True).stdout
    )


@needs_office
@pytest.mark.slow
def test_nothing_is_fetched(tmp_path: Path) -> None:
    """A picture, a section and a template that lie on a server: it is never asked."""
    asked = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
    )
    secret = tmp_path / "secret.txt"
    secret.write_text("本机秘密", encoding="utf-8")
    body = (
        f'<office:document-content {names} office:version="1.2"><office:body><office:text><text:p>正文<draw:frame svg:width="2cm" '
        f'svg:height="2cm"><draw:image xlink:href="{url}/a.png" xlink:type="simple"/></draw:frame></text:p>'
        f'<text:section text:name="s"><text:section-source xlink:href="{secret.as_uri()}"/><text:p>节</text:p></text:section>'
        f'<text:section text:name="t"><text:section-source xlink:href="{url}/s.odt"/><text:p>段</text:p></text:section>'
        "</office:text></office:body></office:document-content>"
    )
    path = tmp_path / "链.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", body)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
            'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry '
            'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        )
    rtf = tmp_path / "链.rtf"
    rtf.write_text(
        r"{\rtf1 text{\field{\*\fldinst INCLUDEPICTURE "
        + f'"{url}/b.png"'
        + r"}{\fldrslt x}}{\*\template "
        + url
        + "/t.dot}}",
        encoding="ascii",
    )
    try:
        text = read_doc(path).text
        read_doc(rtf)
    finally:
        server.shutdown()
        server.server_close()
    assert "正文" in text
    assert "本机秘密" not in text
    assert asked == []


# Without LibreOffice

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def test_missing_program_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "旧.doc").write_bytes(OLE + "WordDocument".encode("utf-16-le") + bytes(99))
    with pytest.raises(UnreadableFile, match=r"旧\.doc.*docx.*apt-get install libreoffice-writer-nogui"):
        read_doc(tmp_path / "旧.doc")


def program(folder: Path, script: str) -> None:
    (folder / "soffice").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "soffice").chmod(stat.S_IRWXU)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are of Unix")
def test_program_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, f"sleep 987 & echo $! > {tmp_path}/child; sleep 987")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(office, "_SECONDS", 1.0)
    (tmp_path / "挂.doc").write_bytes(OLE + "WordDocument".encode("utf-16-le") + bytes(99))
    began = time.monotonic()
    with pytest.raises(UnreadableFile, match=r"挂\.doc.*已停下"):
        read_doc(tmp_path / "挂.doc")
    assert time.monotonic() - began < 20
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child still runs")


def test_program_that_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    (tmp_path / "无.doc").write_bytes(OLE + "WordDocument".encode("utf-16-le") + bytes(99))
    with pytest.raises(UnreadableFile, match=r"无\.doc.*密码"):
        read_doc(tmp_path / "无.doc")


@pytest.mark.parametrize(
    ("data", "say"),
    [
        *[
            (b"", "空文件"),
            (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(9), "密码"),
            (bytes(range(1, 200)), "内容不是文档"),
        ],
        *[
            (OLE + "PowerPoint Document".encode("utf-16-le") + bytes(9), "PowerPoint"),
            (b"PK\x03\x04" + bytes(99), "损坏"),
        ],
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, data: bytes, say: str) -> None:
    path = tmp_path / "甲.doc"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=rf"甲\.doc.*{say}|{say}"):
        read_doc(path)


def test_other_files_named_doc_are_read_as_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "网.doc"
    path.write_bytes("<html><meta charset=gb2312><body><p>第一条　网页。</p></body></html>".encode("gb18030"))
    assert read_doc(path).text == "第一条　网页。"
    path.write_text("第一条　文本。", encoding="utf-8")
    assert read_doc(path).text == "第一条　文本。"
    paper(tmp_path / "新.docx").rename(path)
    assert read_doc(path).text.startswith("江苏省总工会文件")
    book = openpyxl.Workbook()
    book.active.append(["产假一百五十八天"])
    book.save(tmp_path / "a.xlsx")
    assert read_doc((tmp_path / "a.xlsx").rename(tmp_path / "表.xls")).text == "产假一百五十八天"
    assert read_xlsx(tmp_path / "表.xls").text == "产假一百五十八天"
