"""The styles, fonts, theme and settings of our Word files, in place of those of python-docx's template."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

BODY, HEAD = "宋体", "黑体"
ACCENT, GREY, TINT, LINE = "8C1D2B", "5B6670", "FAF5F0", "D9CFC5"
BULLETS, NUMBERS = 1, 2

_FONTS = {BODY: "Times New Roman", HEAD: "Arial"}
# What stands in where a machine has neither: SimSun's and SimHei's own names, then the free Noto fonts.
_OTHER_NAMES = {
    BODY: "SimSun,Noto Serif CJK SC,Source Han Serif SC",
    HEAD: "SimHei,Noto Sans CJK SC,Source Han Sans SC",
}


def _rpr(font: str = "", size: float = 0, bold: bool = False, colour: str = "", more: str = "") -> str:
    latin = _FONTS.get(font, "")
    parts = [f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{font}"/>'] if font else []
    parts += ["<w:b/><w:bCs/>"] if bold else []
    parts += [f'<w:color w:val="{colour}"/>'] if colour else []
    parts += [f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'] if size else []
    return f"<w:rPr>{''.join(parts)}{more}</w:rPr>"


def _spacing(before: int, after: int, lines: float = 0) -> str:
    """Space before and after in points, and the height of a line as a multiple of one."""
    height = f' w:line="{round(lines * 240)}" w:lineRule="auto"' if lines else ""
    return f'<w:spacing w:before="{before * 20}" w:after="{after * 20}"{height}/>'


_OWN = ' w:customStyle="1"'
_KEEP = "<w:keepNext/><w:keepLines/>"
_OUTLINE = '<w:outlineLvl w:val="{}"/>'
# id, name, based on, next, paragraph's and character's properties
_PARAGRAPHS = (
    (
        "Normal", "Normal", "", "",
        f'<w:pPr><w:widowControl/><w:autoSpaceDE/><w:autoSpaceDN/>{_spacing(0, 0, 1.35)}</w:pPr>' + _rpr(BODY, 12),
    ),
    ("BodyText", "Body Text", "Normal", "", f'<w:pPr>{_spacing(0, 6)}<w:ind w:firstLine="480" w:firstLineChars="200"/></w:pPr>'),
    ("Title", "Title", "Normal", "Subtitle", f'<w:pPr>{_KEEP}{_spacing(6, 6, 1.2)}<w:jc w:val="center"/></w:pPr>' + _rpr(HEAD, 22, True, ACCENT)),
    ("Subtitle", "Subtitle", "Normal", "BodyText", f'<w:pPr>{_KEEP}{_spacing(0, 8)}<w:jc w:val="center"/></w:pPr>' + _rpr(HEAD, 13, colour=GREY)),
    ("Facts", "题下事项", "Normal", "", f'<w:pPr>{_spacing(0, 1, 1.25)}<w:jc w:val="center"/></w:pPr>' + _rpr(size=10.5, colour=GREY)),
    ("Heading1", "heading 1", "Normal", "BodyText", f'<w:pPr>{_KEEP}{_spacing(18, 8, 1.2)}{_OUTLINE.format(0)}</w:pPr>' + _rpr(HEAD, 16, True, ACCENT)),
    ("Heading2", "heading 2", "Normal", "BodyText", f'<w:pPr>{_KEEP}{_spacing(12, 6, 1.2)}{_OUTLINE.format(1)}</w:pPr>' + _rpr(HEAD, 14, True)),
    ("Heading3", "heading 3", "Normal", "BodyText", f'<w:pPr>{_KEEP}{_spacing(8, 4, 1.2)}{_OUTLINE.format(2)}</w:pPr>' + _rpr(HEAD, 12, True)),
    ("ListBullet", "List Bullet", "Normal", "", f'<w:pPr><w:numPr><w:numId w:val="{BULLETS}"/></w:numPr>{_spacing(0, 4)}</w:pPr>'),
    ("ListNumber", "List Number", "Normal", "", f'<w:pPr><w:numPr><w:numId w:val="{NUMBERS}"/></w:numPr>{_spacing(0, 4)}</w:pPr>'),
    ("Caption", "caption", "Normal", "Normal", f'<w:pPr><w:keepNext/>{_spacing(10, 4)}<w:jc w:val="center"/></w:pPr>' + _rpr(HEAD, 10.5, True)),
    ("TableText", "表格文字", "Normal", "", f"<w:pPr>{_spacing(2, 2, 1.2)}</w:pPr>" + _rpr(size=10.5)),
    ("TableHead", "表头文字", "TableText", "", '<w:pPr><w:keepNext/><w:jc w:val="center"/></w:pPr>' + _rpr(HEAD, 10.5, True)),
    ("BoxTitle", "提示框标题", "Normal", "BoxText", f"<w:pPr>{_KEEP}{_spacing(2, 3)}</w:pPr>" + _rpr(HEAD, 12, True, ACCENT)),
    ("BoxText", "提示框文字", "Normal", "", f"<w:pPr>{_spacing(0, 3)}</w:pPr>"),
    ("Gap", "间隔", "Normal", "", '<w:pPr><w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr>' + _rpr(size=4)),
    ("Source", "出处条目", "Normal", "", f'<w:pPr><w:keepLines/><w:tabs><w:tab w:val="left" w:pos="567"/></w:tabs>{_spacing(2, 4, 1.2)}<w:ind w:left="567" w:hanging="567"/></w:pPr>' + _rpr(size=10.5)),
    ("Note", "说明条目", "Normal", "", f"<w:pPr>{_spacing(0, 3, 1.25)}</w:pPr>" + _rpr(size=10.5, colour=GREY)),
    ("Header", "header", "Normal", "", f'<w:pPr><w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="{LINE}"/></w:pBdr><w:jc w:val="right"/></w:pPr>' + _rpr(size=9, colour=GREY)),
    ("Footer", "footer", "Normal", "", '<w:pPr><w:jc w:val="center"/></w:pPr>' + _rpr(size=9, colour=GREY)),
)  # fmt: skip
_CHARACTERS = (
    ("Strong", "Strong", _rpr(bold=True)),
    ("Hyperlink", "Hyperlink", _rpr(colour="1F5A99", more='<w:u w:val="single"/>')),
    ("SourceMark", "出处标", _rpr(colour=GREY, more='<w:vertAlign w:val="superscript"/>')),
    ("Small", "小注", _rpr(size=10, colour=GREY)),
    ("Warning", "提醒", _rpr(bold=True, colour=ACCENT)),
)


def dress(document: Document) -> None:
    """Put our styles, fonts, numbering, theme and settings into a new document."""
    _styles(document)
    _numbering(document)
    _blobs(document)
    _settings(document)


def _styles(document: Document) -> None:
    styles = document.styles.element
    for old in [*styles.findall(qn("w:style")), *styles.findall(qn("w:docDefaults"))]:
        styles.remove(old)
    language = '<w:lang w:val="zh-CN" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    parts = [
        f"<w:docDefaults><w:rPrDefault>{_rpr(BODY, 12, more=language)}</w:rPrDefault><w:pPrDefault/></w:docDefaults>",
        *(_paragraph(*style) for style in _PARAGRAPHS),
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>',
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/></w:style>',
        *(
            f'<w:style w:type="character"{"" if name.isascii() else _OWN} w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/>{rpr}</w:style>'
            for key, name, rpr in _CHARACTERS
        ),
        _TABLES,
    ]
    wrapped = parse_xml(f"<w:styles {nsdecls('w')}>{''.join(parts)}</w:styles>")
    defaults, *rest = list(wrapped)
    styles.insert(0, defaults)
    styles.extend(rest)


def _paragraph(key: str, name: str, based: str, following: str, properties: str) -> str:
    default = ' w:default="1"' if key == "Normal" else "" if name.isascii() else _OWN
    links = f'<w:basedOn w:val="{based}"/>' if based else ""
    links += f'<w:next w:val="{following}"/>' if following else ""
    return f'<w:style w:type="paragraph"{default} w:styleId="{key}"><w:name w:val="{name}"/>{links}<w:qFormat/>{properties}</w:style>'


_MARGINS = '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>'
_RULES = "".join(
    f'<w:{side} w:val="single" w:sz="{6 if side in ("top", "bottom") else 4}" w:space="0" w:color="{ACCENT if side in ("top", "bottom") else LINE}"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_FRAME = "".join(
    f'<w:{side} w:val="single" w:sz="{24 if side == "left" else 4}" w:space="0" w:color="{ACCENT if side == "left" else LINE}"/>'
    for side in ("top", "left", "bottom", "right")
)
_TABLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    f'{_MARGINS}</w:tblPr></w:style><w:style w:type="table" w:customStyle="1" w:styleId="OurTable"><w:name w:val="娘家人表格"/>'
    f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders>{_RULES}</w:tblBorders>{_MARGINS}</w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="F1E4DC"/></w:tcPr></w:tblStylePr></w:style>'
    '<w:style w:type="table" w:customStyle="1" w:styleId="OurBox"><w:name w:val="娘家人提示框"/><w:basedOn w:val="TableNormal"/>'
    f'<w:tblPr><w:tblBorders>{_FRAME}</w:tblBorders><w:tblCellMar><w:top w:w="80" w:type="dxa"/><w:left w:w="200" w:type="dxa"/>'
    '<w:bottom w:w="80" w:type="dxa"/><w:right w:w="160" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/></w:tcPr></w:style>'
)


def _numbering(document: Document) -> None:
    numbering = document.part.numbering_part.element
    for old in list(numbering):
        numbering.remove(old)
    indent = '<w:pPr><w:ind w:left="510" w:hanging="340"/></w:pPr>'
    bullet = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>{indent}{_rpr(HEAD, colour=ACCENT)}</w:lvl>'
    number = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/>{indent}</w:lvl>'
    levels = ((BULLETS, bullet, "ListBullet"), (NUMBERS, number, "ListNumber"))
    for key, level, style in levels:
        named = level.replace("<w:lvlText", f'<w:pStyle w:val="{style}"/><w:lvlText')
        numbering.append(
            parse_xml(
                f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}"><w:multiLevelType w:val="singleLevel"/>{named}</w:abstractNum>'
            )
        )
    for key, _, _ in levels:
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'))


def new_list(document: Document) -> int:
    """Begin a numbered list at 1; the id of its numbering."""
    numbering = document.part.numbering_part.element
    key = len(numbering.findall(qn("w:num"))) + 1
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{NUMBERS}"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    return key


def _blobs(document: Document) -> None:
    """Replace the table of fonts and the fonts of the theme, which python-docx keeps as bytes; drop what nobody needs."""
    for relations in (document.part.rels, document.part.package.rels):
        for key, relation in list(relations.items()):
            part: Any = relation.target_part
            if relation.reltype.endswith("/fontTable"):
                part._blob = _font_table()
            elif relation.reltype.endswith("/theme"):
                part._blob = _themed(part.blob)
            elif relation.reltype.endswith(("/stylesWithEffects", "/customXml", "/thumbnail")):
                del relations[key]


def _font_table() -> bytes:
    chinese = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{_OTHER_NAMES[name]}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, family in ((BODY, "roman"), (HEAD, "swiss"))
    )
    latin = "".join(
        f'<w:font w:name="{name}"><w:charset w:val="00"/><w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, family in (("Times New Roman", "roman"), ("Arial", "swiss"))
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{chinese}{latin}</w:fonts>'.encode()


def _themed(blob: bytes) -> bytes:
    theme = parse_xml(blob)
    name = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    for scheme, font in (("majorFont", HEAD), ("minorFont", BODY)):
        fonts = theme.find(f".//{name}{scheme}")
        fonts.find(f"{name}latin").set("typeface", _FONTS[font])
        fonts.find(f"{name}ea").set("typeface", font)
        for other in fonts.findall(f"{name}font"):
            if other.get("script") == "Hans":
                other.set("typeface", font)
    from lxml import etree

    return bytes(etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True))


def _settings(document: Document) -> None:
    """Say that the text is Chinese and that it was made for today's Word, so it does not open in a compatibility mode."""
    settings = document.settings.element
    for tag in ("w:compat", "w:themeFontLang"):
        for old in settings.findall(qn(tag)):
            settings.remove(old)
    compat = parse_xml(
        f"<w:compat {nsdecls('w')}><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    language = parse_xml(f'<w:themeFontLang {nsdecls("w")} w:val="zh-CN" w:eastAsia="zh-CN"/>')
    for tag in ("w:rsids", "w:clrSchemeMapping"):
        if (before := settings.find(qn(tag))) is not None:
            before.addprevious(compat if tag == "w:rsids" else language)
