"""A lesson pack on the disk: the papers, the slides, and pack.json, which keeps what every statement rests on.

FOLDER/讲稿.docx 课件.pptx 讲义（发给女职工）.docx 备课.md pack.json
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from documents.disk import sweep
from documents.figures import figures
from documents.library import home
from documents.resting import record
from rag.desk.errors import BadWish, DeskError
from rag.desk.lesson.model import Lesson, Look, Told
from rag.desk.lesson.papers import handout_paper, lesson_paper
from rag.desk.lesson.slides import lesson_deck
from rag.desk.lesson.words import numerals, plain
from rag.desk.quiz import Item
from rag.desk.write.files import not_written, replace_text
from rag.model import Citation

FORMAT, VERSION = "niangjia-lesson", 1
FILE = "pack.json"
PAPER, SLIDES, HANDOUT, NOTES = "讲稿.docx", "课件.pptx", "讲义（发给女职工）.docx", "备课.md"
UNFINISHED = ".niangjia-pack-"  # how folders begin in which a pack is being written, or deleted


def write_pack(lesson: Lesson, folder: Path) -> tuple[Path, ...]:
    """Write a lesson's files into a folder that is new or empty, all or none, and note which provisions they rest on.

    Parameters: the lesson, the folder. Returns the written files. Raises BadWish where the folder holds something, DeskError
    where it cannot be written.
    """
    check_folder(folder)
    name, made = str(folder.resolve()), None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        sweep(folder.parent, re.escape(UNFINISHED) + r".{8}.*")
        # an unfinished pack never stands under the folder's name
        made = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
        _write(lesson, made)
        record(home(), "lessons", name, _rests(lesson))  # before: a pack that stands is never without its note
        made.chmod(0o777 & ~_umask())
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except OSError as error:
        raise not_written(folder, error) from error
    except DeskError as error:  # it names a file of the unfinished pack
        if isinstance(error.__cause__, OSError):
            raise not_written(folder, error.__cause__) from error
        raise
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
    return tuple(folder / name for name in (PAPER, SLIDES, HANDOUT, NOTES, FILE))


def _write(lesson: Lesson, folder: Path) -> None:
    from rag.desk.write import write_docx, write_md, write_pptx

    write_docx(lesson_paper(lesson), folder / PAPER)
    write_pptx(lesson_deck(lesson), folder / SLIDES)
    write_docx(handout_paper(lesson), folder / HANDOUT)
    replace_text(folder / NOTES, write_md(lesson_paper(lesson)))
    replace_text(folder / FILE, json.dumps(pack_of(lesson), ensure_ascii=False, indent=1) + "\n")


def _rests(lesson: Lesson) -> Iterable[tuple[str, str, str]]:
    """The provisions that a lesson rests on, each once: title, article, digest."""
    digests = dict(lesson.digests)
    return {(c.title, c.article, digests[c.chunk_id]): None for c in lesson.sources if c.chunk_id in digests}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def check_folder(folder: Path) -> None:
    """Raise BadWish where a folder is a file or holds something: nothing of anybody's is ever written over."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise BadWish(f"「{folder}」里已经有东西，不会覆盖。请换一个空的或还没有的文件夹。")


def pack_of(lesson: Lesson) -> dict[str, Any]:
    """What pack.json holds: the wish, the library, every statement with its sources, every answer and quiz item to be asked again."""
    wish = lesson.wish
    return {
        "format": FORMAT,
        "version": VERSION,
        "topic": wish.topic,
        "regions": [region.name for region in wish.regions],
        "minutes": wish.minutes,
        "audience": wish.audience,
        "day": wish.day.isoformat(),
        "made": lesson.made.isoformat(),
        "library_digest": lesson.library_digest,
        "library_built": lesson.library_built,
        "model": lesson.model,
        "seed": lesson.seed,
        "outline": [{"title": part.title, "minutes": part.minutes} for part in lesson.outline],
        "statements": list(_statements(lesson)),
    }


def _statements(lesson: Lesson) -> Iterator[dict[str, Any]]:
    """Every statement with where it stands and the digest of each provision that it rests on."""
    digests = dict(lesson.digests)
    for row in _rows(lesson):
        for source in row["sources"]:
            source["digest"] = digests.get(source["chunk_id"], "")
        yield row


def _rows(lesson: Lesson) -> Iterator[dict[str, Any]]:
    heads = {(part.look, part.topic): numerals(n) for n, part in enumerate(lesson.outline, 1)}
    for point in lesson.points:
        where = f"讲稿第{heads[Look.POINTS, point.topic]}节「{point.title}」"
        engine = point.answer.trace[:1] != ("要点：照所引条文写成",)
        yield _row(where, "要点", point.told, point.asked if engine else "", point.plain)
        if point.local is not None:
            yield _row(f"{where}的本地规定", "要点", point.local)
    for number, case in enumerate(lesson.cases, 1):
        where = f"讲稿第{heads[Look.CASES, '']}节案例{numerals(number)}「{case.title}」"
        yield _row(where, "案例", case.told, case.asked, case.plain)
        for step in case.steps:
            yield _row(f"{where}的下一步", "步骤", step)
    for myth in lesson.misconceptions:
        yield _row(f"讲稿第{heads[Look.MYTHS, '']}节「{myth.said}」", "误解", myth.truth)
    for duty in lesson.union:
        yield _row(f"讲稿第{heads[Look.UNION, '']}节「{duty.title}」", "工会", duty.told)
    for number, item in enumerate(lesson.quiz, 1):
        yield _item(f"讲稿第{heads[Look.QUIZ, '']}节第{number}题", item)
    for told in (*lesson.handout.steps, *lesson.handout.calls):
        yield _row(f"讲义「{told.text[:20]}」", "讲义", told)


def _row(where: str, kind: str, told: Told, asked: str = "", answer: str = "") -> dict[str, Any]:
    """One statement; `asked` is there where the chat's engine answered, `answer` is its answer before any model worded it."""
    return {
        "where": where,
        "kind": kind,
        "text": plain(told.text),
        "figures": sorted(figures(plain(told.text))),
        "asked": asked,
        "answer": answer if asked else "",
        "sources": [_source(citation) for citation in told.citations],
    }


def _item(where: str, item: Item) -> dict[str, Any]:
    row = _row(where, "测验", Told(item.reason, item.citations))
    return row | {
        "question": item.question,
        "style": str(item.kind),
        "options": list(item.options),
        "right": list(item.right),
        "why_wrong": list(item.why_wrong),
    }


def _source(citation: Citation) -> dict[str, Any]:
    return {
        "title": citation.title,
        "article": citation.article,
        "part": citation.part,
        "document_id": citation.document_id,
        "chunk_id": citation.chunk_id,
        "level": str(citation.level),
        "region": citation.region,
        "kind": str(citation.kind),
        "check": str(citation.check) if citation.check else "",
        "effective": citation.effective.isoformat() if citation.effective else "",
        "quote": citation.quote,
    }
