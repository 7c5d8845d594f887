"""Build and search at growing size: the real corpus, then one made larger by mixing sentences of its provisions.

A made-up provision has a sentence or more of each of two provisions of one law, under a title of its own, so that words, lengths and
vectors stay like real ones and every row is different.
"""

from __future__ import annotations

import json
import lzma
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.gold import load, suites
from evals.speed import measured, run

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_HEAD = (
    "provisions",
    "chunks",
    "build s",
    "build MB",
    "disk MB",
    "load s",
    "MB",
    "query ms",
    "filtered ms",
    "recall@10",
)


def bench(corpus: Path, sizes: Sequence[int]) -> int:
    """Print one row a size; returns the exit code.

    Parameters: a `.jsonl` or `.jsonl.xz` of provisions; numbers of provisions (what the corpus lacks is made up from it).
    """
    questions = [case.question for name in suites() for case in load(name) if not case.holdout][:200]
    print("  ".join(f"{name:>11}" for name in _HEAD), flush=True)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            grown, out = Path(folder) / "corpus.jsonl", Path(folder) / "index"
            count = write_grown(corpus, size, grown)
            _, seconds, memory = run(["-m", "index", "build", "--documents", str(grown), "--out", str(out)])
            manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
            disk = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
            row = measured(out, questions)
            cells = (
                f"{count}",
                f"{manifest['chunks']}",
                f"{seconds:.0f}",
                f"{memory:.0f}",
                f"{disk:.0f}",
                f"{row['load']:.2f}",
                f"{row['rss']:.0f}",
                f"{row['query']:.1f}",
                f"{row['filtered']:.1f}",
                f"{manifest.get('recall', 1.0):.3f}",
            )
            print("  ".join(f"{cell:>11}" for cell in cells), flush=True)
    return 0


def write_grown(corpus: Path, size: int, out: Path) -> int:
    """Write `size` provisions: the corpus' own first, then made-up ones, the same each time. Returns how many."""
    rows = list(_rows(corpus))
    by_title: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        by_title.setdefault(str(row["title"]), []).append(number)
    dice = random.Random(1)
    with out.open("w", encoding="utf-8") as file:
        for row in rows[:size]:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        for number in range(len(rows), size):
            first = rows[dice.randrange(len(rows))]
            second = rows[dice.choice(by_title[str(first["title"])])]
            # a title a thousand provisions, so that laws are as long as real ones at most
            made = {
                **first,
                "id": f"made-{number}",
                "title": f"{first['title']}之{number // 1000}",
                "text": _mixed(dice, str(first["text"]), str(second["text"])),
            }
            file.write(json.dumps(made, ensure_ascii=False) + "\n")
    return max(size, 0) if size > len(rows) else min(size, len(rows))


def _mixed(dice: random.Random, first: str, second: str) -> str:
    sentences = [_SENTENCE.findall(text) or [text] for text in (first, second)]
    return "".join(part for own in sentences for part in dice.sample(own, dice.randint(1, len(own))))


def _rows(corpus: Path) -> Iterator[dict[str, object]]:
    opened = lzma.open(corpus, "rt", encoding="utf-8") if corpus.suffix == ".xz" else corpus.open(encoding="utf-8")
    with opened as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
