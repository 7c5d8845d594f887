"""`python -m tests.ui.ask.odd --port P`: the real page over an assistant that dawdles at 慢 and fails at 坏, with a store that keeps.

What the store is handed is written, a line each, to the file that NIANGJIA_TEST_NOTES names.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import rag
from rag import Answer, Assistant
from ui.__main__ import main
from ui.ask.chat import Chat
from ui.store.feedback import Complaint

SECONDS = 3.0


class Odd(Assistant):
    def ask(self, asked: str, *rest: Any, **more: Sequence[Any]) -> Answer:
        if "坏" in asked:
            raise RuntimeError(f"cannot read {asked}")
        if "慢" in asked:
            time.sleep(SECONDS)
        return super().ask(asked, *rest, **more)


class Notes:
    keeping = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def complain(self, complaint: Complaint) -> None:
        self._write(asdict(complaint) | {"when": None})

    def unanswered(self, topics: tuple[str, ...], province: str, status: str, question: str = "") -> None:
        self._write({"topics": topics, "province": province, "status": status, "question": question})

    def _write(self, row: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    notes = Notes(Path(os.environ["NIANGJIA_TEST_NOTES"]))
    rag.Assistant = Odd  # type: ignore[misc]
    Chat.feedback = property(lambda chat: notes)  # type: ignore[assignment,method-assign]
    sys.exit(main())
