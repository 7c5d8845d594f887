"""What is counted of answers on page and API, who may read it, and that it is what Prometheus reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from rag import Assistant
from rag.model import Answer, Approval, Status
from rag.stages import tell_cut
from ui import seen
from ui.api import add_api
from ui.api.running import TOKEN
from ui.ask.chat import Chat
from ui.errors import BadSetting
from ui.headers import JOIN, Guard
from ui.limits import RateLimit
from ui.live import PUBLISHED, WENT_BACK, Live
from ui.seen import API, PAGE

HERE = ("127.0.0.1", 50000)


class Service:
    """The API and the chat over one edition, and its metrics as Prometheus reads them."""

    def __init__(self, assistant: Assistant) -> None:
        self.live = Live(assistant)
        self.app = FastAPI()
        add_api(self.app, self.live, RateLimit(1000, 1000))
        self.chat = Chat(self.live)
        self.client = TestClient(self.app, client=HERE)

    def ask(self, question: str) -> None:
        assert self.client.post("/api/ask", json={"question": question}).status_code in (200, 500)

    def samples(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        text = self.client.get("/metrics").text
        families = list(text_string_to_metric_families(text))
        names = [family.name for family in families]
        assert len(names) == len(set(names))
        assert all(family.documentation for family in families)
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        return self.samples().get((name, frozenset(labels.items())), -1.0)


@pytest.fixture
def service(assistant: Assistant) -> Service:
    return Service(assistant)


def test_answers_of_page_and_api_are_told_apart(service: Service) -> None:
    service.ask("我在河南，产假多少天？")
    service.chat.ask((), "我在河南，产假多少天？")
    service.chat.ask((), "明天股票涨吗")
    service.chat.ask((), "")
    assert service.value("niangjia_answers_total", status="answered", via="api") == 1
    assert service.value("niangjia_answers_total", status="answered", via="page") == 1
    assert service.value("niangjia_answers_total", status="refused", via="page") == 2
    assert service.value("niangjia_refusals_total", reason="outside") == 1
    assert service.value("niangjia_refusals_total", reason="empty") == 1
    assert service.value("niangjia_refusals_total", reason="gate") == 0
    assert service.value("niangjia_answer_seconds_count") == 4
    assert service.value("niangjia_answering", via="page") == 0


def test_each_stage_has_its_histogram(service: Service) -> None:
    service.ask("痛经可以请假吗？")
    found = service.samples()
    for name in ("understand", "retrieve", "decide", "compose", "verify"):
        labels = frozenset({("stage", name)})
        assert found["niangjia_stage_seconds_count", labels] >= 1
        buckets = [
            (float(dict(key[1])["le"]), value)
            for key, value in found.items()
            if key[0] == "niangjia_stage_seconds_bucket" and ("stage", name) in key[1]
        ]
        counts = [count for _, count in sorted(buckets)]
        assert counts == sorted(counts)
        assert counts[-1] == found["niangjia_stage_seconds_count", labels]


def test_what_the_gate_cuts_and_refuses_is_counted(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Assistant._answer

    def wrong(self: Assistant, question: Any) -> Answer:
        return replace(real(self, question), conclusion="产假有777天。")

    monkeypatch.setattr(Assistant, "_answer", wrong)
    service.ask("产假多少天？")
    assert service.value("niangjia_refusals_total", reason="gate") == 1
    assert service.value("niangjia_gate_cuts_total", what="answer") == 1
    assert service.value("niangjia_gate_lowered_total") == 1


def test_a_models_sentences_that_are_cut_are_counted_apart(service: Service, assistant: Assistant) -> None:
    before = assistant.ask("我在河南，产假多少天？")

    def reworded() -> Answer:
        tell_cut(2)
        return replace(before, status=Status.PARTIAL)

    seen.wording(service.live, PAGE, before, reworded)
    assert service.value("niangjia_gate_cuts_total", what="wording") == 2
    assert service.value("niangjia_gate_lowered_total") == 1
    assert service.value("niangjia_stage_seconds_count", stage="wording") == 1
    assert service.value("niangjia_answer_seconds_count") == 0  # it is no second answer


def test_a_fault_is_counted_and_nothing_stays_busy(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Assistant, "ask", lambda *_: 1 / 0)
    service.ask("产假")
    service.chat.ask((), "产假")
    for via in (PAGE, API):
        assert service.value("niangjia_faults_total", via=via) == 1
        assert service.value("niangjia_answering", via=via) == 0
    assert service.value("niangjia_queue") == 0


def test_changes_of_the_index_are_counted(service: Service, assistant: Assistant) -> None:
    import copy

    newer = copy.copy(assistant)
    newer.index = copy.copy(assistant.index)
    newer.index.manifest = replace(assistant.index.manifest, generation="g-1", built="2020-01-01T00:00:00+00:00")
    service.live.publish(newer)
    service.live.publish(assistant)
    for how in (WENT_BACK, PUBLISHED):
        assert service.value("niangjia_publishes_total", how=how) == 1


def test_who_is_sent_back_from_the_page_is_counted(service: Service) -> None:
    guard = Guard(service.app, limit=RateLimit(0.01, 1), told=service.live.sent_back)
    visitor = TestClient(guard, base_url="http://127.0.0.1", client=HERE)
    assert [visitor.post(JOIN).status_code == 429 for _ in range(3)] == [False, True, True]
    assert service.value("niangjia_limited_total", why="rate") == 2


def test_answers_in_a_cadres_words_are_counted(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.ask("产假多少天？")
    assert service.value("niangjia_approved_answers_total") == 0
    made = Assistant.ask

    def approved(self: Assistant, *asked: Any) -> Answer:
        return replace(made(self, *asked), approved=Approval("女工委员", date(2026, 11, 21)))

    monkeypatch.setattr(Assistant, "ask", approved)
    service.ask("产假多少天？")
    assert service.value("niangjia_approved_answers_total") == 1


def test_the_index_and_the_process_are_told(service: Service) -> None:
    assert service.value("niangjia_index", what="documents") > 100
    assert service.value("niangjia_index_age_seconds") >= 0
    assert service.value("process_resident_memory_bytes") > 10**7


def test_metrics_are_for_this_computer_only(service: Service) -> None:
    elsewhere = TestClient(service.app, client=("203.0.113.7", 50000))
    refused = elsewhere.get("/metrics")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert TOKEN in refused.json()["detail"]
    assert elsewhere.get("/healthz").text == elsewhere.get("/readyz").text == "ok"
    for header in ("x-forwarded-for", "forwarded", "x-forwarded-proto"):  # a proxy of this computer speaks for others
        assert service.client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401
    assert TestClient(service.app, client=("::1", 5)).get("/metrics").status_code == 200


def test_a_token_is_wanted_of_everybody_once_there_is_one(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "a-token-of-some-length")
    service = Service(assistant)
    elsewhere = TestClient(service.app, client=("203.0.113.7", 50000))
    for client in (service.client, elsewhere):
        assert client.get("/metrics").status_code == 401
        assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
        right = client.get("/metrics", headers={"authorization": "Bearer a-token-of-some-length"})
        assert "niangjia_answers" in right.text
    monkeypatch.setenv(TOKEN, "short")
    with pytest.raises(BadSetting, match=TOKEN):
        Service(assistant)
