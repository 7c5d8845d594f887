"""What she can do now: at most four steps for her topic, each from a provision that it names and that the open index holds.

A step is a whole sentence of the library, a deadline of the typed rows, or headings of the hotlines; nothing is rephrased.
Its sources are named in it and count as retrieved; they carry no conclusion, so they are no citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from documents.deadlines import Deadline, Due, Kind, Unit, deadlines, due
from documents.figures import figures
from documents.topics import Purpose, TopicRow, provisions_for, topic_rows
from index.search import SearchIndex
from rag.model import Answer, Evidence, Question, Request, Risk, Status
from rag.retrieve import fetch, merge
from rag.understand.facts import happened
from rag.understand.topic import OF_LEAVE, topics_in

KEEP = "先留证据：合同、工资条、排班表、医院证明、聊天和通知都保存好"
TALK = "先和单位书面沟通，再找本单位或上级工会（12351）；也可以打12333投诉、12348问法律援助"
# Where no topic is sure.
STEPS_RIGHT = (KEEP, TALK)
MOST = 4
LONGEST = 70  # characters of a step's own words (most have under 60); its source stands beside them
WHY = "下一步的出处"
ASK = "可能已过，请先问12348或工会"
# How a sentence begins that tells what to do and stands by itself.
_DO = re.compile(
    r"留：|发短信|写[：清]|去医院|去劳动合同履行地|向用工所在地|要接警|要单位拿出|马上(?:把|打)|没看懂不签|看不懂先|书面投诉|先投诉|问一声|"
    r"可以请工会|合同、工资流水|聊天截图|应当书面申请|主要在.{0,12}线上申请|自愿选择弹性|参加生育保险的个人申领|凭失业登记|"
    r"违反本法、实施就业歧视|有人强行触碰|经济困难、没有委托|诉讼事项去|夫妻一方要离婚|劳动者离开单位时|对不予受理|双方自愿离婚|不要求十足证据|遭受家庭暴力，或者面临"
)
# Steps for some situations only: without these words the next row is taken.
_ONLY_WHEN = {
    "单位还不知道我怀孕": re.compile(r"不知道.{0,4}怀|没(?:告诉|跟|和).{0,6}(?:公司|单位|老板)|才(?:发现|查出|知道)"),
    "正在发生，先脱身报警": re.compile(r"正在|刚才|现在"),
    "时效快到了先援助": re.compile(r"快到|来不及|还剩"),
    "有没有通知工会": re.compile(r"工会"),
    "老板欠薪跑了": re.compile(r"跑|失联|找不到"),
    "孕期干不了原来的活，留这些": re.compile(r"岗|活|干不|累|站|搬|重|吃不消|适应|味|反应|疼"),
    "提前退休的书面告知": re.compile(r"提前|早点退"),
    "什么情况可以申请": re.compile(r"申请|能|可以"),
    "对工伤认定、鉴定不服": re.compile(r"不服|不认|驳回|不予"),
}
# What interrupts a deadline and what is excepted from it, in few words; of the rows in `documents/rules/deadlines.csv`.
_ALSO = {
    "申请劳动仲裁": "主张权利、投诉会中断重算；在职期间拖欠劳动报酬的不受1年限制",
    "离职后追讨拖欠的劳动报酬（仲裁）": "主张权利、投诉会中断重算",
    "向法院起诉要民事赔偿": "要求对方履行、起诉会中断重算；停止侵害、赔礼道歉不受限",
    "申请延长人身安全保护令": "以裁定写的有效期为准",
}
# A deadline that fits only where these words stand.
_ASKED = {
    "不服仲裁裁决向法院起诉": re.compile(r"裁决"),
    "不服终局裁决向法院起诉（劳动者）": re.compile(r"终局"),
    "离职后追讨拖欠的劳动报酬（仲裁）": re.compile(r"(?:欠|工资|加班费|报酬).*(?:离职了?|辞职了?|不干了|走了)"),
    "申请延长人身安全保护令": re.compile(r"到期|延长|续"),
    "对保护令裁定申请复议": re.compile(r"驳回|复议"),
    "劳动能力再次鉴定": re.compile(r"鉴定"),
}
# What a told day must stand beside to be the day from which a deadline runs.
_STARTS = {
    "申请劳动仲裁": re.compile(r"辞|开除|解除|解雇|炒|走人|调岗|降薪"),
    "本人申请工伤认定": re.compile(r"受伤|砸|摔|轧|压|断|撞|晕倒|出(?:了)?事"),
    "不服仲裁裁决向法院起诉": re.compile(r"裁决"),
    "离职后追讨拖欠的劳动报酬（仲裁）": re.compile(r"离职|辞职|不干了|走了"),
}
_BESIDE = 12
_VIOLENT = ("性骚扰", "家庭暴力")
# Where the general words on keeping contracts and payslips help nobody.
_NOT_AT_WORK = frozenset(
    [
        "人身安全保护令",
        "孕期离婚",
        "彩礼",
        "子女抚养",
        "离婚财产",
        "家庭暴力",
        "隐私",
        "法律援助",
        "育儿补贴",
        "失业金",
        "退休",
        "专项集体合同",
        "工会",
    ]
)
_AFTER_DANGER = "脱险以后打12338"
_SAFETY = frozenset(["人身安全保护令", "孕期离婚", "子女抚养", "离婚财产", "家庭暴力", "性骚扰", "隐私"])
# Who only asks how much is due needs no deadline; these words tell that something went wrong.
_QUIET = frozenset(
    [
        "产假天数",
        "护理假育儿假",
        "婚假",
        "流产",
        "哺乳时间",
        "经期",
        "年休假",
        "产前检查",
        "生育津贴",
        "生育医疗费",
        "三八节",
        "加班",
        "社保",
        "劳动合同",
        "退休",
        "更年期",
    ]
)
_DISPUTE = re.compile(
    r"不[给批让准许发交缴认付签]|没[给批发交缴付签]|只[给批有休按]|(?<!多)少|[扣欠拖克罚逼辞赔告]|开除|解[除雇]|退回|违法|合法|走人|非要|硬|投诉|仲裁|怎么办|咋办|凭什么|"
    r"降薪|调岗|骚扰|歧视|不要我|来不及|时效|期限|对吗|算数|说法"
)
_SOURCE = re.compile(r"（《(?P<title>.+)》(?P<article>[^《》]*)）")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, in words that name their source, with the evidence that carries them."""

    text: str
    evidence: tuple[Evidence, ...]


def advise(index: SearchIndex, question: Question, answer: Answer) -> Answer:
    """Give a rights answer the steps of its topic; an answer about plans, a refusal, a counter-question stay as they are.

    What a rule's own computation tells to do stays whole.
    """
    if question.request not in (Request.RIGHT, Request.PLAN) or not _wants(answer):
        return answer
    topic, why = topic_of(question, answer)
    # what she does, she does today, whatever day's law she asked about
    steps = steps_for(index, replace(question, as_of=date.today()), topic) if topic else []
    told = tuple(step.text for step in steps)
    if answer.status is Status.HOTLINE:  # the numbers stand in the conclusion
        steps = steps[:2]
        told = (*(step.text for step in steps), *answer.steps)
    trace = f"下一步：{topic or '通用'}（{why}）"
    retrieved = merge(answer.retrieved, *(step.evidence for step in steps))
    return replace(answer, steps=told or STEPS_RIGHT, retrieved=tuple(retrieved), trace=(*answer.trace, trace))


def _wants(answer: Answer) -> bool:
    """Whether an answer tells a right and nothing of its own to do: it cites law, and neither refuses nor only asks back."""
    if answer.status is Status.HOTLINE:
        return bool(answer.citations)
    if answer.status in (Status.REFUSED, Status.CLARIFY) and not answer.steps:
        return False
    if answer.steps not in ((), STEPS_RIGHT):
        return False
    return any(not citation.level.is_plan for citation in answer.citations)


def topic_of(question: Question, answer: Answer) -> tuple[str, str]:
    """Decide a question's topic: its words, borne out by what the answer cites. Returns (topic or "", why)."""
    words = topics_in(question.search)
    if question.risk is Risk.VIOLENCE:
        return next((t for t in words if t in _VIOLENT), "家庭暴力"), "危险"
    cited = [(c.title, c.article) for c in answer.citations]
    leave = {OF_LEAVE[label] for label in question.topics if label in OF_LEAVE}
    backed = {row.topic for row in topic_rows() if (row.title, row.article) in cited}
    backed |= {OF_LEAVE[article] for _, article in cited if article in OF_LEAVE}
    for topic in words:
        if topic in backed:
            return topic, "问题的词和引用的条文一致"
    if words and not backed and (len(words) == 1 or words[0] in leave):
        return words[0], "问题的词"
    if not words and len(leave) == 1:
        return leave.pop(), "问的假期"
    if words or not cited:
        return "", "问题的词和引用的条文对不上" if words else "没有引用"
    rights = {
        row.topic for row in topic_rows() if row.purpose is Purpose.RIGHT and (row.title, row.article) == cited[0]
    }
    if len(rights) == 1:
        return rights.pop(), "引用的条文只属于这一类"
    return "", "词和条文都定不下来"


def steps_for(index: SearchIndex, question: Question, topic: str) -> list[Step]:
    """Return a topic's steps for a question: evidence to keep, what to do, the deadline, whom to call.

    What the index does not hold, or does not hold for the question's day, is left out; the general words then stand in for
    evidence and help.
    """
    keep = _sentence_step(index, question, provisions_for(topic, Purpose.EVIDENCE), ())
    done = {item.chunk.provision.id for item in keep.evidence} if keep else set()
    act = _sentence_step(index, question, provisions_for(topic, Purpose.STEP), done)
    at_work = topic not in _NOT_AT_WORK
    quiet = topic in _QUIET and not _DISPUTE.search(question.search)
    when = None if quiet else _deadline_step(index, question, topic)
    call = _help_step(index, question, topic)
    general = (Step(KEEP, ()), Step(TALK, ())) if at_work else (None, None)
    return [step for step in (keep or general[0], act, when, call or general[1]) if step is not None]


def _sentence_step(
    index: SearchIndex, question: Question, rows: Sequence[TopicRow], done: Iterable[str]
) -> Step | None:
    """The first sentence of the rows' provisions that tells what to do and is short enough, whole."""
    for row in rows:
        if row.article in _ONLY_WHEN and not _ONLY_WHEN[row.article].search(question.search):
            continue
        for item in fetch(index, question, row.title, row.article, WHY):
            if item.chunk.provision.id in done:
                continue
            for sentence in re.split(r"(?<=[。！？])", item.chunk.text):
                words = sentence.strip().removesuffix("。")
                if _DO.match(words) and len(words) <= LONGEST and "\n" not in words:
                    opening = "留好" if words.startswith(("合同、", "聊天截图")) else ""
                    return Step(f"{opening}{words}（《{row.title}》{row.article}）", (item,))
    return None


def _deadline_step(index: SearchIndex, question: Question, topic: str) -> Step | None:
    for row in provisions_for(topic, Purpose.DEADLINE):
        typed = _typed(row, question)
        found = fetch(index, question, row.title, row.article, WHY) if typed else []
        for item in found:
            if typed and str(typed.length) in figures(item.chunk.text):
                return Step(f"{deadline_words(typed, question)}（《{row.title}》{row.article}）", (item,))
    return None


def _typed(row: TopicRow, question: Question) -> Deadline | None:
    """Her own deadline that a provision holds and that fits what she tells; the special one before the general."""
    fitting = [d for d in deadlines() if (d.title, d.article) == (row.title, row.article) and d.kind is Kind.RIGHT]
    asked = [d for d in fitting if d.event in _ASKED and _ASKED[d.event].search(question.search)]
    return next(iter([*asked, *(d for d in fitting if d.event not in _ASKED)]), None)


def deadline_words(row: Deadline, question: Question) -> str:
    """Tell a deadline: how long, from when, what interrupts it, and by when to act where she told the day."""
    unit = "个月" if row.unit is Unit.MONTH else str(row.unit)
    words = f"{row.event}：{row.length}{unit}内，从{row.starts}起算"
    words += f"；{_ALSO[row.event]}" if row.event in _ALSO else ""
    return words + "".join(f"；{part}" for part in computed_words(row, question))


def computed_words(row: Deadline, question: Question) -> tuple[str, ...]:
    """The words with computed days, () where she told no day from which the deadline runs, or only a year."""
    today = date.today()
    beside = _STARTS.get(row.event)
    span = happened(question.search, today) if beside else None
    if beside is None or span is None or span.last - span.first > timedelta(days=31):
        return ()
    at = question.search.find(span.words)
    around = question.search[max(at - _BESIDE, 0) : at + len(span.words) + _BESIDE]
    if at < 0 or not beside.search(around):
        return ()
    return (_by_when(due(row, span.first), today),)


def _by_when(found: Due, today: date) -> str:
    day = _day(found.start)
    if found.passed(today):
        return f"按{day}起算{ASK}"
    if found.advised <= today:
        return f"按{day}起算已经很近，建议马上递交"
    return f"按{day}起算，建议最迟{_day(found.advised)}递交"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _help_step(index: SearchIndex, question: Question, topic: str) -> Step | None:
    """Up to three hotlines by their headings: when to call, and the number."""
    found = [
        item
        for row in provisions_for(topic, Purpose.HELP)
        for item in fetch(index, question, row.title, row.article, WHY)[:1]
        if figures(row.article) and figures(row.article) <= figures(item.chunk.text)
    ][:3]
    if not found:
        return None
    headings = [item.chunk.provision.article for item in found]
    if topic not in _SAFETY and _AFTER_DANGER in headings:
        at = headings.index(_AFTER_DANGER)
        headings[at] = found[at].chunk.text.split("。")[0]
    words = "；".join(headings)
    return Step(f"{words}（《{found[0].chunk.card.title}》）", tuple(found))


def step_faults(answer: Answer) -> dict[str, str]:
    """Hold steps against the provisions that they name. Returns the steps at fault, with why.

    The named provision must have been retrieved, and every figure of the step stand in it; computed days are computed again.
    """
    faults = {}
    for step in answer.steps:
        at = max(step.rfind("（《"), 0)
        if (match := _SOURCE.fullmatch(step[at:])) is None:
            continue
        texts = [
            f"{item.chunk.provision.article}\n{item.chunk.provision.text}"
            for item in answer.retrieved
            if item.chunk.card.title == match["title"] and match["article"] in ("", item.chunk.provision.article)
        ]
        words = step[:at]
        for said in _computed(answer.question, match["title"], match["article"]):
            words = words.replace(said, "")
        missing = figures(words) - set().union(*(figures(text) for text in texts))
        if not texts:
            faults[step] = f"下一步的出处《{match['title']}》{match['article']}没有检索到"
        elif missing:
            faults[step] = f"下一步的数字{'、'.join(sorted(missing))}不在它的出处里"
    return faults


def _computed(question: Question | None, title: str, article: str) -> list[str]:
    if question is None:
        return []
    rows = [row for row in deadlines() if (row.title, row.article) == (title, article)]
    return [words for row in rows for words in computed_words(row, question)]
