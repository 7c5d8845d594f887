"""Read which leave a clause's figures are about: event, amount, weeks or months that it is for, which child."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.desk.clauses.words import Amount, amounts, parts, sentences

# Special events before general ones: what is special decides over 产假 in the same part, and goes on until another is named.
SPECIAL = (
    ("流产", r"流产|小产|引产|终止妊娠|胎停|清宫|宫外孕|流掉"),
    (
        "其他",
        r"年休假|年假|病假|事假|丧假|保胎|探亲|独生子女|妇女节|3月8|3\.8|父母护理|培训|试用期|医疗期|适应期|更年期|工伤|体检|疗养",
    ),
    ("产检", r"产检|产前检查|孕检|孕期检查|产后检查|产后复查|42天检查"),
    (
        "产前",
        r"产前(?!参|检|产后|、产后|和产后|及产后|的?(?:月)?工资|[^,。;]{0,4}工资)|预产期(?:的)?前|分娩前|生产前|生之前",
    ),
    ("难产", r"难产|剖宫产|剖腹产|剖产|剖宫|手术产"),
    ("多胞胎", r"多胞胎|双胞胎|3胞胎|三胞胎|多胎|双胎|每多|多生"),
    (
        "护理假",
        r"护理假|陪产|看护假|陪护假|照顾假|男方|男职工|男员工|男工|男同事|男教|配偶|丈夫|爸爸|当爸|爱人|老婆|妻子|老公",
    ),
    ("育儿假", r"育儿假|[陪带][娃孩]"),
    ("婚假", r"婚假|结婚|新婚|婚检|婚前医学"),
    ("经期", r"痛经|经期|月经|生理假|生理期|例假|经量"),
    ("哺乳假", r"哺乳|喂奶|授乳"),
    ("产假", r"奖励假|奖励产假|生育假|生育奖励|延长(?:的)?(?:产假|生育)"),
    ("产前假", r"产前假"),
)
_SPECIAL = tuple((name, re.compile(words)) for name, words in SPECIAL)
_PLAIN = re.compile(r"产假|生育|分娩|顺产|自然产|平产|生产|单胎|正常产|生孩子|生小孩|生娃|生宝宝|产后")
_MORE = re.compile(
    r"延长|奖励|增加|另(?:外)?(?:增|加|给|享|有|行|休|可|延)|(?<=[\d天])加$|本[省市区]$|再(?:增|加|休|给|享|延|多)|生育假|加休|额外|多(?:休|给|放|加)|追加|叠加"
)
# 80天奖励假: what follows says that it comes on top.
_MORE_AFTER = re.compile(r"的?(?:生育)?(?:奖励|延长)(?:产|生育)?假")
_ALL = re.compile(
    r"共计|合计|总计|总共|一共|累计|共(?=\d|为|享|休|给|可|有)|总天数|总额|全部|加起来|达到?$|延长(?:到|至)|增加(?:到|至)"
)
_CHILD = re.compile(r"(?P<n>[123]|首|头|一|二|三)(?:孩|胎)|第(?P<m>[123一二三])(?:个)?(?:孩|胎|子女|子)")
_ORDER = {"1": 1, "2": 2, "3": 3, "首": 1, "头": 1, "一": 1, "二": 2, "三": 3}
# Figures that are deadlines or conditions, not leave.
_TIME_BEFORE = re.compile(
    r"(?:提前|提早|逾期|届满前|期满前|结束前|每月|之日起|前后|满后|结束后|期满后|产后|后的?|连续旷工|旷工|累计旷工|入职|工作|服务|连续工作|自)$"
)
_TIME_AFTER = re.compile(
    r"^(?:内|之内|以内)?[^,。;]{0,10}(?:提出|申请|办理|提交|返岗|报到|通知|告知|销假|支付|发放|到岗|上报|备案|答复|书面|之前|前(?!可|休|享)|的?产前检查|的?检查)"
)
_LEAVE_UNITS = ("天", "周", "个月", "工作日")
_PREGNANT = re.compile(r"孕|妊娠|满|不足|不到|以上|以下|以内|至|到|胎龄|孕龄")


_MENS = ("护理假", "婚假", "育儿假")
_ELDERS = re.compile(r"(?:独生子女|老人|父母|老年)[^。;]{0,30}(?:护理假|陪护|照护|护理时间)")
_WITHIN = re.compile(r"(?:包?含|包括)(?!产前)[^,。;]*$")


@dataclass(frozen=True, slots=True)
class Leave:
    """One amount of leave: what for, how much, how it joins (总数, 增加, 基数), from which month of pregnancy to which, for which child."""

    event: str
    role: str
    amount: Amount
    start: float
    below: float
    order: int | None
    sentence: str

    @property
    def days(self) -> float:
        """The least that is given, in days."""
        return self.amount.days or 0.0


@dataclass(slots=True)
class _State:
    event: str
    order: int | None = None
    start: float = 0.0
    below: float = 99.0
    bounded: bool = False

    def bound(self, low: float | None, high: float | None) -> None:
        """Take a threshold; the first one after an amount begins a new range."""
        if not self.bounded:
            self.start, self.below, self.bounded = 0.0, 99.0, True
        self.start = low if low is not None else self.start
        self.below = high if high is not None else self.below


def leaves(text: str, heading: str) -> Iterator[Leave]:
    """Read the amounts of leave of a normalised clause that stands under a heading."""
    state = _State(_special(heading, len(heading)) or ("产假" if _PLAIN.search(heading) else ""))
    for sentence in sentences(text):
        if _ELDERS.search(sentence):
            continue
        own = _special(sentence, len(sentence))
        goes_on = re.match(r"其中|上述|以上|前款", sentence) or (state.event in _MENS and "产假" not in sentence)
        if not own and _PLAIN.search(sentence) and not goes_on:
            state.event, state.order = "产假", None
        for _, part in parts(sentence):
            yield from _of_part(part, sentence, state)


def _of_part(part: str, sentence: str, state: _State) -> Iterator[Leave]:
    if child := _CHILD.search(part):
        state.order = _ORDER[child["n"] or child["m"]]
    found = amounts(part)
    for place, amount in enumerate(found):
        since = found[place - 1].end if place else 0
        event = _special(part[since : amount.start], amount.start - since)
        # what follows names the leave only up to the next figure: 15天产前假
        until = found[place + 1].start if place + 1 < len(found) else len(part)
        named = event if event else event or _first(part[amount.end : until])
        if named in ("难产", "多胞胎") and re.search(r"护理假|陪产", sentence):
            named = "其他"
        if named:
            state.event = named
        elif _PLAIN.search(part) and not state.event:
            state.event = "产假"
        months = _months(part, amount)
        if months is not None:
            state.bound(*months)
            continue
        if amount.unit not in _LEAVE_UNITS or _is_time(part, amount) or _is_component(part, amount):
            continue
        if not state.event:
            continue
        yield _leave(part, sentence, amount, state)
        state.bounded = False
    if not found and (name := _special(part, len(part))):
        state.event = name
    elif not found and _PLAIN.search(part) and re.search(r"顺产|单胎|正常|分娩|女职工生育", part):
        state.event = "产假"


def _leave(part: str, sentence: str, amount: Amount, state: _State) -> Leave:
    before = part[: amount.start]
    role = (
        "总数"
        if _ALL.search(before + "0") or before.endswith("=")
        else "增加"
        if _MORE.search(before) or before.endswith("+") or _MORE_AFTER.match(part[amount.end :])
        else "基数"
    )
    bounded = (state.start, state.below) if state.bounded or state.event == "流产" else (0.0, 99.0)
    if state.event == "流产" and not state.bounded:
        bounded = (0.0, 99.0)
    return Leave(state.event or "产假", role, amount, *bounded, state.order, sentence)


def _special(text: str, until: int) -> str:
    """The last special event named before a place, '' where there is none."""
    last, at = "", -1
    for name, words in _SPECIAL:
        for m in words.finditer(text, 0, until):
            if m.start() > at:
                last, at = name, m.start()
    return last


def _first(text: str) -> str:
    """The first special event named in a text."""
    found = [(m.start(), name) for name, words in _SPECIAL if (m := words.search(text))]
    return min(found)[1] if found else ""


def _months(part: str, amount: Amount) -> tuple[float | None, float | None] | None:
    """The range of months of pregnancy that an amount bounds; None where it is no such threshold."""
    if amount.unit not in ("个月", "周"):
        return None
    around = part[max(0, amount.start - 6) : amount.end + 4]
    if not re.search(r"孕|妊娠|胎|流产|引产|终止", part) and not (amount.before or amount.after):
        return None
    if re.search(
        r"(?:休|假|给予|享受|延长|增加|加)(?:期|产假|流产假)?(?:为|共)?$", part[: amount.start]
    ) or not _PREGNANT.search(around + part[: amount.start]):
        return None
    factor = 0.25 if amount.unit == "周" else 1.0
    least, most = amount.least * factor, amount.most * factor
    if least != most:
        return least, most
    word = amount.before + amount.after
    ahead = part[max(0, amount.start - 3) : amount.start]
    if re.search(r"未满|不满|不足|未到|未达|不到|以下|以内|少于|小于|低于|内", word + ahead) and not re.search(
        r"不(?:得|应)?(?:少于|小于|低于)", word
    ):
        return None, least
    return least, None


def _is_component(part: str, amount: Amount) -> bool:
    """Whether an amount is only part of another one (含国家规定的3天), or how the leave is divided (按半天使用)."""
    if amount.least < 1 and amount.unit == "天":
        return True
    return bool(
        _WITHIN.search(part[: amount.start]) or re.match(r"[^,。;]{0,4}(?:已|均)[^,。;]{0,6}在内", part[amount.end :])
    )


def _is_time(part: str, amount: Amount) -> bool:
    """Whether a length of days is a deadline or a condition."""
    before, after = part[: amount.start], amount.after + part[amount.end :]
    if re.match(r"[^,。;]{0,6}(?:弹性|适应|缓冲|过渡|居家|哺乳期|试岗)", after):
        return True
    if _TIME_BEFORE.search(before) and not re.search(r"产后(?:可|休|享)|共$", before):
        return True
    if _TIME_AFTER.search(after):
        return True
    if amount.after in ("内", "以内", "之内") and re.search(r"后|起|之日", before):
        return True
    return bool(
        amount.before in ("超过", "满", "超出", "达到", "达", "高于", "多于")
        and re.match(r"(?:以上)?(?:的|者|后|部分|仍|未)", after)
    )
