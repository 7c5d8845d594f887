"""Hours for nursing and the bans on night work and overtime: how much, from which month of pregnancy, to which age of the child."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from documents.leave_rules import Event, Role
from rag.desk.clauses.law import Law, plain
from rag.desk.clauses.model import Verdict
from rag.desk.clauses.said import Said, against, names
from rag.desk.clauses.stipulations import denied
from rag.desk.clauses.words import Amount, amounts, sentences

_NURSE = re.compile(r"哺乳|喂奶|授乳|母乳|背奶|挤奶|吸奶")
_NIGHT = re.compile(
    r"宵夜|夜宵|零点班|零时|中班|赶工|查寝|晚自习|值守|闭店|盘点|夜间|深夜|凌晨|夜班|晚班|大夜|通宵|加班|加点|延长[^,。;]{0,6}(?:工作|劳动|工时|上班)|延时|超时|倒班|夜间(?:工作|劳动|作业|值班)|值夜|工时(?:以)?外|工作时间(?:以)?外|正常(?:工作)?时间(?:以)?外|8小时(?:以)?外|排班|22(?:点|:00|时)|3班倒|轮班"
)
_PREGNANT = re.compile(r"孕|妊娠|怀胎")
_MANY = re.compile(r"每多|多胞胎|双胞胎|3胞胎|多胎|双胎|每增加")
_BABY = re.compile(
    r"婴儿|子女|孩子|宝宝|小孩|婴幼儿|哺乳期|幼儿|产后|产假(?:期)?满|产假结束|返岗|复工|生育后|分娩后|出生|生产后"
)
# What lets the employer off a ban.
_CONSENT = re.compile(
    r"(?:经|征得|取得|获得|得到|在)[^,。;]{0,14}(?:同意|自愿|批准|签字|协商一致|协商|许可|申请)|本人(?:自愿|同意|申请|书面)|自愿[^,。;]{0,10}(?:加班|夜班|上|参加)|"
    r"确(?:因|有|需)[^,。;]{0,16}(?:需要|特殊|紧急|安排)|特殊情况|生产(?:任务)?(?:紧|需要|旺|高峰|急)|旺季|赶货|赶工|除外|例外|紧急(?:订单|任务|情况)|人手|人员紧张|任务紧|无人|空缺|同意书|主动(?:报名|要求|申请)|不受此限|周转不开"
)
_ALLOWS = re.compile(
    r"不受此限|不在此限|不属于[^。;]{0,10}限制|由(?:其)?本人[^,。;]{0,10}承担|可以?(?:排|上)|(?:一样|同样|相同|照样|照常|同其他|一视同仁)[^,。;]{0,8}(?:排班|上班|轮班|倒班|加班|夜班|值班)|(?<!不)(?:可以?|得(?!安排|延长|加)|能)[^,。;]{0,8}(?:安排|适当|延长|加班|上夜班|参加|从事|要求|轮|排)|(?<!不)允许|除外|例外|不受|(?:应|须|必须|需|仍|照常|服从|参加|正常|配合)[^,。;不]{0,8}(?:加班|夜班|轮班|参加|排班|倒班|值班|安排)|每(?:周|月|天)[^,。;]{0,6}不(?:得)?超过|(?:不(?:得)?超过|最多|控制在|限制?在?)[^,。;]{0,4}\d+(?:小时|次|天|分钟)|发(?:放|给)?[^,。;]{0,8}(?:津贴|补贴|补助|加班费|加班工资|双倍)|支付[^,。;]{0,8}(?:加班费|加班工资|津贴)|减半|减少(?:安排)?[^,。;]{0,4}(?:夜班|加班)|(?<!不)安排(?:其)?(?:上|轮)?(?:夜班|加班|晚班)[^,。;]{0,10}(?:须|应|时|的,|需|不超)"
)
_AS_USUAL = re.compile(
    r"(?:中班|小夜班?|夜班|晚班|加班|排班)[^,。;]{0,8}(?:照常|正常|不变|按照?[^,。;]{0,10}(?:排班|班次|班组))|恢复正常|不(?:作|予|给)[^,。;]{0,4}(?:特殊|特别)(?:照顾|安排)|可以?安排[^,。;]{0,4}(?:夜班|加班|中班)"
)
_STILL = re.compile(
    r"(?:也|亦|仍|均|都|一律)不(?:得|应|能|可|准|许|安排)|不得以[^。;]{0,12}(?:同意|自愿|需要)[^。;]{0,6}为由"
)
# The ban stands right after whom it protects, whatever else the sentence allows to others.
_HERS = re.compile(
    r"(?:孕|哺乳|周岁)[^,。;]{0,14}不(?:得|安排|参加|排|上|应|再)[^,。;]{0,8}(?:夜班|加班|延长)[^,。;]{0,4}(?:[。;]|$)"
)
_WEAKLY = re.compile(
    r"原则上|尽量|尽可能|一般(?:情况下)?(?:不|应)|酌情|适当(?:减少|照顾)|如无特殊|视情况|优先考虑不|少安排|减少安排|争取|力争|提倡|鼓励不|建议"
)
_FORBIDS = re.compile(
    r"不(?:得(?!超过|多于|高于)|准|许|应|再|能|可|允许|安排|要求|给|让|上|参加|从事|延长|加班|排|派|承担|予安排|用|值|参与|得以)|禁止|严禁|免(?:除|于|上|去|排)?|停止|避免|调离|取消|暂停|杜绝|拒绝|无需|白班|日班|长白班|退出"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with what stands before it in its clause and over it."""

    words: str
    around: str


def statements(text: str, heading: str) -> list[Statement]:
    """A normalised clause's sentences, each with the subject that it goes on with."""
    made, before = [], heading
    for words in sentences(text):
        own = _NURSE.search(words) or _PREGNANT.search(words)
        around = words if own else f"{before}。{words}"
        made.append(Statement(words, around))
        before = around if len(around) < 200 else words
    return made


def nursing(law: Law, s: Statement) -> Iterator[Said]:
    """Hold the time for nursing, and until which age it is given, against the rules."""
    if not _NURSE.search(s.around) or (re.search(r"哺乳室|母婴室", s.words) and not re.search(r"小时|分钟", s.words)):
        return
    rules = [c for c in law.national(Event.NURSING) if c.firm]
    base = next((c for c in rules if c.rule.role is Role.TOTAL), None)
    more = next((c for c in rules if c.rule.role is Role.FURTHER), None)
    if base is None or more is None:
        return
    found = amounts(s.words)
    times = next((a.least for a in found if a.unit == "次" and a.least < 6), None)
    both = 2.0 if re.search(r"(?:上午[、和,]?下午|上[、,]?下午|早晚|上下班)(?:班)?各", s.words) else None
    previous = 0
    for amount in found:
        since, previous = s.words[previous : amount.start], amount.end
        if (
            amount.minutes is None
            or re.search(r"加班|延长(?!哺乳)|夜|路|途|往返|通勤|后\d*$|工作(?:时间)?(?:为|满|不足)?$", since[-14:])
            or amount.minutes >= 480
        ):
            continue
        if re.match(r"(?:以)?前?[^,。;]{0,4}(?:申请|告知|报|通知|提出)", s.words[amount.end :]):
            continue
        if re.search(r"每(?:周|月|星期)", since[-12:]):
            if re.search(r"每周", since[-12:]) and amount.minutes < 300:
                weekly = law.floor([base], 300.0, "每天1小时，一周5个工作日共5小时")
                yield against("哺乳时间", "每周的哺乳时间", amount.minutes, "分钟", weekly, amount.capped)
            continue
        if re.match(r"[^,。;]{0,2}不(?:扣|计)|的?(?:路上|路途|在途)", s.words[amount.end :]):
            continue
        if re.search(r"\d(?:小时|分钟)[^。;]*[拆分][成为](?:\d|两|二)?个?$", s.words[: amount.start]):
            continue  # 1小时，可以拆成两个30分钟
        per = re.search(r"每次|各|每回", since[-6:]) is not None
        factor = (times or both or 0.0) if per else 1.0
        if not factor:
            factor = both or 1.0
        several = _MANY.search(since) is not None
        rule = more if several else base
        if several and re.search(
            r"合计|共|总计|总共|同样|仍|一样|也按|双胞胎[^,。;]{0,6}每[天日](?:的)?哺乳时间", since
        ):
            whole = law.floor([base, more], 120.0, "每天1小时，每多哺乳1个婴儿再加1小时，共2小时")
            yield against("哺乳时间", "双胞胎每天的哺乳时间共", amount.minutes * factor, "分钟", whole, amount.capped)
            continue
        floor = law.floor([rule], 60.0, "每多哺乳1个婴儿每天再加1小时" if several else "每天1小时")
        minutes = amount.minutes * factor
        words = "多胞胎哺乳时间" if several else "每天的哺乳时间"
        proposal = "单位每天在劳动时间内安排1小时哺乳时间；多胞胎的，每多哺乳1个婴儿每天增加1小时。"
        yield against("哺乳时间", words, minutes, "分钟", floor, amount.capped, proposal)
    yield from _age(law, s, found, "哺乳时间")


def _age(law: Law, s: Statement, found: list[Amount], matter: str) -> Iterator[Said]:
    """Until which age of the child a right is given."""
    floor = law.figure("哺乳期")
    if floor is None:
        return
    for amount in found:
        before, after = s.words[: amount.start], s.words[amount.end :]
        if amount.unit not in ("个月", "周岁", "年") or amount.months is None:
            continue
        if not _BABY.search(before[-24:]) and not _BABY.search(after[:6]):
            continue
        if re.search(r"延长|再|工作|入职|每$|合同|不(?:得)?超过$|怀孕|孕|流产|体弱", before[-8:]) or re.match(
            r"(?:内|以内)?[^,。;]{0,4}(?:延长|体弱)", after
        ):
            continue
        if (
            amount.before == "满"
            and re.search(r"满$", before[-1:] + amount.before)
            and re.match(r"(?:以)?后|以上", after)
        ):
            if amount.months < 12:
                yield Said(
                    Verdict.BELOW,
                    matter,
                    f"这里到婴儿满{plain(amount.months)}个月就不再照给，{names(floor.sources)}是未满1周岁都给。",
                    floor.sources,
                    "到婴儿满1周岁为止。",
                )
            continue
        if amount.months < 12:
            yield Said(
                Verdict.BELOW,
                matter,
                f"这里只给到{plain(amount.least)}{amount.unit}，{names(floor.sources)}给到婴儿满1周岁，少了{plain(12 - amount.months)}个月。",
                floor.sources,
                "到婴儿满1周岁为止。",
            )
        elif amount.months > 12:
            yield Said(
                Verdict.ABOVE,
                matter,
                f"这里给到{plain(amount.least)}{amount.unit}，{names(floor.sources)}给到婴儿满1周岁，更长。",
                floor.sources,
            )


def bans(law: Law, s: Statement) -> Iterator[Said]:
    """Hold what is said of night work and overtime in pregnancy and nursing against the bans."""
    night = _NIGHT.search(s.words)
    if not night and not (
        _NIGHT.search(s.around)
        and (re.match(r"^(?:但|除|如|若|经|确|因|特殊|本人|遇)", s.words) or _ALLOWS.search(s.words))
        and _CONSENT.search(s.words)
        and not re.search(r"减轻|休息|证明|调岗", s.words)
    ):
        return
    if re.search(r"检查|产检|就诊", s.words):
        return
    pregnant, nursing = _PREGNANT.search(s.around), re.search(r"哺乳|喂奶|母乳|婴儿|宝宝|娃|周岁|产后", s.around)
    if not pregnant and not nursing:
        return
    if pregnant:
        yield from _pregnant_ban(law, s)
    named = re.search(r"哺乳|喂奶|母乳|婴儿|宝宝|娃|周岁", s.words) or not _PREGNANT.search(s.words)
    if nursing and (named or not pregnant):
        yield from _nursing_ban(law, s)


def _loosened(s: Statement) -> str:
    """How a ban is given up: by consent, by need, by weak words, or because night work is simply allowed; '' where it is kept."""
    words = s.words
    if _STILL.search(words):
        return ""
    forbids = _FORBIDS.search(words)
    if _HERS.search(words) and not _CONSENT.search(words):
        return ""
    if _WEAKLY.search(words) and re.search(r"不|减少|避免|免|少", words):
        return "写成尽量、原则上，不是不得"
    usual = _AS_USUAL.search(words)
    if usual and not denied(words, usual.start()):
        return "照常安排"
    consent = _CONSENT.search(words)
    given_up = _ALLOWS.search(words) or not forbids or re.search(r"除外|例外|外,|的,不|不受", words)
    if consent and given_up and (not denied(words, consent.start()) or _ALLOWS.search(words[consent.start() :])):
        return "同意、生产需要就可以安排"
    if consent and re.search(r"(?:未经|没有|不经)[^,。;]{0,8}(?:同意|自愿|批准)", words):
        return "同意就可以安排"
    allowed = _ALLOWS.search(words)
    if (
        allowed
        and not denied(words, allowed.start())
        and (
            not forbids
            or forbids.start() > allowed.start()
            or re.search(r"但|如|若|,可", words[forbids.end() : allowed.start() + 2])
        )
    ):
        return "允许安排"
    return "" if forbids else "?"


def _pregnant_ban(law: Law, s: Statement) -> Iterator[Said]:
    matter, floor = "孕期夜班和加班", law.figure("孕期禁班")
    if floor is None:
        return
    found = [
        a
        for a in amounts(s.words) or amounts(s.around)
        if a.unit in ("个月", "周") and a.months is not None and a.months <= 10
    ]
    near = [
        a
        for a in found
        if re.search(r"孕|妊娠|满|足", s.words[max(0, a.start - 10) : a.start + 2]) or a.before or a.after
    ]
    lows = [a for a in near if not re.search(r"未满|不满|不足|未到|不到|以内|以下|之内|内", a.before + a.after)]
    highs = [a for a in near if a not in lows]
    start = min((a.months or 0 for a in lows), default=None)
    end = max((a.most * (0.25 if a.unit == "周" else 1) for a in highs), default=None)
    loosened = _loosened(s)
    proposal = "怀孕7个月以上的女职工，不延长劳动时间，不安排夜班劳动，并在劳动时间内安排一定的休息时间。"
    if loosened == "?":
        return
    if loosened:
        early = law.figure("孕早期禁班")
        if early and not early.weak and end is not None and start is None and end <= floor.amount:
            reason = (
                f"这里怀孕早期{loosened}，{names(early.sources)}怀孕{early.words}以内也不得延长劳动时间、不得安排夜班。"
            )
            yield Said(
                Verdict.BELOW, matter, reason, early.sources, f"怀孕{early.words}以内的，不延长劳动时间，不安排夜班。"
            )
            return
        if end is not None and end <= floor.amount and start is None:
            yield Said(
                Verdict.EQUAL,
                matter,
                f"说的是怀孕不满7个月的，{names(floor.sources)}管的是怀孕7个月以上。",
                floor.sources,
            )
            return
        yield Said(
            Verdict.BELOW,
            matter,
            f"这里{loosened}，{names(floor.sources)}写的是怀孕7个月以上的不得延长劳动时间、不得安排夜班，本人同意也不行。",
            floor.sources,
            proposal,
        )
        return
    if start is None or end is not None:
        yield Said(
            Verdict.ABOVE if end is None or end > 3 else Verdict.EQUAL,
            matter,
            f"这里孕期不安排夜班、加班，{names(floor.sources)}从怀孕7个月起，只会更宽。",
            floor.sources,
        )
    elif start > floor.amount:
        yield Said(
            Verdict.BELOW,
            matter,
            f"这里从怀孕{plain(start)}个月起才不安排，{names(floor.sources)}是从怀孕7个月起，晚了{plain(start - floor.amount)}个月。",
            floor.sources,
            proposal,
        )
    else:
        verdict = Verdict.ABOVE if start < floor.amount else Verdict.EQUAL
        yield Said(
            verdict,
            matter,
            f"这里从怀孕{plain(start)}个月起不安排夜班、加班，{names(floor.sources)}是从怀孕7个月起。",
            floor.sources,
        )


def _nursing_ban(law: Law, s: Statement) -> Iterator[Said]:
    matter, floor = "哺乳期夜班和加班", law.figure("哺乳期")
    if floor is None:
        return
    loosened = _loosened(s)
    proposal = "哺乳未满1周岁婴儿期间，不延长劳动时间，不安排夜班劳动。"
    if loosened == "?":
        return
    if loosened and not re.search(r"孕[^。;哺]*(?:可|经|同意)[^。;哺]*哺乳[^。;]*不", s.words):
        if re.search(r"孕", s.words) and re.search(r"(?:不满|未满|不足)\d个月", s.words):
            return
        yield Said(
            Verdict.BELOW,
            matter,
            f"这里{loosened}，{names(floor.sources)}写的是哺乳未满1周岁婴儿期间不得延长劳动时间、不得安排夜班，本人同意也不行。",
            floor.sources,
            proposal,
        )
        return
    aged = list(_age(law, s, amounts(s.words), matter))
    yield from aged or [
        Said(Verdict.EQUAL, matter, f"写明哺乳期不安排夜班、加班，与{names(floor.sources)}一样。", floor.sources)
    ]
