"""The comparison as a paper."""

from __future__ import annotations

from rag.desk.compare.model import Matrix
from rag.desk.paper import Paper


def matrix_paper(matrix: Matrix) -> Paper:
    """Lay out a matrix."""
    raise NotImplementedError(matrix)
