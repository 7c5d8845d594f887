"""What stands around the page: security headers, the Chinese language of the page, and routes that are closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ui import words

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'; base-uri 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# Nothing is ever uploaded to this page, nor any file read through it; its API is our own (/api), not Gradio's.
CLOSED = (
    "/openapi.json",
    "/docs",
    "/redoc",
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/component_server",
    "/gradio_api/stream",
    "/monitoring",
)
# Gradio takes its own few words (loading, errors) from the browser's language; this page is Chinese for everybody.
_IN_HEAD = (
    "<script>Object.defineProperty(navigator,'language',{get:()=>'zh-CN'});"
    "Object.defineProperty(navigator,'languages',{get:()=>['zh-CN','zh']});"
    # large type and high contrast, before anything is drawn; a browser may refuse its storage
    "try{for(const look of ['nj-large','nj-contrast'])"
    "document.documentElement.classList.toggle(look,localStorage.getItem(look)==='1')}catch(refused){}</script>"
)
_STYLE = f"<style>{Path(__file__).with_name('outside.css').read_text(encoding='utf-8')}</style>"
_NO_SCRIPT = f"<noscript>{words.NO_SCRIPT}</noscript>"
_OTHER_HOSTS = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<link rel="manifest"[^>]*>')


def chinese(page: str) -> str:
    """Make Gradio's start page Chinese and drop its advertisement of itself."""
    page = _OTHER_HOSTS.sub("", page.replace('lang="en"', 'lang="zh-CN"', 1))
    page = page.replace("<gradio-app", f"{_NO_SCRIPT}<gradio-app", 1)
    return page.replace("<head>", f"<head>{_IN_HEAD}{_STYLE}", 1)


class Guard:
    """Wraps the application: closed routes, allowed host names (none given: all), headers, the language of the pages."""

    def __init__(self, app: ASGIApp, pages: Sequence[str] = ("/",), hosts: Sequence[str] = ()) -> None:
        self.app = app
        self.pages = pages
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif refusal := self._refuse(scope):
            await _plain(send, refusal)
        elif scope["path"] in self.pages:
            kept = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]
            await self.app({**scope, "headers": kept}, receive, _Rewriting(send))
        else:
            await self.app(scope, receive, _with_headers(send))

    def _refuse(self, scope: Scope) -> int:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if self.hosts and re.sub(r":\d+$", "", host).lower() not in self.hosts:
            return 421
        return 404 if scope["path"].startswith(CLOSED) else 0


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            named = {name.lower() for name, _ in own}  # a page of ours may bring a stricter policy than Gradio's can be
            message = {**message, "headers": [*own, *((name, value) for name, value in HEADERS if name not in named)]}
        await send(message)

    return sending


class _Rewriting:
    """Holds an HTML response back until it is whole, then sends it in Chinese."""

    def __init__(self, send: Send) -> None:
        self.send = _with_headers(send)
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body") or self.start is None:
            return
        headers = list(self.start.get("headers", ()))
        if dict(headers).get(b"content-type", b"").startswith(b"text/html"):
            self.body = chinese(self.body.decode("utf-8")).encode("utf-8")
            headers = [(k, v) for k, v in headers if k not in (b"content-length", b"cache-control")]
            headers += [(b"content-length", str(len(self.body)).encode("ascii")), (b"cache-control", b"no-store")]
        await self.send({**self.start, "headers": headers})
        await self.send({"type": "http.response.body", "body": self.body})


async def _plain(send: Send, status: int) -> None:
    sending = _with_headers(send)
    await sending({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await sending({"type": "http.response.body", "body": b""})
