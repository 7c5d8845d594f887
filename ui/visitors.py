"""What is held in memory of each visitor: her conversation and nothing else, for as long as she is there, of so many at most."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradio import Blocks

MOST_VISITORS = 3_000
MOST_HELD = 256 * 2**20  # bytes of all conversations, by `Exchange.weight`; who was away longest gives way
AFTER_LEAVING = 600  # seconds: a telephone that lost its line may come back
IDLE = 12 * 3600.0  # seconds after which nothing at all is held, as long as a sign-in lasts
UNFETCHED = 60.0  # seconds that an answer waits for whoever asked
LOOK = 5.0  # seconds between two looks at what can go


def hold_little(page: Blocks) -> None:
    """Hold of each visitor only her conversation, and let it go. To be called once the pages are served.

    Gradio else keeps for ten thousand visitors the settings and the last values of all parts that they used, her questions and
    answers among them, until as many others came; and whatever was asked for and never fetched.
    """
    from gradio.state_holder import SessionState, StateHolder

    class Visitor(SessionState):
        """Holds states, and parts that were changed (choices), without their values: these are for links to a state, which are closed."""

        def __init__(self, blocks: Blocks) -> None:
            super().__init__(blocks)
            self.config_values.clear()
            self.STATE_TTL_WHEN_CLOSED = AFTER_LEAVING

        def __setitem__(self, key: int, value: Any) -> None:
            super().__setitem__(key, value)
            self.config_values.clear()

        def _update_config(self, key: int) -> None:
            pass

        def _update_value_in_config(self, key: int, value: Any) -> None:
            pass

    class Visitors(StateHolder):
        looked = 0.0

        def __getitem__(self, session_id: str) -> SessionState:
            if session_id not in self.session_data:
                self.session_data[session_id] = Visitor(self.blocks)
            state: SessionState = super().__getitem__(session_id)
            state.is_closed = False  # she is there, whatever her line did
            return state

        def delete_all_expired_state(self) -> None:
            """Called every second, by Gradio."""
            if time.monotonic() - self.looked < LOOK:
                return
            self.looked = time.monotonic()
            super().delete_all_expired_state()
            self._forget()
            unfetched.forget(page)

        def _forget(self) -> None:
            """Let go whoever left, was away too long, or was away longest where all together are too much."""
            from datetime import datetime, timedelta

            since = datetime.now() - timedelta(seconds=IDLE)
            held = 0
            for name, state in reversed(list(self.session_data.items())):
                held += _weight(state)
                left = state.is_closed and not state.state_data
                if left or held > MOST_HELD or self.time_last_used.get(name, since) < since:
                    self.session_data.pop(name, None)
                    self.time_last_used.pop(name, None)

    unfetched = _Unfetched()
    page.state_holder.__class__ = Visitors
    page.state_holder.capacity = MOST_VISITORS


def _weight(state: Any) -> int:
    """About how many bytes a visitor's conversations take."""
    conversations = [value for value in state.state_data.values() if isinstance(value, tuple)]
    return sum(getattr(exchange, "weight", 0) for conversation in conversations for exchange in conversation)


class _Unfetched:
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
