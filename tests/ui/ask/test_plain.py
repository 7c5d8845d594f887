"""Copied text: the whole answer, every source with its exact words, and the label at each restatement."""

from __future__ import annotations

from documents.model import Kind
from tests.ui.samples import QUOTE, answer, chunk, citation
from ui.ask import words
from ui.ask.plain import copied


def test_the_whole_answer_is_copied_with_its_sources() -> None:
    restated, original = chunk(), chunk(title="原文件", kind=Kind.ORIGINAL)
    made = answer(citation(restated), citation(original, url="javascript:alert(1)"))
    text = copied(" 产假多少天？ ", made)
    assert text.startswith("问：产假多少天？\n\n" + made.text)
    sources = text.split("出处：\n")[1]
    assert f"[1] 《某规定》第七条第一款{words.RESTATED_MARK}" in sources
    assert "[2] 《原文件》第七条第一款\n" in sources
    line = " ".join(QUOTE.split("\n"))
    assert f"写道：{line}\n" in sources
    assert f"写道：“{line}”" in sources
    assert sources.count("https://www.example.gov.cn/a?b=1&c=2") == 1
    assert "javascript" not in sources
