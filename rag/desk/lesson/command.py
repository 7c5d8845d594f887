"""Command line: `python -m rag lesson TOPIC --region R --minutes N --audience WHO --out DIR`, and `--check PACK`."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from documents.region import parse_region
from rag.answer import Assistant
from rag.desk.errors import BadWish
from rag.desk.lesson import Lesson, Wish, check_pack, make_lesson, write_pack
from rag.desk.lesson.check import What
from rag.desk.lesson.make import check_wish
from rag.desk.lesson.pack import check_folder
from rag.errors import ModelNotConfigured
from rag.rows import open_or_build, read_day, read_places
from rag.wording import Endpoint, consent_words, endpoint


def main(arguments: list[str]) -> int:
    """Run the command with what follows its name; returns the exit code: 0 done or nothing changed, 1 something changed.

    Raises DeskError, which the caller prints (exit code 2).
    """
    options = _parser().parse_args(arguments)
    if options.check is not None:
        return _check(options)
    if options.out is None or not options.topic:
        raise BadWish('请写主题和 --out 文件夹，例如：python -m rag lesson "孕期和产假保护" --region 河南 --out 备课包')
    return _make(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag lesson", description="做备课包：讲稿、课件、讲义、测验，每句都有出处。"
    )
    parser.add_argument("topic", nargs="?", default="", help="主题，如 孕期和产假保护")
    parser.add_argument("--region", help="所在地，如 河南 或 苏州市；不写就只讲国家规定")
    parser.add_argument("--minutes", type=int, default=40, help="讲多少分钟，10到180（默认40）")
    parser.add_argument("--audience", default="女职工工作干部", help="讲给谁听")
    parser.add_argument("--out", type=Path, metavar="DIR", help="写到哪个文件夹：要是新的或空的")
    parser.add_argument("--check", type=Path, metavar="PACK", help="核对以前的备课包：哪些话现在变了")
    parser.add_argument("--as-of", metavar="日期", help="按哪一天有效的规定（默认今天）")
    parser.add_argument("--index", type=Path, default=None)
    parser.add_argument(
        "--model", action="store_true", help="同意把问题和条文发给配置的语言模型改写措辞，见 docs/model.md"
    )
    return parser


def _make(options: argparse.Namespace) -> int:
    if (
        options.region
        and parse_region(options.region).province == parse_region("").province
        and options.region != "全国"
    ):
        raise BadWish(f"没有「{options.region}」这个地方。请写省、自治区、直辖市或设区的市，如 河南、苏州市。")
    wish = Wish(
        options.topic,
        read_places(options.region),
        options.minutes,
        options.audience,
        read_day(options.as_of) or date.today(),
    )
    check_wish(wish)
    check_folder(options.out)
    model = _endpoint() if options.model else None
    assistant = Assistant(open_or_build(options.index))
    if model is not None:
        print(consent_words(model), file=sys.stderr)
    started = time.perf_counter()
    lesson = make_lesson(assistant, wish, model)
    files = write_pack(lesson, options.out)
    took = time.perf_counter() - started
    print("\n".join(["写好了：", *(f"  {path}" for path in files)]))
    print(_summary(lesson, took))
    return 0


def _summary(lesson: Lesson, took: float) -> str:
    return (
        f"{lesson.wish.minutes}分钟：{len(lesson.points)}个要点、{len(lesson.cases)}个案例、{len(lesson.misconceptions)}种误解、"
        f"{len(lesson.quiz)}道题、{len(lesson.sources)}处出处；用时{took:.1f}秒。"
    )


def _endpoint() -> Endpoint:
    if (found := endpoint()) is None:
        raise ModelNotConfigured(
            "没有配置语言模型：请设 NIANGJIA_LLM_BASE_URL 和 NIANGJIA_LLM_MODEL，见 docs/model.md。"
        )
    return found


def _check(options: argparse.Namespace) -> int:
    day = read_day(options.as_of) or date.today()
    changes = check_pack(Assistant(open_or_build(options.index)), options.check, day)
    for changed in changes:
        print(changed.line)
    count = sum(changed.what is not What.LIBRARY for changed in changes)
    print(f"按{day}核对：有{count}处要改。" if count else f"按{day}核对：没有要改的话。")
    return 1 if count else 0
