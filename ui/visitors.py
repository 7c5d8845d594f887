"""What the server remembers of each visitor while her page is open: her conversation and nothing else, for a time and up to a number."""

from __future__ import annotations

import time
from collections import ChainMap
from collections.abc import Callable
from copy import copy
from typing import Any

from gradio import Blocks
from gradio.state_holder import SessionState, StateHolder

MOST = 2000  # visitors of one process; the one who was there last the longest ago is forgotten first
IDLE = 4 * 3600.0  # seconds after she last did something
CLOSED = 3600.0  # the same where her page is closed, or her telephone sleeps


class Visitor(SessionState):
    """One visitor: the states of her page, and the parts that were changed for her.

    Gradio else keeps for each of them a list of all parts and the values that each had last, what she asked and was told
    among them, for links to a state; those are closed here (ui/headers.py).
    """

    def __init__(self, blocks: Blocks) -> None:
        # in place of its own, which writes down the settings of a thousand parts for each visitor
        self.blocks_config = copy(blocks.default_config)
        self.blocks_config.blocks = ChainMap({}, blocks.default_config.blocks)  # type: ignore[assignment]
        self.blocks_config.fns = blocks.default_config.fns
        self.config_values: dict[int, Any] = {}
        self.state_data: dict[int, Any] = {}
        self._state_ttl: dict[int, Any] = {}
        self.is_closed = False
        self.STATE_TTL_WHEN_CLOSED = int(CLOSED)
        self.used = 0.0

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.config_values.clear()

    def _update_config(self, key: int) -> None:
        """Keep nothing."""

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keep nothing."""


class Visitors(StateHolder):
    """All visitors. Whoever did nothing for IDLE seconds is forgotten whole, and the oldest where there are too many."""

    clock: Callable[[], float] = staticmethod(time.monotonic)

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self.session_data[session_id] = Visitor(self.blocks)
        found = super().__getitem__(session_id)
        if isinstance(found, Visitor):
            found.used = self.clock()
        return found

    def delete_all_expired_state(self) -> None:
        """Forget whoever was away too long; Gradio calls this every second."""
        now = self.clock()
        for session_id, visitor in list(self.session_data.items()):
            if isinstance(visitor, Visitor) and now - visitor.used > (CLOSED if visitor.is_closed else IDLE):
                self.session_data.pop(session_id, None)
                self.time_last_used.pop(session_id, None)


def remember_little(page: Blocks) -> None:
    """Let the pages remember of each visitor only what `Visitor` does, of at most MOST visitors."""
    page.state_session_capacity = MOST
    holder = page.state_holder
    holder.__class__ = Visitors
    holder.capacity = MOST
