"""The nouns of a plan comparison: what is wished for, rows of papers, cells of cited points and figures, the matrix."""

from __future__ import annotations

from dataclasses import dataclass

from documents.model import Level
from rag.model import Citation

SAYS_NOTHING = "材料里没有写到"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be compared: places and parts of papers' titles (one of both at least), topics, first and last year."""

    places: tuple[str, ...]
    papers: tuple[str, ...]
    topics: tuple[str, ...]
    years: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it was asked for, and what it is looked for by: each needle is words that must all stand in a clause.

    `known` names the vocabulary's topic that it was taken as; empty for words that the vocabulary does not hold.
    """

    asked: str
    known: str
    needles: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One paper's part on one place and year; `nature` is 安排, 总结, 报告, 报道 or 制度."""

    document_id: str
    place: str
    year: int | None
    title: str
    level: Level
    nature: str
    alike: bool = False

    @property
    def name(self) -> str:
        """The row shortly: 江苏2023年安排, 大连2019年总结, 黑龙江（2024年报道）; with the title where another row is `alike`."""
        return f"{self._bare}《{self.title}》" if self.alike and self.year else self._bare

    @property
    def _bare(self) -> str:
        if self.level is Level.NEWS:
            return f"{self.place}（{self.year}年报道）" if self.year else f"{self.place}（报道）"
        return f"{self.place}{self.year}年{self.nature}" if self.year else f"{self.place}《{self.title}》"


@dataclass(frozen=True, slots=True)
class Point:
    """Whole words of a provision on the topic, with their citation; 「……」 stands where words between were left out."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written (180余万) with its unit (人次), the clause it stands in, its year and what kind of number it is.

    `period` is the time that the words name (五年来, 截至2023年底); `kind` is 目标, 已完成, 累计, or empty where the words do not say.
    """

    amount: str
    unit: str
    what: str
    year: int | None
    kind: str
    citation: Citation
    period: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one row says on one topic; nothing where it says nothing."""

    points: tuple[Point, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def says(self) -> bool:
        """Whether the row says anything on the topic."""
        return bool(self.points)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of papers by topics, `cells` row by row.

    `lacking`: for each topic the rows that say nothing; `own`: topic and place where only one of several places says something;
    `missing`: a sentence for each place or paper that could not be a row; `silent`: further papers of chosen places that say
    nothing on any topic.
    """

    wish: Wish
    rows: tuple[Row, ...]
    topics: tuple[Topic, ...]
    cells: tuple[tuple[Cell, ...], ...]
    lacking: tuple[tuple[Row, ...], ...]
    own: tuple[tuple[Topic, str], ...]
    missing: tuple[str, ...]
    silent: tuple[Row, ...]
    library_digest: str

    def column(self, number: int) -> tuple[Cell, ...]:
        """The cells of one topic, by row; topics are counted from 0."""
        return tuple(cells[number] for cells in self.cells)
