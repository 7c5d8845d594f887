"""The HTTP API over the shipped library: answers, look-ups, errors as problem+json, limits, metrics."""

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag import Assistant
from ui.api import add_api
from ui.limits import RateLimit
from ui.live import Live
from ui.schemas import LONGEST_QUESTION


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = FastAPI(openapi_url="/api/openapi.json")
    add_api(app, Live(assistant), RateLimit(1000, 1000))
    with TestClient(app) as client:
        yield client


def problem(response: object, status: int) -> str:
    assert response.status_code == status  # type: ignore[attr-defined]
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    body = response.json()  # type: ignore[attr-defined]
    assert body["status"] == status
    assert body["title"]
    return str(body["detail"])


def test_ask(client: TestClient) -> None:
    row = client.post("/api/ask", json={"question": "我在河南，产假多少天？"}).json()
    assert row["status"] == "answered"
    assert "188" in row["conclusion"]
    cited = {c["title"] for c in row["citations"]}
    assert cited <= {r["title"] for r in row["retrieved"]}


def test_history_and_region(client: TestClient) -> None:
    body = {
        "question": "产假多少天？",
        "region": "江苏",
        "history": ["我怀孕了", {"role": "assistant", "content": "恭喜"}],
    }
    assert "江苏" in client.post("/api/ask", json=body).json()["answer"]


def test_events(client: TestClient) -> None:
    with client.stream(
        "POST", "/api/ask", json={"question": "哺乳时间每天多久"}, headers={"Accept": "text/event-stream"}
    ) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        blocks = [block for block in "".join(response.iter_text()).split("\n\n") if block]
    names = [block.split("\n")[0].removeprefix("event: ") for block in blocks]
    assert (names[0], names[-1]) == ("conclusion", "done")
    last = json.loads(blocks[-1].split("\n")[1].removeprefix("data: "))
    assert json.loads(blocks[0].split("\n")[1].removeprefix("data: ")) == last["conclusion"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "question"),
        ({"question": "产" * (LONGEST_QUESTION + 1)}, "question"),
        ({"question": "产假", "region": "火星"}, "火星"),
        ({"question": "产假", "as_of": "昨天"}, "昨天"),
        ({"question": "产假", "history": ["x"] * 21}, "history"),
        ({"question": "产假", "shell": "rm"}, "shell"),
        ({"question": None}, "question"),
    ],
)
def test_bad_requests(client: TestClient, body: dict[str, object], words: str) -> None:
    assert words in problem(client.post("/api/ask", json=body), 422)


def test_no_json(client: TestClient) -> None:
    broken = client.post("/api/ask", content=b"\xff\xfe{", headers={"content-type": "application/json"})
    assert "JSON" in problem(broken, 400)
    assert "接口" in problem(client.get("/api/ask"), 405)


def test_a_broken_answer_is_a_sentence(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    app = FastAPI()
    add_api(app, Live(assistant), RateLimit(1000, 1000))
    monkeypatch.setattr(type(assistant), "ask", lambda *_: 1 / 0)
    with TestClient(app) as broken:
        detail = problem(broken.post("/api/ask", json={"question": "我叫张三"}), 500)
        assert "张三" not in detail
        assert "division" not in detail
        assert "niangjia_faults_total 1.0" in broken.get("/metrics").text


def test_too_fast(assistant: Assistant) -> None:
    app = FastAPI()
    add_api(app, Live(assistant), RateLimit(0.01, 2))
    with TestClient(app) as client:
        codes = [client.post("/api/ask", json={"question": "产假"}).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        late = client.post("/api/ask", json={"question": "产假"})
        assert int(late.headers["retry-after"]) > 1
        assert "110" in problem(late, 429)
        assert "niangjia_limited_total 2.0" in client.get("/metrics").text


def test_bucket_refills_and_forgets() -> None:
    now = [0.0]
    limit = RateLimit(2.0, 1, lambda: now[0])
    assert (limit.wait("a"), limit.wait("b")) == (0.0, 0.0)
    assert limit.wait("a") == pytest.approx(0.5)
    now[0] = 0.5
    assert limit.wait("a") == 0.0
    now[0] = 0.4  # the clock goes backwards: nothing is given away
    assert limit.wait("a") > 0


def test_documents(client: TestClient) -> None:
    found = client.get("/api/documents", params={"region": "上海", "level": "地方性法规"}).json()
    assert found["total"] == len(found["documents"]) > 0
    assert {d["region"] for d in found["documents"]} == {"上海市"}
    first = client.get("/api/documents", params={"limit": 1, "offset": 1, "title": "规定"}).json()
    assert len(first["documents"]) == 1
    assert first["total"] > 1
    assert "火星" in problem(client.get("/api/documents", params={"region": "火星"}), 422)
    problem(client.get("/api/documents", params={"limit": 0}), 422)


def test_a_document_and_its_provisions(client: TestClient) -> None:
    whole = client.get("/api/documents/女职工劳动保护特别规定").json()
    assert whole["provisions"] == len(whole["text"]) > 10
    seventh = client.get(f"/api/provisions/{whole['text'][6]['id'].replace('#', '%23')}").json()
    assert seventh == whole["text"][6]
    assert seventh["label"].startswith("本库转述")
    assert "没有的文件" in problem(client.get("/api/documents/没有的文件"), 404)
    problem(client.get("/api/provisions/../../etc/passwd"), 404)


def test_health_and_openapi(client: TestClient) -> None:
    assert client.get("/healthz").text == client.get("/readyz").text == "ok"
    assert b"niangjia_answer_seconds_count" in client.get("/metrics").content
    schema = client.get("/api/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/ask",
        "/api/documents",
        "/api/documents/{document_id}",
        "/api/provisions/{provision_id}",
    }
    assert schema["components"]["schemas"]["Ask"]["examples"]
