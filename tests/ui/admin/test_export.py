"""Downloads: what is kept as CSV and xlsx, where nothing is a formula, behind the sign-in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.ui.signing import session
from ui.admin.export import add_export
from ui.headers import Guard
from ui.signin import SESSION
from ui.store.accounts import Accounts
from ui.store.database import open_store
from ui.store.feedback import Complaint
from ui.store.kept import Kept

FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    token = session(tmp_path)
    engine = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    kept = Kept(engine)
    kept.set(True, 90)
    kept.unanswered((FORMULA,), "+江苏", "refused", "@SUM(A1) \x07产假")
    kept.complain(Complaint(False, FORMULA, "answered", ("产假",), "江苏", ("某规定#第七条",), "\t=1+1", "-1"))
    app = FastAPI()
    add_export(app, kept)
    app.add_middleware(Guard, signed=("/admin",), who=Accounts(engine).who)
    with TestClient(app, follow_redirects=False) as client:
        client.cookies.set(SESSION, token)
        yield client
    engine.dispose()


@pytest.mark.parametrize("name", ["counts", "unanswered", "complaints", "all"])
def test_csv_has_no_formula(client: TestClient, name: str) -> None:
    answer = client.get(f"/admin/export/{name}.csv")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="niangjia-{name}-')
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    found = [cell for row in rows for cell in row]
    assert not [cell for cell in found if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith("'=") for cell in found)


def test_xlsx_has_no_formula(client: TestClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/admin/export/all.xlsx").content))
    assert book.sheetnames == ["按主题和省份", "没答上的问题", "意见"]
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in found if cell.data_type == "f"]
    assert FORMULA in [cell.value for cell in found]


def test_downloads_need_a_session(client: TestClient) -> None:
    client.cookies.clear()
    assert client.get("/admin/export/all.csv").status_code == 303
    client.cookies.set(SESSION, "made up")
    assert client.get("/admin/export/all.xlsx").status_code == 303


@pytest.mark.parametrize("path", ["accounts.csv", "all.html", "../store.db", "all"])
def test_nothing_else_can_be_downloaded(client: TestClient, path: str) -> None:
    assert client.get(f"/admin/export/{path}").status_code in (404, 422)
