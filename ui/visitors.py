"""What is held in memory of each visitor: her conversation and nothing else, for as long as she is there, of so many at most."""

from __future__ import annotations

import time
from collections import ChainMap
from collections.abc import Callable
from copy import copy
from typing import Any

from gradio import Blocks
from gradio.state_holder import SessionState, StateHolder

MOST_VISITORS = 3_000  # of one process; who was away longest gives way
MOST_HELD = 256 * 2**20  # bytes of all conversations, by `Exchange.weight`
AFTER_LEAVING = (
    1800.0  # seconds after she last did something, where her page is closed: a telephone that slept may come back
)
IDLE = 12 * 3600.0  # seconds after which nothing at all is held, as long as a sign-in lasts
UNFETCHED = 60.0  # seconds that an answer waits for whoever asked
LOOK = 5.0  # seconds between two looks at what can go


class Visitor(SessionState):
    """Holds states, and the parts that were changed for her, such as choices.

    Gradio else keeps for each visitor the settings of all parts of all pages, and the last value of each that she used, her
    questions and answers among them, for links to a state; those are closed here (ui/headers.py).
    """

    def __init__(self, blocks: Blocks) -> None:
        # In place of its own, which writes down the settings of a thousand parts for each visitor.
        self.blocks_config = copy(blocks.default_config)
        self.blocks_config.blocks = ChainMap({}, blocks.default_config.blocks)  # type: ignore[assignment]
        self.blocks_config.fns = blocks.default_config.fns
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = int(AFTER_LEAVING)
        self.used = 0.0

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.config_values.clear()

    def _update_config(self, key: int) -> None:
        """Keep nothing."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keep nothing."""


class Visitors(StateHolder):
    """All visitors. Who left, was away too long, or was away longest where all together are too much, is forgotten whole."""

    clock: Callable[[], float] = staticmethod(time.monotonic)
    looked = 0.0
    unfetched: Unfetched

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Visitor(self.blocks)
        state: SessionState = super().__getitem__(session_id)
        state.is_closed = False  # she is there, whatever her line did
        if isinstance(state, Visitor):
            state.used = self.clock()
        return state

    def delete_all_expired_state(self) -> None:
        """Let go what can go; Gradio calls this every second."""
        if time.monotonic() - self.looked < LOOK:
            return
        self.looked = time.monotonic()
        super().delete_all_expired_state()  # type: ignore[no-untyped-call]
        self._forget()
        self.unfetched.forget(self.blocks)

    def _forget(self) -> None:
        now, held = self.clock(), 0
        for name, state in reversed(list(self.session_data.items())):
            held += _weight(state)
            away = now - state.used if isinstance(state, Visitor) else 0.0
            if held > MOST_HELD or away > (AFTER_LEAVING if state.is_closed else IDLE):
                self.session_data.pop(name, None)
                self.time_last_used.pop(name, None)


def hold_little(page: Blocks) -> None:
    """Hold of each visitor only her conversation, and let it go. To be called once the pages are served.

    Gradio else holds ten thousand visitors until as many others came, and whatever was asked for and never fetched.
    """
    holder: Any = page.state_holder
    holder.__class__ = Visitors
    holder.capacity = MOST_VISITORS
    holder.unfetched = Unfetched()


def _weight(state: Any) -> int:
    """About how many bytes a visitor's conversations take."""
    conversations = [value for value in state.state_data.values() if isinstance(value, tuple)]
    return sum(getattr(exchange, "weight", 0) for conversation in conversations for exchange in conversation)


class Unfetched:
    """Finds answers that nobody fetches, and what Gradio notes of sessions that have none under way."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def forget(self, page: Blocks) -> None:
        """Let go what waited too long; who fetches has taken hers long before."""
        queue, now = page._queue, time.monotonic()
        waiting = {name for name, messages in queue.pending_messages_per_session.items() if not messages.empty()}
        self._since = {name: self._since.get(name, now) for name in waiting}
        for name in [name for name, since in self._since.items() if now - since > UNFETCHED]:
            del queue.pending_messages_per_session[name]
            queue.pending_event_ids_session.pop(name, None)
        for name in [name for name, under_way in queue.pending_event_ids_session.items() if not under_way]:
            del queue.pending_event_ids_session[name]
