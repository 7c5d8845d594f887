"""Command line of the rag room: ask, batch, and the desk's commands."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import IO

from documents.disk import put, told
from documents.errors import DocumentError
from index.errors import IndexRoomError
from rag.answer import Assistant
from rag.errors import ModelNotConfigured, RagError
from rag.rows import answer_question, answer_row, open_or_build, read_day, read_places, read_questions
from rag.wording import Endpoint, consent_words, endpoint, worded

# The desk's commands read their own options, and are imported only when they are asked for.
DESK = {"lesson": "备课包", "compare": "计划比较", "clauses": "合同条款核对"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 some rows failed, 2 not done, 130 or 141 stopped."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if given and given[0] in DESK:
            return _desk(given[0], given[1:])
        options = _parser().parse_args(given)
        return int(options.run(options))
    except (RagError, IndexRoomError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # who reads the output has read enough (| head); what is still buffered must not be written at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(told(error), file=sys.stderr)
        return 2


def _desk(command: str, given: list[str]) -> int:
    if command == "lesson":
        from rag.desk.lesson.command import main as run
    elif command == "compare":
        from rag.desk.compare.command import main as run
    else:
        from rag.desk.clauses.command import main as run
    return run(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rag", description="问问题，得到带出处的回答。")
    commands = parser.add_subparsers(required=True, metavar="命令")
    ask = commands.add_parser("ask", help="问一个问题")
    ask.add_argument("question")
    ask.add_argument("--region", help="所在地，如 江苏 或 苏州市")
    ask.add_argument("--as-of", metavar="日期", help="按哪一天有效的规定（默认今天）")
    ask.add_argument("--index", type=Path, default=None)
    ask.add_argument("--json", action="store_true", help="输出一行 JSON")
    ask.add_argument("--explain", action="store_true", help="说明怎么理解、怎么查到的")
    ask.add_argument(
        "--model",
        action="store_true",
        help="同意把隐去个人信息的问题和条文发给配置的语言模型改写（先说发到哪里），见 docs/model.md",
    )
    ask.set_defaults(run=_ask)
    batch = commands.add_parser("batch", help="一次回答一个文件里的问题")
    batch.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    batch.add_argument("--out", type=Path, required=True, metavar="ANSWERS.jsonl")
    batch.add_argument("--index", type=Path, default=None)
    batch.set_defaults(run=_batch)
    for name, what in DESK.items():
        commands.add_parser(name, help=what, add_help=False)
    return parser


def _endpoint() -> Endpoint:
    if (found := endpoint()) is None:
        raise ModelNotConfigured(
            "没有配置语言模型：请设 NIANGJIA_LLM_BASE_URL 和 NIANGJIA_LLM_MODEL，见 docs/model.md。"
        )
    return found


def _ask(options: argparse.Namespace) -> int:
    model = _endpoint() if options.model else None
    assistant = Assistant(open_or_build(options.index))
    started = time.perf_counter()
    answer = assistant.ask(options.question, regions=read_places(options.region), as_of=read_day(options.as_of))
    if model:
        print(consent_words(model), file=sys.stderr)
        answer = worded(answer, model, agreed=True)
    if options.json:
        print(json.dumps(answer_row("", answer, time.perf_counter() - started), ensure_ascii=False))
    else:
        print(answer.text, flush=True)
    if options.explain:
        print("\n".join(["", "——怎么来的——", *answer.trace]), file=sys.stderr if options.json else sys.stdout)
        for item in answer.retrieved:
            print(
                f"  《{item.chunk.card.title}》{item.chunk.provision.article}  {item.why}",
                file=sys.stderr if options.json else sys.stdout,
            )
    return 0


def _batch(options: argparse.Namespace) -> int:
    rows = read_questions(options.questions)
    assistant = Assistant(open_or_build(options.index))
    failed = 0

    def answers(out: IO[bytes]) -> None:
        nonlocal failed
        for row in rows:
            started = time.perf_counter()
            answer, fault = answer_question(assistant, row)
            if fault:
                failed += 1
                print(f"{row['id']}：{fault}", file=sys.stderr)
            line = json.dumps(answer_row(str(row["id"]), answer, time.perf_counter() - started), ensure_ascii=False)
            out.write(f"{line}\n".encode("utf-8", "replace"))

    put(options.out, answers)
    print(f"回答了{len(rows)}个问题，{failed}个没能回答，写在{options.out}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
