"""Read old and foreign office files (doc, wps, rtf, odt, xls, et) by way of LibreOffice, which runs alone and offline."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from documents.errors import UnreadableFile
from documents.formats.extract import Extract
from documents.formats.ooxml import kind_of, locked, ole_holds, open_package

INSTALL = "sudo apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
# The worker that reads a file stops after a minute and more for large ones; LibreOffice must be gone before.
_SECONDS = 50.0
_BYTES_A_SECOND = 8_000
_LONGEST = 600.0
_WORDS, _CELLS = "docx", "xlsx"
# No macro, no link followed, and what would reach out all the same meets a proxy that nobody serves.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
)


def read_doc(path: Path) -> Extract:
    """Read an old or foreign office file; one that is no such file by its bytes is read as what it is.

    Returns its text, with a note that it was converted. Raises UnreadableFile where it cannot be converted or read.
    """
    return read_disguised(path, kind_of(path))


def read_disguised(path: Path, kind: str) -> Extract:
    """Read a file by what it is (see `kind_of`), whatever its name says."""
    from documents.formats.html import read_html
    from documents.formats.plain import read_plain

    if kind == "encrypted":
        raise locked(path.name)
    if kind == "zip" and not _is_odf(path):
        return _read_package(path)
    if kind in ("html", "text"):
        said = {"html": "网页", "text": "纯文本"}[kind]
        extract = read_html(path) if kind == "html" else read_plain(path)
        return replace(extract, notes=(*extract.notes, f"后缀是 {path.suffix[1:]}，内容其实是{said}，已按{said}读。"))
    if kind == "binary":
        raise UnreadableFile(
            f"「{path.name}」的内容不是文档（可能改过后缀或没有下载完整），读不了。请重新取得，或另存为 docx 再加。"
        )
    with convert(path) as converted:
        extract = _read_package(converted)
    return replace(extract, notes=(*extract.notes, "这份文件由 LibreOffice 转换后读取，请核对编号和表格。"))


def _read_package(path: Path) -> Extract:
    from documents.formats.sheet import read_xlsx
    from documents.formats.word import read_docx

    with open_package(path) as package:
        is_sheet = package.has("xl/workbook.xml")
    return read_xlsx(path) if is_sheet else read_docx(path)


@contextmanager
def convert(path: Path) -> Iterator[Path]:
    """Convert an office file; the result, a docx or xlsx under the same name, lives as long as the context.

    Raises UnreadableFile where LibreOffice is missing, fails or takes too long.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableFile(
            f"读「{path.name}」要先用 LibreOffice 转换，这台机器上没有。请用 Word 或 WPS 另存为 docx（表格存 xlsx）再加，"
            f"或安装 LibreOffice：{INSTALL}"
        )
    suffix, target = _nature(path)
    with tempfile.TemporaryDirectory(prefix="niangjia-office-") as scratch:
        work = Path(scratch)
        source = work / f"in{suffix}"
        shutil.copyfile(path, source)
        _write_profile(work / "profile")
        _run(program, source, target, work, path)
        made = work / "out" / f"in.{target}"
        if not made.is_file():
            raise UnreadableFile(
                f"「{path.name}」转换不了，可能已损坏或设了打开密码。请用 Word 或 WPS 打开，去掉密码，另存为 docx 再加。"
            )
        named = work / "out" / path.name
        yield made.rename(named) if named != made else made


def _nature(path: Path) -> tuple[str, str]:
    """What suffix LibreOffice should see, and what to convert to: names lie, streams do not."""
    kind = kind_of(path)
    if kind == "rtf":
        return ".rtf", _WORDS
    if kind == "zip":
        spreadsheet = "spreadsheet" in _mimetype(path)
        return (".ods", _CELLS) if spreadsheet else (".odt", _WORDS)
    if ole_holds(path, "WordDocument"):
        return ".doc", _WORDS
    if ole_holds(path, "Workbook") or ole_holds(path, "Book"):
        return ".xls", _CELLS
    if ole_holds(path, "PowerPoint Document"):
        raise UnreadableFile(f"「{path.name}」其实是 PowerPoint 演示文稿，读不了。请另存为 PDF 再加。")
    return (".xls", _CELLS) if path.suffix.lower() in (".xls", ".et") else (".doc", _WORDS)


def _is_odf(path: Path) -> bool:
    return "opendocument" in _mimetype(path)


def _mimetype(path: Path) -> str:
    with open_package(path) as package:
        return b"".join(package.blocks("mimetype"))[:100].decode("ascii", "replace") if package.has("mimetype") else ""


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/{place}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for place, name, value in _SETTINGS
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _run(program: str, source: Path, target: str, work: Path, path: Path) -> None:
    """Run LibreOffice on one file; it and its children are gone afterwards, whatever happens."""
    seconds = min(_LONGEST, _SECONDS + path.stat().st_size / _BYTES_A_SECOND)
    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
    ]
    command += ["--convert-to", target, "--outdir", str(work / "out"), str(source)]
    known = {key: value for key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if (value := os.environ.get(key))}
    surroundings = {**known, "HOME": str(work), "TMPDIR": str(work), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=surroundings,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(
            f"「{path.name}」转换了 {seconds:.0f} 秒还没有完，已停下，没有收入。请用 Word 或 WPS 另存为 docx 再加。"
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):  # all of it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)  # the session that the process leads
    elif process.poll() is None:
        process.kill()
    process.wait()
