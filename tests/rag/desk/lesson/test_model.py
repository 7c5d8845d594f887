import importlib.util
import re
import threading
from collections.abc import Iterator

import pytest

from rag import Assistant
from rag.desk.lesson import handout_paper, lesson_deck, lesson_paper, make_lesson
from rag.wording import Endpoint
from tests.rag.desk.lesson.conftest import wish_of
from tests.rag.desk.lesson.test_lesson import said_in, said_on
from tests.rag.test_wording import Handler, Model

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("langchain_openai") is None, reason="needs: python -m pip install -e '.[llm]'"
)


@pytest.fixture
def model() -> Iterator[Model]:
    server = Model()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def lying(handler: Handler, tokens: list[str]) -> None:
    """Words the conclusion as it was, then says what the evidence holds nowhere, and something that states nothing."""
    sent = str(handler.server.bodies[-1]["messages"][-1]["content"])  # type: ignore[index]
    was = re.search(r"<<已核对的结论 \w+>>\n(.*?)\n<<结论完", sent, re.DOTALL)
    assert was
    marks = "".join(tokens)
    conclusion = "".join(f"{part}{marks}。" for part in was[1].rstrip("。").split("。"))
    handler.begin()
    handler.say(f"结论：{conclusion}\n解释：单位要赔9999元{tokens[0]}。\n这一条请结合自己的情况看{tokens[0]}。\n")
    handler.say("", "stop")
    handler.wfile.write(b"data: [DONE]\n\n")


def test_what_a_model_words_goes_through_the_gate_and_is_labelled(assistant: Assistant, model: Model) -> None:
    model.script = lying
    endpoint: Endpoint = model.endpoint()
    wish = wish_of("更年期", "江苏", 10)
    without, made = make_lesson(assistant, wish), make_lesson(assistant, wish, endpoint)
    assert [p.plain for p in made.points] == [p.plain for p in without.points]
    said = [*said_in(lesson_paper(made)), *said_in(handout_paper(made)), *said_on(lesson_deck(made))]
    # what was cut is named only where the trace says so
    assert not [piece for piece in said if "9999" in piece.text and not piece.text.startswith("模型第")]
    if any("AI生成" in note for p in made.points for note in p.answer.notes):
        assert made.model == "scripted"
        for notes in (lesson_paper(made).notes, handout_paper(made).notes):
            assert "AI生成" in " ".join(notes)
        assert "AI生成" in lesson_deck(made).foot
    else:
        pytest.fail("nothing of the model passed the gate")


def test_a_model_that_fails_changes_nothing(assistant: Assistant, model: Model) -> None:
    def broken(handler: Handler, _: list[str]) -> None:
        handler.begin(500)

    model.script = broken
    wish = wish_of("更年期", "江苏", 10)
    made = make_lesson(assistant, wish, model.endpoint())
    assert made.model == ""
    assert [p.answer.conclusion for p in made.points] == [p.plain for p in made.points]
    assert "AI生成" not in lesson_deck(made).foot
