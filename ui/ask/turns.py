"""Slow work for a page that must be able to stop at any time: the work runs beside, the page is given a turn again and again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

from rag.model import Answer

_PATIENCE = 0.2  # seconds until the page's turn while nothing comes

Told = Callable[[str], None]


class Stopped(Exception):
    """Nobody waits any more."""


def in_turns(work: Callable[[Told], Answer]) -> Iterator[str | Answer]:
    """Run work that makes an answer, and may tell pieces of it on the way.

    Yields the text told so far (again and again while nothing comes), last the answer; raises what the work raises. Closing the
    iterator ends the work at the next piece that it tells.
    """
    pieces: queue.Queue[str | Answer | Exception] = queue.Queue()
    stop = threading.Event()

    def told(piece: str) -> None:
        if stop.is_set():
            raise Stopped
        pieces.put(piece)

    def run() -> None:
        try:
            pieces.put(work(told))
        except Stopped:
            return
        except Exception as error:  # raised again where the page waits
            pieces.put(error)

    threading.Thread(target=run, daemon=True).start()
    text = ""
    try:
        while True:
            try:
                piece = pieces.get(timeout=_PATIENCE)
            except queue.Empty:
                yield text
                continue
            if isinstance(piece, Exception):
                raise piece
            if isinstance(piece, Answer):
                yield piece
                return
            text += piece
            yield text
    finally:
        stop.set()
