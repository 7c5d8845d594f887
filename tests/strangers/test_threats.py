"""docs/security.md names the tests that hold each threat: every one of them must exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(test_\w+)`", PAGE)))


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_named_test_exists(path: str, name: str) -> None:
    assert name in names_in(ROOT / "tests" / path)


def test_every_threat_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| threat")]
    assert len(rows) > 30
    assert not [row for row in rows if "::test_" not in row]


def test_every_test_of_strangers_is_named() -> None:
    """What is tested here is a threat, or says something about the tests themselves."""
    own = {"test_threats.py"}
    about = {"test_hosts_of_a_server_at_home", "test_every_suffix_has_a_reader_in_a_worker", "test_a_mail_address_is_masked_whole_wherever_it_stands", "test_what_a_table_holds_is_told_in_the_privacy_page", "test_the_chinese_part_agrees_with_the_page"}  # fmt: skip
    there = {name for path in Path(__file__).parent.glob("test_*.py") if path.name not in own for name in names_in(path) if name.startswith("test_")}  # fmt: skip
    assert there - about <= {name for _, name in NAMED}
