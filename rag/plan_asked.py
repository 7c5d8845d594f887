"""What a question wants of a plan: its matter in words, the figures, times, years and places that it names, the kind of thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from documents.figures import figures
from documents.region import find_regions, short_name
from index.words import STOP_WORDS, cut
from rag.model import Question
from rag.plan_units import NATIONWIDE, Papers, times, year_of

# So many characters of a title name the paper.
NAMED = 8
# What a word counts that stands nearly everywhere.
COMMON = 0.3
YEAR = re.compile(r"20[0-4]\d(?=年|的|两|和|、|那|这|$|[^\d.万余人名个份场])")
# Words that ask, or name the paper and not its matter.
_ASKING = re.compile(
    r"多少|几[个家场期次项位名人份月号种类样条处]?|什么|哪[个些样几家里份]?|怎么样?|如何|是不是|有没有|吗|呢|请问|一共|总共|分别|各地|各省|各市|各家|各|"
    r"安排|打算|计划|要点里?|材料|文件|总结里?|工作(?:要点|意见|总结|安排|计划)|那份|这份|里面|怎么写|写(?:的|了|着|明)|提(?:到了?|了)|数字(?!技能|化|赋能|经济)|口径|情况|[两几]年|历年|叫(?:什么|啥)?|名字|啥|"
    r"不?一样|不同|区别|变化|对比|相比|比较|比一比|放一?起|列个?表|看看|一下|今年|去年|当时|那年|20[0-4]\d年?|第?[一二三四1-4]、?[一二三四1-4]?季度|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|女工(?:这[条块]线?)?|(?<!总)工会|(?<!先进)女职工(?!委员会|代表|精神|创新|教育|实用|专项)|事情|方面|这块|这一?块|措施|举措|材料|说一个|说说|一?张表|三家|两家|几家|能放|咱们?|我们?|省里|市里"
)
# What people call them, and what the papers write.
_ALSO = {"全总": "全国总工会", "省总": "省总工会", "市总": "市总工会", "女职委": "女职工委员会", "常委": "常务委员", "抗疫": "抗击疫情", "相亲": "婚恋交友", "牌子": "品牌", "搞对象": "婚恋交友", "托儿": "托育", "短版": "短板", "检讨": "不足"}  # fmt: skip
# Words near in matter: they count half, and only for what they bring.
_KIN = {
    "婚恋": ("会聚良缘", "相亲", "联谊", "红娘", "鹊桥", "牵手", "婚恋", "交友"),
    "托管": ("托育", "托管班", "托管"),
    "普法": ("法律", "法律法规", "宣传", "普法"),
    "竞赛": ("比武", "练兵", "竞赛"),
    "心理": ("心理", "心灵"),
    "荣誉": ("称号", "奖章", "标兵", "旗手", "授予", "荣获"),
    "短板": ("不足", "问题", "差距", "短板", "盲区"),
    "不足": ("不足", "问题", "差距", "短板", "盲区"),
    "读书": ("阅读", "读书会", "书香"),
}
# Words that stand nearly everywhere in such papers.
EVERYWHERE = frozenset(
    ["委员会", "委员", "女职工委员会", "工委", "职工", "女职工", "女", "工会", "工作", "活动", "开展", "做好"]
)
_HOW_MANY = re.compile(
    r"(?:多少|(?<!哪)几(?!月|季度|件事|样|种|点))(?P<unit>万?(?:人次|名|人|场次|场|期|个|家|份|项|对|位|辆|次|万元|元|条|间|所|册|天|班|孩子|女职工|女会员|职工))?|(?P<counted>场|次|人|个|件|份|期)(?:次)?数|目标(?:是|为)?(?:多少)?|比例|几成|名额|数字|指标"
)
_UNIT_WORDS = {"孩子": "人|名", "女职工": "人|名", "女会员": "万人|人|名", "职工": "人|名", "人": "人|名|位", "位": "人|名|位", "名": "人|名|位", "班": "班|个"}  # fmt: skip
_WHO = re.compile(
    r"谁(?:来)?(?:负责|牵头|组织|办|搞|主办|配合)|负责(?:人|的)?(?:是)?(?:谁|哪)|牵头|责任(?:部门|单位)|哪(?:个|几个|些)?(?:部门|单位|机关|厅|处|科)|跟谁|和谁|联合"
)
_WHOM = re.compile(r"什么人|哪些人|哪类人|给谁|对象|谁能")
_NAME = re.compile(r"品牌|牌子|主题|叫什么|叫啥|名字|名称|哪[几四五三两]个牌")
_WHEN = re.compile(r"什么时候|啥时候|几月|哪个?(?:季度|月)|何时|哪天|时间")
_MATTERS = re.compile(r"^(?:女职工|工会女|工作|职工)|会女职工")
_ANY_UNION = "全国总工会女职工委员会"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question wants of a plan: weighted words, figures it names, times, years, places, and the kind of thing."""

    words: dict[str, float]
    figures: frozenset[str]
    times: frozenset[str]
    years: tuple[int, ...]
    places: tuple[str, ...]
    unit: str
    wants: frozenset[str]
    text: str
    parts: tuple[frozenset[str], ...]
    kin: frozenset[str] = frozenset()


def read_asked(papers: Papers, question: Question) -> Asked:
    """Read what is wanted: the words of the matter, without places, years, the papers' names and the words that only ask."""
    own, whole = question.asked, question.search
    places = papers.named(own) or papers.named(whole)
    matter = re.sub(r"20[0-4]\d年?", " ", formal(whole))
    for name in places:
        matter = matter.replace(name, " ")
    for region in find_regions(whole):
        for name in filter(None, (region.city, region.province)):
            matter = matter.replace(name, " ").replace(short_name(name), " ")
    for title in {chunk.card.title for name in places for chunk in papers.places[name]} | set(
        named_titles(papers, whole)
    ):
        matter = _without(matter, title)
    matter = _ASKING.sub(" ", matter)
    many = _HOW_MANY.search(own)
    parts = [frozenset(_words(part)) for part in re.split(r"[,，;；?？。]", matter)]
    return Asked(
        words={w: papers.index.lexical.weight(w) * (COMMON if w in EVERYWHERE else 1.0) for w in _words(matter)},
        figures=frozenset(n for n in figures(YEAR.sub(" ", own)) if len(n) > 1),
        times=times(own),
        years=tuple(
            dict.fromkeys(int(year) for year in YEAR.findall(own) or ([] if papers.named(own) else YEAR.findall(whole)))
        ),
        places=places,
        unit=(many["unit"] or many["counted"] or "") if many else "",
        wants=_wants(own),
        text=matter,
        parts=tuple(part for part in parts if part),
        kin=frozenset(w for word, kin in _KIN.items() if word in matter for w in kin),
    )


def _wants(text: str) -> frozenset[str]:
    """The kinds of thing that a text asks for; who asks for names counts nothing (那几个活动的名字)."""
    names = bool(_NAME.search(text))
    kinds = (("谁", _WHO), ("名", _NAME), ("时", _WHEN), ("人", _WHOM))
    many = _HOW_MANY.search(text)
    counts = many is not None and not (names and many[0] in ("几个", "几项"))
    return frozenset(name for name, pattern in kinds if pattern.search(text)) | ({"数"} if counts else frozenset())


def formal(text: str) -> str:
    """A text with what people call things written as the papers write it: 女职委 -> 女职工委员会."""
    for said, written in _ALSO.items():
        text = re.sub(rf"{said}(?!工会)", written, text)
    return text


def _words(text: str) -> list[str]:
    return [word for word in cut(text) if word not in STOP_WORDS and not re.fullmatch(r"20[0-4]\d", word)]


def _without(text: str, title: str) -> str:
    """A text without the runs of three and more characters that it shares with a paper's title."""
    for size in range(min(len(title), 14), 2, -1):
        for at in range(len(title) - size + 1):
            run = title[at : at + size]
            if run in text and not _MATTERS.search(run):
                text = text.replace(run, " ")
    return text


def named_titles(papers: Papers, text: str) -> tuple[str, ...]:
    """The papers that a text names by a good part of their title, where no place does."""
    whole = formal(text)
    titles = {chunk.card.title for chunk in papers.places.get(NATIONWIDE, ())}
    runs = {t: (t[at : at + NAMED] for at in range(len(t) - NAMED + 1)) for t in sorted(titles)}
    return tuple(t for t, parts in runs.items() if any(run in whole and run not in _ANY_UNION for run in parts))


def quoted(text: str) -> list[str]:
    """The names in quotation marks."""
    return re.findall(r"“[^“”]{2,30}”|\"[^\"]{2,30}\"", text)


def has_amount(asked: Asked, text: str) -> bool:
    """Whether words hold a figure in the unit asked for (any figure, where no unit is named)."""
    if not asked.unit:
        return bool(re.search(r"\d", text)) or bool(figures(text))
    units = _UNIT_WORDS.get(asked.unit, re.escape(asked.unit))
    return bool(re.search(rf"(?:\d|[一二三四五六七八九十百千万])\s*(?:多|余)?[万亿]?(?:多|余)?\s*(?:{units})", text))


def meant(papers: Papers, question: Question) -> bool:
    """Whether a question is about a paper though no word says so: it names its place, and its year, figures that stand in it, or what is planned."""
    places = papers.named(question.asked)
    if question.topics or not places:
        return False
    chunks = [chunk for place in places for chunk in papers.places[place]]
    if re.search(r"我|老板|公司|单位(?!是)", question.asked):
        return False
    named = {number for number in figures(YEAR.sub(" ", question.asked)) if len(number) > 1}
    if named:
        return any(named <= figures(chunk.text) for chunk in chunks)
    years = {int(year) for year in YEAR.findall(question.asked)}
    return bool(years & {year_of(chunk) for chunk in chunks}) or "打算" in question.asked


def longer(words: Iterable[str]) -> set[str]:
    """The words of more than one character; single ones tell nothing by themselves."""
    return {word for word in words if len(word) > 1}
