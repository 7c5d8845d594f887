"""One sentence a leave, by rule: what holds for this place on this day, its conditions, and the evidence of every figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from documents.leave_rules import Event, Force, LeaveRule, Measure, Role
from documents.model import NATIONAL
from documents.region import short_name
from index.search import SearchIndex
from rag.model import Evidence, Question
from rag.rules import Counted, counted
from rag.understand.facts import Pregnancy, children, denied, pregnancy


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence for the conclusion with the evidence of its figures; `sure` is False where none may be given."""

    sentence: str
    evidence: tuple[Evidence, ...]
    sure: bool = True
    weak: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What a sentence is made for: the index, the question, a province, and the day whose rules hold."""

    index: SearchIndex
    question: Question
    province: str
    day: date

    @property
    def place(self) -> str:
        """The province's short name."""
        return short_name(self.province)

    def rules(self, event: Event, region: str = "") -> tuple[Counted, ...]:
        """The rules that count for an event here (or in another region)."""
        return counted(self.index, region or self.province, event, self.day)


def line(case: Case, label: str) -> Line | None:
    """Write the sentence of one leave; None where no rule of the place counts (the summaries are read instead)."""
    writer = _WRITERS.get(label)
    found = writer(case) if writer else None
    if found is None and case.day < date.today() and label in _WRITERS:
        return Line(
            f"{case.day.isoformat()}那天{case.place}的{_name(label)}，本库没有收入，不能拿现在的数字回答", (), False
        )
    return found


def _name(label: str) -> str:
    return {"护理假（陪产假）": "陪产假（护理假）"}.get(label, label)


def _split(case: Case, event: Event) -> tuple[list[Counted], list[Counted]]:
    """A place's rules for an event: the firm ones, and the weak ones; a first day that is unknown does not do for a past day."""
    rules = [c for c in case.rules(event) if c.rule.holds(case.day) or case.day >= date.today()]
    return [c for c in rules if c.firm], [c for c in rules if not c.firm]


def _weak(case: Case, label: str, weak: Sequence[Counted]) -> Line:
    words = f"{case.place}的{_name(label)}天数，本库只有一份材料或材料互相冲突，不能下结论"
    return Line(words, (), False, _evidence(weak))


def _evidence(rules: Sequence[Counted]) -> tuple[Evidence, ...]:
    return tuple({c.evidence.chunk.id: c.evidence for c in rules}.values())


def _paternity(case: Case) -> Line | None:
    firm, weak = _split(case, Event.PATERNITY)
    plain = [c for c in firm if c.rule.role is Role.TOTAL and not c.rule.when]
    if not plain:
        return _weak(case, "护理假（陪产假）", weak) if weak else None
    parts = [f"{case.place}陪产假（护理假）{plain[0].amount}，给按规定生育的男方"]
    told = case.question.search
    parts += [
        f"{c.rule.when}的{c.amount}"
        for c in firm
        if c.rule.when and c.rule.role is Role.TOTAL and not denied(c.rule.when, told)
    ]
    third, days = "三孩" in case.question.slots, plain[0].rule.days
    for c in firm:
        if c.rule.role is Role.FURTHER and c.rule.order:
            shown = f"，共{days + c.rule.days}天 = {days}天 + {c.rule.days}天" if third and len(parts) == 1 else ""
            parts.append(f"生第三个孩子的再加{c.amount}{shown}")
    beside = [c for c in case.rules(Event.CHECKUP_COMPANY) if c.firm]
    parts += [f"陪妻子产前检查另有{c.amount}" for c in beside]
    return Line("；".join(parts), _evidence([*firm, *beside]))


def _childcare(case: Case) -> Line | None:
    firm, weak = _split(case, Event.CHILDCARE)
    plain = [c for c in firm if c.rule.role is Role.TOTAL and not c.rule.when]
    if not plain:
        return _weak(case, "育儿假", weak) if weak else None
    if plain[0].rule.force is Force.CONSENT:
        return _by_consent(case, plain)
    first = plain[0]
    parts = [f"{case.place}育儿假：子女满{first.rule.below}周岁前，父母每人每年{first.amount}"]
    many = children(case.question.search)
    for c in firm:
        if c.rule.role is Role.TIMES:
            parts.append(f"按孩子数累计{_times(first, many)}")
        elif c.rule.role is Role.FURTHER:
            total = f"，共{first.rule.days + c.rule.days}天 = {first.rule.days}天 + {c.rule.days}天" if many else ""
            parts.append(f"有{c.rule.when.replace('两个', '2个')}的再加{c.amount}{total}")
    if first.rule.force is Force.ENCOURAGED:
        parts.append("这是鼓励单位给，不是强制，单位可以不给，先看本单位制度和集体合同")
    return Line("；".join(parts), _evidence(firm))


def _times(first: Counted, many: int | None) -> str:
    """A figure for each of several children, shown as a sum."""
    if not many or many < 2:
        return ""
    total = first.rule.days * many
    terms = " + ".join([f"{first.rule.days}天"] * many)
    return f"，照你说的孩子数就是每人每年{total}天 = {terms}"


def _by_consent(case: Case, rules: list[Counted]) -> Line:
    amounts = [
        f"{c.amount}（每年，夫妻双方，孩子满{c.rule.below}周岁前）" if c.rule.least else f"夫妻一方{c.rule.unit}"
        for c in rules
    ]
    return Line(f"{case.place}育儿假要用人单位批准，二选一：{'，或者'.join(amounts)}；单位不批就没有", _evidence(rules))


def _marriage(case: Case) -> Line | None:
    firm, weak = _split(case, Event.MARRIAGE)
    plain = [c for c in firm if c.rule.role in (Role.TOTAL, Role.ADDITION) and not c.rule.when]
    checked = [c for c in firm if c.rule.when == "婚检"]
    nation = [c for c in case.rules(Event.MARRIAGE, NATIONAL) if c.firm]
    if not plain and not checked:
        return _weak(case, "婚假", weak) if weak else None
    base = nation[0].rule.most if nation else None
    if plain and plain[0].rule.role is Role.TOTAL:
        total, terms = plain[0].rule.days, f"{plain[0].rule.days}天"
        note = "（总数，不再另加国家的天数）" if base and total > base else ""
        parts = [f"{case.place}婚假{plain[0].amount}{note}"]
    elif base:
        own = plain[0] if plain else None
        total = base + (own.rule.days if own else 0)
        terms = f"{base}天 + {own.rule.days}天" if own else f"{base}天"
        unit = "，按工作日算" if own and own.rule.unit == "工作日" else ""
        parts = [
            f"{case.place}婚假{total}天 = 国家{base}天 + {case.place}{own.rule.days}天{unit}"
            if own
            else f"{case.place}婚假按国家{base}天"
        ]
    else:
        return None
    for c in checked:
        if denied("婚检", case.question.search):
            parts.append("没参加婚前医学检查，不另加")
            continue
        parts.append(f"参加婚前医学检查的再加{c.amount}，共{total + c.rule.days}天 = {terms} + {c.rule.days}天")
    return Line("；".join(parts), _evidence([*plain, *checked]))


def _miscarriage(case: Case) -> Line | None:
    if not case.province:
        return _bands(case, [c for c in case.rules(Event.MISCARRIAGE, NATIONAL) if c.firm], "国家规定")
    firm, weak = _split(case, Event.MISCARRIAGE)
    if firm:
        return _bands(case, firm, f"{case.place}流产假")
    nation = [c for c in case.rules(Event.MISCARRIAGE, NATIONAL) if c.firm]
    found = _bands(case, nation, f"{case.place}流产假按国家底线")
    if found is None or not weak:
        return found
    words = found.sentence + "；另有一份材料写得更细，没有核实，不能当准"
    return Line(words, found.evidence, True, _evidence(weak))


def _bands(case: Case, rules: list[Counted], opening: str) -> Line | None:
    """The bands of a rule by months; only the one that applies where the words make that clear."""
    rules = [c for c in rules if c.rule.measure is Measure.MONTHS and c.rule.role is Role.TOTAL]
    if not rules:
        return None
    told = pregnancy(case.question.search)
    fitting = [c for c in rules if told is None or _may_fit(c, told)]
    if told is None or not fitting:
        return Line(f"{opening}：" + "，".join(map(_band, rules)), _evidence(rules))
    if len(fitting) == 1:
        return Line(f"{opening}：{_band(fitting[0])}", _evidence(rules))
    unsure = "医院证明上写的孕周、月份是哪一档，决定是多少天"
    return Line(f"{opening}：{'，'.join(map(_band, fitting))}；你说的孕期靠近分界，{unsure}", _evidence(rules))


def _may_fit(counted_rule: Counted, told: Pregnancy) -> bool:
    rule = counted_rule.rule
    reached = rule.start is None or told.against(rule.start) is not False
    below = rule.below is None or told.against(rule.below) is not True
    return reached and below


def _band(c: Counted) -> str:
    low, high = c.rule.start, c.rule.below
    if low and high:
        words = f"满{low}个月不满{high}个月"
    else:
        words = f"满{low}个月" if low else f"不满{high}个月"
    opinion = "（按医疗机构意见）" if c.rule.most else ""
    return f"怀孕{words}流产的{c.amount}{opinion}"


def _nursing(case: Case) -> Line | None:
    leave = [c for c in case.rules(Event.NURSING_LEAVE) if c.firm and c.rule.least] if case.province else []
    if leave and "哺乳假" in case.question.asked:
        words = f"{case.place}哺乳假{leave[0].amount}，要本人申请、单位同意，单位不同意就没有"
        return Line(words, _evidence(leave))
    rules = [c for c in case.rules(Event.NURSING, NATIONAL) if c.firm]
    plain = [c for c in rules if c.rule.role is Role.TOTAL]
    more = [c for c in rules if c.rule.role is Role.FURTHER]
    if not plain or not more:
        return None
    first = plain[0].rule
    place = f"{case.place}按国家规定：" if case.province else ""
    words = (
        f"{place}婴儿满{first.below}周岁前，单位应当每天在劳动时间内安排{plain[0].amount}哺乳时间；"
        f"多胞胎每多哺乳1个婴儿，每天再加{more[0].amount}{_of_several(case, plain[0].rule, more[0].rule)}"
    )
    own = [c for c in case.rules(Event.NURSING) if not c.firm] if case.province else []
    if own:
        words += "；本地另有更多的说法只有一份材料，没有核实"
    if leave:
        words += f"；另有哺乳假{leave[0].amount}，要单位同意"
    return Line(words, _evidence([*rules, *leave]), True, _evidence(own))


def _of_several(case: Case, plain: LeaveRule, more: LeaveRule) -> str:
    """Her own hours where she tells of twins or triplets."""
    infants = 3 if "三胞胎" in case.question.search else 2
    if "多胞胎" not in case.question.slots or plain.least is None or more.least is None:
        return ""
    terms = [f"{plain.least}{plain.unit}", *[f"{more.least}{more.unit}"] * (infants - 1)]
    total = plain.least + more.least * (infants - 1)
    return f"，{'三' if infants == 3 else '双'}胞胎每天一共{total}{plain.unit} = {' + '.join(terms)}"


def _period(case: Case) -> Line | None:
    firm, weak = _split(case, Event.PERIOD)
    if firm:
        rule = firm[0].rule
        may = "可以" if rule.force is Force.MAY else "应当给"
        return Line(f"{case.place}：{rule.when}的，经期{may}休息{firm[0].amount}", _evidence(firm))
    return _weak(case, "经期", weak) if weak else None


_WRITERS: dict[str, Callable[[Case], Line | None]] = {
    "护理假（陪产假）": _paternity,
    "育儿假": _childcare,
    "婚假": _marriage,
    "流产假": _miscarriage,
    "哺乳时间": _nursing,
    "经期": _period,
}
