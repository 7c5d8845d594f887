"""Answers and chunks made by hand."""

from datetime import date

from documents.model import Check, Kind, Level
from documents.region import NATION
from index.chunk import Card, Chunk, Text
from rag.model import RESTATED, Answer, Citation, Status

TEXT = "女职工生育享受98天产假。\n难产的，增加产假15天；但单位另有规定的除外。\n第三款。"
QUOTE = "98天产假。\n难产的，增加产假15天；"


def chunk(text: str = TEXT, title: str = "某规定", start: int = 0, end: int | None = None, **card: object) -> Chunk:
    facts: dict[str, object] = {
        "id": title,
        "title": title,
        "kind": Kind.RESTATEMENT,
        "level": Level.ADMINISTRATIVE,
        "region": NATION,
        "published": date(2012, 4, 28),
        "effective": date(2012, 4, 28),
        "ended": None,
        "year": None,
        "replaced_by": "",
        "url": "https://www.example.gov.cn/a?b=1&c=2",
        "number": "",
        "note": "",
        "inferred": (),
    } | card
    provision = Text(f"{title}#第七条", "第七条", ("第二章 产假",), text, Check.COMPARED, "")
    return Chunk(provision.id, Card(**facts), provision, start, len(text) if end is None else end)  # type: ignore[arg-type]


def citation(source: Chunk, quote: str = QUOTE, **other: object) -> Citation:
    facts: dict[str, object] = {
        "document_id": source.card.id,
        "chunk_id": source.id,
        "title": source.card.title,
        "article": source.provision.article,
        "part": "第一款",
        "quote": quote,
        "level": source.card.level,
        "region": source.card.region.name,
        "kind": source.card.kind,
        "check": source.provision.check,
        "in_force": True,
        "effective": source.card.effective,
        "url": source.card.url,
    } | other
    return Citation(**facts)  # type: ignore[arg-type]


def answer(*citations: Citation, status: Status = Status.ANSWERED, said: str = "产假98天。") -> Answer:
    basis = tuple(f"《{c.title}》{c.article}{c.part}（行政法规，全国，有效）：{c.quote}" for c in citations)
    return Answer(status, said, citations, basis, ("打12351问工会，12天内不算120天",), (RESTATED, "不构成法律意见"))
