"""Judge a clause's other figures: weights, money, how often, overtime, annual leave, shares of pay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.desk.clauses.hours import Statement, bans, nursing, statements
from rag.desk.clauses.law import Law, plain
from rag.desk.clauses.model import Verdict
from rag.desk.clauses.said import Said, against, names
from rag.desk.clauses.stipulations import denied
from rag.desk.clauses.words import amounts

_NURSE = re.compile(r"哺乳|喂奶|授乳|母乳|背奶|挤奶|吸奶")
_PREGNANT = re.compile(r"孕|妊娠|怀胎")
_PAY = re.compile(r"工资|薪|待遇|津贴|奖金|绩效|报酬|收入|底薪|补贴")
_PAY_TIME = re.compile(r"产假|孕|产检|产前检查|哺乳(?!假)|流产|三期|3期|生育|产期|保护期")
_NOT_PAY = re.compile(
    r"哺乳假|产前假|保胎|病假|先兆|医疗期|试用期|最低工资(?:标准)?的|缴费|缴纳|个人(?:缴|部分)|覆盖|签订率|满意|占|比例不|达到|参与率|代表|增发|上浮|奖励|补助|满足|报销|延长(?:的)?产假|育儿假|加班(?:费|工资)|单位缴|公司缴|不低于100|哺乳期请长假"
)


def judge_figures(law: Law, text: str, heading: str) -> Iterator[Said]:
    """Judge all figures of a normalised clause that are not days of leave."""
    for statement in statements(text, heading):
        for judge in (nursing, bans, _weights, _sanitary, _checks, _overtime, _holidays, _share, _unequal, _rest):
            yield from judge(law, statement)


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
            yield Said(
                Verdict.BELOW,
                "禁忌劳动",
                f"{said}，放宽了{plain(amount.least - limit.amount)}公斤。",
                limit.sources,
                "不安排每小时负重6次以上、每次超过20公斤，或者间断负重、每次超过25公斤的作业。",
            )
        else:
            yield Said(
                Verdict.EQUAL if amount.least == limit.amount else Verdict.ABOVE, "禁忌劳动", f"{said}。", limit.sources
            )
    frequency = re.search(r"每小时[^,。;]{0,6}?(\d+)次", s.words)
    if frequency and int(frequency[1]) > 6 and (limit := law.figure("频繁负重")):
        yield Said(
            Verdict.BELOW,
            "禁忌劳动",
            f"这里每小时{frequency[1]}次以上才不安排，{names(limit.sources)}是每小时6次以上。",
            limit.sources,
        )


def _sanitary(law: Law, s: Statement) -> Iterator[Said]:
    if not re.search(r"卫生费|卫生用品|卫生巾|女工费", s.around):
        return
    floor = law.figure("卫生费")
    for amount in amounts(s.words):
        if amount.unit != "元":
            continue
        factor = (
            12
            if re.search(r"每?年|年度|全年", s.words) and not re.search(r"每月|月", s.words)
            else 3
            if re.search(r"季", s.words)
            else 6
            if re.search("半年|6个月", s.words)
            else 1
        )
        if floor is None:
            yield Said(
                Verdict.UNSURE,
                "卫生费",
                f"这里写卫生费{plain(amount.least)}元，本库没有查到国家和本地必须发多少的规定，不能比较。",
            )
        else:
            yield against(
                "卫生费",
                "每人每月卫生费",
                round(amount.least / factor, 2),
                "元",
                floor,
                amount.capped,
                f"单位给在职女职工每人每月发不低于{plain(floor.amount)}元的卫生费。",
            )


def _checks(law: Law, s: Statement) -> Iterator[Said]:
    if not re.search(r"妇科|妇女病|妇检|乳腺|宫颈|两癌|2癌|常见病|女职工.{0,8}(?:体检|检查)", s.around) or re.search(
        r"产前检查|产检|孕检", s.words
    ):
        return
    every = re.search(
        r"每(?:隔)?(\d+)?(年|个月)(?:至少|组织|安排|进行|免费|为[^,。;]{0,10})?[^,。;]{0,24}?(?:(\d+)次|检查|体检|普查|筛查|妇检)|(\d+)年[^,。;]{0,14}?(\d+)次",
        s.words,
    )
    floor = law.figure("妇科检查")
    if every:
        years = (float(every[1] or 1) * (1 if every[2] == "年" else 1 / 12)) if every[2] else float(every[4])
        interval = years / float(every[3] or every[5] or 1)
        wanted = None if floor is None else floor.amount if floor.words.endswith("年") else 1 / floor.amount
        if floor is None or wanted is None:
            sources = law.of("妇科检查")
            verdict = Verdict.EQUAL if interval <= 2 else Verdict.UNSURE
            yield Said(
                verdict,
                "妇科检查",
                f"这里写{plain(round(interval, 1))}年查一次，{names(sources)}写的是定期，没有写多久一次。",
                sources,
            )
        elif floor.weak:
            yield Said(
                Verdict.UNSURE,
                "妇科检查",
                f"这里写{plain(round(interval, 1))}年查一次，{names(floor.sources)}是{floor.words}，但仅一份材料或现行效力没有核实，不能当准，不下结论。",
                floor.sources,
            )
        elif interval > wanted:
            yield Said(
                Verdict.BELOW,
                "妇科检查",
                f"这里{plain(round(interval, 1))}年查一次，{names(floor.sources)}是每{_years(wanted)}至少一次。",
                floor.sources,
                f"每{_years(wanted)}至少安排一次妇科常见病检查。",
            )
        else:
            yield Said(
                Verdict.EQUAL if interval == wanted else Verdict.ABOVE,
                "妇科检查",
                f"这里{plain(round(interval, 1))}年查一次，{names(floor.sources)}是每{_years(wanted)}至少一次。",
                floor.sources,
            )
    age = law.figure("两癌筛查年龄")
    for amount in amounts(s.words):
        if (
            age
            and amount.unit == "周岁"
            and re.search(r"癌|乳腺|宫颈", s.words)
            and amount.least > age.amount
            and not re.search(r"以下|未满", amount.before + amount.after)
        ):
            yield Said(
                Verdict.BELOW,
                "妇科检查",
                f"这里满{plain(amount.least)}周岁才查两癌，{names(age.sources)}是年满{age.words}。",
                age.sources,
                "年满35周岁的女职工，增加乳腺癌、宫颈癌筛查。",
            )


def _years(count: float) -> str:
    return "年" if count == 1 else f"{plain(count)}年"


def _overtime(law: Law, s: Statement) -> Iterator[Said]:
    if (
        not re.search(r"加班|延长(?:工作|劳动)时间|加点", s.around)
        or _PREGNANT.search(s.words)
        or _NURSE.search(s.words)
    ):
        return
    for amount in amounts(s.words):
        since = s.words[max(0, amount.start - 14) : amount.start]
        name = "每月加班" if re.search(r"每?月", since) else "每日加班" if re.search(r"每[天日]", since) else ""
        if (
            amount.unit == "小时"
            and name
            and (limit := law.figure(name))
            and amount.least > limit.amount
            and amount.capped
        ):
            yield Said(
                Verdict.BELOW,
                "加班",
                f"这里{name}可以到{plain(amount.least)}小时，{names(limit.sources)}是不超过{limit.words}。",
                limit.sources,
                "延长工作时间每日不超过3小时，每月不超过36小时。",
            )
        pay = (
            "法定节假日加班费"
            if re.search(r"法定", since)
            else "休息日加班费"
            if re.search(r"休息日|周末|双休|公休", since)
            else "延时加班费"
        )
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
        start = (
            years[-2]
            if len(years) > 1 and re.search(r"不满|未满|不足|至", s.words) and years[-2] < years[-1]
            else years[-1]
            if years
            else 1
        )
        name = "年休假20年" if start >= 20 else "年休假10年" if start >= 10 else "年休假1年"
        if re.search(r"享受|休|为|给|天", s.words[max(0, amount.start - 10) : amount.end]) and not re.search(
            r"超过|提前|病假|事假|累计", s.words[max(0, amount.start - 8) : amount.start]
        ):
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
        paid = re.search(r"(?:按|发|支付|计发|享受|为|领取|执行)[^,。;]{0,24}$", since) or re.match(
            r"[^,。;]{0,10}(?:发|支付|计|给|执行|支|领)", after
        )
        if re.match(r"[^,。;]{0,4}(?:定额|工作量|任务|劳动|产量|课时量)", after):
            continue
        if not (cut_by or paid) or (cut_by and denied(s.words, cut_by.start())):
            continue
        sources = law.provision("女职工劳动保护特别规定", "第五条")
        if sources:
            what = f"扣减{plain(amount.least)}%" if cut_by else f"只发{plain(amount.least)}%"
            yield Said(
                Verdict.BELOW,
                "婚育期间的工资和岗位",
                f"这里{what}，{names(sources)}写的是不得因怀孕、生育、哺乳降低工资（应为100%）。",
                sources,
                "产假、产前检查、哺乳时间的工资按原标准全额发放。",
            )


def _unequal(law: Law, s: Statement) -> Iterator[Said]:
    """A man's and a woman's amount for the same thing, hers the smaller."""
    one = r"[^。;男女]{0,30}?(\d+(?:\.\d+)?)(?:元|%|分)?[^。;男女]{0,8}"
    first, last = re.search(f"男{one}女{one}", s.words), re.search(f"女{one}男{one}", s.words)
    told = first or last
    if told is None or re.search(r"周岁|退休|\d天|[\d]:", told[0]):
        return
    man, woman = (told[1], told[2]) if first else (told[2], told[1])
    if float(woman) >= float(man):
        return
    sources = law.provision("妇女权益保障法", "第四十五条")
    if sources:
        yield Said(
            Verdict.BELOW,
            "同工同酬",
            f"这里男职工{man}、女职工{woman}，{names(sources)}是男女同工同酬。",
            sources,
            "男女同工同酬，福利待遇平等。",
        )


def _rest(law: Law, s: Statement) -> Iterator[Said]:
    """The break of late pregnancy, where the province counts it."""
    if not (_PREGNANT.search(s.around) and re.search(r"工间|休息", s.words)):
        return
    floor = law.figure("工间休息")
    for amount in amounts(s.words):
        if (
            floor
            and amount.minutes is not None
            and amount.minutes < 240
            and re.search(r"休息", s.words[max(0, amount.start - 16) : amount.end + 6])
        ):
            yield against(
                "孕期减轻劳动",
                "每天工间休息",
                amount.minutes / 60,
                "小时",
                floor,
                amount.capped,
                "怀孕7个月以上的，每天安排1小时以上工间休息。",
            )
