"""The comparison as a paper: what differs, the matrix, the figures, what one place alone has, what the library does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from documents.model import Check, Kind, Level
from rag.desk.compare.model import SAYS_NOTHING, Cell, Figure, Matrix, Row, Topic
from rag.desk.compare.topics import nearby
from rag.desk.paper import Block, Grid, Heading, Paper, Paragraph, Points, Said, Sources, Tone
from rag.model import RESTATED, Citation

# So many topics stand side by side on a landscape page and can still be read.
SIDE_BY_SIDE = 3
# More papers that say nothing are counted, and named in a part of their own.
FEW = 4
# A part that has no number is named by its heading, which can be long.
LONGEST_ARTICLE = 8
NOT_SAID = "没有写明"
_NARROW, _WIDE = 1.0, 2.6
_NATURES = {
    "安排": "那一年的工作安排",
    "总结": "那一年做了什么",
    "报告": "做了什么和打算做什么",
    "报道": "报道里说的情况和打算",
    "制度": "制度，不是某一年的安排",
}
_FIGURE_HEAD = ("地方", "主题", "数字", "单位", "时间", "目标还是完成", "原文怎么写", "出处")
_FIGURE_WIDTHS = (1.5, 1.0, 0.9, 0.6, 1.6, 1.0, 3.4, 1.3)
_CAVEAT = "数字照材料写，没有换算。各地的单位、年份和统计口径不同，不能直接相比，也不能相加；目标不是已经完成的数。"


def matrix_paper(matrix: Matrix, today: date | None = None) -> Paper:
    """Lay out a comparison for the writers, on landscape pages.

    Parameters: the matrix; the day it is written (today). Returns the paper, every statement of a plan with its sources.
    """
    sources = Sources()
    blocks = [
        Heading(1, "比的是哪些材料"),
        _papers(matrix),
        Heading(1, "差别在哪里"),
        Points(tuple(_differences(matrix, sources))),
        Heading(1, "逐项对照"),
        *_grids(matrix, sources),
        *_figures(matrix, sources),
        *_own(matrix, sources),
        *_lacking(matrix),
        *_missing(matrix),
    ]
    day = today or date.today()
    topics = "、".join(topic.asked for topic in matrix.topics)
    return Paper(
        title=f"工会女职工工作对照：{_listed([topic.asked for topic in matrix.topics], 4)}",
        subtitle=_listed(list(dict.fromkeys(row.place for row in matrix.rows)), 8),
        facts=(
            f"主题：{topics}",
            *([f"年份：{_span(matrix.wish.years)}"] if matrix.wish.years else []),
            f"制作日期：{day.isoformat()}；资料库版本：{matrix.library_digest[:12]}",
        ),
        blocks=tuple(blocks),
        sources=sources.listed,
        notes=tuple(_notes(matrix, day)),
        wide=True,
    )


def _papers(matrix: Matrix) -> Grid:
    """Which papers the rows are: what a row is called, the paper's title, its rank, year and nature."""
    rows = tuple(
        tuple(map(Said, (row.name, f"《{row.title}》", row.level, str(row.year or "没有年份"), _NATURES[row.nature])))
        for row in matrix.rows
    )
    return Grid(("简称", "材料", "层级", "年份", "说的是"), rows, (1.5, 4.5, 0.9, 0.8, 2.3), "材料")


def _differences(matrix: Matrix, sources: Sources) -> Iterator[Said]:
    """One sentence a topic: who says something, who gives figures, who says nothing."""
    for number, topic in enumerate(matrix.topics):
        cells = list(zip(matrix.rows, matrix.column(number), strict=True))
        having = [(row, cell) for row, cell in cells if cell.says]
        if not having:
            yield Said(f"{topic.asked}：所选的材料都没有写到。")
            continue
        words = f"{topic.asked}：{_names(row for row, _ in having)}写到了"
        if counted := [row for row, cell in having if cell.figures]:
            share = "都" if len(having) > 1 else ""
            words += f"，其中给出数字的是{_names(counted)}" if len(counted) < len(having) else f"，{share}给出了数字"
        if lacking := matrix.lacking[number]:
            few = len(lacking) <= FEW
            words += f"；{_names(lacking)}的材料里没有写到" if few else f"；其余{len(lacking)}份材料里没有写到"
        yield Said(f"{words}。", sources.numbers(cell.points[0].citation for _, cell in having))


def _grids(matrix: Matrix, sources: Sources) -> Iterator[Block]:
    """The matrix, as many topics side by side as can be read."""
    total = len(matrix.topics)
    count = -(-total // SIDE_BY_SIDE)
    for part in range(count):
        numbers = range(part * total // count, (part + 1) * total // count)
        topics = [matrix.topics[n] for n in numbers]
        rows = [
            (Said(_head(row), tone=Tone.STRONG), *(_said(cells[n], sources) for n in numbers))
            for row, cells in zip(matrix.rows, matrix.cells, strict=True)
        ]
        names = [topic.asked for topic in topics]
        yield Grid(("地方和材料", *names), tuple(rows), (_NARROW, *[_WIDE] * len(names)), "、".join(names))


def _said(cell: Cell, sources: Sources) -> Said:
    """A cell's points, a line each; a point of another source than the last has its number in its line."""
    if not cell.says:
        return Said(SAYS_NOTHING, tone=Tone.NOTE)
    numbers = [sources.number(point.citation) for point in cell.points]
    marks = [f"[{n}]" if n != numbers[-1] else "" for n in numbers]
    dot = "· " if len(cell.points) > 1 else ""
    lines = [f"{dot}{_stopped(point.text)}{mark}" for point, mark in zip(cell.points, marks, strict=True)]
    return Said("\n".join(lines), (numbers[-1],))


def _figures(matrix: Matrix, sources: Sources) -> Iterator[Block]:
    """All figures in one table, and for which topics they count different things."""
    rows = []
    mixed = []
    for number, topic in enumerate(matrix.topics):
        cells = [(row, cell) for row, cell in zip(matrix.rows, matrix.column(number), strict=True) if cell.figures]
        rows += [_figure(row, topic, figure, sources) for row, cell in cells for figure in cell.figures]
        if len(cells) > 1:
            mixed.append(_mixed(topic, cells, sources))
    yield Heading(1, "数字")
    if not rows:
        yield Paragraph((Said("所选材料在这些主题下没有写数字。"),))
        return
    yield Paragraph((Said(_CAVEAT, tone=Tone.WARNING),))
    if mixed:
        yield Points(tuple(mixed))
    yield Grid(_FIGURE_HEAD, tuple(rows), _FIGURE_WIDTHS, "数字")


def _figure(row: Row, topic: Topic, figure: Figure, sources: Sources) -> tuple[Said, ...]:
    texts = (
        row.name,
        topic.asked,
        figure.amount,
        figure.unit,
        _time(row, figure),
        figure.kind or NOT_SAID,
        figure.what,
    )
    article = figure.citation.article.rstrip("、")
    short = article if len(article) <= LONGEST_ARTICLE else f"{article[:LONGEST_ARTICLE]}……"
    cited = Said(short, (sources.number(figure.citation),))
    return (*(Said(text) for text in texts), cited)


def _time(row: Row, figure: Figure) -> str:
    """The time of a figure; where that is no one year, what paper of which year it stands in."""
    paper = f"（{row.year or ''}{'年' if row.year else ''}{row.nature}）" if figure.year is None else ""
    return f"{_when(figure)}{paper}"


def _when(figure: Figure) -> str:
    """The year of a figure with what its words say of the time."""
    if figure.year is not None and str(figure.year) not in figure.period:
        return f"{figure.year}年{figure.period}"
    return figure.period or "时间没有写明"


def _mixed(topic: Topic, cells: list[tuple[Row, Cell]], sources: Sources) -> Said:
    """In what the figures of several rows differ, so that nobody holds them against each other."""
    told = [
        f"{row.name}是{'、'.join(dict.fromkeys(f'{_when(f)}的{f.unit}数' for f in cell.figures[:3]))}"
        for row, cell in cells
    ]
    numbers = sources.numbers(figure.citation for _, cell in cells for figure in cell.figures)
    return Said(f"{topic.asked}：{'；'.join(told)}。口径不同，不能直接相比。", numbers)


def _own(matrix: Matrix, sources: Sources) -> Iterator[Block]:
    """What one place alone has, with its words."""
    items = []
    for topic, place in matrix.own:
        column = matrix.column(matrix.topics.index(topic))
        cells = [(row, cell) for row, cell in zip(matrix.rows, column, strict=True) if row.place == place and cell.says]
        for row, cell in cells:
            words = "；".join(point.text.rstrip("。") for point in cell.points)
            said = f"{topic.asked}：只有{row.name}写到，{_verb(row)}：{_stopped(words)}"
            items.append(Said(said, sources.numbers(point.citation for point in cell.points)))
    if items:
        yield Heading(1, "只有一个地方写到的")
        yield Points(tuple(items))


def _lacking(matrix: Matrix) -> Iterator[Block]:
    """What each row says nothing of."""
    items = []
    for row in matrix.rows:
        topics = [topic.asked for topic, rows in zip(matrix.topics, matrix.lacking, strict=True) if row in rows]
        if topics:
            items.append(Said(f"{row.name}：{'、'.join(topics)}。"))
    if items:
        yield Heading(1, "材料里没有写到的")
        yield Paragraph((Said("只说明本库收入的这份材料没有写，不等于当地没有做。", tone=Tone.NOTE),))
        yield Points(tuple(items))


def _missing(matrix: Matrix) -> Iterator[Block]:
    items = [Said(text) for text in matrix.missing]
    if matrix.silent:
        names = "、".join(f"《{title}》" for title in dict.fromkeys(row.title for row in matrix.silent))
        items.append(Said(f"另收有{names}，所选主题一项也没有写到，没有列进表里。"))
    if items:
        yield Heading(1, "没有收入的材料")
        yield Points(tuple(items))


def _notes(matrix: Matrix, day: date) -> Iterator[str]:
    citations = list(_citations(matrix))
    if any(citation.kind is Kind.RESTATEMENT for citation in citations):
        yield RESTATED
    yield "工会的计划、总结和新闻报道说的是工作安排和工作情况，不是法定权利"
    if any(row.year and row.year < day.year for row in matrix.rows):
        yield "往年的材料照当时的写法录入，不代表现在还在这样做；报道的年份是报道那一年，不一定是数字的年份"
    if any(citation.check is Check.WEAK for citation in citations):
        yield "有的材料只有一个来源或说法有冲突，这样的材料里的数字没有采用"
    for number, topic in enumerate(matrix.topics):
        if not topic.known:
            near = "、".join(nearby(topic)) if not any(cell.says for cell in matrix.column(number)) else ""
            yield f"「{topic.asked}」不在主题表里，按字面查找{f'，没有查到；可以试试主题：{near}' if near else ''}"
        elif topic.known != topic.asked:
            yield f"「{topic.asked}」按主题「{topic.known}」查找"
    yield "「……」处省去了前后的话，全文见出处"
    yield f"制作日期{day.isoformat()}，不构成法律意见"


def _citations(matrix: Matrix) -> Iterator[Citation]:
    for cells in matrix.cells:
        for cell in cells:
            yield from (point.citation for point in cell.points)
            yield from (figure.citation for figure in cell.figures)


def _head(row: Row) -> str:
    """A row's name over two lines: the place, then what paper of it this is."""
    if row.year is None:
        return f"{row.place}\n{row.nature if row.level is Level.NEWS else f'《{row.title}》'}"
    return f"{row.place}\n{row.year}年{row.nature}{f'《{row.title}》' if row.alike else ''}"


def _verb(row: Row) -> str:
    return {"安排": "当时安排", "总结": "当时总结", "报告": "当时报告", "报道": "报道说"}.get(row.nature, "写的是")


def _names(rows: Iterable[Row]) -> str:
    return "、".join(row.name for row in rows)


def _stopped(text: str) -> str:
    return text if text.endswith(("……", "。")) else f"{text}。"


def _listed(names: list[str], most: int) -> str:
    return "、".join(names) if len(names) <= most else f"{'、'.join(names[:most])}等{len(names)}项"


def _span(years: tuple[int, int]) -> str:
    return f"{years[0]}年" if years[0] == years[1] else f"{years[0]}—{years[1]}年"
