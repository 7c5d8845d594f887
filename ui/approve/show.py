"""The parts of the page 审定 as safe HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rag.model import Answer
from ui.approve import words
from ui.ask.escaping import escape, lines
from ui.store.approved import Act, Step
from ui.words import HEADINGS

MOST = 100


def said(sentences: Iterable[str], alarm: bool = False) -> str:
    """Show sentences, read out at once; `alarm` for what went wrong."""
    kind, role = ("nj-approve-fault", "alert") if alarm else ("nj-approve-said", "status")
    body = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f'<div class="{kind}" role="{role}">{body}</div>' if body else ""


def answer(found: Answer) -> str:
    """Show the engine's answer: what it is, its conclusion and its sources with their words and labels."""
    note = words.TABLE if found.table else "" if found.citations else words.NO_ANSWER
    basis = "".join(f"<li>{lines(line)}</li>" for line in found.basis)
    return (
        f'<div class="nj-approve-answer"><h3>{HEADINGS[found.status]}</h3><p class="nj-approve-conclusion">{lines(found.conclusion)}</p>'
        + (f'<p class="nj-approve-note">{escape(note)}</p>' if note else "")
        + (f"<h3>{words.BASIS}</h3><ol>{basis}</ol>" if basis else "")
        + "</div>"
    )


def listed(steps: list[Step], history: Callable[[str], list[Step]]) -> str:
    """Show all approved questions, each with its state, its words, what it cites, and what happened to it."""
    if not steps:
        return f"<p>{words.NOTHING}</p>"
    cards = "".join(_card(step, history(step.approved.key)) for step in steps[:MOST])
    return cards + (f"<p>{words.MOST_SHOWN.format(most=MOST)}</p>" if len(steps) > MOST else "")


def state(step: Step) -> str:
    """Say whether an approved answer holds, was withdrawn, or which provision changed."""
    if step.act is Act.DAMAGED:
        return words.DAMAGED.format(why=step.why)
    return words.EXPIRED.format(why=step.why) if step.act is Act.EXPIRED else words.STATES[step.act]


def _card(step: Step, history: list[Step]) -> str:
    # who approved it and when stands in the row of its approval, not in that of its end
    approved = next((past for past in history if past.act is Act.APPROVED), step).approved
    kind = {Act.APPROVED: "fine", Act.WITHDRAWN: "out", Act.EXPIRED: "bad", Act.DAMAGED: "bad"}[step.act]
    cited = "".join(f"<li>{escape(f'《{c.title}》{c.article}{c.part}')}</li>" for c in approved.cited)
    by = words.BY.format(role=approved.role, day=approved.day.isoformat())
    made = words.EDITED if approved.edited else words.AS_IS
    rows = "".join(f"<li>{escape(_happened(past))}</li>" for past in history)
    return (
        f'<article class="nj-approve-card nj-approve-{kind}"><h3>{escape(approved.name)}</h3>'
        f'<p class="nj-approve-state"><b>{escape(state(step))}</b>　{escape(by)}　{made}</p>'
        f"<p>{lines(approved.conclusion)}</p><ul>{cited}</ul>"
        f"<details><summary>{words.HISTORY.format(count=len(history))}</summary><ol>{rows}</ol></details></article>"
    )


def _happened(step: Step) -> str:
    parts = [step.day.isoformat(), str(step.act), step.role, step.why]
    told = "　".join(filter(None, parts))
    return f"{told}　{step.approved.conclusion}" if step.act is Act.APPROVED else told
