"""The made-up papers and their gold: one row for each clause that states anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from documents.errors import UnknownRegion
from documents.region import parse_region
from evals.errors import BadGold

PAPERS = Path(__file__).parent / "papers"
BELOW = "低于"
VERDICTS = (BELOW, "高于", "等于", "无法判断", "未涉及")
"""The verdicts' short names; of several on one clause the first of these is the clause's."""


@dataclass(frozen=True, slots=True)
class GoldClause:
    """What a right check says of one clause. `clause` are words of it as in the paper; ` | ` stands between two cells of a row."""

    paper: str
    region: str
    as_of: date
    clause: str
    accept: tuple[str, ...]
    fault: bool
    kind: str
    title: str
    article: str
    why: str


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the set: its name (dev, holdout), where its papers lie, its rows in the papers' order."""

    name: str
    folder: Path
    rows: tuple[GoldClause, ...]

    @property
    def papers(self) -> tuple[str, ...]:
        """The papers' file names, each once."""
        return tuple(dict.fromkeys(row.paper for row in self.rows))

    def of(self, paper: str) -> tuple[GoldClause, ...]:
        """Return the rows of one paper."""
        return tuple(row for row in self.rows if row.paper == paper)


def load_halves(folder: Path = PAPERS) -> tuple[Half, ...]:
    """Read a folder that holds gold.jsonl, or folders that do. Raises BadGold where there is none or a row is not as it should be."""
    own = [folder] if (folder / "gold.jsonl").is_file() else sorted(path.parent for path in folder.glob("*/gold.jsonl"))
    if not own:
        raise BadGold(f"「{folder}」里没有 gold.jsonl。请给出放着合同和 gold.jsonl 的文件夹。")
    return tuple(Half(path.name, path, _read(path)) for path in own)


def _read(folder: Path) -> tuple[GoldClause, ...]:
    rows = []
    for number, line in enumerate((folder / "gold.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        where = f"「{folder.name}/gold.jsonl」第 {number} 行"
        try:
            rows.append(_row(json.loads(line)))
        except (ValueError, TypeError, UnknownRegion) as error:
            raise BadGold(f"{where}不对：{error}") from None
        if not (folder / rows[-1].paper).is_file():
            raise BadGold(f"{where}：没有「{rows[-1].paper}」这份文件。")
    return tuple(rows)


def _row(found: Any) -> GoldClause:
    names = {field.name for field in fields(GoldClause)}
    if not isinstance(found, dict) or set(found) != names:
        raise ValueError(f"要是有 {'、'.join(sorted(names))} 的 JSON 对象。")
    row = GoldClause(**{**found, "as_of": date.fromisoformat(found["as_of"]), "accept": tuple(found["accept"])})
    parse_region(row.region)
    if not row.accept or set(row.accept) - set(VERDICTS):
        raise ValueError(f"accept 要是{'、'.join(VERDICTS)}里的一个或几个。")
    if not row.clause.strip() or (row.fault and not (row.kind and row.title and row.article and BELOW in row.accept)):
        raise ValueError("要有 clause；埋的错要有 kind、title、article，accept 里要有低于。")
    return row
