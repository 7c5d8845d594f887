"""The HTTP API: ask, look up documents and provisions, health and metrics. The page and any other program may use it."""

from __future__ import annotations

from fastapi import FastAPI

from ui.api.asking import ask_router
from ui.api.guard import Gate
from ui.api.lookup import lookup_router
from ui.api.openapi import describe
from ui.api.pool import Pool
from ui.api.problems import add_problems
from ui.api.running import Metrics, read_token, running_router
from ui.limits import BURST, RATE, RateLimit
from ui.live import Live

__all__ = ["add_api"]


def add_api(
    app: FastAPI, live: Live, limit: RateLimit | None = None, pool: Pool | None = None, trusted: bool = False
) -> None:
    """Add the API's routes, its errors, its metrics and its limits to an application.

    `trusted` is whether a proxy stands before it, whose numbers of requests are taken. Raises BadSetting for a metrics token that can
    be guessed.
    """
    pool = pool or Pool()
    metrics = Metrics(live, pool)
    app.include_router(ask_router(live, metrics, limit or RateLimit(RATE, BURST), pool))
    app.include_router(lookup_router(live))
    app.include_router(running_router(metrics, live, read_token()))
    add_problems(app)
    describe(app)
    app.add_middleware(Gate, metrics=metrics, trusted=trusted)
