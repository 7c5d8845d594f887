"""Health, readiness and metrics."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ui.api import words
from ui.api.examples import errors
from ui.api.problems import Refused
from ui.live import Live

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counts and times, in a registry of their own so that two applications in one process do not share them."""

    def __init__(self, live: Live) -> None:
        self.registry = CollectorRegistry()
        at = {"registry": self.registry}
        self.answers = Counter("niangjia_answers", "Answers by status (refused: refusals)", ["status"], **at)  # type: ignore[arg-type]
        self.faults = Counter("niangjia_faults", "Questions that broke", **at)  # type: ignore[arg-type]
        self.limited = Counter("niangjia_limited", "Questions sent back", ["why"], **at)  # type: ignore[arg-type]
        for why in ("rate", "busy"):
            self.limited.labels(why)
        self.seconds = Histogram("niangjia_answer_seconds", "Seconds of an answer", buckets=_BUCKETS, **at)  # type: ignore[arg-type]
        self.requests = Counter("niangjia_requests", "Requests of the API", ["route", "status"], **at)  # type: ignore[arg-type]
        self.latency = Histogram(
            "niangjia_request_seconds", "Seconds of a request", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        self.registry.register(_Served(live))

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self.registry)


class _Served(Collector):
    """The index in service, read at each look: it may be replaced meanwhile."""

    def __init__(self, live: Live) -> None:
        self.live = live

    def collect(self) -> Iterator[Metric]:
        """Yield what it holds, which it is and how old it is."""
        manifest = self.live.edition.index.manifest
        sizes = GaugeMetricFamily("niangjia_index", "What the index in service holds", labels=["what"])
        sizes.add_metric(["documents"], manifest.documents)
        sizes.add_metric(["chunks"], manifest.chunks)
        yield sizes
        which = GaugeMetricFamily("niangjia_index_info", "Which index is in service", labels=["digest", "encoder"])
        which.add_metric([manifest.corpus_digest[:16], manifest.encoder], 1)
        yield which
        age = time.time() - datetime.fromisoformat(manifest.built).timestamp()
        yield GaugeMetricFamily("niangjia_index_age_seconds", "Seconds since it was built", value=max(age, 0.0))


def running_router(metrics: Metrics, live: Live) -> APIRouter:
    """Make the routes that whoever runs the server looks at."""
    router = APIRouter()
    ok = {200: {"description": words.OK, "content": {"text/plain": {"example": "ok"}}}}

    @router.get("/healthz", response_class=PlainTextResponse, responses=ok, summary=words.HEALTH, description="")  # type: ignore[arg-type]
    def healthz() -> str:
        return "ok"

    @router.get("/readyz", response_class=PlainTextResponse, responses=ok | errors(503), summary=words.READY, description="")  # type: ignore[operator]  # fmt: skip
    def readyz() -> str:
        if not live.edition.index.chunks:
            raise Refused(503, words.NOT_READY)
        return "ok"

    shown = {200: {"description": words.OK, "content": {"text/plain": {"example": "niangjia_answers_total{status=\"answered\"} 12.0"}}}}  # fmt: skip

    @router.get("/metrics", response_class=PlainTextResponse, responses=shown, summary=words.METRICS, description=words.METRICS_ABOUT)  # type: ignore[arg-type]  # fmt: skip
    def show() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
