"""The tab 条款核对: a contract uploaded or pasted, checked clause by clause, and gone when the answer stands there."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from rag.desk.clauses import Report, check_paper, check_text, report_paper
from rag.desk.errors import UnreadablePaper
from rag.desk.write import write_docx
from rag.rows import read_day
from ui.admin.tray import plain_name
from ui.desk import words
from ui.desk.blocks import alarm, downloads, told, working
from ui.desk.contract import counted, render_report
from ui.desk.downloads import MADE
from ui.desk.jobs import Fault, Jobs
from ui.desk.made import made, written
from ui.desk.parts import QUIET, WORKING, chosen_place, html, place_choice
from ui.live import Edition, Live
from ui.signin import require
from ui.store.jobs import Kind

LARGEST = 20 * 2**20  # bytes of a file
LONGEST = 300_000  # letters of pasted words: a handbook of 300 pages
Given = tuple[Path, str]


def _named(file: FileData) -> Given:
    """Where an uploaded file lies, and the name it came with."""
    return Path(file.path), file.orig_name or Path(file.path).name


def build(live: Live, jobs: Jobs) -> None:
    """Build the tab inside the open Blocks; its work is done by `jobs`."""
    html(f"<p>{words.CLAUSES_HINT}</p><p>{words.KEPT_SHORT}</p>")
    with gr.Column(elem_classes="nj-desk-form"):
        drop = gr.File(label=words.FILE, file_count="single", elem_id="nj-desk-drop", height=150)
        # Gradio hands on only a name cut down to letters; a subclass would make it write a stub file beside this one.
        setattr(drop, "_process_single_file", _named)  # noqa: B010
        pasted = gr.Textbox(
            label=words.PASTE, placeholder=words.PASTE_HINT, lines=4, max_lines=12, elem_id="nj-desk-paste"
        )
        with gr.Row(elem_classes="nj-desk-row"):
            place = place_choice(words.CLAUSES_PLACE, words.CLAUSES_NATION, "nj-desk-where")
            day = gr.Textbox(label=words.DAY, placeholder=words.DAY_HINT, max_lines=1, elem_id="nj-desk-day")
        check = gr.Button(words.CHECK, variant="primary", elem_id="nj-desk-check")
    state = html(elem_id="nj-desk-checking")
    found = html(elem_id="nj-desk-found")
    gone = gr.State(
        0
    )  # how many uploads are gone; an update of the upload itself would make it anew, without our names

    def checked(
        file: Any, text: str | None, place: str | None, day: str | None, count: int, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        account = require(request)
        yield working(words.CHECKING_CLAUSES), gr.skip(), gr.skip()
        edition = live.edition
        given: Given | None = file

        def work() -> tuple[str, str, int]:
            when = read_day((day or "").strip()[:20]) or date.today()
            report = _report(edition, given, text or "", place, when)
            data = written(write_docx, report_paper(report))
            name = f"{words.REPORT_NAME}-{Path(report.name).stem}.docx"
            links = downloads([(f"{MADE}{made.keep(account, name, data)}", words.REPORT)])
            return told(counted(report)), f"{links}{render_report(report, edition)}", len(report.findings)

        shown = jobs.attempt(account, work, Kind.CLAUSES, said=lambda found: words.CHECKED_COUNT.format(count=found[2]))
        count += given is not None and not given[0].exists()
        yield (alarm(shown.text), gr.skip(), count) if isinstance(shown, Fault) else (shown[0], shown[1], count)

    gone.change(None, None, drop, js="() => null", **QUIET)
    check.click(checked, [drop, pasted, place, day, gone], [state, found, gone], **WORKING)


def _report(edition: Edition, given: Given | None, text: str, place: str | None, day: date) -> Report:
    """Check what was given. Raises UnreadablePaper where that is nothing, two things, or too much."""
    if given is None and not text.strip():
        raise UnreadablePaper(words.NOTHING_GIVEN)
    if given is not None and text.strip():
        raise UnreadablePaper(words.BOTH_GIVEN)
    if len(text) > LONGEST:
        raise UnreadablePaper(words.TOO_LONG.format(count=len(text), most=LONGEST))
    regions = chosen_place(place)
    if given is None:
        return check_text(edition.assistant, words.PASTED, text, regions, day)
    with tempfile.TemporaryDirectory(prefix="niangjia-desk-") as folder:
        path = _moved(given, Path(folder))
        return check_paper(edition.assistant, path, regions, day)


def _moved(given: Given, folder: Path) -> Path:
    """Move an upload to a folder that goes with its check. Raises UnreadablePaper where it is gone or too large."""
    path, name = given
    try:
        size = path.stat().st_size
        target = folder / plain_name(name)
        shutil.move(path, target)
        shutil.rmtree(path.parent, ignore_errors=True)  # its name tells its content
    except OSError:
        raise UnreadablePaper(words.FILE_GONE) from None
    if size > LARGEST:
        raise UnreadablePaper(words.TOO_LARGE.format(name=target.name, size=-(-size // 2**20)))
    return target
