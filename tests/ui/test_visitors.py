"""What is remembered of a visitor: her conversation, for a time; nothing of what she typed in any other place; not more than so many."""

from __future__ import annotations

import asyncio
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from gradio.state_holder import SessionState

from ui.visitors import AFTER_LEAVING, IDLE, MOST_VISITORS, Visitor, Visitors, hold_little

SAID = "我在暗号公司上班"


class Page:
    """A page that repeats what is typed and keeps it in a state, behind a real application."""

    def __init__(self) -> None:
        with gr.Blocks() as self.blocks:
            box, said, kept = gr.Textbox(), gr.HTML(), gr.State(())
            hidden = gr.Button(visible=False)
            box.submit(
                lambda text, before: (text, (*before, len(text)), gr.update(visible=True)),
                [box, kept],
                [said, kept, hidden],
            )
        self.app = FastAPI()
        gr.mount_gradio_app(self.app, self.blocks, path="/")
        hold_little(self.blocks)
        self.kept = kept._id
        self.hidden = hidden._id

    @property
    def visitors(self) -> Visitors:
        found = self.blocks.state_holder
        assert isinstance(found, Visitors)
        return found

    def say(self, who: str) -> None:
        work = self.blocks.process_api(self.blocks.fns[0], [SAID, None], state=self.visitors[who])
        asyncio.run(work)


@pytest.fixture
def page() -> Page:
    async def made() -> Page:  # where no loop runs, Gradio opens one and leaves it open
        return Page()

    return asyncio.run(made())


def strings(found: Any) -> str:
    return repr(vars(found) | {"blocks": [vars(block) for block in found.blocks_config.blocks.values()]})


def test_the_state_is_kept_and_nothing_else(page: Page) -> None:
    page.say("a")
    page.say("a")
    page.say("b")
    first = page.visitors["a"]
    assert first[page.kept] == (len(SAID), len(SAID))
    assert page.visitors["b"][page.kept] == (len(SAID),)
    assert SAID not in strings(first)
    assert first[page.hidden].visible is True  # what was changed for her alone
    assert page.blocks.blocks[page.hidden].visible is False


@pytest.mark.parametrize(("closed", "seconds"), [(False, IDLE), (True, AFTER_LEAVING)])
def test_who_was_away_too_long_is_forgotten_whole(
    page: Page, monkeypatch: pytest.MonkeyPatch, closed: bool, seconds: float
) -> None:
    now = 100.0

    def clock() -> float:
        return now

    monkeypatch.setattr(Visitors, "clock", staticmethod(clock))
    monkeypatch.setattr("ui.visitors.LOOK", 0.0)
    page.say("a")
    page.visitors["a"].is_closed = closed
    now += seconds
    page.visitors.delete_all_expired_state()
    assert "a" in page.visitors
    now += 1
    page.say("b")
    page.visitors.delete_all_expired_state()
    assert "a" not in page.visitors
    assert "b" in page.visitors
    assert not page.visitors.time_last_used.keys() - {"b"}


def test_the_oldest_is_forgotten_where_there_are_too_many(page: Page) -> None:
    page.say("first")
    page.say("second")
    for number in range(MOST_VISITORS - 2):
        page.visitors[f"{number}"]
    page.say("first")  # she is there again
    page.visitors["one more"]
    assert len(page.visitors.session_data) == MOST_VISITORS
    assert "first" in page.visitors
    assert "second" not in page.visitors


def test_a_visitor_has_what_gradio_expects_of_one(page: Page) -> None:
    """A later Gradio that gives its sessions something new must be looked at."""
    assert vars(Visitor(page.blocks)).keys() - {"used"} == vars(SessionState(page.blocks)).keys()
