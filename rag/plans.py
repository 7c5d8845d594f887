"""Answers out of union plans: the sentences that hold the figure, quarter, name or duty asked for, with place and year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from documents.figures import figures
from documents.model import Check
from documents.region import find_regions, short_name
from index.chunk import Chunk
from index.words import cut
from rag.compose import LONGEST_CONCLUSION, Passage
from rag.model import Evidence, Question, Status
from rag.plan_asked import EVERYWHERE, Asked, formal, has_amount, longer, named_titles, quoted, read_asked
from rag.plan_units import NATIONWIDE, Papers, Unit, paper_name, place_of, short_paper, times, year_of

WHY = "计划里的这一句"
MOST_UNITS = 3
# Weights of a unit: its own share of the question's words, that of its headings and label, its cosine; a named figure or time decides.
BY_SHARE, BY_AROUND, BY_COSINE, BY_FIGURE, BY_TIME, BY_KIND = 1.0, 0.6, 0.8, 1.0, 1.2, 0.25
BY_CHUNK, BY_TITLE, PREAMBLE, HEADING, HEADING_ASKED, WEAK = 0.4, 0.3, 0.25, 0.3, 0.8, 0.2
# A further unit is said where it brings so much of the question's words that is not yet said, and scores so near the best (in the same provision: SAME).
NEW_SHARE, NEW_PART, NEAR, SAME, TIE = 0.18, 0.2, 0.6, 0.45, 0.93
BY_UNIT, KIN = 0.45, 0.2
# A unit with none of the question's words must score so much by its meaning.
LEAST = 0.9
# A paper's name that is longer is said shortly.
LONGEST_NAME = 30
_SHARE = re.compile(r"几成|百分之几|占比|比例|占.{0,10}(?:多少|几)")
_DUTY = re.compile(r"负责|牵头|责任|联合|配合|主办|承办|举办|组织|合作")
_NOUNS = ("品牌", "主题", "活动", "模式")
_NAMED_SO = r"{noun}[^“\"；。]{{0,8}}[“\"]|[”\"][^，；。]{{0,10}}{noun}"
_PEOPLE = re.compile(
    r"(?P<n>\d[\d.,]*)\s*[余多]?(?P<wan>万)?[余多]?\s*(?:个|位|名)?(?P<unit>人次|女职工|女会员|职工|名|人(?!次|数|头|社)|位)"
)
_DATES = re.compile(r"20\d\d年|\d{1,2}月(?:份|\d{1,2}日)?|〔\d+〕\d+号|《[^》]*》")
_FOR = re.compile(r"对象是|面向|为.{2,20}提供|重点是|对.{2,12}开展")
_TIMED = re.compile(r"\d{1,2}月|[一二三四五六七八九十]+月|季度|\d{4}年|年底|暑期|寒假")
# Money asked for, words that pay, and counts of something else that are asked for too.
_MONEY = re.compile(r"多少钱|经费|奖金|收费|费用|预算|花(?:了|掉|费)?多少|拨了?多少|要钱|几块钱")
_PAID = re.compile(r"元|经费|免费|资金|奖金|保费|不收")
_OF_MONEY = re.compile(r"[^，,。？?]{0,4}(?:经费|奖金|收费|费用|预算|花|拨|钱)[^，,。？?]{0,4}")
_COUNTED = re.compile(r"多少(?!钱)|几[个家场期次名人项]|怎么|什么|谁|哪")
_REST = "（共{}项，其余见依据）"
_PAPER = re.compile(r"总工会|要点|计划|总结|工作安排|工作意见|方案|20[12]\d年(?!\s*\d{1,2}月)")
_PREAMBLE = re.compile(r"引言|附件")
_AS_RIGHT = re.compile(
    r"仲裁|告(?:它|他|公司|单位|厂|赢)|起诉|打官司|违法|违规|法律效力|强制|必须.{0,2}(?:给|做|办|建|免费)|法律也|能不能要求|有没有权"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A unit with how well it fits, and which of the question's words stand in it and in its headings."""

    unit: Unit
    score: float
    words: frozenset[str]
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """What plans say: status, conclusion, passages in the order of the conclusion; `as_right`: the plan was asked about as a right."""

    status: Status
    conclusion: str
    passages: tuple[Passage, ...]
    as_right: bool = False


def score_units(papers: Papers, asked: Asked, chunks: Iterable[tuple[Chunk, float]]) -> list[Found]:
    """Score all units of some chunks, best first; a chunk comes with its share of the best retrieval score."""
    vector = papers.index.encoder.encode([asked.text.strip() or "工作"])[0]
    total = sum(asked.words.values()) or 1.0
    found = []
    for chunk, retrieved in chunks:
        read = papers.read(chunk)
        if not read.units:
            continue
        title = frozenset(cut(chunk.card.title))
        base = BY_CHUNK * retrieved + BY_TITLE * sum(w for word, w in asked.words.items() if word in title) / total
        base -= PREAMBLE * bool(_PREAMBLE.match(chunk.provision.article))
        base -= WEAK * (chunk.provision.check is Check.WEAK)
        cosines = read.vectors @ np.asarray(vector, dtype=np.float32)
        for n, unit in enumerate(read.units):
            own = (read.words[n] & asked.words.keys()) - title
            around = (read.around[n] & asked.words.keys()) - own - title
            score = (
                base
                - (HEADING_ASKED if asked.wants else HEADING) * unit.is_heading
                + BY_SHARE * sum(asked.words[w] for w in own) / total
            )
            score += BY_AROUND * sum(asked.words[w] for w in around) / total
            score += KIN * any(word in unit.text for word in asked.kin)
            score += BY_COSINE * max(float(cosines[n]), 0.0)
            score += BY_FIGURE * len(asked.figures & read.figures[n])
            score += BY_TIME * bool(asked.times & unit.times) + _kind(asked, unit, read.figures[n])
            found.append(Found(unit, score, own, around))
    return sorted(found, key=lambda f: (-f.score, f.unit.chunk.id, f.unit.start))


def _kind(asked: Asked, unit: Unit, numbers: frozenset[str]) -> float:
    """What a unit gains by holding the kind of thing asked for."""
    gain = 0.0
    if "数" in asked.wants and has_amount(asked, unit.text):
        gain += BY_UNIT if asked.unit else BY_KIND
    elif "数" in asked.wants and numbers:
        gain += BY_KIND / 2
    for name, pattern in (("谁", _DUTY), ("时", _TIMED)):
        gain += BY_KIND * bool(name in asked.wants and pattern.search(unit.text))
    gain += BY_UNIT * bool("人" in asked.wants and _FOR.search(unit.text))
    if "名" in asked.wants:
        near = (longer(asked.words) | asked.kin) - EVERYWHERE
        fitting = [name for name in quoted(unit.text) if any(word in name for word in near)]
        gain += 2 * BY_KIND if fitting else BY_KIND / 2 if quoted(unit.text) else -BY_KIND
        gain += BY_KIND * any(
            re.search(_NAMED_SO.format(noun=noun), unit.text) for noun in _NOUNS if noun in asked.text
        )
    return gain


def answer_plan(papers: Papers, question: Question, today: date | None = None) -> PlanAnswer | None:
    """Answer from the paper that fits best; None where no unit fits, so that the general way is gone."""
    today = today or date.today()
    asked = read_asked(papers, question)
    if (
        question.topics or question.slots - {"天数"}
    ) and not asked.places:  # a leave or a birth: no paper is about that
        return None
    if unknown := _without_papers(papers, question, asked):
        words = f"本库没有收{unknown}的工会计划或总结，别处的不能拿来当。可以问发文的工会，或打12351。"
        return PlanAnswer(Status.REFUSED, words, ())
    if asked.years and asked.places and (refused := _other_years(papers, asked)):
        return refused
    if refused := _not_a_word(papers, asked):
        return refused
    chunks = papers.candidates(question.search, asked.figures)
    if not asked.places and (titles := named_titles(papers, question.search)):
        chunks = [(c, s) for c, s in chunks if c.card.title in titles]
    chunks, elsewhere = _of_places(papers, question, asked, chunks)
    if asked.years and not (chunks := _of_years(chunks, asked.years)):
        return None
    found = [f for f in score_units(papers, asked, chunks) if f.score > 0]
    if asked.times and any(asked.times & f.unit.times for f in found):
        found = [f for f in found if asked.times & f.unit.times]
    if not found or (not asked.words and not asked.times and not asked.figures):
        return None
    chosen = _choose(asked, found)
    lead = chosen[0]
    if not (longer(lead.words | lead.around) or asked.times or asked.figures or lead.score >= LEAST):
        return None
    return _say(question, asked, chosen, elsewhere, today)


def _without_papers(papers: Papers, question: Question, asked: Asked) -> str:
    """A place whose plan is asked for and that has none here, nor its province; empty where there is no such place."""
    regions = find_regions(question.asked)
    if asked.places or not regions or question.topics or question.slots or not _PAPER.search(question.asked):
        return ""
    region = regions[0]
    known = any(short_name(name) in papers.places for name in (region.city, region.province) if name)
    return "" if known else short_name(region.city or region.province)


def _other_years(papers: Papers, asked: Asked) -> PlanAnswer | None:
    """A refusal where the places named have papers, and none of them is of a year asked about."""
    chunks = [chunk for place in asked.places for chunk in papers.places[place]]
    if _of_years([(chunk, 0.0) for chunk in chunks], asked.years):
        return None
    held = "、".join(sorted({f"{place_of(c)}{year_of(c)}年" for c in chunks if year_of(c)}))
    year = "、".join(f"{y}年" for y in asked.years)
    where = "、".join(asked.places)
    words = f"本库没有{where}{year}的计划或总结" + (f"，收的是{held}的" if held else "")
    return PlanAnswer(Status.REFUSED, f"{words}，不能拿来当{year}的用。可以问发文的工会。", ())


def _not_a_word(papers: Papers, asked: Asked) -> PlanAnswer | None:
    """A refusal where the papers of the places named have no word of what is asked about, though others of the library have."""
    known = {word for word in longer(asked.words) - EVERYWHERE if papers.index.lexical.knows(word)}
    texts = [f"{c.text}{''.join(c.provision.headings)}" for place in asked.places for c in papers.places[place]]
    if not known or not texts or asked.times or re.search(r"\d", asked.text):
        return None
    if any(word in text for text in texts for word in known | asked.kin):
        return None
    where = "、".join(asked.places)
    words = f"本库收的{where}的材料没有写到{'、'.join(sorted(known)[:3])}，不能猜。可以问发文的工会。"
    return PlanAnswer(Status.REFUSED, words, ())


def _of_places(
    papers: Papers, question: Question, asked: Asked, chunks: Sequence[tuple[Chunk, float]]
) -> tuple[list[tuple[Chunk, float]], str]:
    """Only the chunks of the place named; its province's, with the place's name, where it has none of its own."""
    if asked.places:
        return [(c, s) for c, s in chunks if place_of(c) in asked.places], ""
    if "全国总工会" in formal(question.asked) and NATIONWIDE in papers.places:
        return [(c, s) for c, s in chunks if place_of(c) == NATIONWIDE], ""
    for region in question.regions:
        for name in (short_name(region.city), short_name(region.province)):
            if name and (own := [(c, s) for c, s in chunks if place_of(c) == name]):
                return own, "" if name == short_name(region.city or region.province) else short_name(region.city)
    if question.regions:  # what another place does is no answer for this one
        whole = [(c, s) for c, s in chunks if place_of(c) == NATIONWIDE]
        return whole, short_name(question.regions[0].city or question.regions[0].province)
    return list(chunks), ""


def _of_years(chunks: Sequence[tuple[Chunk, float]], years: Sequence[int]) -> list[tuple[Chunk, float]]:
    """The chunks of a year asked about: by the paper's year, or because the words name it."""
    exact = [(c, s) for c, s in chunks if year_of(c) in years]
    return exact or [(c, s) for c, s in chunks if any(str(y) in c.text or str(y) in c.card.title for y in years)]


def _choose(asked: Asked, found: Sequence[Found]) -> list[Found]:
    """The best unit, and those of the same paper that bring more of what was asked."""
    lead = found[0]
    chosen = [lead]
    said = set(lead.words | lead.around)
    numbers = set(figures(lead.unit.text)) & asked.figures
    same = [f for f in found[1:] if f.unit.chunk.card.id == lead.unit.chunk.card.id and f.unit.place == lead.unit.place]
    if asked.times:
        # where the question has a matter beside its time, what is only of that time does not answer it
        timed = [f for f in same if f.unit.times & asked.times and (longer(f.words) or not longer(lead.words))]
        timed = [lead, *timed][: MOST_UNITS + 2]
        return sorted(timed, key=lambda f: (f.unit.chunk.provision.id, f.unit.start))
    if "数" in asked.wants and not asked.figures:
        chosen += [f for f in same[:1] if _rival(asked, lead, f)]
        same = [f for f in same if f not in chosen]
    while len(chosen) < MOST_UNITS:
        gains = [(_gain(asked, f, said, numbers), -n) for n, f in enumerate(same) if _near(lead, f)]
        best, place = max(gains, default=(0.0, 0))
        if best < NEW_SHARE:
            break
        chosen.append(same.pop(-place))
        said |= chosen[-1].words | chosen[-1].around
        numbers |= set(figures(chosen[-1].unit.text)) & asked.figures
    return chosen


def _near(lead: Found, other: Found) -> bool:
    """Whether a unit fits nearly as well as the lead; one of its own provision may fit less."""
    same = other.unit.chunk.provision.id == lead.unit.chunk.provision.id
    return other.score >= (SAME if same else NEAR) * lead.score


def _rival(asked: Asked, lead: Found, other: Found) -> bool:
    """Whether another unit answers as well with other figures, so that both are told."""
    return (
        other.score >= TIE * lead.score
        and lead.words <= other.words
        and has_amount(asked, other.unit.text)
        and not figures(other.unit.text) & figures(lead.unit.text)
    )


def _gain(asked: Asked, found: Found, said: set[str], numbers: set[str]) -> float:
    """What a unit adds: the share of the words not yet said, figures named and not yet said, a part of the question left so far."""

    def weight(words: Iterable[str]) -> float:
        return sum(asked.words[w] for w in words)

    new = longer(found.words - said)
    gain = weight(new) / (weight(asked.words) or 1.0) + 0.5 * len(
        (set(figures(found.unit.text)) & asked.figures) - numbers
    )
    for part in asked.parts if len(asked.parts) > 1 else ():
        if not longer(part & said) and new & part and weight(new & part) >= NEW_PART * weight(part):
            gain += NEW_SHARE
    return gain if not found.unit.is_heading else 0.0


def _say(question: Question, asked: Asked, chosen: Sequence[Found], elsewhere: str, today: date) -> PlanAnswer:
    alone = len(chosen) == 1 and bool(chosen[0].around)
    units = [f.unit.with_heading() if alone else f.unit for f in chosen]
    lead = units[0]
    opening = ""
    if elsewhere:
        opening = f"本库没有{elsewhere}自己的计划。"
    elif re.search(r"今年|现在|眼下|目前", question.asked) and lead.year and lead.year != today.year:
        opening = (
            f"本库没有今年的计划，最近的是{lead.year}年的。"
            if str(lead.year) in lead.chunk.card.title
            else "本库没有今年的计划。"
        )
    past = "当时" if lead.year and lead.year < today.year else ""
    if _MONEY.search(question.asked) and not any(_PAID.search(u.said) for u in units):
        if elsewhere or not _COUNTED.search(_OF_MONEY.sub("", question.asked)):
            words = f"{short_paper(lead.chunk)}没有写钱的数目，不能猜。可以问发文的工会。"
            return PlanAnswer(Status.REFUSED, words, ())
        opening += "钱的数目没有写。"
    missing = _not_written(question.asked, asked, units) + _miscounted(question.asked, units)
    room = LONGEST_CONCLUSION - len(opening) - len(missing) - len(past) - 4
    long, short = paper_name(lead.chunk), short_paper(lead.chunk)
    wanted = sum(len(u.said) + 1 for u in units)
    name = long if len(long) <= LONGEST_NAME and len(long) + wanted <= room else short
    words, kept = _fill(asked, units, room - len(name))
    opening += f"{name}{past}写道："
    as_right = bool(_AS_RIGHT.search(re.sub(r"“[^”]*”", "", question.asked)))
    if as_right:
        opening = f"{short}是工会的材料，不是法律，不能单凭它主张权利。上面写的是："
        words, kept = _fill(asked, units[:1], LONGEST_CONCLUSION - len(opening) - len(missing) - 1)
    status = Status.PARTIAL if "没有写" in missing + opening or elsewhere else Status.ANSWERED
    return PlanAnswer(status, f"{opening}{words}。{missing}", passages(kept), as_right)


def _not_written(question: str, asked: Asked, units: Sequence[Unit]) -> str:
    """A sentence where a figure is asked for and none is there."""
    if _SHARE.search(question) and not any(re.search(r"[%％成]|百分之|占", u.said) for u in units):
        return "这份材料没有写占多少。"
    if "数" not in asked.wants or any(_counts(asked, u.said) for u in units):
        return ""
    return "这份材料没有写具体数字。"


def _counts(asked: Asked, words: str) -> bool:
    """Whether words hold an amount, dates apart."""
    return (bool(asked.unit) and has_amount(asked, words)) or bool(re.search(r"\d", _DATES.sub("", words)))


def _miscounted(question: str, units: Sequence[Unit]) -> str:
    """A correction where the question counts people by a figure that the paper counts otherwise (人次, 人数)."""
    text = " ".join(u.said for u in units)
    for match in _PEOPLE.finditer(question):
        for written in _PEOPLE.finditer(text):
            if match["n"] == written["n"] and bool(match["wan"]) == bool(written["wan"]):
                times_asked, times_written = match["unit"] == "人次", written["unit"] == "人次"
                if times_asked != times_written and not re.search(
                    r"人次.{0,6}(?:人数|名|人头)|(?:人数|名|人头).{0,6}人次", question
                ):
                    return f"原文数的是{'人次，不是人数' if times_written else '人数，不是人次'}。"
    return ""


def _fill(asked: Asked, units: Sequence[Unit], room: int) -> tuple[str, list[Unit]]:
    """As many units as there is room for, the first always; one that is too long is narrowed to its clause that answers."""
    said, left = "", 0
    for n, unit in enumerate(units):
        mark = "；" if said else ""
        reserve = len(_REST) if n + 1 < len(units) or left else 0
        for words in (unit.said, unit.text.rstrip("。；;"), narrow(asked, unit.text)):
            if len(said) + len(mark) + len(words) + reserve <= room:
                said += mark + words
                break
        else:
            said, left = said or narrow(asked, unit.text), left + bool(said)
    return said + _REST.format(len(units)) * bool(left), list(units)


def narrow(asked: Asked, text: str) -> str:
    """The clause of some words that answers best, with what limits it."""
    clauses = [c for c in re.split(r"(?<=[；;。])(?!但|其中|除外|不含)", text.rstrip("。；;")) if c.strip()]

    def fit(clause: str) -> tuple[float, ...]:
        words = asked.words.keys() & set(cut(clause))
        amount = "数" in asked.wants and has_amount(asked, clause)
        return (
            len(asked.times & times(clause)),
            len(asked.figures & figures(clause)),
            amount + ("名" in asked.wants) * len(quoted(clause)) + sum(asked.words[w] for w in words) / 8,
        )

    return max(clauses, key=fit).rstrip("；;。") if clauses else text


def passages(units: Sequence[Unit], why: str = WHY) -> tuple[Passage, ...]:
    """The passages of units, those of one chunk that stand near each other as one run."""
    found: list[Passage] = []
    for unit in units:
        evidence = Evidence(unit.chunk, 0.0, why)
        same = next((n for n, p in enumerate(found) if p.chunk.id == unit.chunk.id), None)
        if same is None:
            found.append(Passage(evidence, unit.quote, 1.0, unit.text))
            continue
        text = unit.chunk.text
        a, b = text.index(found[same].quote), unit.chunk.text.index(unit.quote)
        start, end = min(a, b), max(a + len(found[same].quote), b + len(unit.quote))
        if end - start <= 320:
            found[same] = Passage(evidence, text[start:end], 1.0, found[same].core)
        else:
            found.append(Passage(evidence, unit.quote, 1.0, unit.text))
    return tuple(found)
