"""Command line: `python -m rag clauses`."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from rag.answer import Assistant
from rag.compose import place_name
from rag.desk.clauses.check import check_paper
from rag.desk.clauses.model import Report, Verdict
from rag.desk.clauses.report import FIRST_LOOK, NOT_ADVICE, report_paper, report_row
from rag.desk.write import write_docx
from rag.model import RESTATED
from rag.rows import open_or_build, read_day, read_places


def main(arguments: list[str]) -> int:
    """Run the command with what follows its name; returns the exit code. Raises DeskError."""
    options = _parser().parse_args(arguments)
    places, day = read_places(options.region), read_day(options.as_of) or date.today()
    report = check_paper(Assistant(open_or_build(options.index)), options.paper, places, day)
    if options.json:
        print(json.dumps(report_row(report), ensure_ascii=False))
    else:
        print(_words(report), flush=True)
    if options.out:
        write_docx(report_paper(report), options.out)
        if not options.json:
            print(f"\n报告（带修订）写在{options.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag clauses", description="逐条核对女职工专项集体合同或者员工手册。"
    )
    parser.add_argument("paper", type=Path, metavar="FILE", help="docx、pdf、txt、md 等")
    parser.add_argument("--region", help="所在地，如 河南 或 苏州市；不写只按国家规定")
    parser.add_argument("--as-of", metavar="日期", help="按哪一天有效的规定（默认今天）")
    parser.add_argument("--out", type=Path, metavar="REPORT.docx", help="写一份带修订的报告")
    parser.add_argument("--json", action="store_true", help="输出一行 JSON")
    parser.add_argument("--index", type=Path, default=None, metavar="DIR")
    return parser


def _words(report: Report) -> str:
    """The report for a terminal: counts, what is below with its reason and proposal, what is unsure, what is missing."""
    counts = "，".join(f"{verdict}{len(report.of(verdict))}条" for verdict in Verdict)
    place = place_name(report.regions) or "全国"
    lines = [f"《{report.name}》共{len(report.findings)}条：{counts}；按{place}、{report.day.isoformat()}有效的规定。"]
    lines.append(f"{FIRST_LOOK}。")
    for verdict in (Verdict.BELOW, Verdict.UNSURE):
        for finding in report.of(verdict):
            page = f"（第{finding.clause.page}页）" if finding.clause.page else ""
            label = finding.clause.label or f"第{finding.clause.number}段"
            lines += [
                "",
                f"【{verdict}】{label}{page} {finding.matter}",
                f"  原文：{' '.join(finding.clause.text.split())[:120]}",
                f"  {finding.reason}",
            ]
            if finding.proposal:
                lines.append(f"  可以改成：{finding.proposal}")
    if report.missing:
        lines += ["", f"还没有写到的事（{len(report.missing)}项）："]
        lines += [
            f"- {m.matter}：{m.why}（{'、'.join(f'《{c.title}》{c.article}' for c in m.sources)}）"
            for m in report.missing
        ]
    return "\n".join([*lines, "", "说明：" + "；".join([*report.remarks, RESTATED, NOT_ADVICE]) + "。"])
