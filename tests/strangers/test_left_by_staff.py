"""What is left of what staff do: a contract checked, places compared, an answer looked up and approved; uploads begun and left."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from docx import Document
from fastapi.testclient import TestClient

from tests.strangers.conftest import AT_HOME, Whole
from tests.strangers.test_events import file_of
from tests.strangers.test_left_behind import ASKED, EMPLOYER, NAME, PHONE, PLAIN, SECRETS, found
from ui.approve import words as approving
from ui.desk import words
from ui.desk.downloads import MADE
from ui.server import erase_uploads

CONTRACT = f"甲方：{EMPLOYER}有限公司，乙方：{NAME}，电话{PHONE}，工位{PLAIN}。\n第一条 女职工生育享受产假90天。"
ALL = (*SECRETS, PLAIN)


def contract() -> bytes:
    paper, out = Document(), io.BytesIO()
    for line in CONTRACT.splitlines():
        paper.add_paragraph(line)
    paper.save(out)
    return out.getvalue()


def metrics(whole: Whole) -> str:
    return TestClient(whole.app, AT_HOME, client=("127.0.0.1", 5)).get("/metrics").text


def test_a_contract_a_comparison_and_a_look_leave_nothing(
    whole: Whole,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(whole.home))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    signed = whole.signed()
    check = whole.event("desk", "checked")
    named = {"files": (f"{NAME}的合同.docx", contract())}
    there = whole.client.post("/gradio_api/upload", files=named, headers=signed).json()[0]
    assert found(whole.home / "uploads", PLAIN) or Path(there).exists()
    for data in (
        [file_of(there), "", "河南省", "", None],
        [None, CONTRACT, "", "", None],
        [None, CONTRACT, "", PHONE, None],
    ):
        whole.send(check, data, "staff", **signed)
    report = whole.send(check, [None, CONTRACT, "", "", None], "staff", **signed)[1]
    assert "低于法定标准" in report
    address = report.partition(MADE)[2][:24]
    assert whole.client.get(f"{MADE}{address}", headers=signed).status_code == 200
    whole.send(whole.event("desk", "compared"), [[NAME], [PLAIN], [], f"{PLAIN}，托管", PHONE], "staff", **signed)
    whole.send(whole.event("desk", "making"), [PLAIN, "", 30, NAME, False, None], "staff", **signed)
    whole.send(whole.event("approve", "look"), [ASKED, NAME], "staff", **signed)
    whole.send(whole.event("approve", "found"), [PLAIN, ASKED, "", [], None], "staff", **signed)
    assert found(whole.home, *ALL) == []
    assert found(tmp_path, *ALL) == []
    assert [path.name for path in whole.home.rglob(f"*{NAME}*")] == []
    said = caplog.text + "".join(capfd.readouterr()) + metrics(whole)
    assert [secret for secret in ALL if secret in said] == []
    state = whole.page.state_holder.session_data["staff"]
    assert state.config_values == {}


def test_an_approved_answer_names_nobody(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_HOME", str(whole.home))
    signed = whole.signed()
    asked = f"我叫{NAME}，电话{PHONE}，身份证320105199202305643，哺乳期每天有多长时间喂奶？"
    whole.send(whole.event("approve", "look"), [asked, ""], "approving", **signed)
    cited = whole.page.state_holder.session_data["approving"].state_data
    offered = next(value for value in cited.values() if value)
    own = [choice.id for choice in offered if "第九条" in choice.label][:1]
    given = [asked, "", "哺乳未满1周岁婴儿的，每天有1小时哺乳时间。", own, "省总工会女职工部"]
    said = whole.send(whole.event("approve", "approved"), given, "approving", **signed)[1]
    assert approving.STATES["审定"] in said
    assert found(whole.home, *SECRETS) == []
    given[-1] = f"部门{PHONE}"
    assert "角色要有" in whole.send(whole.event("approve", "approved"), given, "approving", **signed)[1]
    assert found(whole.home, *SECRETS) == []


def test_who_does_not_hold_a_session_now_approves_nothing(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was signed out, made up, or whose account was set up anew."""
    monkeypatch.setenv("NIANGJIA_HOME", str(whole.home))
    old = whole.signed()
    new = whole.signed()  # the account was set up anew
    number = whole.event("approve", "withdrawn")
    made_up = {"cookie": "niangjia_session=" + "a" * 43, "origin": AT_HOME}
    for who, headers in (("old", old), ("nobody", {}), ("made", made_up)):
        assert '"success":false' in whole.send(number, ["x"], who, **headers)[1]
    assert '"success":true' in whole.send(number, [None], "new", **new)[1]
    assert whole.client.post("/gradio_api/queue/join", json={}, headers=new | {"origin": "http://127.0.0.1:9"}).status_code == 403  # fmt: skip


def test_files_in_memory_are_the_accounts_own(whole: Whole) -> None:
    signed = whole.signed()
    report = whole.send(whole.event("desk", "checked"), [None, CONTRACT, "", "", None], "one", **signed)[1]
    address = MADE + report.partition(MADE)[2][:24]
    got = whole.client.get(address, headers=signed)
    assert got.status_code == 200
    assert got.headers["cache-control"] == "no-store"
    assert whole.client.get(address).status_code == 303
    assert whole.client.get(address, headers=whole.signed() | {"cookie": "niangjia_session=x"}).status_code == 303
    assert whole.client.get(address[:-1] + "_", headers=whole.signed()).status_code == 404
    assert words.GONE in whole.client.get(f"{MADE}{'x' * 24}", headers=whole.signed()).text


def test_uploads_begun_and_left_are_erased(whole: Whole, tmp_path: Path) -> None:
    """Gradio forgets the file of an upload whose line broke."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    old, new = tmp_path / "a" / "旧.docx", tmp_path / "tmp新"
    for path in (old, new):
        path.write_bytes(b"x")
    for path in (old, tmp_path / "b"):
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    erase_uploads(tmp_path, 3600)
    assert not old.exists()
    assert new.exists()
    assert not (tmp_path / "b").exists()
