"""Files from strangers, read as the page reads them: damaged ones in worker processes, hostile ones with the network watched."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.formats import workers
from documents.formats.dispatch import SUFFIXES
from documents.formats.extract import Extract
from documents.formats.workers import extract_files
from documents.read import read_paths
from tests.documents.formats.docx_parts import RELATED, docx_of, p, package
from tests.strangers.mutate import KINDS, LINES, damaged

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = re.compile(r"「[^」\n]+」[^\n]*[\u4e00-\u9fff][^\n]*")
ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,}")  # the words of some library, which may name a path as well
TRACE = re.compile(r"Traceback|Error\b.*\bline \d|File \"/|\.py\b")


def written(folder: Path, seed: int, each: int) -> list[Path]:
    """Write so many damaged files of each kind, the same for the same seed."""
    chance = random.Random(seed)
    paths = []
    for kind, make in KINDS.items():
        good = make()
        for number in range(each):
            path = folder / f"坏{seed}-{number}.{kind}"
            path.write_bytes(damaged(good, chance))
            paths.append(path)
    return paths


def check(paths: list[Path]) -> None:
    """Each file gives documents or one Chinese sentence that names it, and never a traceback."""
    reading = read_paths(paths)
    told = {problem.path for problem in reading.problems} | {document.path for document in reading.documents}
    for path in paths:
        assert any(one == str(path) or one.startswith(f"{path}/") for one in told), path
    for problem in reading.problems:
        assert SENTENCE.match(problem.message), problem
        assert not TRACE.search(problem.message), problem
        assert not ENGLISH.search(problem.message), problem
        assert str(path.parent) not in problem.message
        assert len(problem.message) < 500


@settings(max_examples=2, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_damaged_files_of_every_kind_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    check(written(tmp_path, seed, 6))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_five_hundred_damaged_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    check(written(tmp_path, seed, 8))


def test_what_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for the worker itself, whatever it does."""
    path = docx_of(tmp_path / "慢.docx", *[p(f"第{number}号 女职工生育享受产假。") for number in range(60_000)])
    monkeypatch.setattr(workers, "_SECONDS", 0.3)
    monkeypatch.setattr(workers, "_BYTES_A_SECOND", 10**9)
    found = extract_files([path])[path]
    assert not isinstance(found, Extract)
    assert "已停下" in str(found)


def greedy() -> None:
    """Take all memory that a worker gets."""
    bytearray(workers._MEMORY)


def test_a_worker_cannot_take_all_memory() -> None:
    code = "from documents.formats.workers import _limit_memory; from tests.strangers.test_readers import greedy; _limit_memory(); greedy()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "MemoryError" in done.stderr


OUT = "http://169.254.169.254/latest/meta-data"
HOSTILE_HTML = f"""<!doctype html><html><head><base href="{OUT}/"><meta http-equiv="refresh" content="0;url={OUT}">
<link rel="stylesheet" href="{OUT}/a.css"><script src="{OUT}/a.js"></script><style>@import url({OUT}/b.css)</style></head><body>
<article>{"".join(f"<p>{line}</p>" for line in LINES)}<img src="{OUT}/a.png"><iframe src="{OUT}"></iframe><object data="file:///etc/passwd">
</object><svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{OUT}/b.png"/><use href="{OUT}#a"/></svg>
<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></article></body></html>"""
WATCH = """
import json, sys
seen = []
def watch(event, given):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "urllib.", "os.system", "subprocess.", "os.exec", "os.posix_spawn")):
        seen.append([event, str(given)[:200]])
        raise PermissionError(event)
    if event == "open" and str(given[0]) in ("/etc/passwd", "/etc/hostname"):
        seen.append([event, str(given[0])])
from pathlib import Path
from documents.errors import DocumentError
from documents.formats import html, ooxml, pdf, sheet, word
from documents.formats.dispatch import extract
import lxml.etree, lxml.html, pypdfium2, pdfplumber
sys.addaudithook(watch)
said = {}
for name in sys.argv[1:]:
    try:
        said[Path(name).name] = extract(Path(name), False).text
    except DocumentError as error:
        said[Path(name).name] = str(error)
print(json.dumps([seen, said]))
"""


def hostile(folder: Path) -> list[Path]:
    """Files that ask for other files and other hosts in every way that their formats have."""
    page = folder / "网页.html"
    page.write_text(HOSTILE_HTML, encoding="utf-8")
    links = "".join(
        f'<Relationship Id="r{n}" Type="{RELATED}/{kind}" Target="{target}" TargetMode="External"/>'
        for n, (kind, target) in enumerate(
            [
                ("image", f"{OUT}/a.png"),
                ("attachedTemplate", f"{OUT}/t.dotm"),
                ("hyperlink", OUT),
                ("oleObject", "file:///etc/passwd"),
                ("aFChunk", f"{OUT}/c.html"),
                ("frame", OUT),
                ("subDocument", f"{OUT}/s.docx"),
            ]
        )
    )
    field = '<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;file:///etc/passwd&quot; "><w:r><w:t>域</w:t></w:r></w:fldSimple></w:p>'
    dde = '<w:p><w:fldSimple w:instr=" DDEAUTO cmd &quot;/c calc&quot; "><w:r><w:t>域</w:t></w:r></w:fldSimple></w:p>'
    inside = "".join(p(line) for line in LINES) + field + dde + '<w:altChunk r:id="r4"/>'
    namespaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    document = f"<w:document {namespaces}><w:body>{inside}</w:body></w:document>"
    paper = package(folder / "文.docx", {"document": document}, links=links)
    sheet = folder / "表.xlsx"
    from openpyxl import Workbook

    book = Workbook()
    rows = book.worksheets[0]
    rows.append(["地区", "产假", "别处"])
    rows.append(["江苏", 158, f'=WEBSERVICE("{OUT}")'])
    rows.append(["浙江", 158, f'=HYPERLINK("{OUT}","点")'])
    rows.append(["广东", 178, "='file:///etc/[passwd]Sheet1'!A1"])
    book.save(sheet)
    return [page, paper, sheet, hostile_pdf(folder / "版.pdf")]


def hostile_pdf(path: Path) -> Path:
    """A PDF that runs a script, starts a program, opens a host and carries a program, as it says in its catalogue."""
    data = KINDS["pdf"]()
    acts = (
        f"/OpenAction << /S /JavaScript /JS (app.launchURL('{OUT}')) >> /AA << /WC << /S /URI /URI ({OUT}) >> >> "
        f"/Names << /EmbeddedFiles << /Names [(a.exe) << /F (a.exe) /FS /URL /F ({OUT}/a.exe) >>] >> >> "
        "/X << /S /Launch /F (/bin/sh) >> /Type /Catalog"
    ).encode()
    assert b"/Type /Catalog" in data
    path.write_bytes(data.replace(b"/Type /Catalog", acts, 1))  # the table of offsets is wrong then, which readers mend
    return path


def test_no_file_makes_the_program_ask_another_host(tmp_path: Path) -> None:
    paths = hostile(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-c", WATCH, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    seen, said = json.loads(ran.stdout.strip().splitlines()[-1])
    assert seen == []
    for name, text in said.items():
        assert "root:" not in text, name
        assert "158" in text or LINES[2][:12] in text, (name, text)
    assert OUT not in said["网页.html"]


def test_names_in_a_zip_stay_inside_whatever_they_are(tmp_path: Path) -> None:
    packed = tmp_path / "包.zip"
    names = ["../逃.txt", f"{tempfile.gettempdir()}/逃.txt", "a/../../逃.txt", "..\\逃.txt", "C:\\逃.txt", "a\x00b.txt", "文\u202etxt.exe", "长" * 200 + ".txt", "\x1b[2J清.txt", "\u200b隐.txt", "CON.txt", "a/" * 300 + "深.txt", " .txt", "-rf.txt", "$(id).txt", "é.txt", "e\u0301.txt"]  # fmt: skip
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, KINDS["txt"]())
    before = set(tmp_path.iterdir())
    reading = read_paths([packed])
    assert set(tmp_path.iterdir()) == before
    assert not list(tmp_path.parent.glob("逃*"))
    assert not Path(names[1]).exists()
    assert len(reading.documents) + len(reading.problems) >= 1
    for problem in reading.problems:
        assert SENTENCE.match(problem.message)
        assert "\u202e" not in problem.message
        assert "\x00" not in problem.message
        assert "\x1b" not in problem.message
    assert not [
        document
        for document in reading.documents
        if re.search(r"[\x00-\x1f\u200b\u202e]", document.path + document.title)
    ]


def test_every_suffix_has_a_reader_in_a_worker() -> None:
    assert {".docx", ".xlsx", ".pdf", ".html", ".doc", ".wps"} <= set(SUFFIXES)
