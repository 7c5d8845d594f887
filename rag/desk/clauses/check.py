"""Hold a paper's clauses against the law of a place on a day: what each clause gets, and what the paper lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from documents.errors import UnreadableFile
from documents.formats import SUFFIXES, TEXT_SUFFIXES, Extract, read_plain
from documents.formats.workers import extract_files
from documents.region import Region, find_regions
from index.search import Scope
from rag.answer import Assistant
from rag.desk.clauses.conditions import judge_conditions
from rag.desk.clauses.cut import Cut, cut, is_heading
from rag.desk.clauses.figure_check import judge_figures
from rag.desk.clauses.law import Law, Matter, matters
from rag.desk.clauses.leave_check import judge_leaves
from rag.desk.clauses.leaves import leaves
from rag.desk.clauses.meaning import judge_meaning
from rag.desk.clauses.model import WORST, Finding, Missing, Report, Verdict
from rag.desk.clauses.said import Said, names
from rag.desk.clauses.stipulations import judge_stipulations
from rag.desk.clauses.words import normalise, sentences
from rag.desk.errors import UnreadablePaper

# What a clause must name before it is looked up in the index: whom the law on women workers is about.
_OURS = re.compile(r"女|孕|产(?!品|量|线|值|能|权|业|生产)|哺乳|婴|生育|婚|妇|母|月经|更年")
_BY_LAW = re.compile(
    r"(?:按照?|依照?|依据|执行|遵守|遵照|符合|根据)[^。;]{0,30}(?:国家|法律|法规|规定|条例|法定|省|市|政策)[^。;]{0,30}(?:享受|执行|给予|安排|休|支付|办理|落实|保障|保护|发放|规定)|依法(?:享受|享有|给予|安排|支付|保障|落实|参加|缴纳|休)|(?:法定|国家规定)的?(?:产假|假期|待遇|标准|权利)"
)
_ADDED = re.compile(
    r"(?:延长|增加|奖励|另(?:外)?(?:享受|增加)|再(?:增|加|享|休))[^。;]{0,20}(?:产假|生育假|奖励假|天|个月)|奖励假|生育假|延长产假|延长生育|奖励产假"
)
MOST_LOOKUPS = 120
LONGEST_PAPER = 500_000  # letters: a handbook of 500 pages
# In so many clauses of so many sentences the faulty ones are told apart; others are shown whole.
MOST_SENTENCES, MOST_TOLD = 16, 200
NEAR = 0.55


def check_paper(assistant: Assistant, path: Path, regions: tuple[Region, ...], day: date) -> Report:
    """Check a contract or handbook.

    Parameters: the assistant over the index; a docx, pdf, txt, md, html, doc or xlsx; the places whose rules hold (empty: national law
    only); the day whose law holds. Raises UnreadablePaper naming the file and why.
    """
    extract = _extracted(path)
    return _checked(assistant, path.name, extract, regions, day)


def check_text(assistant: Assistant, name: str, text: str, regions: tuple[Region, ...], day: date) -> Report:
    """Check a paper's words under a name; parameters as of `check_paper`. An empty text has no findings, and lacks everything."""
    return _checked(assistant, name, Extract(text), regions, day)


def _extracted(path: Path) -> Extract:
    try:
        if not path.is_file():
            raise UnreadablePaper(f"找不到「{path.name}」。请检查路径。")
        if path.stat().st_size == 0:
            raise UnreadablePaper(f"「{path.name}」是空文件，没有可以核对的条款。")
        name = path.name.lower()
        if name.endswith(TEXT_SUFFIXES):
            found: Extract | UnreadableFile = read_plain(path)
        elif name.endswith(SUFFIXES):
            found = extract_files([path])[path]
        else:
            raise UnreadablePaper(f"「{path.name}」的格式读不了。请另存为 docx、pdf、txt 或 md 再核对。")
    except UnreadableFile as error:
        raise UnreadablePaper(str(error)) from error
    except OSError as error:
        raise UnreadablePaper(f"「{path.name}」打不开（{error.strerror}）。请检查文件和权限。") from error
    if isinstance(found, UnreadableFile):
        raise UnreadablePaper(str(found)) from found
    if not found.text.strip():
        raise UnreadablePaper(f"「{path.name}」里没有文字，没有可以核对的条款。")
    return found


def _checked(assistant: Assistant, name: str, extract: Extract, regions: tuple[Region, ...], day: date) -> Report:
    if len(extract.text) > LONGEST_PAPER:
        raise UnreadablePaper(f"「{name}」有{len(extract.text)}字，超过{LONGEST_PAPER}字。请拆成几份，分几次核对。")
    law = Law(assistant.index, regions, day)
    cuts = cut(extract.text, extract.pages)
    words = [normalise(_body(c)) for c in cuts]
    heads = [normalise(c.heading) for c in cuts]
    added = {n for n, text in enumerate(words) if _ADDED.search(text)}
    told = [_said(law, text, head, bool(added - {n})) for n, (text, head) in enumerate(zip(words, heads, strict=True))]
    spoken = [_matters_of(text, head) for text, head in zip(words, heads, strict=True)]
    looked_up = _looked_up(law, words, [not said and not matter for said, matter in zip(told, spoken, strict=True)])
    findings = [
        _finding(law, c, text, said, matter, looked_up.get(n))
        for n, (c, text, said, matter) in enumerate(zip(cuts, words, told, spoken, strict=True))
    ]
    for n in [n for n, finding in enumerate(findings) if finding.verdict is Verdict.BELOW][:MOST_TOLD]:
        findings[n] = _with_faulty(law, findings[n], heads[n], bool(added - {n}))
    return Report(
        name,
        regions,
        day,
        tuple(findings),
        _missing(law, spoken),
        assistant.index.manifest.corpus_digest,
        (*extract.notes, *_remarks(extract.text, regions)),
    )


def _body(c: Cut) -> str:
    """A clause's words without its label."""
    return (
        re.sub(r"^\s*[、：:.．]?\s*", "", c.clause.text.removeprefix(c.clause.label))
        if c.clause.label
        else c.clause.text
    )


def _said(law: Law, text: str, heading: str, elsewhere: bool) -> list[Said]:
    """What the statements of one clause get."""
    if "\n" not in text and is_heading(text):
        return []
    found = list(leaves(text, heading))
    said = list(judge_leaves(law, found, text, elsewhere))
    said += judge_figures(law, text, heading)
    said += judge_stipulations(law, text, heading)
    said += judge_meaning(law, text, heading)
    said += judge_conditions(law, text, heading)
    return said


def _matters_of(text: str, heading: str) -> tuple[Matter, ...]:
    """The matters that a clause speaks of, by its words or by its heading's."""
    found = tuple(m for m in matters() if m.words.search(text))
    return found or tuple(m for m in matters() if len(text) > 12 and heading and m.words.search(heading))


def _looked_up(law: Law, words: Sequence[str], wanted: Sequence[bool]) -> dict[int, str]:
    """Matters, by the index, of clauses that name women workers but none of the matters' words."""
    by_article = {(title, article): m.name for m in matters() for title, article, _ in m.provisions}
    found: dict[int, str] = {}
    asked = [
        n
        for n, text in enumerate(words)
        if wanted[n] and len(text) > 10 and _OURS.search(text) and not is_heading(text)
    ]
    for n in asked[:MOST_LOOKUPS]:
        for hit in law.index.search(words[n][:200], 3, Scope(law.regions, law.day, False)):
            key = (hit.chunk.card.title, hit.chunk.provision.article)
            if key in by_article and hit.cosine >= NEAR:
                found[n] = by_article[key]
                break
    return found


def _finding(law: Law, c: Cut, text: str, said: list[Said], spoken: tuple[Matter, ...], near: str | None) -> Finding:
    worst = min(said, key=lambda s: WORST.index(s.verdict), default=None)
    if worst is not None and worst.verdict is not Verdict.SILENT:
        alike = [s for s in said if s.verdict is worst.verdict]
        reasons = list(dict.fromkeys(s.reason for s in alike))
        sources = tuple({(x.chunk_id, x.quote): x for s in alike for x in s.sources}.values())
        proposal = "".join(dict.fromkeys(s.proposal for s in alike if s.proposal))
        return Finding(
            c.clause,
            worst.verdict,
            "".join(reasons[:4]),
            "、".join(dict.fromkeys(s.matter for s in alike)),
            sources,
            proposal,
        )
    if not spoken and near is None:
        return Finding(c.clause, Verdict.SILENT, "这一条没有说到法律和本省规定有标准的事。")
    matter = spoken[0].name if spoken else near or ""
    sources = law.of(matter)
    if spoken and _BY_LAW.search(text) and sources:
        return Finding(
            c.clause, Verdict.EQUAL, f"写明按法律法规执行，没有另减，依据是{names(sources)}。", matter, sources
        )
    if not _duty(text):
        return Finding(c.clause, Verdict.SILENT, f"提到{matter}，但没有写给多少、怎么给，没有可以比较的标准。", matter)
    return Finding(
        c.clause,
        Verdict.UNSURE,
        f"这一条和{matter}有关，没有读懂怎么和标准比较，请人工对照{names(sources)}。",
        matter,
        sources,
    )


def _with_faulty(law: Law, finding: Finding, heading: str, elsewhere: bool) -> Finding:
    """Tell which sentences of a clause are faulty: for each fault the last without which it is gone; those before it are what it is about."""
    whole = sentences(finding.clause.text)
    if finding.verdict is not Verdict.BELOW or not 1 < len(whole) <= MOST_SENTENCES:
        return finding
    said = _below(law, whole, heading, elsewhere)
    without = [said - _below(law, [*whole[:n], *whole[n + 1 :]], heading, elsewhere) for n in range(len(whole))]
    last = {reason: n for n, gone in enumerate(without) for reason in gone}
    return replace(finding, faulty=tuple(whole[n] for n in sorted(set(last.values()))))


def _below(law: Law, parts: Sequence[str], heading: str, elsewhere: bool) -> set[str]:
    said = _said(law, normalise("".join(parts)), heading, elsewhere)
    return {s.reason for s in said if s.verdict is Verdict.BELOW}


def _duty(text: str) -> bool:
    """Whether a clause states something of rights or duties, not only a name or a date."""
    return (
        bool(re.search(r"不得|可以|应|须|必须|享受|给予|安排|禁止|有权|提供|支付|发放|执行|\d", text)) and "\n" in text
    ) or (
        len(text) > 14
        and bool(re.search(r"不得|可以|应|须|必须|享受|给予|安排|禁止|有权|提供|支付|发放|执行", text))
        and bool(re.search(r"女|孕|产假|哺乳|生育|流产|经期|产检", text))
    )


def _missing(law: Law, spoken: Sequence[tuple[Matter, ...]]) -> tuple[Missing, ...]:
    """Matters that such a contract should speak of and no clause does, that the law gives here on the day."""
    there = {m.name for found in spoken for m in found}
    lacking = []
    for matter in matters():
        if not matter.expected or matter.name in there:
            continue
        if sources := law.of(matter.name):
            lacking.append(Missing(matter.name, matter.expected, sources))
    return tuple(lacking)


def _remarks(text: str, regions: tuple[Region, ...]) -> tuple[str, ...]:
    """A place that the paper names and nobody chose."""
    named = {place.province for place in find_regions(text[:3000]) if place.province}
    if regions or not named:
        return ()
    return (f"文中提到{'、'.join(sorted(named))}，核对时没有选省，只按国家规定比较；选了省再核对一次更准",)
