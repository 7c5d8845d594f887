"""Plans read for answering: their sentences and clauses, each with its place, its year, and the paper that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from documents.figures import figures
from documents.model import Level
from documents.numerals import to_int
from documents.region import NATION, find_regions, short_name
from index.chunk import Chunk
from index.search import Scope, SearchIndex
from index.words import cut

# A sentence up to this length is said whole; a longer one is taken by its clauses.
WHOLE = 100
# A first sentence up to this length is a heading.
HEADING = 45
NATIONWIDE = "全国"
_SENTENCE = re.compile(r"[^。！？\n]*[。！？]?")
_CLAUSE = re.compile(r"[^；;]*[；;]?")
_LABEL = re.compile(r"^[^：:；。]{2,40}[：:](?=[^\n])")
# A short first sentence with one of these says something already.
_SAYS = re.compile(r"是|叫|\d")
_LIST = re.compile(r"(?:有|是|为|包括|如下)[：:]$")
_LIMIT = re.compile(r"^(?:但|但是|除外|其中|不包括|不含|同时)")
# What a paper says of itself: to whom, by whom, when; no part of what it plans.
_LETTERHEAD = re.compile(
    r"^★?(?:通知标题|主送|落款|印发日期|成文日期|标题下日期|附件|发文机关|发文字号|通知要求|年份说明|来源|通栏标题)[：:]|^关于印发|^各.{2,40}[：:]$|社长兼总编|投稿邮箱"
)
_YEAR_KIND = re.compile(r"(20\d\d)年(?:度)?((?:(?!20\d\d年).)*?)(?=和20\d\d年|$)")
_BODY = re.compile(r"^\S{2,12}?(?:快递|集团|公司|银行|铁路|民航|学院|大学|医院)")
_QUARTER = re.compile(r"(?:第)?((?:[一二三四1-4][、和及]?)+)季度")
_MONTH = re.compile(r"(?<![\d〔])(\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?!\s*\d{1,2}\s*[日号]|.?代)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or a clause of a plan: characters `start` to `end` of its chunk, the label its sentence opens with, the sentence."""

    chunk: Chunk
    start: int
    end: int
    label: str
    sentence: tuple[int, int]
    context: str

    @property
    def text(self) -> str:
        """Its own words."""
        return self.chunk.text[self.start : self.end].strip()

    @property
    def bare(self) -> str:
        """Its own words; those of a clause after the label, which is about all of the sentence."""
        clause = self.end - self.start < self.sentence[1] - self.sentence[0]
        return self.text[len(self.label) :] if clause and self.opens else self.text

    @property
    def opens(self) -> bool:
        """Whether it stands at the head of its sentence, so that the label is in it."""
        return self.start == self.sentence[0]

    @property
    def is_heading(self) -> bool:
        """Whether it is only what its provision or its line opens with, and more follows there."""
        if _SAYS.search(self.text):
            return False
        before, after = self.chunk.text[: self.start], self.chunk.text[self.end :]
        if not before.strip():
            return self.chunk.start == 0 and len(self.text) <= HEADING and bool(after.strip())
        return before.endswith("\n") and len(self.text) <= HEADING // 2 and not after.startswith("\n") and bool(after)

    def with_heading(self) -> Unit:
        """The unit together with its provision's heading, where that stands right before it and both are short."""
        before = self.chunk.text[: self.start].strip()
        if self.chunk.start or not self.opens or not before or before != self.context.split("\n")[0] + "。":
            return self
        return replace(self, start=0, sentence=(0, self.sentence[1])) if self.end <= WHOLE else self

    @property
    def said(self) -> str:
        """Its words as one says them alone: after the label of its sentence, without the closing mark."""
        words = self.text.rstrip("。；;")
        return words if self.opens or not self.label else f"{self.label}……{words}"

    @property
    def quote(self) -> str:
        """The run to quote: the whole sentence where that is not long, else the clause."""
        whole = self.chunk.text[slice(*self.sentence)].strip()
        return whole if len(whole) <= 2 * WHOLE else self.text

    @property
    def place(self) -> str:
        """Where it holds, shortly: 江苏, 大连, 中通快递, 全国."""
        return place_of(self.chunk)

    @property
    def year(self) -> int | None:
        """The year that it is about."""
        return year_of(self.chunk)

    @property
    def times(self) -> frozenset[str]:
        """The quarters and months that it names."""
        return times(self.chunk.text[slice(*self.sentence)] if times(self.label) else self.text)


def times(text: str) -> frozenset[str]:
    """Read quarters and months: 三、四季度 -> Q3 Q4, 三月份 -> M3; full dates are none."""
    found = set()
    for match in _QUARTER.finditer(text):
        found |= {f"Q{'一二三四'.index(c) + 1 if c in '一二三四' else c}" for c in match[1] if c not in "、和及"}
    for match in _MONTH.finditer(text):
        number = int(match[1]) if match[1].isdigit() else to_int(match[1])
        if 1 <= number <= 12:
            found.add(f"M{number}")
    return frozenset(found)


def place_of(chunk: Chunk) -> str:
    """The place of a plan's provision: the paper's own, else what its label or headings name, else 全国."""
    region = chunk.card.region
    if region != NATION:
        return short_name(region.city or region.province)
    for label in (chunk.provision.article, *chunk.provision.headings):
        if named := find_regions(label):
            return short_name(named[-1].city or named[-1].province)
        if body := _BODY.match(label):
            return body[0]
    return NATIONWIDE


def year_of(chunk: Chunk) -> int | None:
    """The year of a plan's provision: that of its headings (一、2019年主要工作) before the paper's."""
    for heading in chunk.provision.headings:
        if year := re.search(r"20\d\d(?=年)", heading):
            return int(year[0])
    return chunk.card.year


def paper_name(chunk: Chunk) -> str:
    """Name the paper with place and year: 大连市总工会第四届女职工委员会2019年工作总结; news by the place it tells of."""
    card = chunk.card
    if card.level is Level.NEWS:
        place = place_of(chunk)
        return f"《{card.title}》（报道）" if place == NATIONWIDE else f"{place}（报道《{card.title}》）"
    year = year_of(chunk)
    for match in _YEAR_KIND.finditer(card.title):
        if int(match[1]) == year and match[2] and match.start():
            return f"{card.title[: _first_year(card.title)]}{year}年{match[2]}"
    return f"《{card.title}》" if year is None or str(year) in card.title else f"《{card.title}》（{year}年部分）"


def short_paper(chunk: Chunk) -> str:
    """Name the paper as shortly as place and year allow: 大连2019年工作总结, 黑龙江（报道）."""
    if chunk.card.level is Level.NEWS:
        place = place_of(chunk)
        return "全国性会议的报道" if place == NATIONWIDE else f"{place}（报道）"
    year = year_of(chunk)
    kind = re.search(r"(?:工作)?(?:要点|意见|总结|安排|计划|方案|报告|通知)", paper_name(chunk))
    if year is None or str(year) not in chunk.card.title or not kind:
        return paper_name(chunk)
    return f"{place_of(chunk)}{year}年{kind[0]}"


def _first_year(title: str) -> int:
    match = re.search(r"20\d\d年", title)
    return match.start() if match else len(title)


def units_of(chunk: Chunk) -> tuple[Unit, ...]:
    """Cut a chunk into sentences, long ones into clauses; a limiting clause stays with what it limits, a time's list together."""
    found: list[Unit] = []
    head = _head(chunk.provision.text)
    line, line_head = -2, ""
    for match in _SENTENCE.finditer(chunk.text):
        words = match[0].strip()
        if not words or _LETTERHEAD.match(words) or len(words) < 6:
            continue
        start = match.start() + match[0].index(words[0])
        sentence = (start, start + len(words))
        opening = _LABEL.match(words)
        label = opening[0] if opening else ""
        if (at := chunk.text.rfind("\n", 0, start)) != line:
            line, line_head = at, _head(words)
        context = f"{head}\n{line_head}"
        if len(words) <= WHOLE or _kept_whole(label):
            found.append(Unit(chunk, *sentence, label, sentence, context))
        else:
            found += _clauses(chunk, sentence, label, context)
    return tuple(found)


def _head(text: str) -> str:
    """The words that a provision or a line opens with where they are as short as a heading; all that follows is about them."""
    head = re.split(r"[。\n]", text.strip(), maxsplit=1)[0]
    return head if len(head) <= HEADING else ""


def _kept_whole(label: str) -> bool:
    """Whether a label opens a list that belongs together: 一季度的安排有, 获全国荣誉的有."""
    return bool(times(label)) or bool(_LIST.search(label))


def _clauses(chunk: Chunk, sentence: tuple[int, int], label: str, context: str) -> Iterable[Unit]:
    spans: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(chunk.text[slice(*sentence)]):
        words = match[0].strip()
        if not words:
            continue
        start = sentence[0] + match.start() + match[0].index(words[0])
        if spans and (_LIMIT.match(words) or start - spans[-1][0] < 18):
            spans[-1] = (spans[-1][0], start + len(words))
        else:
            spans.append((start, start + len(words)))
    return (Unit(chunk, a, b, label, sentence, context) for a, b in spans)


@dataclass(frozen=True, slots=True)
class Read:
    """A chunk's units with what their scores need: words, words of the surroundings, figures, vectors (one row a unit)."""

    units: tuple[Unit, ...]
    words: tuple[frozenset[str], ...]
    around: tuple[frozenset[str], ...]
    figures: tuple[frozenset[str], ...]
    vectors: NDArray[np.float32]


class Papers:
    """The plans of an index, read chunk by chunk as they are needed."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self._read: dict[str, Read] = {}

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """All chunks of plans and news."""
        return tuple(chunk for chunk in self.index.chunks if chunk.card.level.is_plan)

    @cached_property
    def places(self) -> dict[str, list[Chunk]]:
        """The chunks of each place that a plan or a news section is about."""
        found: dict[str, list[Chunk]] = {}
        for chunk in self.chunks:
            found.setdefault(place_of(chunk), []).append(chunk)
        return found

    def named(self, text: str) -> tuple[str, ...]:
        """The places with a paper that a text names, in its order; a province without one stands for its cities."""
        found = {name: text.find(key) for name in self.places if name != NATIONWIDE and (key := _key(name, text))}
        for place, province in self.provinces.items():
            if province not in self.places and province in text:
                found.setdefault(place, text.find(province))
        return tuple(sorted(found, key=lambda name: found[name]))

    @cached_property
    def provinces(self) -> dict[str, str]:
        """The province of each city that has a paper."""
        found = {}
        for place, chunks in self.places.items():
            labels = (chunks[0].provision.article, *chunks[0].provision.headings)
            regions = [chunks[0].card.region] if chunks[0].card.region != NATION else find_regions(" ".join(labels))
            if regions and regions[-1].city:
                found[place] = short_name(regions[-1].province)
        return found

    def read(self, chunk: Chunk) -> Read:
        """Read one chunk; kept for the next question."""
        if chunk.id not in self._read:
            units = units_of(chunk)
            texts = [unit.text for unit in units]
            headings = " ".join([*chunk.provision.headings, chunk.provision.article])
            vectors = self.index.encoder.encode(texts) if texts else np.zeros((0, 1), dtype=np.float32)
            self._read[chunk.id] = Read(
                units,
                tuple(frozenset(cut(unit.bare)) for unit in units),
                tuple(frozenset(cut(f"{headings} {unit.label} {unit.context}")) for unit in units),
                tuple(frozenset(figures(text)) for text in texts),
                np.asarray(vectors, dtype=np.float32),
            )
        return self._read[chunk.id]

    def candidates(self, search: str, needles: Iterable[str], k: int = 60) -> list[tuple[Chunk, float]]:
        """The chunks of plans worth reading for a question: the best found, and (all are few: all) those that hold a needle.

        Returns the chunks with their share of the best retrieval score, 0 where they were not found.
        """
        hits = self.index.search(search, k, Scope(plans=True))
        found = {hit.chunk.id: (hit.chunk, hit.score / hits[0].score) for hit in hits}
        wanted = tuple(needle for needle in needles if needle)
        few = len(self.chunks) <= 2 * k
        for chunk in self.chunks:
            if few or any(needle in chunk.text for needle in wanted):
                found.setdefault(chunk.id, (chunk, 0.0))
        return list(found.values())


def is_body(place: str) -> bool:
    """Whether a place is a company or another body and no region."""
    return bool(_BODY.match(place))


def _key(name: str, text: str) -> str:
    """The words by which a text names a place or a body: 中通 for 中通快递."""
    if name in text:
        return name
    bare = re.sub(r"(?:快递|集团|公司|银行|铁路|民航|学院|大学|医院)$", "", name)
    return bare if bare != name and len(bare) >= 2 and bare in text else ""
