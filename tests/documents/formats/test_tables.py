"""A row of a table says what its cells are, whatever the table's head looks like."""

from hypothesis import given
from hypothesis import strategies as st

from documents.formats.tables import table_lines


def test_row_keeps_header() -> None:
    assert table_lines([["地区", "产假"], ["江苏", "158天"]]) == ["地区：江苏；产假：158天"]


def test_merged_head_over_two_rows_names_each_column() -> None:
    rows = [["地区", "产假", "产假"], ["地区", "顺产", "难产"], ["江苏", "158天", "173天"]]
    assert table_lines(rows) == ["地区：江苏；产假·顺产：158天；产假·难产：173天"]


def test_title_above_is_a_line_of_its_own() -> None:
    rows = [["各省产假一览", "各省产假一览"], ["单位：天", ""], ["地区", "产假"], ["江苏", "158"]]
    assert table_lines(rows) == ["各省产假一览", "单位：天", "地区：江苏；产假：158"]


def test_figures_are_no_header() -> None:
    assert table_lines([["江苏", "158天"], ["上海", "158天"]]) == ["江苏｜158天", "上海｜158天"]


def test_equal_words_in_data_are_no_merged_head() -> None:
    assert table_lines([["江苏", "有", "有"], ["上海", "有", "无"]])[0] == "江苏｜有"


def test_form_is_not_read_as_a_list() -> None:
    rows = [["姓名", "", "性别", ""], ["民族", "", "学历", ""]]
    assert table_lines(rows) == ["姓名｜性别", "民族｜学历"]


def test_labels_are_joined_with_what_they_label() -> None:
    assert table_lines([["文号：", "苏政令122号", "日期：", "2018年"]]) == ["文号：苏政令122号｜日期：2018年"]


def test_remark_under_the_table_has_no_column() -> None:
    rows = [["地区", "产假", "护理假"], ["江苏", "158", "15"], ["注：含国家规定的98天", "", ""]]
    assert table_lines(rows)[-1] == "注：含国家规定的98天"


def test_header_that_a_page_repeats_is_said_once() -> None:
    rows = [["地区", "产假"], ["江苏", "158"], ["地区", "产假"], ["上海", "158"]]
    assert table_lines(rows) == ["地区：江苏；产假：158", "地区：上海；产假：158"]


def test_known_header_counts_even_where_it_has_figures() -> None:
    assert table_lines([["地区", "2022"], ["江苏", "158"]], header=1) == ["地区：江苏；2022：158"]


def test_long_row_ends_as_a_sentence_so_that_rows_stay_apart() -> None:
    from documents.parse import clean

    rows = [["地区", "说明"], ["江苏", "在国家规定的产假基础上延长产假三十天" * 3], ["上海", "延长六十天"]]
    assert len(clean("\n".join(table_lines(rows))).split("\n")) == 2


def test_one_column_keeps_its_paragraphs() -> None:
    assert table_lines([["第一条 甲\n第二条 乙"], [""]]) == ["第一条 甲", "第二条 乙"]


@given(st.lists(st.lists(st.text("甲乙丙丁1234：", min_size=1, max_size=6), min_size=3, max_size=3), max_size=8))
def test_no_cell_is_lost(rows: list[list[str]]) -> None:
    if rows and any(len(set(row)) == 1 for row in rows[1:]):
        return  # a row of one text is a title inside the table, and a header over nothing else is not said
    text = "".join(table_lines(rows))
    for row in rows:
        assert all(cell in text for cell in row) or len(set(row)) == 1
