"""A progress bar that says which file is being read."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from documents.formats.workers import Watch


@contextmanager
def reading_bar() -> Iterator[Watch]:
    """Show a bar on the terminal while files are read; it appears with the first file. Yields who is to be told."""
    from tqdm import tqdm

    bar: tqdm[Any] | None = None

    def watch(name: str, done: int, total: int) -> None:
        nonlocal bar
        if bar is None or bar.total != total:
            opened: tqdm[Any] = tqdm(
                total=total, unit="份", file=sys.stderr, leave=False, dynamic_ncols=True, disable=None
            )
            bar = opened
        bar.n = done
        bar.set_description_str(f"正在读 {name[:30]}")

    try:
        yield watch
    finally:
        if bar is not None:
            bar.close()
