"""Anybody's chain can use the retriever."""

from langchain_core.runnables import RunnableLambda

from documents import parse_region
from index import SearchIndex
from rag import Assistant
from rag.langchain import NiangjiaRetriever


def test_retriever_in_a_chain(assistant: Assistant) -> None:
    index: SearchIndex = assistant.index
    retriever = NiangjiaRetriever(index=index, k=4)
    chain = retriever | RunnableLambda(lambda documents: [d.metadata["title"] for d in documents])
    assert "女职工劳动保护特别规定" in chain.invoke("怀孕未满4个月流产的产假")


def test_retriever_keeps_the_region_rule(assistant: Assistant) -> None:
    index = assistant.index
    everywhere = NiangjiaRetriever(index=index, k=8).invoke("产假多少天")
    assert {d.metadata["region"] for d in everywhere if d.metadata["level"] not in ("工会文件", "新闻资料")} == {"全国"}
    shanghai = NiangjiaRetriever(index=index, k=8, regions=(parse_region("上海"),)).invoke("产假多少天")
    assert {d.metadata["region"] for d in shanghai} <= {"全国", "上海市"}
    assert "上海市" in {d.metadata["region"] for d in shanghai}


def test_text_and_label_come_along(assistant: Assistant) -> None:
    found = NiangjiaRetriever(index=assistant.index, k=1).invoke("哺乳时间每天1小时")
    assert found[0].page_content
    assert "不是法条原文" in found[0].metadata["label"]
