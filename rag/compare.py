"""Places and years held against each other: a table with a row a place and year, each cell whole words of one cited provision."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from documents.figures import figures
from documents.model import Level
from documents.region import NATION, Region, find_regions, short_name
from rag import leave
from rag.compose import LONGEST_CONCLUSION, Passage, best_passage, carries, cite, shorten
from rag.model import Citation, Evidence, Question, Request, Status, Table
from rag.plan_asked import Asked, longer, quoted, read_asked
from rag.plan_units import HEADING, NATIONWIDE, Papers, Unit, is_body, place_of, year_of
from rag.plans import Found, narrow, score_units
from rag.retrieve import retrieve
from rag.understand.comparing import Comparing, comparing

WHY = "比较的一行"
MOST_ROWS = 8
FEW = 3
LONGEST_CELL = 120
# A province's own provision must be so near to what is compared.
LAW_NEAR = 0.5
# A cell of two statements with what stands between them.
LONGEST_RUN = 150
# A row's words must hold so much of the topic, by weight; a place that is named needs only to be found.
TOPIC_SHARE, NAMED_SHARE = 0.45, 0.3
# What words with an amount gain before others of a place.
FIGURES = 0.3
# What a paper says first on a matter is what it arranges: so much a character into its provision.
EARLIER = 0.0005
_BODIES = re.compile(r"几家|哪家|单位|企业|全总|全国")
_PERIOD = re.compile(r"(?:近)?[一二三四五十]年(?:来|数字)?|累计|截至20\d\d年(?:底)?|全年|20\d\d年(?:全年)?|单场")
_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:余|多)?万?(?:余|多)?\s*(人次|场次|期|个|家|份|名|人|场|对|项|元|天|辆|册)")


@dataclass(frozen=True, slots=True)
class Row:
    """One place in one year: whole words of a cited provision, in `cells` by column of the topic."""

    place: str
    year: int | None
    cells: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Comparison:
    """A topic over places and years. `more` names places left out of the rows, `missing` those that are asked for and say nothing."""

    topic: str
    rows: tuple[Row, ...]
    more: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def of_plans(self) -> bool:
        """Whether plans are compared, and not rights."""
        return any(row.citation.level.is_plan for row in self.rows)

    @property
    def table(self) -> Table:
        """The table that an answer shows, with citation numbers in the last column."""
        return Table(
            ("地方", "年份", self.topic, "出处"),
            tuple((r.place, str(r.year or ""), *r.cells, f"[{n}]") for n, r in enumerate(self.rows, 1)),
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison worded for an answer."""

    status: Status
    conclusion: str
    comparison: Comparison
    passages: tuple[Passage, ...]


def compare(papers: Papers, question: Question) -> Compared | None:
    """Compare what a question holds against each other, None where it compares nothing or nothing is found.

    A leave is compared by rule; another right by the provinces' own provisions, or by plans where more places have one.
    """
    if question.request is Request.RIGHT:
        if question.topics:
            return _compare_leave(papers, question)
        law, plans = _compare_law(papers, question), _compare_plans(papers, question)
        rows = [len(found.comparison.rows) if found else 0 for found in (law, plans)]
        return plans if rows[1] > rows[0] else law
    return _compare_plans(papers, question)


def _compare_leave(papers: Papers, question: Question) -> Compared | None:
    """Compare a leave over provinces by rule: each province's sentence with its citation; None where no two are compared."""
    regions = tuple(r for r in question.regions if r.province)
    wanted = comparing(question.asked, len(regions))
    if len(regions) < 2 or wanted is None or not wanted.said:
        return None
    rows, passages, sentences = [], [], []
    sure = True
    for region in regions[:MOST_ROWS]:
        own = replace(question, regions=(region,), slots=question.slots | {"天数"})
        found = leave.from_summaries(papers.index, own, LONGEST_CONCLUSION)
        stated = [p for p in found.passages if region.province == p.chunk.card.region.province]
        if not found.sentences or not stated:
            return None
        sure = sure and found.sure and not found.missing
        words = "；".join(s.rstrip("。；") for s in found.sentences)
        passage = stated[0] if stated[0].quote else replace(stated[0], quote=stated[0].chunk.text.split("\n")[0])
        rows.append(Row(short_name(region.city or region.province), None, (words,), cite(passage, question)))
        passages.append(passage)
        sentences.append(words)
    if not sure:
        return None
    conclusion = "；".join(_plain(s) for s in sentences) + "。"
    if more := _most(rows):
        conclusion = f"{more}：{conclusion}"
    return Compared(
        Status.ANSWERED, conclusion, Comparison("、".join(question.topics[:2]), tuple(rows)), tuple(passages)
    )


def _compare_law(papers: Papers, question: Question) -> Compared | None:
    """Compare what provinces' own provisions say on a matter that is no leave; None where no two are compared or none is found."""
    regions = tuple(r for r in question.regions if r.province)
    wanted = comparing(question.asked, len(regions))
    if len(regions) < 2 or wanted is None or not wanted.said:
        return None
    topic = read_asked(papers, question)
    rows, passages, missing = [], [], []
    for region in regions[:MOST_ROWS]:
        own = replace(question, regions=(region,), search=topic.text.strip() or question.search)
        local = [e for e in retrieve(papers.index, own, plans=False) if e.chunk.card.region != NATION]
        place = short_name(region.city or region.province)
        if not local or local[0].cosine < LAW_NEAR or not carries(local[0]):
            missing.append(place)
            continue
        passage = best_passage(papers.index, own, local[0])
        passages.append(passage)
        rows.append(
            Row(
                place,
                None,
                (shorten(passage.core or passage.quote, LONGEST_CELL).rstrip("。；"),),
                cite(passage, question),
            )
        )
    if not rows:
        return None
    comparison = Comparison(_topic(topic), tuple(rows), (), tuple(missing))
    status = Status.PARTIAL if missing else Status.ANSWERED
    return Compared(status, _conclusion(topic, comparison), comparison, tuple(passages))


def _plain(sentence: str) -> str:
    return sentence if len(sentence) <= 60 else re.split(r"[；]", sentence)[0]


def _most(rows: Sequence[Row]) -> str:
    """Which place has most days, where each states one total and nothing but the days differs."""
    totals = [re.match(r"\D{2,16}?(\d+)天", row.cells[0]) for row in rows]
    if not all(totals) or any(re.search(r"不少于|至少|最多|不超过|—", row.cells[0].split("；")[0]) for row in rows):
        return ""
    days = [int(match[1]) for match in totals if match]
    best = [row.place for row, day in zip(rows, days, strict=True) if day == max(days)]
    return f"{best[0]}多" if len(best) == 1 else "天数一样" if len(best) == len(rows) else ""


def _compare_plans(papers: Papers, question: Question) -> Compared | None:
    """Compare what plans say on a topic over places and years; None where nothing is compared or nothing is found."""
    asked = read_asked(papers, question)
    elsewhere = _unknown(question, asked.places, papers)
    # a province that stands for its cities is one place
    named = {name if name in question.asked else papers.provinces.get(name, name) for name in asked.places}
    wanted = comparing(question.asked, len(named) + len(elsewhere))
    if (
        wanted is None
        or not longer(asked.words)
        or (question.request is not Request.PLAN and not _of_papers(question, asked))
    ):
        return None
    found, scored = _rows(papers, question, asked, wanted)
    if not found or (len(found) == 1 and not elsewhere and wanted.everywhere is False and len(asked.places) < 2):
        return None
    shown, rest = found[:MOST_ROWS], found[MOST_ROWS:]
    few = len(shown) <= FEW
    passages = tuple((few and _with_amount(f, scored)) or _passage(f.unit, asked) for f in shown)
    rows = tuple(
        Row(f.unit.place, f.unit.year, (p.core,), cite(p, question)) for f, p in zip(shown, passages, strict=True)
    )
    having = {f.unit.place for f in found}
    missing = (*(p for p in asked.places if p not in having), *elsewhere)
    if len(wanted.years) > 1 and not set(wanted.years) <= {f.unit.year for f in found}:
        missing = (*missing, "问到的其他年份")
    comparison = Comparison(_topic(asked), rows, tuple(dict.fromkeys(f.unit.place for f in rest)), missing)
    status = Status.PARTIAL if missing else Status.ANSWERED
    return Compared(status, _conclusion(asked, comparison), comparison, passages)


def _of_papers(question: Question, asked: Asked) -> bool:
    """Whether a question that reads like one about rights compares papers: it names several of their places and nobody's own case."""
    return len(asked.places) > 1 and not re.search(r"我|老板|公司|单位", question.asked)


def _unknown(question: Question, places: Sequence[str], papers: Papers) -> tuple[str, ...]:
    """Places that the question names and no paper is about."""
    names = [short_name(r.city or r.province) for r in find_regions(question.asked) if r != Region()]
    known = {*places, *papers.places, *papers.provinces.values()}
    return tuple(name for name in names if name not in known)


def _rows(papers: Papers, question: Question, asked: Asked, wanted: Comparing) -> tuple[list[Found], list[Found]]:
    """The best unit of each place and year, in the order of the places named, else the best first; and all units scored."""
    chunks = papers.candidates(question.search, sorted(longer(asked.words), key=lambda w: -asked.words[w])[:2])
    if asked.places:
        ids = {chunk.id for place in asked.places for chunk in papers.places[place]}
        chunks = [(c, s) for c, s in chunks if c.id in ids]
    elif not _BODIES.search(question.asked):
        chunks = [(c, s) for c, s in chunks if not is_body(place_of(c)) and place_of(c) != NATIONWIDE]
    scored = score_units(papers, asked, chunks)
    written = {word for found in scored for word in found.words | found.around}
    total = sum(weight for word, weight in asked.words.items() if word in written) or 1.0
    matter = _matter({word: weight for word, weight in asked.words.items() if word in written})
    several = len(wanted.years) > 1
    best: dict[tuple[str, int | None], Found] = {}
    for found in sorted(scored, key=lambda f: -_fit(asked, f)):
        unit = found.unit
        if wanted.years and not _in_years(papers, unit, wanted.years):
            continue
        own, near = (sum(asked.words[w] for w in words) / total for words in (found.words, found.around))
        kin = [word for word in asked.kin if word in unit.text]
        on_topic = bool(kin or (found.words | found.around) & matter)
        if asked.places:
            fits = on_topic and (own + near >= NAMED_SHARE or bool(kin))
        else:
            fits = on_topic and bool(own or kin) and own + near + 0.1 * len(kin) >= TOPIC_SHARE
        if fits:
            best.setdefault((unit.place, unit.year if several else None), found)
    order = {place: n for n, place in enumerate(asked.places)}
    rows = sorted(
        best.values(), key=lambda f: (order.get(f.unit.place, 99), (f.unit.year or 0) if several else 0, -f.score)
    )
    return rows, scored


def _matter(words: dict[str, float]) -> set[str]:
    """The word that tells most, and the words in it that tell nearly as much: 托管班, 托管."""
    key = max(longer(words), key=lambda word: (words[word], len(word)), default="")
    return {word for word in longer(words) if word in key and words[word] >= 0.5 * words[key]}


def _fit(asked: Asked, found: Found) -> float:
    """How well a unit stands for its place: with an amount better (where no name is asked for), and first said first."""
    amount = "名" not in asked.wants and _AMOUNT.search(found.unit.text)
    return found.score + FIGURES * bool(amount) - EARLIER * found.unit.start


def _in_years(papers: Papers, unit: Unit, years: Sequence[int]) -> bool:
    """Whether a unit is of the years asked about; one year binds only the places that have a paper of it."""
    if unit.year in years or any(str(year) in unit.text for year in years):
        return True
    return len(years) == 1 and not any(year_of(chunk) in years for chunk in papers.places[unit.place])


def _with_amount(found: Found, scored: Sequence[Found]) -> Passage | None:
    """A row's passage where its best words hold no figure and others on the topic near by do: the run of both, if it is short."""
    unit = found.unit
    if _AMOUNT.search(unit.text):
        return None
    for other in scored:
        near = other.unit
        if near.chunk.id == unit.chunk.id and _AMOUNT.search(near.text) and other.words:
            cell = unit.chunk.text[min(unit.start, near.start) : max(unit.end, near.end)].strip()
            if len(cell) <= LONGEST_RUN:
                return Passage(Evidence(unit.chunk, 0.0, WHY), cell, 1.0, cell.rstrip("。；;"))
    return None


def _passage(unit: Unit, asked: Asked) -> Passage:
    """A row's passage: its quote is the cell (`core`), whole words of the provision, with the heading right before it."""
    text, start = unit.chunk.text, unit.start
    head = text[:start].strip()
    if unit.opens and unit.chunk.start == 0 and len(head) <= HEADING and "。" not in head[:-1]:
        start = 0
    cell = text[start : unit.end].strip()
    if len(cell) > LONGEST_CELL:
        cell = unit.text if len(unit.text) <= LONGEST_CELL else narrow(asked, unit.text)
    return Passage(Evidence(unit.chunk, 0.0, WHY), cell, 1.0, cell.rstrip("。；;"))


def _topic(asked: Asked) -> str:
    words = sorted(asked.words, key=lambda w: (-len(w), asked.text.find(w)))
    kept: list[str] = []
    for word in words:
        if len(word) > 1 and word in asked.text and not figures(word) and not any(word in other for other in kept):
            kept.append(word)
    return "、".join(sorted(kept, key=asked.text.find)[:3]) or "内容"


def _conclusion(asked: Asked, comparison: Comparison) -> str:
    """The cells themselves where there is room, else how many say something and where."""
    tail = f"{'、'.join(comparison.missing)}：本库没有查到。" if comparison.missing else ""
    tail = _caliber(asked, comparison) + tail
    whole = "；".join(f"{_head(row)}：{row.cells[0]}" for row in comparison.rows) + "。"
    if not comparison.of_plans and len(whole) + len(tail) <= LONGEST_CONCLUSION:
        return whole + tail
    only = "本库的材料里只有" if len(comparison.rows) == 1 and not comparison.missing else ""
    said = [f"{_head(row)}：{_brief(asked, row.cells[0])}" for row in comparison.rows]
    words = only + "；".join(said) + "。"
    if len(words) + len(tail) <= LONGEST_CONCLUSION:
        return words + tail
    places = "、".join(_head(row) for row in comparison.rows)
    more = f"，另有{'、'.join(comparison.more)}" if comparison.more else ""
    count = len(comparison.rows) + len(comparison.more)
    words = f"本库写到「{comparison.topic}」的地方共{count}项：{places}{more}，各自的写法见下表。"
    if len(words) + len(tail) > LONGEST_CONCLUSION:
        words = f"本库写到「{comparison.topic}」的地方共{count}项，各自的写法见下表。"
    return words + tail


def _brief(asked: Asked, cell: str) -> str:
    """A cell for the conclusion: the names asked for, or the clause that answers."""
    near = (*asked.words, *asked.kin)
    names = [name for name in quoted(cell) if any(word in name for word in near if len(word) > 1)]
    return "、".join(names) if "名" in asked.wants and names else narrow(asked, cell)


def _head(row: Row) -> str:
    return f"{row.place}（{row.year}）" if row.year and row.citation.level is not Level.NEWS else row.place


def _caliber(asked: Asked, comparison: Comparison) -> str:
    """A warning where the cells count different things, or over different times."""
    if "数" not in asked.wants or len(comparison.rows) < 2:
        return ""
    cells = [row.cells[0] for row in comparison.rows]
    if not all(_AMOUNT.search(cell) for cell in cells):
        return ""
    units = {frozenset(_AMOUNT.findall(cell)) for cell in cells}
    periods = {frozenset(_PERIOD.findall(cell)) for cell in cells}
    return "口径（单位、年份）不一样，不能直接相比。" if len(units) > 1 or len(periods) > 1 else ""
