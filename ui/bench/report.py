"""A run's report behind the session: one page that asks nobody for anything, in a sandbox of its own."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ui.ask.render import escape
from ui.bench import words
from ui.bench.process import BenchError, evals
from ui.bench.runs import folder_of, read
from ui.signin import ACCOUNT

if TYPE_CHECKING:
    from fastapi import FastAPI

# Beside the page's own policy, and stricter: whatever stands in the file, it fetches nothing and has no origin.
POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PATH = "/bench/report/"
_making = threading.Lock()  # one report at a time: each takes a process


def made(folder: Path) -> Path:
    """Return a run's report, written first where there is none of just these figures. Raises BenchError."""
    report, summary = folder / "report.html", folder / "summary.json"
    with _making:
        if not report.is_file() or report.stat().st_mtime_ns != summary.stat().st_mtime_ns:
            evals("report", str(folder), "--out", str(report))
            there = summary.stat()
            os.utime(report, ns=(there.st_atime_ns, there.st_mtime_ns))  # the same, not later: a clock may be set back
    return report


def add_report(app: FastAPI) -> None:
    """Add the report's route to an application; it must stand before the pages."""
    from fastapi import Request
    from fastapi.responses import HTMLResponse, Response

    def show(run: str, request: Request) -> Response:
        if not request.scope.get(ACCOUNT):
            return HTMLResponse(_sentence(words.NOT_SIGNED_IN), 403, {"Content-Security-Policy": POLICY})
        folder = folder_of(run)
        if folder is None or read(run).fault:
            return HTMLResponse(_sentence(words.NO_REPORT), 404, {"Content-Security-Policy": POLICY})
        try:
            page = made(folder).read_text(encoding="utf-8")
        except (BenchError, OSError) as error:
            return HTMLResponse(_sentence(words.NOT_MADE.format(reason=error)), 500, {"Content-Security-Policy": POLICY})  # fmt: skip
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

    # FastAPI reads annotations from the module, where Request is not
    show.__annotations__ = {"run": str, "request": Request}
    app.get(PATH + "{run}", include_in_schema=False, response_model=None)(show)


def _sentence(text: str) -> str:
    return f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{words.REPORT}</title><p>{escape(text)}</p></html>'
