"""The comparison as a paper and as files: every statement has its source, and says what it is."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from rag import Assistant
from rag.desk.compare import Wish, make_matrix, matrix_paper
from rag.desk.compare.command import main
from rag.desk.compare.model import SAYS_NOTHING
from rag.desk.errors import BadWish
from rag.desk.paper import Grid, Heading, Paper, Points
from rag.model import RESTATED

TODAY = date(2026, 11, 21)
WISH = Wish(("河南", "江苏", "大连", "黑龙江", "四川"), (), ("托管", "两癌筛查", "母婴室", "相亲", "直播"))


@pytest.fixture(scope="module")
def paper(assistant: Assistant) -> Paper:
    return matrix_paper(make_matrix(assistant, WISH, TODAY), TODAY)


def _grids(paper: Paper) -> list[Grid]:
    return [block for block in paper.blocks if isinstance(block, Grid)]


def test_every_cell_that_says_something_names_its_sources(paper: Paper) -> None:
    numbers = {source.number for source in paper.sources}
    matrices = [grid for grid in _grids(paper) if grid.head[0] == "地方和材料"]
    assert [len(grid.head) - 1 for grid in matrices] == [2, 3]
    cells = [cell for grid in matrices for row in grid.rows for cell in row[1:]]
    assert {cell.text == SAYS_NOTHING for cell in cells} == {True, False}
    for cell in cells:
        assert bool(cell.sources) == (cell.text != SAYS_NOTHING)
        assert set(cell.sources) <= numbers
        assert {int(number) for number in re.findall(r"\[(\d+)\]", cell.text)} <= numbers


def test_every_figure_has_unit_time_kind_and_source(paper: Paper) -> None:
    (figures,) = [grid for grid in _grids(paper) if grid.caption == "数字"]
    assert len(figures.rows) > 10
    for row in figures.rows:
        assert all(cell.text for cell in row)
        assert row[-1].sources
        assert row[2].text in row[6].text
        assert re.search(r"20\d\d", row[4].text)
        assert row[5].text in ("目标", "已完成", "累计", "没有写明")


def test_a_goal_and_what_was_done_are_told_apart(paper: Paper) -> None:
    (figures,) = [grid for grid in _grids(paper) if grid.caption == "数字"]
    kinds = {(row[0].text, row[2].text): row[5].text for row in figures.rows}
    assert kinds["江苏2023年安排", "10000"] == "目标"
    assert kinds["大连2019年总结", "277"] == "已完成"


def test_news_summaries_and_plans_are_named_as_what_they_are(paper: Paper) -> None:
    (papers,) = [grid for grid in _grids(paper) if grid.caption == "材料"]
    told = {row[0].text: (row[2].text, row[4].text) for row in papers.rows}
    assert told["黑龙江（2024年报道）"] == ("新闻资料", "报道里说的情况和打算")
    assert told["大连2019年总结"][1] == "那一年做了什么"
    assert told["大连2020年安排"][1] == "那一年的工作安排"


def test_differences_are_cited_and_nothing_is_a_right(paper: Paper) -> None:
    at = next(n for n, block in enumerate(paper.blocks) if isinstance(block, Heading) and block.text == "差别在哪里")
    points = paper.blocks[at + 1]
    assert isinstance(points, Points)
    assert all(item.sources for item in points.items if "写到了" in item.text)
    assert any("不是法定权利" in note for note in paper.notes)
    assert RESTATED in paper.notes
    assert "「相亲」按主题「婚恋」查找" in paper.notes


def test_a_restatement_is_never_in_quotation_marks(assistant: Assistant, paper: Paper) -> None:
    quotes = {source.citation.quote for source in paper.sources}
    text = "".join(cell.text for grid in _grids(paper) for row in grid.rows for cell in row)
    assert not any(f"“{quote}”" in text or f"「{quote}」" in text for quote in quotes)


def test_what_is_not_held_is_named(paper: Paper) -> None:
    told = [item.text for block in paper.blocks if isinstance(block, Points) for item in block.items]
    assert "四川：没有收入这个地方的材料。" in told
    assert any(text.startswith("江苏2023年安排：") and "母婴室" in text for text in told)


def test_the_command_writes_all_formats(
    library_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = [tmp_path / name for name in ("a.docx", "a.xlsx", "a.md")]
    given = ["--regions", "河南,江苏,南京", "--topics", "托管,两癌筛查,母婴室", "--index", str(library_index)]
    assert main([*given, "--out", *map(str, outs[:2]), "--out", str(outs[2])]) == 0
    assert all(path.stat().st_size > 1000 for path in outs)
    assert "4份材料 × 3个主题" in capsys.readouterr().out
    assert "10000" in outs[2].read_text(encoding="utf-8")


def test_the_command_lists_papers_and_topics(library_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--index", str(library_index)]) == 0
    told = capsys.readouterr().out
    assert "《江苏省总工会2023年全省工会女职工工作要点》｜江苏｜2023｜安排" in told
    assert "- 托管：托管、托育" in told


@pytest.mark.parametrize(
    ("given", "said"), [([], "--out"), (["--out", "a.pdf"], "结尾"), (["--out", "a.md", "--years", "去年"], "年份")]
)
def test_a_command_that_cannot_be_done_says_why(given: list[str], said: str) -> None:
    with pytest.raises(BadWish, match=said):
        main(["--regions", "江苏", "--topics", "托管", *given])


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="没有 LibreOffice：apt-get install libreoffice")
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_office_programs_open_it(library_index: Path, tmp_path: Path, kind: str) -> None:
    import pypdfium2

    out = tmp_path / f"a.{kind}"
    main(["--regions", "河南,江苏", "--topics", "托管,母婴室", "--index", str(library_index), "--out", str(out)])
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pages = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "托管" in text
    assert "500余" in text.replace(" ", "")
    assert pages[0].get_width() > pages[0].get_height()
