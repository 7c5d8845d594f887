"""Judge a clause's amounts of leave against the leave rules of the place on the day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from documents.leave_rules import Cesarean, Event, Force, Measure, Role
from rag.desk.clauses.law import Floor, Law, plain
from rag.desk.clauses.leaves import Leave
from rag.desk.clauses.model import Verdict
from rag.desk.clauses.said import Said, against, names
from rag.desk.clauses.words import amounts
from rag.rules import Counted

BIG = 60  # so many days and more for a difficult or multiple birth are its whole leave, not what is added
LATE = 7  # months: what ends a pregnancy later is no longer called 流产
_LOCAL = re.compile(
    r"延长|奖励(?:产|生育)?假|生育奖励|生育假|条例|地方|当地|本省|省(?:里|内|级|市|有关)?[^,。;]{0,6}规定|国家和.{0,12}规定"
)
_NO_LOCAL = re.compile(
    r"(?:无|不再?(?:享受|给|另|执行|予|增加|延长|发)|没有|取消)[^,。;]{0,8}(?:奖励|延长|增加|其他|额外|地方)"
)
_REFUSED = re.compile(
    r"(?:难产|剖宫产|剖腹产|多胞胎|双胞胎)[^。;]{0,12}不(?:再|予|另)?(?:增加|延长|另加|加|享受|属于?难产|算难产|作为?难产|按难产|视为难产)"
)
_MONTHS = range(0, 10)


def judge_leaves(law: Law, found: Sequence[Leave], text: str, elsewhere: bool) -> Iterator[Said]:
    """Judge the leaves of one clause.

    Parameters: the law; the leaves read; the clause's normalised words; whether another clause of the paper gives what the
    province adds to the nation's maternity leave.
    """
    plain_birth = [leave for leave in found if leave.event == "产假"]
    yield from _maternity(law, plain_birth, text, elsewhere)
    if gone := [leave for leave in found if leave.event == "流产"]:
        yield from _miscarriage(law, gone)
    yield from _not_added(law, text)
    for leave in found:
        if judge := _JUDGES.get(leave.event):
            yield from judge(law, leave)


def _maternity(law: Law, found: Sequence[Leave], text: str, elsewhere: bool) -> Iterator[Said]:
    orders = {leave.order for leave in found} or {None}
    for order in sorted(orders, key=lambda n: n or 0):
        group = [leave for leave in found if leave.order in (order, None)]
        if group:
            yield _sum(law, group, order, text, elsewhere)


def _sum(law: Law, group: list[Leave], order: int | None, text: str, elsewhere: bool) -> Said:
    floor = law.maternity(order or 1)
    nation = [c for c in law.national(Event.BASE) if c.firm]
    base = law.floor(nation, nation[0].rule.days, f"国家{nation[0].rule.days}天") if nation else None
    if base is None:
        return Said(Verdict.UNSURE, "产假", "本库没有这一天的国家产假规定，不能比较。")
    totals = [leave for leave in group if leave.role == "总数"]
    bases = [leave for leave in group if leave.role == "基数"]
    more = [leave for leave in group if leave.role == "增加"]
    figures = sorted((leave.days for leave in bases), reverse=True)
    if figures and (len(figures) > 1 or more) and figures[0] == sum(figures[1:]) + sum(leave.days for leave in more):
        totals, more = [leave for leave in bases if leave.days == figures[0]], []  # 158天（98天+60天）
    capped = any(leave.amount.capped for leave in group)
    proposal = _maternity_words(law, floor or base, base)
    if totals:
        days = max(leave.days for leave in totals)
        shown = "产假共"
    elif bases and more:
        days = max(leave.days for leave in bases) + sum(leave.days for leave in more)
        shown = f"产假{plain(max(leave.days for leave in bases))}天加{plain(sum(leave.days for leave in more))}天，共"
    elif bases:
        # a bare base: the least counts, for each is promised to somebody
        days, shown = min(leave.days for leave in bases), "产假"
    else:
        return _extension(law, floor, base, more, capped, proposal)
    apart = bases and not totals and not more and (_LOCAL.search(text) or elsewhere)
    if days < base.amount:
        # what the province adds may stand elsewhere; where it does not, the province's total is what the days are short of
        least = base if floor is None or floor.weak or apart else floor
        return against("产假", shown, days, "天", least, capped, proposal)
    if not law.province:
        made = against("产假", shown, days, "天", base, capped, proposal)
        return Said(
            made.verdict,
            "产假",
            made.reason.rstrip("。") + "；没有说明在哪个省，各省另外延长的天数没有比较。",
            made.sources,
            made.proposal,
        )
    if floor is None:
        reason = f"这里写{shown}{plain(days)}天，不少于国家的{plain(base.amount)}天；本省另外延长多少天本库没有能用的规定，不下结论。"
        return Said(Verdict.UNSURE, "产假", reason, base.sources)
    bare = days == base.amount < floor.amount and bases and not totals and not more and not floor.weak
    if bare and apart and not _NO_LOCAL.search(text):
        where = "同一条" if _LOCAL.search(text) else "别的条款"
        reason = (
            f"这里写的{plain(days)}天是国家产假，本省延长的部分{where}另有写明，{names(floor.sources)}共{floor.words}。"
        )
        return Said(Verdict.EQUAL, "产假", reason, floor.sources)
    return against("产假", shown, days, "天", floor, capped, proposal)


def _extension(law: Law, floor: Floor | None, base: Floor, more: list[Leave], capped: bool, proposal: str) -> Said:
    """Only what is added to the nation's days is told."""
    days = sum(leave.days for leave in more)
    if all(
        re.search(
            r"除(?:国家|法定|规定)|(?:法定|规定)[^,。;]{0,8}(?:外|之外|以外)|额外|福利|企业假|公司假|慰问",
            leave.sentence,
        )
        for leave in more
    ):
        return Said(
            Verdict.ABOVE, "产假", f"在法定产假之外另给{plain(days)}天，{names(base.sources)}没有要求。", base.sources
        )
    if floor is None or not law.province:
        return Said(Verdict.UNSURE, "产假", f"这里写另加{plain(days)}天，不知道和哪个省的规定比。", base.sources)
    if days >= base.amount:  # 延长产假至158天 and the like
        return against("产假", "产假", days, "天", floor, capped, proposal)
    own = Floor(
        floor.amount - base.amount, f"另加{plain(floor.amount - base.amount)}天", floor.sources[-1:], floor.weak
    )
    return against("产假", "在国家产假之外另加", days, "天", own, capped, proposal)


def _maternity_words(law: Law, floor: Floor, base: Floor) -> str:
    own = (
        f"，其中国家产假{plain(base.amount)}天，本省延长{plain(floor.amount - base.amount)}天"
        if floor.amount > base.amount
        else ""
    )
    return f"女职工生育享受产假{plain(floor.amount)}天{own}，产前可以休15天；难产、多胞胎的另按规定增加。"


def _difficult(law: Law, leave: Leave) -> Iterator[Said]:
    yield from _further(law, leave, Event.DIFFICULT, "难产增加")


def _multiple(law: Law, leave: Leave) -> Iterator[Said]:
    yield from _further(law, leave, Event.MULTIPLE, "每多生1个婴儿增加")


def _further(law: Law, leave: Leave, event: Event, what: str) -> Iterator[Said]:
    rules = law.counted(event)
    if not rules:
        return
    floor = law.floor(rules[:1], rules[0].rule.days, f"{what}{rules[0].rule.days}天")
    proposal = f"{what}产假{plain(floor.amount)}天。"
    if leave.days < BIG:
        yield against("产假", what, leave.days, "天", floor, leave.amount.capped, proposal)
        return
    whole = law.maternity(leave.order or 1)
    if whole is None:
        yield against("产假", what, leave.days, "天", None)
        return
    total = Floor(
        whole.amount + floor.amount,
        f"{plain(whole.amount)}天再加{plain(floor.amount)}天",
        whole.sources + floor.sources,
        whole.weak or floor.weak,
    )
    yield against("产假", f"{leave.event}产假共", leave.days, "天", total, leave.amount.capped, proposal)


def _not_added(law: Law, text: str) -> Iterator[Said]:
    """Days for a difficult birth that are refused outright; a caesarean only where the province counts it as one."""
    told = _REFUSED.search(text)
    rules = law.counted(Event.DIFFICULT)
    if told is None or not rules or not rules[0].firm:
        return
    if re.search(r"剖", told[0]) and rules[0].rule.cesarean is not Cesarean.COUNTS:
        return
    floor = law.floor(rules[:1], rules[0].rule.days, f"增加{rules[0].rule.days}天")
    reason = f"这里写{told[0]}，{names(floor.sources)}是{floor.words}。"
    yield Said(Verdict.BELOW, "产假", reason, floor.sources, f"难产的增加产假{plain(floor.amount)}天。")


def _before_birth(law: Law, leave: Leave) -> Iterator[Said]:
    if leave.days <= BIG:
        yield against("产假", "产前可以休", leave.days, "天", law.figure("产前休假"), False, "产前可以休假15天。")


def _bands(rules: Sequence[Counted]) -> dict[int, Counted]:
    """The rule that holds in each month of pregnancy."""
    found: dict[int, Counted] = {}
    for counted_rule in rules:
        rule = counted_rule.rule
        factor = 4 if rule.measure is Measure.WEEKS else 1
        for month in _MONTHS:
            low, high = (rule.start or 0) / factor, (rule.below or 99) / factor
            if low <= month < high and rule.role is Role.TOTAL:
                found.setdefault(month, counted_rule)
    return found


def _miscarriage(law: Law, gone: Sequence[Leave]) -> Iterator[Said]:
    nation = _bands([c for c in law.national(Event.MISCARRIAGE) if c.firm])
    own_rules = law.counted(Event.MISCARRIAGE)
    firm = _bands([c for c in own_rules if c.firm]) or nation
    weak = _bands([c for c in own_rules if not c.firm])
    proposal = "；".join(_band_words(c) for c in dict.fromkeys(firm.values())) + "。"
    for leave in gone:
        yield _band(law, leave, firm, weak, proposal)


def _band_words(c: Counted) -> str:
    unit = "周" if c.rule.measure is Measure.WEEKS else "个月"
    low = f"满{c.rule.start}{unit}" if c.rule.start else ""
    high = f"不满{c.rule.below}{unit}" if c.rule.below else ""
    return f"怀孕{low}{high}流产的，产假{c.rule.bound if c.rule.bound == '不少于' else ''}{c.rule.least}天"


def _band(law: Law, leave: Leave, firm: dict[int, Counted], weak: dict[int, Counted], proposal: str) -> Said:
    late = leave.start >= LATE or re.search(r"引产|终止妊娠|死胎|死产", leave.sentence)
    months = [m for m in _MONTHS if leave.start <= m < leave.below and m in firm and (late or m < LATE)]
    if not months:
        return Said(Verdict.UNSURE, "流产假", "流产假写的月份没有可以比较的规定。")
    worst = max(months, key=lambda m: firm[m].rule.days - leave.days)
    rule = firm[worst]
    floor = law.floor([rule], rule.rule.days, f"{_band_words(rule)}")
    stands = f"（{_range(leave)}）" if leave.start or leave.below < 99 else "（没有分怀孕月份）"
    doubt = next((weak[m] for m in months if m in weak and weak[m].rule.days > leave.days), None)
    made = against("流产假", f"流产假{stands}", leave.days, "天", floor, leave.amount.capped, proposal)
    if made.verdict is not Verdict.BELOW and doubt:
        reason = f"{made.reason.rstrip('。')}；本省另有写{doubt.rule.days}天的材料，仅一份材料或有冲突，不下结论。"
        return Said(Verdict.UNSURE, "流产假", reason, made.sources)
    return made


def _range(leave: Leave) -> str:
    low = f"怀孕满{plain(leave.start)}个月" if leave.start else "怀孕"
    return low + (f"不满{plain(leave.below)}个月" if leave.below < 99 else "")


def _named(law: Law, leave: Leave, event: Event, what: str, proposal: str) -> Iterator[Said]:
    """A leave that only provinces count."""
    matter = leave.event
    if leave.role == "增加":
        return
    if not law.province:
        yield Said(
            Verdict.UNSURE,
            matter,
            f"{what}的天数由各省定，没有说明在哪个省，不能比较。",
            law.of(matter) if matter != "经期" else (),
        )
        return
    rules = [c for c in law.counted(event) if c.rule.role is Role.TOTAL and not c.rule.when and c.rule.least]
    if not rules:
        yield against(matter, what, leave.days, "天", None)
        return
    least = min(rules, key=lambda c: (not c.firm, c.rule.days))
    if least.rule.force is not Force.MUST:
        reason = f"这里写{what}{plain(leave.days)}天，{names((law.cited(least.evidence),))}是{least.rule.force}给，不比较高低。"
        yield Said(Verdict.UNSURE, matter, reason, (law.cited(least.evidence, str(least.rule.least)),))
        return
    floor = law.floor([least], least.rule.days, least.amount)
    yield against(matter, what, leave.days, "天", floor, leave.amount.capped, proposal.format(plain(floor.amount)))


def _paternity(law: Law, leave: Leave) -> Iterator[Said]:
    yield from _named(law, leave, Event.PATERNITY, "护理假（陪产假）", "男职工享受护理假{}天。")


def _childcare(law: Law, leave: Leave) -> Iterator[Said]:
    rules = [
        c
        for c in law.counted(Event.CHILDCARE)
        if c.firm and c.rule.role is Role.TOTAL and c.rule.below and c.rule.force is Force.MUST
    ]
    until = [a for a in amounts(leave.sentence) if a.unit == "周岁"]
    if rules and until and max(a.least for a in until) < (rules[0].rule.below or 0):
        age, below = max(a.least for a in until), rules[0].rule.below
        sources = (law.cited(rules[0].evidence, f"{below}周岁"),)
        reason = f"这里育儿假只到子女{plain(age)}周岁，{names(sources)}是满{below}周岁以前。"
        yield Said(
            Verdict.BELOW,
            "育儿假",
            reason,
            sources,
            f"子女满{below}周岁以前，父母每人每年享受育儿假{rules[0].rule.least}天。",
        )
    yield from _named(law, leave, Event.CHILDCARE, "育儿假每年", "子女满3周岁以前，父母每人每年享受育儿假{}天。")


def _marriage(law: Law, leave: Leave) -> Iterator[Said]:
    if re.search(r"婚检|婚前|另|再", leave.sentence) and leave.role == "增加":
        return
    nation = [c for c in law.national(Event.MARRIAGE) if c.firm]
    own = [
        c
        for c in law.counted(Event.MARRIAGE)
        if c.rule.region == law.province and not c.rule.when and c.rule.role is not Role.FURTHER
    ]
    if own and own[0].rule.role is Role.TOTAL:
        yield against(
            "婚假", "婚假", leave.days, "天", law.floor(own[:1], own[0].rule.days, own[0].amount), leave.amount.capped
        )
    elif nation:
        most = nation[0].rule.most or nation[0].rule.days
        rules = [*nation[:1], *own[:1]]
        total = most + (own[0].rule.days if own else 0)
        floor = law.floor(rules, total if own else nation[0].rule.days, f"{total}天" if own else nation[0].amount)
        yield against("婚假", "婚假", leave.days, "天", floor, leave.amount.capped)


def _period(law: Law, leave: Leave) -> Iterator[Said]:
    rules = law.counted(Event.PERIOD)
    if not rules:
        return
    rule = min(rules, key=lambda c: not c.firm)
    if rule.rule.force is not Force.MUST:
        verdict = Verdict.ABOVE if leave.days >= 1 else Verdict.UNSURE
        reason = f"这里写经期休息{plain(leave.days)}天；{names((law.cited(rule.evidence),))}写的是可以给{rule.amount}，不是必须。"
        yield Said(verdict, "经期保护", reason, (law.cited(rule.evidence, str(rule.rule.least)),))
        return
    floor = law.floor([rule], rule.rule.days, rule.amount)
    yield against("经期保护", "经期休息", leave.days, "天", floor, False)


_JUDGES: dict[str, Callable[[Law, Leave], Iterator[Said]]] = {
    "难产": _difficult,
    "多胞胎": _multiple,
    "产前": _before_birth,
    "护理假": _paternity,
    "育儿假": _childcare,
    "婚假": _marriage,
    "经期": _period,
}
