"""The gate for a model's sentences: each is held against the passages that it cites and against the answer without a model.

What protects is this, not what the model was told. A fault is a short Chinese phrase that never repeats the sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.figures import figures
from documents.numerals import NUMERAL, to_int
from documents.region import find_regions
from rag.gate import bounds, check_bounds, check_figures, check_modals, check_polarity, measures, modals

_FORMAT = re.compile(
    r"<|>|&[#\w]+;|https?:|www\.|//|\]\(|!\[|javascript:|data:|\\u|(?<![\w])[\w-]+\.(?:com|cn|net|org|io|top|xyz|html?|php)|\|.*\||\$\$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"《([^》]*)》")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?")
_QUOTED = re.compile(r"[“\"「『‘]([^”\"」』’]*)[”\"」』’]")
_HOTLINE = re.compile(r"(?<!\d)(?:12\d{3}|110|120)(?!\d)")
_RARE_NUMERAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟萬廿卅]")
_BARE_NUMERAL = re.compile(rf"(?<!第)[{NUMERAL}]{{2,7}}")
_DATE = re.compile(r"\d{4}年\d{1,2}月(?:\d{1,2}日)?")
_SUM_TERMS = re.compile(r"=[^，。；;]+")
_LABELS = re.compile(r"《[^》]*》|第[一二三四五六七八九十百千零〇]+[条款项](?:之[一二三四五六七八九十]+)?|共\d+项")
# Words that settle something: a sentence has them only where its sources do.
_WEIGHTY = re.compile(
    r"一律|任何|所有|全部|绝对|必然|肯定|保证|永远|无论|随时|自动|合法|违法|非法|犯罪|有效|无效|赔偿|补偿|罚款|双倍|仲裁|起诉|"
    r"诉讼|报警|举报|投诉|奖金|津贴|全额|照发|免费|辞退|开除|解除|终止|带薪|无薪|工资|退休|社保|保险|罚|诊断|证明|医院|微信|电话|加我|联系我"
)
_EXCEPTION = re.compile(r"但|除外|除[^，。；]{1,20}外|不适用|例外|另有规定|其他情形")
# Conditions of the conclusion without a model that must come through word for word.
_CONDITION = re.compile(
    r"符合|按规定|批准|同意|协商|鼓励|强制|试用期|没有参加|已参加|只有|仅|自愿|先休|提前|每多|每人|每年|每天|每次|每月|二选一|其中"
)
_STRONG = frozenset({"不得", "不必", "必须", "有权"})
_GROUPS = (
    re.compile(r"难产|剖宫产|顺产|单胎|[多双三]胞胎|流产|早产"),
    re.compile(r"护理假|陪产假|育儿假|婚假|丧假|哺乳|年休假|病假|(?<!陪)产假"),
)
_SAME = {"双胞胎": "多胞胎", "三胞胎": "多胞胎", "陪产假": "护理假"}
# Share of a sentence's pairs of characters that stand in what it rests on.
LEAST_GROUND = 0.2


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a model may cite: its number in the answer, name, 条, exact words, and whether they are official."""

    number: int
    title: str
    article: str
    text: str
    official: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer rests on: its citable sources, its conclusion, the phrases that rules computed, the masked question."""

    sources: tuple[Source, ...]
    conclusion: str
    computed: tuple[str, ...]
    asked: str


def sentence_faults(sentence: str, cited: Sequence[Source], ground: Ground) -> tuple[str, ...]:
    """Hold one sentence, its marks already taken out, against what it cites. Returns what is wrong, empty where all stands."""
    if not cited:
        return ("没有标出处",)
    if fault := _form(sentence):
        return (fault,)
    texts = [source.text for source in cited]
    known = [*texts, ground.conclusion]
    plain = _without_computed(sentence, ground)
    faults = [*_labels(sentence, cited, ground), *_quotes(sentence, cited), *_figures(plain, texts, ground)]
    for check in (check_bounds, check_modals, check_polarity):
        faults += check(plain, known).faults
    faults += _anchors(plain, cited, ground)
    joined = "\n".join([*known, *(source.title for source in cited)])
    faults += [f"「{word}」在材料里没有" for word in sorted(set(_WEIGHTY.findall(sentence))) if word not in joined]
    if _ground(sentence, joined + ground.asked) < LEAST_GROUND:
        faults.append("意思在材料里找不到")
    return tuple(faults)


def conclusion_faults(conclusion: str, ground: Ground) -> tuple[str, ...]:
    """Hold a whole conclusion against the one without a model: no figure, threshold, exception, condition or bar is dropped.

    The terms of a sum may be left out, its total may not.
    """
    before = _LABELS.sub("", _SUM_TERMS.sub("", ground.conclusion))
    faults = [f"漏了数字{number}" for number in sorted(figures(before) - figures(conclusion))]
    said = bounds(conclusion)
    for number, kinds in sorted(bounds(before).items()):
        if "" not in kinds and not kinds & said.get(number, set()):
            faults.append(f"漏了数字{number}的界限")
    if _EXCEPTION.search(before) and not _EXCEPTION.search(conclusion):
        faults.append("漏了例外")
    faults += [f"漏了条件「{word}」" for word in sorted(set(_CONDITION.findall(before))) if word not in conclusion]
    faults += [f"漏了「{name}」" for name in sorted((modals(before) & _STRONG) - modals(conclusion))]
    return tuple(faults)


def _form(sentence: str) -> str:
    if _FORMAT.search(sentence):
        return "有网址、HTML或Markdown"
    odd = {"Cc", "Cf", "Cs", "Co", "No", "Nl"}
    if any(unicodedata.category(c) in odd or (c.isdigit() and not c.isascii()) for c in sentence):
        return "有不该有的字符"
    return ""


def _without_computed(sentence: str, ground: Ground) -> str:
    """Take out the exact phrases and dates that a rule computed for the answer without a model."""
    for phrase in (*ground.computed, *_DATE.findall(ground.conclusion)):
        sentence = re.sub(rf"(?<!\d){re.escape(phrase)}(?!\d)", "", sentence)
    return sentence


def _labels(sentence: str, cited: Sequence[Source], ground: Ground) -> list[str]:
    """Names of laws and articles that are not those of the cited passages, and that these do not mention."""
    known = "\n".join([*(f"{s.title} {s.article} {s.text}" for s in cited), ground.conclusion])
    faults = ["写了别的文件名" for title in _TITLE.findall(sentence) if title not in known]
    return faults + ["写了别的条号" for article in _ARTICLE.findall(sentence) if article not in known]


def _quotes(sentence: str, cited: Sequence[Source]) -> list[str]:
    """Quotations that do not stand character for character in a cited official text; a restatement is never quoted."""
    return [
        "引文不在引用的原文里"
        for quote in _QUOTED.findall(sentence)
        if not any(source.official and quote in source.text for source in cited)
    ]


def _figures(sentence: str, texts: Sequence[str], ground: Ground) -> list[str]:
    """Figures that stand neither in the cited passages nor, computed, in the conclusion without a model alone."""
    elsewhere = set().union(*(figures(source.text) for source in ground.sources))
    own = " ".join(f"{number}{unit}" for number, unit in sorted(measures(ground.conclusion)) if number not in elsewhere)
    faults = list(check_figures(sentence, texts, own).faults)
    known = "\n".join([*texts, ground.conclusion])
    faults += [f"电话{line}不在材料里" for line in _HOTLINE.findall(sentence) if line not in known]
    if _RARE_NUMERAL.search(sentence):
        faults.append("数字写法在材料里没有")
    numbers = set().union(*(figures(text) for text in (*texts, own)))
    for numeral in _BARE_NUMERAL.findall(_LABELS.sub("", sentence)):
        if numeral not in known and str(to_int(numeral)) not in numbers:
            faults.append("数字写法在材料里没有")
    return faults


def _anchors(sentence: str, cited: Sequence[Source], ground: Ground) -> list[str]:
    """Figures told of another place, birth or leave than the sources tell them of (江苏's 60 days told as the nation's)."""
    known = [(clause, _names(clause)) for clause in re.split(r"[，；。=+\n]", ground.conclusion)]
    for source in cited:
        place = _names(source.title)[0]
        for part in re.split(r"[；。=+\n]", source.text):
            names = _names(part)
            known.append((part, (names[0] or place, *names[1:])))
    faults = []
    for clause in re.split(r"[，,；;。=+、：]", sentence):
        names = _names(clause)
        for number, unit in sorted(measures(clause)):
            told = [where for part, where in known if (number, unit) in measures(part)]
            if told and not any(_fits(names, where) for where in told):
                faults.append(f"数字{number}{unit}说的不是这件事")
    return faults


def _names(clause: str) -> tuple[frozenset[str], ...]:
    """The places, kinds of birth and kinds of leave that a clause names."""
    places = {region.province for region in find_regions(clause)}
    if re.search(r"国家|全国", clause):
        places.add("全国")
    found = [frozenset(_SAME.get(word, word) for word in group.findall(clause)) for group in _GROUPS]
    return (frozenset(places), *found)


def _fits(said: Sequence[frozenset[str]], told: Sequence[frozenset[str]]) -> bool:
    return all(not a or not b or a & b for a, b in zip(said, told, strict=True))


def _ground(sentence: str, known: str) -> float:
    """The share of a sentence's neighbouring Chinese characters that neighbour each other in what it rests on."""
    pairs = [a + b for run in re.findall(r"[\u4e00-\u9fff]+", sentence) for a, b in pairwise(run)]
    return sum(pair in known for pair in pairs) / len(pairs) if pairs else 0.0
