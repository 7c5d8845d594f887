"""Items on how many days a leave has in a place: the rows of the rules, each total said by the chat too."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.leave_rules import Event, Force, LeaveRule, Role, extras, leave_rules, maternity_terms, rules_for
from documents.model import NATIONAL
from documents.region import Region, provinces, short_name
from rag.compose import carries
from rag.desk.quiz.amounts import amounts
from rag.desk.quiz.chat import answer
from rag.desk.quiz.ground import Ground, line_with
from rag.desk.quiz.item import Draft, Kind, Wrong
from rag.leave import MARRIAGE_BASE, SUMMARY
from rag.leave import NATIONAL as NATION_PROVISIONS
from rag.model import Citation, Evidence, Status
from rag.rules import counted, source_of

ORDERS = {1: "第一个", 2: "第二个", 3: "第三个"}
# Births that may be asked about: which child, whether difficult, how many infants.
_BIRTHS = ((1, False, 1), (2, False, 1), (3, False, 1), (1, True, 1), (1, False, 2))
WRONG = 3
# Amounts this near to a month's count (三个月 is 89 to 92 days) are left alone where the source counts in months.
MONTH_SLACK = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A leave that is asked about: its label, stem, right amount, its terms (days, what they are), the rows and their evidence."""

    label: str
    stem: str
    days: int
    unit: str
    terms: tuple[tuple[int, str], ...]
    rules: tuple[LeaveRule, ...]
    evidence: tuple[Evidence, ...]


def drafts(ground: Ground, chance: random.Random) -> Iterator[Draft]:
    """Yield items on the leaves that the ground is about, for each place; none where a row is weak, bounded or in conflict."""
    for region in ground.place:
        if not region.province:
            continue
        for asked in _asked(ground, region, chance):
            if draft := _draft(ground, region, asked, chance):
                yield draft


def _asked(ground: Ground, region: Region, chance: random.Random) -> Iterator[Asked]:
    made = []
    if _about(ground, region, "产假"):
        cases = list(_BIRTHS)
        chance.shuffle(cases)
        made += [_maternity(ground, region, *case) for case in cases]
    for label, event, reader in (
        ("护理假（陪产假）", Event.PATERNITY, _paternity),
        ("育儿假", Event.CHILDCARE, _childcare),
        ("婚假", Event.MARRIAGE, _marriage),
    ):
        if _about(ground, region, label):
            made.append(reader(ground, region, event))
    chance.shuffle(made)
    yield from (asked for asked in made if asked is not None)


def _about(ground: Ground, region: Region, label: str) -> bool:
    """Whether a leave is what the quiz is about; the nation's one article on several leaves counts only where no summary tells which."""
    own = region.province + SUMMARY
    if any(title == own for title, _ in ground.named):
        return (own, label) in ground.named
    return NATION_PROVISIONS[label] in ground.named


def _maternity(ground: Ground, region: Region, order: int, difficult: bool, infants: int) -> Asked | None:
    day, province = ground.day, region.province
    rules = maternity_terms(province, order, difficult, infants, day)
    evidence = [source_of(ground.assistant.index, rule, day) for rule in rules]
    found = tuple(item for item in evidence if item is not None and carries(item))
    more = extras(province, day, order)
    if not rules or len(found) < len(rules) or not all(r.check.carries_figures and not r.bound for r in rules):
        return None
    if any(r.force is Force.EMPLOYER or not r.check.carries_figures for r in more) or _disputed(rules, province, order):
        return None
    place = short_name(province)
    how = "难产，单胎" if difficult else "顺产，双胞胎" if infants == 2 else "顺产，单胎"
    aside = [f"没有参加{r.when}" for r in more if r.when]
    if any(r.force is Force.CONSENT for r in more):
        aside.append("不算单位另外同意的假")
    stem = f"在{place}，女职工依法生育{ORDERS[order]}孩子，{how}" + "".join(
        f"，{words}" for words in dict.fromkeys(aside)
    )
    terms = tuple((r.days, _term(r, place)) for r in rules)
    return Asked("产假", f"{stem}，产假一共多少天？", sum(d for d, _ in terms), "天", terms, rules, found)


def _disputed(rules: Sequence[LeaveRule], province: str, order: int) -> bool:
    """Whether law and practice differ, or others of the place have another rule."""
    own = [r for r in leave_rules() if (r.region, r.event, r.order) == (province, Event.EXTENSION, order)]
    bounded = any(r.bound for r in own if r.role is Role.ADDITION)
    return bounded or any("另有规定" in r.note for r in rules)


def _term(rule: LeaveRule, place: str) -> str:
    if rule.event is Event.BASE:
        return "国家"
    return place if rule.event is Event.EXTENSION else str(rule.event)


def _plain(ground: Ground, region: Region, event: Event) -> tuple[LeaveRule, Evidence] | None:
    """The one firm row of an event that is owed without a further condition; None where others stand beside it."""
    rows = counted(ground.assistant.index, region.province, event, ground.day)
    all_rows = rules_for(region.province, event, ground.day)
    plain = [c for c in rows if c.firm and not c.rule.when and c.rule.order is None and c.rule.force is Force.MUST]
    plain = [c for c in plain if c.rule.role in (Role.TOTAL, Role.ADDITION)]
    conflict = [r for r in all_rows if r is not plain[0].rule and not r.when and r.order is None] if plain else []
    if len(plain) != 1 or any(r.least is not None for r in conflict) or plain[0].rule.most or not plain[0].rule.least:
        return None
    return plain[0].rule, plain[0].evidence


def _paternity(ground: Ground, region: Region, event: Event) -> Asked | None:
    if (found := _plain(ground, region, event)) is None:
        return None
    rule, evidence = found
    others = [r for r in rules_for(region.province, event, ground.day) if r is not rule]
    aside = "".join(f"，不是{r.when}" for r in others if r.when) + (
        "，第一个孩子" if any(r.order for r in others) else ""
    )
    place = short_name(region.province)
    least = "最低" if rule.bound else ""
    stem = f"在{place}，妻子依法生育{aside}，丈夫的陪产假（护理假）{least}多少天？"
    return Asked("护理假（陪产假）", stem, rule.days, rule.unit, ((rule.days, place),), (rule,), (evidence,))


def _childcare(ground: Ground, region: Region, event: Event) -> Asked | None:
    if (found := _plain(ground, region, event)) is None:
        return None
    rule, evidence = found
    line = evidence.chunk.text.split("\n")[0]
    if not re.search(r"每人|各|父母每年", line) or rule.below is None or rule.start:
        return None
    place = short_name(region.province)
    several = any(
        r.when or r.role is Role.TIMES for r in rules_for(region.province, event, ground.day) if r is not rule
    )
    child = "只有一个孩子，孩子" if several else "孩子"
    least = "至少" if rule.bound else ""
    stem = f"在{place}，{child}不满{rule.below}周岁，父母每人每年{least}有多少{_days_word(rule.unit)}育儿假？"
    return Asked("育儿假", stem, rule.days, rule.unit, ((rule.days, place),), (rule,), (evidence,))


def _days_word(unit: str) -> str:
    return "个工作日的" if unit == "工作日" else "天"


def _marriage(ground: Ground, region: Region, event: Event) -> Asked | None:
    if (found := _plain(ground, region, event)) is None:
        return None
    rule, evidence = found
    if rule.unit != "天":
        return None
    place = short_name(region.province)
    adds = rule.role is Role.ADDITION
    days = rule.days + (MARRIAGE_BASE if adds else 0)
    if f"{days}天" not in evidence.chunk.text.replace(" ", ""):
        return None
    more = [r for r in rules_for(region.province, event, ground.day) if r is not rule and r.when]
    aside = "".join(f"，没有参加{'婚前医学检查' if r.when == '婚检' else r.when}" for r in more)
    terms = ((MARRIAGE_BASE, "国家"), (rule.days, place)) if adds else ((days, place),)
    stem = f"在{place}，职工依法办理结婚登记{aside}，婚假一共多少天？"
    return Asked("婚假", stem, days, "天", terms, (rule,), (evidence,))


def _draft(ground: Ground, region: Region, asked: Asked, chance: random.Random) -> Draft | None:
    if (said := _said(ground, region, asked)) is None:
        return None
    wrong = _wrong(ground, region, asked, said, chance)
    if len(wrong) < 2:
        return None
    place = short_name(region.province)
    cited = [ground.cite(e.chunk, _quote(e, asked)) for e in dict.fromkeys(asked.evidence)]
    sources = "、".join(dict.fromkeys(f"《{c.title}》{c.article if c.article.startswith('第') else ''}" for c in cited))
    right = _words(asked.days, asked.unit)
    if len(asked.terms) > 1:
        reason = f"{place}{_short(asked.label)}{right} = " + " + ".join(f"{name}{d}天" for d, name in asked.terms)
    else:
        least = "最低" if asked.rules[0].bound else ""
        reason = f"{place}{_short(asked.label)}{least}{'每人每年' if asked.label == '育儿假' else ''}{right}"
    notes = "；".join(dict.fromkeys(r.note for r in asked.rules if r.note))
    reason += f"（见{sources}）。" + (f"{notes}。" if notes else "")
    citations = tuple(dict.fromkeys([*cited, *(c for _, c in wrong if c is not None)]))
    facts = frozenset(
        {f"{asked.label}|{region.name}", *(f"{c.title}|{c.article}|{asked.days}{asked.unit}" for c in cited)}
    )
    return Draft(Kind.SINGLE, asked.stem, (right,), tuple(w for w, _ in wrong), reason, citations, facts)


def _said(ground: Ground, region: Region, asked: Asked) -> str | None:
    """What the chat concludes on the stem, where it says the same amount; None where it does not."""
    said = answer(ground.assistant, asked.stem, (Region(region.province),), ground.day)
    told = f"{asked.days}{'个' if asked.unit == '工作日' else ''}{asked.unit}"
    if said.status is not Status.ANSWERED or told not in said.conclusion.replace(" ", ""):
        return None
    return said.conclusion


def _wrong(
    ground: Ground, region: Region, asked: Asked, said: str, chance: random.Random
) -> list[tuple[Wrong, Citation | None]]:
    """Near figures that are wrong here: a term alone, the nation's old figure, other provinces' amounts, farther ones last."""
    right, place = asked.days, short_name(region.province)
    forbidden = _forbidden(ground, region, asked, said)
    found: dict[int, tuple[Wrong, Citation | None]] = {}

    def add(days: int, why: str, citation: Citation | None = None) -> None:
        if days not in forbidden and days not in found and days > 0:
            found[days] = (Wrong(_words(days, asked.unit), why), citation)

    if len(asked.terms) > 1:
        for days, name in asked.terms:
            if name in ("国家", place):
                others = "、".join(f"{other}{n}天" for n, other in asked.terms if other != name)
                add(days, f"{days}天只是{name}规定的部分，漏了{others}。")
        for days, name in asked.terms:
            if name not in ("国家", place):
                add(right - days, f"{right - days}天漏了{name}加的{days}天。")
    near = sorted(_elsewhere(ground, region, asked), key=lambda o: (abs(o[0] - right), chance.random()))
    for days, other, citation in near:
        add(days, f"{days}{_unit(asked.unit)}是{short_name(other)}的天数，不是{place}的。", citation)
    own = [d for d in found if found[d][1] is None]
    kept = chance.sample(own, min(len(own), 2))
    kept += [d for d in found if d not in own][: WRONG - len(kept)]
    kept += [d for d in own if d not in kept][: WRONG - len(kept)]
    return [found[days] for days in kept]


def _forbidden(ground: Ground, region: Region, asked: Asked, said: str) -> set[int]:
    """Amounts that may be right for somebody here: any that the chat or a row of the place names, save the terms alone."""
    place = short_name(region.province)
    alone = {days for days, _ in asked.terms} if len(asked.terms) > 1 else set()
    alone |= {asked.days - days for days, name in asked.terms if name not in ("国家", place)}
    rows = [r for r in leave_rules() if r.region in (region.province, NATIONAL) and r.event is asked.rules[-1].event]
    rows = [r for r in rows if r.holds(ground.day) is not False] if asked.label != "产假" else []
    named = {int(a.number) for a in amounts(said)} | {n for r in rows for n in (r.least, r.most) if n}
    named |= {int(a.number) for e in asked.evidence for a in amounts(_own_words(e)) if a.unit in ("天", "工作日")}
    taken = (named - alone) | {asked.days}
    more = [r.days for r in rows if r.role is Role.FURTHER]
    more += [r.days for r in extras(region.province, ground.day) if r.unit == "天"] if asked.label == "产假" else []
    taken |= {asked.days + n for n in more}
    if any(
        "月" in e.chunk.text.split("依据")[0] and "月" in r.note
        for e, r in zip(asked.evidence, asked.rules, strict=True)
    ):
        taken |= set(range(asked.days - MONTH_SLACK, asked.days + MONTH_SLACK + 1))
    return taken


def _own_words(evidence: Evidence) -> str:
    """What a province's summary says; the nation's article states other leaves too."""
    return evidence.chunk.text if evidence.chunk.card.title.endswith(SUMMARY) else ""


def _elsewhere(ground: Ground, region: Region, asked: Asked) -> Iterator[tuple[int, str, Citation]]:
    """Amounts that other provinces give for the same, each with the first province's citation."""
    index, last = ground.assistant.index, asked.rules[-1]
    for province in provinces():
        if province == region.province:
            continue
        if asked.label == "产假":
            terms = maternity_terms(province, 1, False, 1, ground.day)
            if not terms or any(r.bound or not r.check.carries_figures for r in terms):
                continue
            days, own = sum(r.days for r in terms), terms[-1]
        else:
            rows = [c.rule for c in counted(index, province, last.event, ground.day) if c.firm and not c.rule.when]
            if len(rows) != 1 or rows[0].most or rows[0].bound or rows[0].unit != last.unit or not rows[0].least:
                continue
            own = rows[0]
            days = own.days + (MARRIAGE_BASE if own.role is Role.ADDITION and asked.label == "婚假" else 0)
        item = source_of(index, own, ground.day)
        if item is None or not carries(item) or f"{days}" not in item.chunk.text:
            continue
        yield days, province, ground.cite(item.chunk, line_with(item.chunk, f"{days}"))


def _quote(evidence: Evidence, asked: Asked) -> str:
    chunk = evidence.chunk
    if chunk.card.title.endswith(SUMMARY):
        return line_with(chunk, f"{asked.days}")
    needed = [str(r.days) for r, e in zip(asked.rules, asked.evidence, strict=True) if e.chunk is chunk]
    return line_with(chunk, next(iter(needed), ""))


def _words(days: int, unit: str) -> str:
    return f"{days}{_unit(unit)}"


def _unit(unit: str) -> str:
    return "个工作日" if unit == "工作日" else unit


def _short(label: str) -> str:
    return "陪产假（护理假）" if label.startswith("护理假") else label
