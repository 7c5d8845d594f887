"""Clauses with and without planted faults, made up in varied words: how many faults are found, how many false alarms."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from documents.region import parse_region
from rag import Assistant
from rag.desk.clauses import Verdict, check_text

DAY = date(2026, 11, 21)


@pytest.mark.parametrize("name", ["first", "second", "third", "fourth", "fifth"])
def test_planted_faults_are_found_and_few_others_alarm(assistant: Assistant, name: str) -> None:
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    alarms, fine = [], 0
    for line in (Path(__file__).parent / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        places = (parse_region(row["region"]),) if row["region"] else ()
        below = check_text(assistant, name, row["text"], places, DAY).of(Verdict.BELOW)
        if row["fault"]:
            planted[row["kind"]] += 1
            found[row["kind"]] += bool(below)
        else:
            fine += 1
            alarms += [row["text"]] * bool(below)
    print({kind: f"{found[kind]}/{planted[kind]}" for kind in planted}, f"误报{len(alarms)}/{fine}")
    assert found.total() >= 0.95 * planted.total(), {
        k: (found[k], planted[k]) for k in planted if found[k] < planted[k]
    }
    assert len(alarms) <= 0.03 * fine, alarms


def test_the_sets_plant_faults_of_many_kinds() -> None:
    rows = [
        json.loads(line)
        for path in Path(__file__).parent.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(rows) >= 150
    assert len({row["kind"] for row in rows if row["fault"]}) >= 25
