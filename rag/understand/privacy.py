"""Mask personal data before anything is searched, logged, stored, or sent to a model."""

from __future__ import annotations

import re

from documents.region import find_regions

_SURNAME = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧阳司马诸葛上官"
)
_HAN = r"[\u4e00-\u9fff]"
# What may follow a name: punctuation, the end, or a word that no given name has.
_AFTER_NAME = r"(?=[，,。.、；;！!？?\s（(〔]|今年|现在|目前|身份|手机|电话|怀孕|住|是|在|来自|的|，|$)"
# Words that stand before 公司/厂 without naming one.
_NO_NAME = (
    r"我们|我的|你们|他们|她们|我|你|他|她|这家|那家|这个|那个|一家|一个|一所|几家|某|某个|原|老|新|本|该|各|小|大|总|分|子|母|外包|派遣|劳务派遣|劳务|人力资源|"
    r"用人|用工|私人|民营|外资|合资|国有|国营|上市|保险|物业|电子|服装|食品|玩具|纺织|制衣|陶瓷|钢铁|机械|印刷|造纸|玻璃|塑料|五金|汽车|家具|印染|皮革|箱包|制鞋|制药|模具|电器|电池|芯片|化工|家政|中介|外地|本地|附近|现在的|以前的|工|进|出|去|在|到|于|和|跟|的"
)
# Written wide (１３９), or with signs between that nobody sees, a number is the same number.
_PLAIN = {
    wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF20)
}
_UNSEEN = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF))
_RULES = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"), "〔邮箱〕"),
    (re.compile(r"(?<!\d)\d{6}[ -]?(?:19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXx](?!\w)"), "〔身份证号〕"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)"), "〔身份证号〕"),
    (re.compile(r"(?<=身份证)((?:号码?)?[是为:：\s]*)\d{6,15}[\dXx]?(?!\w)"), r"\1〔身份证号〕"),
    (re.compile(r"(?<!\d)\d{16,19}(?!\d)|(?<!\d)\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?(?!\d)"), "〔银行卡号〕"),
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"), "〔手机号〕"),
    (re.compile(r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)"), "〔电话〕"),
    (
        re.compile(
            r"((?:微信号?|[Vv]信|[Ww]e[Cc]hat|[Qq]{2}号?|[Vv][Xx])(?:号|是|为|:|：|\s|加我?){0,4})([A-Za-z][\w-]{4,30}|\d{5,12})(?![\w])"
        ),
        r"\1〔微信或QQ号〕",
    ),
    (
        re.compile(rf"((?:我叫|姓名|名字[是叫]|本人叫|我名叫|我的名字)[是为:：\s]*){_HAN}{{2,4}}?{_AFTER_NAME}"),
        r"\1〔姓名〕",
    ),
    (re.compile(r"((?:姓名|名字)[是为:：\s]+)[\u4e00-\u9fff]{2,4}"), r"\1〔姓名〕"),
    (
        re.compile(
            rf"((?:我是|本人是?)(?:女职工|员工|职工)?)(?!(?:女|男|一|个|孕|新|老|工|会|在|的))[{_SURNAME}]{_HAN}{{1,2}}(?=[，,。；;\s]|今年|$)"
        ),
        r"\1〔姓名〕",
    ),
)
_EMPLOYERS = (
    # a full company name
    re.compile(r"()([\u4e00-\u9fffA-Za-z（）()]{2,24}?)(?:有限责任公司|股份有限公司|有限公司|集团公司)"),
    # where somebody says to work
    re.compile(
        r"(我在|就职于|任职于|入职了?|供职于|受雇于|单位是|单位叫|公司是|公司叫|厂叫|雇主是|在)([\u4e00-\u9fffA-Za-z]{2,14}?)"
        r"(?:公司|集团|工厂|厂|商场|超市|酒店|饭店|医院|幼儿园|学校|事务所|工作室)"
    ),
    # a place and a name at the beginning of a clause
    re.compile(
        r"(?<![\u4e00-\u9fff])()([\u4e00-\u9fff]{4,12}?)(?:公司|集团|工厂|厂)(?=的|上班|做工|工作|打工|[，,。])"
    ),
)
_GENERIC = re.compile(rf"(?:{_NO_NAME})")
_PLACE_TAIL = re.compile(r"(?:省|市|县|区|镇|这边|那边|这里|开发区|工业园区?)*")


def _employer(match: re.Match[str]) -> str:
    """Mask an employer's name; the place before it stays, and so does a name that is none."""
    name = match[2]
    places = find_regions(name)
    cut = next(n for n in range(len(name) + 1) if find_regions(name[:n]) == places)
    if tail := _PLACE_TAIL.match(name[cut:]):
        cut += tail.end()
    rest = name[cut:]
    full = "有限" in match[0] or "集团" in match[0]
    if not full and (len(rest) < 2 or _GENERIC.match(rest) or (not match[1] and not places)):
        return match[0]
    return f"{match[1]}{name[:cut]}〔单位〕" if rest else match[0]


def mask(text: str) -> tuple[str, tuple[str, ...]]:
    """Replace ID, phone and card numbers, mail addresses, chat ids, names that people give as theirs, and employers' names.

    Words that only say what kind of employer it is (电子厂, 我们公司) stay: they name nobody. Returns the masked text and
    what kinds were masked.
    """
    text = text.translate(_PLAIN | _UNSEEN)
    masked: dict[str, None] = {}
    for pattern, label in _RULES:
        text, count = pattern.subn(label, text)
        if count:
            masked.setdefault(label[label.index("〔") :].strip("〔〕"))
    for pattern in _EMPLOYERS:
        text, before = pattern.sub(_employer, text), text
        if text != before:
            masked.setdefault("单位")
    return text, tuple(masked)
