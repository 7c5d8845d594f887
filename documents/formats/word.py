"""Read Word files (docx): what stands on the page, in order, with the labels and notes that Word writes by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from documents.errors import UnreadableFile
from documents.formats.extract import Extract
from documents.formats.lines import UNKNOWN_SIGN, Line, body_text, clean_lines, raise_digits, sign
from documents.formats.numbering import (
    Numbering,
    Style,
    W,
    is_on,
    read_numbering,
    read_style,
    shown,
    value,
    write_number,
)
from documents.formats.ooxml import OFFICE_RELATIONSHIPS, Package, kind_of, local, open_package, whole
from documents.formats.tables import table_lines

_MAX_DEPTH = 24
_MAX_SPAN = 64
_MAX_COLUMNS = 512
_SEEN_THROUGH = frozenset(["sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "Choice", "Fallback"])
_GONE = frozenset(["del", "moveFrom"])
_SILENT = frozenset(
    ["pPr", "delText", "delInstrText", "rt", "rubyPr", "sdtPr", "sdtEndPr", "fldData", "oMathParaPr", "rPr"]
)
_LITERAL = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DROPPED = {
    "revisions": "文件里有修订痕迹：新增的文字已收入，删去的文字没有收入，请与定稿核对。",
    "comments": "批注没有收入。",
    "hidden": "隐藏的文字没有收入。",
    "contents": "目录没有收入。",
    "graphics": "示意图或图表里的字没有收入。",
    "embedded": "嵌入的其他文件没有收入。",
    "struck": "有加了删除线的文字，已照录，请核对是否有效。",
    "signs": f"有认不出的符号，写作“{UNKNOWN_SIGN}”，请核对。",
}
_CIRCLED_FIELD = re.compile(
    r"\s*eq\s+\\o(?:\\a[clrd])?\s*\((?P<under>.*),(?P<text>[^,]*)\)\s*$", re.IGNORECASE | re.DOTALL
)


def read_docx(path: Path) -> Extract:
    """Read a Word file; one that is something else by its bytes is read as what it is.

    Returns its text. Raises UnreadableFile where it is broken, locked, hostile or has no text.
    """
    if (kind := kind_of(path)) != "zip":
        from documents.formats.office import read_disguised

        return read_disguised(path, kind)
    with open_package(path) as package:
        if package.has("content.xml") and package.has("mimetype"):
            from documents.formats.office import read_disguised

            return read_disguised(path, "odf")
        return _Reader(package, package.main_part("word")).read()


@dataclass(slots=True)
class _Inline:
    """A paragraph's own text, the notes it refers to and the text boxes that hang on it."""

    text: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """The walk over one document; `lost` counts what was met and not kept."""

    package: Package
    main: str
    styles: dict[str, Style] = field(default_factory=dict)
    default_style: str = ""
    numbering: Numbering = field(default_factory=Numbering)
    notes: dict[tuple[str, str], Any] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    title: str = ""
    pending: str = ""  # a paragraph whose end was deleted: it goes on in the next one
    noted: int = 0

    def read(self) -> Extract:
        root = self.package.xml(self.main)
        body = root.find(W + "body") if root is not None else None
        if body is None:
            raise UnreadableFile(f"「{self.package.name}」里没有正文，不是完整的 Word 文档。请重新取得或另存这个文件。")
        self._read_styles()
        for kind in ("footnote", "endnote"):
            for part in self.package.related(self.main, f"{kind}s"):
                notes = self.package.xml(part)
                for note in notes.iterfind(W + kind) if notes is not None else ():
                    self.notes[kind, note.get(W + "id", "")] = note
        lines = list(self._blocks(body, 0))
        text = body_text(lines)
        if not re.search(r"\w", text):
            raise UnreadableFile(self._nothing())
        if UNKNOWN_SIGN in text:
            self.lost["signs"] += 1
        return Extract(text, title=self.title or self.package.title(), notes=self._remarks())

    def _nothing(self) -> str:
        if self.lost["pictures"]:
            return f"「{self.package.name}」里只有图片，没有文字。请另存为 PDF 再加，图片里的字会用文字识别来读。"
        return f"「{self.package.name}」里没有文字，没有收入。请检查是不是给错了文件。"

    def _remarks(self) -> tuple[str, ...]:
        remarks = [remark for key, remark in _DROPPED.items() if self.lost[key]]
        if count := self.lost["pictures"]:
            remarks.append(f"有 {count} 张图片，图片里的字没有收入。")
        return tuple(remarks)

    # Styles and lists

    def _read_styles(self) -> None:
        found: dict[str, Any] = {}
        for part in self.package.related(self.main, "styles")[:1]:
            root = self.package.xml(part)
            for style in root.iterfind(W + "style") if root is not None else ():
                found[style.get(W + "styleId", "")] = style
                if style.get(W + "type") == "paragraph" and is_on(style.get(W + "default", "0")):
                    self.default_style = style.get(W + "styleId", "")
        self.styles = {style_id: read_style(found, style_id) for style_id in found}
        for part in self.package.related(self.main, "numbering")[:1]:
            lists = {style_id: style.list_id for style_id, style in self.styles.items() if style.list_id}
            self.numbering = read_numbering(self.package.xml(part), lists)

    def _label(self, properties: Any, style_id: str, style: Style) -> str:
        own = properties.find(W + "numPr") if properties is not None else None
        list_id = value(own, "numId", style.list_id)
        if list_id in ("", "0"):
            return ""
        level = whole(value(own, "ilvl"), -1)
        if level < 0:
            level = self.numbering.style_levels.get((self.numbering.lists.get(list_id, ""), style_id), style.list_level)
        return self.numbering.label(list_id, max(level, 0))

    # Blocks: paragraphs and tables

    def _children(self, parent: Any, wanted: tuple[str, ...]) -> Iterator[Any]:
        """Give the children of these names, also those in wrappers that do not show (content controls, insertions)."""
        stack = [iter(parent)]
        while stack:
            for child in stack[-1]:
                name = local(child)
                if name in wanted:
                    yield child
                elif (inner := self._inside(child, name)) is not None:
                    stack.append(iter(inner))
                    break
            else:
                stack.pop()

    def _inside(self, child: Any, name: str) -> Any:
        """What to look into for the content of a wrapper; None where it does not show."""
        if name == "AlternateContent":
            return _chosen(child)
        if name in _GONE or name in ("ins", "moveTo"):
            self.lost["revisions"] += 1
        if name == "sdt" and "Table of Contents" in value(child.find(f"{W}sdtPr/{W}docPartObj"), "docPartGallery"):
            self.lost["contents"] += 1
            return None
        if name in ("altChunk", "subDoc"):
            self.lost["embedded"] += 1
        return child if name in _SEEN_THROUGH else None

    def _blocks(self, parent: Any, depth: int) -> Iterator[Line]:
        if depth > _MAX_DEPTH:
            raise UnreadableFile(
                f"「{self.package.name}」里的表格或文本框套了 {_MAX_DEPTH} 层以上，读不了。请用 Word 或 WPS 另存为 PDF 再加。"
            )
        outside, self.pending = self.pending, ""
        for block in self._children(parent, ("p", "tbl")):
            yield from self._paragraph(block, depth) if local(block) == "p" else self._table(block, depth)
        if self.pending:
            yield from clean_lines(Line(self.pending))
        self.pending = outside

    def _paragraph(self, paragraph: Any, depth: int) -> Iterator[Line]:
        properties = paragraph.find(W + "pPr")
        style_id = value(properties, "pStyle", self.default_style)
        style = self.styles.get(style_id, Style())
        inline = self._inline(paragraph, style.hidden)
        text = "".join(inline.text)
        mark = properties.find(W + "rPr") if properties is not None else None
        if re.match(r"toc \d", style.name):
            self.lost["contents"] += 1
            return
        goes_on = _ends_in_next(properties, mark)
        if text.strip() or not (style.hidden or goes_on):
            label = self._label(properties, style_id, style)
            text = label + text if text.strip() else text
        text, self.pending = self.pending + text, ""
        if goes_on:
            self.pending = text
        elif text.strip():
            yield from self._line(text, style, properties)
        for kind, note_id in inline.notes:
            yield from self._note(kind, note_id)
        for box in inline.boxes:
            yield from self._blocks(box, depth + 1)

    def _line(self, text: str, style: Style, properties: Any) -> Iterator[Line]:
        if style.name == "title" and not self.title:
            self.title = " ".join(text.split())
        own = value(properties, "outlineLvl")
        level = style.level if not own else whole(own, 9) + 1
        yield from clean_lines(Line(text, level if 0 < level <= 9 else 0))

    def _note(self, kind: str, note_id: str) -> Iterator[Line]:
        note = self.notes.get((kind, note_id))
        if note is None:
            return
        self.noted += 1
        parts = ["".join(self._inline(part, False).text) for part in note.iter(W + "p")]
        if text := " ".join(" ".join(parts).split()):
            yield Line(f"〔注{self.noted}：{text}〕")

    # Tables

    def _table(self, table: Any, depth: int) -> Iterator[Line]:
        rows: list[list[str]] = []
        columns: list[Line] = []  # the same, unsquashed, for a table that is but a frame: one column has all the text
        single, header = True, 0
        for row in self._children(table, ("tr",)):
            properties = row.find(W + "trPr")
            if shown(properties, "del") or shown(properties, "hidden"):
                self.lost["revisions" if shown(properties, "del") else "hidden"] += 1
                continue
            self.lost["revisions"] += shown(properties, "ins")
            header += shown(properties, "tblHeader") and header == len(rows)
            cells = [""] * min(whole(value(properties, "gridBefore"), 0), _MAX_SPAN)
            filled = 0
            for cell in self._children(row, ("tc",)):
                lines = list(self._blocks(cell, depth + 1))
                filled += bool(lines)
                if single:
                    columns += lines
                self._add_cell(cells, cell, "\n".join(line.text for line in lines), rows[-1] if rows else [])
            single = single and filled < 2
            rows.append(cells)
        yield from columns if single else (Line(text) for text in table_lines(rows, header))

    def _add_cell(self, cells: list[str], cell: Any, text: str, above: list[str]) -> None:
        """Write a cell in each place that it covers."""
        properties = cell.find(W + "tcPr")
        merged = properties.find(W + "vMerge") if properties is not None else None
        place = len(cells)
        if merged is not None and merged.get(W + "val", "continue") == "continue" and not text.strip():
            text = above[place] if place < len(above) else ""
        beside = properties.find(W + "hMerge") if properties is not None else None
        if beside is not None and beside.get(W + "val", "continue") == "continue" and not text.strip() and cells:
            text = cells[-1]
        span = max(1, min(whole(value(properties, "gridSpan"), 1), _MAX_SPAN, _MAX_COLUMNS - place))
        cells += [text] * span

    # Text inside a paragraph

    def _inline(self, paragraph: Any, hidden: bool) -> _Inline:
        found = _Inline()
        fields: list[_Field] = []
        stack: list[tuple[Any, str]] = [(child, "") for child in reversed(paragraph)]
        while stack:
            node, look = stack.pop()
            if isinstance(node, str):
                found.text.append(node)
                continue
            name = local(node)
            if name == "r":
                properties = node.find(W + "rPr")
                if hidden or self._is_hidden(properties):
                    self.lost["hidden"] += node.find(W + "t") is not None
                    continue
                self.lost["struck"] += shown(properties, "strike") or shown(properties, "dstrike")
                look = value(properties, "vertAlign")
            elif name in _GONE:
                self.lost["revisions"] += 1
                continue
            if name == "t" or name in _LITERAL or name == "sym":
                if all(begun.shows for begun in fields):
                    found.text.append(_written(node, name, look))
            elif name in ("fldChar", "instrText"):
                _count_field(fields, node, name, found.text)
            elif name not in _SILENT and self._met(node, name, found):
                stack += [(child, look) for child in self._opened(node, name)]
        return found

    def _is_hidden(self, properties: Any) -> bool:
        if properties is None:
            return False
        own = properties.find(W + "vanish")
        if own is not None:
            return is_on(own.get(W + "val", "1"))
        return self.styles.get(value(properties, "rStyle"), Style()).hidden

    def _met(self, node: Any, name: str, found: _Inline) -> bool:
        """Keep or count a node that is no text; returns whether to look inside it."""
        if name == "txbxContent":
            found.boxes.append(node)
        elif name in ("footnoteReference", "endnoteReference"):
            found.notes.append((name.removesuffix("Reference"), node.get(W + "id", "")))
        elif name == "textpath":  # old WordArt
            found.text.append(node.get("string", ""))
        elif name == "commentReference":
            self.lost["comments"] += 1
        elif name in ("blip", "imagedata"):
            self.lost["pictures"] += any(node.get(OFFICE_RELATIONSHIPS + key) for key in ("embed", "link", "id"))
        elif name in ("relIds", "chart"):
            self.lost["graphics"] += 1
        elif name in ("ins", "moveTo"):
            self.lost["revisions"] += 1
            return True
        else:
            return True
        return False

    def _opened(self, node: Any, name: str) -> list[Any]:
        """A node's children, the last first, with the signs that a formula shows by its layout."""
        if name == "AlternateContent":
            return [*reversed(_chosen(node))]
        inside = [*reversed(node)]
        if name == "num":
            return [")", *inside, "("]
        if name == "den":
            return [")", *inside, "/("]
        if name in ("sup", "sub") and local(node.getparent()) in ("sSup", "sSub", "sSubSup"):
            return [*inside, "^" if name == "sup" else "_"]
        if name == "object":
            self.lost["embedded"] += 1
        return inside


@dataclass(slots=True)
class _Field:
    """A field that has begun: its instruction so far, and whether its result has begun."""

    instruction: str = ""
    shows: bool = False


def _count_field(fields: list[_Field], node: Any, name: str, out: list[str]) -> None:
    """Follow the begin, separate and end of fields; those that draw their result themselves are written here."""
    kind = node.get(W + "fldCharType")
    if name == "instrText":
        if fields and not fields[-1].shows:
            fields[-1].instruction += node.text or ""
    elif kind == "begin":
        fields.append(_Field())
        if (box := node.find(f"{W}ffData/{W}checkBox")) is not None:
            out.append("☑" if shown(box, "checked" if box.find(W + "checked") is not None else "default") else "□")
    elif fields and kind == "separate":
        fields[-1].shows = True
    elif fields and kind == "end":
        ended = fields.pop()
        if not ended.shows and (match := _CIRCLED_FIELD.match(ended.instruction)):
            text = match["text"].strip()
            circled = match["under"].strip() in ("○", "◯", "〇") and text.isdecimal() and len(text) < 3
            out.append(write_number(int(text), "decimalEnclosedCircle") if circled else text)


def _written(node: Any, name: str, look: str) -> str:
    if name == "t":
        return raise_digits(node.text or "", look)
    if name == "sym":
        try:
            return sign(int(node.get(W + "char", ""), 16), node.get(W + "font", ""))
        except (ValueError, OverflowError):
            return UNKNOWN_SIGN
    return _LITERAL[name]


def _chosen(alternatives: Any) -> list[Any]:
    """The one of several renderings that is read: the first choice, else the fallback; never two of them."""
    return list(alternatives)[:1]


def _ends_in_next(properties: Any, mark: Any) -> bool:
    """Whether a paragraph's end was deleted or is hidden, or it is but the large first letter of the next one."""
    frame = properties.find(W + "framePr") if properties is not None else None
    large = frame is not None and frame.get(W + "dropCap", "none") != "none"
    return large or shown(mark, "del") or shown(mark, "vanish")
