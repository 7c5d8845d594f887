"""What the API writes of answers, documents and provisions."""

from __future__ import annotations

from datetime import date
from typing import Any

from documents.model import Kind, Level
from index.chunk import Card, Chunk
from rag.model import RESTATED, Answer, Question
from rag.rows import answer_row
from rag.understand.topic import topics_in
from ui.schemas import DocumentOut, ProvisionOut, Standing


def understood(question: Question) -> dict[str, Any]:
    """Write how a question was read; never its words."""
    return {
        "regions": [region.name for region in question.regions],
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "request": question.request,
        "topics": list(topics_in(question.search)),
        "leave": list(question.topics),
        "noticed": list(question.noticed),
    }


def ask_row(row_id: str, answer: Answer, seconds: float) -> dict[str, Any]:
    """Write an answer: the row of ANSWERS that the design fixes, and its parts one by one."""
    row = answer_row(row_id, answer, seconds)
    return {
        **row,
        "table": row.get("table"),
        "approved": row.get("approved"),
        "verdict": answer.verdict,
        "explanation": answer.explanation,
        "basis": list(answer.basis),
        "steps": list(answer.steps),
        "notes": list(answer.notes),
        "question": understood(answer.question) if answer.question else None,
    }


def standing(card: Card, day: date) -> Standing:
    """Say whether a document is in force on a day; a plan is work that somebody means to do."""
    if card.level.is_plan:
        return Standing.PLAN
    if card.ended is not None and day >= card.ended:
        return Standing.ENDED
    if card.start is None or card.level is Level.COMPILED:
        return Standing.UNKNOWN if card.start is None else Standing.VALID
    return Standing.VALID if card.start <= day else Standing.COMING


def document_out(card: Card, provisions: int) -> DocumentOut:
    """Write a document's catalogue facts."""
    return DocumentOut(
        id=card.id,
        title=card.title,
        kind=card.kind,
        level=card.level,
        region=card.region.name,
        number=card.number,
        published=_day(card.published),
        effective=_day(card.effective),
        ended=_day(card.ended),
        status=standing(card, date.today()),
        year=card.year,
        replaced_by=card.replaced_by,
        url=card.url,
        note=card.note,
        inferred=list(card.inferred),
        provisions=provisions,
        label=RESTATED if card.kind is Kind.RESTATEMENT else "",
    )


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def provision_out(chunk: Chunk) -> ProvisionOut:
    """Write a provision with its whole text; a restatement carries its label."""
    card, provision = chunk.card, chunk.provision
    return ProvisionOut(
        id=provision.id,
        document_id=card.id,
        title=card.title,
        article=provision.article,
        headings=list(provision.headings),
        text=provision.text,
        kind=card.kind,
        level=card.level,
        region=card.region.name,
        check=provision.check,
        source=provision.source,
        page=provision.page,
        label=RESTATED if card.kind is Kind.RESTATEMENT else "",
    )
