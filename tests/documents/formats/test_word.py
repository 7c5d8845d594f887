"""Word files, real ones made with python-docx and hand-written ones, read as they stand on the page."""

from pathlib import Path

import docx
import pytest

from documents.errors import UnreadableFile
from documents.formats.numbering import write_number
from documents.formats.word import read_docx
from documents.parse import parse
from tests.documents.formats.docx_parts import LAW, Reader, cell, level, numbered, p, row, run, table


def test_paragraphs_tables_and_letterhead_come_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("江苏省总工会文件")
    document.add_paragraph("苏工发〔2023〕5号")
    document.add_table(2, 2)
    for y, texts in enumerate((("地区", "产假"), ("江苏", "158天"))):
        for x, text in enumerate(texts):
            document.tables[0].cell(y, x).text = text
    document.add_paragraph("附件：名单")
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    document.save(tmp_path / "a.docx")
    assert (
        read_docx(tmp_path / "a.docx").text
        == "江苏省总工会文件\n苏工发〔2023〕5号\n地区：江苏；产假：158天\n附件：名单"
    )


def test_heading_without_number_is_one_for_parse(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("女职工工作要点", 0)
    document.add_heading("总体要求", 1)
    document.add_paragraph("各级工会要做好工作。")
    document.add_heading("一、重点任务", 1)
    document.add_paragraph("（一）加强宣传。")
    document.save(tmp_path / "a.docx")
    extract = read_docx(tmp_path / "a.docx")
    assert extract.title == "女职工工作要点"
    provisions = parse("甲", extract.text)
    assert [(one.article, one.headings) for one in provisions][1] == ("总体要求", ("总体要求",))
    assert provisions[2].article == "一、（一）"


def test_heading_inside_a_count_does_not_end_the_count(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("甲市工会工作安排")
    for number in "一二三四五六七":
        document.add_paragraph(f"{number}、任务{number}")
        document.add_heading(f"要求{number}", 2)
        document.add_paragraph("做好工作。")
    document.save(tmp_path / "a.docx")
    text = read_docx(tmp_path / "a.docx").text
    headings = [one.headings for one in parse("甲", text)]
    assert ("七、任务七", "要求七") in headings
    assert "## 要求七" in text  # after the last number the count is over


def test_breaks_tabs_and_signs(read: Reader) -> None:
    text = read(
        p(run("第一行"), "<w:r><w:br/></w:r>", run("第二行"), '<w:r><w:br w:type="page"/></w:r>', run("第三行")),
        p("<w:r><w:t>姓名</w:t><w:tab/><w:t>职务</w:t></w:r>"),
        p("<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>B</w:t><w:softHyphen/></w:r>"),
        p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', run("同意")),
        p('<w:r><w:sym w:font="Webdings" w:char="F0FE"/></w:r>', run("不明")),
        p(run("10"), run("5", '<w:vertAlign w:val="superscript"/>'), run("元")),
    ).text
    assert text.split("\n") == ["第一行", "第二行", "第三行", "姓名 职务", "A-B", "☑同意", "〓不明", "10⁵元"]


def test_wrappers_that_do_not_show(read: Reader) -> None:
    extract = read(
        "<w:sdt><w:sdtPr/><w:sdtContent>" + p("控件段") + "</w:sdtContent></w:sdt>",
        p("<w:hyperlink>" + run("链接") + "</w:hyperlink>", "<w:smartTag>" + run("标签") + "</w:smartTag>"),
        p(
            '<w:fldSimple w:instr="DATE">' + run("今天") + "</w:fldSimple>",
            "<w:sdt><w:sdtContent>" + run("里") + "</w:sdtContent></w:sdt>",
        ),
        p(
            "<w:r><w:ruby><w:rubyPr/><w:rt>"
            + run("niáng")
            + "</w:rt><w:rubyBase>"
            + run("娘")
            + "</w:rubyBase></w:ruby></w:r>",
            run("家人"),
        ),
    )
    assert extract.text == "控件段\n链接标签\n今天里\n娘家人"


def test_fields_show_their_result_only(read: Reader) -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    def code(text: str) -> str:
        return f"<w:r><w:instrText>{text}</w:instrText></w:r>"

    text = read(
        p(mark("begin"), code('HYPERLINK "http://x"'), mark("separate"), run("官网"), mark("end"), run("查询")),
        p(mark("begin"), code(r"eq \o\ac(○,12)"), mark("end"), run("项")),
        p(
            mark("begin"),
            code("IF"),
            mark("begin"),
            code("PAGE"),
            mark("separate"),
            run("9"),
            mark("end"),
            mark("separate"),
            run("有"),
            mark("end"),
        ),
    ).text
    assert text == "官网查询\n⑫项\n有"


def test_text_boxes_come_once_and_nested_ones_too(read: Reader) -> None:
    inner = "<w:txbxContent>" + p("内框") + "</w:txbxContent>"
    box = "<w:txbxContent>" + p("框里的字", f"<w:r><w:pict>{inner}</w:pict></w:r>") + "</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert read(p("段落", f"<w:r>{both}</w:r>"), p("下一段")).text == "段落\n框里的字\n内框\n下一段"


def test_old_word_art_is_text(read: Reader) -> None:
    assert (
        read(p('<w:r><w:pict><v:shape><v:textpath string="某某工会文件"/></v:shape></w:pict></w:r>')).text
        == "某某工会文件"
    )


def test_formula_keeps_its_meaning(read: Reader) -> None:
    fraction = (
        "<m:oMath><m:f><m:num><m:r><m:t>工资</m:t></m:r></m:num><m:den><m:r><m:t>30</m:t></m:r></m:den></m:f></m:oMath>"
    )
    assert read(p("津贴=", fraction, "×天数")).text == "津贴=(工资)/(30)×天数"


# What is not kept


def test_revisions_are_taken_and_told(read: Reader) -> None:
    extract = read(
        p(
            run("产假"),
            "<w:ins>" + run("158") + "</w:ins>",
            "<w:del><w:r><w:delText>98</w:delText></w:r></w:del>",
            run("天"),
        ),
        p("<w:moveFrom>" + run("移走") + "</w:moveFrom>", "<w:moveTo>" + run("移来") + "</w:moveTo>"),
        p("前半", properties="<w:rPr><w:del/></w:rPr>"),
        p("后半"),
        table(row("甲", "乙"), row("丙", "丁", properties="<w:del/>"), row("戊", "己", properties="<w:ins/>")),
    )
    assert extract.text == "产假158天\n移来\n前半后半\n甲：戊；乙：己"
    assert "修订" in extract.notes[0]


def test_hidden_text_comments_and_contents_are_left_out(read: Reader) -> None:
    extract = read(
        p("正文", run("暗字", "<w:vanish/>"), run("明字", '<w:vanish w:val="0"/>')),
        p("暗样式", properties='<w:pStyle w:val="Dark"/>'),
        p("第一章 总则", "1", properties='<w:pStyle w:val="TOC1"/>'),
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>'
        + p("目录项")
        + "</w:sdtContent></w:sdt>",
        p("有批注", '<w:r><w:commentReference w:id="0"/></w:r>'),
        styles='<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Dark"><w:basedOn w:val="Base"/></w:style>',
    )
    assert extract.text == "正文明字\n有批注"
    assert len(extract.notes) == 3


def test_pictures_are_told(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    document = docx.Document()
    document.add_picture(str(tmp_path / "a.png"))
    document.save(tmp_path / "only.docx")
    with pytest.raises(UnreadableFile, match="只有图片"):
        read_docx(tmp_path / "only.docx")
    document.add_paragraph("图一")
    document.save(tmp_path / "a.docx")
    assert read_docx(tmp_path / "a.docx").notes == ("有 1 张图片，图片里的字没有收入。",)


# Notes


def test_notes_follow_their_paragraph(read: Reader) -> None:
    def mark(kind: str, number: int) -> str:
        return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'

    extract = read(
        p("第一段", mark("footnote", 2)),
        p("第二段", mark("endnote", 1), mark("footnote", 9)),
        table(row("甲", "乙"), row(cell(p("丙", mark("footnote", 3))), "丁")),
        footnotes='<w:footnote w:type="separator" w:id="0"/><w:footnote w:id="2">'
        + p("脚注文")
        + p("续")
        + "</w:footnote>"
        '<w:footnote w:id="3">' + p("格注") + "</w:footnote>",
        endnotes='<w:endnote w:id="1">' + p("尾注文") + "</w:endnote>",
    )
    assert extract.text == "第一段\n〔注1：脚注文 续〕\n第二段\n〔注2：尾注文〕\n甲：丙 〔注3：格注〕；乙：丁"


# Lists


def test_law_numbered_by_word_is_cut_into_articles(read: Reader) -> None:
    extract = read(
        *[numbered("总则"), numbered("为了保护女职工。", level=1), numbered("用人单位应当：", level=1)],
        *[numbered("提供用品；", level=2), numbered("安排休息。", level=2), numbered("附则", level=0)],
        numbered("本法自公布之日起施行。", level=1),
        numbering=LAW,
    )
    assert extract.text.split("\n") == [
        *["第一章 总则", "第一条 为了保护女职工。", "第二条 用人单位应当：", "（一）提供用品；", "（二）安排休息。"],
        *["第二章 附则", "第三条 本法自公布之日起施行。"],
    ]
    assert [one.article for one in parse("法", extract.text)] == ["第一条", "第二条", "第三条"]


def test_lists_restart_go_on_and_are_styled(read: Reader) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "chineseCounting", "%1、")
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + "</w:abstractNum>"
        '<w:abstractNum w:abstractNumId="1">'
        + level(0, "lowerLetter", "%1)", '<w:pStyle w:val="Letter"/>')
        + "</w:abstractNum>"
        '<w:abstractNum w:abstractNumId="2">' + level(0, "bullet", "\uf0b7") + "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>'
    )
    text = read(
        *[numbered("甲"), numbered("乙", level=1), numbered("丙", level=1), numbered("丁"), numbered("戊", level=1)],
        *[numbered("己", 2), numbered("庚", 2), numbered("点", 4), numbered("无", 0), numbered("缺", 77)],
        p("信", properties='<w:pStyle w:val="Letter"/>'),
        p("不编", properties='<w:pStyle w:val="Letter"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        p("再信", properties='<w:pStyle w:val="Child"/>'),
        numbering=numbering,
        styles='<w:style w:type="paragraph" w:styleId="Letter"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Letter"/></w:style>',
    ).text
    assert text.split("\n") == [
        *["一、甲", "1.1 乙", "1.2 丙", "二、丁", "2.1 戊", "五、己", "六、庚", "点", "无", "缺"],
        *["a)信", "不编", "b)再信"],
    ]


@pytest.mark.parametrize(
    ("number", "style", "written"),
    [
        *[
            (10, "chineseCounting", "十"),
            (21, "japaneseCounting", "二十一"),
            (103, "chineseCountingThousand", "一百零三"),
        ],
        *[(2, "ideographTraditional", "乙"), (3, "ideographZodiac", "寅"), (12, "chineseLegalSimplified", "壹拾贰")],
        *[
            (28, "lowerLetter", "bb"),
            (4, "lowerRoman", "iv"),
            (1994, "upperRoman", "MCMXCIV"),
            (20, "decimalEnclosedCircle", "⑳"),
        ],
        *[
            (36, "decimalEnclosedCircleChinese", "㊱"),
            (10, "ideographDigital", "一〇"),
            (3, "decimalEnclosedParen", "⑶"),
        ],
        *[(7, "decimalZero", "07"), (5, "numberInDash", "- 5 -"), (12, "decimalFullWidth", "１２"), (3, "ganada", "3")],
        *[(0, "chineseCounting", "0"), (99999, "chineseCounting", "99999"), (1, "bullet", "")],
    ],
)
def test_number_styles(number: int, style: str, written: str) -> None:
    assert write_number(number, style) == written


# Tables


def test_merged_cells_stand_in_each_place(read: Reader) -> None:
    across, down, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    text = read(
        table(
            row(cell("地区", down), cell("产假", across)),
            row(cell("", on), "顺产", "难产"),
            row(cell("江苏", down), "158天", "173天"),
            row(cell("", on), "另加15天", "另加30天"),
        )
    ).text
    assert text.split("\n") == [
        "地区：江苏；产假·顺产：158天；产假·难产：173天",
        "地区：江苏；产假·顺产：另加15天；产假·难产：另加30天",
    ]


def test_nested_table_and_frame_table(read: Reader) -> None:
    inner = table(row("甲", "乙"), row("丙", "丁"))
    assert (
        read(table(row("项目", "内容"), row("津贴", cell(p("见表") + inner + p("完"))))).text
        == "项目：津贴；内容：见表 甲：丙；乙：丁 完"
    )
    framed = read(table(row(cell(p("第一条 甲。") + p("第二条 乙。") + inner))))
    assert framed.text == "第一条 甲。\n第二条 乙。\n甲：丙；乙：丁"


def test_table_rows_and_cells_in_content_controls(read: Reader) -> None:
    text = read(
        table(
            row("甲", "乙"),
            "<w:sdt><w:sdtContent>"
            + row("丙", "<w:sdt><w:sdtContent>" + cell("丁") + "</w:sdtContent></w:sdt>")
            + "</w:sdtContent></w:sdt>",
        )
    ).text
    assert text == "甲：丙；乙：丁"


def test_real_merge_by_python_docx(tmp_path: Path) -> None:
    document = docx.Document()
    made = document.add_table(3, 3)
    for y in range(3):
        for x in range(3):
            made.cell(y, x).text = f"格{y}{x}"
    made.cell(0, 0).merge(made.cell(0, 2)).text = "总表"
    document.save(tmp_path / "a.docx")
    assert read_docx(tmp_path / "a.docx").text == "总表\n格10：格20；格11：格21；格12：格22"


# Hostile and broken files
