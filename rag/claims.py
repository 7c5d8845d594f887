"""Verdicts on what women were told: 支持, 部分支持, 不支持, 没有依据; firm or none at all.

Three grounds, each deterministic: a misconception of the library that says the same; a figure against the computed one of
the same kind and unit; a modal against the opposite or the same one on the same action. What a union plans to do is never
a right. Where none is firm, nothing is judged and the answer stands by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from documents.figures import figures
from documents.model import Level
from documents.topics import Purpose, provisions_for
from index.chunk import Chunk
from index.search import SearchIndex
from index.words import cut
from rag.compose import LONGEST_CONCLUSION, Passage, best_passage, carries, shorten
from rag.leave import named_provisions
from rag.modals import by_law, by_modals
from rag.model import Answer, Evidence, Question, Request, Status, Verdict
from rag.retrieve import fetch, retrieve
from rag.understand.claim import (
    claimed_days,
    claimed_hours,
    false_premise,
    is_claim,
    negative,
    single_clauses,
    spoken_parts,
    tells_nothing_else,
    tells_total,
)
from rag.understand.facts import pregnancy
from rag.understand.topic import topics_in

BOOK = "常见误解"
WORDS = {
    Verdict.SUPPORTED: "这个说法对。",
    Verdict.PARTLY: "这个说法只对一部分。",
    Verdict.NOT: "这个说法不对。",
    Verdict.BASELESS: "这个说法没有依据。",
}
# Misconceptions that are right in part, that no text bears out, and that courts see differently; the others are wrong.
PARTLY = frozenset(
    {
        "经期高空冷水活一律禁止",
        "三期内绝对不能解除",
        "三期内任何理由都不能解除",
        "三期内解除统统违法",
        "怀孕期间一律不能加班",
        "剖宫产自动加15天",
        "奖励假都由基金发钱",
        "产假期间不评优是惯例",
        "签字时不知怀孕一定能撤销",
        "津贴必须由单位申领",
        "违反女职工保护都罚5万起",
        "孕期禁令全都管到哺乳期",
        "有女职工就必须建哺乳室",
        "口头提出就能调岗",
        "单位防治不力要直接赔巨款",
    }
)
BASELESS = frozenset(
    {
        "妇科检查法定每年一次",
        "妇科检查费自己出",
        "津贴就高不就低是全国规定",
        "哺乳时间可以折钱或扣钱",
        "痛经假是全国法定",
        "职代会女代表法定30%",
        "育儿假可以累积、多孩叠加",
    }
)
OPEN = frozenset({"小时工同样有三期解雇保护"})
# Score of a firm match: cosine, plus half the share of the misconception's words that the question has.
FIRM = 0.94
LEAST_COSINE = 0.64
LEAST_WORDS = 0.3
LED_COSINE = 0.7
# A misconception is outdone by evidence this likely where its own chance is less than this share of that.
SURE, OUTDONE = 0.7, 0.4
# Of the laws that a misconception names, those that fit the claim nearly as well as the best are cited.
NEAR = 0.9
# If the misconception speaks of it, the claim must too.
_ESSENTIAL = tuple(
    re.compile(words)
    for words in (
        r"全国|国家|统一",
        r"试用期",
        r"临时工|个体",
        r"派遣|用工单位|退回",
        r"小时工|非全日制",
        r"平台",
        r"丈夫|老公|爱人|配偶",
        r"愿意|自愿",
        r"哺乳室|母婴室",
        r"高空|冷水",
        r"电脑",
        r"晚婚",
        r"人工流产|人流|打胎",
        r"流产|小产|胎停|引产",
        r"剖[腹宫]产|剖",
        r"罚款|罚",
        r"工会",
        r"产检|检查|孕检|体检",
        r"调岗|换岗",
        r"加班|延长",
        r"夜班|大夜|倒班",
        r"延迟|延到|推迟",
        r"违法解除|2N",
        r"仲裁",
        r"监察",
        r"保护令",
        r"骚扰|黄腔|段子",
        r"年假|年休假",
        r"单位.{0,3}领|领.{0,6}单位",
        r"奶粉|母乳|奶瓶",
        r"折|扣",
        r"绝对|任何|什么错",
        r"必须(?!有身体)",
        r"只能|只有(?:怀|2)|只延",
        r"马上|一经发现|直接赔",
        r"每年|一年",
        r"形式",
        r"陪产|护理假",
        r"育儿假",
        r"婚假",
        r"更年期",
        r"痛经",
        r"两险|并入",
        r"未婚",
        r"缴|交",
    )
)
_NO_WORD = re.compile(r"^(?:错|不对|不行)。")
_REMARK = re.compile(r"（条号未核实）|（本库注[:：](?:[^（）]|（[^（）]*）)*）")
_MONTHS = re.compile(r"(\d+)个月以上")
_EXAMPLE = re.compile(r"“[^”]*”")
_KIND_DAYS = {
    "产假": re.compile(r"(?<![陪流加])产假(?:最低)?(\d+)天|(?:有|享受)(\d+)天产假"),
    "护理假（陪产假）": re.compile(r"护理假）?(\d+)天"),
    "婚假": re.compile(r"婚假(\d+)天"),
}
_HOURS = re.compile(r"安排(\d+)小时哺乳时间")
_CONDITIONAL = re.compile(r"再加|可以定到|延长到|最低|另有")
_UNMET = re.compile(r"没(?:有)?(?:做|参加|查|去)")
_RANGE = re.compile(r"个省从(\d+)天到(\d+)天不等")
_FLOOR = re.compile(r"(?:有|享受)(\d+)天产假")
# Above her total by less than the first, a claim may count what comes on a condition; under the second it may be about another thing.
MOST_ADDED, LEAST_LEAVE = 100, 60
_TERMS = re.compile(r"= [^；。]*")
_OF_THE_UNION = frozenset({"工会", "专项集体合同", "仲裁诉讼", "劳动监察"})
# What binds employers comes before what binds the state.
OF_EMPLOYERS = 0.2
_PLAN = re.compile(r"(?:工会|总工会|计划|要点|工作意见|报纸|新闻|文件|材料).{0,24}(?:写|有|推动|要求|提|说|安排|里)")
_AS_RIGHT = re.compile(r"必须|违法|犯法|告(?:它|他|公司|单位|厂|老板)|仲裁|起诉|有义务|强制|能赢")


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with its conclusion and the passages under it, the contradicting provision first."""

    verdict: Verdict
    conclusion: str
    passages: tuple[Passage, ...]


def ruling(index: SearchIndex, question: Question, evidence: Sequence[Evidence] = ()) -> Ruling | None:
    """Rule on a claim by itself: a plan taken for a right, or a misconception of the library. None where neither is firm.

    Of `evidence`, what the search found, none may be far likelier to answer than the misconception.
    """
    if question.request not in (Request.RIGHT, Request.PLAN):
        return None
    as_right = _PLAN.search(question.asked) and _AS_RIGHT.search(question.asked)
    if as_right and (found := _plan_as_right(index, question)) is not None:
        return found
    if question.request is not Request.RIGHT:
        return None
    return _misconceived(index, question, evidence) or _forbidden(index, question)


def judge(index: SearchIndex, question: Question, answer: Answer) -> Answer:
    """Put the verdict on a claim at the head of an answer's conclusion, where its own figures or modals decide firmly."""
    found = next((verdict for verdict, words in WORDS.items() if answer.conclusion.startswith(words)), None)
    if found is None and (placeless := _without_place(question, answer)) is not None:
        words = WORDS[placeless] + answer.conclusion
        answer = replace(answer, status=Status.ANSWERED, conclusion=words)
        found = placeless
    if found is None and answer.status is Status.ANSWERED and any(not c.level.is_plan for c in answer.citations):
        found = (
            _by_figures(question, answer.conclusion)
            or by_modals(question, answer.conclusion)
            or _by_lead(index, question, answer)
        )
        if found is not None:
            words = answer.conclusion
            if len(words) + len(WORDS[found]) > LONGEST_CONCLUSION:
                words = words.replace("；不分第几个孩子，都一样", "")
            answer = replace(answer, conclusion=WORDS[found] + words)
    if found is None:
        return answer
    return replace(answer, verdict=found, trace=(*answer.trace, f"说法：{found}"))


def _plan_as_right(index: SearchIndex, question: Question) -> Ruling | None:
    """Say what kind of paper a plan is, and what law gives on the same topic where it gives anything."""
    plans = retrieve(index, question, 8, plans=True)
    if not plans:
        return None
    plan = max(
        (best_passage(index, question, item) for item in plans),
        key=lambda p: (
            p.evidence.score / plans[0].score
            + 0.5 * index.coverage(question.search, index.words_of((p.chunk.card.title, p.chunk.text)))
            + 0.5 * min(p.score, 1.0)
        ),
    )
    rights = [
        best_passage(index, question, item)
        for topic in [t for t in topics_in(question.search) if t not in _OF_THE_UNION][:1]
        for row in provisions_for(topic, Purpose.RIGHT)
        for item in fetch(index, question, row.title, row.article, "法律给的")[:1]
        if carries(item)
        and item.chunk.card.level in (Level.LAW, Level.ADMINISTRATIVE)
        and ("托" in item.chunk.text or "托" not in question.search)  # one topic holds nurseries and nursing rooms
    ]
    paper = plan.chunk.card
    head = f"{WORDS[Verdict.BASELESS]}《{paper.title}》是{paper.level}，是工作安排，不是法律，不能拿来当权利。"
    if not rights:
        return Ruling(Verdict.BASELESS, head + "本库没有查到法律这样规定。", (plan,))
    law = max(rights, key=lambda p: p.score + (OF_EMPLOYERS if "用人单位" in p.core else 0.0))
    words = shorten(_REMARK.sub("", law.core or law.quote), max(LONGEST_CONCLUSION - len(head) - 6, 40))
    return Ruling(Verdict.BASELESS, f"{head}法律规定的是：{words}", (law, plan))


def _forbidden(index: SearchIndex, question: Question) -> Ruling | None:
    """Rule by the article that forbids, or does not let forbid, what the claim says."""
    if (found := by_law(index, question)) is None:
        return None
    verdict, law = found
    head = WORDS[verdict]
    return Ruling(verdict, head + shorten(law.core, LONGEST_CONCLUSION - len(head)), (law,))


def _misconceived(index: SearchIndex, question: Question, evidence: Sequence[Evidence]) -> Ruling | None:
    text = question.asked
    if not is_claim(text):
        return None
    chunk = _best_match(index, text)
    if chunk is None or _outdone(chunk, evidence):
        return None
    item = next((e for e in fetch(index, question, BOOK, chunk.provision.article, "同样的说法")), None)
    if item is None or not carries(item):
        return None
    at = item.chunk.text.find("实际")
    quote = item.chunk.text[at:].strip()
    words = _REMARK.sub("", re.sub(r"^实际[:：]", "", quote))
    verdict = _verdict_on(chunk.provision.article)
    head = WORDS[verdict]
    conclusion = head + shorten(_NO_WORD.sub("", words), LONGEST_CONCLUSION - len(head))
    laws = [best_passage(index, question, p.evidence) for p in named_provisions(index, question, item)]
    best = max((law.score for law in laws), default=0.0)
    near = [law for law in laws if law.score >= NEAR * best][:2]
    return Ruling(verdict, conclusion, (*near, Passage(item, quote, 1.0, words)))


def _outdone(chunk: Chunk, evidence: Sequence[Evidence]) -> bool:
    """Whether the search found what is far likelier to answer than a misconception that sounds alike."""
    chances = {item.chunk.id: item.chance for item in evidence if item.chance is not None}
    best = max(chances.values(), default=0.0)
    return best >= SURE and chances.get(chunk.id, 0.0) < OUTDONE * best


def _best_match(index: SearchIndex, text: str) -> Chunk | None:
    """The misconception that says what the question's claim says; None where the best is not firm."""
    chunks, said, vectors = _misconceptions(index)
    if not chunks:
        return None
    parts = spoken_parts(text)
    if not parts:
        return None
    clauses = single_clauses(parts) or parts
    cosines = (index.encoder.encode(parts) @ vectors.T).max(axis=0)
    nearest = (index.encoder.encode(clauses) @ vectors.T).argmax(axis=0)
    asked = set(cut(text))
    best, best_score = None, FIRM
    for number, (chunk, words) in enumerate(zip(chunks, said, strict=True)):
        if cosines[number] < LEAST_COSINE:
            continue
        share = index.coverage(words, asked)
        score = float(cosines[number]) + 0.5 * share
        if score < best_score or share < LEAST_WORDS:
            continue
        if chunk.provision.article in OPEN or not _says_the_same(words, text, clauses[nearest[number]]):
            continue
        best, best_score = chunk, score
    return best


def _says_the_same(said: str, text: str, part: str) -> bool:
    """Whether figures and essential words agree with the question's, and negation with the part of it that is nearest."""
    told = pregnancy(text)
    bounds = {n for n in _MONTHS.findall(said) if told is not None and told.against(int(n)) is True}
    theirs, hers = figures(_EXAMPLE.sub("", said)) - bounds, figures(text)
    if not (theirs <= hers or (len(hers) > 1 and hers <= theirs)):
        return False
    if any(word.search(said) and not word.search(text) for word in _ESSENTIAL):
        return False
    return negative(said) == negative(part)


@lru_cache(maxsize=4)
def _misconceptions(index: SearchIndex) -> tuple[tuple[Chunk, ...], tuple[str, ...], NDArray[np.float32]]:
    """The library's misconceptions with the claim that each states and its (n, d) unit vectors."""
    found = [chunks[0] for (title, _), chunks in index.by_article.items() if title == BOOK]
    pairs = [(c, m[1]) for c in found if (m := re.search(r"说法[:：](.+?)。?\n", c.text)) and "实际" in c.text]
    if not pairs:
        return (), (), np.zeros((0, 1), dtype=np.float32)
    chunks, said = zip(*pairs, strict=True)
    return tuple(chunks), tuple(said), np.asarray(index.encoder.encode(list(said)), dtype=np.float32)


def _by_lead(index: SearchIndex, question: Question, answer: Answer) -> Verdict | None:
    """The verdict on the misconception that leads an answer, found by search: a looser likeness is then enough."""
    lead = answer.citations[0]
    clauses = single_clauses(spoken_parts(question.asked))
    if lead.title != BOOK or lead.article in OPEN or not is_claim(question.asked) or not clauses:
        return None
    chunks, said, vectors = _misconceptions(index)
    at = next((n for n, chunk in enumerate(chunks) if chunk.provision.article == lead.article), None)
    if at is None:
        return None
    cosines = index.encoder.encode(clauses) @ vectors[at]
    if cosines.max() < LED_COSINE or not _says_the_same(said[at], question.asked, clauses[int(cosines.argmax())]):
        return None
    return _verdict_on(lead.article)


def _verdict_on(article: str) -> Verdict:
    return Verdict.PARTLY if article in PARTLY else Verdict.BASELESS if article in BASELESS else Verdict.NOT


def _by_figures(question: Question, conclusion: str) -> Verdict | None:
    """Hold the one figure that is claimed against the one that holds for her, of the same kind and unit."""
    text = question.asked
    if not (is_claim(text) or false_premise(text)) or not question.topics:
        return None
    label = question.topics[0]
    if label == "哺乳时间":
        return _hours(question, conclusion)
    pattern = _KIND_DAYS.get(label)
    totals = {int(n) for groups in pattern.findall(conclusion) for n in _flat(groups) if n} if pattern else set()
    if not totals or ("天产假" in conclusion and question.slots & {"难产", "剖宫产", "多胞胎"}):
        return None
    claimed = claimed_days(text)
    if len(claimed) != 1 or not tells_total(text):
        return None
    low, high = claimed.pop()
    if any(low <= total <= high for total in totals):
        return _agrees(low == high, len(totals) > 1, bool(_CONDITIONAL.search(conclusion)), text)
    others = {int(n) for n in figures(_TERMS.sub("", conclusion)) if n.isdigit()} - totals
    if any(low <= n <= high for n in others):
        met = low > max(totals) and _CONDITIONAL.search(conclusion) and not _UNMET.search(text)
        return Verdict.PARTLY if met else None
    near = 0 < low - max(totals) <= MOST_ADDED
    other = low < LEAST_LEAVE and not tells_nothing_else(text)
    return None if other or (near and _CONDITIONAL.search(conclusion)) else Verdict.NOT


def _without_place(question: Question, answer: Answer) -> Verdict | None:
    """Maternity leave claimed where no province is told: less than the nation's floor is wrong, far more than the range baseless."""
    spread = _RANGE.search(answer.conclusion)
    floor = _FLOOR.search(answer.conclusion)
    asked = is_claim(question.asked) or false_premise(question.asked)
    claimed = claimed_days(question.asked) if asked and question.topics == ("产假",) else set()
    if answer.status is not Status.CLARIFY or floor is None or len(claimed) != 1:
        return None
    low, high = claimed.pop()
    if high < int(floor[1]):
        return Verdict.NOT
    return Verdict.BASELESS if low > int(spread[2] if spread else floor[1]) + MOST_ADDED else None


def _agrees(exact: bool, several: bool, conditional: bool, text: str) -> Verdict | None:
    if not exact or not tells_nothing_else(text):
        return None
    if several or (conditional and re.search(r"只|最多|封顶|固定|顶多|全部", text)):
        return Verdict.PARTLY
    return Verdict.SUPPORTED


def _flat(groups: str | tuple[str, ...]) -> tuple[str, ...]:
    return (groups,) if isinstance(groups, str) else groups


def _hours(question: Question, conclusion: str) -> Verdict | None:
    due = {int(n) for n in _HOURS.findall(conclusion)}
    claimed = claimed_hours(question.asked)
    if (
        len(due) != 1
        or len(claimed) != 1
        or question.slots & {"多胞胎"}
        or not re.search(r"每天|一天", question.search)
    ):
        return None
    return Verdict.SUPPORTED if due == claimed else Verdict.NOT
