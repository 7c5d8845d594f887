"""The verification gate: nothing leaves that its citations do not carry.

Every quote must stand in its chunk character for character, every citation must be among what was retrieved, and every
figure of the conclusion must stand in a cited provision (or be a sum that the conclusion itself shows), with its unit, its
threshold (未满, 以上) and the modal (不得, 应当, 可以) that the provision gives it. What deciding verbs say is not turned round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.figures import figures
from documents.numerals import NUMERAL
from rag.model import Citation, Evidence

_SUM = re.compile(r"(?P<total>\d+)\s*(?P<unit>天|小时)?\s*=\s*(?P<terms>[^，。；;]+)")
_LABELS = re.compile(
    r"《[^》]*》|第[一二三四五六七八九十百千零〇]+[条款项](?:之[一二三四五六七八九十]+)?|\[\d+\]|共\d+项|本库查到的\d+个省|(?<!\d)(?:12\d{3}|110|120)(?!\d)"
)

_UNIT = r"周岁|个月|小时|分钟|工作日|万元|星期|[天日周年月岁元倍%％]"
_NUMBER = rf"\d+(?:,\d{{3}})*(?:\.\d+)?|[{NUMERAL}]{{1,7}}"
_MEASURE = re.compile(rf"(?P<n>{_NUMBER})\s*(?:个(?=小时|工作日|星期))?(?P<unit>{_UNIT})")
_SAME_UNIT = {"日": "天", "星期": "周", "周岁": "岁", "％": "%"}
_HALF = re.compile(r"半(?:个月|个小时|小时|年|天|数|薪)")
# Kinds of threshold beside a figure; the longer word comes first, because 不满 holds 满 and 不超过 holds 超过.
_BEFORE = {
    **dict.fromkeys(
        ("不超过", "不得超过", "不多于", "最多", "至多", "最长", "期限是", "期限为", "期间是", "期间为"), "最多"
    ),
    **dict.fromkeys(("未满", "不满", "不足", "未达到", "少于", "低于"), "不到"),
    **dict.fromkeys(("不少于", "不低于", "不得少于", "不得低于", "至少", "最少", "最低", "满", "达到"), "至少"),
    "超过": "超过",
    **dict.fromkeys((f"{to}{whom}满" for to in "到至" for whom in ("", "孩子", "子女", "婴儿")), "到满"),
}
_AFTER = {
    **dict.fromkeys(("以上", "及以上"), "至少"),
    **dict.fromkeys(("以下", "及以下", "以内", "之内", "内"), "最多"),
}
_BOUND = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})?(?P<measure>(?:{_NUMBER})\s*个?(?:{_UNIT}|[人名次孩胎])?)"
    rf"(?P<after>{'|'.join(sorted(_AFTER, key=len, reverse=True))}|之前|以前|前|为止|止)?"
)
# 满3周岁前 may be told as 3周岁内 or 未满3周岁.
_UNTIL = frozenset({"不到", "最多"})
# Modals, each with what else in a source carries it; the negative ones are read (and taken out) first.
_MODALS = (
    ("不得", r"不得|不能|不可以?(?!抗)|不许|不准|不允许|不应当?|严禁|禁止", r"(?!)"),
    ("不必", r"不必|无须|无需|不用|不需要?|用不着", r"(?!)"),
    ("有权", r"有权", r"享有|享受|可以"),
    ("必须", r"必须|务必|一定[要得]|应当|应该|应(?![急聘届对付得])|须", r"要|由.{1,12}(?:支付|发|承担)"),
    (
        "可以",
        r"可以|可(?=[由按向自先享获延申要依在])|(?<![可功职技智性])能够?(?!力)|允许",
        r"享有|享受|给予|有权|休|有\d|假\d|增加|延长",
    ),
)
_VERBS = re.compile(
    r"解除|终止|辞退|开除|降低|扣[减除发]?|克扣|安排|延长|拒绝|限制|影响|计入|视为|算作|支付|发放|发给|享受|休|约定|提前|顺延|"
    r"包括|包含|适用|受理|同意|调整|调离|变更|收取|报销|缴纳|补缴|补偿|赔偿|退还|强制|违反|承担|给予|增加"
)
# 不 in these words negates nothing that follows.
_NO_NEGATION = re.compile(
    r"不少于|不低于|不得少于|不得低于|不超过|不得超过|不多于|不满|不足|未满|不仅|不止|不但|不论|不管|不同|不适|不可抗力|不能胜任|无论|无效|能不能|可不可以|要不要|给不给"
)
_NEGATION = re.compile(r"不|未|没|无|禁止|严禁|别")
_WRONG = re.compile(r"不对|不行|不合法|违法|违反|无效|不成立|错")
# What a list forbids, its items are forbidden: 不得做三件事：降低工资、予以辞退.
_FORBIDS = re.compile(r"((?:不得|禁止|严禁)[^。；;！!？?\n：:]*)[：:]")
_CLAUSE = re.compile(r"[，,。；;：:！!？?\n（）()]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found: `faults` in words, empty when all stands."""

    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was at fault."""
        return not self.faults


def check_citations(citations: Sequence[Citation], retrieved: Sequence[Evidence]) -> Verdict:
    """Hold citations against what was retrieved: closed set, and each quote character for character."""
    texts = {item.chunk.id: item.chunk.text for item in retrieved}
    faults = []
    for citation in citations:
        if citation.chunk_id not in texts:
            faults.append(f"引用了没有检索到的片段 {citation.chunk_id}")
        elif not citation.quote or citation.quote not in texts[citation.chunk_id]:
            faults.append(f"引文不在片段 {citation.chunk_id} 里")
    return Verdict(tuple(faults))


def check_figures(sentence: str, sources: Sequence[str], allowed: str = "") -> Verdict:
    """Hold a sentence's figures against its sources.

    Parameters: the sentence; the texts it rests on; further text whose figures may be said (titles, the question's day).
    Figures inside 《》, article labels, citation marks and hotline numbers do not count. A total is carried by a shown sum
    whose terms are carried.
    """
    known = set().union(*(figures(text) for text in sources)) | figures(allowed)
    bare = _LABELS.sub("", sentence)
    totals: set[tuple[str, str]] = set()
    for match in _SUM.finditer(bare):
        unit = match["unit"] or "天"
        terms = [int(n) for n in re.findall(rf"\d+(?=\s*{unit})", match["terms"])]
        if terms and sum(terms) == int(match["total"]) and all(str(term) in known for term in terms):
            known.add(match["total"])
            totals.add((match["total"], unit))
    missing = sorted(figures(bare) - known)
    faults = [f"数字{number}在引用的条文里找不到" for number in missing]
    return Verdict((*faults, *_unit_faults(bare, [*sources, allowed], totals), *_half_faults(bare, sources)))


def _unit_faults(sentence: str, sources: Sequence[str], totals: set[tuple[str, str]]) -> list[str]:
    """Figures that stand in the sources with other units only (15天 told as 15周); totals that were added up are right."""
    known: dict[str, set[str]] = {}
    for source in sources:
        units = measures(source)
        for number in figures(source):
            known.setdefault(number, set()).update(unit for n, unit in units if n == number)
    return [
        f"数字{number}的单位在条文里不是{unit}"
        for number, unit in sorted(measures(sentence) - totals)
        if known.get(number) and unit not in known[number]
    ]


def _half_faults(sentence: str, sources: Sequence[str]) -> list[str]:
    said = {match[0] for match in _HALF.finditer(sentence)}
    return [f"数字「{half}」在引用的条文里找不到" for half in sorted(said) if not any(half in text for text in sources)]


def measures(text: str) -> set[tuple[str, str]]:
    """The figures of a text that have a unit of time, money or share, as (number, unit): 四十二日 is ("42", "天")."""
    found = set()
    for match in _MEASURE.finditer(text):
        unit = _SAME_UNIT.get(match["unit"], match["unit"])
        found |= {(number, unit) for number in figures(f"{match['n']}{unit}")}
    return found


def bounds(text: str) -> dict[str, set[str]]:
    """The thresholds of each figure of a text: number -> kinds (至少, 超过, 不到, 最多; empty string where it stands bare)."""
    found: dict[str, set[str]] = {}
    for match in _BOUND.finditer(_LABELS.sub("", text)):
        kinds = {_BEFORE.get(match["before"] or "", ""), _AFTER.get(match["after"] or "", "")} - {""}
        if kinds == {"到满"} or (match["before"] == "满" and re.search("前|止", match["after"] or "")):
            kinds = set(_UNTIL)
        for number in figures(match["measure"]):
            found.setdefault(number, set()).update(kinds or {""})
    return found


def check_bounds(sentence: str, sources: Sequence[str]) -> Verdict:
    """Hold the thresholds of a sentence against its sources: none is turned, added, or dropped where the source always has it."""
    known: dict[str, set[str]] = {}
    for text in sources:
        for number, kinds in bounds(text).items():
            known.setdefault(number, set()).update(kinds)
    for kinds in known.values():  # bands: 7个月以下 beside 满7个月 leaves what is below 7
        kinds |= {"不到"} if {"最多", "至少"} <= kinds else set()
    return Verdict(
        tuple(
            f"数字{number}的界限（{'、'.join(sorted(kinds - known[number])) or '没有'}）和条文不同"
            for number, kinds in sorted(bounds(sentence).items())
            if number in known
            and not (kinds - _UNTIL <= known[number] and (not kinds & _UNTIL or kinds & _UNTIL & known[number]))
        )
    )


def check_modals(sentence: str, sources: Sequence[str]) -> Verdict:
    """Hold a sentence's modals (不得, 不必, 有权, 应当/必须, 可以) against its sources."""
    said, known = modals(sentence), set().union(*(modals(text) for text in sources))
    joined = "\n".join(sources)
    return Verdict(
        tuple(
            f"「{name}」在引用的条文里找不到"
            for name, _, also in _MODALS
            if name in said and name not in known and not re.search(also, joined)
        )
    )


def modals(text: str) -> set[str]:
    """The kinds of modal that a text has."""
    found = set()
    text = _NO_NEGATION.sub("", text)
    for name, pattern, _ in _MODALS:
        text, count = re.subn(pattern, "", text)
        found |= {name} if count else set()
    return found


def check_polarity(sentence: str, sources: Sequence[str]) -> Verdict:
    """Hold the deciding verbs of a sentence (解除, 降低, 安排 …) against its sources: none is negated there only, or here only."""
    known: dict[str, set[bool]] = {}
    for text in sources:
        for verb, negated in _polarities(text):
            known.setdefault(verb, set()).add(negated)
    wrong = bool(_WRONG.search(sentence))
    return Verdict(
        tuple(
            f"「{verb}」的肯定否定和条文相反"
            for verb, negated in sorted(set(_polarities(sentence)))
            if verb in known and (negated or wrong) not in known[verb] and negated not in known[verb]
        )
    )


def _polarities(text: str) -> list[tuple[str, bool]]:
    """Every deciding verb of a text and whether its clause negates it before it comes."""
    found = []
    for clause in _CLAUSE.split(_FORBIDS.sub(r"\1", _NO_NEGATION.sub("", text))):
        for match in _VERBS.finditer(clause):
            negated = bool(_NEGATION.search(clause[: match.start()]))
            found += [(match[0], negated), (clause[match.start() : match.end() + 2], negated)]
    return found
