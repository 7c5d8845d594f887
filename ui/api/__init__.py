"""The HTTP API: ask, look up documents and provisions, health and metrics. The page and any other program may use it."""

from __future__ import annotations

from fastapi import FastAPI

from ui.api.asking import ask_router
from ui.api.guard import Gate
from ui.api.lookup import lookup_router
from ui.api.openapi import describe
from ui.api.pool import Pool
from ui.api.problems import add_problems
from ui.api.running import Metrics, running_router
from ui.limits import BURST, RATE, RateLimit
from ui.live import Live

__all__ = ["add_api"]


def add_api(app: FastAPI, live: Live, limit: RateLimit | None = None, pool: Pool | None = None) -> None:
    """Add the API's routes, its errors, its metrics and its limits to an application."""
    metrics = Metrics(live)
    app.include_router(ask_router(live, metrics, limit or RateLimit(RATE, BURST), pool or Pool()))
    app.include_router(lookup_router(live))
    app.include_router(running_router(metrics, live))
    add_problems(app)
    describe(app)
    app.add_middleware(Gate, metrics=metrics)
