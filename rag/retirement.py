"""When somebody retires, by birth month and category, in words."""

from __future__ import annotations

import re
from datetime import date

from documents.retirement import TITLE, Category, Month, Retirement, in_years, parameters, retirement
from rag.model import Question, Status
from rag.reckoned import Reckoned
from rag.understand.facts import Born, asks_retirement, born

_WOMAN_50 = re.compile(r"工人|流水线|车间|一线|操作工|打工|原来?50|50岁?退|女工(?!程)")
_WOMAN_55 = re.compile(r"干部|管理(?:岗|人员|层)|技术岗|工程师|公务员|教师|老师|事业(?:单位|编)|原来?55|55岁?退")
_MAN = re.compile(r"男|老公|丈夫|爱人他|我爸|父亲|爸爸")
_WOMAN = re.compile(r"女|老婆|我妈|母亲|妈妈")
_PAID = re.compile(r"缴|交够|交满|交多少|社保|养老保险|养老金|年限|15年|20年")
_CHOICE = re.compile(r"提前|早点|早几|弹性|延后|晚点|延迟退|继续干|还能干|多干|返聘")
# Her own retirement is asked for: 我啥时候能退休, 女的到底多大退休,我还要熬多久.
_OWN = re.compile(
    r"(?:我|俺|咱|本人).{0,12}(?:啥时候|什么时候|几时|哪[年月]|几岁|多大|多少岁|还(?:要|有|得)(?:熬|干|几|多)).{0,8}退|(?:多大|几岁|啥时候|什么时候|哪年).{0,4}退休.{0,8}(?:我|俺|熬|轮到)"
)
_ELSE = re.compile(r"提前|弹性|晚点|津贴|养老金|社保|缴|辞|裁|合同|返聘|工资|补偿|干部|公务员|老公|爸|妈|特殊工种|病退")
ASK_BIRTH = (
    "女职工的法定退休年龄从2025年1月1日起逐步延迟：原50周岁的每2个月延迟1个月，到55周岁；原55周岁的每4个月延迟1个月，到58周岁。"
    "你是哪年哪月出生的、原来按50还是55周岁退休？告诉我就能算到哪个月。"
)
PAID = "按月领养老金还要缴费满最低年限（2030年起逐年提高），先查自己的缴费记录"
STEPS = (
    "原来按50还是55周岁退休，看岗位和身份，常有争议：带上劳动合同、岗位说明和档案，问社保经办机构（12333），个人以经办机构核定为准",
    "单位不得强制或者变相强制你选择退休时间；特殊工种、高海拔等另有提前退休的规定",
)


def reckon(question: Question) -> Reckoned | None:
    """Compute retirement for a question that asks for it and tells a birth; None elsewhere."""
    text = question.search
    told = born(text) if asks_retirement(text) else None
    if told is None:
        return _ask_birth(text) if _OWN.search(text) and not _ELSE.search(text) else None
    today = question.as_of or date.today()
    categories = _categories(text)
    if told.month is None:
        return _by_year(told, categories, text)
    found = [retirement(Month(told.year, told.month), category) for category in categories]
    if len(found) > 1:
        return _both(found, text)
    one = found[0]
    words = f"{_one(one)}{_window(one, today, text)}。"
    if "58" in text and one.category is Category.WOMAN_50:
        words = "不是都到58周岁。" + words
    return Reckoned(Status.ANSWERED, words, _sources(text), _phrases([one]), _steps(text))


def _ask_birth(text: str) -> Reckoned:
    """The rule in short, and what decides it for her."""
    return Reckoned(Status.CLARIFY, ASK_BIRTH, _sources(""), (), _steps(text))


def _categories(text: str) -> list[Category]:
    if _MAN.search(text) and not _WOMAN.search(text):
        return [Category.MAN]
    fifty, fifty_five = bool(_WOMAN_50.search(text)), bool(_WOMAN_55.search(text))
    if fifty != fifty_five:
        return [Category.WOMAN_50 if fifty else Category.WOMAN_55]
    return [Category.WOMAN_50, Category.WOMAN_55]


def _one(r: Retirement) -> str:
    late = f"延迟{r.delayed}个月，" if r.delayed else "不延迟，"
    return f"按{r.category}算：{r.born}生的{late}{r.month}退休，那时{r.age}"


def _window(r: Retirement, today: date, text: str) -> str:
    """What else is asked: the fewest contributions, and how much earlier or later one may choose."""
    words = f"；按月领养老金最低要缴费满{in_years(r.contribution)}" if _PAID.search(text) else ""
    if not r.delayed or not _CHOICE.search(text):
        return words
    if r.earliest > Month(today.year, today.month):
        words += f"；缴费够年限的可以自愿提前，最多提前3年，最早{r.earliest}"
    else:
        words += "；自愿提前，最多提前3年，不得早于原来的年龄，那个月已经过了"
    return words + f"；和单位协商一致可以延到{r.latest}"


def _steps(text: str) -> tuple[str, ...]:
    return STEPS if _PAID.search(text) else (*STEPS, PAID)


def _both(found: list[Retirement], text: str) -> Reckoned:
    paid = [f"，最低缴费{in_years(r.contribution)}" if _PAID.search(text) else "" for r in found]
    parts = [
        f"{r.category}：{f'延迟{r.delayed}个月，' if r.delayed else ''}{r.month}退休（{r.age}）{more}"
        for r, more in zip(found, paid, strict=True)
    ]
    words = f"{found[0].born}生的女职工有两种：{'；'.join(parts)}。你原来是按50还是55周岁退休（工人岗位多是50，管理、技术岗位多是55）？"
    return Reckoned(Status.CLARIFY, words, _sources(text), _phrases(found), _steps(text))


def _by_year(told: Born, categories: list[Category], text: str) -> Reckoned:
    """With the year alone: from January's to December's."""
    found = [retirement(Month(told.year, month), c) for c in categories for month in (1, 12)]
    parts = [
        f"{first.category}：{first.born}生的{first.age}（{first.month}），{last.born}生的{last.age}（{last.month}）"
        for first, last in zip(found[::2], found[1::2], strict=True)
    ]
    opening = "不是都到58周岁。" if "58" in text and categories == [Category.WOMAN_50] else ""
    step = "每2个月延1个月，逐步到55周岁" if categories == [Category.WOMAN_50] else "按出生月份逐月延迟"
    words = f"{opening}{step}。{'；'.join(parts)}。说出生月份就能算准。"
    status = Status.ANSWERED if len(categories) == 1 else Status.CLARIFY
    return Reckoned(status, words, _sources(""), _phrases(found), _steps(text))


def _sources(text: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    """The provisions under the computation, with the figures of all rules that name them."""
    articles = ["第一条"]
    articles += ["第二条"] if _PAID.search(text) else []
    articles += ["第三条"] if _CHOICE.search(text) else []
    return tuple(
        (TITLE, article, frozenset(str(p.value) for p in parameters() if p.article == article)) for article in articles
    )


def _phrases(found: list[Retirement]) -> tuple[str, ...]:
    words: list[str] = []
    for r in found:
        words += [str(r.born), f"延迟{r.delayed}个月", str(r.month), r.age, str(r.earliest), str(r.latest)]
        words += [f"缴费满{in_years(r.contribution)}", f"最低缴费{in_years(r.contribution)}"]
    return tuple(dict.fromkeys(words))
