"""A run as one HTML page that needs nothing else: `write_report`."""

from evals.report.page import write_report

__all__ = ["write_report"]
