"""Read files and folders of every format into documents; what cannot be read becomes a problem and the rest goes on."""

from __future__ import annotations

import lzma
import re
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from documents.errors import UnreadableFile
from documents.formats import SUFFIXES, TEXT_SUFFIXES, Extract, read_plain
from documents.formats.archive import ARCHIVE_SUFFIXES, unpack
from documents.formats.workers import Cache, Watch, extract_files
from documents.infer import guess
from documents.model import Check, Document, Kind, Provision
from documents.parse import parse
from documents.provision_rows import ROW_SUFFIXES, read_rows

_END_OF_HEAD = "<!-- INFO END -->"
READABLE = "txt、md、docx、doc、wps、rtf、odt、pdf、html、xlsx、xls、图片、zip、jsonl、jsonl.xz"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read; `message` is a Chinese sentence that names the file (and row)."""

    path: str
    message: str
    row: int | None = None


@dataclass(slots=True)
class Reading:
    """What came out of some files: documents, the problems of what was left out, and remarks by document path."""

    documents: list[Document] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: where it lies, and the name it is known by (a member of a zip lies elsewhere)."""

    path: Path
    name: str


def find_files(paths: list[Path]) -> Iterator[Path]:
    """Walk files and folders in a stable order; hidden files and a folder's own catalogue are passed over."""
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                hidden = any(part.startswith((".", "~$")) for part in inner.relative_to(path).parts)
                if inner.is_file() and not hidden and inner.name != "catalog.csv":
                    yield inner
        else:
            yield path


def unpacked(sources: list[Source], scratch: Path) -> tuple[list[Source], list[Problem]]:
    """Put a zip's members, unpacked under `scratch`, in the place of the zip. Returns files and what was left out."""
    files: list[Source] = []
    problems: list[Problem] = []
    for number, source in enumerate(sources):
        if source.path.is_file() and source.path.name.lower().endswith(ARCHIVE_SUFFIXES):
            members, faults = unpack(source.path, scratch / str(number))
            files += [Source(member, f"{source.name}/{inner}") for member, inner in members]
            problems += [Problem(source.name, fault) for fault in faults]
        else:
            files.append(source)
    return files, problems


def read_paths(paths: list[Path], cache: Cache | None = None, watch: Watch | None = None) -> Reading:
    """Read files, folders and zips, each file once.

    Parameters: files and folders; where extracted texts are kept between readings (None: nowhere); who is told which file
    is being read. Returns documents in the order of the files.
    """
    chosen = list({path.absolute(): path for path in find_files(paths)}.values())
    with tempfile.TemporaryDirectory(prefix="niangjia-") as scratch:
        sources, problems = unpacked([Source(path, str(path)) for path in chosen], Path(scratch))
        reading = read_sources(sources, cache, watch)
    reading.problems[:0] = problems
    return reading


def read_sources(sources: list[Source], cache: Cache | None = None, watch: Watch | None = None) -> Reading:
    """Read files, none of them a zip, in their order; a document's `path` is its source's name."""
    reading = Reading()
    heavy = [s.path for s in sources if s.path.is_file() and s.path.name.lower().endswith(SUFFIXES)]
    extracts = extract_files(heavy, cache, watch)
    for source in sources:
        try:
            _read_one(source.path, source.name, extracts, reading)
        except UnreadableFile as error:
            reading.problems.append(Problem(source.name, str(error)))
        except (OSError, lzma.LZMAError, EOFError) as error:
            message = f"「{source.path.name}」打不开或已损坏（{type(error).__name__}）。请检查文件和权限。"
            reading.problems.append(Problem(source.name, message))
    _make_ids_unique(reading)
    return reading


def _read_one(path: Path, name: str, extracts: dict[Path, Extract | UnreadableFile], reading: Reading) -> None:
    lower = path.name.lower()
    if not path.exists():
        raise UnreadableFile(f"找不到「{path}」。请检查路径。")
    if lower.endswith(ROW_SUFFIXES):
        documents, faults = read_rows(path)
        reading.documents += [replace(document, path=name) for document in documents]
        reading.problems += [Problem(name, message, row) for row, message in faults]
        return
    if lower.endswith(TEXT_SUFFIXES):
        extract: Extract | UnreadableFile = read_plain(path)
    elif lower.endswith(".ofd"):
        raise UnreadableFile(
            f"「{path.name}」是 OFD 版式文件，读不了。请用 WPS 或 OFD 阅读器打开，另存为 PDF 或 docx 再加。"
        )
    elif path in extracts:
        extract = extracts[path]
    else:
        raise UnreadableFile(f"「{path.name}」的格式现在读不了（能读 {READABLE}）。请另存为其中一种再试。")
    if isinstance(extract, UnreadableFile):
        raise extract
    reading.documents.append(document_of(PurePath(name), extract))
    if extract.notes:
        reading.remarks[name] = extract.notes


def split_head(text: str, markdown: bool) -> tuple[str, str]:
    """Split a file's text into head (title and history) and body; together they are the whole text."""
    at = text.find(_END_OF_HEAD)
    if at >= 0:
        at += len(_END_OF_HEAD)
        return text[:at], text[at:]
    if markdown and (match := re.match(r"\s*#\s+[^\n]+\n", text)):
        return text[: match.end()], text[match.end() :]
    return "", text


def document_of(path: PurePath, extract: Extract) -> Document:
    """Make a document of a file's text; every catalogue field is inferred.

    A text that was recognised from pictures supplies no figures until a person has compared it. Raises UnreadableFile
    where there is nothing but a head.
    """
    head, body = split_head(extract.text, path.suffix.lower() in (".md", ".markdown"))
    found = guess(path, head, body, extract.title)
    document_id = found.title + (f"@{found.published}" if found.published else "")
    check = Check.WEAK if extract.scanned else None
    provisions = tuple(_paged(parse(document_id, body), extract.pages, len(head), body, check))
    if not any(provision.text for provision in provisions):
        raise UnreadableFile(f"「{path.name}」只有标题和日期，没有正文，没有收入。")
    return Document(
        id=document_id,
        title=found.title,
        kind=Kind.ORIGINAL,
        level=found.level,
        region=found.region,
        issuer=found.issuer,
        number=found.number,
        published=found.published,
        effective=found.effective,
        year=found.year,
        check=check,
        note=found.note,
        path=str(path),
        head=head,
        provisions=provisions,
        inferred=found.confidence,
    )


def _paged(
    provisions: tuple[Provision, ...], pages: tuple[int, ...], head: int, body: str, check: Check | None
) -> Iterator[Provision]:
    """Give each provision the page on which its words begin, and its check state where it has none."""
    at = head
    for provision in provisions:
        start = body.find(provision.text[:20], at - head, at - head + len(provision.raw)) + head
        page = bisect_right(pages, max(start, at)) or None if pages else None
        yield replace(provision, page=page, check=provision.check or check)
        at += len(provision.raw)


def _make_ids_unique(reading: Reading) -> None:
    """Give a second document of the same title and date an id of its own."""
    seen: dict[str, int] = {}
    for place, document in enumerate(reading.documents):
        count = seen[document.id] = seen.get(document.id, 0) + 1
        if count > 1:
            reading.documents[place] = rename(document, f"{document.id}~{count}")


def rename(document: Document, new_id: str) -> Document:
    """Return the document under another id; ids of its parsed provisions follow, those that rows brought stay."""
    provisions = tuple(
        replace(
            p,
            document_id=new_id,
            id=new_id + p.id.removeprefix(document.id) if p.id.startswith(document.id + "#") else p.id,
        )
        for p in document.provisions
    )
    return replace(document, id=new_id, provisions=provisions)
