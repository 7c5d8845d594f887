"""What the 31 provinces give: figures from the typed rules, said as the assistant says them, each with the provision it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

from documents.leave_rules import Event, Force, LeaveRule, Role
from documents.model import NATIONAL, Check, weakest
from documents.region import provinces, short_name
from index.search import SearchIndex
from rag import leave
from rag.compose import LONGEST_CONCLUSION, carries
from rag.maternity import births
from rag.model import Evidence, Question
from rag.rules import Counted, counted, source_of
from rag.understand import understand
from ui.library import words
from ui.library.address import provision_link
from ui.live import Edition


@dataclass(frozen=True, slots=True)
class Kind:
    """A leave or rule that is compared: its name, and the question that is asked of every province."""

    name: str
    asked: str

    def question(self, province: str, day: date) -> Question:
        """The question as the assistant understands it for a province."""
        return understand(self.asked.format(place=short_name(province)), today=day)


MATERNITY = Kind("产假", "我在{place}，产假多少天？")
DIFFICULT = Kind("产假（难产）", "我在{place}，难产，产假多少天？")
TWINS = Kind("产假（双胞胎）", "我在{place}，双胞胎，产假多少天？")
PATERNITY = Kind("护理假（陪产假）", "我在{place}，陪产假多少天？")
CHILDCARE = Kind("育儿假", "我在{place}，育儿假多少天？")
MARRIAGE = Kind("婚假", "我在{place}，婚假多少天？")
# Those with a figure of days in most provinces; the others only have words.
KINDS = (MATERNITY, PATERNITY, CHILDCARE, MARRIAGE, DIFFICULT, TWINS)
SAID = (
    Kind("流产假", "我在{place}，流产假多少天？"),
    Kind("哺乳时间", "我在{place}，哺乳时间每天多长？"),
    Kind("经期", "我在{place}，痛经可以休息几天？"),
    Kind("产假遇节假日", "我在{place}，产假遇到法定节假日顺延吗？"),
)
_EVENTS = {PATERNITY.name: Event.PATERNITY, CHILDCARE.name: Event.CHILDCARE, MARRIAGE.name: Event.MARRIAGE}
_OWN = (Event.EXTENSION, Event.THIRD_CHILD)


@dataclass(frozen=True, slots=True)
class Source:
    """A provision that a cell rests on, and its address in the reader."""

    title: str
    article: str
    check: Check | None
    link: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a province gives of one kind.

    `days` is what is owed in any case by checked rules, None where nothing may be concluded; `shown` says it with its unit and
    「起」 where more depends on something; `terms` add up to it, each with whose it is; `doubtful` are days that only weak
    material states. `words` is what the assistant answers, `state` the weakest check that the figure rests on; `sure` is False
    where something in the answer could not be concluded.
    """

    province: str
    days: int | None
    shown: str
    terms: tuple[tuple[str, int], ...]
    doubtful: tuple[int, ...]
    condition: str
    words: str
    state: Check | None
    sure: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    """Days of a sum: whose they are, the rule that gives them, and what carries it."""

    name: str
    days: int
    rule: LeaveRule
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure from the rules: its terms, the words it is shown in, what only weak rows state, its condition."""

    terms: tuple[_Term, ...] = ()
    shown: str = ""
    doubtful: tuple[int, ...] = ()
    condition: str = ""


_cells: WeakKeyDictionary[Edition, dict[tuple[date, str, str], Cell]] = WeakKeyDictionary()


def column(edition: Edition, kind: Kind, day: date) -> tuple[Cell, ...]:
    """Return what every province gives of a kind on a day, in the official order of provinces."""
    return tuple(cell(edition, kind, province, day) for province in provinces())


def cell(edition: Edition, kind: Kind, province: str, day: date) -> Cell:
    """Return what a province gives of a kind on a day; made once an edition and day."""
    known = _cells.setdefault(edition, {})
    key = (day, kind.name, province)
    if key not in known:
        for old in [k for k in list(known) if k[0] != day]:
            known.pop(old, None)
        known[key] = _cell(edition, kind, province, day)
    return known[key]


def _cell(edition: Edition, kind: Kind, province: str, day: date) -> Cell:
    index, question = edition.index, kind.question(province, day)
    said = leave.from_summaries(index, question, LONGEST_CONCLUSION)
    figure = _figure(index, kind, question, province, day)
    evidence = [term.evidence for term in reversed(figure.terms)] + [p.evidence for p in said.passages]
    sources = _sources(edition, evidence)
    states = [state for t in figure.terms for state in (t.rule.check, t.evidence.chunk.provision.check)]
    state = weakest(states) if states else sources[0].check if sources else None
    return Cell(
        province,
        sum(term.days for term in figure.terms) if figure.terms else None,
        figure.shown,
        tuple((term.name, term.days) for term in figure.terms),
        figure.doubtful,
        figure.condition,
        _sentence(said),
        state if said.sure or figure.terms else Check.WEAK,
        said.sure,
        sources,
    )


def _sentence(said: leave.LeaveAnswer) -> str:
    """The conclusion as the assistant puts it together."""
    if not said.sentences:
        return ""
    whole = "；".join(s.rstrip("。；") for s in said.sentences) + "。"
    return whole if said.sure else whole + words.UNSURE


def _sources(edition: Edition, evidence: Iterable[Evidence]) -> tuple[Source, ...]:
    found: dict[str, Source] = {}
    for item in evidence:
        card, provision = item.chunk.card, item.chunk.provision
        link = provision_link(edition.by_document[card.id], provision.id)
        found.setdefault(provision.id, Source(card.title, provision.article, provision.check, link))
    return tuple(found.values())


def _figure(index: SearchIndex, kind: Kind, question: Question, province: str, day: date) -> _Figure:
    if kind in (MATERNITY, DIFFICULT, TWINS):
        return _maternity(index, question, province, day)
    if kind is MARRIAGE:
        return _marriage(index, province, day)
    return _plain(index, _EVENTS[kind.name], province, day) if kind.name in _EVENTS else _Figure()


def _maternity(index: SearchIndex, question: Question, province: str, day: date) -> _Figure:
    """The least of what a birth of any order gets; 「起」 where another order gets more, or a term could not be counted."""
    floor = [c for c in counted(index, NATIONAL, Event.BASE, day) if c.firm]
    laid = [_firm(index, terms, province, day) for _, terms in births(question, province)]
    if not floor:
        return _Figure()
    if not laid:  # the province has no rows that add up: the nation's days hold
        nation = _term(words.NATION, floor[0])
        return _Figure((nation,), words.AND_MORE.format(shown=f"{nation.days}天"))
    firm, weak = min(laid, key=lambda pair: sum(term.days for term in pair[0]))
    totals = {sum(term.days for term in terms) for terms, _ in laid}
    more = bool(weak) or len(totals) > 1 or _capped(index, province, day)
    if any(
        rule.event in _OWN for rule in weak
    ):  # what comes on top of the province's own days cannot be told without them
        firm = [term for term in firm if term.rule.event is Event.BASE]
    days = f"{sum(term.days for term in firm)}天"
    shown = words.AND_MORE.format(shown=days) if more else days
    return _Figure(tuple(firm), shown, (sum(rule.days for rule in weak),) if weak else ())


def _capped(index: SearchIndex, province: str, day: date) -> bool:
    """Whether an employer may set more, so that the sum is the least."""
    rules = (c.rule for c in counted(index, province, Event.EXTENSION, day) if c.firm)
    return any(rule.role is Role.CAP and rule.force is Force.EMPLOYER for rule in rules)


def _firm(
    index: SearchIndex, terms: Sequence[LeaveRule], province: str, day: date
) -> tuple[list[_Term], list[LeaveRule]]:
    """Of a birth's terms those whose figure may stand; and the others."""
    firm, weak = [], []
    for rule in terms:
        item = source_of(index, rule, day)
        if item is not None and rule.check.carries_figures and carries(item):
            firm.append(_Term(_whose(rule, province), rule.days, rule, item))
        else:
            weak.append(rule)
    return firm, weak


def _whose(rule: LeaveRule, province: str) -> str:
    if rule.event is Event.BASE:
        return words.NATION
    if rule.event is Event.EXTENSION:
        return short_name(province)
    return words.THIRD if rule.event is Event.THIRD_CHILD else rule.event.value


def _term(name: str, of: Counted, days: int = 0) -> _Term:
    return _Term(name, days or of.rule.days, of.rule, of.evidence)


def _split(index: SearchIndex, event: Event, province: str, day: date) -> tuple[list[Counted], tuple[int, ...]]:
    """A province's firm rules for an event, and the days that weak ones state for everybody."""
    rules = counted(index, province, event, day)
    weak = {c.rule.days for c in rules if not c.firm and not c.rule.when and c.rule.least}
    return [c for c in rules if c.firm], tuple(sorted(weak))


def _plain(index: SearchIndex, event: Event, province: str, day: date) -> _Figure:
    firm, doubtful = _split(index, event, province, day)
    plain = [c for c in firm if c.rule.role is Role.TOTAL and not c.rule.when]
    if not plain:
        return _Figure(doubtful=doubtful)
    first = plain[0]
    notes = [words.EVERY_YEAR.format(below=first.rule.below)] if event is Event.CHILDCARE else []
    notes += {Force.CONSENT: [words.CONSENT], Force.ENCOURAGED: [words.ENCOURAGED]}.get(first.rule.force, [])
    more = any(c is not first and (c.rule.when or c.rule.role in (Role.FURTHER, Role.TIMES)) for c in firm)
    shown = words.AND_MORE.format(shown=first.amount) if more else first.amount
    return _Figure((_term(short_name(province), first),), shown, (), "；".join(notes))


def _marriage(index: SearchIndex, province: str, day: date) -> _Figure:
    firm, doubtful = _split(index, Event.MARRIAGE, province, day)
    nation = next((c for c in counted(index, NATIONAL, Event.MARRIAGE, day) if c.firm and c.rule.most), None)
    own = next((c for c in firm if c.rule.role in (Role.TOTAL, Role.ADDITION) and not c.rule.when), None)
    more = [c for c in firm if c.rule.when]
    adds = own is None or own.rule.role is Role.ADDITION
    if (own is None and not more) or (adds and nation is None):
        return _Figure(doubtful=doubtful)
    terms = [_term(words.NATION, nation, nation.rule.most or 0)] if adds and nation else []
    terms += [_term(short_name(province), own)] if own else []
    shown = f"{sum(term.days for term in terms)}天" if adds or own is None else own.amount
    workdays = own is not None and adds and own.rule.unit == words.WORKDAYS
    condition = words.IN_WORKDAYS.format(place=short_name(province), days=terms[-1].days) if workdays else ""
    return _Figure(tuple(terms), words.AND_MORE.format(shown=shown) if more else shown, (), condition)
