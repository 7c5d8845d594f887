"""Structure on harder ground: annexes, quoted annexes, and every official text of the shared corpus."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import parse, part_at, read_paths, shipped
from documents.numerals import to_chinese, to_int
from tests.documents.test_parse import SENTENCES, SHARED, WORDS, laws

ARTICLE = re.compile(r"第([一二三四五六七八九十百千零]+)条(之[一二三四五六七八九十]+)?")


@st.composite
def annexes(draw: st.DrawFn) -> tuple[str, list[str]]:
    name = draw(st.sampled_from(["附录", "附件一", "附件二"]))
    body, labels = f"\n{name}：\n\n", []
    if draw(st.booleans()):
        body += draw(WORDS) + "范围\n\n"
        labels.append(name)
    for number in range(1, draw(st.integers(1, 4)) + 1):
        items = "\n".join(f"（{to_chinese(n)}）{draw(WORDS)}；" for n in range(1, draw(st.integers(1, 3)) + 1))
        body += f"{to_chinese(number)}、{draw(WORDS)}：\n{items}\n"
        labels.append(f"{name}第{to_chinese(number)}条")
    return body, labels


@settings(max_examples=100, deadline=None)
@given(laws(), annexes())
def test_annex_counts_anew_after_the_law(law: tuple[str, list[str]], annex: tuple[str, list[str]]) -> None:
    body = law[0] + annex[0]
    found = parse("x", body)
    assert "".join(p.raw for p in found) == body
    assert [p.article for p in found] == law[1] + annex[1]


@settings(max_examples=100, deadline=None)
@given(laws())
def test_reading_the_text_again_finds_no_article_inside(law: tuple[str, list[str]]) -> None:
    """No provision's text holds another provision: what was cut is cut small enough."""
    for provision in parse("x", law[0]):
        inner = [p.article for p in parse("y", provision.text) if ARTICLE.fullmatch(p.article)]
        assert inner == []


@settings(max_examples=100, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=4), st.data())
def test_part_names_the_paragraph_that_holds_a_character(paragraphs: list[str], data: st.DataObject) -> None:
    text = "\n".join(paragraphs)
    number = data.draw(st.integers(0, len(paragraphs) - 1))
    start = len("\n".join(paragraphs[:number])) + (1 if number else 0)
    at = data.draw(st.integers(start, start + len(paragraphs[number]) - 1))
    assert part_at(text, at) == (f"第{to_chinese(number + 1)}款" if len(paragraphs) > 1 else "")


def test_skipped_numbers_are_not_filled() -> None:
    assert [p.article for p in parse("x", "一、甲\n（一）乙。\n（三）丙。\n三、丁\n（四）戊。")] == [
        "一、（一）",
        "一、（三）",
        "三、（四）",
    ]


def test_a_line_broken_in_mid_sentence_is_followed_by_no_article_out_of_turn() -> None:
    body = "第五条 职工可以申请\n第九条 情形下的补偿。\n第六条 丙。"
    assert [p.article for p in parse("x", body)] == ["第五条", "第六条"]


def test_every_shipped_label_is_read_back() -> None:
    for document in shipped():
        assert [p.article for p in parse(document.id, document.body)] == [p.article for p in document.provisions]
        assert all(p.text.strip() for p in document.provisions), document.id


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared corpus beside the checkout")
def test_official_texts_count_without_a_gap() -> None:
    """A reference taken for an article, or an article overlooked, would break the count 1, 2, 3, …"""
    checked = 0
    for document in read_paths([SHARED / "laws"]).documents:
        matches = [m for p in document.provisions if (m := ARTICLE.fullmatch(p.article))]
        numbers = [to_int(m[1]) for m in matches if not m[2]]
        assert numbers == list(range(1, len(numbers) + 1)), document.path
        checked += bool(numbers)
    assert checked > 90


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared corpus beside the checkout")
def test_plans_keep_the_papers_own_numbers() -> None:
    labels = {d.region: [p.article for p in d.provisions] for d in read_paths([SHARED / "plans"]).documents}
    assert labels["江苏省"][1:] == [
        "一、1", "一、2", "二、3", "二、4", "三、5", "三、6", "四、7", "四、8", "五、9", "五、10",
    ]  # fmt: skip
    assert labels["辽宁省大连市"][-4:] == ["二、（一）", "二、（二）", "二、（三）", "二、（五）"]
    assert labels["江苏省南京市"][-6:] == ["三、1", "三、2", "三、3", "三、4", "三、5", "四、"]
