"""The tab 计划比较: places, papers and topics chosen, the matrix with its figures, docx and xlsx."""

# No `from __future__ import annotations` here: Gradio reads the annotations of event handlers at run time.
import re
from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.desk.compare import Matrix, Wish, known_rows, make_matrix, matrix_paper, vocabulary
from rag.desk.compare.command import read_years
from rag.desk.write import write_docx, write_xlsx
from ui.ask.render import escape
from ui.desk import words
from ui.desk.blocks import Writer, alarm, downloads, library_words, notes, sections, told, working
from ui.desk.downloads import MADE
from ui.desk.jobs import Fault, Jobs
from ui.desk.made import made, written
from ui.desk.parts import QUIET, WORKING, html
from ui.live import Edition, Live
from ui.signin import require
from ui.store.jobs import Kind

LONGEST_TYPED = 1000


def build(live: Live, jobs: Jobs) -> None:
    """Build the tab inside the open Blocks; its work is done by `jobs`."""
    html(f"<p>{words.COMPARE_HINT}</p>")
    with gr.Column(elem_classes="nj-desk-form"):
        places = gr.Dropdown(
            [], multiselect=True, label=words.PLACES, info=words.PLACES_HINT, elem_id="nj-desk-places", elem_classes="nj-desk-choice"
        )  # fmt: skip
        papers = gr.Dropdown(
            [], multiselect=True, label=words.PAPERS, elem_id="nj-desk-papers", elem_classes="nj-desk-choice"
        )
        topics = gr.CheckboxGroup([topic.known for topic in vocabulary()], label=words.TOPICS, elem_id="nj-desk-topics")
        with gr.Row(elem_classes="nj-desk-row"):
            others = gr.Textbox(
                label=words.OTHER_TOPICS, placeholder=words.OTHER_TOPICS_HINT, max_lines=1, elem_id="nj-desk-others"
            )
            years = gr.Textbox(label=words.YEARS, placeholder=words.YEARS_HINT, max_lines=1, elem_id="nj-desk-years")
        compare = gr.Button(words.DO_COMPARE, variant="primary", elem_id="nj-desk-compare")
    state = html(elem_id="nj-desk-compared")
    matrix = html(elem_id="nj-desk-matrix")

    def read(request: gr.Request) -> tuple[Any, Any]:
        require(request)
        rows = list(known_rows(live.edition.assistant.papers))
        titles = dict.fromkeys(row.title for row in rows)
        return gr.Dropdown(list(dict.fromkeys(row.place for row in rows))), gr.Dropdown(list(titles))

    def compared(
        places: list[str] | None,
        papers: list[str] | None,
        chosen: list[str] | None,
        others: str | None,
        years: str | None,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        account = require(request)
        yield working(words.COMPARING), gr.skip()
        edition = live.edition
        typed = tuple(part for part in re.split(r"[,，、;；]", (others or "")[:LONGEST_TYPED]) if part.strip())

        def work() -> tuple[str, str]:
            wish = Wish(tuple(places or ()), tuple(papers or ()), (*(chosen or ()), *typed), read_years(years))
            found = make_matrix(edition.assistant, wish)
            return _said(found), _shown(found, edition, account)

        done = jobs.attempt(account, work, Kind.COMPARE, said=lambda found: found[0])
        yield (alarm(done.text), gr.skip()) if isinstance(done, Fault) else (told(done[0]), done[1])

    gr.on(None, read, None, [places, papers], queue=False, **QUIET)
    compare.click(compared, [places, papers, topics, others, years], [state, matrix], **WORKING)


def _said(found: Matrix) -> str:
    filled = sum(cell.says for cells in found.cells for cell in cells)
    return words.COMPARED.format(
        rows=len(found.rows),
        topics=len(found.topics),
        filled=filled,
        empty=len(found.rows) * len(found.topics) - filled,
        figures=sum(len(cell.figures) for cells in found.cells for cell in cells),
    )


def _shown(found: Matrix, edition: Edition, account: str) -> str:
    """The whole comparison, and the links to take it away."""
    paper = matrix_paper(found)
    writer = Writer(edition, paper.sources)
    parts = "".join(f"<h3>{escape(title)}</h3>{writer.blocks(blocks)}" for title, blocks in sections(paper.blocks))
    files = [
        (f"{MADE}{made.keep(account, name, written(write, paper))}", name)
        for name, write in ((f"{words.COMPARE_FILE}.docx", write_docx), (f"{words.COMPARE_FILE}.xlsx", write_xlsx))
    ]
    return f"{downloads(files)}{parts}{writer.listed()}{notes((*paper.notes, library_words(edition)))}"
