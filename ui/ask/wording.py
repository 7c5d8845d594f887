"""A model's wording as it streams in, for a page that must be able to stop it at any time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

from rag.model import Answer
from rag.wording import Endpoint, worded

_PATIENCE = 0.2  # seconds after which the page is given a turn, so that it can be stopped while the model is silent


class _Stopped(Exception):
    """Nobody waits for the model any more."""


def wording(answer: Answer, endpoint: Endpoint) -> Iterator[str | Answer]:
    """Word an answer whose asker agreed. Yields the words that passed the gate so far (again and again), last the answer that counts.

    Closing the iterator ends the request.
    """
    pieces: queue.Queue[str | Answer | Exception] = queue.Queue()
    stop = threading.Event()

    def told(piece: str) -> None:
        if stop.is_set():
            raise _Stopped
        pieces.put(piece)

    def work() -> None:
        try:
            pieces.put(worded(answer, endpoint, agreed=True, told=told))
        except _Stopped:
            return
        except Exception as error:  # raised again where the page waits
            pieces.put(error)

    threading.Thread(target=work, daemon=True).start()
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
