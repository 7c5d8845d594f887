"""Measuring, choosing sizes and dividing: nothing lost, nothing over."""

from hypothesis import given
from hypothesis import strategies as st

from rag.desk.paper import Said
from rag.desk.write.fit import BODY_SIZES, divide, fit_points, pack, points_height, shown
from rag.desk.write.measure import lines, width
from rag.desk.write.text import clean


def test_chinese_is_as_wide_as_high_and_latin_half() -> None:
    assert width("女职工") == 3
    assert 1.5 < width("abc") < 2
    assert lines("女" * 40, 21) == 2
    assert lines("甲\n乙", 20) == 2
    assert lines("", 20) == 1


def test_a_latin_word_goes_on_whole_and_a_very_long_one_breaks() -> None:
    assert lines("女女女女女女 protection", 10) == 2
    assert lines("w" * 100, 10) >= 8


def test_few_points_are_large_and_many_small() -> None:
    assert fit_points([Said("短")], 800, 350).size == max(BODY_SIZES)
    assert fit_points([Said("一" * 40)] * 8, 800, 350).size < max(BODY_SIZES)


@given(st.lists(st.text(max_size=300), max_size=12), st.integers(200, 900), st.integers(150, 400))
def test_every_page_holds_what_it_is_given(texts: list[str], wide: int, high: int) -> None:
    points = [Said(text, (1,)) for text in texts if clean(text)]
    fitted = fit_points(points, wide, high)
    for page in fitted.pages:
        assert points_height(page, fitted.size, wide, fitted.gap) <= high + 0.01
    whole = "".join(clean(said.text) for page in fitted.pages for said in page)
    assert "".join(whole.split()) == "".join("".join(map(clean, texts)).split())


@given(st.text(min_size=1, max_size=500), st.integers(3, 40), st.integers(1, 8))
def test_pieces_are_no_higher_than_asked(text: str, ems: int, most: int) -> None:
    for piece in divide(Said(text), ems, most):
        assert lines(shown(piece), ems) <= most or len(piece.text) == 1


@given(st.lists(st.floats(1, 90), max_size=60))
def test_pages_are_as_few_as_can_be_and_even(heights: list[float]) -> None:
    pages = pack(heights, lambda one: one, 100)
    assert [one for page in pages for one in page] == heights
    assert all(sum(page) <= 100 for page in pages)
    greedy, used = (1, 0.0) if heights else (0, 0.0)
    for one in heights:
        greedy, used = (greedy, used + one) if used + one <= 100 else (greedy + 1, one)
    assert len(pages) == greedy
