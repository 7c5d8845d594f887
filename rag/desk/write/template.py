"""Our 16:9 slide template: `python -m rag.desk.write.template` writes template.pptx anew, after which it is committed.

A master with our colours and fonts and seven layouts, one for each `Look`, whose placeholders the slides fill.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pptx
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches

from rag.desk.paper import Look
from rag.desk.write.files import replace

TEMPLATE = Path(__file__).with_name("template.pptx")
COLOURS = {
    "dk1": "1F2933", "lt1": "FFFFFF", "dk2": "5A1A22", "lt2": "FAF5F0", "accent1": "8C1D2B", "accent2": "2F5D62", "accent3": "7A5200",
    "accent4": "34568B", "accent5": "55602F", "accent6": "6B4E71", "hlink": "1F5A99", "folHlink": "6B4E71",
}  # fmt: skip
LATIN, CHINESE = "Arial", "微软雅黑"
WIDTH, HEIGHT = 13.333, 7.5

Box = tuple[float, float, float, float]
"""Left, top, width, height in inches."""

_LEFT, _WIDE = 0.75, 11.833
_TITLE: Box = (_LEFT, 0.45, _WIDE, 1.0)
_BODY: Box = (_LEFT, 1.75, _WIDE, 4.85)
_FOOT: Box = (_LEFT, 6.9, 9.5, 0.35)
_NUMBER: Box = (11.083, 6.9, 1.5, 0.35)
_TYPES = {Look.COVER: "title", Look.SECTION: "secHead", Look.POINTS: "obj", Look.TABLE: "tbl"}


def build(path: Path) -> None:
    """Write the template: python-pptx's own, with every slide part's content replaced by ours."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    made.part._element.find(qn("p:sldSz")).attrib.pop("type", None)
    layouts = list(made.slide_layouts)
    for layout in layouts[len(Look) :]:
        made.slide_layouts.remove(layout)
    _master(made)
    for layout, look in zip(layouts, Look, strict=False):
        _layout(layout, look)
    _themes(made)
    for key, relation in list(made.part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            del made.part.rels._rels[key]
    for key, relation in list(made.part.package._rels.items()):
        if relation.reltype.endswith(("/thumbnail", "/extended-properties")):
            del made.part.package._rels._rels[key]
    made.core_properties.author = made.core_properties.last_modified_by = "娘家人"
    made.core_properties.title, made.core_properties.language = "娘家人幻灯片模板", "zh-CN"
    replace(path, made.save)


def _emu(inches: float) -> int:
    return round(inches * 914_400)


def _area(box: Box) -> str:
    left, top, wide, high = map(_emu, box)
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'


def _holder(
    key: int, name: str, place: str, box: Box, text: str, anchor: str = "t", levels: str = "", field: str = ""
) -> str:
    """A placeholder: its id, name, the attributes of its p:ph, where it stands, its prompt and how its text is set."""
    said = (
        f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="{field}"><a:rPr lang="zh-CN"/><a:t>‹#›</a:t></a:fld>'
        if field
        else f'<a:r><a:rPr lang="zh-CN"/><a:t>{text}</a:t></a:r>'
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{key}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {place}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_area(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:normAutofit/></a:bodyPr>'
        f"<a:lstStyle>{levels}</a:lstStyle><a:p>{said}</a:p></p:txBody></p:sp>"
    )


def _shape(key: int, name: str, box: Box, colour: str, text: str = "") -> str:
    """A coloured rectangle of the background, with a short word on it or none."""
    said = (
        f'<a:p><a:pPr algn="ctr"/><a:r><a:rPr lang="zh-CN" sz="1600" b="1"><a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:rPr><a:t>{text}</a:t></a:r></a:p>'
        if text
        else '<a:p><a:endParaRPr lang="zh-CN"/></a:p>'
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{key}" name="{name}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{_area(box)}'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/>{said}</p:txBody></p:sp>'
    )


def _level(
    size: int, colour: str = "", bold: bool = False, bullet: bool = False, align: str = "l", number: int = 1
) -> str:
    """How text of one level is set: with a bullet that hangs, or flush."""
    hang = 'marL="342900" indent="-342900"' if bullet else 'marL="0" indent="0"'
    sign = (
        '<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buFont typeface="Arial"/><a:buChar char="•"/>'
        if bullet
        else "<a:buNone/>"
    )
    fill = f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>' if colour else ""
    return (
        f'<a:lvl{number}pPr {hang} algn="{align}"><a:lnSpc><a:spcPct val="110000"/></a:lnSpc><a:spcBef><a:spcPts val="600"/></a:spcBef>{sign}'
        f'<a:defRPr sz="{size * 100}" b="{int(bold)}">{fill}</a:defRPr></a:lvl{number}pPr>'
    )


def _tree(shapes: list[str], background: str) -> str:
    return (
        f'<p:bg><p:bgPr><a:solidFill><a:schemeClr val="{background}"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/>'
        '<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
        f"{''.join(shapes)}</p:spTree>"
    )


def _feet(colour: str = "") -> list[str]:
    return [
        _holder(90, "页脚", 'type="ftr" sz="quarter" idx="11"', _FOOT, "页脚", "ctr", _level(12, colour or "tx1")),
        _holder(
            91,
            "页码",
            'type="sldNum" sz="quarter" idx="12"',
            _NUMBER,
            "",
            "ctr",
            _level(12, colour or "tx1", align="r"),
            "slidenum",
        ),
    ]


def _content(element: Any, shapes: list[str], background: str, name: str = "") -> None:
    called = f' name="{name}"' if name else ""
    fresh = parse_xml(f"<p:cSld{called} {nsdecls('p', 'a', 'r')}>{_tree(shapes, background)}</p:cSld>")
    element.replace(element.find(qn("p:cSld")), fresh)


def _master(made: Any) -> None:
    element = made.slide_master._element
    shapes = [
        _holder(2, "标题", 'type="title"', _TITLE, "标题", "b"),
        _holder(3, "正文", 'type="body" idx="1"', _BODY, "正文"),
        *_feet(),
    ]
    _content(element, shapes, "bg1")
    fonts = {
        kind: f'<a:latin typeface="+{kind}-lt"/><a:ea typeface="+{kind}-ea"/><a:cs typeface="+{kind}-cs"/>'
        for kind in ("mj", "mn")
    }

    def told(level: str, kind: str) -> str:
        return level.replace("</a:defRPr>", f"{fonts[kind]}</a:defRPr>")

    body = "".join(told(_level(max(24 - 2 * (n - 1), 18), "tx1", bullet=True, number=n), "mn") for n in range(1, 6))
    other = "".join(told(_level(18, "tx1", number=n), "mn") for n in range(1, 6))
    styles = parse_xml(
        f"<p:txStyles {nsdecls('p', 'a')}><p:titleStyle>{told(_level(32, 'accent1', True), 'mj')}</p:titleStyle>"
        f"<p:bodyStyle>{body}</p:bodyStyle><p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )
    element.replace(element.find(qn("p:txStyles")), styles)


def _layout(layout: Any, look: Look) -> None:
    element = layout._element
    for name in ("type", "preserve", "userDrawn"):
        element.attrib.pop(name, None)
    if look in _TYPES:
        element.set("type", _TYPES[look])
    element.set("preserve", "1")
    _content(element, _SHAPES[look](), {Look.COVER: "accent1", Look.SECTION: "bg2"}.get(look, "bg1"), str(look))


def _title(box: Box = _TITLE, kind: str = "title", anchor: str = "b", levels: str = "") -> str:
    return _holder(2, "标题", f'type="{kind}"', box, "单击添加标题", anchor, levels)


def _cover() -> list[str]:
    return [
        _shape(10, "底边", (0, 6.75, WIDTH, 0.75), "tx2"),
        _shape(11, "细线", (1.2, 4.35, 1.6, 0.06), "bg2"),
        _title((1.2, 1.7, 10.9, 2.4), "ctrTitle", "b", _level(44, "bg1", True)),
        _holder(3, "副题", 'type="subTitle" idx="1"', (1.2, 4.65, 10.9, 1.7), "单击添加副题", "t", _level(24, "bg1")),
    ]


def _section() -> list[str]:
    return [
        _shape(10, "左边", (0, 0, 0.35, HEIGHT), "accent1"),
        _title((1.2, 2.2, 10.9, 1.6), levels=_level(40, "accent1", True)),
        _holder(3, "提要", 'type="body" idx="1"', (1.2, 4.1, 10.9, 2.2), "单击添加提要", "t", _level(24, "tx1")),
        *_feet(),
    ]


def _rule() -> str:
    return _shape(10, "细线", (_LEFT, 1.53, _WIDE, 0.03), "accent1")


def _points() -> list[str]:
    return [_rule(), _title(), _holder(3, "要点", 'idx="1"', _BODY, "单击添加要点"), *_feet()]


def _table() -> list[str]:
    return [
        _rule(),
        _title(),
        _holder(
            3, "提要", 'type="body" sz="quarter" idx="1"', (_LEFT, 1.66, _WIDE, 0.72), "单击添加提要", "ctr", _level(18)
        ),
        _holder(4, "表格", 'type="tbl" idx="13"', (_LEFT, 1.8, _WIDE, 4.85), "单击添加表格", "t", _level(18)),
        *_feet(),
    ]


def _panel(word: str, colour: str) -> list[str]:
    """A layout with a word before its title and its text on a tinted panel."""
    return [
        _shape(10, "标签", (_LEFT, 0.93, 1.05, 0.5), colour, word),
        _shape(11, "衬底", (_LEFT, 1.65, _WIDE, 5.0), "bg2"),
        _shape(12, "衬底左边", (_LEFT, 1.65, 0.09, 5.0), colour),
        _title((_LEFT + 1.25, 0.35, _WIDE - 1.25, 1.1), anchor="b", levels=_level(32, "tx1", True)),
        _holder(3, "正文", 'idx="1"', (_LEFT + 0.45, 1.9, _WIDE - 0.9, 4.5), "单击添加正文", "t", _level(24, "tx1")),
        *_feet(),
    ]


def _listed() -> list[str]:
    return [_rule(), _title(), _holder(3, "出处", 'idx="1"', _BODY, "单击添加出处", "t", _level(18, "tx1")), *_feet()]


_SHAPES = {
    Look.COVER: _cover,
    Look.SECTION: _section,
    Look.POINTS: _points,
    Look.TABLE: _table,
    Look.CASE: lambda: _panel(str(Look.CASE), "accent2"),
    Look.QUIZ: lambda: _panel(str(Look.QUIZ), "accent4"),
    Look.SOURCES: _listed,
}


def _themes(made: Any) -> None:
    """Put our colours and fonts into the themes of the slides and of the notes; the notes' picture becomes 16:9."""
    for master in (made.slide_master, made.notes_master):
        for relation in master.part.rels.values():
            if relation.reltype.endswith("/theme"):
                _theme(relation.target_part)
    for shape in made.notes_master.placeholders:
        if "IMAGE" in str(shape.placeholder_format.type):
            shape.left, shape.top, shape.width, shape.height = (Inches(n) for n in (0.75, 0.75, 6.0, 3.375))


def _theme(part: Any) -> None:
    theme = parse_xml(part.blob)
    theme.set("name", "娘家人")
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    scheme.set("name", "娘家人")
    for colour in scheme:
        colour.clear()
        key = colour.tag.split("}")[1]
        colour.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{COLOURS[key]}"/>'))
    for kind in ("a:majorFont", "a:minorFont"):
        fonts = theme.find(f".//{qn(kind)}")
        fonts.find(qn("a:latin")).set("typeface", LATIN)
        fonts.find(qn("a:ea")).set("typeface", CHINESE)
        for font in fonts.findall(qn("a:font")):
            if font.get("script") == "Hans":
                font.set("typeface", CHINESE)
    if hasattr(part, "_element"):
        part._element = theme
    else:
        from lxml import etree

        part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


if __name__ == "__main__":
    build(TEMPLATE)
