"""Health, readiness and metrics."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterator, Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ui import words as frame
from ui.api import words
from ui.api.examples import errors
from ui.api.pool import Pool
from ui.api.problems import Refused
from ui.errors import BadSetting
from ui.limits import BUSY, FAST, is_loopback
from ui.live import PUBLISHED, WENT_BACK, Live
from ui.seen import API, FAULT, PAGE, REASONS, STOPPED, WRONG, Seen

TOKEN = "NIANGJIA_METRICS_TOKEN"
_SHORTEST = 16
_FINE = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)  # a model may take a minute
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """Counts and times, in a registry of their own so that two applications in one process do not share them.

    What is in service tells it of every answer, of the page and of the API (`ui.live.Watcher`).
    """

    def __init__(self, live: Live, pool: Pool | None = None) -> None:
        self.registry = CollectorRegistry()
        at = {"registry": self.registry}
        self.answers = Counter("niangjia_answers", "Answers by status (refused: refusals)", ["status", "via"], **at)  # type: ignore[arg-type]
        self.approved = Counter("niangjia_approved_answers", "Answers in words that a cadre approved", **at)  # type: ignore[arg-type]
        self.refusals = Counter("niangjia_refusals", "Refused answers by reason", ["reason"], **at)  # type: ignore[arg-type]
        self.cuts = Counter("niangjia_gate_cuts", "Citations, steps and sentences that the gate took away", ["what"], **at)  # type: ignore[arg-type]  # fmt: skip
        self.lowered = Counter("niangjia_gate_lowered", "Answers that the gate refused or whose status it lowered", **at)  # type: ignore[arg-type]  # fmt: skip
        self.faults = Counter("niangjia_faults", "Questions that broke", ["via"], **at)  # type: ignore[arg-type]
        self.limited = Counter("niangjia_limited", "Questions sent back", ["why"], **at)  # type: ignore[arg-type]
        self.publishes = Counter("niangjia_publishes", "Changes of the index in service", ["how"], **at)  # type: ignore[arg-type]
        self.answering = Gauge("niangjia_answering", "Questions being answered now", ["via"], **at)  # type: ignore[arg-type]
        self.seconds = Histogram("niangjia_answer_seconds", "Seconds of an answer", buckets=_BUCKETS, **at)  # type: ignore[arg-type]
        self.stages = Histogram("niangjia_stage_seconds", "Seconds of each stage of an answer", ["stage"], buckets=_FINE, **at)  # type: ignore[arg-type]  # fmt: skip
        self.requests = Counter("niangjia_requests", "Requests of the API", ["route", "status"], **at)  # type: ignore[arg-type]
        self.latency = Histogram(
            "niangjia_request_seconds", "Seconds of a request", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        for counter, names in (
            (self.refusals, REASONS),
            (self.cuts, ("answer", "wording")),
            (self.faults, (PAGE, API)),
            (self.limited, (FAST, BUSY)),
            (self.publishes, (PUBLISHED, WENT_BACK)),
        ):
            for name in names:  # an alarm needs the nought before the first one
                counter.labels(name)
        self.registry.register(_Served(live, pool))
        ProcessCollector(registry=self.registry)  # memory, processor, open files; where there is /proc
        live.watcher = self

    def saw(self, seen: Seen) -> None:
        """Count an answer, or a model's wording of one."""
        for name, seconds in seen.record.seconds.items():
            self.stages.labels(name).observe(seconds)
        self.cuts.labels("wording" if seen.reworded else "answer").inc(seen.record.cut)
        if seen.lowered or seen.record.refused:
            self.lowered.inc()
        if seen.status == FAULT:
            self.faults.labels(seen.via).inc()
        if seen.reworded or seen.status in (FAULT, WRONG, STOPPED):
            return
        self.answers.labels(seen.status, seen.via).inc()
        self.seconds.observe(seen.seconds)
        if seen.approved:
            self.approved.inc()
        if seen.reason:
            self.refusals.labels(seen.reason).inc()

    def busy(self, via: str, change: int) -> None:
        """Count a question in or out."""
        self.answering.labels(via).inc(change)

    def published(self, how: str) -> None:
        """Count a change of the index in service."""
        self.publishes.labels(how).inc()

    def sent_back(self, why: str) -> None:
        """Count a question that was sent back."""
        self.limited.labels(why).inc()

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self.registry)


class _Served(Collector):
    """The index in service and the queue before it, read at each look."""

    def __init__(self, live: Live, pool: Pool | None) -> None:
        self.live, self.pool = live, pool

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
        if self.pool is not None:
            yield GaugeMetricFamily("niangjia_queue", "Questions of the API at work or waiting", value=self.pool.taken)


def read_token(environment: Mapping[str, str] = os.environ) -> str:
    """Read the token that lets somebody read the metrics ('': none). Raises BadSetting where it can be guessed."""
    token = environment.get(TOKEN, "").strip()
    if token and len(token) < _SHORTEST:
        raise BadSetting(frame.BAD_TOKEN.format(variable=TOKEN, least=_SHORTEST))
    return token


def _may_read(request: Request, token: str) -> bool:
    """Whether somebody may read the metrics: with the token, or without any from this computer itself and through no proxy."""
    if token:
        given = request.headers.get("authorization", "").encode("utf-8", "surrogatepass")
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    through = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-forwarded-proto"))
    return not through and request.client is not None and is_loopback(request.client.host)


def running_router(metrics: Metrics, live: Live, token: str = "") -> APIRouter:
    """Make the routes that whoever runs the server looks at; `token` lets one read the metrics from elsewhere."""
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

    shown = {200: {"description": words.OK, "content": {"text/plain": {"example": "niangjia_answers_total{status=\"answered\",via=\"page\"} 12.0"}}}}  # fmt: skip

    @router.get("/metrics", response_class=PlainTextResponse, responses=shown | errors(401), summary=words.METRICS, description=words.METRICS_ABOUT)  # type: ignore[operator]  # fmt: skip
    def show(request: Request) -> Response:
        if not _may_read(request, token):
            raise Refused(401, words.NO_METRICS.format(variable=TOKEN), {"WWW-Authenticate": "Bearer"})
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
