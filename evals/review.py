"""Human review: a sample of a run as a sheet with drop-downs, the filled sheet read back, two reviewers' agreement."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from evals.errors import EvalsError
from evals.report.faults import group_text, readable, source_text
from evals.report.folder import Row, Run, open_run
from evals.report.text import printable

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

SHEET, HELP = "审阅", "说明"
RIGHT, CITED = "对错", "引用准确"
CHOICES = {RIGHT: ("对", "部分对", "错"), CITED: ("是", "部分", "否")}
COLUMNS = {"编号": 14, "题目": 34, "回答": 62, "引用": 48, "应有事实": 36, RIGHT: 10, CITED: 11, "备注": 30}
# What one cell of an xlsx file holds at most; the tallest row that Excel shows, in points.
LONGEST = 32767
TALLEST = 409.0
_LINE = 15.0
_HELP_WIDTH = 84
_CUT = "……（太长，已截断）"
_HELP = (
    "这份表请人来判断回答的好坏。每行一题，只填最后三列，其他列请不要改。",
    "对错：对＝结论正确，而且该说的都说到了；部分对＝方向对，但漏了要紧的事实或条件；错＝结论错，或者会误导人。",
    "引用准确：是＝每条引用都支持结论，文字和出处都对；部分＝有的支持，有的不支持；否＝没有引用，或者引用不支持结论。",
    "应有事实：出题人认为正确回答应当引用的条文和说到的事实，「/」隔开的说法任说其一，「…」表示中间可以有别的字。它也可能有错，觉得不对请写在备注里。",
    "备注：错在哪里，或者拿不准的地方，怎么写都行。",
    "两位审阅人各填一份，互相不看；填好后运行 python -m evals review agreement 第一份.xlsx 第二份.xlsx，看两人有多一致。",
)


class BadReview(EvalsError):
    """A review sheet cannot be written or read; the message names file, row and column."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer said of a case; None where the cell is empty."""

    id: str
    question: str
    right: str | None
    cited: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Two reviewers' agreement on one column: n cases that both judged, the share judged alike, Cohen's kappa.

    `kappa` is None where it is not defined: nothing was judged by both, or both used one same label only.
    """

    column: str
    n: int
    share: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two reviewers' agreement: cases in both sheets, those in one, each column's figures, the cases judged unlike."""

    both: int
    only_first: int
    only_second: int
    columns: tuple[Agreed, ...]
    disagreements: tuple[tuple[Judgement, Judgement], ...]

    def lines(self) -> list[str]:
        """Write the agreement for a terminal."""
        found = [f"两份表都有的题 {self.both} 道"]
        if self.only_first or self.only_second:
            found[0] += f"；只在第一份的 {self.only_first} 道，只在第二份的 {self.only_second} 道，不比"
        for column in self.columns:
            if column.share is None:
                found.append(f"{column.column}：没有两人都填了的题")
                continue
            kappa = "算不出（两人都只用了同一个选项）" if column.kappa is None else f"{column.kappa:.3f}"
            found.append(f"{column.column}：{column.n} 题，一致 {100 * column.share:.1f}%，Cohen κ {kappa}")
        if self.disagreements:
            found += ["", f"判断不同的题（{len(self.disagreements)} 道）："]
        for one, two in self.disagreements:
            found.append(f"  {one.id}  {' '.join(one.question.split())[:40]}")
            for name, x, y in ((RIGHT, one.right, two.right), (CITED, one.cited, two.cited)):
                if _unlike(x, y):
                    found.append(f"      {name}：{x} / {y}")
            notes = [note for note in (one.note, two.note) if note]
            found += [f"      备注：{' / '.join(' '.join(note.split()) for note in notes)}"] if notes else []
        return [printable(line) for line in found]

    def print(self) -> None:
        """Print the agreement."""
        print(self)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def export_sample(run: Path, out: Path, n: int, seed: int) -> Path:
    """Write a sample of a run's cases as an xlsx sheet to be filled in.

    Parameters: the run's folder; the file; how many cases (all where there are fewer); the seed. The sample is stratified
    over suite and harm, the reviewer sees neither scores nor strata. Returns the file. Raises BadReview, BadRun.
    """
    if n < 1:
        raise BadReview("至少要抽 1 题。")
    if out.suffix.lower() != ".xlsx":
        raise BadReview(f"「{out}」要是 .xlsx 文件。")
    from openpyxl import Workbook

    found = open_run(run)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    _fill(sheet, sample(found, n, seed))
    _explain(book.create_sheet(HELP), found)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        book.save(out)
    except OSError as error:
        raise BadReview(f"「{out}」写不进去：{error}。请关掉正打开它的程序，或换一个文件名。") from error
    return out


def sample(run: Run, n: int, seed: int) -> list[Row]:
    """Draw n cases, each stratum of suite and harm in proportion to its size, in the run's order.

    Largest remainders decide what is left over after whole shares (Hamilton's method); of enough cases, none of the strata
    goes without. The same run, n and seed give the same cases.
    """
    strata: dict[tuple[str, str], list[int]] = {}
    for number, row in enumerate(run.cases):
        strata.setdefault((row["suite"], row["harm"]), []).append(number)
    total = len(run.cases)
    n = min(n, total)
    exact = {key: n * len(numbers) / total for key, numbers in strata.items()}
    shares = {key: math.floor(share) for key, share in exact.items()}
    if n >= len(strata):
        shares = {key: max(share, 1) for key, share in shares.items()}
    keys = sorted(strata, key=lambda key: (shares[key] - exact[key], key))
    while sum(shares.values()) < n:
        key = next(key for key in keys if shares[key] < len(strata[key]))
        keys.remove(key)
        keys.append(key)
        shares[key] += 1
    while sum(shares.values()) > n:  # those lifted to one case are paid for by the best served
        shares[max(keys, key=lambda key: (shares[key] - exact[key] if shares[key] > 1 else -math.inf, key))] -= 1
    dice = random.Random(seed)
    chosen = [number for key in sorted(strata) for number in dice.sample(strata[key], shares[key])]
    return [run.cases[number] for number in sorted(chosen)]


def read_review(path: Path) -> dict[str, Judgement]:
    """Read a filled sheet.

    Returns the judgements by 编号. Raises BadReview naming the row whose 编号 is missing or repeated, or whose choice is none
    of the drop-down's, and the column that is missing.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as stream:
            book = load_workbook(stream, read_only=True, data_only=True)
            if SHEET not in book.sheetnames:
                raise BadReview(
                    f"「{path.name}」里没有「{SHEET}」这张表。请用 python -m evals review export 导出的文件。"
                )
            rows = [[_text(value) for value in row] for row in book[SHEET].iter_rows(values_only=True)]
    # a broken zip, a missing part, broken XML (a SyntaxError): openpyxl and its parser raise each in their own way
    except (OSError, BadZipFile, KeyError, ValueError, SyntaxError, InvalidFileException) as error:
        raise BadReview(f"「{path}」打不开：{error}。请用填好的 xlsx 文件。") from error
    return _read(path.name, rows)


def agreement(first: Path, second: Path) -> Agreement:
    """Compare two reviewers' filled sheets; cells that either left empty do not count. Raises BadReview."""
    one, two = read_review(first), read_review(second)
    both = [key for key in one if key in two]
    if not both:
        raise BadReview(f"「{first.name}」和「{second.name}」没有一道相同的题，比不了。请用同一份导出的表。")
    pairs = [(one[key], two[key]) for key in both]
    columns = (
        _agreed(RIGHT, [(x.right, y.right) for x, y in pairs]),
        _agreed(CITED, [(x.cited, y.cited) for x, y in pairs]),
    )
    unlike = tuple((x, y) for x, y in pairs if _unlike(x.right, y.right) or _unlike(x.cited, y.cited))
    return Agreement(len(both), len(one) - len(both), len(two) - len(both), columns, unlike)


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa (1960): (po - pe) / (1 - pe); None where pe is 1 or there are no pairs."""
    if not pairs:
        return None
    n = len(pairs)
    labels = {label for pair in pairs for label in pair}
    if len(labels) == 1:
        return None
    observed = sum(x == y for x, y in pairs) / n
    expected = sum(sum(x == label for x, _ in pairs) * sum(y == label for _, y in pairs) for label in labels) / n**2
    return (observed - expected) / (1 - expected)


def _agreed(column: str, pairs: Sequence[tuple[str | None, str | None]]) -> Agreed:
    judged = [(x, y) for x, y in pairs if x is not None and y is not None]
    share = sum(x == y for x, y in judged) / len(judged) if judged else None
    return Agreed(column, len(judged), share, cohen_kappa(judged))


def _unlike(x: str | None, y: str | None) -> bool:
    return x is not None and y is not None and x != y


def _read(name: str, rows: Sequence[Sequence[str]]) -> dict[str, Judgement]:
    heads = list(rows[0]) if rows else []
    if missing := [column for column in COLUMNS if column not in heads]:
        raise BadReview(f"「{name}」的「{SHEET}」表缺少列「{'、'.join(missing)}」。请不要改第一行。")
    found: dict[str, Judgement] = {}
    for number, values in enumerate(rows[1:], 2):
        cells = dict(zip(heads, values, strict=False))
        if not any(cells.get(column) for column in COLUMNS):
            continue
        where = f"「{name}」第 {number} 行"
        key = cells["编号"]
        if not key:
            raise BadReview(f"{where}没有编号。请不要删编号，或者把整行删掉。")
        if key in found:
            raise BadReview(f"{where}：编号「{key}」重复。请删掉其中一行。")
        right, cited = (_choice(where, column, cells) for column in (RIGHT, CITED))
        found[key] = Judgement(key, cells.get("题目", ""), right, cited, cells.get("备注", ""))
    if not found:
        raise BadReview(f"「{name}」的「{SHEET}」表里没有题。")
    return found


def _choice(where: str, column: str, cells: Mapping[str, str]) -> str | None:
    value = cells.get(column, "")
    if value and value not in CHOICES[column]:
        raise BadReview(f"{where}：「{column}」要填{'、'.join(CHOICES[column])}之一，不是「{value[:20]}」。")
    return value or None


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _fill(sheet: Worksheet, rows: Sequence[Row]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import PageSetupProperties

    thin = Side(style="thin", color="DDD6CB")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    for place, (name, width) in enumerate(COLUMNS.items(), 1):
        head = sheet.cell(1, place, name)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="8F1D3A")
        head.alignment = Alignment(vertical="center")
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.row_dimensions[1].height = 24
    for number, row in enumerate(rows, 2):
        texts = _texts(row)
        for place, text in enumerate(texts, 1):
            _write(sheet.cell(number, place), text)
        for place in range(len(texts) + 1, len(COLUMNS) + 1):
            sheet.cell(number, place).alignment = Alignment(wrap_text=True, vertical="top")
        for place in range(1, len(COLUMNS) + 1):
            sheet.cell(number, place).border = frame
        heights = [_lines(text, width) for text, width in zip(texts, COLUMNS.values(), strict=False)]
        sheet.row_dimensions[number].height = min(TALLEST, _LINE * max(heights) + 4)
    for column, choices in CHOICES.items():
        letter = get_column_letter(list(COLUMNS).index(column) + 1)
        rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = column, f"请选{'、'.join(choices)}之一"
        rule.add(f"{letter}2:{letter}{len(rows) + 1}")
        sheet.add_data_validation(rule)
    sheet.freeze_panes = "C2"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _explain(sheet: Worksheet, run: Run) -> None:
    sheet.column_dimensions["A"].width = _HELP_WIDTH
    counts = "、".join(f"{suite['name']} {suite['cases']} 题" for suite in run.config["suites"])
    lines = [*_HELP, f"来自运行「{run.config['name']}」（{counts}），开始于 {run.config['started']}（UTC）。"]
    for number, line in enumerate(lines, 1):
        _write(sheet.cell(number, 1), line)
        sheet.row_dimensions[number].height = _LINE * _lines(line, _HELP_WIDTH) + 6


def _texts(row: Row) -> tuple[str, ...]:
    """The first five columns of a case."""
    answer, gold = row["answer"] or {}, row["row"]
    before = [turn if isinstance(turn, str) else str(turn.get("content", "")) for turn in gold.get("history") or []]
    asked = "\n".join([*(f"（之前）{text}" for text in before), row["question"]])
    known = [f"{name}：{gold[key]}" for key, name in (("region", "地区"), ("as_of", "日期")) if gold.get(key)]
    citations = [
        f"{number}. {source_text(found)}{found.get('part') or ''}\n{found.get('quote', '')}"
        for number, found in enumerate(answer.get("citations") or [], 1)
    ]
    said = str(answer.get("answer", "")) if row["answer"] is not None else f"（没有回答）{row['fault']}"
    return f"{row['suite']}/{row['id']}", "\n".join([asked, *known]), said, "\n".join(citations), _wanted(gold)


def _wanted(gold: Mapping[str, Any]) -> str:
    lines = [f"引用：{' 或 '.join(source_text(source) for source in group)}" for group in gold.get("gold") or []]
    lines += [f"说到：{group_text(group)}" for group in gold.get("must") or []]
    lines += [f"合计天数：{gold['days']:g}天"] if gold.get("days") is not None else []
    lines += [f"日期：{gold['date']}"] if gold.get("date") else []
    lines += [f"不许说：{readable(pattern)}" for pattern in gold.get("must_not") or []]
    return "\n".join(lines)


def _write(cell: Cell | MergedCell, text: str) -> None:
    """Write text as text, whatever it begins with: a question must never run as a formula in the reviewer's program."""
    from openpyxl.styles import Alignment

    text = printable(text)
    cell.value = text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if text.lstrip().startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def _lines(text: str, width: float) -> int:
    """How many lines text takes in a column, wide characters counted as two."""
    return sum(max(1, math.ceil(sum(2 if ord(c) > 0x2E7F else 1 for c in line) / width)) for line in text.split("\n"))
