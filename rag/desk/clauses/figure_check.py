"""Judge a clause's other figures: hours for nursing, months of the bans on night work, weights, money, how often, shares of pay."""

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
_NIGHT = re.compile(r"夜班|晚班|大夜|通宵|加班|加点|延长[^,。;]{0,6}(?:工作|劳动|工时|上班)|延时|超时|倒班|夜间(?:工作|劳动|作业|值班)|值夜|工时(?:以)?外|工作时间(?:以)?外|正常(?:工作)?时间(?:以)?外|8小时(?:以)?外|排班|22(?:点|:00|时)|3班倒|轮班")
_PREGNANT = re.compile(r"孕|妊娠|怀胎")
_MANY = re.compile(r"每多|多胞胎|双胞胎|3胞胎|多胎|双胎|每增加")
_BABY = re.compile(r"婴儿|子女|孩子|宝宝|小孩|婴幼儿|哺乳期|幼儿|产后|产假(?:期)?满|产假结束|返岗|复工|生育后|分娩后|出生|生产后")
# What lets the employer off a ban.
_CONSENT = re.compile(
    r"(?:经|征得|取得|获得|得到|在)[^,。;]{0,14}(?:同意|自愿|批准|签字|协商一致|协商|许可|申请)|本人(?:自愿|同意|申请|书面)|自愿[^,。;]{0,10}(?:加班|夜班|上|参加)|"
    r"确(?:因|有|需)[^,。;]{0,16}(?:需要|特殊|紧急|安排)|特殊情况|生产(?:任务)?(?:紧|需要|旺|高峰|急)|旺季|赶货|赶工|除外|例外|紧急(?:订单|任务|情况)|人手不足|人员紧张|任务紧"
)
_ALLOWS = re.compile(r"(?:一样|同样|相同|照样|照常|同其他|一视同仁)[^,。;]{0,8}(?:排班|上班|轮班|倒班|加班|夜班|值班)|(?<!不)(?:可以?|得(?!安排|延长|加)|能)[^,。;]{0,8}(?:安排|适当|延长|加班|上夜班|参加|从事|要求|轮|排)|(?<!不)允许|除外|例外|不受|(?:应|须|必须|需|仍|照常|服从|参加|正常|配合)[^,。;不]{0,8}(?:加班|夜班|轮班|参加|排班|倒班|值班|安排)|每(?:周|月|天)[^,。;]{0,6}不(?:得)?超过|(?:不(?:得)?超过|最多|控制在|限制?在?)[^,。;]{0,4}\d+(?:小时|次|天|分钟)|发(?:放|给)?[^,。;]{0,8}(?:津贴|补贴|补助|加班费|加班工资|双倍)|支付[^,。;]{0,8}(?:加班费|加班工资|津贴)|减半|减少(?:安排)?[^,。;]{0,4}(?:夜班|加班)|(?<!不)安排(?:其)?(?:上|轮)?(?:夜班|加班|晚班)[^,。;]{0,10}(?:须|应|时|的,|需|不超)")
_STILL = re.compile(r"(?:也|亦|仍|均|都|一律)不(?:得|应|能|可|准|许|安排)|不得以[^。;]{0,12}(?:同意|自愿|需要)[^。;]{0,6}为由")
_WEAKLY = re.compile(r"原则上|尽量|尽可能|一般(?:情况下)?(?:不|应)|酌情|适当(?:减少|照顾)|如无特殊|视情况|优先考虑不|少安排|减少安排|争取|力争|提倡|鼓励不|建议")
_FORBIDS = re.compile(r"不(?:得|准|许|应|再|能|可|允许|安排|要求|给|让|上|参加|从事|延长|加班|排|派|承担|予安排|用|值|参与|得以)|禁止|严禁|免(?:除|于|上|去|排)?|停止|避免|调离|取消|暂停|杜绝|拒绝|无需|白班|日班|长白班|退出")
_PAY = re.compile(r"工资|薪|待遇|津贴|奖金|绩效|报酬|收入|底薪|补贴")
_PAY_TIME = re.compile(r"产假|孕|产检|产前检查|哺乳(?!假)|流产|三期|3期|生育|产期|保护期")
_NOT_PAY = re.compile(r"哺乳假|产前假|保胎|病假|先兆|医疗期|试用期|最低工资(?:标准)?的|缴费|缴纳|个人(?:缴|部分)|覆盖|签订率|满意|占|比例不|达到|参与率|代表|增发|上浮|奖励|补助|满足|报销|延长(?:的)?产假|育儿假|加班(?:费|工资)|单位缴|公司缴|不低于100|哺乳期请长假")


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


def judge_figures(law: Law, text: str, heading: str) -> Iterator[Said]:
    """Judge all figures of a normalised clause that are not days of leave."""
    for statement in statements(text, heading):
        for judge in (_nursing, _bans, _weights, _sanitary, _checks, _overtime, _holidays, _share, _unequal, _rest):
            yield from judge(law, statement)


def _nursing(law: Law, s: Statement) -> Iterator[Said]:
    if not _NURSE.search(s.around) or re.search(r"哺乳室|母婴室", s.words) and not re.search(r"小时|分钟", s.words):
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
        if amount.minutes is None or re.search(r"加班|延长(?!哺乳)|夜|路|途|往返|通勤|后\d*$|工作(?:时间)?(?:为|满|不足)?$", since[-14:]) or amount.minutes >= 480:
            continue
        if re.match(r"(?:以)?前?[^,。;]{0,4}(?:申请|告知|报|通知|提出)", s.words[amount.end :]):
            continue
        if re.search(r"每(?:周|月|星期)", since[-12:]):
            if re.search(r"每周", since[-12:]) and amount.minutes < 300:
                weekly = law.floor([base], 300.0, "每天1小时，一周5个工作日共5小时")
                yield against("哺乳时间", "每周的哺乳时间", amount.minutes, "分钟", weekly, amount.capped)
            continue
        if re.match(r"[^,。;]{0,2}不(?:扣|计)", s.words[amount.end :]):
            continue
        per = re.search(r"每次|各|每回", since[-6:]) is not None
        factor = (times or both or 0.0) if per else 1.0
        if not factor:
            factor = both or 1.0
        several = _MANY.search(since) is not None
        rule = more if several else base
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
        if re.search(r"延长|再|工作|入职|每$|合同|不(?:得)?超过$|怀孕|孕|流产|体弱", before[-8:]) or re.match(r"(?:内|以内)?[^,。;]{0,4}(?:延长|体弱)", after):
            continue
        if amount.before == "满" and re.search(r"满$", before[-1:] + amount.before) and re.match(r"(?:以)?后|以上", after):
            if amount.months < 12:
                yield Said(Verdict.BELOW, matter, f"这里到婴儿满{plain(amount.months)}个月就不再照给，{names(floor.sources)}是未满1周岁都给。", floor.sources, "到婴儿满1周岁为止。")
            continue
        if amount.months < 12:
            yield Said(Verdict.BELOW, matter, f"这里只给到{plain(amount.least)}{amount.unit}，{names(floor.sources)}给到婴儿满1周岁，少了{plain(12 - amount.months)}个月。", floor.sources, "到婴儿满1周岁为止。")
        elif amount.months > 12:
            yield Said(Verdict.ABOVE, matter, f"这里给到{plain(amount.least)}{amount.unit}，{names(floor.sources)}给到婴儿满1周岁，更长。", floor.sources)


def _bans(law: Law, s: Statement) -> Iterator[Said]:
    night = _NIGHT.search(s.words)
    if not night:
        if not (_NIGHT.search(s.around) and re.match(r"^(?:但|除|如|若|经|确|因|特殊|本人|遇)", s.words) and _CONSENT.search(s.words)):
            return
    pregnant, nursing = _PREGNANT.search(s.around), re.search(r"哺乳|婴儿|1周岁|产后", s.around)
    if not pregnant and not nursing:
        return
    if pregnant:
        yield from _pregnant_ban(law, s)
    if nursing and not (pregnant and not re.search(r"哺乳|婴儿|周岁", s.words)):
        yield from _nursing_ban(law, s)


def _loosened(s: Statement) -> str:
    """How a ban is given up: by consent, by need, by weak words, or because night work is simply allowed; '' where it is kept."""
    words = s.words
    if _STILL.search(words):
        return ""
    forbids = _FORBIDS.search(words)
    if _WEAKLY.search(words) and re.search(r"不|减少|避免|免|少", words):
        return "写成尽量、原则上，不是不得"
    consent = _CONSENT.search(words)
    if consent and (_ALLOWS.search(words) or not forbids or re.search(r"除外|例外|外,|的,不|不受", words)):
        if not denied(words, consent.start()) or _ALLOWS.search(words[consent.start() :]):
            return "同意、生产需要就可以安排"
    if consent and re.search(r"(?:未经|没有|不经)[^,。;]{0,8}(?:同意|自愿|批准)", words):
        return "同意就可以安排"
    allowed = _ALLOWS.search(words)
    if allowed and not denied(words, allowed.start()) and (not forbids or forbids.start() > allowed.start() or re.search(r"但|如|若|,可", words[forbids.end() : allowed.start() + 2])):
        return "允许安排"
    return "" if forbids else "?"


def _pregnant_ban(law: Law, s: Statement) -> Iterator[Said]:
    matter, floor = "孕期夜班和加班", law.figure("孕期禁班")
    if floor is None:
        return
    found = [a for a in amounts(s.words) or amounts(s.around) if a.unit in ("个月", "周") and a.months is not None and a.months <= 10]
    near = [a for a in found if re.search(r"孕|妊娠|满|足", s.words[max(0, a.start - 10) : a.start + 2]) or a.before or a.after]
    lows = [a for a in near if not re.search(r"未满|不满|不足|未到|不到|以内|以下|之内|内", a.before + a.after)]
    highs = [a for a in near if a not in lows]
    start = min((a.months or 0 for a in lows), default=None)
    end = max((a.most * (0.25 if a.unit == "周" else 1) for a in highs), default=None)
    loosened = _loosened(s)
    proposal = "怀孕7个月以上的女职工，不延长劳动时间，不安排夜班劳动，并在劳动时间内安排一定的休息时间。"
    if loosened == "?":
        return
    if loosened:
        if end is not None and end <= floor.amount and start is None:
            yield Said(Verdict.EQUAL, matter, f"说的是怀孕不满7个月的，{names(floor.sources)}管的是怀孕7个月以上。", floor.sources)
            return
        yield Said(Verdict.BELOW, matter, f"这里{loosened}，{names(floor.sources)}写的是怀孕7个月以上的不得延长劳动时间、不得安排夜班，本人同意也不行。", floor.sources, proposal)
        return
    if start is None or end is not None:
        yield Said(Verdict.ABOVE if end is None or end > 3 else Verdict.EQUAL, matter, f"这里孕期不安排夜班、加班，{names(floor.sources)}从怀孕7个月起，只会更宽。", floor.sources)
    elif start > floor.amount:
        yield Said(Verdict.BELOW, matter, f"这里从怀孕{plain(start)}个月起才不安排，{names(floor.sources)}是从怀孕7个月起，晚了{plain(start - floor.amount)}个月。", floor.sources, proposal)
    else:
        verdict = Verdict.ABOVE if start < floor.amount else Verdict.EQUAL
        yield Said(verdict, matter, f"这里从怀孕{plain(start)}个月起不安排夜班、加班，{names(floor.sources)}是从怀孕7个月起。", floor.sources)
    yield from _half(law, s, matter, floor.sources, proposal)


def _half(law: Law, s: Statement, matter: str, sources: tuple, proposal: str) -> Iterator[Said]:  # type: ignore[type-arg]
    """A ban of one of the two only is left to other clauses: nothing is said of the other."""
    return
    yield


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
        yield Said(Verdict.BELOW, matter, f"这里{loosened}，{names(floor.sources)}写的是哺乳未满1周岁婴儿期间不得延长劳动时间、不得安排夜班，本人同意也不行。", floor.sources, proposal)
        return
    aged = list(_age(law, s, amounts(s.words), matter))
    yield from aged or [Said(Verdict.EQUAL, matter, f"写明哺乳期不安排夜班、加班，与{names(floor.sources)}一样。", floor.sources)]


def _weights(law: Law, s: Statement) -> Iterator[Said]:
    if not re.search(r"负重|搬|抬|提|扛|重量|重物", s.around):
        return
    for amount in amounts(s.words):
        if amount.unit != "公斤":
            continue
        since = s.words[max(0, amount.start - 24) : amount.start]
        often = re.search(r"间断", since) is None and re.search(r"每小时|频繁|连续|6次", since) is not None
        limit = law.figure("频繁负重" if often else "间断负重")
        if limit is None:
            continue
        said = f"这里的负重线是{plain(amount.least)}公斤，{names(limit.sources)}是超过{limit.words}的不得安排"
        if amount.least > limit.amount:
            yield Said(Verdict.BELOW, "禁忌劳动", f"{said}，放宽了{plain(amount.least - limit.amount)}公斤。", limit.sources, "不安排每小时负重6次以上、每次超过20公斤，或者间断负重、每次超过25公斤的作业。")
        else:
            yield Said(Verdict.EQUAL if amount.least == limit.amount else Verdict.ABOVE, "禁忌劳动", f"{said}。", limit.sources)
    frequency = re.search(r"每小时[^,。;]{0,6}?(\d+)次", s.words)
    if frequency and int(frequency[1]) > 6 and (limit := law.figure("频繁负重")):
        yield Said(Verdict.BELOW, "禁忌劳动", f"这里每小时{frequency[1]}次以上才不安排，{names(limit.sources)}是每小时6次以上。", limit.sources)


def _sanitary(law: Law, s: Statement) -> Iterator[Said]:
    if not re.search(r"卫生费|卫生用品|卫生巾|女工费", s.around):
        return
    floor = law.figure("卫生费")
    for amount in amounts(s.words):
        if amount.unit != "元":
            continue
        factor = 12 if re.search(r"每?年|年度|全年", s.words) and not re.search(r"每月|月", s.words) else 3 if re.search(r"季", s.words) else 6 if re.search("半年|6个月", s.words) else 1
        if floor is None:
            yield Said(Verdict.UNSURE, "卫生费", f"这里写卫生费{plain(amount.least)}元，本库没有查到国家和本地必须发多少的规定，不能比较。")
        else:
            yield against("卫生费", "每人每月卫生费", round(amount.least / factor, 2), "元", floor, amount.capped, f"单位给在职女职工每人每月发不低于{plain(floor.amount)}元的卫生费。")


def _checks(law: Law, s: Statement) -> Iterator[Said]:
    if not re.search(r"妇科|妇女病|妇检|乳腺|宫颈|两癌|2癌|常见病|女职工.{0,8}(?:体检|检查)", s.around) or re.search(r"产前检查|产检|孕检", s.words):
        return
    every = re.search(r"每(?:隔)?(\d+)?(年|个月)(?:至少|组织|安排|进行|免费|为[^,。;]{0,10})?[^,。;]{0,24}?(?:(\d+)次|检查|体检|普查|筛查|妇检)|(\d+)年[^,。;]{0,14}?(\d+)次", s.words)
    floor = law.figure("妇科检查")
    if every:
        years = (float(every[1] or 1) * (1 if every[2] == "年" else 1 / 12)) if every[2] else float(every[4])
        interval = years / float(every[3] or every[5] or 1)
        wanted = None if floor is None else floor.amount if floor.words.endswith("年") else 1 / floor.amount
        if floor is None or wanted is None:
            sources = law.of("妇科检查")
            verdict = Verdict.EQUAL if interval <= 2 else Verdict.UNSURE
            yield Said(verdict, "妇科检查", f"这里写{plain(round(interval, 1))}年查一次，{names(sources)}写的是定期，没有写多久一次。", sources)
        elif floor.weak:
            yield Said(Verdict.UNSURE, "妇科检查", f"这里写{plain(round(interval, 1))}年查一次，{names(floor.sources)}是{floor.words}，但仅一份材料或现行效力没有核实，不能当准，不下结论。", floor.sources)
        elif interval > wanted:
            yield Said(Verdict.BELOW, "妇科检查", f"这里{plain(round(interval, 1))}年查一次，{names(floor.sources)}是每{plain(wanted)}年至少一次。", floor.sources, f"每{plain(wanted)}年至少安排一次妇科常见病检查。")
        else:
            yield Said(Verdict.EQUAL if interval == wanted else Verdict.ABOVE, "妇科检查", f"这里{plain(round(interval, 1))}年查一次，{names(floor.sources)}是每{plain(wanted)}年至少一次。", floor.sources)
    age = law.figure("两癌筛查年龄")
    for amount in amounts(s.words):
        if age and amount.unit == "周岁" and re.search(r"癌|乳腺|宫颈", s.words) and amount.least > age.amount and not re.search(r"以下|未满", amount.before + amount.after):
            yield Said(Verdict.BELOW, "妇科检查", f"这里满{plain(amount.least)}周岁才查两癌，{names(age.sources)}是年满{age.words}。", age.sources, "年满35周岁的女职工，增加乳腺癌、宫颈癌筛查。")


def _overtime(law: Law, s: Statement) -> Iterator[Said]:
    if not re.search(r"加班|延长(?:工作|劳动)时间|加点", s.around) or _PREGNANT.search(s.words) or _NURSE.search(s.words):
        return
    for amount in amounts(s.words):
        since = s.words[max(0, amount.start - 14) : amount.start]
        name = "每月加班" if re.search(r"每?月", since) else "每日加班" if re.search(r"每[天日]", since) else ""
        if amount.unit == "小时" and name and (limit := law.figure(name)) and amount.least > limit.amount and amount.capped:
            yield Said(Verdict.BELOW, "加班", f"这里{name}可以到{plain(amount.least)}小时，{names(limit.sources)}是不超过{limit.words}。", limit.sources, "延长工作时间每日不超过3小时，每月不超过36小时。")
        pay = "法定节假日加班费" if re.search(r"法定", since) else "休息日加班费" if re.search(r"休息日|周末|双休|公休", since) else "延时加班费"
        share = amount.least * (100 if amount.unit == "倍" else 1)
        if amount.unit in ("%", "倍") and re.search(r"工资|加班费|报酬|薪", s.words) and (floor := law.figure(pay)):
            yield against("加班", pay, share, "%", floor)


def _holidays(law: Law, s: Statement) -> Iterator[Said]:
    if not re.search(r"年休假|年假", s.words) or _PREGNANT.search(s.words) or "产假" in s.words:
        return
    found = amounts(s.words)
    for place, amount in enumerate(found):
        if amount.unit != "天" or amount.least > 30:
            continue
        years = [a.least for a in found[:place] if a.unit == "年"]
        start = years[-2] if len(years) > 1 and re.search(r"不满|未满|不足|至", s.words) and years[-2] < years[-1] else years[-1] if years else 1
        name = "年休假20年" if start >= 20 else "年休假10年" if start >= 10 else "年休假1年"
        if re.search(r"享受|休|为|给|天", s.words[max(0, amount.start - 10) : amount.end]) and not re.search(r"超过|提前|病假|事假|累计", s.words[max(0, amount.start - 8) : amount.start]):
            yield against("年休假", "年休假", amount.least, "天", law.figure(name), amount.capped)


def _share(law: Law, s: Statement) -> Iterator[Said]:
    """A share under the whole of her pay for the time that the law says must not cost her pay."""
    if not _PAY.search(s.around) or not _PAY_TIME.search(s.around) or _NOT_PAY.search(s.words):
        return
    for amount in amounts(s.words):
        since, after = s.words[: amount.start], s.words[amount.end :]
        if amount.unit != "%" or amount.least >= 100:
            continue
        cut_by = re.search(r"(?:扣|减|降|下调|下浮|打)[^,。;]{0,12}$", since)
        paid = re.search(r"(?:按|发|支付|计发|享受|为|领取|执行)[^,。;]{0,24}$", since) or re.match(r"[^,。;]{0,10}(?:发|支付|计|给|执行|支|领)", after)
        if not (cut_by or paid) or (cut_by and denied(s.words, cut_by.start())):
            continue
        sources = law.provision("女职工劳动保护特别规定", "第五条")
        if sources:
            what = f"扣减{plain(amount.least)}%" if cut_by else f"只发{plain(amount.least)}%"
            yield Said(Verdict.BELOW, "婚育期间的工资和岗位", f"这里{what}，{names(sources)}写的是不得因怀孕、生育、哺乳降低工资（应为100%）。", sources, "产假、产前检查、哺乳时间的工资按原标准全额发放。")


def _unequal(law: Law, s: Statement) -> Iterator[Said]:
    """A man's and a woman's amount for the same thing, hers the smaller."""
    told = re.search(r"男[^。;女]{0,30}?(\d+(?:\.\d+)?)(元|%|分)?[^。;女]{0,8}女[^。;男]{0,30}?(\d+(?:\.\d+)?)", s.words)
    if told is None or float(told[3]) >= float(told[1]) or re.search(r"周岁|退休|\d天", told[0]):
        return
    sources = law.provision("妇女权益保障法", "第四十五条")
    if sources:
        yield Said(Verdict.BELOW, "同工同酬", f"这里男职工{told[1]}、女职工{told[3]}，{names(sources)}是男女同工同酬。", sources, "男女同工同酬，福利待遇平等。")


def _rest(law: Law, s: Statement) -> Iterator[Said]:
    """The break of late pregnancy, where the province counts it."""
    if not (_PREGNANT.search(s.around) and re.search(r"工间|休息", s.words)):
        return
    floor = law.figure("工间休息")
    for amount in amounts(s.words):
        if floor and amount.minutes is not None and amount.minutes < 240 and re.search(r"休息", s.words[max(0, amount.start - 16) : amount.end + 6]):
            yield against("孕期减轻劳动", "每天工间休息", amount.minutes / 60, "小时", floor, amount.capped, "怀孕7个月以上的，每天安排1小时以上工间休息。")
