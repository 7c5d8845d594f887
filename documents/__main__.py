"""Command line of the documents room: list and check; add and diff come with the library."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from documents.against import compare, pairs
from documents.errors import CatalogError, DocumentError
from documents.library import gather, shipped, shipped_catalog, shipped_folder
from documents.model import Check, Document, Kind, Level
from documents.region import parse_region


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 fine, 1 something is wrong in the library, 2 not done."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DocumentError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m documents", description="看目录、查目录、加文件。")
    commands = parser.add_subparsers(required=True, metavar="命令")
    listing = commands.add_parser("list", help="列出本库和自己的文件")
    listing.add_argument("--level", choices=[str(level) for level in Level])
    listing.add_argument("--region", help="只看这个地方的文件，如 江苏")
    listing.add_argument("--check", choices=[str(check) for check in Check], help="只看这种核实状态的文件")
    listing.set_defaults(run=_list)
    check = commands.add_parser("check", help="查目录和文件是否对得上")
    check.add_argument("--against", type=Path, metavar="文件夹", help="和文件夹里的原文逐条核对数字、但书和情态词")
    check.set_defaults(run=_check)
    for name, what in (("add", "加入自己的文件"), ("diff", "比较两个版本")):
        later = commands.add_parser(name, help=f"{what}（还没有做）")
        later.add_argument("rest", nargs="*")
        later.set_defaults(run=lambda _, what=what: _later(what))
    return parser


def _later(what: str) -> int:
    print(
        f"「{what}」还没有做，之后的版本提供。现在可以把 txt 或 md 放进自己数据目录的 documents 文件夹，再运行 python -m index build。",
        file=sys.stderr,
    )
    return 2


def _list(options: argparse.Namespace) -> int:
    region = parse_region(options.region).name if options.region else None
    reading = gather()
    chosen = [
        d
        for d in reading.documents
        if (options.level is None or d.level == options.level)
        and (region is None or d.region == region)
        and (options.check is None or d.check == options.check)
    ]
    for document in chosen:
        print(_row(document))
    print(f"共 {len(chosen)} 份，{sum(len(d.provisions) for d in chosen)} 条")
    for problem in reading.problems:
        print(problem.message, file=sys.stderr)
    return 1 if reading.problems else 0


def _row(document: Document) -> str:
    day = document.start or document.year or "日期未知"
    state = f"，{document.ended}起失效" if document.ended else ""
    inferred = "，据文件推断" if document.inferred else ""
    return f"{_pad(document.title, 60)} {_pad(document.level, 10)} {_pad(document.region, 16)} {day}{state}  {document.check or ''}{inferred}"


def _pad(text: str, width: int) -> str:
    wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - wide)


def _check(options: argparse.Namespace) -> int:
    if options.against is not None:
        return _check_against(options.against)
    faults = list(faults_of_library())
    for fault in faults:
        print(fault)
    print(f"查了 {len(shipped_catalog())} 份文件，{sum(len(d.provisions) for d in shipped())} 条，{len(faults)} 处不对")
    return 1 if faults else 0


def _check_against(folder: Path) -> int:
    reading = gather([folder])
    for problem in reading.problems:
        print(problem.message, file=sys.stderr)
    found = [(ours, compare(ours, original)) for ours, original in pairs(shipped(), reading.documents)]
    if not found:
        print("文件夹里没有本库转述过的原文。", file=sys.stderr)
        return 2
    differences = [difference for _, listed in found for difference in listed]
    for difference in differences:
        if not difference.left_out:
            print(difference)
    articles = sum(len({p.article for p in ours.provisions}) for ours, _ in found)
    open_ones = sum(not difference.left_out for difference in differences)
    print(
        f"对照了 {len(found)} 份原文、{articles} 条：{open_ones} 处不同，另有 {len(differences) - open_ones} 处是有意的"
    )
    return 1 if open_ones else 0


def faults_of_library() -> Iterator[str]:
    """Check the shipped library: files and rows match, dates are in order, replaced chains end, every fact has a check state."""
    rows = shipped_catalog()
    listed = {row.path for row in rows}
    for path in sorted(shipped_folder().rglob("*.md")):
        if (name := path.relative_to(shipped_folder()).as_posix()) not in listed:
            yield f"{name}：目录里没有这一份。"
    titles = {row.title for row in rows} | {row.id for row in rows}
    replaced = {row.id: row.replaced_by for row in rows}
    for row in rows:
        if row.published and row.effective and row.effective < row.published:
            yield f"{row.id}：施行日期 {row.effective} 早于公布日期 {row.published}。"
        if row.ended and row.effective and row.ended <= row.effective:
            yield f"{row.id}：失效日期 {row.ended} 不晚于施行日期 {row.effective}。"
        if row.replaced_by and row.replaced_by not in titles:
            yield f"{row.id}：replaced_by「{row.replaced_by}」不在目录里。"
        if _circular(row.id, replaced):
            yield f"{row.id}：被取代的关系绕成了圈。"
    for document in shipped():
        if document.kind is Kind.RESTATEMENT:
            for provision in document.provisions:
                if provision.text and provision.check is None:
                    yield f"{provision.id}：没有核实状态。"
        if not any(provision.text for provision in document.provisions):
            raise CatalogError(f"{document.id}：文件 {document.path} 没有正文。")


def _circular(start: str, replaced: dict[str, str]) -> bool:
    seen = {start}
    here = replaced.get(start, "")
    while here:
        if here in seen:
            return True
        seen.add(here)
        here = replaced.get(here, "")
    return False


if __name__ == "__main__":
    sys.exit(main())
