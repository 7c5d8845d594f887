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
from index.words import STOP_WORDS, cut
from rag.compose import LONGEST_CONCLUSION, Passage
from rag.model import Evidence, Question, Status
from rag.plan_units import NATIONWIDE, Papers, Unit, paper_name, place_of, short_paper, times, year_of

WHY = "计划里的这一句"
MOST_UNITS = 3
# Weights of a unit: its own share of the question's words, that of its headings and label, its cosine; a named figure or time decides.
BY_SHARE, BY_AROUND, BY_COSINE, BY_FIGURE, BY_TIME, BY_KIND = 1.0, 0.6, 0.8, 1.0, 1.2, 0.25
BY_CHUNK, BY_TITLE, PREAMBLE, HEADING, WEAK = 0.4, 0.3, 0.25, 0.3, 0.2
# A further unit is said where it brings so much of the question's words that is not yet said, and scores so near the best.
NEW_SHARE, NEW_PART, NEAR, TIE = 0.18, 0.2, 0.6, 0.93
BY_UNIT, KIN, COMMON = 0.45, 0.2, 0.3
# A paper's name that is longer is said shortly.
LONGEST_NAME = 30
# So many characters of a title name the paper.
NAMED = 8
_YEAR = re.compile(r"20[0-4]\d(?=年|的|两|和|、|那|这|$|[^\d.万余人名个份场])")
# Words that ask, or name the paper and not its matter.
_ASKING = re.compile(
    r"多少|几[个家场期次项位名人份月号种类样条处]?|什么|哪[个些样几家里份]?|怎么样?|如何|是不是|有没有|吗|呢|请问|一共|总共|分别|各地|各省|各市|各家|各|"
    r"安排|打算|计划|要点里?|材料|文件|总结里?|工作(?:要点|意见|总结|安排|计划)|那份|这份|里面|怎么写|写(?:的|了|着|明)|提(?:到了?|了)|数字(?!技能|化|赋能|经济)|口径|情况|[两几]年|历年|叫(?:什么|啥)?|名字|啥|"
    r"不?一样|不同|区别|变化|对比|相比|比较|比一比|放一?起|列个?表|看看|一下|今年|去年|当时|那年|20[0-4]\d年?|第?[一二三四1-4]、?[一二三四1-4]?季度|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|女工(?:这[条块]线?)?|(?<!总)工会|(?<!先进)女职工(?!委员会|代表|精神|创新|教育|实用|专项)|事情|方面|这块|这一?块|措施|举措|材料|说一个|说说|一?张表|三家|两家|几家|能放|咱们?|我们?|省里|市里"
)
# What people call them, and what the papers write.
_ALSO = {"全总": "全国总工会", "省总": "省总工会", "市总": "市总工会", "女职委": "女职工委员会", "常委": "常务委员", "抗疫": "抗击疫情", "相亲": "婚恋交友", "牌子": "品牌", "搞对象": "婚恋交友", "托儿": "托育"}  # fmt: skip
# Words near in matter: they count half, and only for what they bring.
_KIN = {
    "婚恋": ("会聚良缘", "相亲", "联谊", "红娘", "鹊桥", "牵手", "婚恋", "交友"),
    "托管": ("托育", "托管班", "托管"),
    "普法": ("法律", "法律法规", "宣传", "普法"),
    "竞赛": ("比武", "练兵", "竞赛"),
    "心理": ("心理", "心灵"),
    "荣誉": ("称号", "奖章", "标兵", "旗手", "授予", "荣获"),
    "读书": ("阅读", "读书会", "书香"),
}
# Words that stand nearly everywhere in such papers.
_COMMON = frozenset(
    ["委员会", "委员", "女职工委员会", "工委", "职工", "女职工", "女", "工会", "工作", "活动", "开展", "做好"]
)
_SHARE = re.compile(r"几成|百分之几|占比|比例|占.{0,10}(?:多少|几)")
_PAPER_ASKED = re.compile(r"文号|印发|落款|发文|主送|哪天发")
_HOW_MANY = re.compile(
    r"(?:多少|几)(?P<unit>万?(?:人次|名|人|场次|场|期|个|家|份|项|对|位|辆|次|万元|元|条|间|所|册|天|班|孩子|女职工|女会员|职工))?|(?P<counted>场|次|人|个|件|份|期)(?:次)?数|目标(?:是|为)?(?:多少)?|比例|几成|名额|数字|指标"
)
_UNIT_WORDS = {"孩子": "人|名", "女职工": "人|名", "女会员": "万人|人|名", "职工": "人|名", "人": "人|名|位", "位": "人|名|位", "名": "人|名|位", "班": "班|个"}  # fmt: skip
_WHO = re.compile(
    r"谁(?:来)?(?:负责|牵头|组织|办|搞|主办|配合)|负责(?:人|的)?(?:是)?(?:谁|哪)|牵头|责任(?:部门|单位)|哪(?:个|几个|些)?(?:部门|单位|机关|厅|处|科)|跟谁|和谁|联合"
)
_DUTY = re.compile(r"负责|牵头|责任|联合|配合|主办|承办|举办|组织|合作")
_WHOM = re.compile(r"什么人|哪些人|哪类人|给谁|对象|谁能")
_FOR = re.compile(r"对象是|面向|为.{2,20}提供|重点是|对.{2,12}开展")
_NAME = re.compile(r"品牌|牌子|主题|叫什么|叫啥|名字|名称|哪[几四五三两]个牌")
_WHEN = re.compile(r"什么时候|啥时候|几月|哪个?(?:季度|月)|何时|哪天|时间")
_TIMED = re.compile(r"\d{1,2}月|[一二三四五六七八九十]+月|季度|\d{4}年|年底|暑期|寒假")
_MATTERS = re.compile(r"^(?:女职工|工会女|工作|职工)|会女职工")
_REST = "（共{}项，其余见依据）"
_ANY_UNION = "全国总工会女职工委员会"
_PAPER = re.compile(r"总工会|要点|计划|总结|工作安排|工作意见|方案|20[12]\d年(?!\s*\d{1,2}月)")
_PREAMBLE = re.compile(r"引言|附件")
_AS_RIGHT = re.compile(
    r"仲裁|告(?:它|他|公司|单位|厂|赢)|起诉|打官司|违法|违规|法律效力|强制|必须(?:给|做|办|建)|能不能要求|有没有权"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question wants of a plan: weighted words, figures it names, times, years, places, and the kind of thing."""

    words: dict[str, float]
    figures: frozenset[str]
    times: frozenset[str]
    years: tuple[int, ...]
    places: tuple[str, ...]
    unit: str
    wants: frozenset[str]
    text: str
    parts: tuple[frozenset[str], ...]
    kin: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A unit with how well it fits, and which of the question's words stand in it and in its headings."""

    unit: Unit
    score: float
    words: frozenset[str]
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """What plans say: status, conclusion, passages in the order of the conclusion."""

    status: Status
    conclusion: str
    passages: tuple[Passage, ...]


def read_asked(papers: Papers, question: Question) -> Asked:
    """Read what is wanted: the words of the matter, without places, years, the papers' names and the words that only ask."""
    own, whole = question.asked, question.search
    places = papers.named(own) or papers.named(whole)
    matter = _also(whole)
    for name in places:
        matter = matter.replace(name, " ")
    for region in find_regions(whole):
        for name in filter(None, (region.city, region.province)):
            matter = matter.replace(name, " ").replace(short_name(name), " ")
    for title in {chunk.card.title for name in places for chunk in papers.places[name]} | set(
        named_titles(papers, whole)
    ):
        matter = _without(matter, title)
    matter = _ASKING.sub(" ", matter)
    many = _HOW_MANY.search(own)
    kinds = (("数", _HOW_MANY), ("谁", _WHO), ("名", _NAME), ("时", _WHEN), ("人", _WHOM))
    parts = [frozenset(_words(part)) for part in re.split(r"[,，;；?？。]", matter)]
    return Asked(
        words={w: papers.index.lexical.weight(w) * (COMMON if w in _COMMON else 1.0) for w in _words(matter)},
        figures=frozenset(n for n in figures(_YEAR.sub(" ", own)) if len(n) > 1),
        times=times(own),
        years=tuple(
            dict.fromkeys(
                int(year) for year in _YEAR.findall(own) or ([] if papers.named(own) else _YEAR.findall(whole))
            )
        ),
        places=places,
        unit=(many["unit"] or many["counted"] or "") if many else "",
        wants=frozenset(name for name, pattern in kinds if pattern.search(own)),
        text=matter,
        parts=tuple(part for part in parts if part),
        kin=frozenset(w for word, kin in _KIN.items() if word in matter for w in kin),
    )


def _also(text: str) -> str:
    for said, written in _ALSO.items():
        text = re.sub(rf"{said}(?!工会)", written, text)
    return text


def _words(text: str) -> list[str]:
    return [word for word in cut(text) if word not in STOP_WORDS and not re.fullmatch(r"20[0-4]\d", word)]


def _without(text: str, title: str) -> str:
    """A text without the runs of three and more characters that it shares with a paper's title."""
    for size in range(min(len(title), 14), 2, -1):
        for at in range(len(title) - size + 1):
            run = title[at : at + size]
            if run in text and not _MATTERS.search(run):
                text = text.replace(run, " ")
    return text


def named_titles(papers: Papers, text: str) -> tuple[str, ...]:
    """The papers that a text names by a good part of their title, where no place does."""
    whole = _also(text)
    titles = {chunk.card.title for chunk in papers.places.get(NATIONWIDE, ())}
    runs = {t: (t[at : at + NAMED] for at in range(len(t) - NAMED + 1)) for t in sorted(titles)}
    return tuple(t for t, parts in runs.items() if any(run in whole and run not in _ANY_UNION for run in parts))


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
            score = base - HEADING * unit.is_heading + BY_SHARE * sum(asked.words[w] for w in own) / total
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
    for name, pattern in (("谁", _DUTY), ("时", _TIMED), ("人", _FOR)):
        gain += BY_KIND * bool(name in asked.wants and pattern.search(unit.text))
    if "名" in asked.wants:
        near = (_long(asked.words) | asked.kin) - _COMMON
        fitting = [name for name in quoted(unit.text) if any(word in name for word in near)]
        gain += 2 * BY_KIND if fitting else BY_KIND / 2 if quoted(unit.text) else -BY_KIND
    return gain


def quoted(text: str) -> list[str]:
    """The names in quotation marks."""
    return re.findall(r"“[^“”]{2,30}”|\"[^\"]{2,30}\"", text)


def has_amount(asked: Asked, text: str) -> bool:
    """Whether words hold a figure in the unit asked for (any figure, where no unit is named)."""
    if not asked.unit:
        return bool(re.search(r"\d", text)) or bool(figures(text))
    units = _UNIT_WORDS.get(asked.unit, re.escape(asked.unit))
    return bool(re.search(rf"(?:\d|[一二三四五六七八九十百千万])\s*(?:多|余)?[万亿]?(?:多|余)?\s*(?:{units})", text))


def answer_plan(papers: Papers, question: Question, today: date | None = None) -> PlanAnswer | None:
    """Answer from the paper that fits best; None where no unit fits, so that the general way is gone."""
    today = today or date.today()
    asked = read_asked(papers, question)
    if unknown := _without_papers(papers, question, asked):
        words = f"本库没有收{unknown}的工会计划或总结，别处的不能拿来当。可以问发文的工会，或打12351。"
        return PlanAnswer(Status.REFUSED, words, ())
    if (
        asked.years
        and asked.places
        and not _of_years([(c, 0.0) for p in asked.places for c in papers.places[p]], asked.years)
    ):
        return None
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
    return _say(question, asked, chosen, elsewhere, today)


def meant(papers: Papers, question: Question) -> bool:
    """Whether a question is about a paper though no word says so: it names its place, and its year or figures that stand in it."""
    places = papers.named(question.asked)
    chunks = [chunk for place in places for chunk in papers.places[place]]
    if not chunks or question.topics or re.search(r"我|老板|公司|单位(?!是)", question.asked):
        return False
    named = {number for number in figures(_YEAR.sub(" ", question.asked)) if len(number) > 1}
    years = {int(year) for year in _YEAR.findall(question.asked)}
    return (
        any(named <= figures(chunk.text) for chunk in chunks) if named else bool(years & {year_of(c) for c in chunks})
    )


def _without_papers(papers: Papers, question: Question, asked: Asked) -> str:
    """A place whose plan is asked for and that has none here, nor its province; empty where there is no such place."""
    regions = find_regions(question.asked)
    if asked.places or not regions or question.topics or question.slots or not _PAPER.search(question.asked):
        return ""
    region = regions[0]
    known = any(short_name(name) in papers.places for name in (region.city, region.province) if name)
    return "" if known else short_name(region.city or region.province)


def _of_places(
    papers: Papers, question: Question, asked: Asked, chunks: Sequence[tuple[Chunk, float]]
) -> tuple[list[tuple[Chunk, float]], str]:
    """Only the chunks of the place named; its province's, with the place's name, where it has none of its own."""
    if asked.places:
        return [(c, s) for c, s in chunks if place_of(c) in asked.places], ""
    if "全国总工会" in _also(question.asked) and NATIONWIDE in papers.places:
        return [(c, s) for c, s in chunks if place_of(c) == NATIONWIDE], ""
    for region in question.regions:
        for name in (short_name(region.city), short_name(region.province)):
            if name and (own := [(c, s) for c, s in chunks if place_of(c) == name]):
                return own, "" if name == short_name(region.city or region.province) else short_name(region.city)
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
        timed = [f for f in same if f.unit.times & asked.times and (_long(f.words) or not _long(lead.words))]
        timed = [lead, *timed][: MOST_UNITS + 2]
        return sorted(timed, key=lambda f: (f.unit.chunk.provision.id, f.unit.start))
    if "数" in asked.wants and not asked.figures:
        chosen += [f for f in same[:1] if _rival(asked, lead, f)]
        same = [f for f in same if f not in chosen]
    while len(chosen) < MOST_UNITS:
        gains = [(_gain(asked, f, said, numbers), -n) for n, f in enumerate(same)]
        best, place = max(gains, default=(0.0, 0))
        if best < NEW_SHARE or same[-place].score < NEAR * lead.score:
            break
        chosen.append(same.pop(-place))
        said |= chosen[-1].words | chosen[-1].around
        numbers |= set(figures(chosen[-1].unit.text)) & asked.figures
    return chosen


def _long(words: Iterable[str]) -> set[str]:
    """The words of more than one character; single ones tell nothing by themselves."""
    return {word for word in words if len(word) > 1}


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

    new = _long(found.words - said)
    gain = weight(new) / (weight(asked.words) or 1.0) + 0.5 * len(
        (set(figures(found.unit.text)) & asked.figures) - numbers
    )
    for part in asked.parts if len(asked.parts) > 1 else ():
        if not _long(part & said) and new & part and weight(new & part) >= NEW_PART * weight(part):
            gain += NEW_SHARE
    return gain if not found.unit.is_heading else 0.0


def _say(question: Question, asked: Asked, chosen: Sequence[Found], elsewhere: str, today: date) -> PlanAnswer:
    units = [f.unit for f in chosen]
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
    missing = _not_written(question.asked, asked, units)
    room = LONGEST_CONCLUSION - len(opening) - len(missing) - len(past) - 4
    long, short = paper_name(lead.chunk), short_paper(lead.chunk)
    wanted = sum(len(u.said) + 1 for u in units)
    name = long if len(long) <= LONGEST_NAME and len(long) + wanted <= room else short
    words, kept = _fill(asked, units, room - len(name))
    opening += f"{name}{past}写道："
    if _AS_RIGHT.search(question.asked):
        opening = f"{short}是工会的材料，不是法律，不能单凭它主张权利。上面写的是："
        words, kept = _fill(asked, units[:1], LONGEST_CONCLUSION - len(opening) - len(missing) - 1)
    status = Status.PARTIAL if missing or elsewhere else Status.ANSWERED
    return PlanAnswer(status, f"{opening}{words}。{missing}", passages(kept))


def _not_written(question: str, asked: Asked, units: Sequence[Unit]) -> str:
    """A sentence where a figure is asked for and none is there."""
    if _SHARE.search(question) and not any(re.search(r"[%％成]|百分之|占", u.said) for u in units):
        return "这份材料没有写占多少。"
    if "数" not in asked.wants or any(has_amount(asked, u.said) or figures(u.said) for u in units):
        return ""
    return "这份材料没有写具体数字。"


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
