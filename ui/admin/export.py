"""What is kept as files to take away: CSV and xlsx that no table program computes, behind the sign-in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from fastapi import FastAPI
from fastapi.responses import Response

from ui.admin import words
from ui.store.kept import Kept

Table = list[list[str | int]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def tables(kept: Kept) -> dict[str, Table]:
    """Write what is kept as tables with a heading row each: counts, questions in vain, complaints."""
    counts: Table = [list(words.COUNT_HEADERS)]
    counts += [[c.topic, c.province, c.unanswered, c.bad, c.good] for c in kept.counts()]
    in_vain: Table = [list(words.VAIN_HEADERS)]
    in_vain += [
        [
            row.day.isoformat(),
            row.topics,
            row.province,
            words.STATUS.get(row.status, row.status),
            row.count,
            row.question,
        ]
        for row in kept.in_vain()
    ]
    said: Table = [list(words.SAID_HEADERS)]
    said += [
        [
            row.day.isoformat(), words.GOOD if row.good else words.BAD, row.reason,
            words.STATUS.get(row.status, row.status), row.topics, row.province, row.citations, row.question, row.said,
        ]
        for row in kept.complaints()
    ]  # fmt: skip
    return {"counts": counts, "unanswered": in_vain, "complaints": said}


def to_csv(table: Sequence[Sequence[str | int]]) -> bytes:
    """Write a table as CSV for Excel; a cell that it would compute begins with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in table:
        writer.writerow([f"'{c}" if isinstance(c, str) and c.lstrip().startswith(_FORMULA) else c for c in row])
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(sheets: dict[str, Table]) -> bytes:
    """Write tables as a workbook, a sheet each; every text is a text, never a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(table, 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column)
                if isinstance(value, str):
                    cell.value = _ILLEGAL.sub("", value)[:32_000]
                    cell.data_type = "s"
                    cell.quotePrefix = value.startswith(_FORMULA)
                else:
                    cell.value = value
                if number == 1:
                    cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add_export(app: FastAPI, kept: Kept) -> None:
    """Add the downloads; the guard lets only who is signed in come below /admin."""

    @app.get("/admin/export/{name}.{kind}", include_in_schema=False)
    def export(name: Literal["counts", "unanswered", "complaints", "all"], kind: Literal["csv", "xlsx"]) -> Response:
        made = tables(kept)
        chosen = made if name == "all" else {name: made[name]}
        if kind == "csv":
            body = b"\r\n".join(to_csv(table) for table in chosen.values())
        else:
            body = to_xlsx({words.SHEETS[key]: table for key, table in chosen.items()})
        file = f"niangjia-{name}-{date.today().isoformat()}.{kind}"
        headers = {"content-disposition": f'attachment; filename="{file}"', "cache-control": "no-store"}
        return Response(body, media_type=_TYPES[kind], headers=headers)
