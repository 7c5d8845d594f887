"""compare: plans of places and years by topic, as a matrix of cited cells.

`make_matrix` fills it from the index's plans, `matrix_paper` lays it out for the writers. It scores by `rag.plans`, as the chat's tables do.
"""

from rag.desk.compare.matrix import make_matrix
from rag.desk.compare.model import Cell, Figure, Matrix, Point, Row, Topic, Wish
from rag.desk.compare.paper import matrix_paper
from rag.desk.compare.rows import known_rows
from rag.desk.compare.topics import vocabulary

__all__ = [
    "Cell",
    "Figure",
    "Matrix",
    "Point",
    "Row",
    "Topic",
    "Wish",
    "known_rows",
    "make_matrix",
    "matrix_paper",
    "vocabulary",
]
