"""The local server: the page under strict headers, and the API. Gradio and FastAPI are imported on use."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ui import logs, words
from ui.errors import AddressTaken
from ui.limits import BURST, RATE, RateLimit, is_loopback
from ui.live import Live, follow, warm

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from rag import Assistant
    from ui.store.accounts import Accounts
    from ui.store.jobs import JobStore
    from ui.store.kept import Kept

HOST = "127.0.0.1"
PORT = 7860
SIGNED = ("/admin", "/approve", "/bench", "/desk")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LARGEST_FILE = "60mb"
WAITING = 128  # questions that may wait in the chat; two cores work them off in about five seconds
MOST_FILES = 16_384  # open at once, connections among them
_DAY = 24 * 3600.0
_OFTEN, _LEFT = 300.0, 3600.0  # seconds between two looks at uploads, and how long one may lie
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # mallopt's names for them
_REASONS = {errno.EADDRNOTAVAIL: words.NOT_OURS, errno.EACCES: words.NO_RIGHT}


def serve(host: str = HOST, port: int = PORT, index: Path | None = None, rate: float = RATE, proxy: str = "") -> None:
    """Serve the page until interrupted; prints its address once it answers, and the one-time link where nobody can sign in yet.

    Parameters: where to listen; the folder of an index (the user's own, built on first use, where none is given); how many
    questions a second one address may ask; the host name under which a proxy on this computer offers the page, whose word
    on addresses and https is then taken.
    Raises AddressTaken where that host and port cannot be listened on, and the errors of the rooms below.
    """
    logs.set_up()
    listener = listen(host, port)
    over = threading.Event()
    if threading.current_thread() is threading.main_thread():
        # else the system's stop (SIGTERM) would end us without cleaning up: uploads would stay behind
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _few_arenas()
        _many_files()
        _one_thread_each()
        from documents.library import home
        from rag import Assistant
        from rag.rows import open_or_build
        from ui.store.accounts import Accounts
        from ui.store.approved import ApprovalStore
        from ui.store.database import open_store
        from ui.store.jobs import JobStore
        from ui.store.kept import Kept

        engine = open_store()
        kept, jobs = Kept(engine), JobStore(engine)
        threading.Thread(target=_erase_daily, args=(kept, Accounts(engine), jobs, over), daemon=True).start()
        live = Live(_warmed(Assistant(open_or_build(index), ApprovalStore(engine, home()))), kept)
        live.jobs = jobs
        folder = live.edition.index.folder
        threading.Thread(target=follow, args=(live, folder, over), daemon=True).start()
        with tempfile.TemporaryDirectory(prefix="niangjia-uploads-", ignore_cleanup_errors=True) as uploads:
            os.environ["GRADIO_TEMP_DIR"] = uploads  # what is uploaded is read by nobody else here, and goes with us
            threading.Thread(target=_erase_uploads_often, args=(Path(uploads), over), daemon=True).start()
            app = make_app(live, engine, host, rate, proxy)
            try:
                _run(app, listener, host, Accounts(engine), proxy)
            finally:
                jobs.leave()
    finally:
        over.set()
        listener.close()


def _warmed(assistant: Assistant) -> Assistant:
    """Warm an assistant; one that cannot answer is served all the same: the library can be read, and mended on the page."""
    try:
        return warm(assistant)
    except Exception as error:
        logs.event("warming_failed", logging.ERROR, error=logs.where(error))
        return assistant


def _erase_daily(kept: Kept, accounts: Accounts, jobs: JobStore, over: threading.Event) -> None:
    """Erase what is older than the retention, jobs too, and sessions that have ended, at once and then every day."""
    from sqlalchemy.exc import SQLAlchemyError

    while True:
        try:
            accounts.erase_old()
            kept.erase_old()
            jobs.erase_old(kept.retention)
        except SQLAlchemyError as error:
            logging.getLogger("niangjia.ui").error(
                "old feedback and sessions could not be erased: %s", type(error).__name__
            )
        if over.wait(_DAY):
            return


def _erase_uploads_often(uploads: Path, over: threading.Event) -> None:
    """Erase what was uploaded and left, also where the line broke, of which Gradio knows nothing."""
    while not over.wait(_OFTEN):
        erase_uploads(uploads, _LEFT)


def erase_uploads(folder: Path, age: float) -> None:
    """Erase the files and empty folders below a folder that nobody wrote to for so many seconds."""
    before = time.time() - age
    for path in sorted(folder.rglob("*"), reverse=True):
        with suppress(OSError):  # it is gone, or there is something in it
            if path.lstat().st_mtime < before:
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def _few_arenas() -> None:
    """Keep threads from holding a heap each: glibc else gives each of the forty that answer its own, and never takes it back."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc only
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)
        mallopt(_MMAP_THRESHOLD, 128 * 1024)


def _many_files() -> None:
    """Let as many connections be open as the system lets us have: by default they are a thousand, which four addresses may hold."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _one_thread_each() -> None:
    """Let an answer compute in its own thread only: so small an index gains nothing from more, and their waiting costs twice the answer."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for what is loaded from now on: faiss, torch
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)  # for what is loaded already: numpy's linear algebra


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything slow happens. Returns the listening socket; raises AddressTaken."""
    if not 0 <= port <= 65535:
        raise AddressTaken(words.NO_ADDRESS.format(host=host, port=port, reason=words.BAD_PORT))
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else PORT
            raise AddressTaken(words.TAKEN.format(port=port, other=other)) from error
        unknown = words.NO_HOST if isinstance(error, socket.gaierror) else str(error)
        reason = _REASONS.get(error.errno or 0, unknown)
        raise AddressTaken(words.NO_ADDRESS.format(host=host, port=port, reason=reason)) from error


def make_app(live: Live, engine: Engine, host: str = HOST, rate: float = RATE, proxy: str = "") -> FastAPI:
    """Make the web application: the page at `/`, the API and the sign-in beside it, the guard around all."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # after every answer it would else sum up the last ten thousand events, for a dashboard that is closed here (ui/headers.py)
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
    import gradio as gr
    from fastapi import FastAPI

    from ui.admin.export import add_export
    from ui.api import add_api
    from ui.bench.report import add_report
    from ui.desk.downloads import add_downloads
    from ui.events import events_of
    from ui.frame import FAVICON, PATHS, build, css, theme
    from ui.headers import Guard
    from ui.library.reader import add_reader
    from ui.signin import add_signin
    from ui.store.accounts import Accounts
    from ui.store.kept import Kept
    from ui.visitors import hold_little

    app = FastAPI(
        title=words.NAME, description=words.PROMISE, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    limit = RateLimit(rate, max(BURST, int(rate)))
    add_api(app, live, limit, trusted=bool(proxy))
    add_reader(app, live)
    add_report(app)
    add_downloads(app)
    accounts = Accounts(engine)
    add_signin(app, accounts)
    add_export(app, Kept(engine))

    logs.quiet_gradio()
    page = build(live)
    # "auto" would tell everybody who waits her place anew at every answer: fifty messages for each, which nobody sees
    page.queue(max_size=WAITING, status_update_rate=30)
    page.has_launched = True  # else Gradio does not look whether a file that an event names is an upload
    # it says that pages cannot be rendered on the server, which is not asked for
    warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        favicon_path=str(FAVICON),
        show_error=False,
        max_file_size=LARGEST_FILE,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css=css(),
    )
    hold_little(page)
    hosts = (*LOOPBACK, *([proxy.lower()] if proxy else ())) if is_loopback(host) else ()
    events = events_of(page, SIGNED)
    app.add_middleware(
        Guard,
        pages=PATHS,
        hosts=hosts,
        signed=SIGNED,
        who=accounts.who,
        limit=limit,
        told=live.sent_back,
        events=events,
    )
    return app


def _run(app: FastAPI, listener: socket.socket, host: str, accounts: Accounts, proxy: str) -> None:
    import uvicorn

    from ui.lines import Line
    from ui.signin import setup_link

    address, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if address in ("0.0.0.0", "::") else f"[{address}]" if ":" in address else address

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                here = f"http://{shown}:{port}/"
                print(words.SERVING.format(address=here), flush=True)
                if not accounts.any():
                    link = setup_link(f"https://{proxy}/" if proxy else here, accounts.new_setup())
                    print(words.SETUP_LINK.format(link=link), flush=True)

    if not is_loopback(host):
        print(words.OPEN_TO_OTHERS, flush=True)
    config = uvicorn.Config(
        app,
        http=Line,
        log_config=None,  # ours (ui/logs.py)
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        server_header=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips="127.0.0.1,::1",
        # longer than a proxy keeps a connection idle: else it may send a question into one that we are just closing
        timeout_keep_alive=75,
    )
    Announcing(config).run(sockets=[listener])
