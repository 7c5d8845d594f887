"""The default composer, without a language model: picks what answers, cites it, and says no more than stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from documents.model import Check, Kind, Level
from documents.parse import part_of
from documents.region import Region, short_name
from index.chunk import Chunk
from index.search import SearchIndex
from rag.model import Citation, Evidence, Question

LONGEST_CONCLUSION = 150
LONGEST_QUOTE = 420
LONGEST_LIST = 520
_SENTENCE = re.compile(r"[^。！？\n]*[。！？]?")
# Never an answer by themselves: our remarks, source lines, and the misconception that a 常见误解 states before it corrects it.
_OWN_NOTE = re.compile(r"^(?:注[:：]|（?本库注|依据[:：]|说法[:：])")
_BACKWARD = re.compile(r"^(?:但|但是|其中|除外|上述|前款|这|该|此|否则|同时|例[:：]|条件[:：])")
_LEAD_IN = re.compile(r"[:：]$|下列|以下")
# What parts two sentences of a conclusion, and of a quote.
_LINE_END, _NOTE = re.compile(r"\n"), re.compile(r"\S")
_ITEM = re.compile(r"^[（(][一二三四五六七八九十\d]{1,3}[）)]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous run of a chunk's text that answers: `quote` is exactly that run, `core` the part of it that answers best.

    `told` is the core with the chunk's further sentences that a conclusion has room for.
    """

    evidence: Evidence
    quote: str
    score: float
    core: str = ""
    told: str = ""

    @property
    def chunk(self) -> Chunk:
        """The chunk it stands in."""
        return self.evidence.chunk


def best_passage(index: SearchIndex, question: Question, evidence: Evidence) -> Passage:
    """Pick the run of sentences of a chunk that fits the question best.

    Sentences are never cut; one that begins with 但/其中/前款… brings the sentence before it, a 但书 after the pick is
    taken along, an enumeration's lead-in brings its items. The rest of its line comes along, better sentences first, while
    the whole stays within `LONGEST_CONCLUSION` (with a plan's title before it), for the quote within `LONGEST_QUOTE`.
    """
    text = evidence.chunk.text
    spans = _spans(text)
    if not spans:
        return Passage(evidence, text[:LONGEST_CONCLUSION], 0.0)
    sentences = _Sentences(text, spans, _fit(index, question, [text[a:b] for a, b in spans]))
    first = last = best = int(np.argmax(sentences.scores))
    score = float(sentences.scores[best])
    if (listed := _listed(text, spans, best)) is not None:
        quote, core = listed
        return Passage(evidence, quote, score, core)
    plan = evidence.chunk.card.level.is_plan
    longest = LONGEST_CONCLUSION - (len(evidence.chunk.card.title) + 5 if plan else 0)
    while first > 0 and _BACKWARD.match(sentences.run(first, first)):
        first -= 1
    while sentences.belongs(last) and sentences.length(first, last + 1) <= 2 * longest:
        last += 1
    first, last = sentences.grown(first, last, longest, _LINE_END)
    core, told = sentences.run(first, last), sentences.with_more(first, last, longest)
    first, last = sentences.grown(first, last, LONGEST_QUOTE, _NOTE)
    return Passage(evidence, sentences.run(first, last), score, core, told)


def _listed(text: str, spans: list[tuple[int, int]], best: int) -> tuple[str, str] | None:
    """Quote and conclusion where the best sentence opens a list or is one of its items; None elsewhere.

    The quote is the whole list where it is not too long, so that no item is dropped unseen. The conclusion is the list
    itself if short, the lead-in with the item asked about, or the lead-in with the number of items.
    """
    words = [text[slice(*span)] for span in spans]
    lead = best
    while lead > 0 and _ITEM.match(words[lead]):
        lead -= 1
    items = [n for n in range(lead + 1, len(words)) if all(_ITEM.match(words[m]) for m in range(lead + 1, n + 1))]
    if not items or best not in (lead, *items) or not _LEAD_IN.search(words[lead]):
        return None
    quote = text[spans[lead][0] : spans[items[-1]][1]]
    whole = words[lead] + "".join(words[n] for n in items)
    if len(whole) <= LONGEST_CONCLUSION:
        core = whole
    elif best in items:
        core = words[lead] + words[best]
    else:
        core = _some_items(words[lead].rstrip("：:"), [words[n] for n in items])
    if len(quote) > LONGEST_LIST:
        return (text[slice(*spans[best])], core) if best in items else None
    return quote, core


def _some_items(lead: str, items: list[str]) -> str:
    """A long list in a conclusion: its lead-in and as many whole items as fit, with the number of all."""
    ending = f"共{len(items)}项，逐项见下面的依据。"
    kept = ""
    for item in items:
        if len(lead) + len(kept) + len(item) + len(ending) + 3 > LONGEST_CONCLUSION:
            break
        kept += item.rstrip("；;。") + "；"
    return f"{lead}：{kept}等，{ending}" if kept else f"{lead}，{ending}"


@dataclass(frozen=True, slots=True)
class _Sentences:
    """A chunk's sentences: where they stand in its text, and how well each fits the question."""

    text: str
    spans: list[tuple[int, int]]
    scores: np.ndarray[tuple[int], np.dtype[np.float64]]

    def run(self, first: int, last: int) -> str:
        """The text from one sentence to another."""
        return self.text[self.spans[first][0] : self.spans[last][1]].strip()

    def length(self, first: int, last: int) -> int:
        """How long that text is."""
        return self.spans[last][1] - self.spans[first][0]

    def belongs(self, place: int) -> bool:
        """Whether the next sentence limits this one (但书), or is the list that this one opens; False for the last."""
        if place + 1 == len(self.spans):
            return False
        following = self.run(place + 1, place + 1)
        return bool(
            re.match(r"但|除外|其中", following) or (_LEAD_IN.search(self.run(place, place)) and _ITEM.match(following))
        )

    def grown(self, first: int, last: int, longest: int, apart: re.Pattern[str]) -> tuple[int, int]:
        """A run grown by its better neighbours while it fits and nothing that parts (`apart`) stands between them."""
        while sides := [
            (self.scores[place], after, run)
            for place, after, run in ((last + 1, 1, (first, last + 1)), (first - 1, 0, (first - 1, last)))
            if 0 <= place < len(self.spans)
            and not apart.search(self._between(min(place, last)))
            and self.length(*run) <= longest
        ]:
            first, last = max(sides)[2]
        return first, last

    def with_more(self, first: int, last: int, longest: int) -> str:
        """A run with further sentences of the chunk, better ones first, in the text's order, while the whole fits.

        A sentence that leans on the one before it, or opens or fills a list, or is limited by the next, is not taken out of its place.
        """
        runs = [(first, last)]
        room = longest - self.length(first, last)
        for place in np.argsort(-self.scores, kind="stable").tolist():
            size = self.length(place, place)
            if self._alone(place) and not first <= place <= last and size <= room:
                runs.append((place, place))
                room -= size
        return "".join(self.run(*run) for run in sorted(runs))

    def _alone(self, place: int) -> bool:
        words = self.run(place, place)
        leans = _BACKWARD.match(words) or _ITEM.match(words) or _LEAD_IN.search(words)
        return not leans and words[-1:] in "。；！？" and not self.belongs(place)

    def _between(self, place: int) -> str:
        """What stands between a sentence and the next: white space, or a note of ours."""
        return self.text[self.spans[place][1] : self.spans[place + 1][0]]


def _spans(text: str) -> list[tuple[int, int]]:
    spans = []
    for match in _SENTENCE.finditer(text):
        words = match[0].strip()
        if words and not _OWN_NOTE.match(words):
            start = match.start() + match[0].index(words[0])
            spans.append((start, start + len(words)))
    return spans


def _fit(index: SearchIndex, question: Question, sentences: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Score sentences against a question: cosine, the share of its words, and figures where a figure is asked for."""
    read = index.read_document(tuple(sentences))
    cosines = read.vectors @ index.encoder.encode([question.search])[0]
    shares = np.array([index.coverage(question.search, words) for words in read.words])
    wants_figure = "天数" in question.slots or re.search(
        r"多少|几[天个次年月场人]|多久|多长|几时|哪[年天个]", question.search
    )
    numbers = np.array([bool(re.search(r"\d", sentence)) for sentence in sentences]) if wants_figure else 0.0
    first = np.array([0.05] + [0.0] * (len(sentences) - 1))
    return np.asarray(cosines + shares + 0.15 * numbers + first, dtype=np.float64)


def cite(passage: Passage, question: Question) -> Citation:
    """Make the citation of a passage."""
    chunk = passage.chunk
    card = chunk.card
    at = chunk.start + chunk.text.index(passage.quote)
    return Citation(
        document_id=card.id,
        chunk_id=chunk.id,
        title=card.title,
        article=chunk.provision.article,
        part=part_of(chunk.provision.text, at, at + len(passage.quote))
        if chunk.provision.article.startswith(("第", "附"))
        else "",
        quote=passage.quote,
        level=card.level,
        region=card.region.name,
        kind=card.kind,
        check=chunk.provision.check,
        in_force=card.in_force(question.as_of) if question.as_of else None if card.ended is None else False,
        effective=card.start,
        url=card.url,
        page=chunk.provision.page,
    )


def source_line(citation: Citation, words: str) -> str:
    """Write one basis line: name, 条, level, region, validity, check state, then the words (in quotation marks only if official)."""
    labels = [str(citation.level), citation.region]
    if citation.page:
        labels.append(f"原件第{citation.page}页")
    if citation.level.is_plan:
        labels.append("工作文件，不是法定权利")
    elif citation.level is Level.COMPILED:
        labels.append(f"整理于{citation.effective}" if citation.effective else "整理日期不详")
    elif citation.in_force is False:
        labels.append("已失效或当时不适用")
    elif citation.in_force is None or citation.effective is None:
        labels.append("施行日期未核实")
    else:
        labels.append("有效")
    if citation.check is Check.WEAK:
        labels.append("未核实：仅一份材料或有冲突")
    elif citation.check is Check.TWO_SOURCES:
        labels.append("两份材料一致、未对照条文")
    name = f"《{citation.title}》{citation.article}{citation.part}（{'，'.join(labels)}）"
    words = " ".join(words.split("\n"))
    return f"{name}：" + (f"“{words}”" if citation.kind is Kind.ORIGINAL else words)


def shorten(quote: str, longest: int = LONGEST_CONCLUSION) -> str:
    """Keep whole sentences of a quote up to a length, the first always; a following 但书 is kept whatever the length."""
    parts = [part for part in re.split(r"(?<=[。！？])", quote.replace("\n", " ")) if part.strip()]
    kept = parts[0] if parts else ""
    for part in parts[1:]:
        if len(kept) + len(part) > longest and not re.match(r"\s*(?:但|除外|其中)", part):
            break
        kept += part
    return kept.strip()


def place_name(regions: Sequence[Region]) -> str:
    """Name places shortly for a sentence: 江苏, 上海和浙江."""
    return "和".join(short_name(region.city or region.province) for region in regions)


def carries(evidence: Evidence) -> bool:
    """Whether a conclusion's figure may rest on a chunk: its check state is not the weakest."""
    return evidence.chunk.provision.check is None or evidence.chunk.provision.check.carries_figures


def is_summary(evidence: Evidence) -> bool:
    """Whether a chunk belongs to what this library compiled itself."""
    return evidence.chunk.card.level is Level.COMPILED
