"""The HTTP API over the shipped library: answers, look-ups, errors as problem+json, limits, metrics."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from documents.model import Level
from index.errors import EngineAway
from rag import Assistant
from rag.wording.endpoint import BASE_URL, MODEL
from tests.ui.samples import chunk
from ui.api import add_api, asking
from ui.api import words as api_words
from ui.api.examples import EXAMPLES
from ui.api.guard import MOST_BYTES
from ui.api.pool import Pool
from ui.api.rows import standing
from ui.limits import RateLimit
from ui.live import Live
from ui.schemas import LONGEST_QUESTION, AnswerOut, Ask, Problem, Standing


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = FastAPI(openapi_url="/api/openapi.json")
    add_api(app, Live(assistant), RateLimit(1000, 1000))
    with TestClient(app, client=("127.0.0.1", 50000)) as client:
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
    sent = [json.loads(block.split("\n")[1].removeprefix("data: ")) for block in blocks]
    assert names == ["understood", "conclusion", "basis", "steps", "notes", "done"]
    assert sent[0]["leave"] == ["哺乳时间"]
    assert sent[0] == sent[-1]["question"]
    assert sent[1:5] == [sent[-1][name] for name in names[1:5]]


def test_what_was_understood_names_no_word_of_the_question(client: TestClient) -> None:
    row = client.post("/api/ask", json={"question": "我叫赵小燕，在苏州，前年流产休几天"}).json()
    assert row["question"]["regions"] == ["江苏省苏州市"]
    assert row["question"]["topics"]
    assert "赵小燕" not in json.dumps(row, ensure_ascii=False)


def test_a_comparison_has_a_table_and_a_claim_a_verdict(client: TestClient) -> None:
    row = client.post("/api/ask", json={"question": "江苏、浙江、广东的产假哪个长"}).json()
    assert {len(cells) for cells in row["table"]["rows"]} == {len(row["table"]["columns"])}
    assert client.post("/api/ask", json={"question": "公司说产假只有90天，对吗？"}).json()["verdict"] == "不支持"


def test_a_model_is_used_only_by_agreement(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BASE_URL, raising=False)
    monkeypatch.delenv(MODEL, raising=False)
    body = {"question": "哺乳时间每天多久", "model": True, "agreed": True}
    assert "没有配置" in problem(client.post("/api/ask", json=body), 422)
    monkeypatch.setenv(BASE_URL, "http://127.0.0.1:9/v1")
    assert MODEL in problem(client.post("/api/ask", json=body), 422)
    monkeypatch.setenv(MODEL, "some-model")
    told = client.post("/api/ask", json=body | {"agreed": False})
    assert "127.0.0.1:9" in problem(told, 422)
    assert "some-model" in told.json()["consent"]
    problem(client.post("/api/ask", json=body | {"agreed": "yes"}), 422)
    row = client.post("/api/ask", json=body).json()  # nobody listens there: the answer without a model, and a note
    assert row["status"] == "answered"
    assert "语言模型没有用上" in "".join(row["notes"])


def test_pieces_of_a_model_come_before_the_conclusion(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BASE_URL, "http://127.0.0.1:9/v1")
    monkeypatch.setenv(MODEL, "some-model")

    def spoken(answer: object, *_: object, agreed: bool, told: object) -> object:
        assert agreed
        for piece in ("一。", "二。"):
            told(piece)  # type: ignore[operator]
        return answer

    monkeypatch.setattr(asking, "worded", spoken)
    body = {"question": "哺乳时间每天多久", "model": True, "agreed": True}
    text = client.post("/api/ask", json=body, headers={"Accept": "text/event-stream"}).text
    assert re.findall(r"event: (\w+)", text)[:4] == ["understood", "piece", "piece", "conclusion"]


def test_a_fault_in_the_stream_is_an_event(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Assistant, "ask", lambda *_: 1 / 0)
    text = client.post("/api/ask", json={"question": "产假"}, headers={"Accept": "text/event-stream"}).text
    assert re.findall(r"event: (\w+)", text) == ["understood", "error"]
    assert '"status": 500' in text


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
        ({"question": "产假", "model": "是"}, "model"),
        ({"question": "产假", "history": [{"role": "god", "content": "x"}]}, "history"),
    ],
)
def test_bad_requests(client: TestClient, body: dict[str, object], words: str) -> None:
    detail = problem(client.post("/api/ask", json=body), 422)
    assert words in detail
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", detail), detail  # no English sentence


def test_no_json(client: TestClient) -> None:
    broken = client.post("/api/ask", content=b"\xff\xfe{", headers={"content-type": "application/json"})
    assert "JSON" in problem(broken, 400)
    assert "接口" in problem(client.get("/api/ask"), 405)
    plain = client.post("/api/ask", content=json.dumps({"question": "产假"}), headers={"content-type": "text/plain"})
    problem(plain, 422)  # a form of another site can send no JSON
    problem(client.post("/api/ask", json=["产假"]), 422)


def test_a_big_body_is_refused_however_it_comes(client: TestClient) -> None:
    big = json.dumps({"question": "产假", "region": "x" * MOST_BYTES}).encode()
    kind = {"content-type": "application/json"}
    assert "65536" in problem(client.post("/api/ask", content=big, headers=kind), 413)
    chunks = (big[at : at + 5000] for at in range(0, len(big), 5000))
    problem(client.post("/api/ask", content=chunks, headers=kind), 413)
    small = (part for part in (b'{"question": "', "产假".encode(), b'"}'))
    assert client.post("/api/ask", content=small, headers=kind).status_code == 200


def test_other_sites_are_not_let_in(client: TestClient) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    asked = client.options("/api/ask", headers=headers)
    assert asked.status_code == 405
    answered = client.post("/api/ask", json={"question": "产假"}, headers={"origin": "https://evil.example"})
    assert not [name for name in (*asked.headers, *answered.headers) if name.startswith("access-control")]


def test_too_many_at_once_are_sent_back(assistant: Assistant) -> None:
    app, hold, pool = FastAPI(), threading.Event(), Pool(threads=1, waiting=1)
    add_api(app, Live(assistant), RateLimit(1000, 1000), pool)
    with TestClient(app, client=("127.0.0.1", 50000)) as client:
        held = [pool.submit(hold.wait, 20) for _ in range(2)]
        late = client.post("/api/ask", json={"question": "产假"})
        assert late.headers["retry-after"] == "2"
        assert "110" in problem(late, 429)
        hold.set()
        assert all(future.result(20) for future in held)
        assert client.post("/api/ask", json={"question": "产假"}).status_code == 200
        assert 'niangjia_limited_total{why="busy"} 1.0' in client.get("/metrics").text


def test_a_broken_answer_is_a_sentence(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    app = FastAPI()
    add_api(app, Live(assistant), RateLimit(1000, 1000))
    monkeypatch.setattr(type(assistant), "ask", lambda *_: 1 / 0)
    with TestClient(app, client=("127.0.0.1", 50000)) as broken:
        detail = problem(broken.post("/api/ask", json={"question": "我叫张三"}), 500)
        assert "张三" not in detail
        assert "division" not in detail
        assert 'niangjia_faults_total{via="api"} 1.0' in broken.get("/metrics").text


def test_while_the_vectors_are_away_it_says_when_to_come_back(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise EngineAway("连不上 milvus「http://10.0.0.7:19530」")

    app = FastAPI()
    add_api(app, Live(assistant), RateLimit(1000, 1000))
    monkeypatch.setattr(type(assistant), "ask", away)
    with TestClient(app, client=("127.0.0.1", 50000)) as client:
        answer = client.post("/api/ask", json={"question": "我叫张三"})
        assert problem(answer, 503) == api_words.AWAY
        assert int(answer.headers["Retry-After"]) > 0
        assert "10.0.0.7" not in answer.text
        text = client.post("/api/ask", json={"question": "产假"}, headers={"Accept": "text/event-stream"}).text
        assert api_words.AWAY in text
        assert '"status": 503' in text
        assert 'niangjia_faults_total{via="api"} 2.0' in client.get("/metrics").text


def test_too_fast(assistant: Assistant) -> None:
    app = FastAPI()
    add_api(app, Live(assistant), RateLimit(0.01, 2))
    with TestClient(app, client=("127.0.0.1", 50000)) as client:
        codes = [client.post("/api/ask", json={"question": "产假"}).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        late = client.post("/api/ask", json={"question": "产假"})
        assert int(late.headers["retry-after"]) > 1
        assert "110" in problem(late, 429)
        assert 'niangjia_limited_total{why="rate"} 2.0' in client.get("/metrics").text


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


def test_documents_by_status_and_topic(client: TestClient) -> None:
    whole = client.get("/api/documents", params={"limit": 500}).json()
    for status in ("有效", "已失效", "尚未施行", "没有核实", "工作安排"):
        kept = client.get("/api/documents", params={"status": status, "limit": 500}).json()["documents"]
        assert kept == [document for document in whole["documents"] if document["status"] == status]
    assert {d["level"] for d in kept} == {"工会文件", "新闻资料"}
    about = client.get("/api/documents", params={"topic": "孕期辞退"}).json()["documents"]
    assert "劳动合同法" in {document["title"] for document in about}
    assert "孕期辞退" in problem(client.get("/api/documents", params={"topic": "炒股"}), 422)
    problem(client.get("/api/documents", params={"status": "好"}), 422)
    far = client.get("/api/documents", params={"offset": whole["total"]}).json()
    assert (far["total"], far["documents"]) == (whole["total"], [])


def test_standing() -> None:
    def card(**facts: object) -> Standing:
        return standing(chunk(**facts).card, date(2026, 11, 21))  # type: ignore[arg-type]

    assert card() is Standing.VALID
    assert card(ended=date(2026, 11, 21)) is Standing.ENDED
    assert card(ended=date(2026, 11, 22)) is Standing.VALID
    assert card(effective=date(2027, 1, 1), published=None) is Standing.COMING
    assert card(effective=None, published=None) is Standing.UNKNOWN
    assert card(level=Level.UNION, ended=date(2020, 1, 1)) is Standing.PLAN


@pytest.mark.parametrize("path", ["/api/documents?limit=3", "/api/documents/劳动合同法", "/api/regions"])
def test_what_is_unchanged_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    again = client.get(path, headers={"if-none-match": f'W/"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(path, headers={"if-none-match": '"x"'}).status_code == 200


def test_regions(client: TestClient) -> None:
    rows = client.get("/api/regions").json()["regions"]
    assert len(rows) == 32
    assert (rows[0]["name"], rows[1]["short"]) == ("全国", "北京")
    assert sum(row["documents"] for row in rows) == client.get("/api/documents").json()["total"]


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").text == client.get("/readyz").text == "ok"
    client.post("/api/ask", json={"question": "明天股票涨吗"})
    client.get("/api/documents/赵小燕")
    told = client.get("/metrics").text
    for name in (
        'answers_total{status="refused",via="api"}',
        "answer_seconds_count",
        "index_age_seconds",
        'index_info{digest="',
    ):
        assert f"niangjia_{name}" in told
    assert 'niangjia_requests_total{route="/api/documents/{document_id:path}",status="404"}' in told
    assert "赵小燕" not in told


def texts(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every title, summary and description of an OpenAPI document; names of fields and examples are not for reading."""
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict) and key not in ("example", "examples"):
        for name, item in value.items():
            if isinstance(item, str) and name in ("title", "summary", "description") and key != "properties":
                yield name, item
            yield from texts(item, name)


def test_openapi_is_chinese_and_has_an_example_of_everything(client: TestClient) -> None:
    schema = client.get("/api/openapi.json").json()
    assert set(schema["paths"]) == {
        "/api/ask",
        "/api/documents",
        "/api/documents/{document_id}",
        "/api/provisions/{provision_id}",
        "/api/regions",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    read = [text for name, text in texts({"paths": schema["paths"], "components": schema["components"]})]
    assert len(read) > 100
    assert not [text for text in read if text.isascii()]
    for path, ways in schema["paths"].items():
        for way in ways.values():
            for status, answer in way["responses"].items():
                assert status == "304" or all("example" in body for body in answer["content"].values()), (path, status)
    assert "422" in schema["paths"]["/api/documents"]["get"]["responses"]
    assert "HTTPValidationError" not in json.dumps(schema)


def test_the_examples_are_right(client: TestClient) -> None:
    for model, example in EXAMPLES.items():
        assert model.model_validate(example).model_dump(mode="json") == example
    schema = client.get("/api/openapi.json").json()
    for example in schema["components"]["schemas"]["Ask"]["examples"]:
        Ask.model_validate(example)
    for ways in schema["paths"].values():
        for way in ways.values():
            for status, answer in way["responses"].items():
                if status >= "400":
                    shown = answer["content"]["application/problem+json"]["example"]
                    assert Problem.model_validate(shown).status == int(status)


def test_rows_fit_what_is_described(client: TestClient) -> None:
    row = client.post("/api/ask", json={"question": "我在河南，产假多少天？"}).json()
    assert set(row) == set(EXAMPLES[AnswerOut])
    assert AnswerOut.model_validate(row)
