"""可以 and 不能 of a claim against the law's 不得 on the same action."""

from __future__ import annotations

import re

from documents.figures import figures
from index.search import SearchIndex
from rag.compose import Passage, best_passage, carries
from rag.model import Question, Verdict
from rag.retrieve import fetch
from rag.understand.claim import is_claim, told_words
from rag.understand.facts import pregnancy

_MAY = re.compile(r"(?<!不)可以|(?<!不)能(?!力|不能)|随时|随便|有权|照样|照常|就得|没事|不违法|是?合法的|马上|允许")
_MAY_NOT = re.compile(r"不能|不得|不可以|不许|不准|不让|禁止|无权")
_ACTIONS = {
    "辞退": re.compile(r"辞退|开除|解雇|解除|走人|随[便时]辞|炒"),
    "夜班": re.compile(r"夜班|大夜"),
    "加班": re.compile(r"加班|延长劳动时间"),
    "降薪": re.compile(r"降薪|降(?:低)?(?:其)?工资|减工资"),
}
_RULES = "女职工劳动保护特别规定"
# The article that forbids an action towards mothers, for claims that search did not lead to it.
_FORBIDDEN = {
    "辞退": (_RULES, "第五条"),
    "降薪": (_RULES, "第五条"),
    "夜班": (_RULES, "第六条"),
    "加班": (_RULES, "第六条"),
}
# What lets an employer dismiss all the same, or lets her agree: then no verdict by modals.
_EXCEPTED = re.compile(
    r"旷工|违纪|严重|迟到|打架|造假|不符合|胜任|协商|自愿|愿意|签|到期|期满|倒闭|破产|绝对|任何|犯|欺诈|骗|裁员|小时工|非全日制|派遣"
)
_MOTHER = re.compile(r"怀孕|怀着|怀上|孕|产假|哺乳|三期")
# Claims of other words that a conclusion's words contradict.
_CLASHES = (
    (re.compile(r"到期.{0,6}(?:走人|终止|不续|就完)|到期就"), _MOTHER, re.compile(r"应当续延|自动延续|续延到")),
    (
        re.compile(r"(?:不用|不必|可以不|不需要|就行|有效|算数).{0,6}"),
        re.compile(r"(?:放弃|不交|不缴|自愿).{0,4}(?:社保|保险)"),
        re.compile(r"(?:约定|承诺)[^。]{0,12}无效"),
    ),
)


def by_law(index: SearchIndex, question: Question) -> tuple[Verdict, Passage] | None:
    """Hold a claim about mothers against the article that forbids the action. Returns the verdict and the article's words."""
    words = told_words(question.asked)
    if not (is_claim(question.asked) and _MOTHER.search(question.asked)):
        return None
    for name, (title, article) in _FORBIDDEN.items():
        if not _ACTIONS[name].search(words):
            continue
        for item in fetch(index, question, title, article, "禁止的条文")[:1]:
            law = best_passage(index, question, item)
            if carries(item) and (verdict := by_modals(question, law.core)) is not None:
                return verdict, law
    return None


def by_modals(question: Question, conclusion: str) -> Verdict | None:
    """Hold 可以 or 不能 of a claim against the 不得 of a conclusion, where its thresholds are met and nothing is excepted."""
    text = question.asked
    if not is_claim(text):
        return None
    words = told_words(text)
    if any(said.search(text) and about.search(text) and law.search(conclusion) for said, about, law in _CLASHES):
        return Verdict.NOT
    for name, action in _ACTIONS.items():
        if not action.search(words) or not (barred := _barred(action, conclusion)):
            continue
        if _EXCEPTED.search(text) or not _reached(barred, question):
            return None
        if _MAY_NOT.search(words):
            return None if name == "辞退" else Verdict.SUPPORTED
        if _MAY.search(words) and (name != "辞退" or _MOTHER.search(text)):
            return Verdict.NOT
    return None


def _barred(action: re.Pattern[str], conclusion: str) -> str:
    """The sentence of a conclusion that forbids an action, empty where none does."""
    for sentence in re.split(r"(?<=[。；])", conclusion):
        at = sentence.find("不得")
        if at >= 0 and action.search(sentence, at):
            return sentence
    return ""


def _reached(barred: str, question: Question) -> bool:
    """Whether the thresholds in a forbidding sentence are met by what is told."""
    bounds = figures(re.sub(r"第[一二三四五六七八九十百]+[条款项]|[一二三]件事", "", barred))
    if bounds <= figures(question.asked):
        return True
    told = pregnancy(question.asked)
    return told is not None and all(n.isdigit() and told.against(int(n)) is True for n in bounds)
