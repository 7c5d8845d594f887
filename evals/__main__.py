"""Command line of the evals room: run, score, report, compare, review, bench, clauses."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.disk import told
from documents.errors import DocumentError
from evals.errors import BadAnswers, BadFloors, BadGold, EvalsError
from evals.gold import DATASETS, Suite, load_suite, suites
from index.errors import IndexRoomError
from rag.errors import RagError

BENCHES = ("speed", "adding", "stack", "retrieval", "scale")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 below a floor or worse than before, 2 not done, 130 or 141 stopped."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (EvalsError, RagError, IndexRoomError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("停下了。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # who reads the output has read enough (| head); what is still buffered must not be written at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(told(error), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="评测回答的质量。")
    commands = parser.add_subparsers(required=True, metavar="命令")
    run = commands.add_parser("run", help="跑题集，打印各项指标，留下运行文件夹")
    names = "、".join(suites())
    run.add_argument("--suite", nargs="+", metavar="题集", help=f"题集名或 jsonl、CSV、xlsx 文件（默认全部：{names}）")
    run.add_argument("--index", type=Path, help="索引文件夹（默认自己的）")
    run.add_argument("--holdout", action="store_true", help="只跑留出的题（平时不看）")
    run.add_argument("--failed", action="store_true", help="列出没答好的题")
    run.add_argument("--out", type=Path, help="运行文件夹；没做完的可以用同一个文件夹接着做")
    run.add_argument("--jobs", type=_positive, default=1, metavar="N", help="用几个进程（默认 1）")
    run.add_argument("--seed", type=_natural, default=1, help="区间和随机对照用的种子（默认 1）")
    run.add_argument(
        "--floors",
        type=Path,
        nargs="?",
        const=DATASETS.parent / "floors.toml",
        metavar="TOML",
        help="和底线比（默认 evals/floors.toml），没有达到时退出码为 1",
    )
    run.add_argument("--curve", action="store_true", help="打印拒答曲线：门槛放在哪里，拒对、拒错多少")
    run.set_defaults(run=_run)
    marks = commands.add_parser("score", help="给别的系统的回答打分")
    marks.add_argument("questions", metavar="GOLD", help="题集名或文件")
    marks.add_argument("answers", type=Path, metavar="ANSWERS.jsonl")
    marks.add_argument("--run", dest="folder", type=Path, metavar="DIR", help="也写成运行文件夹，好做报告和比较")
    marks.add_argument("--index", type=Path, help="用这个索引核对引文、跑对照")
    marks.add_argument("--holdout", action="store_true", help="只算留出的题（平时不看）")
    marks.add_argument("--failed", action="store_true", help="列出没答好的题")
    marks.set_defaults(run=_score)
    report = commands.add_parser("report", help="把一次运行写成一页报告")
    report.add_argument("folder", type=Path, metavar="RUN")
    report.add_argument("--out", type=Path, metavar="HTML")
    report.set_defaults(run=_report)
    compare = commands.add_parser("compare", help="比较两次运行")
    compare.add_argument("first", type=Path, metavar="A")
    compare.add_argument("second", type=Path, metavar="B")
    compare.add_argument("--fail-on-regression", action="store_true", help="B 比 A 差时退出码为 1")
    compare.set_defaults(run=_compare)
    _add_review(commands.add_parser("review", help="抽一部分题给人审"))
    bench = commands.add_parser("bench", help="速度和内存")
    bench.add_argument("what", choices=BENCHES)
    bench.add_argument("--corpus", type=Path, help="另外量一份大的语料（jsonl 或 jsonl.xz）")
    bench.add_argument("--questions", type=Path, help="这份语料的题集（bench stack）")
    bench.add_argument("--sizes", type=_positive, nargs="+", default=[58542, 500000], help="多少条（bench scale）")
    bench.set_defaults(run=_bench)
    clauses = commands.add_parser("clauses", help="条款核对：编写的合同里埋的错找到多少，误报多少")
    clauses.add_argument("--papers", type=Path, metavar="DIR", help="放着合同和 gold.jsonl 的文件夹（默认自带的）")
    clauses.add_argument("--index", type=Path, help="索引文件夹（默认自己的）")
    clauses.add_argument("--json", action="store_true", help="输出 JSON")
    clauses.add_argument("--list", action="store_true", help="列出漏掉的错和误报（留出的也列出，平时不看）")
    clauses.set_defaults(run=_clauses)
    return parser


def _add_review(parser: argparse.ArgumentParser) -> None:
    steps = parser.add_subparsers(required=True, metavar="步骤")
    export = steps.add_parser("export", help="导出一份带下拉框的表")
    export.add_argument("folder", type=Path, metavar="RUN")
    export.add_argument("out", type=Path, metavar="SHEET.xlsx")
    export.add_argument("--n", type=_positive, default=50, help="抽多少题（默认 50）")
    export.add_argument("--seed", type=_natural, default=1)
    export.set_defaults(run=_review_export)
    agree = steps.add_parser("agreement", help="两位审阅人的一致程度")
    agree.add_argument("first", type=Path, metavar="A.xlsx")
    agree.add_argument("second", type=Path, metavar="B.xlsx")
    agree.set_defaults(run=_review_agreement)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"「{text}」要是正整数")
    return int(text)


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"「{text}」要是 0 或正整数")
    return int(text)


def _run(options: argparse.Namespace) -> int:
    from evals.floors import read_floors, require
    from evals.run import default_out, read_run_folder, run_suites
    from rag.rows import open_or_build

    chosen = _chosen(options.suite, holdout=options.holdout)
    if options.floors and options.holdout:
        raise BadFloors("底线是按平时的题定的，--floors 不能和 --holdout 一起用。")
    floors = read_floors(options.floors) if options.floors else {}
    if options.floors:  # said before minutes are spent
        require((suite.name for suite in chosen if suite.cases), floors)
    out = options.out or default_out(chosen)
    index = open_or_build(options.index)
    try:
        run_suites(chosen, index, out, holdout=options.holdout, jobs=options.jobs, seed=options.seed)
    except KeyboardInterrupt:
        print(f"停下了，做完的题都在。要接着做，请用同样的参数再加 --out {out}", file=sys.stderr)
        return 130
    _, rows, summary = read_run_folder(out)
    _print(rows, summary, options.failed)
    if options.curve:
        from evals.printing import curve_lines

        print("\n".join(curve_lines(summary["refusal"], index.manifest.refuse_below)))
    print(f"\n运行文件夹：{out}")
    return _print_floors(summary, floors) if options.floors else 0


def _chosen(names: Sequence[str] | None, holdout: bool | None) -> list[Suite]:
    wanted = list(dict.fromkeys(names or suites()))
    if not wanted:
        raise BadGold("还没有题集。")
    return [load_suite(name, holdout) for name in wanted]


def _print(rows: Sequence[Mapping[str, Any]], summary: Mapping[str, Any], failed: bool) -> None:
    """Print a table a suite, then one of all; what the measures are stands in the last."""
    from evals.printing import failed_lines, latency_line, table

    several = len(summary["suites"]) > 1
    for name, systems in summary["suites"].items():
        chosen = [row for row in rows if row["suite"] == name]
        for line in table(f"{name}：{len(chosen)} 题", systems, meanings=not several):
            print(line)
        if failed:
            print("\n".join(failed_lines(chosen)))
    if several:
        for line in table(f"合计：{len(rows)} 题", summary["overall"], meanings=True):
            print(line)
    print(latency_line(summary["latency"]))


def _print_floors(summary: Mapping[str, Any], floors: Mapping[str, Mapping[str, float]]) -> int:
    from evals.floors import hold

    held = hold(summary, floors)
    print("\n和底线比：")
    for item in held:
        print(item.line)
    below = sum(not item.kept for item in held)
    print(f"{len(held)} 项里 {below} 项没有达到底线。" if below else f"{len(held)} 项都达到底线。")
    return 1 if below else 0


def _score(options: argparse.Namespace) -> int:
    from evals.run import keep_scores, score_answers
    from evals.summary import summarise
    from index.search import open_index

    chosen = [load_suite(options.questions, options.holdout)]
    answers = read_answers(options.answers)
    index = open_index(options.index) if options.index else None
    rows = score_answers(chosen, answers, index)
    known = {case.id for case in load_suite(options.questions).cases}
    if unknown := [name for name in answers if name not in known]:
        print(f"题集里没有这些 id 的题，没有算：{'、'.join(unknown[:10])}（共{len(unknown)}个）", file=sys.stderr)
    _print(rows, summarise(rows, seed=1), options.failed)
    if options.folder:
        print(f"\n运行文件夹：{keep_scores(rows, chosen, index, options.folder, holdout=options.holdout)}")
    return 0


def read_answers(path: Path) -> dict[str, dict[str, Any]]:
    """Read a file of ANSWERS by id. Raises BadAnswers naming the row that is none or repeats an id."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadAnswers(f"读不了「{path}」：{error}") from error
    answers: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"「{path.name}」第 {number} 行"
        try:
            row = json.loads(line)
        except ValueError:
            raise BadAnswers(f"{where}不是 JSON。") from None
        if fault := _answer_fault(row):
            raise BadAnswers(f"{where}{fault}")
        if str(row["id"]) in answers:
            raise BadAnswers(f"{where}：id「{row['id']}」重复。")
        answers[str(row["id"])] = row
    return answers


def _answer_fault(row: Any) -> str:
    if not isinstance(row, dict) or "id" not in row:
        return "要是有 id 的 JSON 对象。"
    for name in ("citations", "retrieved"):
        found = row.get(name) or []
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            return f"：{name} 要是对象的列表。"
    seconds = row.get("seconds") or 0
    return "" if isinstance(seconds, int | float) else "：seconds 要是数字。"


def _report(options: argparse.Namespace) -> int:
    from evals.report import write_report

    print(write_report(options.folder, options.out))
    return 0


def _compare(options: argparse.Namespace) -> int:
    from evals.compare import compare_runs

    found = compare_runs(options.first, options.second)
    found.print()
    return 1 if options.fail_on_regression and found.regressed else 0


def _review_export(options: argparse.Namespace) -> int:
    from evals.review import export_sample

    export_sample(options.folder, options.out, options.n, options.seed)
    print(options.out)
    return 0


def _review_agreement(options: argparse.Namespace) -> int:
    from evals.review import agreement

    print(agreement(options.first, options.second))
    return 0


def _bench(options: argparse.Namespace) -> int:
    if options.what == "speed":
        from evals.speed import bench

        return bench(options.corpus)
    if options.what == "adding":
        from evals.adding import bench as bench_adding

        return bench_adding()
    if options.what == "retrieval":
        from evals.retrieval import bench as bench_retrieval

        return bench_retrieval()
    if options.what == "scale":
        if options.corpus is None:
            raise EvalsError("bench scale 要用 --corpus 给出一份语料（jsonl 或 jsonl.xz），不够的条数由它拼出来。")
        from evals.scale import bench as bench_scale

        return bench_scale(options.corpus, options.sizes)
    from evals.stack import bench as bench_stack

    return bench_stack(options.corpus, options.questions)


def _clauses(options: argparse.Namespace) -> int:
    from evals.clauses import run

    return run(options.papers, options.index, as_json=options.json, listed=options.list)


if __name__ == "__main__":
    sys.exit(main())
