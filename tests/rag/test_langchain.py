"""Anybody's chain can use the retriever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from documents import parse_region
from index import SearchIndex
from rag import Assistant

if TYPE_CHECKING:
    from rag.langchain import NiangjiaRetriever


@pytest.fixture(scope="module")
def retriever() -> Any:
    """The class, imported when it is first needed: LangChain takes seconds, and one process of two runs this file."""
    from rag.langchain import NiangjiaRetriever

    return NiangjiaRetriever


def test_retriever_in_a_chain(assistant: Assistant, retriever: type[NiangjiaRetriever]) -> None:
    from langchain_core.runnables import RunnableLambda

    index: SearchIndex = assistant.index
    chain = retriever(index=index, k=4) | RunnableLambda(lambda documents: [d.metadata["title"] for d in documents])
    assert "女职工劳动保护特别规定" in chain.invoke("怀孕未满4个月流产的产假")


def test_retriever_keeps_the_region_rule(assistant: Assistant, retriever: type[NiangjiaRetriever]) -> None:
    index = assistant.index
    everywhere = retriever(index=index, k=8).invoke("产假多少天")
    assert {d.metadata["region"] for d in everywhere if d.metadata["level"] not in ("工会文件", "新闻资料")} == {"全国"}
    shanghai = retriever(index=index, k=8, regions=(parse_region("上海"),)).invoke("产假多少天")
    assert {d.metadata["region"] for d in shanghai} <= {"全国", "上海市"}
    assert "上海市" in {d.metadata["region"] for d in shanghai}


def test_text_and_label_come_along(assistant: Assistant, retriever: type[NiangjiaRetriever]) -> None:
    found = retriever(index=assistant.index, k=1).invoke("哺乳时间每天1小时")
    assert found[0].page_content
    assert "不是法条原文" in found[0].metadata["label"]
