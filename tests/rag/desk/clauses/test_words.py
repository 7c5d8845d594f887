"""Cutting and reading never fail, and lose no words."""

import time
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Assistant
from rag.desk.clauses import check_text
from rag.desk.clauses.cut import cut
from rag.desk.clauses.leaves import leaves
from rag.desk.clauses.words import amounts, normalise, sentences

_WORDS = st.text(
    alphabet="第一二十百千半两条（）()、。；，：天日周个月小时分钟元%0123456789.产假流孕满未不得超过以内|\n \t至-～",
    max_size=120,
)


@given(_WORDS)
@settings(max_examples=200, deadline=None)
def test_any_words_can_be_read(text: str) -> None:
    plain = normalise(text)
    for amount in amounts(plain):
        assert amount.least <= amount.most
        assert plain[amount.start : amount.end]
    list(leaves(plain, ""))
    assert "".join("".join(s.split()) for s in sentences(text)) == "".join(text.split())


@given(st.text(alphabet="第一二三条章甲乙，。产假天\n", max_size=200))
@settings(max_examples=200, deadline=None)
def test_cutting_keeps_every_line_with_words(text: str) -> None:
    kept = "".join("".join(c.clause.text.split()) for c in cut(text))
    for line in text.splitlines():
        if any(char.isalnum() for char in line):
            assert "".join(line.split()) in kept


def test_figures_are_written_one_way() -> None:
    assert normalise("一百二十八日") == "128日"
    assert normalise("每天半小时，一个半小时，百分之八十，七成") == "每天30分钟,90分钟,80%,70%"
    assert [a.days for a in amounts(normalise("十四周，九十八天，三个月"))] == [98, 98, 90]
    assert amounts("不超过98天")[0].capped
    assert not amounts("不少于98天")[0].capped
    assert amounts("3月8日放假") == []


def test_one_endless_sentence_takes_no_time(assistant: Assistant) -> None:
    start = time.perf_counter()
    for words in ("女职工产假", "不得因怀孕", "98天", "（（（", "经公司同意可以"):
        check_text(assistant, "x", words * 10_000, (), date(2026, 11, 21))
    assert time.perf_counter() - start < 10


def test_older_wording_and_formal_numerals_are_read() -> None:
    assert normalise("难产者加拾伍日") == "难产者加15日"
    assert normalise("经签认者，得留用至当晚；惟本人书面不愿者除外") == "经签认者,可以留用至当晚;但本人书面不愿者除外"
    assert normalise("取得证书，获得者唯一") == "取得证书,获得者唯一"
