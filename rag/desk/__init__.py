"""desk: what a union cadre takes away: lessons, comparisons, clause checks, written as docx, pptx, xlsx and md.

It is made out of the core, which never imports it. `Paper` and `Deck` are what is written; `rag.desk.write` writes them.
"""

from rag.desk.errors import BadWish, DeskError, UnreadablePack
from rag.desk.paper import Deck, Paper, Said, Source, Sources

__all__ = ["BadWish", "Deck", "DeskError", "Paper", "Said", "Source", "Sources", "UnreadablePack"]
