"""Runs read from their folders, names that are tricks, a process of `python -m evals` started, watched and stopped."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.bench import process, render, runs, words
from ui.bench.process import Bench, BenchError, State
from ui.bench.report import POLICY, add_report
from ui.signin import ACCOUNT

DONE = "20261121T083348Z-leave"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIANGJIA_HOME", str(tmp_path))
    (tmp_path / "runs").mkdir()
    return tmp_path / "runs"


def write(folder: Path, *, finished: str | None = "2026-11-21T08:34:00+00:00", suite: str = "leave") -> None:
    folder.mkdir()
    config = {
        "suites": [{"name": suite, "cases": 89}],
        "holdout": False,
        "started": "2026-11-21T08:33:49+00:00",
        "finished": finished,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    none = {"mean": None, "low": None, "high": None}
    figures = {"facts": {"mean": 0.9, "low": 0.85, "high": 0.95}, "clean": none}
    (folder / "summary.json").write_text(json.dumps({"overall": {"ours": figures}}), encoding="utf-8")


def test_runs_are_listed_newest_first_with_their_figures(home: Path) -> None:
    write(home / DONE)
    write(home / "20261122T083348Z-later", finished=None)
    (home / "20261120T000000Z-broken").mkdir()
    (home / "20261120T000000Z-broken" / "config.json").write_text("{", encoding="utf-8")
    (home / "20261119T000000Z-empty").mkdir()
    found = runs.listed()
    assert [run.fault for run in found] == [words.NOT_DONE, "", words.UNREADABLE, words.NOT_DONE]
    assert found[1].figures["facts"].text == "0.900"
    assert found[1].figures["facts"].interval == "0.85–0.95"
    assert found[1].figures["clean"].text == "–"
    assert (found[1].suites, found[1].cases) == ("leave", 89)
    assert [run.name for run in runs.finished()] == [DONE]
    assert f'href="/bench/report/{DONE}"' in render.runs_table(found)
    assert render.runs_table([]) == f"<p>{words.NO_RUNS}</p>"


@pytest.mark.parametrize(
    "name", ["..", ".", "", "../x", "a/../../etc", "/etc", "a\x00b", "a\nb", "-rf", "--out=x", "a..b", ".hidden", "x" * 300]
)  # fmt: skip
def test_names_that_are_tricks_open_nothing(home: Path, name: str) -> None:
    (home.parent / "x").mkdir()
    assert runs.folder_of(name) is None


def test_a_link_is_no_run(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (home / "link").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    assert runs.folder_of("link") is None
    assert runs.folder_of(DONE) is None
    write(home / DONE)
    assert runs.folder_of(DONE) == home / DONE


def test_what_a_folder_says_is_never_html(home: Path) -> None:
    write(home / "20261121T000000Z-x", suite="<script>alert(1)</script>")
    told = render.runs_table(runs.listed())
    assert "<script>" not in told
    assert "&lt;script&gt;" in told
    state = State("<img src=x>", 1, 2, 1, False, "<script>")
    assert "<img" not in render.state_box(state)
    assert "<script>" not in render.state_box(state)


def test_the_suites_are_the_shipped_ones() -> None:
    found = runs.suites()
    assert {"rights", "leave", "careful"} <= set(found)
    assert 0 < found["leave"] < 111  # without what is held out


def test_a_suite_runs_is_watched_and_only_one_at_a_time(home: Path) -> None:
    bench = Bench()
    for wrong in ([], ["../x"], ["nosuch"]):
        with pytest.raises(BenchError):
            bench.start(wrong)
    assert bench.state() is None
    name = bench.start(["compare"])
    with pytest.raises(BenchError, match="已经有一个"):
        bench.start(["compare"])
    bench.stop()
    state = bench.state()
    assert state is not None
    assert (state.name, state.stopped) == (name, True)
    assert state.code not in (None, 0)
    assert words.STOPPED.format(name=name) in render.state_box(state)
    bench.stop()  # nothing runs: nothing happens


@pytest.mark.slow
def test_two_runs_are_made_reported_and_compared(home: Path) -> None:
    bench = Bench()
    names = []
    for _ in range(2):
        names.append(bench.start(["compare"]))
        seen = set()
        end = time.monotonic() + 240
        while (state := bench.state()) and state.code is None and time.monotonic() < end:
            seen.add(state.done)
            time.sleep(0.2)
        assert state is not None
        assert state.code == 0, state.output
        assert state.done == state.total == runs.suites()["compare"]
        assert "运行文件夹" in state.output
    assert [run.name for run in runs.finished()] == sorted(names, reverse=True)
    output = process.evals("compare", *(str(home / name) for name in names))
    assert words.SAME in render.comparison(output)
    with TestClient(reporting("评测员")) as client:
        page = client.get(f"/bench/report/{names[0]}")
        assert page.status_code == 200
        assert page.headers["content-security-policy"] == POLICY
        assert "评测报告" in page.text
    with pytest.raises(BenchError, match="不是一次做完的运行"):
        process.evals("compare", str(home / "nosuch"), str(home / names[0]))


def reporting(account: str) -> FastAPI:
    """The report's route under an account, '' where nobody is signed in."""
    app = FastAPI()
    add_report(app)

    class Signed:
        def __init__(self, inner: object) -> None:
            self.inner = inner

        async def __call__(self, scope: dict[str, object], receive: object, send: object) -> None:
            await self.inner({**scope, ACCOUNT: account}, receive, send)  # type: ignore[operator]

    app.add_middleware(Signed)  # type: ignore[arg-type]
    return app


def test_a_report_needs_sign_in_and_a_finished_run(home: Path) -> None:
    write(home / DONE)
    (home / DONE / "report.html").write_text("<p>报告</p>", encoding="utf-8")
    there = (home / DONE / "summary.json").stat()
    os.utime(home / DONE / "report.html", ns=(there.st_atime_ns, there.st_mtime_ns))  # as one of just these figures
    write(home / "20261122T083348Z-later", finished=None)
    with TestClient(reporting("")) as client:
        refused = client.get(f"/bench/report/{DONE}")
        assert (refused.status_code, "<p>报告" in refused.text) == (403, False)
    with TestClient(reporting("评测员")) as client:
        shown = client.get(f"/bench/report/{DONE}")
        assert (shown.status_code, shown.text) == (200, "<p>报告</p>")
        assert shown.headers["content-security-policy"].startswith("sandbox allow-scripts; default-src 'none'")
        for name in ("nosuch", "20261122T083348Z-later", "..%2f..%2fetc", "%2e%2e"):
            assert client.get(f"/bench/report/{name}").status_code == 404


def test_worse_cases_are_listed() -> None:
    lines = """A：a
  指标 题数

高危害、新说了不该说的话的题（1 道）：
  leave/l001  危害高，现在要看  产假
      无矛盾 1.000→0.000

变差的题（1 道）：
  leave/l002  危害中  二胎
      事实召回 1.000→0.500

变好的题（1 道）：
  leave/l003  危害低  三胎
      事实召回 0.500→1.000

结论：B 比 A 退步了。""".splitlines()
    assert render.worse_lines(lines) == [
        "leave/l001  危害高，现在要看  产假：无矛盾 1.000→0.000",
        "leave/l002  危害中  二胎：事实召回 1.000→0.500",
    ]
    told = render.comparison("\n".join(lines))
    assert told.startswith('<p role="status"><strong>结论：B 比 A 退步了。')
    assert "l003" not in told.split("<details>")[0]
