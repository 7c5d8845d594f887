"""Cells of made-up plans: what limits stays, figures keep year, unit and kind, words of another matter fill nothing."""

import pytest

from rag import Assistant
from rag.desk.compare import Cell, Figure, Wish, make_matrix


def _cell(plans: Assistant, place: str, topic: str, year: int | None = None) -> Cell:
    matrix = make_matrix(plans, Wish((place,), (), (topic,), (year, year) if year else None))
    assert len(matrix.rows) == 1
    return matrix.cells[0][0]


def _figure(cell: Cell, amount: str) -> Figure:
    return next(figure for figure in cell.figures if figure.amount == amount)


def test_a_limit_stays_with_what_it_limits(plans: Assistant) -> None:
    assert "但没有消防验收的场所不得开班" in _cell(plans, "河南", "托管").points[0].text
    assert any("可以新建母婴室。但不得占用消防通道" in point.text for point in _cell(plans, "河南", "母婴室").points)


def test_a_heading_alone_brings_what_stands_under_it(plans: Assistant) -> None:
    assert "举办普法微视频大赛。一季度启动征集" in _cell(plans, "河南", "微视频").points[0].text
    assert "开展文化体育活动。发挥各单位的作用" in _cell(plans, "河南", "文体活动").points[0].text


@pytest.mark.parametrize("topic", ["两癌筛查", "婚恋", "直播", "工间操", "竞赛"])
def test_what_is_not_there_stays_empty(plans: Assistant, topic: str) -> None:
    assert _cell(plans, "河南", topic) == Cell()


def test_words_of_anybody_are_looked_for_as_they_stand(plans: Assistant) -> None:
    assert _cell(plans, "南京", "直播").says
    assert _cell(plans, "南京", "相亲").points[0].text.startswith("婚恋服务。举办单身青年交友")


@pytest.mark.parametrize(
    ("place", "year", "topic", "amount", "unit", "told", "kind"),
    [
        ("河南", None, "普法", "5万", "人次", 2025, "目标"),
        ("河南", None, "母婴室", "700", "家", None, "累计"),
        ("山东", 2024, "托管", "80", "个", 2024, "已完成"),
        ("山东", 2024, "托管", "900", "个", None, "累计"),
        ("山东", 2024, "两癌筛查", "3万", "名", None, ""),
        ("山东", 2024, "两癌筛查", "6600", "人", 2024, "已完成"),
        ("山东", 2025, "托管", "95", "个", 2025, "目标"),
    ],
)
def test_a_figure_keeps_unit_year_and_kind(
    plans: Assistant, place: str, year: int | None, topic: str, amount: str, unit: str, told: int | None, kind: str
) -> None:
    figure = _figure(_cell(plans, place, topic, year), amount)
    assert (figure.unit, figure.year, figure.kind) == (unit, told, kind)


def test_a_figure_of_another_matter_in_the_sentence_is_left_out(assistant: Assistant) -> None:
    matrix = make_matrix(assistant, Wish(("山东",), (), ("母婴室", "托管")))
    rooms, classes = ({figure.amount for figure in cell.figures} for cell in matrix.cells[0])
    assert "4254" in classes
    assert not rooms & classes


def test_thresholds_of_a_standing_rule_are_no_figures(assistant: Assistant) -> None:
    matrix = make_matrix(assistant, Wish((), ("工会女职工委员会工作条例",), ("组织建设",)))
    assert matrix.cells[0][0].says
    assert matrix.cells[0][0].figures == ()


def test_what_only_one_source_tells_gives_no_figure(assistant: Assistant) -> None:
    matrix = make_matrix(assistant, Wish((), ("专项集体合同工作的意见",), ("专项集体合同",)))
    cell = matrix.cells[0][0]
    assert not cell.figures
    assert not any("80%" in point.text for point in cell.points)
