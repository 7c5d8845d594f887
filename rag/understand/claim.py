"""What somebody was told, in a question's words: whether there is a claim, its words, its figures, its negation."""

from __future__ import annotations

import re

from documents.numerals import NUMERAL, to_int

# Somebody said it, or the asker wants it confirmed.
_TOLD = re.compile(
    r"(?:公司|单位|厂里?|老板娘?|领导|主管|组长|主任|经理|人事|hr|HR|财务|会计|同事|老乡|朋友|网上|群里|抖音|邻居|婆婆|我妈|家里人?|社区|社保|医保|有人|别人|人家|大家|都|他们|听人?)"
    r"[^，,。？?；;]{0,8}?(?:说|讲|告诉我?|回复|认为|坚持|要求我?)(?:是)?[,，:：]?|听(?:说|讲)[,，]?|据说|都说|说是|(?:^|[，,。])说(?!不|过|没)"
)
_ASKED = re.compile(
    r"对[吗不吧]|对不对|是[吗吧]|是真的|真的[吗假]|是不是|是这样|合法[吗不]|行[吗不]|行不行|可以吗|能信吗|靠谱|没(?:算)?错吧|有这(?:回|条|个)|的吧|了呗|[^是]不是.{2,20}[吗么]"
)
_INLINE = re.compile(r"是不是(?P<claim>[^，,。？?]{3,})|(?<!是)不是(?P<denied>.{2,20})[吗么]")
_OWN_STORY = re.compile(
    r"[，,。？?]\s*(?:我们?)?(?:公司|单位|老板|人事|厂里|我)[^，,]{0,6}(?:只|才|死活|批|给|头胎|二胎)"
)
_OPEN_QUESTION = re.compile(r"多少|几[天个年月次]|多久|什么(?!.{0,8}都)|哪|怎么|咋|谁|要不要|能不能|还是|有没有")
_CLAUSE = re.compile(r"[，,。？?！!；;\s]+")
_NEGATED = re.compile(r"不|没|无|未|禁止|别")
_NEGATED_WORDS = re.compile(
    r"不满|未满|不足|没收|未婚|是不是|对不对|行不行|合不合法|要不要|不就低|对不$|合法不$|行不$|不管|不过|没放假|不是(?=.{2,20}[吗么])"
)
_N = rf"(?:\d{{1,3}}|[{NUMERAL}]{{1,5}})"
_CLAIMED_DAYS = re.compile(rf"(?P<n>{_N})\s*(?:天|日(?!常))|(?<!\d)(?P<bare>[12]\d\d|9[08])(?![\d月年块元号%])")
_CLAIMED_SPAN = re.compile(rf"(?P<half>半年)|(?P<year>[一两二三1-3])年|(?P<month>{_N})个月")
_CLAIMED_HOURS = re.compile(rf"(?P<n>{_N})\s*个?(?:小时|钟头|钟)")
_PREMISE = re.compile(
    r"(?<![陪流休完])产假(?:不?就?是|有|给|放)?(?:半年|[一两二1-2]整?年)(?=怎么|如何|咋|要|的话|[吗嘛么吧]|可以|能|[，,])"
)

# A claim about what comes on top, about a part, or that compares, is none about the total.
_NO_TOTAL = re.compile(
    r"加(?!起来)|多[给休放]|另外|额外|延长(?!到|至)|奖励|产假里|其中|晚育|不到|超过|不止|[少多]于|至少|不[低少]于|以[上下内]|左右|大概"
)
# What a claim about a total needs to say; the rest is something else that it claims.
_FILLER = re.compile(
    r"国家|全国|规定|法律|公司|单位|我们?|咱们?|这边|这里|应该|一共|总共|合计|加起来|最多|最长|只有|就是|还是|可以|能休|[头一二三]胎|[一二三]孩|顺产|难产|剖[腹宫]产|双胞胎|龙凤胎|"
    r"陪产假|护理假|产假|婚假|男方|老公|延长到|延长至|半年|封顶|固定|[\d一二两三四五六七八九十百零]+个?[天日年月]?|[是有休给的了都也只就才能请到保批放这，,。!！?？\s]"
)
_LEFT = 3


def is_claim(text: str) -> bool:
    """Whether a question tells what somebody said, or asks whether something is so."""
    return bool(_TOLD.search(text) or _ASKED.search(text))


def false_premise(text: str) -> bool:
    """Whether a question takes a leave of half a year or a year for granted (产假一年怎么请)."""
    return bool(_PREMISE.search(text))


def negative(text: str) -> bool:
    """Whether a text denies: an odd number of negations, those of fixed words and of the asking itself left out."""
    return len(_NEGATED.findall(_NEGATED_WORDS.sub("", text))) % 2 == 1


def told_words(text: str) -> str:
    """The words of a claim: after 谁说, up to the asking for confirmation or to what her employer does."""
    match = _TOLD.search(text)
    words = text[match.end() :] if match else text
    if match is None and (inline := _INLINE.search(words)) is not None:
        return inline["claim"] or inline["denied"]
    for end in (_ASKED.search(words, 1), _OWN_STORY.search(words, 1)):
        words = words[: end.start()] if end and 3 < end.start() < len(words) else words
    return words


def spoken_parts(text: str) -> list[str]:
    """The claim, whole and by its clauses, each also with the next; open questions are no claims."""
    words = told_words(text)
    clauses = [part for part in _CLAUSE.split(text) if len(part) >= 4]
    parts = [words, *clauses, *(f"{a}，{b}" for a, b in zip(clauses, clauses[1:], strict=False))]
    return [part for part in dict.fromkeys(parts) if len(part) >= 4 and not _OPEN_QUESTION.search(part)]


def tells_total(text: str) -> bool:
    """Whether a claim is about a whole leave, not about a part, an addition or a comparison."""
    return _NO_TOTAL.search(told_words(text)) is None


def tells_nothing_else(text: str) -> bool:
    """Whether a claim tells a leave and its figure and, but for the place, nothing more that would be agreed to with it."""
    return len(_FILLER.sub("", told_words(text))) <= _LEFT


def single_clauses(parts: list[str]) -> list[str]:
    """Those parts of a claim that are one clause."""
    return [part for part in parts if not _CLAUSE.search(part)]


def claimed_hours(text: str) -> set[int]:
    """The hours claimed."""
    return {number(m["n"]) for m in _CLAIMED_HOURS.finditer(told_words(text))}


def number(text: str) -> int:
    """Read a numeral; 0 where the characters make none."""
    try:
        return to_int(text)
    except ValueError:
        return 0


def claimed_days(text: str) -> set[tuple[int, int]]:
    """The days claimed, each as (least, most): exact ones, and a year or months as spans."""
    words = text if false_premise(text) else told_words(text)
    found = {(n, n) for m in _CLAIMED_DAYS.finditer(words) if (n := number(m["n"] or m["bare"])) > 2}
    if found:
        return found
    for m in _CLAIMED_SPAN.finditer(words):
        if m["half"]:
            found.add((180, 184))
        elif m["year"]:
            found.add((365 * number(m["year"]), 366 * number(m["year"])))
        else:
            found.add((28 * number(m["month"]), 31 * number(m["month"])))
    return found
