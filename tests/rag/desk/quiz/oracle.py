"""What is right in a quiz, found without its maker: from the rule files and the library's texts, by the question alone."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path

import documents
from documents import shipped
from documents.region import provinces, short_name

RULES = Path(documents.__file__).parent / "rules"
WEAK = "仅一份材料或有冲突"
FIRST = {"第一个": "1", "第二个": "2", "第三个": "3"}
UNITS = {"天": 24.0, "日": 24.0, "小时": 1.0, "分钟": 1 / 60, "周": 168.0, "个工作日": 24.0, "工作日": 24.0}


@cache
def table(name: str) -> list[dict[str, str]]:
    """A rule file's rows."""
    with (RULES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def texts() -> dict[tuple[str, str], str]:
    """The shipped provisions by title and article, those of one name joined."""
    found: dict[tuple[str, str], str] = {}
    for document in shipped():
        for provision in document.provisions:
            key = (document.title, provision.article)
            found[key] = found.get(key, "") + "\n" + provision.text
    return found


@cache
def titles() -> dict[str, str]:
    """The whole text of each document by title."""
    found: dict[str, str] = {}
    for (title, _), text in texts().items():
        found[title] = found.get(title, "") + "\n" + text
    return found


@cache
def claims() -> frozenset[str]:
    """What the book of misconceptions says that people say."""
    return frozenset(re.findall(r"说法[:：](.+?)。?\n", titles()["常见误解"]))


def stands(words: str, title: str, article: str) -> bool:
    """Whether words stand in a provision."""
    return words in (texts()[(title, article)] if article else titles()[title])


@cache
def disputed() -> str:
    """The texts beside which the library records that another text says otherwise."""
    return "\n".join(p.text for d in shipped() for p in d.provisions if re.search(r"<!--[^>]*冲突[:：]", p.raw))


def lawful(words: str) -> bool:
    """Whether a sentence stands in a text that is no book of ours."""
    return any(f"{words}。" in text for title, text in titles().items() if title != "常见误解" and "一览" not in title)


def rows(region: str, event: str, day: date) -> list[dict[str, str]]:
    """The rows of leave that hold in a place on a day, weak ones too."""
    return [
        row
        for row in table("leave.csv")
        if (row["region"], row["event"]) == (region, event)
        and (not row["valid_from"] or row["valid_from"] <= day.isoformat())
        and (not row["valid_to"] or day.isoformat() < row["valid_to"])
    ]


def leave(question: str, day: date) -> set[str]:
    """The amounts that may be right for a question on a leave: the one that is, and whatever any row of the place may give."""
    province = next(p for p in provinces() if question.startswith(f"在{short_name(p)}，"))
    if "产假一共" in question:
        return _maternity(question, province, day)
    event = "护理假" if "陪产假" in question else "育儿假" if "育儿假" in question else "婚假"
    found = rows(province, event, day)
    plain = [r for r in found if not r["when"] and not r["order"] and r["role"] != "倍数"]
    assert [(r["check"] == WEAK, r["force"]) for r in plain] == [(False, "应当")], question
    assert not plain[0]["bound"] or re.search("最低|至少", question), question
    days = int(plain[0]["least"]) + (3 if event == "婚假" and plain[0]["role"] == "增加" else 0)
    unit = "个工作日" if plain[0]["unit"] == "工作日" else plain[0]["unit"]
    others = {r["least"] for r in found if r["role"] == "总数" and r is not plain[0]}
    more = {str(days + int(r["least"])) for r in found if r["role"] == "另加" and r["least"]}
    if event == "育儿假":
        assert f"不满{plain[0]['below']}周岁" in question, question
    return {f"{days}{unit}", *(f"!{n}{unit}" for n in (others | more) - {str(days)})}


def _maternity(question: str, province: str, day: date) -> set[str]:
    order = FIRST[next(words for words in FIRST if words in question)]
    nation = {e: int(rows("全国", e, day)[0]["least"]) for e in ("产假", "难产", "多胞胎")}
    own = [r for r in rows(province, "延长", day) if r["order"] == order and r["role"] == "增加"]
    third = sum(int(r["least"]) for r in rows(province, "三孩", day) if r["order"] == order)
    assert {(r["check"] == WEAK, r["bound"]) for r in own} == {(False, "")}, question
    assert len({r["least"] for r in own}) == 1, question
    extra = 0
    for event, words in (("难产", "难产"), ("多胞胎", "双胞胎")):
        if words in question:
            local = rows(province, event, day)
            assert all(r["check"] != WEAK for r in local), question
            extra += int(local[0]["least"]) if local else nation[event]
    total = nation["产假"] + int(own[0]["least"]) + third + extra
    further = [r for r in rows(province, "延长", day) if r["role"] in ("另加", "上限") and r["order"] in ("", order)]
    for row in further:
        if row["when"] and row["check"] != WEAK:
            assert f"没有参加{row['when']}" in question, question
        assert row["force"] != "单位决定", question
        if row["force"] == "单位同意":
            assert "不算单位另外同意的假" in question, question
    may = {str(total + int(r["least"])) for r in further if r["unit"] == "天" and r["least"]}
    return {f"{total}天", *(f"!{n}天" for n in may)}


def right(question: str, options: tuple[str, ...], kind: str, day: date) -> set[int]:
    """The options that are right for a question, by their number. Fails where the question is of no kind that is known."""
    if re.match(r"^在.+，", question):
        told = leave(question, day)
        assert not {f"!{words}" for words in options} & told, (question, options)
        return {n for n, words in enumerate(options) if words in told}
    name = re.match(r"^按?《((?:[^《》]|《[^《》]*》)+)》((?:附录)?(?:第[^条，]+条)?)", question)
    title, article = (name[1], name[2]) if name else ("", "")
    if match := re.search(r"^按《.+?，(.*（____）.*)。$", question):
        words = question[question.index("，", name.end() if name else 0) + 1 :].removesuffix("。")
        chosen = {n for n, option in enumerate(options) if stands(words.replace("（____）", option), title, article)}
        assert not any(words.replace("（____）", options[n]) in disputed() for n in chosen), question
        return chosen
    if question.endswith("。这个说法对吗？") and name:
        words = question[name.end() :].lstrip("，").removesuffix("。这个说法对吗？")
        return {0 if stands(words, title, article) else 1}
    if match := re.match(r"^有人说：(.+)。对吗？$", question):
        assert (match[1] in claims()) != lawful(match[1]), question
        assert f"{match[1]}。" not in disputed(), question
        return {0 if lawful(match[1]) else 1}
    if question == "下面的说法，哪些是对的？":
        assert all((w.rstrip("。") in claims()) != lawful(w.rstrip("。")) for w in options), options
        return {n for n, words in enumerate(options) if lawful(words.rstrip("。"))}
    if "下面哪几项是这一条列出的？" in question:
        return {n for n, words in enumerate(options) if stands(words, title, article)}
    if match := re.search(r"沿用了(附录第.条)的哪几项", question):
        numbers = re.findall(r"第([一二三四五六七八九十])项", texts()[(title, article)])
        items = dict(re.findall(r"（([一二三四五六七八九十])）(.+?)[；。]?\n", texts()[(title, match[1])] + "\n"))
        return {n for n, words in enumerate(options) if words in {items[number] for number in numbers}}
    if title == "国务院关于渐进式延迟法定退休年龄的办法":
        return {n for n, words in enumerate(options) if words == retirement(question)}
    if "的期限，从" in question:
        event = question.removeprefix("一般情况下，").split("的期限，从")[0]
        row = next(r for r in table("deadlines.csv") if r["event"] == event)
        length = f"{row['length']}{'个月' if row['unit'] == '月' else row['unit']}"
        return {n for n, words in enumerate(options) if words == length}
    raise AssertionError(f"no oracle for: {kind} {question}")


def retirement(question: str) -> str:
    """The figure of retirement that a question asks about."""
    who = "原55周岁女职工" if "年龄55周岁" in question else "原50周岁女职工" if "年龄50周岁" in question else "男职工"
    wanted = (
        ("最低缴费", "到")
        if "最后提高到" in question
        else ("最低缴费", "每年提高")
        if "每年提高" in question
        else ("弹性", "最多提前")
        if "最多能提前" in question
        else ("弹性", "最多延迟")
        if "最多能延迟" in question
        else (who, "每几个月延1个月")
        if "每多少个月" in question
        else (who, "延迟到")
    )
    row = next(r for r in table("retirement.csv") if (r["category"], r["parameter"]) == wanted)
    return f"{row['value']}{row['unit']}"


def hours(words: str) -> float | None:
    """A plain span of time in hours; None where it is none."""
    match = re.fullmatch(r"(\d+)(天|日|小时|分钟|周|个?工作日)", words)
    return float(match[1]) * UNITS[match[2]] if match else None
