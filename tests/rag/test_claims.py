"""Verdicts on what women were told: firm, or none at all."""

import pytest

from documents import shipped
from rag import Assistant, Status
from rag.claims import BASELESS, BOOK, OPEN, PARTLY, WORDS
from rag.model import Verdict
from rag.rows import answer_row
from rag.understand.claim import claimed_days, is_claim, negative, told_words


@pytest.mark.parametrize(
    ("question", "verdict", "fact"),
    [
        ("公司说试用期怀孕可以辞退,对吗?", Verdict.NOT, "第三十九条"),
        ("HR说怀孕可以随时辞退我，合法吗", Verdict.NOT, "不得"),
        ("上海，公司说产假158天，对吗", Verdict.SUPPORTED, "158天"),
        ("四川，公司说产假只有158天，对吗", Verdict.NOT, "188天"),
        ("在北京，听说陪产假15天，是吗", Verdict.SUPPORTED, "15天"),
        ("湖南产假不是188天了吗?我单位只给158", Verdict.NOT, "158天"),
        ("我在苏州，产假一年怎么请", Verdict.NOT, "158天"),
        ("听说产假一年,是真的吗", Verdict.BASELESS, "98天"),
        ("他们说喂奶时间一天两小时，对吗", Verdict.NOT, "1小时"),
        ("领导讲怀孕八个月可以安排夜班，行不行", Verdict.NOT, "7个月"),
        ("听说怀孕7个月以上不能安排夜班，对吗", Verdict.SUPPORTED, "不得安排夜班"),
        ("听说国家规定怀孕就一律不能加班，对吗", Verdict.PARTLY, "7个月"),
        ("都说津贴就高不就低是全国规定，对吗", Verdict.BASELESS, "没有逐字"),
        ("江苏工会要点写了两癌筛查，公司不做就是违法吗", Verdict.BASELESS, "定期安排"),
    ],
)
def test_verdict_heads_the_conclusion(assistant: Assistant, question: str, verdict: Verdict, fact: str) -> None:
    answer = assistant.ask(question)
    assert answer.verdict is verdict
    assert answer.status is Status.ANSWERED
    assert answer.conclusion.startswith(WORDS[verdict])
    assert fact in answer.conclusion


@pytest.mark.parametrize(
    "question",
    [
        "听说试用期怀孕不能辞退，对吗",  # right as a rule, with exceptions
        "HR说怀孕三个月可以安排夜班，合法吗",  # below the nation's threshold; provinces differ
        "HR说怀孕期间旷工可以辞退，合法吗",
        "单位说产检不算事假，对吗",  # the opposite of a misconception
        "听说申请保护令不用先离婚，对吗",
        "听说保护令有效期6个月，是吗",
        "单位说流产假42天，对吗",  # depends on the months
        "公司说三期内可以协商解除合同，对吗",
        "东莞顺产一个娃，同事说广东产假208天，财务说178，听谁的？",  # two claims
        "湖南产假多少天",  # no claim
        "安徽，人事说产假158天里包含节假日，对吗",  # says more than the figure
        "浙江，老板说产假要提前30天申请，对吗",
        "浙江，老板说头胎产假不到158天，对吗",
        "湖南，同事说难产再加15天，对吗",  # a term, not the total
        "拉萨，公司说产假一年，对吗",  # one source only
    ],
)
def test_what_is_not_firm_is_not_judged(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.verdict is None
    assert not answer.conclusion.startswith(tuple(WORDS.values()))


def test_law_comes_before_the_misconception(assistant: Assistant) -> None:
    titles = [c.title for c in assistant.ask("公司说试用期怀孕可以随便辞退,对吗?").citations]
    assert titles[0] == "劳动合同法"
    assert titles[-1] == BOOK


def test_a_plan_is_called_what_it_is(assistant: Assistant) -> None:
    answer = assistant.ask("大连工会推动两癌筛查写进集体合同，公司不给查是不是违法")
    assert "不是法律" in answer.conclusion
    assert "用人单位应当定期安排" in answer.conclusion
    assert any(c.level.is_plan for c in answer.citations)
    assert any(not c.level.is_plan for c in answer.citations)


def test_earlier_turns_are_no_claim(assistant: Assistant) -> None:
    from rag import Turn

    answer = assistant.ask("那谁来证明我不符合", [Turn("user", "公司说试用期怀孕不符合录用条件可以辞退，对吗")])
    assert answer.verdict is None


def test_verdict_is_exported(assistant: Assistant) -> None:
    assert answer_row("1", assistant.ask("上海，公司说产假158天，对吗"), 0.0)["verdict"] == "支持"
    assert answer_row("2", assistant.ask("上海产假多少天"), 0.0)["verdict"] is None


def test_judged_misconceptions_are_in_the_library() -> None:
    book = next(document for document in shipped() if document.title == BOOK)
    assert {p.article for p in book.provisions} >= PARTLY | BASELESS | OPEN
    assert not PARTLY & BASELESS


@pytest.mark.parametrize(
    ("text", "claim", "words"),
    [
        ("公司说产假只有98天，对吗", True, "产假只有98天"),
        ("听说湖南产假188天了，公司只批158天", True, "湖南产假188天了"),
        ("产假多少天", False, "产假多少天"),
    ],
)
def test_words_of_a_claim(text: str, claim: bool, words: str) -> None:
    assert is_claim(text) is claim
    assert told_words(text).rstrip("，") == words


def test_claimed_figures() -> None:
    assert claimed_days("公司说产假只有98天，对吗") == {(98, 98)}
    assert claimed_days("听说产假一年") == {(365, 366)}
    assert claimed_days("老板说产假最多三个月") == {(84, 93)}


def test_negation() -> None:
    assert negative("怀孕不能辞退")
    assert not negative("没交保险就没有产假")
    assert not negative("可以辞退")


def test_days_added_are_no_total(assistant: Assistant) -> None:
    """The nation's 98 days and the 15 more for a difficult birth are told in one sentence; only the first is the total."""
    assert assistant.ask("听说国家规定产假98天，对吗").verdict is Verdict.SUPPORTED
    assert assistant.ask("听说国家规定产假里15天可以产前休，对吗").verdict is None


def test_no_misconception_outvotes_far_likelier_evidence(assistant: Assistant) -> None:
    answer = assistant.ask("我还在试用期，想撤。人事说只要提前三天讲一声就能走，有这么容易？")
    assert "提前3日" in answer.conclusion
    assert BOOK not in {c.title for c in answer.citations}
