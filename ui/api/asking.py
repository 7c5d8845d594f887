"""POST /api/ask: a question answered whole, or part by part as it comes."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from documents.errors import DocumentError
from documents.region import Region
from index.errors import EngineAway
from rag.errors import ModelFailed, RagError
from rag.model import Answer, Turn
from rag.rows import read_day, read_history, read_places
from rag.understand import understand
from rag.wording import Endpoint, consent_words, endpoint, worded
from ui import words as frame
from ui.api import words
from ui.api.examples import answers, errors
from ui.api.pool import WORDING_THREADS, Full, Pool
from ui.api.problems import Refused, problem
from ui.api.rows import ask_row, understood
from ui.api.running import Metrics
from ui.limits import BUSY, FAST, RateLimit
from ui.live import Live
from ui.schemas import AnswerOut, Ask
from ui.seen import API, answering, wording

EVENTS = "text/event-stream"
_PARTS = ("conclusion", "explanation", "table", "basis", "steps", "notes")
_BACK_IN = "2"  # seconds, where too many wait
_AWAY = "5"  # seconds, where the server that holds the vectors is away: it is tried again every two


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was found right: the words, the turns before, place and day, and the model it may be worded by."""

    question: str
    history: list[Turn]
    regions: tuple[Region, ...]
    as_of: date | None
    model: Endpoint | None


def read(ask: Ask) -> Asked:
    """Read a request. Raises Refused where its place or day is none, or a model is wanted that may not be used."""
    row = ask.model_dump()
    try:
        regions, day = read_places(ask.region), read_day(ask.as_of)
    except (RagError, DocumentError) as error:
        raise Refused(422, str(error)) from None
    return Asked(ask.question, read_history(row), regions, day, _model(ask) if ask.model else None)


def _model(ask: Ask) -> Endpoint:
    try:
        found = endpoint()
    except ModelFailed as error:
        raise Refused(422, str(error)) from None
    if found is None:
        raise Refused(422, words.NO_MODEL)
    if not ask.agreed:
        consent = consent_words(found)
        raise Refused(422, words.NOT_AGREED.format(consent=consent), consent=consent)
    return found


class Desk:
    """Answers requests in the pool's threads, and counts."""

    def __init__(self, live: Live, metrics: Metrics, pool: Pool) -> None:
        self.live, self.metrics, self.pool = live, metrics, pool
        self.wording = Pool(WORDING_THREADS, 2 * WORDING_THREADS)  # they wait for a model, not for this computer
        self.reader = ThreadPoolExecutor(1, "niangjia-read")

    def begin(self, asked: Asked, told: Callable[[str], None] | None = None) -> Future[dict[str, Any]]:
        """Begin to answer. Returns the row to come; raises Refused where too many wait, or as `_answer` does."""
        try:
            return (self.wording if asked.model else self.pool).submit(copy_context().run, self._answer, asked, told)
        except Full:
            self.metrics.sent_back(BUSY)
            raise Refused(429, frame.BUSY, {"Retry-After": _BACK_IN}) from None

    def _answer(self, asked: Asked, told: Callable[[str], None] | None) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            answer = answering(self.live, API, len(asked.question), lambda: self._made(asked))
            if (model := asked.model) is not None:
                before = answer
                answer = wording(self.live, API, before, lambda: worded(before, model, agreed=True, told=told))
        except (RagError, DocumentError) as error:
            raise Refused(422, str(error)) from None
        except EngineAway:
            raise Refused(503, words.AWAY, {"Retry-After": _AWAY}) from None
        except Exception:  # she gets a sentence; the log says where (`answering`), without her words
            raise Refused(500, words.FAILED) from None
        return ask_row(secrets.token_hex(8), answer, time.perf_counter() - started)

    def _made(self, asked: Asked) -> Answer:
        return self.live.edition.assistant.ask(asked.question, asked.history, asked.regions, asked.as_of)

    def understand(self, asked: Asked) -> dict[str, Any]:
        """Read the question only, which takes a few milliseconds."""
        return understood(understand(asked.question, asked.history, asked.regions, asked.as_of))


def ask_router(live: Live, metrics: Metrics, limit: RateLimit, pool: Pool) -> APIRouter:
    """Make the route that answers."""
    router = APIRouter()
    desk = Desk(live, metrics, pool)

    @router.post("/api/ask", responses=answers() | errors(400, 413, 422, 429, 500) | errors(503, detail=words.AWAY), summary=words.ASK, description=words.ASK_ABOUT, response_model=AnswerOut)  # fmt: skip
    async def ask(ask: Ask, request: Request) -> Response:
        if wait := limit.wait(request.client.host if request.client else ""):
            metrics.sent_back(FAST)
            raise Refused(429, frame.TOO_FAST, {"Retry-After": str(int(wait) + 1)})
        asked = read(ask)
        if EVENTS in request.headers.get("accept", ""):
            return await _streamed(desk, asked)
        row = await asyncio.wrap_future(desk.begin(asked))
        return JSONResponse(row)

    return router


async def _streamed(desk: Desk, asked: Asked) -> Response:
    """Answer as events; what refuses the request at once is still a problem of its own."""
    loop, pieces = asyncio.get_running_loop(), asyncio.Queue[str]()

    def told(piece: str) -> None:
        loop.call_soon_threadsafe(pieces.put_nowait, piece)

    future = asyncio.wrap_future(desk.begin(asked, told))

    async def events() -> AsyncIterator[str]:
        yield _event("understood", await loop.run_in_executor(desk.reader, desk.understand, asked))
        async for piece in _until(future, pieces):
            yield _event("piece", piece)
        try:
            row = await future
        except Refused as refused:
            yield _event("error", problem(refused.status_code, str(refused.detail)))
            return
        for part in _PARTS:
            if row[part]:
                yield _event(part, row[part])
        yield _event("done", row)

    return StreamingResponse(events(), media_type=EVENTS, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})  # fmt: skip


async def _until(future: asyncio.Future[Any], pieces: asyncio.Queue[str]) -> AsyncIterator[str]:
    """Yield pieces as they come until the answer is there."""
    while not future.done() or not pieces.empty():
        getting = asyncio.ensure_future(pieces.get())
        await asyncio.wait({future, getting}, return_when=asyncio.FIRST_COMPLETED)
        if getting.done():
            yield getting.result()
        else:
            getting.cancel()


def _event(name: str, value: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"
