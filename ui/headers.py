"""What stands around the page: security headers, the Chinese language of the page, and routes that are closed."""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection

from ui import logs, words
from ui.events import EVENT, MOST_ASKED
from ui.limits import BUSY, FAST
from ui.signin import ACCOUNT, SESSION, redirect_to_signin, same_site

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ui.events import Events
    from ui.limits import RateLimit

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
# No file is ever read through Gradio (downloads are routes of our own), and its API is not ours (/api).
CLOSED = ("/openapi.json", "/docs", "/redoc", "/login", "/logout", "/monitoring", "/pwa_icon", "/manifest.json")
# Of Gradio's own routes only those that its pages use; tests/strangers/test_routes.py says of each why.
_BELOW = "/gradio_api/"
_OPEN = re.compile(
    r"/gradio_api/(?:queue/(?:join|data)|run/[^/]+|cancel|reset|heartbeat/[A-Za-z0-9_-]{1,64}|info|theme\.css|upload|upload_progress)/?"
)
# Whoever asks must not say where we are: Gradio would believe these.
_NOT_READ = (b"x-forwarded-host", b"x-gradio-server")
UPLOAD = ("/gradio_api/upload", "/gradio_api/upload_progress")
MOST_UPLOADED = 300 * 2**20  # bytes of one request, which may carry several files
MOST_SENT = 4 * 2**20  # bytes of any other request
_STATIC = ("/assets/", "/static/", "/svelte/", "/theme.css", "/gradio_api/theme.css", "/favicon")
_SAFE = ("GET", "HEAD", "OPTIONS")
# Gradio takes its own few words (loading, errors) from the browser's language; this page is Chinese for everybody.
_IN_HEAD = (
    "<script>Object.defineProperty(navigator,'language',{get:()=>'zh-CN'});"
    "Object.defineProperty(navigator,'languages',{get:()=>['zh-CN','zh']});"
    # large type and high contrast, before anything is drawn; a browser may refuse its storage
    "try{for(const look of ['nj-large','nj-contrast'])"
    "document.documentElement.classList.toggle(look,localStorage.getItem(look)==='1')}catch(refused){}"
    # its notices it writes in English for everybody
    f"const said={json.dumps(words.NOTICES, ensure_ascii=False)};"
    "new MutationObserver(()=>document.querySelectorAll('.toast-title,.toast-message-text').forEach((part)=>{"
    "const text=part.textContent.trim(),begin=Object.keys(said).find((word)=>word.includes(' ')?text.startsWith(word):text===word);"
    "if(begin)part.textContent=said[begin];})).observe(document,{childList:true,subtree:true});</script>"
)
_STYLE = f"<style>{Path(__file__).with_name('outside.css').read_text(encoding='utf-8')}</style>"
_NO_SCRIPT = f"<noscript>{words.NO_SCRIPT}</noscript>"
_OTHER_HOSTS = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<link rel="manifest"[^>]*>')


def chinese(page: str) -> str:
    """Make Gradio's start page Chinese and drop its advertisement of itself."""
    page = _OTHER_HOSTS.sub("", page.replace('lang="en"', 'lang="zh-CN"', 1))
    page = page.replace("<gradio-app", f"{_NO_SCRIPT}<gradio-app", 1)
    return page.replace("<head>", f"<head>{_IN_HEAD}{_STYLE}", 1)


JOIN = "/gradio_api/queue/join"
SOON = 5  # seconds in which a full queue is worked off


class Guard:
    """Wraps the application: closed routes, host names, who is signed in, sizes, headers, the language of the pages.

    `pages` are Gradio's pages, `signed` the first parts of the paths that need sign-in (`/admin`); `hosts` the allowed host
    names (none given: all); `who` gives the name behind a session's token, '' where there is none; `limit` is how often one
    address may send an event of a page that waits for its turn, as a question does; `told` hears why one was sent back; `events`
    are those of the pages (none given: they are let through as they come).
    """

    def __init__(
        self,
        app: ASGIApp,
        pages: Sequence[str] = ("/",),
        hosts: Sequence[str] = (),
        signed: Sequence[str] = (),
        who: Callable[[str], str] = lambda token: "",
        limit: RateLimit | None = None,
        told: Callable[[str], None] = lambda why: None,
        events: Events | None = None,
    ) -> None:
        self.app = app
        self.pages = pages
        self.hosts = hosts
        self.signed = signed
        self.who = who
        self.limit = limit
        self.told = told
        self.events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kept = [(name, value) for name, value in scope["headers"] if name not in _NOT_READ]
        scope = {**scope, "headers": kept, ACCOUNT: await self._account(scope)}
        most = MOST_UPLOADED if scope["path"].startswith(UPLOAD) else MOST_SENT
        if refusal := self._refuse(scope, most):
            await _turned_away(scope, send, refusal)
        elif scope["path"] in self.pages:
            kept = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]
            await self.app({**scope, "headers": kept}, receive, _Rewriting(send))
        elif scope["method"] == "POST" and EVENT.fullmatch(scope["path"]):
            await self._event(scope, receive, send)
        else:
            await self.app(scope, _at_most(receive, most), _with_headers(send, scope["path"]))

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in an event of a page: as often as one may, and as far as a page of ours may send it."""
        address = HTTPConnection(scope).client
        if (
            scope["path"].rstrip("/") == JOIN
            and self.limit
            and (wait := self.limit.wait(address.host if address else ""))
        ):
            await self._sent_back(send, FAST, words.TOO_FAST, math.ceil(wait))
            return
        if self.events is not None:
            body = await _whole(receive, MOST_SENT if scope[ACCOUNT] else MOST_ASKED)
            held = None if body is None else self.events.held(body, scope[ACCOUNT])
            if held is None:
                await _turned_away(scope, send, 413 if body is None else 422)
                return
            rest = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
            scope = {**scope, "headers": [*rest, (b"content-length", str(len(held)).encode("ascii"))]}
            receive = _once(held, receive)
        full = False

        async def sending(message: Message) -> None:
            nonlocal full
            if message["type"] == "http.response.start" and message["status"] == 503:  # Gradio's, in English
                full = True
                await self._sent_back(send, BUSY, words.BUSY, SOON)
            elif not full:
                await _with_headers(send)(message)

        await self.app(scope, _at_most(receive, MOST_SENT), sending)

    async def _sent_back(self, send: Send, why: str, sentence: str, seconds: int) -> None:
        """Say when to come back: one came too fast, or too many wait."""
        logs.event("turned_away", logging.INFO, code=429)
        self.told(why)
        await _later(_with_headers(send), sentence, seconds)

    async def _account(self, scope: Scope) -> str:
        token = HTTPConnection(scope).cookies.get(SESSION)
        return await run_sync(self.who, token) if token and not scope["path"].startswith(_STATIC) else ""

    def _refuse(self, scope: Scope, most: int) -> int:
        """Return the status of a refusal, 0 where there is none."""
        asked = HTTPConnection(scope)
        path = scope["path"]
        if self.hosts and re.sub(r":\d+$", "", asked.headers.get("host", "")).lower() not in self.hosts:
            return 421
        if path.startswith(CLOSED) or (path.startswith(_BELOW) and not _OPEN.fullmatch(path)):
            return 404
        if scope["method"] not in _SAFE and SESSION in asked.cookies and not same_site(asked.headers):
            return 403
        if not scope[ACCOUNT]:
            if path.startswith(UPLOAD):
                return 401
            if "/" + path.strip("/").split("/")[0] in self.signed:
                return 303 if scope["method"] in _SAFE else 401
        length = asked.headers.get("content-length", "0")
        return 413 if not length.isdecimal() or int(length) > most else 0


def _at_most(receive: Receive, most: int) -> Receive:
    """Stop reading a request that names no length once it is too long."""
    read = 0

    async def receiving() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            return {"type": "http.disconnect"}
        return message

    return receiving


async def _whole(receive: Receive, most: int) -> bytes | None:
    """Read a body; None where it is too long, or nobody waits for an answer any more."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body"))
        if len(body) > most or message["type"] == "http.disconnect":
            return None
    return bytes(body)


def _once(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read already, then whatever comes."""
    left = [body]

    async def receiving() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return receiving


def _with_headers(send: Send, path: str = "") -> Send:
    """Add our headers to an answer, and take away what lets another site's script read it; but for what never changes nothing is kept."""
    more = HEADERS if path.startswith(_STATIC) else (*HEADERS, (b"cache-control", b"no-store"))

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(n, v) for n, v in message.get("headers", ()) if not n.lower().startswith(b"access-control-")]
            named = {name.lower() for name, _ in own}  # a page of ours may bring a stricter policy than Gradio's can be
            message = {**message, "headers": [*own, *((name, value) for name, value in more if name not in named)]}
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


async def _later(send: Send, sentence: str, seconds: int) -> None:
    """Answer 429, with the seconds after which to come back and a sentence that the page shows."""
    body = json.dumps({"detail": sentence}, ensure_ascii=False).encode("utf-8")
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"retry-after", str(seconds).encode("ascii")),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _turned_away(scope: Scope, send: Send, status: int) -> None:
    """Refuse a request without a word, and say so in the log without its words."""
    logs.event("turned_away", logging.DEBUG if status in (303, 404) else logging.INFO, code=status)
    signin = redirect_to_signin(scope["path"], scope["query_string"].decode("latin-1"))
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    if status == 303:
        headers.append((b"location", signin.encode("ascii")))
    sending = _with_headers(send)
    await sending({"type": "http.response.start", "status": status, "headers": headers})
    await sending({"type": "http.response.body", "body": b""})
