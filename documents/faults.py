"""What may be wrong with a library, in Chinese sentences: files, digests, dates, chains of replacement, check states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from documents.catalog import Row
from documents.formats.workers import file_digest
from documents.library import shipped, shipped_catalog, shipped_folder
from documents.model import Kind
from documents.own import Own
from documents.rules_check import faults_of_rules

DIGESTS = "SHA256SUMS"


def faults_of_library() -> Iterator[str]:
    """Check the shipped library: files and rows match, dates are in order, replaced chains end, every fact has a check state."""
    rows = shipped_catalog()
    yield from _files(rows)
    yield from _dates_and_chains(rows)
    yield from faults_of_rules()
    for document in shipped():
        if document.kind is Kind.RESTATEMENT:
            for provision in document.provisions:
                if provision.text and provision.check is None:
                    yield f"{provision.id}：没有核实状态。"
        if not any(provision.text for provision in document.provisions):
            yield f"{document.id}：文件 {document.path} 没有正文。"


def _files(rows: tuple[Row, ...]) -> Iterator[str]:
    listed = {row.path for row in rows}
    sealed = read_digests()
    for path in sorted(shipped_folder().rglob("*.md")):
        name = path.relative_to(shipped_folder()).as_posix()
        if name not in listed:
            yield f"{name}：目录里没有这一份。"
        if sealed.get(name) != file_digest(path):
            yield f"{name}：内容和 {DIGESTS} 记的不同。如果是有意改的，请运行 make seal。"


def _dates_and_chains(rows: tuple[Row, ...]) -> Iterator[str]:
    titles = {row.title for row in rows} | {row.id for row in rows}
    replaced = {row.id: row.replaced_by for row in rows}
    for row in rows:
        yield from _dates(row)
        if row.replaced_by and row.replaced_by not in titles:
            yield f"{row.id}：replaced_by「{row.replaced_by}」不在目录里。"
        if _circular(row.id, replaced):
            yield f"{row.id}：被取代的关系绕成了圈。"


def _dates(row: Row) -> Iterator[str]:
    if row.published and row.effective and row.effective < row.published:
        yield f"{row.id}：施行日期 {row.effective} 早于公布日期 {row.published}。"
    if row.ended and row.effective and row.ended <= row.effective:
        yield f"{row.id}：失效日期 {row.ended} 不晚于施行日期 {row.effective}。"


def _circular(start: str, replaced: dict[str, str]) -> bool:
    seen = {start}
    here = replaced.get(start, "")
    while here:
        if here in seen:
            return True
        seen.add(here)
        here = replaced.get(here, "")
    return False


def read_digests() -> dict[str, str]:
    """Read the sha256 of each shipped text, by its path in the library."""
    path = shipped_folder() / DIGESTS
    if not path.is_file():
        return {}
    pairs = (line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {name: digest for digest, name in pairs}


def write_digests() -> None:
    """Write the sha256 of each shipped text, as sha256sum does."""
    folder = shipped_folder()
    lines = [f"{file_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in sorted(folder.rglob("*.md"))]
    (folder / DIGESTS).write_text("".join(lines), encoding="utf-8", newline="\n")


def faults_of_own(mine: Own, folder: Path) -> Iterator[str]:
    """Check a user's library: files that are missing, cannot be read or were changed since they were added."""
    for problem in mine.reading.problems:
        yield problem.message
    for row in mine.rows:
        path = folder / "documents" / row.path
        if row.path and row.sha256 and path.is_file() and file_digest(path) != row.sha256:
            yield f"「{row.path}」在收入之后被改过。如果是新版本，请用 add 重新加，再删去旧的一行。"
        yield from _dates(row)
