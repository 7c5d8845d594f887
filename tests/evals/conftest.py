"""A small real index and gold rows for this room's tests."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from documents import shipped
from evals import Case, load
from index import SearchIndex, build_documents, open_index
from index.encoder import load_encoder

TITLES = ("女职工劳动保护特别规定", "江苏省女职工劳动保护特别规定", "山东省女职工劳动保护办法")
LAW = "女职工劳动保护特别规定"

ROW: dict[str, Any] = {
    "id": "x1",
    "question": "流产三个月休几天",
    "expect": "answered",
    "gold": [[{"title": LAW, "article": "第七条"}]],
    "must": [["15\\s*天", "十五天"]],
    "must_not": ["98\\s*天"],
    "harm": "high",
    "topic": "流产假",
}
ROWS: list[dict[str, Any]] = [
    ROW | {"id": "a", "question": "怀孕未满4个月流产，产假几天"},
    {"id": "b", "question": "明天股票涨吗", "expect": "refused", "harm": "low", "topic": "范围外"},
    {"id": "c", "question": "留出的题", "expect": "refused", "harm": "low", "topic": "范围外", "holdout": True},
    ROW | {"id": "d", "question": "哺乳时间每天多久", "must": [["1\\s*小时"]], "must_not": [], "harm": "medium", "topic": "哺乳",
           "gold": [[{"title": LAW, "article": "第九条"}]]},
    ROW | {"id": "e", "question": "那顺产呢，国家规定几天", "history": ["产假多少天"], "must": [["98\\s*天"]], "must_not": []},
]  # fmt: skip


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def make_case(folder: Path, **changes: object) -> Case:
    return load(str(write(folder / "set.jsonl", [ROW | changes])))[0]


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evals") / "index"
    build_documents([d for d in shipped() if d.title in TITLES], folder, load_encoder())
    return folder


@pytest.fixture(scope="session")
def opened(small_index: Path) -> SearchIndex:
    return open_index(small_index)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write(tmp_path / "g.jsonl", ROWS)
