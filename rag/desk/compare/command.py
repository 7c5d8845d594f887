"""Command line: `python -m rag compare`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from rag.answer import Assistant
from rag.desk.compare.matrix import make_matrix
from rag.desk.compare.model import Matrix, Wish
from rag.desk.compare.paper import matrix_paper
from rag.desk.compare.rows import known_rows
from rag.desk.compare.topics import vocabulary
from rag.desk.errors import BadWish
from rag.desk.paper import Paper
from rag.rows import open_or_build

_YEARS = re.compile(r"(\d{4})年?(?:\s*[-—–~至到]\s*(\d{4})年?)?")


def main(arguments: list[str]) -> int:
    """Run the command with what follows its name; returns the exit code. Raises DeskError."""
    options = _parser().parse_args(arguments)
    outs = [path for paths in options.out or [] for path in paths]
    writers = [(_writer(path), path) for path in outs]
    if not options.list and not outs:
        raise BadWish(
            "没有说写到哪里：请加 --out 文件名.docx（也可以是 .xlsx、.md，可以写几个）；只想看有什么可比，用 --list。"
        )
    wish = Wish(_split(options.regions), _split(options.papers), _split(options.topics), read_years(options.years))
    assistant = Assistant(open_or_build(options.index))
    if options.list:
        print(_listing(assistant))
        return 0
    matrix = make_matrix(assistant, wish)
    paper = matrix_paper(matrix)
    for write, path in writers:
        write(paper, path)
    print(_told(matrix))
    for path in outs:
        print(f"写好了：{path}")
    return 0


def read_years(text: str | None) -> tuple[int, int] | None:
    """Read a span of years: 2023, 2020-2023. Raises BadWish where it is none."""
    if not text or not text.strip():
        return None
    found = _YEARS.fullmatch(text.strip())
    if not found:
        raise BadWish(f"年份「{text[:20]}」不对，应为 2023 或 2020-2023 这样。")
    return int(found[1]), int(found[2] or found[1])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag compare", description="按地方和主题对照工会的计划、总结和报道。"
    )
    parser.add_argument("--regions", metavar="地方", help="要比的地方，用逗号分开，如 河南,江苏,南京")
    parser.add_argument("--papers", metavar="题名", help="要比的材料，写题名的一部分，用逗号分开")
    parser.add_argument("--topics", metavar="主题", help="要比的主题，用逗号分开，如 托管,两癌筛查,母婴室")
    parser.add_argument("--years", metavar="年份", help="只比这些年的材料，如 2023 或 2020-2023")
    parser.add_argument(
        "--out", type=Path, nargs="+", action="append", metavar="文件", help="写成 .docx、.xlsx 或 .md，可以写几个"
    )
    parser.add_argument("--index", type=Path, default=None)
    parser.add_argument("--list", action="store_true", help="列出有哪些材料和主题可比")
    return parser


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,，、;；]", text or "") if part.strip())


def _writer(path: Path) -> Callable[[Paper, Path], None]:
    """What writes a file of this ending; the heavy libraries are imported here and not before."""
    from rag.desk.write import write_docx, write_xlsx

    writers = {".docx": write_docx, ".xlsx": write_xlsx, ".md": _write_md}
    if path.suffix.lower() not in writers:
        raise BadWish(f"不会写「{path.name[:60]}」这样的文件：文件名要以 .docx、.xlsx 或 .md 结尾。")
    return writers[path.suffix.lower()]


def _write_md(paper: Paper, path: Path) -> None:
    from rag.desk.write import write_md
    from rag.desk.write.files import replace_text

    replace_text(path, write_md(paper))


def _listing(assistant: Assistant) -> str:
    """What can be compared: papers by place and year, topics with the words they are looked for by."""
    lines = ["可比的材料（题名｜地方｜年份｜性质）："]
    lines += [
        f"- 《{row.title}》｜{row.place}｜{row.year or '没有年份'}｜{row.nature}"
        for row in known_rows(assistant.papers)
    ]
    lines += ["", "主题（也可以写别的词，按字面查）："]
    lines += [f"- {topic.known}：{'、'.join('＋'.join(needle) for needle in topic.needles)}" for topic in vocabulary()]
    return "\n".join(lines)


def _told(matrix: Matrix) -> str:
    """What was compared, in a few lines for the terminal."""
    filled = sum(cell.says for cells in matrix.cells for cell in cells)
    numbers = sum(len(cell.figures) for cells in matrix.cells for cell in cells)
    lines = [
        f"{len(matrix.rows)}份材料 × {len(matrix.topics)}个主题：{filled}格有内容，"
        f"{len(matrix.rows) * len(matrix.topics) - filled}格材料里没有写到；数字{numbers}个。"
    ]
    return "\n".join([*lines, *matrix.missing])
