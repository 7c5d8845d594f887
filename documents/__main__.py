"""Command line of the documents room: list, check, add, diff."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from pathlib import Path

from documents.against import compare, pairs
from documents.catalog import Row, guesses
from documents.diffing import command as diff
from documents.disk import told
from documents.errors import DocumentError
from documents.faults import faults_of_library, faults_of_own
from documents.library import gather, home, shipped, shipped_catalog
from documents.model import Check, Document, Kind, Level
from documents.originals import CONFLICT
from documents.own import CATALOG_NAME, add, read_own
from documents.progress import reading_bar
from documents.region import parse_region


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 fine, 1 something is wrong in the library or two versions differ, 2 not done, 141 cut off."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except DocumentError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # who reads the output has read enough (| head); what is still buffered must not be written at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(told(error), file=sys.stderr)
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
    adding = commands.add_parser("add", help="把自己的文件、文件夹或 zip 收进自己的库")
    adding.add_argument("paths", nargs="+", type=Path, metavar="文件")
    adding.set_defaults(run=_add)
    diff.add_options(commands.add_parser("diff", help="逐条比较一份文件的两个版本，说出什么变了、什么建立在上面"))
    return parser


def _add(options: argparse.Namespace) -> int:
    with reading_bar() as watch:
        added = add(options.paths, home(), watch)
    for document, row in added.documents:
        print(_added(document, row))
    for remark in [*added.present, *added.remarks]:
        print(f"注意：{remark}")
    for problem in added.problems:
        print(f"没有收入：{problem.message}", file=sys.stderr)
    if added.documents:
        for note in _conflicts({document.path for document, _ in added.documents}):
            print(note)
        print(
            f"推断的内容（带高、中、低）请用 Excel 或 WPS 核对：{home() / CATALOG_NAME}；确认无误就清空 inferred 一格。"
        )
        print("再运行 python -m index build，问答里就能用到。")
    articles = sum(len(document.provisions) for document, _ in added.documents)
    print(
        f"收入 {len(added.documents)} 份、{articles} 条；已经有的 {len(added.present)} 份；没有收入 {len(added.problems)} 处"
    )
    return 1 if added.problems else 0


def _added(document: Document, row: Row) -> str:
    facts = [str(document.level), document.region, document.number, str(document.start or document.year or "日期未知")]
    state = "，扫描识别，数字核对前不作结论用" if document.check is Check.WEAK else ""
    guessed = f"\n    推断：{guesses(row.inferred)}" if row.inferred else ""
    note = f"\n    {document.note}" if document.note else ""
    return f"《{document.title}》 {'，'.join(filter(None, facts))}，{len(document.provisions)} 条{state}{guessed}{note}"


def _conflicts(paths: set[str]) -> list[str]:
    """Sentences on which of the documents just added contradict a restatement of ours."""
    return [
        f"《{d.title}》和本库的转述不一致（{d.note}）。两份都留着，都不用来给出数字；请对照官方文本后，在目录的 decision 列填「用原文」或「用转述」。"
        for d in gather().documents
        if d.path in paths and d.kind is Kind.ORIGINAL and CONFLICT in d.note
    ]


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
    inferred = f"，推断：{guesses(document.inferred)}" if document.inferred else ""
    return f"{_pad(document.title, 60)} {_pad(document.level, 10)} {_pad(document.region, 16)} {day}{state}  {document.check or ''}{inferred}"


def _pad(text: str, width: int) -> str:
    wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - wide)


def _check(options: argparse.Namespace) -> int:
    if options.against is not None:
        return _check_against(options.against)
    mine = read_own(home())
    faults = [*faults_of_library(), *faults_of_own(mine, home())]
    for fault in faults:
        print(fault)
    print(f"查了 {len(shipped_catalog())} 份文件，{sum(len(d.provisions) for d in shipped())} 条，{len(faults)} 处不对")
    if mine.rows:
        print(f"其中自己的目录 {len(mine.rows)} 行")
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


if __name__ == "__main__":
    sys.exit(main())
