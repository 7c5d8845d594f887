"""Write a report down: as a Paper with tracked changes, and as a row of JSON."""

from __future__ import annotations

from typing import Any

from documents.model import Kind
from rag.compose import place_name
from rag.desk.clauses.model import WORST, Finding, Report, Verdict
from rag.desk.clauses.words import sentences
from rag.desk.paper import Block, Box, Grid, Heading, NewPage, Paper, Paragraph, Points, Said, Sources, Tone
from rag.model import RESTATED, Citation

NOT_ADVICE = "不构成法律意见"
# docs/clauses-bench.md: of contracts that nobody tuned on, 39 of 57 planted faults were found
FIRST_LOOK = "这只是初查，会漏：没见过的写法，三条低于标准的大约只认得出两条。没有标「低于」的不等于合格，请逐条对照"
_TONES = {Verdict.BELOW: Tone.WARNING, Verdict.UNSURE: Tone.STRONG}
LONGEST_SHOWN = 900
# So many clauses are shown with their words; the rest of a very long handbook is counted, and is in the JSON.
MOST_SHOWN = 400


def report_paper(report: Report) -> Paper:
    """The report as a paper: counts, what is below, what is unsure, what is missing, then the whole paper clause by clause.

    A clause below the standard stands struck out with the proposed words after it, as tracked changes.
    """
    sources = Sources()
    below, unsure = report.of(Verdict.BELOW), report.of(Verdict.UNSURE)
    blocks: list[Block] = [Heading(1, "一、总的情况"), _counts(report), Paragraph((Said(_summary(report)),))]
    blocks += [
        Heading(1, f"二、低于法定标准的条款（{len(below)}条）"),
        *_boxes(below, sources, "没有发现低于法定标准的条款。"),
    ]
    blocks += [Heading(1, f"三、无法判断、请人工对照的条款（{len(unsure)}条）"), *_boxes(unsure, sources, "没有。")]
    blocks += [Heading(1, f"四、还没有写到的事（{len(report.missing)}项）"), _lacking(report, sources)]
    blocks += [
        NewPage(),
        Heading(1, "五、逐条对照和修改建议"),
        Paragraph((Said("删去线是原文，增加的是按法定最低标准的写法，可在 Word 里逐处接受或者拒绝。", (), Tone.NOTE),)),
    ]
    for finding in report.findings[:MOST_SHOWN]:
        blocks += _clause(finding, sources)
    if len(report.findings) > MOST_SHOWN:
        blocks.append(
            Paragraph(
                (
                    Said(
                        f"后面还有{len(report.findings) - MOST_SHOWN}条，没有在这里逐条列出；低于法定标准和无法判断的都在第二、三部分。"
                    ),
                )
            )
        )
    return Paper(
        title="合同条款核对报告",
        subtitle=report.name,
        facts=(
            f"按{_place(report)}核对",
            f"按{report.day.isoformat()}有效的规定",
            f"共{len(report.findings)}条",
            f"资料库 {report.library_digest[:12]}",
            FIRST_LOOK,
        ),
        blocks=tuple(blocks),
        sources=sources.listed,
        notes=_notes(report, sources),
    )


def report_row(report: Report) -> dict[str, Any]:
    """The report as a JSON object: name, regions, day, digest, counts, findings, missing, remarks."""
    return {
        "name": report.name,
        "regions": [region.name for region in report.regions],
        "as_of": report.day.isoformat(),
        "library_digest": report.library_digest,
        "counts": {verdict.value: len(report.of(verdict)) for verdict in Verdict},
        "findings": [_finding_row(finding) for finding in report.findings],
        "missing": [
            {"matter": m.matter, "why": m.why, "sources": [_source_row(c) for c in m.sources]} for m in report.missing
        ],
        "remarks": [*report.remarks, RESTATED, NOT_ADVICE],
    }


def _finding_row(finding: Finding) -> dict[str, Any]:
    clause = finding.clause
    return {
        "number": clause.number,
        "label": clause.label,
        "page": clause.page,
        "text": clause.text,
        "verdict": finding.verdict.value,
        "matter": finding.matter,
        "reason": finding.reason,
        "proposal": finding.proposal,
        "sources": [_source_row(c) for c in finding.sources],
    }


def _source_row(citation: Citation) -> dict[str, Any]:
    return {
        "document_id": citation.document_id,
        "title": citation.title,
        "article": citation.article,
        "part": citation.part,
        "quote": citation.quote,
        "level": citation.level.value,
        "region": citation.region,
        "kind": citation.kind.value,
        "check": citation.check.value if citation.check else None,
        "in_force": citation.in_force,
        "url": citation.url,
    }


def _place(report: Report) -> str:
    return place_name(report.regions) or "全国"


def _counts(report: Report) -> Grid:
    rows = tuple(
        (
            Said(verdict.value, (), _TONES.get(verdict, Tone.PLAIN)),
            Said(str(len(report.of(verdict)))),
            Said(_meaning(verdict)),
        )
        for verdict in (*WORST[:2], Verdict.EQUAL, Verdict.ABOVE, Verdict.SILENT)
    )
    missing = (Said("还没有写到"), Said(str(len(report.missing))), Said("这样的合同应当写、没有条款提到的事"))
    return Grid(("结论", "几条", "意思"), (*rows, missing), (2, 1, 5))


def _meaning(verdict: Verdict) -> str:
    return {
        Verdict.BELOW: "给得比法律和本省规定少，或者写了不许写的，要改",
        Verdict.UNSURE: "没有读懂，或者本库的依据不够，要人工对照",
        Verdict.EQUAL: "和法定标准一样",
        Verdict.ABOVE: "比法定标准多，对女职工更好",
        Verdict.SILENT: "标题、程序、慰问等，没有法定标准可以比较",
    }[verdict]


def _summary(report: Report) -> str:
    below = report.of(Verdict.BELOW)
    if not report.findings:
        return "这份文件里没有读到条款。"
    if not below:
        return "逐条核对没有发现低于法定标准的条款；无法判断的和还没有写到的，请人工看一遍。"
    where = "、".join(f.clause.label or f"第{f.clause.number}段" for f in below[:12])
    return f"低于法定标准的有{len(below)}条：{where}{'等' if len(below) > 12 else ''}。先改这些。"


def _boxes(findings: tuple[Finding, ...], sources: Sources, none: str) -> list[Block]:
    if not findings:
        return [Paragraph((Said(none),))]
    return [
        Box(
            f"{_name(finding)}　{finding.matter}",
            tuple(
                said
                for said in (
                    Said(f"原文：{_shown(finding.clause.text)}"),
                    Said(finding.reason, sources.numbers(finding.sources), _TONES.get(finding.verdict, Tone.PLAIN)),
                    Said(f"可以改成：{finding.proposal}", sources.numbers(finding.sources))
                    if finding.proposal
                    else None,
                )
                if said is not None
            ),
        )
        for finding in findings
    ]


def _name(finding: Finding) -> str:
    clause = finding.clause
    page = f"（原件第{clause.page}页）" if clause.page else ""
    return f"{clause.label or f'第{clause.number}段'}{page}"


def _shown(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_SHOWN else words[:LONGEST_SHOWN] + "……（后略）"


def _lacking(report: Report, sources: Sources) -> Block:
    if not report.missing:
        return Paragraph((Said("应当写的事都写到了。"),))
    rows = tuple(
        (
            Said(m.matter),
            Said(m.why, sources.numbers(m.sources)),
            Said("、".join(f"《{c.title}》{c.article}" for c in m.sources)),
        )
        for m in report.missing
    )
    return Grid(("没有写到的事", "应当写什么", "依据"), rows, (2, 4, 4))


def _clause(finding: Finding, sources: Sources) -> list[Block]:
    clause = finding.clause
    words = _shown(clause.text)
    verdict = Said(
        f"【{finding.verdict}】{finding.reason}",
        sources.numbers(finding.sources),
        _TONES.get(finding.verdict, Tone.NOTE),
    )
    if finding.verdict is Verdict.SILENT:
        return [Paragraph((Said(words), Said("　【未涉及】", (), Tone.NOTE)))]
    if finding.verdict is Verdict.BELOW and finding.proposal:
        return [Paragraph(_tracked(finding)), Points((verdict,))]
    return [Paragraph((Said(words),)), Points((verdict,))]


def _tracked(finding: Finding) -> tuple[Said, ...]:
    """A clause with its faulty sentences struck out and the proposal in their place; what is not faulty stays."""
    clause, proposal = finding.clause, Said(finding.proposal, (), Tone.ADDED)
    if not finding.faulty:
        label = Said(f"{clause.label} ") if clause.label else Said("")
        rest = Said(_shown(clause.text.removeprefix(clause.label)), (), Tone.REMOVED)
        return tuple(said for said in (label, rest, proposal) if said.text)
    pieces = [
        Said(words, (), Tone.REMOVED if words in finding.faulty else Tone.PLAIN) for words in sentences(clause.text)
    ]
    last = max(n for n, said in enumerate(pieces) if said.tone is Tone.REMOVED)
    if pieces[0].tone is Tone.REMOVED and clause.label and pieces[0].text.startswith(clause.label):
        # the label of an article is kept
        words = pieces[0].text.removeprefix(clause.label).strip()
        pieces[:1] = [Said(f"{clause.label} "), Said(words, (), Tone.REMOVED)]
        last += 1
    return (*pieces[: last + 1], proposal, *pieces[last + 1 :])


def _notes(report: Report, sources: Sources) -> tuple[str, ...]:
    notes = [NOT_ADVICE]
    if any(source.citation.kind is Kind.RESTATEMENT for source in sources.listed):
        notes.insert(0, RESTATED)
    place = f"按{_place(report)}、{report.day.isoformat()}有效的规定核对；这份报告由程序按规则逐条比较，改合同以前请工会和法律顾问看过"
    return (*notes, place, *report.remarks, "各省数字采集于2026年11月，标「未核实」的不作结论")
