"""An index of hostile and odd documents, beside the shipped library."""

import asyncio
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from documents.model import Check, Document, Kind, Level, Provision
from index import build_documents, open_index
from index.encoder import load_encoder
from rag import Assistant
from ui.headers import Guard
from ui.library.reader import add_reader
from ui.live import Edition, Live

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
ODD_IDS = (
    "甲/乙 丙.md",
    "../../etc/passwd",
    "a%2Fb?c=d&e#f",
    f"坏{SCRIPT}",
    "引\"号'和&amp;",
    "😀 emoji+加号",
)


def document(name: str, title: str = "", **facts: object) -> Document:
    """A small law of three provisions, two of one label."""
    texts = [
        ("第一条", "第一条写产假。"),
        ("第二条", f"第二条写{SCRIPT}和{IMAGE}。"),
        ("第一条", "又一个第一条，写哺乳。"),
    ]
    provisions = tuple(
        Provision(f"{name}#{number}", name, article, text, (f"第一章 {IMAGE}",), text, Check.WEAK, IMAGE)
        for number, (article, text) in enumerate(texts)
    )
    given: dict[str, object] = {"kind": Kind.ORIGINAL, "level": Level.LAW, "provisions": provisions}
    return Document(name, title or name, **(given | facts))  # type: ignore[arg-type]


def odd_documents() -> list[Document]:
    """Documents whose ids, titles and facts try to break out of a page, and one of each standing."""
    old = document(
        "旧法", effective=date(2000, 1, 1), ended=date(2020, 1, 1), replaced_by="新法", url="javascript:alert(1)"
    )
    facts = {"number": SCRIPT, "note": IMAGE, "replaced_by": SCRIPT, "url": f"https://a.example{IMAGE}"}
    return [
        *(document(name, f"{name}{IMAGE}", **facts) for name in ODD_IDS),
        old,
        document("新法", effective=date(2020, 1, 1), url="https://www.example.gov.cn/a?b=1&c=2", number="第1号"),
        document("将来法", effective=date(2999, 1, 1)),
        document("不知何时法"),
        document("某市工会2023年要点", level=Level.UNION, kind=Kind.RESTATEMENT, year=2023, region="江苏省苏州市"),
        document(
            "本库写的", level=Level.COMPILED, kind=Kind.RESTATEMENT, published=date(2026, 11, 21), region="江苏省"
        ),
    ]


@pytest.fixture(scope="session")
def odd_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd") / "index"
    build_documents(odd_documents(), folder, load_encoder())
    return folder


@pytest.fixture(scope="session")
def odd(odd_index: Path) -> Live:
    return Live(Assistant(open_index(odd_index)))


@pytest.fixture(scope="session")
def edition(assistant: Assistant) -> Edition:
    return Live(assistant).edition


class Reader:
    """The reader's routes behind the guard, as the server has them; paths go over as they are written (TestClient unquotes them twice)."""

    def __init__(self, live: Live) -> None:
        app = FastAPI()
        add_reader(app, live)
        app.add_middleware(Guard)
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a path."""

        async def asking() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(asking())


@pytest.fixture(scope="session")
def client(odd: Live) -> Reader:
    return Reader(odd)
