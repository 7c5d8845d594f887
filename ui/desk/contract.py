"""A clause check as safe HTML: what is below the law first."""

from __future__ import annotations

from collections.abc import Sequence

from documents.model import Kind
from rag.compose import place_name
from rag.desk.clauses import FIRST_LOOK, Finding, Missing, Report, Verdict
from rag.desk.paper import Sources
from rag.model import RESTATED, Citation
from ui.ask.render import escape, lines
from ui.desk import words
from ui.desk.blocks import Writer, folded, library_words, notes
from ui.live import Edition

ORDER = (Verdict.BELOW, Verdict.UNSURE, Verdict.ABOVE, Verdict.EQUAL, Verdict.SILENT)
LONGEST = 600
MOST = 200  # findings of one verdict on the page; the report has more
_KINDS = {v: v.name.lower() for v in Verdict}


def render_report(report: Report, edition: Edition) -> str:
    """Write what a check found: counts, findings by verdict, what the paper lacks, what must be known of it."""
    sources = Sources()
    cited: list[Sequence[Citation]] = [f.sources for verdict in ORDER for f in report.of(verdict)]
    cited += [m.sources for m in report.missing]
    for citations in cited:
        sources.numbers(citations)
    writer = Writer(edition, sources.listed)
    groups = "".join(_group(verdict, report.of(verdict), writer, sources) for verdict in ORDER)
    restated = [RESTATED] if any(s.citation.kind is Kind.RESTATEMENT for s in sources.listed) else []
    more = (*report.remarks, *restated, words.NOT_ADVICE, library_words(edition))
    first = f"<p><strong>{escape(FIRST_LOOK)}。</strong></p>"
    return f"{first}{_counts(report)}{groups}{_missing(report.missing, writer, sources)}{writer.listed()}{notes(more)}"


def counted(report: Report) -> str:
    """Say what was checked, against what."""
    place = place_name(report.regions) or words.WHOLE_NATION
    return words.CHECKED.format(name=report.name, count=len(report.findings), place=place, day=report.day.isoformat())


def badge(verdict: Verdict) -> str:
    """A verdict in words, with a sign and a colour of its own."""
    sign = words.VERDICT_SIGNS[verdict]
    return f'<span class="nj-desk-verdict nj-desk-{_KINDS[verdict]}"><i aria-hidden="true">{sign}</i>{escape(verdict)}</span>'


def _counts(report: Report) -> str:
    cells = "".join(f"<li>{badge(verdict)}<b>{len(report.of(verdict))}</b></li>" for verdict in ORDER)
    return f'<ul class="nj-desk-counts" aria-label="{words.COUNTS}">{cells}</ul>'


def _group(verdict: Verdict, findings: Sequence[Finding], writer: Writer, sources: Sources) -> str:
    if not findings:
        return f'<p class="nj-desk-same">{words.NONE_BELOW}</p>' if verdict is Verdict.BELOW else ""
    shown = "".join(_finding(finding, writer, sources) for finding in findings[:MOST])
    title = words.GROUP.format(verdict=verdict, count=len(findings))
    return folded(title, shown, opened=verdict in (Verdict.BELOW, Verdict.UNSURE))


def _finding(finding: Finding, writer: Writer, sources: Sources) -> str:
    clause = finding.clause
    name = clause.label or words.CLAUSE.format(number=clause.number)
    page = f"（{words.PAGE.format(page=clause.page)}）" if clause.page else ""
    matter = f"　{finding.matter}" if finding.matter else ""
    marks = writer.marks(sources.numbers(finding.sources))
    text = clause.text if len(clause.text) <= LONGEST else clause.text[:LONGEST] + words.CUT_OFF
    proposal = f"<p><b>{words.PROPOSAL}：</b><ins>{lines(finding.proposal)}</ins></p>" if finding.proposal else ""
    return (
        f'<article class="nj-desk-finding nj-desk-{_KINDS[finding.verdict]}"><h3>{escape(name)}{escape(page)}{escape(matter)}</h3>'
        f"{badge(finding.verdict)}<p><b>{words.ORIGINAL}：</b>{lines(text)}</p><p>{lines(finding.reason)}{marks}</p>{proposal}</article>"
    )


def _missing(missing: Sequence[Missing], writer: Writer, sources: Sources) -> str:
    if not missing:
        return f"<p>{words.NOTHING_MISSING}</p>"
    rows = "".join(
        f"<li><b>{escape(m.matter)}</b>：{escape(m.why)}{writer.marks(sources.numbers(m.sources))}</li>"
        for m in missing
    )
    return folded(words.MISSING.format(count=len(missing)), f"<ul>{rows}</ul>", opened=True)
