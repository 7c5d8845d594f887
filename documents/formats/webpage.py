"""Find the main text of a web page among menus, share bars and lists of other pages; what holds much text is never dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NEVER = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "iframe",
        "frame",
        "object",
        "embed",
        "applet",
        "svg",
        "canvas",
        "audio",
        "video",
        "map",
        "select",
        "textarea",
        "button",
        "option",
        "datalist",
        "input",
    ]
)
_ASIDE = frozenset(["nav", "footer", "aside", "header", "menu", "dialog"])
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav|navi|navbar|navigation|menu|submenu|crumbs?|breadcrumbs?|mbx|dqwz|wz|location|position|share|sharing|bdsharebuttonbox|jiathis"
    r"|social|print|printer|toolbar|tools|header|footer|foot|bottom|copyright|sidebar|aside|pagination|pager|page-?nav|prev|next|prenext"
    r"|related|relation|recommend|hot|rank|qrcode|ewm|erweima|login|search|topbar|banner|fontsize|gotop|totop|advert|ads?|comments?)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_INNER_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:crumbs?|breadcrumbs?|mbx|dqwz|share|sharing|bdsharebuttonbox|jiathis|print|printer|pagination|prev|next|prenext"
    r"|related|recommend|qrcode|ewm|erweima|fontsize)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# Where content systems of Chinese government sites put the text, the surest first.
_CONTAINERS = (
    re.compile(r"^(?:UCAP-CONTENT|TRS_Editor|TRS_UEDITOR.*|vsb_content\S*|v_news_content|articleBody)$", re.IGNORECASE),
    re.compile(
        r"^(?:zoom|zoomcon|article|(?:article|pages|news|xxgk|info|detail|text|main|con|art|doc|post|entry)[-_]?(?:content|con|body|text|main|txt)"
        r"|content[-_]?(?:text|main|body|detail|con|txt)|custom_unionstyle|ivs_content|nr|zhengwen|zw|fontzoom|print-?content|print-?area)$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?:content|contents|main|container-content|detail|view|article-?box)$", re.IGNORECASE),
)
# How much of the page's words, links not counted, such a container must hold to be the text; the last for <article> and <main>.
_MOST = (0.15, 0.4, 0.6, 0.5)
_WHOLE = 0.9
_LITTLE = 120
_FEW_LINKS = 0.05
_TEXT_TAGS = frozenset(["p", "h1", "h2", "h3", "table", "tbody", "tr", "td", "th", "li", "body", "html"])
_PART = 0.3
_CHINESE = re.compile(r"[\u3400-\u9fff\w]")
_FACTS = re.compile(r"发文字号|文\s*号\s*[：:]|索\s*引\s*号|发文机关|成文日期")
_FACTS_LENGTH = 800
_SITE = re.compile(
    r"\s*(?:[_|｜–—]|\s-\s|-(?=[^-]{0,30}(?:网|政府|人民政府|工会|总工会|办公厅|人社|局|厅|委)[^-]{0,6}$)).*$"
)


def title_of(root: Any) -> str:
    """Return what the page is called: by its editor's mark, else by its title without the site's name."""
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() == "articletitle" and (text := _tidy(meta.get("content") or "")):
            return text
    for element in root.iter("title"):
        if text := _tidy("".join(element.itertext())):
            return _SITE.sub("", text) or text
    return ""


def remove_furniture(root: Any) -> None:
    """Take scripts, menus, share bars and what is hidden out of the tree, but nothing that holds much of the page's text."""
    for element in list(root.iter(*_NEVER)):
        _drop(element)
    words = _words(root)
    total = words.get(root, 0)
    stack = [(root, False)]
    while stack:
        element, inside = stack.pop()
        if element is not root and _is_aside(element, words.get(element, 0), total, inside):
            _drop(element)
        else:
            inside = inside or element.tag == "article" or any(_names_text(element, tier) for tier in (0, 1))
            stack += [(child, inside) for child in element]


def content_of(root: Any) -> tuple[Any, bool, list[Any]]:
    """Find the element that holds the text.

    Returns it, whether it is surely the text alone, and what stands outside it and belongs to it: the heading, and the table
    of 发文字号 and the like.
    """
    words = _words(root)
    body = next(root.iter("body"), root)
    total = words.get(body, 0)
    content, sure = _known(body, words, total) or _densest(body, words)
    if content is body:
        linked = sum(_count("".join(link.itertext())) for link in body.iter("a"))
        return body, sure or linked <= _FEW_LINKS * total, []
    inside = set(content.iter())
    return content, sure, [part for part in _belongings(body) if part not in inside and content not in set(part.iter())]


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _legal(text: str) -> str:
    """Drop what the parser lets into a text but does not take back: control signs and half characters."""
    return _ILLEGAL.sub("", text)


def _drop(element: Any) -> None:
    """Remove an element, but not the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = _legal((parent.text or "") + element.tail)
        else:
            before.tail = _legal((before.tail or "") + element.tail)
    parent.remove(element)


def _words(root: Any) -> dict[Any, int]:
    """Count each element's Chinese signs and word signs that are in no link."""
    counts: dict[Any, int] = {}
    order = list(root.iter())
    for element in reversed(order):  # children come before their parents
        own = counts.get(element, 0)
        own = 0 if element.tag == "a" else own + _count(element.text)
        counts[element] = own
        parent = element.getparent()
        if parent is not None and element is not root:
            counts[parent] = counts.get(parent, 0) + own + _count(element.tail)
    return counts


def _count(text: str | None) -> int:
    return len(_CHINESE.findall(text)) if text else 0


def _is_aside(element: Any, words: int, total: int, inside: bool) -> bool:
    """Whether an element is furniture; `inside` the text's own container a paper's foot or head may be called so."""
    if words > _PART * total and words > 0:
        return False
    if element.tag in _ASIDE:
        return not (inside and element.tag in ("header", "footer"))
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return True
    if element.tag in _TEXT_TAGS or words > _LITTLE:
        return False
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return (_INNER_FURNITURE if inside else _FURNITURE).search(named) is not None


def _names_text(element: Any, tier: int) -> bool:
    names = [*(element.get("class") or "").split(), element.get("id") or "", element.get("itemprop") or ""]
    return any(_CONTAINERS[tier].match(name) for name in names if name)


def _known(body: Any, words: dict[Any, int], total: int) -> tuple[Any, bool] | None:
    """The element that a content system marks as the text, where it holds most of the page's words."""
    named: list[list[Any]] = [[] for _ in range(len(_CONTAINERS) + 1)]
    for element in body.iter():
        for tier in range(len(_CONTAINERS)):
            if _names_text(element, tier):
                named[tier].append(element)
        if element.tag in ("article", "main") or element.get("role") == "main":
            named[-1].append(element)
    for most, tier_elements in zip(_MOST, named, strict=True):
        best = max(tier_elements, key=lambda element: words.get(element, 0), default=None)
        if best is not None and words.get(best, 0) >= max(1, most * total):
            best = _with_siblings(best, tier_elements, words)
            return best, best is not body
    return None


def _with_siblings(best: Any, tier: list[Any], words: dict[Any, int]) -> Any:
    """Go up while others that are marked the same stand beside it with text of their own: the text is in several pieces."""
    others = [element for element in tier if element is not best and words.get(element, 0) > _LITTLE]
    own = set(best.iter())
    while (parent := best.getparent()) is not None and any(element not in own for element in others):
        best = parent
        own = set(best.iter())
    return best


def _densest(body: Any, words: dict[Any, int]) -> tuple[Any, bool]:
    """Go down as long as one child holds nearly all of the words."""
    element = body
    while True:
        most = max(element, key=lambda child: words.get(child, 0), default=None)
        if (
            most is None
            or most.tag in ("p", "tr", "tbody", "span", "font", "a", "ul", "ol")
            or words.get(element, 0) == 0
        ):
            return _whole_table(element, body), element is not body
        if words.get(most, 0) < _WHOLE * words.get(element, 0):
            return _whole_table(element, body), element is not body
        element = most


def _whole_table(element: Any, body: Any) -> Any:
    """A row or the like has no sense without its table."""
    while element is not body and element.tag in (
        "tr",
        "tbody",
        "thead",
        "tfoot",
        "li",
        "dl",
        "dt",
        "dd",
        "b",
        "strong",
    ):
        element = element.getparent()
    return element


def _belongings(body: Any) -> Iterator[Any]:
    for element in body.iter("h1", "table", "ul", "dl"):
        if element.tag == "h1":
            if len(_tidy("".join(element.itertext()))) <= _LITTLE:
                yield element
        elif _FACTS.search(text := _tidy("".join(element.itertext()))) and len(text) <= _FACTS_LENGTH:
            yield element
