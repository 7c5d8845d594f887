"""Command line of the ui room: serves the page; doctor and forget come later."""

from __future__ import annotations

import argparse
import sys

from documents.errors import DocumentError
from index.errors import IndexRoomError
from rag.errors import RagError
from ui import words
from ui.errors import UiError
from ui.limits import RATE
from ui.server import HOST, PORT, serve

LATER = {"doctor": "自查安装和索引", "forget": "删掉本机上的数据"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 not done."""
    options = _parser().parse_args(arguments)
    if options.command:
        print(words.LATER.format(what=LATER[options.command]), file=sys.stderr)
        return 2
    try:
        serve(options.host, options.port, rate=options.rate)
    except (UiError, RagError, IndexRoomError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui",
        description="在本机打开问答页面。",
        epilog="默认只有本机能打开。给同一内网的其他人用：--host 0.0.0.0；页面没有登录，不要放到公网上。",
    )
    parser.add_argument("--host", default=HOST, help=f"在哪个地址上打开（默认 {HOST}，只限本机）")
    parser.add_argument("--port", type=int, default=PORT, help=f"端口（默认 {PORT}；0 表示任选一个空的）")
    parser.add_argument(
        "--rate", type=_rate, default=RATE, help=f"同一个地址每秒最多问几次（默认 {RATE:g}；在反向代理后面要调大）"
    )
    commands = parser.add_subparsers(dest="command", metavar="命令")
    for name, what in LATER.items():
        commands.add_parser(name, help=f"{what}（还没有做）", description=f"{what}（还没有做）。")
    return parser


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"「{text}」要是大于 0 的数")
    return rate


if __name__ == "__main__":
    sys.exit(main())
