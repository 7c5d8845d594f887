"""An answer as plain text to be pasted elsewhere: what was asked, the whole answer, and its sources with their exact words."""

from __future__ import annotations

from documents.model import Kind
from rag.model import Answer, Citation
from ui.ask import words
from ui.ask.escaping import safe_link


def copied(asked: str, answer: Answer) -> str:
    """Write a question and its answer with all sources; a restatement carries its label at each source."""
    parts = [words.ASKED.format(asked=asked.strip()), answer.text]
    if answer.citations:
        sources = [_source(number, citation) for number, citation in enumerate(answer.citations, 1)]
        parts.append("\n".join([f"{words.SOURCES}：", *sources]))
    return "\n\n".join(parts)


def _source(number: int, citation: Citation) -> str:
    label = words.RESTATED_MARK if citation.kind is Kind.RESTATEMENT else ""
    quote = " ".join(citation.quote.split("\n"))
    quote = f"“{quote}”" if citation.kind is Kind.ORIGINAL else quote
    link = safe_link(citation.url)
    return "\n".join(
        [
            f"[{number}] 《{citation.title}》{citation.article}{citation.part}{label}",
            words.QUOTE.format(quote=quote),
            *([words.OFFICIAL.format(url=link)] if link else []),
        ]
    )
