"""Clause check: a contract's or a handbook's clauses against the law and the province's rules on a day.

Public: `check_paper` (a file), `check_text` (words), `report_paper` (the report as a Paper with tracked changes), `report_row` (as JSON).
"""

from rag.desk.clauses.check import check_paper, check_text
from rag.desk.clauses.model import Clause, Finding, Missing, Report, Verdict
from rag.desk.clauses.report import FIRST_LOOK, report_paper, report_row

__all__ = [
    "FIRST_LOOK",
    "Clause",
    "Finding",
    "Missing",
    "Report",
    "Verdict",
    "check_paper",
    "check_text",
    "report_paper",
    "report_row",
]
