"""understand: reads a question. Public: `understand`."""

from rag.understand.question import understand

__all__ = ["understand"]
