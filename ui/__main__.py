"""Command line of the ui room: serves the page; sets the admin anew, erases what is kept, goes back an index, checks the installation.

Nothing is imported here before it is needed: `doctor` must run where the packages of the other commands are missing.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

from ui import words
from ui.errors import UiError

DOCTOR = "doctor"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 2 not done; of `doctor` also 1: something is to be mended."""
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == [DOCTOR]:
        from ui.doctor import main as doctor

        return doctor(given[1:])
    from documents.disk import told
    from documents.errors import DocumentError
    from index.errors import IndexRoomError
    from rag.errors import RagError

    options = _parser().parse_args(given)
    try:
        return int(options.run(options))
    except (UiError, RagError, IndexRoomError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(told(error), file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    from ui.limits import RATE
    from ui.server import HOST, PORT

    parser = argparse.ArgumentParser(
        prog="python -m ui",
        description="在本机打开问答页面。",
        epilog="默认只有本机能打开。给同一内网的其他人用：--host 0.0.0.0；密码在网络上没有加密，不要放到公网上。",
    )
    parser.add_argument("--host", default=HOST, help=f"在哪个地址上打开（默认 {HOST}，只限本机）")
    parser.add_argument("--port", type=int, default=PORT, help=f"端口（默认 {PORT}；0 表示任选一个空的）")
    parser.add_argument(
        "--rate", type=_rate, default=RATE, help=f"同一个地址每秒最多问几次（默认 {RATE:g}；在反向代理后面要调大）"
    )
    parser.add_argument("--proxy", default="", metavar="域名", help="本机上有 https 代理，用这个域名把页面提供给别人")
    parser.set_defaults(run=_serve)
    commands = parser.add_subparsers(metavar="命令")
    admin = commands.add_parser("admin", help="重新设置管理员")
    admin.add_argument("--reset", action="store_true", required=True, help="打印一个新的一次性链接")
    admin.add_argument("--port", type=int, default=PORT, help=f"页面的端口（默认 {PORT}）")
    admin.set_defaults(run=_admin)
    forget = commands.add_parser("forget", help="删掉保存的意见和没答上的问题")
    forget.add_argument("--before", type=_day, metavar="日期", help="只删这一天以前的，如 2026-11-21")
    forget.set_defaults(run=_forget)
    back = commands.add_parser("rollback", help="换回上一个索引")
    back.set_defaults(run=_rollback)
    commands.add_parser(DOCTOR, help="检查安装、设置和索引，说哪里要修")
    return parser


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < float("inf"):
        raise argparse.ArgumentTypeError(f"「{text}」要是大于 0 的数")
    return rate


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期「{text}」不对，应为 2026-11-21 这样") from None


def _serve(options: argparse.Namespace) -> int:
    from ui.server import serve

    serve(options.host, options.port, rate=options.rate, proxy=options.proxy)
    return 0


def _admin(options: argparse.Namespace) -> int:
    from ui.server import HOST
    from ui.signin import setup_link
    from ui.store.accounts import Accounts
    from ui.store.database import open_store

    token = Accounts(open_store()).new_setup()
    print(words.NEW_SETUP_LINK.format(link=setup_link(f"http://{HOST}:{options.port}/", token)))
    return 0


def _forget(options: argparse.Namespace) -> int:
    from ui.store.database import open_store
    from ui.store.kept import Kept

    print(words.FORGOT.format(rows=Kept(open_store()).forget(options.before)))
    return 0


def _rollback(_: argparse.Namespace) -> int:
    from index.build import default_folder
    from index.publish import go_back, turn, when

    folder = default_folder()
    with turn(folder, "python -m ui rollback"):
        manifest = go_back(folder)
    print(words.WENT_BACK.format(built=when(manifest), documents=manifest.documents))
    return 0


if __name__ == "__main__":
    sys.exit(main())
