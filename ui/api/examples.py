"""An example of every answer and every error, for the OpenAPI description; a test holds them against the schemas."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from rag.model import RESTATED
from ui import words as frame
from ui.api import words
from ui.schemas import (
    AnswerOut,
    DocumentsOut,
    ProvisionOut,
    RegionsOut,
    WholeDocumentOut,
)

_TITLE, _ARTICLE = "女职工劳动保护特别规定", "第九条"
_TEXT = "对哺乳未满1周岁婴儿的女职工，单位要在每天的劳动时间里安排1小时哺乳时间；生多胞胎的，每多1个婴儿每天加1小时。"
_WHERE: dict[str, Any] = {"title": _TITLE, "article": _ARTICLE, "level": "行政法规", "region": "全国", "kind": "要点转述", "check": "已对照条文"}  # fmt: skip
_DOCUMENT: dict[str, Any] = {
    "id": _TITLE,
    "title": _TITLE,
    "kind": "要点转述",
    "level": "行政法规",
    "region": "全国",
    "number": "国务院令第619号",
    "published": "2012-04-28",
    "effective": "2012-04-28",
    "ended": None,
    "status": "有效",
    "year": None,
    "replaced_by": "",
    "url": "https://www.gov.cn/",
    "note": "",
    "inferred": [],
    "provisions": 16,
    "label": RESTATED,
}
_PROVISION: dict[str, Any] = {
    "id": f"{_TITLE}#{_ARTICLE}",
    "document_id": _TITLE,
    **_WHERE,
    "headings": [],
    "text": _TEXT,
    "source": "",
    "page": None,
    "label": RESTATED,
}
_UNDERSTOOD = {
    "regions": [],
    "as_of": "2026-11-21",
    "request": "权利",
    "topics": ["哺乳时间"],
    "leave": ["哺乳时间"],
    "noticed": [],
}
_ANSWER: dict[str, Any] = {
    "id": "5f0c1a9be27d4c33",
    "status": "answered",
    "verdict": None,
    "conclusion": _TEXT,
    "explanation": "",
    "table": None,
    "basis": [f"《{_TITLE}》{_ARTICLE}（行政法规，全国，有效）：{_TEXT}"],
    "steps": ["先和单位书面沟通，再找本单位或上级工会（12351）"],
    "notes": [RESTATED, "不构成法律意见"],
    "answer": f"{_TEXT}\n\n依据：\n[1] 《{_TITLE}》{_ARTICLE}（行政法规，全国，有效）：{_TEXT}",
    "citations": [
        {
            "document_id": _TITLE,
            "chunk_id": f"{_TITLE}#{_ARTICLE}",
            **_WHERE,
            "part": "",
            "quote": _TEXT,
            "in_force": True,
            "effective": "2012-04-28",
            "url": "https://www.gov.cn/",
            "page": None,
        }
    ],
    "retrieved": [
        {"document_id": _TITLE, "chunk_id": f"{_TITLE}#{_ARTICLE}", "title": _TITLE, "article": _ARTICLE, "score": 0.03}
    ],
    "question": _UNDERSTOOD,
    "approved": None,
    "seconds": 0.0172,
}
EVENTS = 'event: understood\ndata: {"regions": [], "as_of": "2026-11-21", "topics": ["哺乳时间"]}\n\nevent: conclusion\ndata: "对哺乳未满1周岁婴儿的女职工……"\n\n'
EXAMPLES: dict[type[BaseModel], dict[str, Any]] = {
    AnswerOut: _ANSWER,
    DocumentsOut: {"total": 1, "offset": 0, "documents": [_DOCUMENT]},
    WholeDocumentOut: {**_DOCUMENT, "text": [_PROVISION]},
    ProvisionOut: _PROVISION,
    RegionsOut: {"regions": [{"name": "江苏省", "short": "江苏", "documents": 12}]},
}
_DETAILS = {
    400: words.HTTP_ERRORS[400],
    401: words.NO_METRICS.format(variable="NIANGJIA_METRICS_TOKEN"),
    404: words.NO_DOCUMENT.format(name="没有的文件"),
    413: words.TOO_BIG.format(limit=65536),
    422: words.BAD_REQUEST.format(faults="「question」没有写"),
    429: frame.TOO_FAST,
    500: words.FAILED,
    503: words.NOT_READY,
}


def found(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Describe what is found, and that it may be unchanged."""
    body = {"application/json": {"example": EXAMPLES[model]}}
    return {200: {"description": words.OK, "content": body}, 304: {"description": words.UNCHANGED}}


def answers() -> dict[int | str, dict[str, Any]]:
    """Describe an answer, whole and as events."""
    body = {"application/json": {"example": EXAMPLES[AnswerOut]}, "text/event-stream": {"example": EVENTS}}
    return {200: {"description": words.OK, "content": body}}


def errors(*statuses: int, detail: str = "") -> dict[int | str, dict[str, Any]]:
    """Describe errors of some statuses, each with an example of its usual sentence, or of this one."""
    out: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        said = detail or _DETAILS[status]
        example = {"type": "about:blank", "title": words.TITLES[status], "status": status, "detail": said}
        schema = {"$ref": "#/components/schemas/Problem"}
        out[status] = {
            "description": words.TITLES[status],
            "content": {"application/problem+json": {"schema": schema, "example": example}},
        }
        if status == 429:
            out[status]["headers"] = {"Retry-After": {"description": words.RETRY, "schema": {"type": "integer"}}}
    return out
