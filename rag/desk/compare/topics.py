"""Topics of plans: the vocabulary (`topics.csv`) and words that anybody may ask for beside it."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from index.words import STOP_WORDS, cut
from rag.desk.compare.model import Topic
from rag.desk.errors import BadWish
from rag.plan_asked import EVERYWHERE, formal

MOST_TOPICS = 20
LONGEST = 20
_CLEAN = re.compile(r"[\w“”\"·、\- ]+")
# Words that say nothing of the matter at a topic's end or beginning: 女职工托管服务 asks for 托管.
_PLAIN = re.compile(
    r"^(?:女职工|职工|工会|爱心|子女|孩子|开展|加强|推进)+|(?:服务|工作|活动|建设|情况|方面|班|行动|教育|宣传)+$"
)


@cache
def vocabulary() -> tuple[Topic, ...]:
    """Read the topics that the library knows, in the order of the file."""
    text = (files("rag.desk.compare") / "topics.csv").read_text(encoding="utf-8")
    return tuple(
        Topic(row["topic"], row["topic"], tuple(tuple(word.split("&")) for word in row["words"].split()))
        for row in csv.DictReader(text.splitlines())
    )


def read_topics(asked: tuple[str, ...]) -> tuple[Topic, ...]:
    """Read topics: those of the vocabulary by name or word (相亲 is 婚恋), any others by their own words; each once.

    Raises BadWish where there is none, there are too many, or one is no topic.
    """
    names = tuple(dict.fromkeys(name.strip() for name in asked if name.strip()))
    if not names:
        raise BadWish(f"没有说要比哪些主题。可以选：{_known()}；也可以写别的词，用逗号分开。")
    if len(names) > MOST_TOPICS:
        raise BadWish(f"一次最多比{MOST_TOPICS}个主题，这里有{len(names)}个，请分几次比。")
    found = {(topic.known or topic.asked): topic for topic in reversed([_read(name) for name in names])}
    return tuple(reversed(found.values()))


def on_topic(topic: Topic, text: str) -> bool:
    """Whether a text holds one of the topic's needles: all its words, in any order."""
    return any(all(word in text for word in needle) for needle in topic.needles)


def nearby(topic: Topic) -> tuple[str, ...]:
    """The vocabulary's topics that share a word with one it does not hold: 心灵关怀 is near 心理健康."""
    words = set(cut(topic.asked))
    return tuple(
        known.known for known in vocabulary() if words & {needle[0] for needle in known.needles if len(needle) == 1}
    )


def _read(name: str) -> Topic:
    if len(name) > LONGEST or not _CLEAN.fullmatch(name) or not re.search(r"[\u4e00-\u9fffA-Za-z]{2}", name):
        short = f"{name[:LONGEST]}{'……' * (len(name) > LONGEST)}"
        raise BadWish(f"「{short}」不像一个主题：主题是两个字以上、{LONGEST}个字以内的词。可以选：{_known()}。")
    if all(word in STOP_WORDS | EVERYWHERE for word in cut(name)):
        raise BadWish(f"主题「{name}」太宽，每份材料都有。可以选：{_known()}；也可以写更具体的词。")
    name = re.sub(r"[“”\"]", "", name)
    # what people say, and what they say around it, is taken as what papers write: 相亲 is 婚恋交友
    said = {name, formal(name), *(bare for bare in (_PLAIN.sub("", name),) if len(bare) > 1)}
    for topic in vocabulary():
        words = {topic.known, _PLAIN.sub("", topic.known), *(needle[0] for needle in topic.needles if len(needle) == 1)}
        if said & words:
            return Topic(name, topic.known, topic.needles)
    parts = tuple(dict.fromkeys(word for word in cut(name) if len(word) > 1 and word not in STOP_WORDS | EVERYWHERE))
    # the words in their order as one run, or each of them somewhere in the clause
    return Topic(name, "", ((name,), *((parts,) if len(parts) > 1 else ())))


def _known() -> str:
    return "、".join(topic.known for topic in vocabulary())
