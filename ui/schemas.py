"""What goes in and out of the API, with examples; pydantic checks it and FastAPI writes the OpenAPI description of it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LONGEST_QUESTION = 2_000
MOST_TURNS = 20


class EarlierTurn(BaseModel):
    """One earlier message."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["user", "assistant"] = "user"
    content: str = Field(max_length=10_000)


class Ask(BaseModel):
    """A question with what is known around it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "我在河南，产假多少天？"},
                {"question": "那二胎呢？", "history": [{"role": "user", "content": "我在江苏，产假多少天？"}]},
                {"question": "产假多少天？", "region": "江苏省苏州市", "as_of": "2026-11-21"},
            ]
        },
    )
    question: str = Field(max_length=LONGEST_QUESTION, description="问题，平常的话就行")
    history: list[str | EarlierTurn] = Field(default=[], max_length=MOST_TURNS, description="前面问过的话")
    region: str | None = Field(default=None, max_length=60, description="所在地，如 江苏 或 苏州市")
    as_of: str | None = Field(default=None, max_length=10, description="按哪一天有效的规定，如 2026-11-21；默认今天")


class CitationOut(BaseModel):
    """What a statement rests on."""

    document_id: str
    chunk_id: str
    title: str
    article: str
    part: str
    quote: str
    level: str
    region: str
    kind: str
    check: str | None
    in_force: bool | None
    effective: str | None
    url: str
    page: int | None


class RetrievedOut(BaseModel):
    """What was looked at."""

    document_id: str
    chunk_id: str
    title: str
    article: str
    score: float


class AnswerOut(BaseModel):
    """An answer: `answer` is the whole text, `conclusion` its first part, which alone carries the deciding facts."""

    id: str
    status: str
    conclusion: str
    answer: str
    citations: list[CitationOut]
    retrieved: list[RetrievedOut]
    seconds: float


class DocumentOut(BaseModel):
    """A document of the library without its text."""

    id: str
    title: str
    kind: str
    level: str
    region: str
    number: str
    published: str | None
    effective: str | None
    ended: str | None
    year: int | None
    replaced_by: str
    url: str
    note: str
    inferred: list[str]
    provisions: int


class DocumentsOut(BaseModel):
    """A page of the library's list."""

    total: int
    documents: list[DocumentOut]


class ProvisionOut(BaseModel):
    """One provision with its whole text."""

    id: str
    document_id: str
    title: str
    article: str
    headings: list[str]
    text: str
    kind: str
    level: str
    region: str
    check: str | None
    source: str
    page: int | None
    label: str = Field(description="转述的文本要带着这一句")


class WholeDocumentOut(DocumentOut):
    """A document with its provisions."""

    text: list[ProvisionOut]


class Problem(BaseModel):
    """An error, as RFC 9457 (problem+json) has it; `detail` is a Chinese sentence for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}, "description": meaning}
    for status, meaning in ((404, "没有这一项"), (422, "请求的内容不对"), (429, "问得太快"), (503, "还没有准备好"))
}
