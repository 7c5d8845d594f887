"""A run: one folder with what was asked, of what, by what code on which machine, every case and every figure.

    DIR/config.json   what was run; `finished` is null until all cases are done
    DIR/cases.jsonl   one row a case in the suites' order, appended as they come
    DIR/summary.json  the figures, written last
    DIR/run.trec, DIR/qrels.trec, DIR/groups.trec   for other tools; see `evals.trec`
    DIR/.lock         held while it is being written

Asked again with the same folder, a run goes on after its last whole row, if nothing that decides the figures changed.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from filelock import FileLock, Timeout

from documents.disk import put_text, why
from documents.library import home
from evals.answering import Examiner, ask_all, judge_alone
from evals.errors import BadGold, BadRun
from evals.gold import Case, Suite
from evals.summary import summarise
from evals.trec import ranking, write_groups, write_qrels, write_run
from index.search import SearchIndex

CONFIG, CASES, SUMMARY = "config.json", "cases.jsonl", "summary.json"
ROOMS = ("documents", "index", "rag", "evals")
ROOT = Path(__file__).resolve().parent.parent
NO_INDEX: dict[str, Any] = {"digest": "", "chunks": 0, "documents": 0, "encoder": ""}


def default_out(suites: Sequence[Suite]) -> Path:
    """Return where a run is kept unless said otherwise: `NIANGJIA_HOME/runs/<UTC time>-<suites>`."""
    names = "-".join(suite.name for suite in suites)
    return home() / "runs" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{names[:60]}"


def run_suites(
    suites: Sequence[Suite], index: SearchIndex, out: Path, *, holdout: bool = False, jobs: int = 1, seed: int = 1
) -> Path:
    """Answer and score suites and write the run folder.

    Parameters: the suites (their cases are what is asked); the open index; the folder, new or an unfinished run's; whether
    these are the held-out cases (recorded); processes; the seed of intervals and of the random baseline. Returns the folder.
    Raises BadRun where the folder is another run's, BadGold where two cases share an id or there is none.
    """
    started = _config(suites, _index_facts(index), holdout, seed)
    tasks = _tasks(suites)
    with _writing(out):
        config, done = _go_on(out, started)
        left = tasks[len(done) :]
        rows = ask_all(left, index, seed, date.today(), jobs)
        done += _append(out / CASES, rows, len(left))
        _finish(out, config, done, [case for _, case in tasks], seed)
    return out


def score_answers(
    suites: Sequence[Suite], answers: Mapping[str, Mapping[str, Any]], index: SearchIndex | None, seed: int = 1
) -> list[dict[str, Any]]:
    """Score another system's answers, by case id. Returns rows as of cases.jsonl; baselines and quotes need the index."""
    today = date.today()
    if index is None:
        return [judge_alone(name, case, answers.get(case.id), today) for name, case in _tasks(suites)]
    examiner = Examiner(index, seed, today)
    return [examiner.judge(name, case, answers.get(case.id)) for name, case in _tasks(suites)]


def keep_scores(
    rows: list[dict[str, Any]],
    suites: Sequence[Suite],
    index: SearchIndex | None,
    out: Path,
    *,
    holdout: bool = False,
    seed: int = 1,
) -> Path:
    """Write scored answers of another system as a run folder, which must be new. Returns the folder."""
    if (out / CONFIG).exists():
        raise BadRun(f"「{out}」里已经有一次运行，请换一个文件夹。")
    config = _config(suites, _index_facts(index) if index else NO_INDEX, holdout, seed)
    with _writing(out):
        (out / CASES).unlink(missing_ok=True)  # of one that was killed: its config, which comes last, is not there
        _append(out / CASES, rows, len(rows))
        _finish(out, config, rows, [case for _, case in _tasks(suites)], seed)
    return out


def read_run_folder(out: Path) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """Read a finished run. Returns (config, rows of cases.jsonl, summary). Raises BadRun where it is none."""
    try:
        config: dict[str, Any] = json.loads((out / CONFIG).read_text(encoding="utf-8"))
        summary: dict[str, Any] = json.loads((out / SUMMARY).read_text(encoding="utf-8"))
        rows = [json.loads(line) for line in (out / CASES).read_text(encoding="utf-8").split("\n") if line]
    except FileNotFoundError as error:
        raise BadRun(
            f"「{out}」不是一次做完的运行（缺 {Path(str(error.filename)).name}）。请先 python -m evals run --out {out}"
        ) from None
    except (OSError, ValueError) as error:
        raise BadRun(f"读不了「{out}」：{error}") from error
    return config, rows, summary


def _tasks(suites: Sequence[Suite]) -> list[tuple[str, Case]]:
    owners: dict[str, str] = {}
    if repeated := [name for name, times in Counter(suite.name for suite in suites).items() if times > 1]:
        raise BadGold(f"有两个题集都叫「{'、'.join(repeated)}」，请给其中一个文件改名。")
    for suite in suites:
        for case in suite.cases:
            if case.id in owners:
                raise BadGold(f"题集「{suite.name}」和「{owners[case.id]}」都有 id「{case.id}」，一次运行里不能重复。")
            owners[case.id] = suite.name
    if not owners:
        raise BadGold("没有可跑的题（平时不跑留出的题，--holdout 只跑留出的题）。")
    return [(suite.name, case) for suite in suites for case in suite.cases]


def _config(suites: Sequence[Suite], index: Mapping[str, Any], holdout: bool, seed: int) -> dict[str, Any]:
    return {
        "name": "-".join(suite.name for suite in suites),
        "suites": [
            {"name": s.name, "file": str(s.path), "sha256": s.sha256, "cases": len(s.cases)} for s in suites if s.cases
        ],
        "holdout": holdout,
        "index": dict(index),
        "code": _code(),
        "machine": {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "cpus": os.cpu_count() or 1,
        },
        "seed": seed,
        "started": _now(),
        "finished": None,
    }


def _index_facts(index: SearchIndex) -> dict[str, Any]:
    manifest = index.manifest
    both = f"{manifest.corpus_digest} {manifest.encoder_digest}".encode()
    return {
        "digest": hashlib.sha256(both).hexdigest(),
        "chunks": manifest.chunks,
        "documents": manifest.documents,
        "encoder": manifest.encoder,
    }


def _code() -> dict[str, Any]:
    """Name the code: version, commit where there is a checkout, and the sha256 of its source, which holds everywhere."""
    total = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix == ".py" or (path.suffix == ".csv" and path.is_file()):
                total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    commit = _git("rev-parse", "HEAD")
    return {
        "version": importlib.metadata.version("niangjiaren"),
        "commit": commit,
        "dirty": bool(commit and _git("status", "--porcelain", "--untracked-files=no", "--", *ROOMS)),
        "sha256": total.hexdigest(),
    }


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _go_on(out: Path, wanted: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Start a run or go on with one. Returns its config and the rows that it has. Raises BadRun naming what differs."""
    if not (out / CONFIG).exists():
        _write_json(out / CONFIG, wanted)
        return wanted, []
    try:
        config: dict[str, Any] = json.loads((out / CONFIG).read_text(encoding="utf-8"))
        differs = _differences(config, wanted)
    except (ValueError, KeyError, TypeError) as error:
        raise BadRun(f"「{out / CONFIG}」已损坏（{error}）。请换一个 --out，或删掉这个文件夹。") from error
    if differs:
        raise BadRun(f"「{out}」里是另一次运行，不能接着做：{'；'.join(differs)}。请换一个 --out，或删掉这个文件夹。")
    return config, _whole_rows(out / CASES)


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    def hashes(config: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
        return {suite["name"]: (suite["sha256"], suite["cases"]) for suite in config["suites"]}

    before, now = hashes(old), hashes(new)
    found = []
    if list(before) != list(now):
        found.append(f"题集不同（那时{'、'.join(before)}，现在{'、'.join(now)}）")
    found += [f"题集「{name}」改过" for name in before if name in now and before[name] != now[name]]
    if old["holdout"] != new["holdout"]:
        found.append("一次是留出的题，一次不是")
    if old["index"] != new["index"]:
        found.append("索引不同")
    if old["code"]["commit"] != new["code"]["commit"] or old["code"]["sha256"] != new["code"]["sha256"]:
        found.append("程序不同")
    if old["seed"] != new["seed"]:
        found.append(f"seed 不同（那时{old['seed']}，现在{new['seed']}）")
    return found


def _whole_rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows that are whole and cut off what a killed run left half-written after them."""
    if not path.exists():
        return []
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1
    if end < len(data):
        with path.open("r+b") as stream:
            stream.truncate(end)
    try:
        return [json.loads(line) for line in data[:end].decode("utf-8").split("\n") if line]
    except ValueError as error:
        raise BadRun(f"「{path}」已损坏（{error}）。请换一个 --out，或删掉这个文件夹。") from error


def _append(path: Path, rows: Iterable[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Append rows as they come, each flushed, with progress on a terminal; faults are named at once."""
    from tqdm import tqdm

    done = []
    # half a character (a lone surrogate) in an answer is kept as the JSON escape that it then becomes
    with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
        for row in tqdm(rows, desc="答题", total=count, unit="题", leave=False, disable=not sys.stderr.isatty()):
            _write_row(out, row)
            done.append(row)
            if row["fault"]:
                print(f"{row['id']}：{row['fault']}", file=sys.stderr)
    return done


def _write_row(out: TextIO, row: dict[str, Any]) -> None:
    out.write(json.dumps(row, ensure_ascii=False) + "\n")
    out.flush()


def _finish(out: Path, config: dict[str, Any], rows: list[dict[str, Any]], cases: Sequence[Case], seed: int) -> None:
    gold = {case.id: case.gold for case in cases if case.gold}
    write_qrels(out / "qrels.trec", gold)
    write_groups(out / "groups.trec", gold)
    found = {row["id"]: ranking((row["answer"] or {}).get("retrieved") or []) for row in rows}
    write_run(out / "run.trec", found)
    _write_json(out / SUMMARY, summarise(rows, seed))
    _write_json(out / CONFIG, config | {"finished": config["finished"] or _now()})


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    put_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Hold a folder while it is written, so that two runs never mix their rows."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / ".lock", timeout=0):
            yield
    except Timeout:
        raise BadRun(f"「{out}」正在被另一次运行写着。请等它做完，或换一个 --out。") from None
    except OSError as error:
        raise BadRun(f"「{out}」写不进去：{why(error)}改好以后可以用同一个 --out 接着做。") from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
