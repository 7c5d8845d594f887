"""The local server: the page under strict headers, and the API. Gradio and FastAPI are imported on use."""

from __future__ import annotations

import ctypes
import errno
import ipaddress
import logging
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from ui import words
from ui.errors import AddressTaken
from ui.limits import BURST, RATE, RateLimit
from ui.live import Live

if TYPE_CHECKING:
    from fastapi import FastAPI

HOST = "127.0.0.1"
PORT = 7860
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # mallopt's names for them
_REASONS = {errno.EADDRNOTAVAIL: words.NOT_OURS, errno.EACCES: words.NO_RIGHT}


def serve(host: str = HOST, port: int = PORT, index: Path | None = None, rate: float = RATE) -> None:
    """Serve the page until interrupted; prints its address once it answers.

    Parameters: where to listen; the folder of an index (the user's own, built on first use, where none is given);
    how many questions a second one address may ask.
    Raises AddressTaken where that host and port cannot be listened on, and the errors of the rooms below.
    """
    listener = listen(host, port)
    try:
        _few_arenas()
        _one_thread_each()
        from rag import Assistant
        from rag.rows import open_or_build

        live = Live(Assistant(open_or_build(index)))
        app = make_app(live, host, rate)
        _run(app, listener, host)
    finally:
        listener.close()


def _few_arenas() -> None:
    """Keep threads from holding a heap each: glibc else gives each of the forty that answer its own, and never takes it back."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc only
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)
        mallopt(_MMAP_THRESHOLD, 128 * 1024)


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


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_app(live: Live, host: str = HOST, rate: float = RATE) -> FastAPI:
    """Make the web application: the page at `/`, the API beside it, headers around both."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import gradio as gr
    from fastapi import FastAPI

    from ui.api import add_api
    from ui.bench.report import add_report
    from ui.frame import FAVICON, PATHS, build, css, theme
    from ui.headers import Guard
    from ui.library.reader import add_reader

    app = FastAPI(
        title=words.NAME, description=words.PROMISE, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    add_api(app, live, RateLimit(rate, max(BURST, int(rate))))
    add_reader(app, live)
    add_report(app)

    page = build(live)
    page.queue(max_size=64)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        favicon_path=str(FAVICON),
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css=css(),
    )
    app.add_middleware(Guard, pages=PATHS, hosts=("127.0.0.1", "localhost", "[::1]") if is_loopback(host) else ())
    return app


def _run(app: FastAPI, listener: socket.socket, host: str) -> None:
    import uvicorn

    address, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if address in ("0.0.0.0", "::") else f"[{address}]" if ":" in address else address

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(words.SERVING.format(address=f"http://{shown}:{port}/"), flush=True)

    if not is_loopback(host):
        print(words.OPEN_TO_OTHERS, flush=True)
    logging.getLogger("niangjia.ui").setLevel(logging.INFO)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=2, server_header=False
    )
    Announcing(config).run(sockets=[listener])
