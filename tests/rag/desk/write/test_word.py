"""Word files: reopened and asked for what Word and a reader need of them."""

import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from rag.desk.paper import Box, Grid, NewPage, Paper, Paragraph, Points, Said, Tone
from rag.desk.write import write_docx
from rag.model import RESTATED
from tests.rag.desk.write.sample import PAPER, SOURCES

# the order that the format asks for, of those properties that we write
PPR = ["pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs", "autoSpaceDE",
       "autoSpaceDN", "spacing", "ind", "jc", "outlineLvl", "rPr"]  # fmt: skip
RPR = ["ins", "del", "rStyle", "rFonts", "b", "bCs", "strike", "color", "sz", "szCs", "u", "vertAlign", "lang"]


def opened(tmp_path: Path, paper: Paper = PAPER) -> Document:
    path = tmp_path / "a.docx"
    write_docx(paper, path)
    return docx.Document(str(path))


def of_blocks(tmp_path: Path, *blocks: object) -> Document:
    return opened(tmp_path, Paper("题", "", (), blocks, ()))  # type: ignore[arg-type]


def member(tmp_path: Path, name: str) -> str:
    with zipfile.ZipFile(tmp_path / "a.docx") as packed:
        return packed.read(name).decode()


def numbering(document: Document) -> list[tuple[str, str]]:
    listed = [p for p in document.paragraphs if p.style and p.style.name == "List Number"]
    return [(p.text, p._p.pPr.numPr.numId.val) for p in listed]


def test_headings_lists_and_title_are_real_styles(tmp_path: Path) -> None:
    styles = [(p.style.name, p.text) for p in opened(tmp_path).paragraphs if p.style]
    assert ("Title", PAPER.title) in styles
    assert ("Subtitle", PAPER.subtitle) in styles
    assert ("Heading 1", "一、这节课要讲清楚什么") in styles
    assert ("Heading 2", "（一）怎样讲") in styles
    assert ("Heading 3", "1. 课堂上常问的") in styles
    assert [text for name, text in styles if name == "Heading 1"][-2:] == ["出处", "说明"]
    assert sum(name == "List Bullet" for name, _ in styles) == 3


def test_every_style_that_is_used_is_there(tmp_path: Path) -> None:
    document = opened(tmp_path)
    there = {style.style_id for style in document.styles}
    body = document.element.body
    used = {e.get(qn("w:val")) for tag in ("w:pStyle", "w:rStyle", "w:tblStyle") for e in body.iter(qn(tag))}
    assert used <= there
    based = document.styles.element.xpath("//w:basedOn/@w:val | //w:next/@w:val")
    assert set(based) <= there


def test_every_numbered_list_begins_at_one(tmp_path: Path) -> None:
    document = opened(tmp_path)
    items = numbering(document)
    assert [text[:4] for text, _ in items] == [
        "先问：你",
        "再看条文",
        "最后练一",
        "孕期不能",
        "怀孕七个",
        "",
        "",
    ]  # the last two are tracked
    keys = [key for _, key in items]
    assert keys[0] == keys[1] == keys[2] != keys[3] == keys[4] != keys[5] == keys[6]
    for key in set(keys):
        (found,) = document.part.numbering_part.element.xpath(f'w:num[@w:numId="{key}"]')
        assert found.xpath("w:lvlOverride/w:startOverride/@w:val") == ["1"]
        assert found.xpath("w:abstractNumId/@w:val") == ["2"]


def test_chinese_fonts_stand_in_styles_defaults_and_theme(tmp_path: Path) -> None:
    document = opened(tmp_path)
    fonts = document.styles.element.xpath("//w:docDefaults//w:rFonts/@w:eastAsia")
    assert fonts == ["宋体"]
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Title", "Caption"):
        found = document.styles[name].element.xpath("w:rPr/w:rFonts/@w:eastAsia")
        assert found == ["宋体" if name == "Normal" else "黑体"], name
    assert document.styles.element.xpath("//w:docDefaults//w:lang/@w:eastAsia") == ["zh-CN"]
    theme = member(tmp_path, "word/theme/theme1.xml")
    assert '<a:ea typeface="黑体"/>' in theme
    assert '<a:ea typeface="宋体"/>' in theme
    table = member(tmp_path, "word/fontTable.xml")
    assert 'w:name="宋体"><w:altName w:val="SimSun,Noto Serif CJK SC' in table


def test_pages_are_numbered_by_fields_and_headed_by_the_title(tmp_path: Path) -> None:
    section = opened(tmp_path).sections[0]
    footer = section.footer._element
    assert footer.xpath(".//w:fldSimple/@w:instr") == [" PAGE ", " NUMPAGES "]
    assert "".join(footer.xpath(".//w:t/text()")) == "第 1 页　共 1 页"
    assert section.header.paragraphs[0].text == PAPER.title


@pytest.mark.parametrize(("wide", "size"), [(False, (210, 297)), (True, (297, 210))])
def test_paper_is_a4_and_lies_across_where_it_is_wide(tmp_path: Path, wide: bool, size: tuple[int, int]) -> None:
    section = opened(tmp_path, replace(PAPER, wide=wide)).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == size
    assert section.orientation == (WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT)


def test_added_and_removed_text_are_tracked_changes(tmp_path: Path) -> None:
    body = opened(tmp_path).element.body
    added = ["".join(text.text for text in one.iter(qn("w:t"))) for one in body.iter(qn("w:ins"))]
    removed = [one.text for one in body.iter(qn("w:delText"))]
    assert "，也不延长劳动时间，并在劳动时间内安排休息" in added
    assert "[2]" in added  # the mark goes with what it stands after
    assert removed == ["原则上", "赶订单时除外。"]
    for one in [*body.iter(qn("w:ins")), *body.iter(qn("w:del"))]:
        assert one.get(qn("w:author")) == "娘家人"
        assert one.get(qn("w:date"))
    ids = [one.get(qn("w:id")) for tag in ("w:ins", "w:del") for one in body.iter(qn(tag))]
    assert len(set(ids)) == len(ids)
    assert not list(body.iterfind(f".//{qn('w:del')}//{qn('w:t')}"))


def test_a_paragraph_that_is_all_new_goes_when_it_is_refused(tmp_path: Path) -> None:
    blocks = [Paragraph((Said("全新", tone=Tone.ADDED),)), Paragraph((Said("旧"), Said("新", tone=Tone.ADDED)))]
    paragraphs = of_blocks(tmp_path, *blocks).element.body.xpath("w:p[w:pPr/w:pStyle/@w:val='BodyText']")
    assert [len(p.xpath("w:pPr/w:rPr/w:ins")) for p in paragraphs] == [1, 0]


def test_links_lead_only_to_the_web_and_marks_to_their_sources(tmp_path: Path) -> None:
    document = opened(tmp_path)
    links = [r.target_ref for r in document.part.rels.values() if r.is_external]
    assert sorted(set(links)) == sorted({s.citation.url for s in SOURCES if s.citation.url.startswith("http")})
    body = document.element.body
    anchors = set(body.xpath("//w:hyperlink/@w:anchor"))
    assert anchors == set(body.xpath("//w:bookmarkStart/@w:name"))
    raised = body.xpath("//w:r[w:rPr/w:rStyle/@w:val='SourceMark']/w:t/text()")
    assert set(raised) == {f"[{n}]" for n in range(1, 7)}


def test_a_mark_without_its_source_leads_nowhere(tmp_path: Path) -> None:
    body = of_blocks(tmp_path, Paragraph((Said("话", (9,)),))).element.body
    assert body.xpath("//w:t/text()")[-1] == "[9]"
    assert not body.xpath("//w:hyperlink")


def test_sources_say_what_they_are(tmp_path: Path) -> None:
    items = [p.text for p in opened(tmp_path).paragraphs if p.style and p.style.name == "出处条目"]
    assert len(items) == len(SOURCES)
    assert items[0].startswith(
        "[1]\t《女职工劳动保护特别规定》第七条第一款（行政法规，全国，现行有效，2012年4月28日施行或公布，已对照条文）"
    )
    assert "原文：“女职工生育享受98天产假" in items[0]
    assert f"{RESTATED}。\n符合规定生育的" in items[2]
    assert "“" not in items[2]
    assert "工作文件，不是法定权利，未核实：仅一份材料或有冲突，数字不能当准" in items[3]
    assert "没有核实" in items[4]
    assert "javascript" not in items[4]


def test_tables_repeat_their_heads_and_keep_rows_whole(tmp_path: Path) -> None:
    table = next(t for t in opened(tmp_path).tables if len(t.columns) == 5)
    assert table.style is not None
    assert table.style.name == "娘家人表格"
    assert [cell.text for cell in table.rows[0].cells] == ["事项", "国家规定", "本省规定", "本单位草案", "怎么看"]
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [True] + [False] * 5
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
    assert table._tbl.xpath("w:tblPr/w:tblLook/@w:firstRow") == ["1"]
    assert table._tbl.xpath("w:tblPr/w:tblCaption/@w:val") == ["产假与孕期保护：草案与规定对照"]
    widths = [int(width) for width in table._tbl.xpath("w:tblGrid/w:gridCol/@w:w")]
    assert abs(sum(widths) - (210 - 50) / 25.4 * 1440) < 10
    assert abs(widths[1] / widths[0] - 2.4) < 0.01


def test_captions_are_counted_by_fields(tmp_path: Path) -> None:
    document = opened(tmp_path)
    captions = [p for p in document.paragraphs if p.style and p.style.name == "Caption"]
    assert [p._p.xpath("w:fldSimple/@w:instr") for p in captions] == [[" SEQ 表 \\* ARABIC "]] * 2
    assert ["".join(p._p.xpath(".//w:t/text()")) for p in captions][1] == "表 2　人数"


def test_a_frame_is_a_table_of_one_cell_and_stays_on_a_page_where_it_is_short(tmp_path: Path) -> None:
    document = of_blocks(
        tmp_path, Box("甲", (Said("一"), Said("二", (), Tone.ADDED))), Box("", (Said("长" * 900),)), Box("", ())
    )
    first, second = document.tables
    assert [(p.style.name if p.style else "", p.text) for p in first.cell(0, 0).paragraphs][:2] == [
        ("提示框标题", "甲"),
        ("提示框文字", "一"),
    ]
    assert [bool(table._tbl.xpath("w:tr/w:trPr/w:cantSplit")) for table in (first, second)] == [True, False]
    assert first.style is not None
    assert first.style.name == "娘家人提示框"
    assert len(first._tbl.xpath(".//w:ins/w:r")) == 1


@pytest.mark.parametrize(
    "block", [Box("甲", ()), Grid(("甲",), ()), Paragraph((Said("甲"),)), Points((Said("甲"),), True)]
)
def test_a_new_page_begins_before_whatever_follows(tmp_path: Path, block: object) -> None:
    body = of_blocks(tmp_path, NewPage(), block, NewPage()).element.body
    assert len(body.xpath("//w:pageBreakBefore")) == 1


def test_properties_stand_in_the_order_of_the_format(tmp_path: Path) -> None:
    document = opened(tmp_path)
    for root in (document.element, document.styles.element, document.sections[0].header._element):
        for tag, order in (("w:pPr", PPR), ("w:rPr", RPR)):
            for properties in root.iter(qn(tag)):
                places = [order.index(child.tag.split("}")[1]) for child in properties]
                assert all(a < b for a, b in pairwise(places)), [c.tag for c in properties]


def test_file_names_no_machine_and_no_person(tmp_path: Path) -> None:
    properties = opened(tmp_path).core_properties
    assert (properties.title, properties.author, properties.last_modified_by) == (PAPER.title, "娘家人", "娘家人")
    assert properties.language == "zh-CN"


def test_same_paper_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_docx(PAPER, tmp_path / f"{name}.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_nothing_said_leaves_no_trace(tmp_path: Path) -> None:
    empty = (Paragraph((Said(" "),)), Points((Said(""),), True), Grid((), ()), Box("", ()))
    assert [p.text for p in of_blocks(tmp_path, *empty).paragraphs] == ["题"]
    assert len(opened(tmp_path, Paper("", "", (), (), ())).paragraphs) == 1
