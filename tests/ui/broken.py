"""`python -m tests.ui.broken --port P`: the real page over an assistant that fails at every question with 坏 in it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import rag
from rag import Answer, Assistant
from ui.__main__ import main


class Broken(Assistant):
    def ask(self, asked: str, *rest: Any, **more: Sequence[Any]) -> Answer:
        if "坏" in asked:
            raise RuntimeError(f"cannot read {asked}")
        return super().ask(asked, *rest, **more)


if __name__ == "__main__":
    rag.Assistant = Broken  # type: ignore[misc]
    sys.exit(main())
