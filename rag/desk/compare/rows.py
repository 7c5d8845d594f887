"""Rows of a comparison: the parts of papers on one place and year, and which of them a wish chooses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from documents.errors import DocumentError
from documents.model import Level
from documents.region import NATION, parse_region, short_name
from index.chunk import Chunk
from rag.desk.compare.model import Row, Wish
from rag.desk.errors import BadWish
from rag.plan_units import NATIONWIDE, Papers, is_body, place_of, year_of

MOST_PLACES = 200
LONGEST_NAME = 60
_DONE = re.compile(r"主要工作|总结|回顾|成绩|工作情况")
_TO_DO = re.compile(r"安排|打算|要点|计划|意见|方案|部署|下一步")
_NATION = re.compile(r"^(?:全国|国家|全总|(?:中华)?全国总工会)$")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a wish in its order, the chunks of each, and a sentence for each place or paper that is none."""

    rows: tuple[Row, ...]
    chunks: tuple[tuple[Chunk, ...], ...]
    missing: tuple[str, ...]


def known_rows(papers: Papers) -> dict[Row, tuple[Chunk, ...]]:
    """All rows that an index's plans make, by place and year, with their chunks."""
    found: dict[Row, list[Chunk]] = {}
    natures: dict[tuple[str, str, int | None], str] = {}
    for chunk in papers.chunks:
        key = (chunk.card.id, place_of(chunk), year_of(chunk))
        # what a part's own headings say of it holds for the whole row
        nature = _nature(chunk)
        if key not in natures or chunk.provision.headings:
            natures[key] = nature
    same = Counter((place, year, nature) for (_, place, year), nature in natures.items())
    for chunk in papers.chunks:
        card, place, year = chunk.card, place_of(chunk), year_of(chunk)
        nature = natures[card.id, place, year]
        row = Row(card.id, place, year, card.title, card.level, nature, same[place, year, nature] > 1)
        found.setdefault(row, []).append(chunk)
    order = sorted(found, key=lambda row: (row.place == NATIONWIDE, row.place, row.year or 0, row.title))
    return {row: tuple(found[row]) for row in order}


def choose_rows(papers: Papers, wish: Wish) -> Chosen:
    """Choose the rows that a wish names, by places in its order, then by titles.

    Raises BadWish where it names nothing, a place that is none, a title that no paper has, or years without any paper.
    """
    known = known_rows(papers)
    if not known:
        raise BadWish("本库没有收入工会的计划、总结或报道，没有可比的。请先把材料收进来建索引。")
    if not wish.places and not wish.papers:
        raise BadWish(f"没有说要比哪些地方或哪些材料。有材料的地方：{_places(known)}。")
    if len(wish.places) > MOST_PLACES:
        raise BadWish(f"一次最多比{MOST_PLACES}个地方，这里有{len(wish.places)}个，请分几次比。")
    rows: list[Row] = []
    missing: list[str] = []
    for name in dict.fromkeys(place.strip() for place in wish.places if place.strip()):
        own = _of_place(papers, known, name)
        rows += own
        if not own:
            missing.append(_without_paper(papers, name))
        elif cities := _cities_for(papers, own, name):
            missing.append(f"{name}：没有收入省一级的材料，列的是{'、'.join(cities)}的，不能代表全省。")
    for part in dict.fromkeys(part.strip() for part in wish.papers if part.strip()):
        rows += _of_title(known, part)
    rows = list(dict.fromkeys(rows))
    kept = [row for row in rows if _in_years(row, wish.years)]
    missing += _other_years(rows, kept, wish.years)
    if not kept:
        raise BadWish(f"没有可比的材料：{''.join(dict.fromkeys(missing))}有材料的地方：{_places(known)}。")
    return Chosen(tuple(kept), tuple(known[row] for row in kept), tuple(dict.fromkeys(missing)))


def _nature(chunk: Chunk) -> str:
    """What a part of a paper is: a report, a summary of what was done, what is arranged, or a standing rule."""
    if chunk.card.level is Level.NEWS:
        return "报道"
    if chunk.card.year is None:
        return "制度"
    for heading in (*(h for h in chunk.provision.headings if re.search(r"20\d\d年", h)), chunk.card.title):
        done, to_do = _DONE.search(heading), _TO_DO.search(heading)
        if bool(done) != bool(to_do):
            return "总结" if done else "安排"
    # a report on the work tells both what was done and what will be
    return "报告" if "报告" in chunk.card.title else "安排"


def _of_place(papers: Papers, known: Iterable[Row], name: str) -> list[Row]:
    """The rows of a place; a province without a paper of its own has its cities'. Raises BadWish where it is no place."""
    if _NATION.match(name):
        return [row for row in known if row.place == NATIONWIDE]
    places = papers.named(name) if len(name) <= LONGEST_NAME else ()
    bodies = [place for place in places if is_body(place) and not _is_place(name)]
    if not bodies and not _is_place(name):
        raise BadWish(f"不认识的地方「{_short(name)}」。有材料的地方：{_places(known)}。")
    wanted = set(bodies or _exact(papers, places, name))
    return [row for row in known if row.place in wanted]


def _exact(papers: Papers, places: Iterable[str], name: str) -> list[str]:
    """The places that a name means: itself, or where it is a province the cities in it; never a city's province."""
    region = parse_region(name)
    own = short_name(region.county or region.city or region.province)
    found = [place for place in places if place == own]
    inside = not (region.city or region.county)
    return found or [place for place in places if inside and papers.provinces.get(place) == own]


def _cities_for(papers: Papers, rows: Iterable[Row], name: str) -> list[str]:
    """The cities whose papers stand for the province that was named."""
    cities = dict.fromkeys(row.place for row in rows if row.place not in name)
    return [city for city in cities if papers.provinces.get(city, "none") in name]


def _is_place(name: str) -> bool:
    """Whether a name is one place of the gazetteer and nothing more: 南京, 江苏省南京市, not 南京路上."""
    try:
        region = parse_region(name) if len(name) <= LONGEST_NAME else NATION
    except DocumentError:
        return False
    rest = name
    for part in (region.county, region.city, region.province):
        rest = rest.replace(part, "", 1).replace(short_name(part), "", 1) if part else rest
    return region != NATION and not rest.strip("省市县区 ")


def _without_paper(papers: Papers, name: str) -> str:
    region = parse_region(name)
    province = short_name(region.province)
    held = province in papers.places and (region.city or region.county) and region.city != region.province
    return f"{name}：没有收入这个地方的材料{f'（收有{province}的，不能代替）' if held else ''}。"


def _of_title(known: Iterable[Row], part: str) -> list[Row]:
    found = [row for row in known if len(part) > 1 and part in row.title]
    if not found:
        titles = "；".join(f"《{title}》" for title in dict.fromkeys(row.title for row in known))
        raise BadWish(f"没有题名里有「{_short(part)}」的材料。收有：{titles}。")
    return found


def _in_years(row: Row, years: tuple[int, int] | None) -> bool:
    return years is None or (row.year is not None and years[0] <= row.year <= years[1])


def _other_years(rows: list[Row], kept: list[Row], years: tuple[int, int] | None) -> list[str]:
    """A sentence for each place whose papers are all of other years."""
    having = {row.place for row in kept}
    said = []
    for place in dict.fromkeys(row.place for row in rows if row.place not in having):
        held = "、".join(
            dict.fromkeys(f"{row.year}年" if row.year else "没有年份" for row in rows if row.place == place)
        )
        span = f"{years[0]}年" if years and years[0] == years[1] else f"{years[0]}—{years[1]}年" if years else ""
        said.append(f"{place}：没有收入{span}的材料，收的是{held}的。")
    return said


def _places(known: Iterable[Row]) -> str:
    years: dict[str, list[str]] = {}
    for row in known:
        if row.year:
            years.setdefault(row.place, []).append(str(row.year))
    return "、".join(f"{place}（{'、'.join(dict.fromkeys(held))}）" for place, held in years.items())


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}……"
