"""Documents, provisions and regions, each with an ETag: what is unchanged is not sent again."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from documents.errors import DocumentError
from documents.model import NATIONAL, Level
from documents.region import parse_region, provinces, short_name
from documents.topics import topic_rows, topics
from index.chunk import Card
from ui.api import words
from ui.api.examples import errors, found
from ui.api.problems import Refused
from ui.api.rows import document_out, provision_out, standing
from ui.live import Live
from ui.schemas import DocumentsOut, ProvisionOut, RegionOut, RegionsOut, Standing, WholeDocumentOut

MOST = 500


def lookup_router(live: Live) -> APIRouter:
    """Make the routes that look something up in the index in service."""
    router = APIRouter()

    @router.get("/api/documents", responses=found(DocumentsOut) | errors(422), summary=words.DOCUMENTS, description=words.DOCUMENTS_ABOUT, response_model=DocumentsOut)  # fmt: skip
    def documents(
        request: Request,
        title: Annotated[str, Query(max_length=60, description=words.OWN_TITLE, examples=["特别规定"])] = "",
        level: Annotated[Level | None, Query(description=words.OWN_LEVEL)] = None,
        region: Annotated[str, Query(max_length=60, description=words.OWN_REGION, examples=["江苏"])] = "",
        status: Annotated[Standing | None, Query(description=words.OWN_STATUS)] = None,
        topic: Annotated[str, Query(max_length=30, description=words.OWN_TOPIC, examples=["孕期辞退"])] = "",
        offset: Annotated[int, Query(ge=0, le=1_000_000, description=words.OWN_OFFSET)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST, description=words.OWN_LIMIT)] = 100,
    ) -> Response:
        edition = live.edition
        cards = [
            card for card in edition.listed(title, level or "", _known(region)) if _fits(card, status, _about(topic))
        ]
        page = [
            document_out(card, len(edition.by_document.get(card.id, ()))) for card in cards[offset : offset + limit]
        ]
        return _tagged(request, DocumentsOut(total=len(cards), offset=offset, documents=page))

    @router.get("/api/documents/{document_id:path}", responses=found(WholeDocumentOut) | errors(404, 422), summary=words.DOCUMENT, description=words.DOCUMENT_ABOUT, response_model=WholeDocumentOut)  # fmt: skip
    def document(
        request: Request,
        document_id: Annotated[str, Path(description=words.OWN_ID, examples=["女职工劳动保护特别规定"])],
    ) -> Response:
        chunks = live.edition.by_document.get(document_id)
        if not chunks:
            raise Refused(404, words.NO_DOCUMENT.format(name=document_id[:80]))
        facts = document_out(chunks[0].card, len(chunks)).model_dump()
        return _tagged(request, WholeDocumentOut(**facts, text=[provision_out(chunk) for chunk in chunks]))

    @router.get("/api/provisions/{provision_id:path}", responses=found(ProvisionOut) | errors(404, 422), summary=words.PROVISION, description=words.PROVISION_ABOUT, response_model=ProvisionOut)  # fmt: skip
    def provision(
        request: Request,
        provision_id: Annotated[str, Path(description=words.OWN_ID, examples=["女职工劳动保护特别规定#第七条"])],
    ) -> Response:
        chunks = live.edition.index.by_provision.get(provision_id)
        if not chunks:
            raise Refused(404, words.NO_PROVISION.format(name=provision_id[:80]))
        return _tagged(request, provision_out(chunks[0]))

    @router.get("/api/regions", responses=found(RegionsOut), summary=words.REGIONS, description=words.REGIONS_ABOUT, response_model=RegionsOut)  # fmt: skip
    def regions(request: Request) -> Response:
        cards = live.edition.index.cards
        counts = Counter(card.region.province or NATIONAL for card in cards)
        names = [NATIONAL, *provinces()]
        rows = [RegionOut(name=name, short=short_name(name), documents=counts[name]) for name in names]
        return _tagged(request, RegionsOut(regions=rows))

    return router


def _known(region: str) -> str:
    """Return a region as given. Raises Refused where it is none."""
    try:
        return region and parse_region(region).name
    except DocumentError as error:
        raise Refused(422, str(error)) from None


def _about(topic: str) -> frozenset[str] | None:
    """Titles of the documents that a topic points at, None where no topic is asked for. Raises Refused where it is none."""
    if not topic:
        return None
    if topic not in topics():
        raise Refused(422, words.NO_TOPIC.format(name=topic, topics="、".join(topics())))
    return frozenset(row.title for row in topic_rows() if row.topic == topic)


def _fits(card: Card, status: Standing | None, titles: frozenset[str] | None) -> bool:
    return (status is None or standing(card, date.today()) is status) and (titles is None or card.title in titles)


def _tagged(request: Request, body: BaseModel) -> Response:
    """Send a body with its tag, or only that it is unchanged."""
    text = body.model_dump_json()
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    asked = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or asked == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers, media_type="application/json")
