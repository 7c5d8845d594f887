"""What the page 管理 shows as HTML: cards of candidates, sentences, counts with bars. Every word of others is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from documents.catalog import guesses
from documents.model import Check, Document
from index.chunk import Card
from index.publish import when
from index.store import Manifest
from ui.admin import words
from ui.admin.rebuild import Progress, day_and_time
from ui.admin.tray import Candidate
from ui.ask.render import escape
from ui.store.jobs import Job, State
from ui.store.kept import Count

_FIRST = 3
_SHOWN_LETTERS = 160
MOST_COUNTS = 50


def card(candidate: Candidate, library: Sequence[Card]) -> str:
    """Show what was recognised of a file, or why it cannot be taken in."""
    state = words.FINE if candidate.usable else words.REFUSED
    kind = "nj-admin-fine" if candidate.usable else "nj-admin-bad"
    said = [*candidate.faults, *([words.PRESENT.format(path=candidate.present)] if candidate.present else [])]
    body = "".join(_document(document, library) for document in candidate.documents if not candidate.present)
    return (
        f'<article class="nj-admin-card {kind}"><h3>{escape(candidate.name)}</h3><p class="nj-admin-state">{state}</p>'
        + "".join(f'<p class="nj-admin-fault">{escape(sentence)}</p>' for sentence in said)
        + body
        + "".join(f'<p class="nj-admin-note">{escape(remark)}</p>' for remark in candidate.remarks)
        + "</article>"
    )


def _document(document: Document, library: Sequence[Card]) -> str:
    values = (
        document.level, document.region, document.issuer, document.number, document.published, document.effective,
        document.year, len(document.provisions),
    )  # fmt: skip
    facts = "".join(
        f"<div><dt>{name}</dt><dd>{escape(str(value)) if value else words.UNKNOWN}</dd></div>"
        for name, value in zip(words.FACTS, values, strict=True)
    )
    notes = [words.GUESSED.format(what=guesses(document.inferred))] if document.inferred else []
    notes += [document.note] if document.note else []
    notes += [words.SCANNED] if document.check is Check.WEAK else []
    notes += [words.NO_DAY] if not (document.start or document.level.is_plan) else []
    notes += [
        words.SAME_TITLE.format(title=c.title, kind=c.kind, day=c.effective or c.published or words.UNKNOWN)
        for c in library
        if c.title == document.title and c.region.name == document.region
    ]
    first = "".join(
        f"<li><b>{escape(p.article)}</b> {escape(_short(p.text))}</li>"
        for p in [p for p in document.provisions if p.text][:_FIRST]
    )
    return (
        f"<p><b>《{escape(document.title)}》</b></p><dl>{facts}</dl>"
        + "".join(f'<p class="nj-admin-note">{escape(note)}</p>' for note in notes)
        + f"<details><summary>{words.FIRST}</summary><ol>{first}</ol></details>"
    )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_LETTERS else text[:_SHOWN_LETTERS] + "……"


def said(sentences: Iterable[str], alarm: bool = False) -> str:
    """Show sentences, read out at once; `alarm` for what went wrong."""
    kind, role = ("nj-admin-fault", "alert") if alarm else ("nj-admin-said", "status")
    body = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f'<div class="{kind}" role="{role}">{body}</div>' if body else ""


def progress(now: Progress) -> str:
    """Show how far a rebuild is, or what came of it."""
    if now.running:
        percent = round(now.part * 100)
        return (
            f'<div role="status" class="nj-admin-said"><p>{escape(now.phase)}（{escape(now.holder)}）</p>'
            f'<progress max="100" value="{percent}" aria-label="{escape(now.phase)}">{percent}%</progress></div>'
        )
    if now.fault:
        return said(now.fault.split("\n"), alarm=True)
    notes = [words.LEFT_OUT.format(count=len(now.notes)), *now.notes] if now.notes else []
    return said([now.done] if now.done else []) + said(notes, alarm=True)


def index_state(present: Manifest, before: Manifest | None) -> str:
    """Say which index is in use and which one there is to go back to."""
    lines = [words.IN_USE.format(documents=present.documents, provisions=present.provisions, built=when(present))]
    lines.append(words.BEFORE.format(documents=before.documents, built=when(before)) if before else words.NO_BEFORE)
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def jobs(found: Sequence[Job]) -> str:
    """Show what was done lately: what, when, how long it took, what came of it."""
    rows = "".join(
        f'<li class="nj-admin-job nj-admin-job-{job.state}"><p><i aria-hidden="true">{words.JOB_SIGNS[job.state]}</i>'
        f"<b>{escape(words.JOBS.get(job.kind, job.kind))}</b> <span>{_span(job)}</span></p>"
        f"<p>{escape(job.said or words.JOB_STATES[job.state])}</p></li>"
        for job in found
    )
    return f'<ol class="nj-admin-jobs">{rows}</ol>' if rows else f"<p>{words.NOTHING_YET}</p>"


def _span(job: Job) -> str:
    began = words.BEGAN.format(began=day_and_time(job.began))
    return began if job.state is State.RUNNING else began + words.TOOK.format(took=_took(max(0, job.ended - job.began)))


def _took(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60:
        return words.HOURS.format(hours=minutes // 60, minutes=minutes % 60)
    if minutes:
        return words.MINUTES.format(minutes=minutes, seconds=rest)
    return words.SECONDS.format(seconds=rest) if rest else words.MOMENT


def counts(found: Sequence[Count]) -> str:
    """Show counts by topic and province as a table whose rows carry a bar each."""
    if not found:
        return f"<p>{words.NOTHING_KEPT}</p>"
    most = max(1, *(c.unanswered + c.bad for c in found))
    heads = "".join(f'<th scope="col">{name}</th>' for name in (*words.COUNT_HEADERS, words.BARS))
    rows = "".join(
        f'<tr><th scope="row">{escape(c.topic)}</th><td>{escape(c.province)}</td><td>{c.unanswered}</td><td>{c.bad}</td>'
        f'<td>{c.good}</td><td class="nj-admin-bar" aria-hidden="true">{_bar(c.unanswered, most, "vain")}'
        f"{_bar(c.bad, most, 'bad')}</td></tr>"
        for c in found[:MOST_COUNTS]
    )
    more = f"<p>{words.MOST_SHOWN.format(most=MOST_COUNTS)}</p>" if len(found) > MOST_COUNTS else ""
    caption = f"<caption>{words.COUNTS}</caption>"
    return (
        f'<div class="nj-admin-wide" tabindex="0" role="region" aria-label="{words.COUNTS}"><table>{caption}<thead><tr>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}"
    )


def _bar(number: int, most: int, kind: str) -> str:
    return f'<i class="nj-admin-{kind}" style="width:{number / most * 100:.0f}%"></i>' if number else ""


def downloads() -> str:
    """Show the links to take away what is kept."""
    day = date.today().isoformat()
    links = "".join(
        f'<a href="/admin/export/{file}" download="niangjia-{day}-{file}">{name}</a>' for file, name in words.DOWNLOADS
    )
    return f'<p class="nj-admin-links">{words.DOWNLOAD.format(links=links)}</p>'


def account(name: str) -> str:
    """Say who is signed in, with the way out."""
    return f'<p class="nj-admin-links">{escape(words.SIGNED_IN.format(name=name))} <a href="/signout">{words.SIGN_OUT}</a></p>'
