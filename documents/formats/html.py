"""Read web pages: the main text of a government page without its menus, nothing fetched and nothing run."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from documents.errors import UnreadableFile
from documents.formats.extract import Extract
from documents.formats.lines import UNKNOWN_SIGN, Line, body_text
from documents.formats.webpage import content_of, remove_furniture, title_of
from documents.formats.webtext import Walk

MAX_BYTES = 30_000_000
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,30})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,30})""")
_LINE_FURNITURE = re.compile(
    r"(?:上一?[篇条页则]|下一?[篇条页则])(?:\s*[：:].*|(?:没有了|无)?)|[【\[（(]?\s*(?:打印(?:本页|本文|此页|文章)?|关闭(?:窗口|本页)?|收藏(?:本页)?"
    r"|返回(?:顶部|首页|列表)?|分享(?:到|至)?|纠错|放大|缩小)\s*[】\]）)]?[：:]?"
    r"|[【\[（(]?\s*字\s*[体号]\s*[：:]?[\s大中小A+\-\[\]【】（）()|｜]*[】\]）)]?|(?:您|你|当前|现在|所在)[您你的现在当前所]{0,6}位置\s*(?:是|为)?\s*[：:].*|首页\s*(?:>|》|»|›|/).*"
    r"|扫一扫.{0,24}|(?:浏览|点击|阅读|访问)(?:次数|量|数)\s*[：:]?\s*\d*\s*次?|版权所有.*|Copyright.*|.{0,20}ICP备.*|.{0,6}公网安备.*|网站地图"
    r"|相关(?:链接|文章|新闻|稿件|阅读|推荐)\s*[：:]?|微信|微博|QQ空间|朋友圈",
    re.IGNORECASE,
)
_FURNITURE_LENGTH = 80
_MOST_BAD = 0.02
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\ue000-\uf8ff]")


def read_html(path: Path) -> Extract:
    """Read a web page that was saved as html.

    Returns the main text. Raises UnreadableFile where it is too large, no page or has no text.
    """
    from lxml import etree

    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableFile(
            f"「{path.name}」有 {size / 1e6:.0f} MB，超过 {MAX_BYTES // 1_000_000} MB 的上限。请拆成几个文件，或另存为 txt 再加。"
        )
    text, doubt = decode_page(path.read_bytes(), path.name)
    # The parser gets bytes of one known encoding: what the page says of itself has been weighed above. huge_tree lifts the
    # limit of depth from 256 to 2,048 (pages that never close a <font>); every walk here is a loop.
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise UnreadableFile(f"「{path.name}」不是能读的网页。请在浏览器里打开，另存为“仅网页”再加。") from error
    if any(
        entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log
    ):  # it gave up, and its tree is cut off
        raise UnreadableFile(
            f"「{path.name}」里的内容套得太深，读不了。请在浏览器里打开，把正文复制到 txt 或 docx 再加。"
        )
    if root is None:
        raise _nothing(path)
    return _Page(path, root, doubt).read()


@dataclass(slots=True)
class _Page:
    """One page on its way to text; `lost` counts what was met and not kept."""

    path: Path
    root: Any
    doubt: str
    lost: Counter[str] = field(default_factory=Counter)

    def read(self) -> Extract:
        title = title_of(self.root)
        remove_furniture(self.root)
        content, sure, head = content_of(self.root)
        walk = Walk(self.lost)
        lines = [line for line in walk.lines(content) if not _is_furniture(line.text)]
        before = [line for part in head for line in walk.lines(part) if not _is_furniture(line.text)]
        before = [line for line in before if line.text not in {other.text for other in lines[:12]}]
        if title and not _says(title, [*before, *lines[:12]]):
            before.insert(0, Line(title))
        if not any(re.search(r"\w", line.text) for line in lines):
            raise _nothing(self.path)
        lines = [Line(line.text) if _bare(line.text) == _bare(title) else line for line in (*before, *lines)]
        return Extract(body_text(lines), title=title, notes=self._remarks(sure))

    def _remarks(self, sure: bool) -> tuple[str, ...]:
        remarks = [self.doubt] if self.doubt else []
        if not sure:
            remarks.append("没有认出网页的正文区域，收入的是整页文字，请删去无关的行。")
        if self.lost["deleted"]:
            remarks.append("标为删除的文字没有收入。")
        if self.lost["struck"]:
            remarks.append("有加了删除线的文字，已照录，请核对是否有效。")
        if self.lost["pictures"]:
            remarks.append(f"正文里有 {self.lost['pictures']} 张图片，图片里的字没有收入。")
        return tuple(remarks)


def decode_page(data: bytes, name: str) -> tuple[str, str]:
    """Decode a page by BOM, by UTF-8 where it is that, by what it says of itself, else by GB18030.

    Returns the text and a remark where some signs could not be read. Raises UnreadableFile where it is empty or binary.
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile(f"「{name}」是空文件，没有收入。")
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace").replace("\0", ""), ""
    data = data.removeprefix(codecs.BOM_UTF8)
    text = _decoded(data)
    bad = text.count("\ufffd")
    if bad + len(_NO_TEXT.findall(text)) > _MOST_BAD * len(text):
        raise UnreadableFile(
            f"「{name}」的文字编码认不出，或不是网页。请在浏览器里打开，另存为 UTF-8 的网页或 txt 再加。"
        )
    text = text.replace("\0", "").replace("\ufffd", UNKNOWN_SIGN)
    return text, f"有 {bad} 处文字编码有误，写作“{UNKNOWN_SIGN}”，请核对。" if bad else ""


def _decoded(data: bytes) -> str:
    encodings = ("utf-8", _stated(data), "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return min((data.decode(encoding, "replace") for encoding in encodings), key=lambda text: text.count("\ufffd"))


def _stated(data: bytes) -> str:
    """The encoding that a page states for itself, as Python calls it; GB18030 where it states none that is known."""
    match = _META.search(data[:8192]) or _XML.search(data[:400])
    name = match[1].decode("ascii").lower() if match else ""
    if name.startswith(("gb", "x-gbk", "cp936")) or not name:
        return "gb18030"
    try:
        info = codecs.lookup(name)
    except LookupError:
        return "gb18030"
    # Western encodings take any bytes at all, and a page in Chinese that states one is mistaken.
    return info.name if info.name.startswith(("utf", "big5", "hz", "euc", "shift", "iso2022")) else "gb18030"


def _is_furniture(text: str) -> bool:
    return len(text) <= _FURNITURE_LENGTH and _LINE_FURNITURE.fullmatch(text) is not None


def _says(title: str, lines: list[Line]) -> bool:
    return _bare(title) in _bare("".join(line.text for line in lines))


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _nothing(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"「{path.name}」里没有正文（可能要联网运行脚本才显示）。请在浏览器里打开，把正文复制到 txt 或 docx 再加。"
    )
