"""Permanent links: the address of a document in the reader, and the anchors of its provisions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from index.chunk import Chunk

READER = "/doc/"
_SPACE = re.compile(r"[\s\x00-\x1f]+")
_UNNAMED = "条文"


def document_link(document_id: str, anchor: str = "") -> str:
    """Return the address of a document, or of a provision in it; any character of an id survives in it."""
    address = READER + quote(document_id, safe="", errors="replace")
    return f"{address}#{quote(anchor, safe='', errors='replace')}" if anchor else address


def anchors(chunks: Sequence[Chunk]) -> list[str]:
    """Name the provisions of a document in its page: by article label, `~2`, `~3` where a label comes again.

    Parameters: the first chunks of all its provisions, in order. Returns one distinct name each, without spaces.
    """
    taken: set[str] = set()
    names = []
    for chunk in chunks:
        label = _SPACE.sub("-", chunk.provision.article.strip()) or _UNNAMED
        name, number = label, 1
        while name in taken:
            number += 1
            name = f"{label}~{number}"
        taken.add(name)
        names.append(name)
    return names


def provision_link(chunks: Sequence[Chunk], provision_id: str) -> str:
    """Return the address of a provision of a document.

    Parameters: the first chunks of all its provisions; the provision's id. Returns the document's own address where it has no such provision.
    """
    for chunk, name in zip(chunks, anchors(chunks), strict=True):
        if chunk.provision.id == provision_id:
            return document_link(chunk.card.id, name)
    return document_link(chunks[0].card.id) if chunks else READER
