"""Leave that differs by place: answers from the province summaries and the official provisions that they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from documents.figures import figures
from documents.leave_rules import Event, Force, Role, maternity_terms
from documents.model import NATIONAL as NATIONAL_NAME
from documents.region import NATION, Region, provinces, short_name
from index.search import SearchIndex
from rag.compose import Passage, carries, shorten
from rag.leave_lines import Case, Line, line
from rag.maternity import Sum, extension_is_weak, maternity_sum
from rag.model import Evidence, Question
from rag.retrieve import fetch
from rag.rules import counted, source

SUMMARY = "女职工假期一览"
NATIONAL: dict[str, tuple[str, str]] = {
    "产假": ("女职工劳动保护特别规定", "第七条"),
    "难产和多胞胎": ("女职工劳动保护特别规定", "第七条"),
    "流产假": ("女职工劳动保护特别规定", "第七条"),
    "哺乳时间": ("女职工劳动保护特别规定", "第九条"),
    "经期": ("女职工劳动保护特别规定", "附录第二条"),
    "护理假（陪产假）": ("人口与计划生育法", "第二十五条"),
    "育儿假": ("人口与计划生育法", "第二十五条"),
    "婚假": ("关于国营企业职工请婚丧假和路程假问题的通知", "第一项 婚丧假"),
}
# What the summaries' labels are called in the rules.
RULE_EVENTS = {"护理假（陪产假）": Event.PATERNITY, "育儿假": Event.CHILDCARE, "婚假": Event.MARRIAGE}
# 国家3天, to which provinces add (the national notice says one to three).
MARRIAGE_BASE = 3
# Topics whose figure only a province has or adds to; the others are carried by the national text alone.
BY_PROVINCE = ("产假", "护理假（陪产假）", "育儿假", "婚假")
_NAMED = re.compile(
    r"《((?:[^《》]|《[^《》]*》)+)》(?:（[^）]*）)?((?:(?:、|和)?(?:附录)?第[一二三四五六七八九十百零]+条(?:之[一二三四五六七八九十])?(?:第[一二三四五六七八九十]+款)?)+)"
)
_ARTICLE = re.compile(r"(?:附录)?第[一二三四五六七八九十百零]+条(?:之[一二三四五六七八九十])?")
_DAYS_IN = re.compile(r"(\d+)(?=—|天|个?工作日|个月|个?小时)")
_NATION = re.compile(r"国家(?:新?规定?|层面|法律|标准|[那这]?一?级)|全国(?:统一|规定)?|特别规定|劳动法|国务院")


@dataclass(frozen=True, slots=True)
class LeaveAnswer:
    """What the summaries say: sentences for the conclusion, the passages under them, and whether all may carry figures."""

    sentences: tuple[str, ...]
    passages: tuple[Passage, ...]
    sure: bool
    missing: tuple[str, ...]


def labels(question: Question) -> tuple[str, ...]:
    """Which summary labels a question needs: its topics, twins and difficult birth, holidays."""
    wanted = list(question.topics[:2])
    if "产假" in wanted and question.slots & {"难产", "剖宫产", "多胞胎"}:
        wanted.insert(wanted.index("产假") + 1, "难产和多胞胎")
    if "节假日" in question.slots and wanted and wanted[0] in ("产假", "护理假（陪产假）", "育儿假"):
        asks_both = re.search(r"多少天|几天(?!呢)|一共|总共", question.asked)
        wanted = ["假期遇节假日怎么算", *(wanted[:1] if asks_both else [])]
    return tuple(wanted)


def from_summaries(index: SearchIndex, question: Question, longest: int) -> LeaveAnswer:
    """Answer each wanted label for each place from its province's summary."""
    sentences, passages, missing, sure = [], [], [], True
    wanted = labels(question)
    for region in question.regions:
        total: Sum | Line | None = maternity_sum(index, question, region) if "产假" in wanted else None
        if isinstance(total, Sum):
            sentences.append(total.sentence)
            sure = sure and not total.weak
            if total.weak:
                sentences.append(f"{'、'.join(total.weak)}能不能再加，本库材料有冲突，没有算进去")
            passages += [Passage(item, "", 1.0) for item in total.evidence]
            passages += _stating(index, question, total.evidence, total.sentence)
        elif "产假" in wanted and (past := _past_maternity(index, question, region)):
            sentences.append(past.sentence)
            sure = False
            passages += [Passage(item, "", 1.0) for item in past.evidence]
            total = past
        for label in wanted:
            if total and label in ("产假", "难产和多胞胎"):
                continue
            if made := _by_rule(index, question, region, label):
                sentences.append(made.sentence)
                sure = sure and made.sure
                passages += [Passage(item, "", 1.0) for item in made.evidence]
                passages += [Passage(item, item.chunk.text.split("\n")[0], 0.0) for item in made.weak]
                passages += _stating(index, question, made.evidence, made.sentence)
                continue
            found = fetch(
                index, question, region.province + SUMMARY, label, f"本库的{short_name(region.province)}假期一览"
            )
            if not found:
                missing.append(f"{short_name(region.province)}的{label}")
                continue
            firm = [item for item in found if carries(item)]
            chosen = _for_slots(firm or found, question)
            line = _line(chosen.chunk.text, question)
            room = longest if len(wanted) * len(question.regions) == 1 else max(longest // 2, 60)
            words = shorten(line, room)
            passages.append(Passage(chosen, line, 1.0))
            passages += [
                Passage(item, item.chunk.text.split("\n")[0], 0.0)
                for item in found
                if item is not chosen and not carries(item)
            ]
            passages += named_provisions(index, question, chosen)
            if firm and label == "产假" and extension_is_weak(region.province):
                sure = False
                words = words.rstrip("。") + "。本地另外延长的天数只有一份材料或有冲突，不能当准"
            if firm:
                sentences.append(
                    words
                    if region.province[:2] in words[:6]
                    else f"{short_name(region.province)}{_name(label)}：{words}"
                )
            else:
                sure = False
                sentences.append(
                    f"{short_name(region.province)}的{_name(label)}天数，本库只有一份材料或材料互相冲突，不能下结论"
                )
    return LeaveAnswer(tuple(sentences), tuple(_once(passages)), sure, tuple(missing))


def _by_rule(index: SearchIndex, question: Question, region: Region, label: str) -> Line | None:
    """The sentence of a leave from its rules; None where history is asked about, or no rule counts."""
    if question.as_of is None or not region.province:
        return None
    return line(Case(index, question, region.province, question.as_of), label)


def _past_maternity(index: SearchIndex, question: Question, region: Region) -> Line | None:
    """What can be said of a birth on a past day for which no rule of the province is known: the nation's days only."""
    day = question.as_of
    if day is None or day >= date.today() or not region.province:
        return None
    floor = [c for c in counted(index, NATIONAL_NAME, Event.BASE, day) if c.firm]
    words = f"{day.isoformat()}那天{short_name(region.province)}另外延长多少天，本库没有收入，不能拿现在的数字回答"
    if floor:
        words = f"国家产假{floor[0].amount}；{words}"
    return Line(words, tuple(c.evidence for c in floor), False)


def _for_slots(found: Sequence[Evidence], question: Question) -> Evidence:
    """Of several provisions of one label, the one that speaks of twins or difficult birth if asked."""
    for slot, pattern in (("多胞胎", "双胞胎|多胞胎"), ("难产", "难产|剖宫产")):
        if slot in question.slots:
            for item in found:
                if re.search(pattern, item.chunk.text.split("\n")[0]):
                    return item
    return found[0]


def _line(text: str, question: Question) -> str:
    """The first line of a summary's provision, or the one that opens with the child or slot asked about."""
    lines = [line for line in text.split("\n") if not line.startswith(("依据", "注"))]
    for slot, pattern in (("难产", r"^难产|^剖"), ("多胞胎", r"^(?:双|多)胞胎")):
        if slot in question.slots:
            for line in lines:
                if re.match(pattern, line):
                    return line
    if lines[0].endswith(("：", ":")):
        start = text.index(lines[0])
        end = text.index(lines[-1]) + len(lines[-1])
        return text[start:end]
    return lines[0]


def _name(label: str) -> str:
    return {"护理假（陪产假）": "陪产假（护理假）", "假期遇节假日怎么算": "假期遇节假日"}.get(label, label)


def named_provisions(index: SearchIndex, question: Question, item: Evidence) -> list[Passage]:
    """The official provisions that a compiled provision names (《…》第…条) and the index holds, one of each article."""
    articles: dict[tuple[str, str], Evidence] = {}
    for named in _named(index, question, item):
        articles.setdefault((named.chunk.card.title, named.chunk.provision.article), named)
    return [Passage(named, "", 0.5) for named in articles.values()]


def _named(index: SearchIndex, question: Question, item: Evidence) -> list[Evidence]:
    """All provisions of the articles that a compiled provision names: an article may be restated in several."""
    found = []
    for match in _NAMED.finditer(item.chunk.provision.text):
        title = match[1].replace("中华人民共和国", "")
        for article in _ARTICLE.findall(match[2]):
            found += fetch(index, question, title, article, f"{item.chunk.card.title}所依据")
    return found


def _stating(index: SearchIndex, question: Question, items: Sequence[Evidence], sentence: str) -> list[Passage]:
    """Of the official provisions that summaries name, those that state a number of days of the sentence which no national text among `items` states."""
    nation = set().union(*(figures(i.chunk.text) for i in items if i.chunk.card.region == NATION))
    own = set(_DAYS_IN.findall(sentence)) - nation
    return [Passage(e, "", 0.5) for item in items for e in _named(index, question, item) if _tells(e, own, question)]


def _tells(item: Evidence, days: set[str], question: Question) -> bool:
    about = "剖" in item.chunk.text and "剖宫产" in question.slots
    return about or bool(days & figures(item.chunk.text))


def _once(passages: list[Passage]) -> list[Passage]:
    kept: dict[str, Passage] = {}
    for passage in passages:
        kept.setdefault(passage.chunk.id, passage)
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class Spread:
    """How far provinces range: the least and the most, over how many, the names and the evidence of both ends."""

    least: int
    most: int
    provinces: int
    names: tuple[str, str]
    ends: tuple[Evidence, Evidence]


def spread(index: SearchIndex, label: str, day: date) -> Spread | None:
    """Say how far provinces range for a leave on a day, by rule.

    Only firmly checked rows that are owed without a further condition count. Returns None where fewer than five provinces
    have one.
    """
    totals = [
        (*found, short_name(province)) for province in provinces() if (found := _total(index, province, label, day))
    ]
    if len(totals) < 5:
        return None
    low, high = min(totals, key=lambda t: t[0]), max(totals, key=lambda t: t[0])
    return Spread(low[0], high[0], len(totals), (low[2], high[2]), (low[1], high[1]))


def _total(index: SearchIndex, province: str, label: str, day: date) -> tuple[int, Evidence] | None:
    """One province's plain total of a leave with the evidence that states it."""
    if label == "产假":
        terms = maternity_terms(province, 1, False, 1, day)
        if not terms or not all(r.check.carries_figures for r in terms):
            return None
        total, own = sum(r.days for r in terms), terms[-1]
    else:
        rules = [c for c in counted(index, province, RULE_EVENTS[label], day) if c.firm and not c.rule.when]
        plain = [c.rule for c in rules if c.rule.role in (Role.TOTAL, Role.ADDITION) and c.rule.force is Force.MUST]
        if len(plain) != 1 or not plain[0].least:
            return None
        own = plain[0]
        total = own.days + (MARRIAGE_BASE if own.role is Role.ADDITION else 0)
    item = source(index, own.title, own.article, {str(total)}, day)
    return (total, item) if item and carries(item) else None


def needs_place(question: Question) -> bool:
    """Whether the asker's province decides the figure and is not known."""
    if question.regions and any(r != NATION for r in question.regions):
        return False
    if _NATION.search(question.asked):
        return False
    return bool(question.topics) and question.topics[0] in BY_PROVINCE and "天数" in question.slots


def asks_nation(question: Question) -> bool:
    """Whether the nation's own number of days is asked for, or one is claimed for it."""
    asked = bool(_NATION.search(question.asked)) and question.topics[0] in ("产假", "流产假", "哺乳时间")
    return asked and bool(
        "天数" in question.slots or re.search(r"[一二三半两\d]+(?:个半?)?(?:年|月|天|小时)", question.asked)
    )


def nationwide(index: SearchIndex, question: Question, label: str) -> Line | None:
    """The national sentence of a leave that the nation itself counts, by rule; what provinces add is hinted at."""
    if label not in ("流产假", "哺乳时间") or question.as_of is None:
        return None
    return line(Case(index, question, "", question.as_of), label)


def then(index: SearchIndex, question: Question, label: str) -> Line | None:
    """What the nation gave on a past day, by rule, where its present text was not yet in force."""
    if label != "产假" or question.as_of is None:
        return None
    found = [c for c in counted(index, NATIONAL_NAME, Event.BASE, question.as_of) if c.firm]
    if not found:
        return None
    rule = found[0].rule
    words = f"{question.as_of.isoformat()}那天，国家的产假是{found[0].amount}（《{rule.title}》{rule.article}）；各省当时另加多少，本库没有收入"
    return Line(words, (found[0].evidence,), False)


def known_later(index: SearchIndex, label: str) -> bool:
    """Whether the index holds the national provision of a leave at all, in force or not."""
    return NATIONAL[label] in index.by_article


def national(index: SearchIndex, question: Question, label: str) -> list[Evidence]:
    """The national provision that a leave rests on, fetched by name."""
    title, article = NATIONAL[label]
    anywhere = Question(question.asked, question.search, (Region(),), question.as_of, question.request)
    return fetch(index, anywhere, title, article, "国家规定")[:1]
