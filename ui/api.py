"""The HTTP API: ask, look up documents and provisions, health and metrics. The page and any other program may use it."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.exceptions import HTTPException as StarletteHTTPException

from documents.errors import DocumentError
from documents.model import Kind, Level
from index.chunk import Card, Chunk
from rag.errors import RagError
from rag.model import RESTATED, Answer
from rag.rows import answer_row, read_day, read_history, read_places
from ui import words
from ui.ask.chat import where
from ui.limits import BURST, RATE, RateLimit
from ui.live import Live
from ui.schemas import PROBLEMS, AnswerOut, Ask, DocumentOut, DocumentsOut, ProvisionOut, WholeDocumentOut

_log = logging.getLogger("niangjia.ui")
_PARTS = ("conclusion", "basis", "steps", "notes")


class Metrics:
    """Counts and times, in a registry of their own so that two applications in one process do not share them."""

    def __init__(self, live: Live) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter("niangjia_answers", "Answers by status", ["status"], registry=self.registry)
        self.faults = Counter("niangjia_faults", "Questions that broke", registry=self.registry)
        self.limited = Counter("niangjia_limited", "Requests over the rate limit", registry=self.registry)
        self.seconds = Histogram(
            "niangjia_answer_seconds",
            "Seconds of an answer",
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self.registry,
        )
        sizes = Gauge("niangjia_index", "What the open index holds", ["what"], registry=self.registry)
        sizes.labels("documents").set_function(lambda: live.edition.index.manifest.documents)
        sizes.labels("chunks").set_function(lambda: live.edition.index.manifest.chunks)

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self.registry)


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
        year=card.year,
        replaced_by=card.replaced_by,
        url=card.url,
        note=card.note,
        inferred=list(card.inferred),
        provisions=provisions,
    )


def _day(value: Any) -> str | None:
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


def add_api(app: FastAPI, live: Live, limit: RateLimit | None = None) -> None:
    """Add the API's routes, its errors and its metrics to an application."""
    metrics = Metrics(live)
    limit = limit or RateLimit(RATE, BURST)
    app.include_router(_asking(live, metrics, limit))
    app.include_router(_looking_up(live))
    app.include_router(_running(metrics, live))
    _problems(app)


def _asking(live: Live, metrics: Metrics, limit: RateLimit) -> APIRouter:
    router = APIRouter()

    def answered(ask: Ask) -> tuple[Answer, dict[str, Any]]:
        started = time.perf_counter()
        row = ask.model_dump()
        try:
            answer = live.edition.assistant.ask(
                ask.question, read_history(row), read_places(ask.region), read_day(ask.as_of)
            )
        except (RagError, DocumentError) as error:
            raise HTTPException(422, str(error)) from None
        except Exception as error:  # she gets a sentence; the log says where, without her words
            metrics.faults.inc()
            _log.error("an answer failed: %s", where(error))
            raise HTTPException(500, words.FAILED) from None
        seconds = time.perf_counter() - started
        metrics.answers.labels(answer.status).inc()
        metrics.seconds.observe(seconds)
        return answer, answer_row(secrets.token_hex(8), answer, seconds)

    @router.post("/api/ask", responses=PROBLEMS, summary="问一个问题", response_model=AnswerOut)
    def ask(ask: Ask, request: Request) -> Response:
        """Answer a question as JSON, or part by part as server-sent events where `Accept: text/event-stream` asks for it."""
        if wait := limit.wait(request.client.host if request.client else ""):
            metrics.limited.inc()
            raise HTTPException(429, words.TOO_FAST, {"Retry-After": str(int(wait) + 1)})
        answer, row = answered(ask)
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(answer, row), media_type="text/event-stream")
        return JSONResponse(row)

    return router


def _events(answer: Answer, row: dict[str, Any]) -> Iterator[str]:
    """One event a part of the answer, in the order in which it is read, then the whole row."""
    for part in _PARTS:
        value = getattr(answer, part)
        if value:
            yield _event(part, value)
    yield _event("done", row)


def _event(name: str, value: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def _looking_up(live: Live) -> APIRouter:
    router = APIRouter()

    @router.get("/api/documents", responses=PROBLEMS, summary="列出库里的文件")
    def documents(
        title: Annotated[str, Query(max_length=60, description="题名里的字")] = "",
        level: Annotated[Level | None, Query(description="级别")] = None,
        region: Annotated[str, Query(max_length=60, description="地区，如 江苏")] = "",
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DocumentsOut:
        try:
            cards = live.edition.listed(title, level or "", region)
        except DocumentError as error:
            raise HTTPException(422, str(error)) from None
        page = [document_out(card, len(live.edition.by_document[card.id])) for card in cards[offset : offset + limit]]
        return DocumentsOut(total=len(cards), documents=page)

    @router.get("/api/documents/{document_id:path}", responses=PROBLEMS, summary="一份文件的全部条文")
    def document(document_id: str) -> WholeDocumentOut:
        chunks = live.edition.by_document.get(document_id)
        if not chunks:
            raise HTTPException(404, words.NO_DOCUMENT.format(name=document_id[:80]))
        facts = document_out(chunks[0].card, len(chunks)).model_dump()
        return WholeDocumentOut(**facts, text=[provision_out(chunk) for chunk in chunks])

    @router.get("/api/provisions/{provision_id:path}", responses=PROBLEMS, summary="一条规定")
    def provision(provision_id: str) -> ProvisionOut:
        chunks = live.edition.index.by_provision.get(provision_id)
        if not chunks:
            raise HTTPException(404, words.NO_PROVISION.format(name=provision_id[:80]))
        return provision_out(chunks[0])

    return router


def _running(metrics: Metrics, live: Live) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz", response_class=PlainTextResponse)
    def healthz() -> str:
        return "ok"

    @router.get("/readyz", response_class=PlainTextResponse)
    def readyz() -> str:
        if not live.edition.index.chunks:
            raise HTTPException(503, words.NOT_READY)
        return "ok"

    @router.get("/metrics")
    def show() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router


def _problems(app: FastAPI) -> None:
    """Answer every error of the API as problem+json (RFC 9457); other paths keep the page's own errors."""

    @app.exception_handler(StarletteHTTPException)
    async def http(request: Request, error: StarletteHTTPException) -> Response:
        # the framework's own errors are English; ours carry a Chinese sentence
        detail = str(error.detail) if not str(error.detail).isascii() else words.HTTP_ERRORS.get(error.status_code, "")
        return _problem(error.status_code, detail or words.FAILED, dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = "；".join(f"{'.'.join(map(str, fault['loc'][1:]))}：{fault['type']}" for fault in error.errors()[:5])
        return _problem(422, words.BAD_REQUEST.format(faults=faults), {})


def _problem(status: int, detail: str, headers: dict[str, str]) -> Response:
    from http import HTTPStatus

    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
