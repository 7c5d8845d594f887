"""Hold restatements against originals, article by article, both ways: figures, exceptions, modals."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from documents.figures import figures
from documents.model import Document, Kind

_REFERENCES = re.compile(
    r"第[一二三四五六七八九十百千零〇\d]+[条款项章节]|（[一二三四五六七八九十]+）|\([一二三四五六七八九十]+\)"
)
_OWN = re.compile(r"（本库注[:：](?:[^（）]|（[^（）]*）)*）|^注[:：].*$", re.MULTILINE)
# An original's word, and what our wording may say for it.
MODALS = {
    "应当": ("应当", "应", "必须", "要", "须", "有义务", "负责", "由"),
    "不得": ("不得", "不能", "不准", "禁止", "不许", "无权"),
    "可以": ("可以", "可", "有权", "能"),
    "必须": ("必须", "应当", "要", "须"),
}
_EXCEPTIONS = {
    "除外": ("除外", "不算", "不适用", "例外", "不在内", "不受", "不包括", "另有", "但"),
    "但": ("但", "除外", "不过", "却", "例外", "另有", "只有", "即使", "不在此限"),
    "另有规定": ("另有规定", "另有", "从其规定", "别的规定"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a restated article and its original differ; `left_out` says why where it is on purpose."""

    title: str
    article: str
    what: str
    left_out: str = ""

    def __str__(self) -> str:
        return f"《{self.title}》{self.article}：{self.what}" + (f"（有意：{self.left_out}）" if self.left_out else "")


@cache
def left_out() -> dict[tuple[str, str, str], str]:
    """Read `left_out.csv` (titles in 《》): differences that are there on purpose, by (title, article, what), with the reason."""
    text = (files("documents") / "left_out.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        (row["title"].removeprefix("《").removesuffix("》"), row["article"], row["what"]): row["why"] for row in rows
    }


def pairs(ours: Iterable[Document], originals: Iterable[Document]) -> Iterator[tuple[Document, Document]]:
    """Pair each restatement with the original of its title and region that is not a superseded version."""
    by_name = {(d.title, d.region): d for d in originals if d.kind is Kind.ORIGINAL and d.ended is None}
    for document in ours:
        if document.kind is Kind.RESTATEMENT and (original := by_name.get((document.title, document.region))):
            yield document, original


def compare(ours: Document, original: Document) -> list[Difference]:
    """List in what a restatement differs from its original; articles that we did not restate are no difference."""
    theirs = _by_article(original)
    plan = ours.level.is_plan
    elsewhere = (
        figures(_REFERENCES.sub("", original.body)) if plan else set()
    )  # its date and signature stand at its end
    return [
        Difference(ours.title, article, what, left_out().get((ours.title, article, what), ""))
        for article, text in _by_article(ours).items()
        if (article in theirs if plan else article.startswith(("第", "附")))
        for what in _differences(text, theirs.get(article), elsewhere)
    ]


def _by_article(document: Document) -> dict[str, str]:
    texts: dict[str, str] = {}
    for provision in document.provisions:
        texts[provision.article] = texts.get(provision.article, "") + "\n" + _OWN.sub("", provision.text)
    return texts


def _differences(ours: str, original: str | None, elsewhere: set[str]) -> Iterator[str]:
    if original is None:
        yield "原文没有这一条"
        return
    mine, theirs = figures(_REFERENCES.sub("", ours)), figures(_REFERENCES.sub("", original))
    for number in sorted(mine - theirs - elsewhere):
        yield f"数字{number}原文没有"
    for number in sorted(theirs - mine):
        yield f"原文的数字{number}没有写"
    for word, kept in {**MODALS, **_EXCEPTIONS}.items():
        if word in original and not any(k in ours for k in kept):
            yield f"原文的「{word}」没有写"
