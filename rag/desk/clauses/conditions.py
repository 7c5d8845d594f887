"""Judge what stands between figures: birth order, holidays inside a leave, grades of forbidden work, the length of probation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.desk.clauses.law import Law, plain
from rag.desk.clauses.model import Verdict
from rag.desk.clauses.said import Said, names
from rag.desk.clauses.words import amounts, sentences

_ORDER = re.compile(
    r"(?:[一二三123首头]|第\d个?|第[一二三]个?)(?:孩|胎|个孩子|子女)|第[一二三123]个[^,。;]{0,14}孩子|(?:孩子|孩次|胎次)"
)
_ALIKE = re.compile(
    r"同样|一样|同一|相同|一致|不(?:因|论|分|管|区分)[^,。;]{0,24}(?:孩|胎|个|差|子女)|不再另|不另(?:外)?(?:增|加|给)|均为|都是"
)
_DIFFERENT = re.compile(r"(?:[二三23]孩|第[二三23]个?|2胎|3胎)[^,。;]{0,16}(?:延长|增加|加|另|\d+天)")
_HOLIDAY = re.compile(r"(?:法定)?(?:节假日|休假日|放假日|节日|假日)|国庆|春节|公休日|公众假期|双休|周末|休息日")
_COUNTED = re.compile(
    r"不(?:再|予|得|会|做|作)?(?:[^,。;]{0,4})?(?:顺延|后延|延长|补|剔除|扣除|另算|另计|增加|往后)|(?:包含|含|计算?|算|包括)(?:在)?(?:其)?(?:内|里)|(?:计入|算入|连续计算|连着(?:数|算))"
)
_GIVEN_BACK = re.compile(r"顺延|不算|不计入|不含|不包括|按工作日")
_KINDS = ("产假", "生育假", "婚假", "陪产假", "护理假", "育儿假")
_HAZARDS = ("冷水", "低温", "高处", "体力劳动", "高温", "噪声")
# The least grade that is forbidden; 附录第二条, 第三条, 第四条 (grade 1: every grade).
_GRADES = (
    ("经期", r"经期|月经|例假|生理期", "附录第二条", {"冷水": 2, "低温": 2, "体力劳动": 3, "高处": 3}),
    ("孕期", r"孕|妊娠", "附录第三条", {"高处": 1, "冷水": 1, "低温": 1, "高温": 3, "噪声": 3, "体力劳动": 3}),
    ("哺乳期", r"哺乳", "附录第四条", {"体力劳动": 3}),
)
_GRADE = re.compile(r"第?([一二三四1234])级")
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_TITLE = "女职工劳动保护特别规定"


def judge_conditions(law: Law, text: str, heading: str) -> Iterator[Said]:
    """Judge birth order, holidays, grades and probation of a normalised clause under a heading."""
    yield from _orders(law, text)
    yield from _probation(law, text)
    for sentence in sentences(text):
        yield from _holidays(law, sentence, f"{heading}。{text}")
        yield from _grades(law, sentence, heading)


def _orders(law: Law, text: str) -> Iterator[Said]:
    """A second or third child treated like the first where the province gives it more."""
    if "产假" not in text or not law.province:
        return
    told = next(
        (s for s in sentences(text) if _ORDER.search(s) and _ALIKE.search(s) and not _DIFFERENT.search(s)), None
    )
    first = law.maternity(1)
    if told is None or first is None:
        return
    for order in (2, 3):
        floor = law.maternity(order)
        if floor is None or floor.weak or floor.amount <= first.amount:
            continue
        if any(a.unit == "天" and a.least >= floor.amount for a in amounts(text)):
            return
        child = {2: "二孩", 3: "三孩"}[order]
        reason = f"这里各孩次产假一样，{names(floor.sources[::-1])}生育{child}的是{floor.words}。"
        yield Said(Verdict.BELOW, "产假", reason, floor.sources, f"生育{child}的，产假共{plain(floor.amount)}天。")
        return


def _holidays(law: Law, sentence: str, around: str) -> Iterator[Said]:
    """Legal holidays inside a leave that the province does not count, and the clause does."""
    if not law.province or not _HOLIDAY.search(sentence) or not _COUNTED.search(sentence):
        return
    if re.search(
        r"(?<!不)(?:往后|予以|应当?|可以?)?(?:顺延|后延)", re.sub(r"不(?:再|予|得)?(?:顺延|后延)", "", sentence)
    ):
        return
    kinds = [kind for kind in _KINDS if kind in around]
    for kind, sources, words in law.holidays():
        if kind in kinds or (kind == "产假" and re.search(r"\d+天", sentence) and not kinds):
            if re.search(r"周末|双休|普通", sentence) and not re.search(r"法定|节假日|放假日|节日|国庆|春节", sentence):
                return
            reason = f"这里{kind}遇到节假日照样算在里面，{names(sources)}写的是{words}。"
            yield Said(Verdict.BELOW, kind, reason, sources, f"{kind}遇到国家法定休假日的，按本省规定不计入或者顺延。")
            return


def _grades(law: Law, sentence: str, heading: str) -> Iterator[Said]:
    """Forbidden work of a grade that the law already forbids lower."""
    spoken = [row for row in _GRADES if re.search(row[1], sentence)] or [r for r in _GRADES if re.search(r[1], heading)]
    if len(spoken) != 1 or not re.search(r"不(?:得|安排|从事|参加|应|能|准)|禁止|避免|禁忌", sentence):
        return
    name, _, article, limits = spoken[0]
    for part in re.split(r"[,、和及与]", _joined(sentence)):
        grades = [_NUMBERS.get(g, 0) or int(g) for g in _GRADE.findall(part)]
        hazard = next((h for h in _HAZARDS if h in part), None)
        if not grades or hazard is None or hazard not in limits or min(grades) <= limits[hazard]:
            continue
        if re.search(r"各级|任何级别|一律|所有级别", sentence):
            continue
        sources = law.provision(_TITLE, article, hazard)
        if sources:
            least = limits[hazard]
            wanted = "各级都算" if least == 1 else f"第{least}级起就禁忌"
            reason = f"这里{name}只不安排第{min(grades)}级起的{hazard}作业，{names(sources)}是{wanted}。"
            yield Said(Verdict.BELOW, "禁忌劳动", reason, sources, f"{name}不安排{article}所列的作业。")
            return


def _joined(sentence: str) -> str:
    """Grades of one kind of work in one piece: 第三级、第四级高处作业."""
    return re.sub(r"([一二三四1234]级)[、,和及与](?=第?[一二三四1234]级)", r"\1", sentence)


def _probation(law: Law, text: str) -> Iterator[Said]:
    """A probation longer than the contract's term allows."""
    if "试用期" not in text:
        return
    found = [a for a in amounts(text) if a.unit in ("个月", "年") and a.least > 0]
    trial = [
        a
        for a in found
        if re.search(r"试用期[^,。;]{0,8}$", text[: a.start]) and not re.search(r"满|内|后", a.before + a.after)
    ]
    term = [
        a
        for a in found
        if (a not in trial and re.search(r"合同[^。;]{0,10}$|(?:签|订)[^,。;]{0,4}$", text[: a.start]))
        or re.match(r"期?[^,。;]{0,8}(?:劳动|聘用)?合同", text[a.end :])
    ]
    if not trial:
        return
    months = max(_months(a.unit, a.least) for a in trial)
    span = _months(term[0].unit, term[0].least) if term else None
    limit = 6 if span is None or span >= 36 else 2 if span >= 12 else 1
    sources = law.provision("劳动合同法", "第十九条", "试用期")
    if months > limit and sources:
        stands = f"合同期{plain(span)}个月，" if span is not None else ""
        reason = f"这里{stands}试用期{plain(months)}个月，{names(sources)}是不超过{limit}个月。"
        yield Said(Verdict.BELOW, "合同续延", reason, sources, f"试用期不超过{limit}个月。")


def _months(unit: str, count: float) -> float:
    return count * 12 if unit == "年" else count
