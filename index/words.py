"""Words of a text: jieba's search cut with our domain dictionary, on normalised text.

One cut serves BM25 and the shipped encoder. HMM guessing is off: it is slow and invents words that no vocabulary knows.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

_WORD = re.compile(r"[0-9a-z\u4e00-\u9fff]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that stand in nearly every question or provision and tell nothing.
STOP_WORDS = frozenset(
    [
        "的",
        "了",
        "是",
        "在",
        "和",
        "与",
        "或",
        "及",
        "等",
        "吗",
        "呢",
        "吧",
        "啊",
        "呀",
        "么",
        "我",
        "你",
        "他",
        "她",
        "它",
        "我们",
        "你们",
        "请问",
        "一个",
        "这",
        "那",
        "这个",
        "那个",
        "就",
        "都",
        "也",
        "还",
        "被",
        "把",
        "给",
        "对",
        "要",
        "会",
        "着",
        "过",
        "之",
        "其",
        "该",
    ]
)


@cache
def _tokenizer() -> jieba.Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # not `initialize`: it reads what it kept before with marshal, from /tmp, where anybody could put a prepared file
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in domain_words():
        tokenizer.add_word(word)
    return tokenizer


@cache
def domain_words() -> tuple[str, ...]:
    """Return the words of our own dictionary, one a line in `words.txt`."""
    return tuple((files("index") / "words.txt").read_text(encoding="utf-8").split())


def normalise(text: str) -> str:
    """Fold full-width characters and upper case."""
    return unicodedata.normalize("NFKC", text).lower()


def cut(text: str) -> list[str]:
    """Cut a text into search words, long words also into their parts; punctuation is dropped, stop words are kept."""
    return [word for word in _tokenizer().cut_for_search(normalise(text), HMM=False) if _WORD.search(word)]


def segment(words: list[str]) -> str:
    """Write cut words as the shipped encoder's tokenizer reads them: the words, then their characters, spaces between."""
    characters = [char for word in words for char in word if len(word) > 1 and _CHINESE.match(char)]
    return " ".join([*words, *characters])
