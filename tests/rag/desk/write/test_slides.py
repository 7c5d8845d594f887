"""Slides: reopened and asked for placeholders, notes, numbers, sizes, and that nothing stands outside or overflows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from rag.desk.paper import Deck, Grid, Look, Said, Slide, Tone
from rag.desk.write import write_pptx
from rag.desk.write.measure import lines
from rag.model import RESTATED
from tests.rag.desk.write.sample import DECK, LONG, SOURCES, citation


def opened(tmp_path: Path, deck: Deck = DECK) -> Any:
    path = tmp_path / "a.pptx"
    write_pptx(deck, path)
    return pptx.Presentation(str(path))


def of_slides(tmp_path: Path, *slides: Slide) -> Any:
    return opened(tmp_path, Deck("题", slides, ()))


def kinds(slide: Any) -> list[Any]:
    return [shape.placeholder_format.type for shape in slide.placeholders]


def texts(slide: Any) -> str:
    cells = [c.text_frame.text for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
    return "\n".join([*(s.text_frame.text for s in slide.shapes if s.has_text_frame), *cells])


def frames(slide: Any) -> Iterator[tuple[Any, float, float]]:
    """Each frame of text with the width of its lines and its height in points."""
    hang = 27 if slide.slide_layout.name in ("要点", "出处") else 0
    for shape in slide.shapes:
        if shape.has_table:
            for row in shape.table.rows:
                for cell, column in zip(row.cells, shape.table.columns, strict=True):
                    inside = Emu(column.width).pt - cell.margin_left.pt - cell.margin_right.pt
                    yield cell.text_frame, inside, Emu(row.height).pt - cell.margin_top.pt - cell.margin_bottom.pt
        elif shape.has_text_frame and shape.placeholder_format.type != PP_PLACEHOLDER.SLIDE_NUMBER:
            hanging = hang if shape.placeholder_format.idx == 1 else 0
            yield shape.text_frame, Emu(shape.width).pt - hanging, Emu(shape.height).pt


def height(frame: Any, width: float) -> float:
    """How high a frame's text stands, estimated from its own sizes and spacings."""
    total = 0.0
    for paragraph in frame.paragraphs:
        size = max([run.font.size.pt for run in paragraph.runs if run.font.size], default=12)
        spacing = paragraph.line_spacing.pt if paragraph.line_spacing else size * 1.2
        before = paragraph.space_before.pt if paragraph.space_before else 0
        total += lines(paragraph.text.replace("\v", "\n"), width / size) * spacing + before
    return total


def assert_sound(made: Any) -> None:
    """No shape outside its slide, no empty placeholder, no text higher than its frame, no type too small to read."""
    for number, slide in enumerate(made.slides, 1):
        assert slide.shapes.title is not None
        for shape in slide.shapes:
            assert shape.left >= 0, number
            assert shape.top >= 0, number
            assert shape.left + shape.width <= made.slide_width, number
            assert shape.top + shape.height <= made.slide_height, (number, shape.name)
            if shape.has_text_frame:
                assert shape.text_frame.text.strip(), (number, shape.name)
        for frame, width, high in frames(slide):
            assert height(frame, width) <= high + 1, (number, frame.text[:40])
        bodies = [s for s in slide.placeholders if s.has_text_frame and s.placeholder_format.idx in (0, 1)]
        assert all(r.font.size >= Pt(18) for s in bodies for p in s.text_frame.paragraphs for r in p.runs)
        cells = [c for s in slide.shapes if s.has_table for row in s.table.rows for c in row.cells]
        assert all(r.font.size >= Pt(14) for c in cells for p in c.text_frame.paragraphs for r in p.runs)


def test_sample_is_sound_and_sixteen_by_nine(tmp_path: Path) -> None:
    made = opened(tmp_path)
    assert abs(made.slide_width / made.slide_height - 16 / 9) < 0.001
    assert_sound(made)


def test_each_look_has_its_layout(tmp_path: Path) -> None:
    made = opened(tmp_path)
    assert [layout.name for layout in made.slide_layouts] == [str(look) for look in Look]
    used = [slide.slide_layout.name for slide in made.slides]
    assert list(dict.fromkeys(used)) == ["封面", "要点", "分节", "表格", "案例", "测验", "出处"]


def test_titles_and_points_stand_in_placeholders(tmp_path: Path) -> None:
    slide = opened(tmp_path).slides[1]
    assert slide.shapes.title.text_frame.text == "这节课讲三件事"
    body = slide.placeholders[1].text_frame
    assert [p.text for p in body.paragraphs] == [
        "产假有多少天，是哪几条规定加起来的[1][3]", "孕期哪些活不能安排[2][6]", "专项集体合同里怎样写",
    ]  # fmt: skip
    assert body.paragraphs[0].runs[-1].font._element.get("baseline") == "30000"
    assert all(shape.is_placeholder for shape in slide.shapes)


def test_all_slides_but_the_cover_have_number_and_foot(tmp_path: Path) -> None:
    first, *others = opened(tmp_path).slides
    assert PP_PLACEHOLDER.SLIDE_NUMBER not in kinds(first)
    for slide in others:
        assert kinds(slide).count(PP_PLACEHOLDER.SLIDE_NUMBER) == 1
        assert slide._element.xpath(".//a:fld/@type") == ["slidenum"]
        (foot,) = [s for s in slide.placeholders if s.placeholder_format.type == PP_PLACEHOLDER.FOOTER]
        assert foot.text_frame.text == DECK.foot
        ids = slide._element.xpath(".//p:cNvPr/@id")
        assert len(set(ids)) == len(ids)


def test_no_foot_where_the_deck_has_none(tmp_path: Path) -> None:
    (slide,) = of_slides(tmp_path, Slide(Look.POINTS, "题", (Said("话"),))).slides
    assert PP_PLACEHOLDER.FOOTER not in kinds(slide)


def test_notes_hold_what_is_said_and_its_sources(tmp_path: Path) -> None:
    made = opened(tmp_path)
    notes = made.slides[1].notes_slide.notes_text_frame.text
    assert notes.startswith(
        "用时约2分钟。\n产假的天数由两部分组成。[1][3]\n出处：\n[1] 《女职工劳动保护特别规定》第七条第一款（"
    )
    assert f"{RESTATED}。\n符合规定生育的" in notes
    assert "[2] 《女职工劳动保护特别规定》第六条" in notes
    assert "[4]" not in notes
    assert made.slides[4].notes_slide.notes_text_frame.text.startswith("接上页。\n出处：\n[2]")


def test_fonts_of_the_theme_are_chinese(tmp_path: Path) -> None:
    for master in (opened(tmp_path).slide_master, opened(tmp_path).notes_master):
        theme = next(r.target_part for r in master.part.rels.values() if r.reltype.endswith("/theme"))
        assert theme.blob.decode().count('<a:ea typeface="微软雅黑"/>') == 2


def test_what_does_not_fit_goes_on_and_nothing_is_lost(tmp_path: Path) -> None:
    points = tuple(Said(f"{n}、{LONG}", (n % 3 + 1,)) for n in range(1, 30))
    made = of_slides(tmp_path, Slide(Look.POINTS, "多", points))
    assert_sound(made)
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert titles[:3] == ["多", "多（续一）", "多（续二）"]
    assert titles[11:] == [] or titles[11] == "多（续11）"
    said = [p.text for slide in made.slides for p in slide.placeholders[1].text_frame.paragraphs]
    assert said == [f"{n}、{LONG}[{n % 3 + 1}]" for n in range(1, 30)]
    counts = [len(slide.placeholders[1].text_frame.paragraphs) for slide in made.slides]
    assert min(counts) >= 2  # no slide with one left over


def test_a_point_longer_than_a_slide_is_divided_and_keeps_its_source(tmp_path: Path) -> None:
    made = of_slides(tmp_path, Slide(Look.CASE, "长", (Said(LONG * 20, (1,)),)))
    assert_sound(made)
    assert len(made.slides) > 1
    said = [p.text for slide in made.slides for p in slide.placeholders[1].text_frame.paragraphs]
    assert all(text.endswith("。[1]") for text in said)
    assert "".join(text.removesuffix("[1]") for text in said) == LONG * 20


def test_tables_fill_their_placeholder_and_repeat_their_head(tmp_path: Path) -> None:
    rows = tuple((Said(str(n)), Said(LONG, (1,))) for n in range(40))
    made = of_slides(tmp_path, Slide(Look.TABLE, "表", table=Grid(("序号", "规定"), rows, (1, 9), "逐条")))
    assert_sound(made)
    tables = [next(s for s in slide.shapes if s.has_table) for slide in made.slides]
    assert len(tables) > 3
    for shape in tables:
        assert shape.is_placeholder
        assert [cell.text for cell in shape.table.rows[0].cells] == ["序号", "规定"]
        assert shape.table.first_row
        assert shape._element.find(f".//{qn('p:cNvPr')}").get("descr").startswith("表格：逐条，")
    numbers = [row.cells[0].text for shape in tables for row in list(shape.table.rows)[1:]]
    assert numbers == [str(n) for n in range(40)]


def test_wide_tables_are_divided_by_columns_and_high_rows_by_lines(tmp_path: Path) -> None:
    head = tuple(f"第{n}列" for n in range(20))
    row = (Said("行名"), *(Said(f"{n}号格") for n in range(1, 20)))
    made = of_slides(tmp_path, Slide(Look.TABLE, "宽", table=Grid(head, (row,))))
    assert_sound(made)
    tables = [next(s for s in slide.shapes if s.has_table).table for slide in made.slides]
    assert [table.rows[0].cells[0].text for table in tables] == ["第0列"] * 3
    assert all(f"{n}号格" in "".join(map(texts, made.slides)) for n in range(1, 20))
    high = of_slides(tmp_path, Slide(Look.TABLE, "高", table=Grid(("甲", "乙"), ((Said("名"), Said(LONG * 30)),))))
    assert_sound(high)
    assert len(high.slides) > 1


def test_a_row_that_goes_on_is_named_again(tmp_path: Path) -> None:
    made = of_slides(tmp_path, Slide(Look.TABLE, "高", table=Grid(("甲", "乙"), ((Said("夜班"), Said(LONG * 30)),))))
    firsts = [next(s for s in slide.shapes if s.has_table).table.rows[1].cells[0].text for slide in made.slides]
    assert firsts == ["夜班"] + ["夜班（续）"] * (len(firsts) - 1)


@pytest.mark.parametrize("look", [Look.COVER, Look.SECTION])
def test_what_a_cover_or_section_cannot_hold_goes_on_as_points(tmp_path: Path, look: Look) -> None:
    made = of_slides(
        tmp_path, Slide(look, "题", tuple(Said(f"{n}、{LONG}") for n in range(8)), notes=(Said("说一次"),))
    )
    assert_sound(made)
    names = [slide.slide_layout.name for slide in made.slides]
    assert names[0] == str(look)
    assert set(names[1:]) == {"要点"}
    assert all(f"{n}、{LONG}" in "".join(map(texts, made.slides)) for n in range(8))
    assert ["说一次" in slide.notes_slide.notes_text_frame.text for slide in made.slides] == [True] + [False] * (
        len(names) - 1
    )


def test_points_above_a_table_stay_with_it_where_they_are_short(tmp_path: Path) -> None:
    grid = Grid(("甲",), ((Said("乙"),),))
    made = of_slides(
        tmp_path, Slide(Look.TABLE, "表", (Said("一句话"),), grid), Slide(Look.TABLE, "表", (Said(LONG),) * 4, grid)
    )
    assert_sound(made)
    assert [slide.slide_layout.name for slide in made.slides] == ["表格", "要点", "表格"]
    assert "一句话" in texts(made.slides[0])


def test_sources_come_last_where_no_slide_is_for_them(tmp_path: Path) -> None:
    made = opened(tmp_path, Deck("题", (Slide(Look.COVER, "题"),), SOURCES))
    last = made.slides[len(made.slides) - 1]
    assert last.slide_layout.name == "出处"
    whole = "\n".join(texts(slide) for slide in made.slides)
    assert all(f"[{source.number}] 《{source.citation.title}》" in whole for source in SOURCES)
    for slide in list(made.slides)[1:]:
        assert ("※（" in texts(slide)) == (f"※ {RESTATED}。" in texts(slide))
    assert "“" not in whole


def test_a_slide_without_points_is_a_section_and_one_without_anything_is_none(tmp_path: Path) -> None:
    made = of_slides(
        tmp_path,
        Slide(Look.POINTS, "一、开头"),
        Slide(Look.POINTS, "", (Said(" "),)),
        Slide(Look.TABLE, "", (Said("话"),)),
    )
    assert_sound(made)
    assert [slide.slide_layout.name for slide in made.slides] == ["分节", "要点"]
    assert made.slides[1].shapes.title.text_frame.text == "题"


@pytest.mark.parametrize("look", list(Look))
def test_a_long_title_is_made_small_then_cut_and_kept_in_the_notes(tmp_path: Path, look: Look) -> None:
    made = of_slides(tmp_path, Slide(look, "很长的题目" * 100, (Said("话"),)))
    assert_sound(made)
    (slide,) = made.slides
    assert slide.shapes.title.text_frame.text.endswith("……")
    assert "很长的题目" * 100 in slide.notes_slide.notes_text_frame.text


def test_tones_are_never_told_by_colour_alone(tmp_path: Path) -> None:
    points = tuple(Said(str(tone), (), tone) for tone in (Tone.STRONG, Tone.WARNING, Tone.ADDED, Tone.REMOVED))
    slide = of_slides(tmp_path, Slide(Look.POINTS, "题", points)).slides[0]
    strong, warning, added, removed = (p.runs[0].font for p in slide.placeholders[1].text_frame.paragraphs)
    assert strong.bold
    assert warning.bold
    assert added.underline
    assert removed._element.get("strike") == "sngStrike"


def test_same_deck_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_pptx(DECK, tmp_path / f"{name}.pptx")
    assert (tmp_path / "a.pptx").read_bytes() == (tmp_path / "b.pptx").read_bytes()


def test_a_very_long_word_is_quick_to_divide(tmp_path: Path) -> None:
    made = of_slides(tmp_path, Slide(Look.POINTS, "题", (Said("A" * 20_000), Said("汉" * 20_000, (1,)))))
    assert_sound(made)
    assert citation().title not in texts(made.slides[0])


@pytest.mark.parametrize(
    "grid", [Grid((), ((),)), Grid((), ()), Grid(("甲",), ((),))], ids=["no cells", "no rows", "a head"]
)
def test_a_table_of_nothing_is_no_fault(tmp_path: Path, grid: Grid) -> None:
    made = of_slides(tmp_path, Slide(Look.TABLE, "空", table=grid))
    assert "空" in texts(made.slides[-1])
