"""Runs, progress and comparisons as HTML; every word that comes from a folder or a process passes `escape`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from ui.ask.render import escape
from ui.bench import words
from ui.bench.process import State
from ui.bench.report import PATH
from ui.bench.runs import NONE, Figure, Run

_SECTION = re.compile(r"^\S.*的题（\d+ 道）：$")


def runs_table(runs: Sequence[Run]) -> str:
    """Write the list of runs as a table that scrolls in its own box."""
    if not runs:
        return f"<p>{words.NO_RUNS}</p>"
    heads = (*words.HEADS, *words.MEASURES.values(), words.REPORT)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{_cells(run)}</tr>" for run in runs)
    return (
        f'<div class="nj-bench-scroll" tabindex="0" role="region" aria-label="{words.RUNS}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div><p class='nj-soft'>{words.INTERVAL}</p>"
    )


def _cells(run: Run) -> str:
    told = (
        f'<th scope="row">{escape(run.began or run.name)}</th><td>{escape(run.suites)}</td><td>{run.cases or ""}</td>'
    )
    if run.fault:
        return told + f'<td colspan="{len(words.MEASURES) + 1}">{escape(run.fault)}</td>'
    figures = "".join(f"<td>{_figure(run.figures.get(key, NONE))}</td>" for key in words.MEASURES)
    name = escape(words.OPEN_REPORT_OF.format(name=run.name))
    link = f'<a href="{escape(PATH + quote(run.name))}" target="_blank" rel="noopener" aria-label="{name}">{words.OPEN_REPORT}</a>'
    return f"{told}{figures}<td>{link}</td>"


def _figure(figure: Figure) -> str:
    interval = f"<small>{figure.interval}</small>" if figure.interval else ""
    return f"{figure.text}{interval}"


def state_box(state: State | None) -> str:
    """Write what is running: a sentence, a bar, the output so far."""
    if state is None:
        return f"<p>{words.IDLE}</p>"
    if state.code is None:
        said = words.RUNNING.format(name=state.name, done=state.done, total=state.total) if state.total else words.BEGINNING  # fmt: skip
    else:
        ended = words.STOPPED if state.stopped else words.FINISHED if state.code == 0 else words.FAILED
        said = ended.format(name=state.name)
    value = f' value="{state.done}" max="{state.total}"' if state.total else ""
    bar = f'<progress aria-label="{words.PROGRESS}"{value}></progress>' if state.code is None else ""
    opened = " open" if state.code not in (None, 0) and not state.stopped else ""
    output = f"<details{opened}><summary>{words.OUTPUT}</summary><pre tabindex='0'>{escape(state.output)}</pre></details>" if state.output else ""  # fmt: skip
    return f'<p role="status">{escape(said)}</p>{bar}{output}'


def comparison(output: str) -> str:
    """Write a comparison: the verdict, the cases that got worse, the whole output."""
    lines = output.strip().splitlines()
    verdict = lines[-1] if lines else ""
    worse = "".join(f"<li>{escape(line.strip())}</li>" for line in worse_lines(lines))
    listed = f"<h3>{words.WORSE}</h3><ul>{worse}</ul>" if worse else f"<p>{words.SAME}</p>"
    return (
        f'<p role="status"><strong>{escape(verdict)}</strong></p>{listed}'
        f"<details><summary>{words.WHOLE}</summary><pre tabindex='0'>{escape(output.strip())}</pre></details>"
    )


def worse_lines(lines: Sequence[str]) -> list[str]:
    """The lines of a comparison that name cases which got worse, each with what changed."""
    found: list[str] = []
    inside = False
    for line in lines:
        if _SECTION.match(line):
            inside = line.startswith(("变差", "高危害"))
        elif not line.startswith("  "):
            inside = False
        elif inside and line.startswith("      ") and found:
            found[-1] += f"：{line.strip()}"
        elif inside:
            found.append(line.strip())
    return found


def alert(text: str) -> str:
    """Write one sentence that must be noticed."""
    return f'<p role="alert">{escape(text)}</p>'
