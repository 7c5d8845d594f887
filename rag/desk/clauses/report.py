"""Write a report down: as a Paper with tracked changes, and as a row of JSON."""

from __future__ import annotations

from typing import Any

from rag.desk.clauses.model import Report
from rag.desk.paper import Paper


def report_paper(report: Report) -> Paper:
    """The report as a paper."""
    return Paper(report.name, "", (), (), ())


def report_row(report: Report) -> dict[str, Any]:
    """The report as a JSON object."""
    return {"name": report.name}
