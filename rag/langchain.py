"""The retriever for LangChain: anybody's chain can use this library. Imported only by those who want it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from documents.model import Kind
from documents.region import Region
from index.search import SearchIndex
from rag.model import RESTATED, Evidence
from rag.retrieve import K, retrieve
from rag.rows import open_or_build
from rag.understand import understand


class NiangjiaRetriever(BaseRetriever):
    """Retrieves provisions for a question under the region and validity rules; `retriever.invoke("…")`.

    Parameters: an open index; k; the asker's places (empty: those that the question names); the day (None: today, unless
    the question asks about the past).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: SearchIndex
    k: int = K
    regions: tuple[Region, ...] = ()
    as_of: date | None = None

    @classmethod
    def open(cls, folder: Path | None = None, **options: Any) -> NiangjiaRetriever:
        """Make a retriever over a saved index (without a folder: the default one, built first if need be)."""
        return cls(index=open_or_build(folder), **options)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        question = understand(query, (), self.regions, self.as_of)
        return [_document(item) for item in retrieve(self.index, question, self.k)]


def _document(item: Evidence) -> Document:
    """Make a LangChain document: the chunk's text, and what a citation needs as metadata."""
    card, provision = item.chunk.card, item.chunk.provision
    return Document(
        id=item.chunk.id,
        page_content=item.chunk.text,
        metadata={
            "document_id": card.id,
            "chunk_id": item.chunk.id,
            "title": card.title,
            "article": provision.article,
            "level": str(card.level),
            "region": card.region.name,
            "kind": str(card.kind),
            "label": RESTATED if card.kind is Kind.RESTATEMENT else "",
            "check": str(provision.check or ""),
            "effective": card.start.isoformat() if card.start else "",
            "ended": card.ended.isoformat() if card.ended else "",
            "url": card.url,
            "score": item.score,
            "why": item.why,
        },
    )
