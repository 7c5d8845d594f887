"""Sign-in: the forms /signin and /signout, rendered here without scripts, and what a page's handlers ask before they act."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from ui import logs, words
from ui.errors import BadPassword
from ui.limits import visitor
from ui.store.accounts import Accounts
from ui.store.faults import meaning

if TYPE_CHECKING:
    import gradio as gr

ACCOUNT = "niangjia.account"  # in the scope of a request: the name of who is signed in, put there by the guard alone
SESSION = "niangjia_session"
_FORM = "niangjia_form"
_AFTER = "/admin"
_LOCAL = re.compile(r"/(?!/)[A-Za-z0-9/_.~?=&%#-]*")
_CSS = Path(__file__).with_suffix(".css")
_FORGET_AFTER = 3600.0
_MOST_KEYS = 20_000
_AT_ONCE = (
    4  # sign-ins that are looked at: each holds a thread while two of them hash, and others answer with those threads
)

NOT_SIGNED_IN = "登录已经过期，或者还没有登录。请刷新页面，重新登录再做。"
TITLE, SET_UP, OUT = "登录", "设置管理员", "退出登录"
NAME, PASSWORD, AGAIN = "名字", "密码", "再输一遍密码"
WRONG = "名字或密码不对。"
TOO_OFTEN = "试得太多了，请过 {seconds} 秒再试。"
BUSY = "现在登录的人太多，请过几秒再试。"
STALE = "这一页放得太久了，请再填一次。"
FOREIGN = "这个请求不是从本页面发出的，没有处理。"
NOT_KEPT = "现在登录不了：数据库写不进去（{reason}）。请告诉管理这台电脑的人。"
USED_UP = "这个一次性链接用过了、过期了或不对。请在运行本程序的电脑上运行 python -m ui admin --reset，会打印一个新的。"
NO_ACCOUNT = "还没有设置管理员。请打开程序启动时打印的一次性链接；找不到了，就在运行本程序的电脑上运行 python -m ui admin --reset。"
DIFFERENT = "两遍密码不一样。"
SET_UP_TEXT = "请定一个名字和至少12个字符的密码。以前的管理员和登录都会作废。"
SIGN_IN_TEXT = "备课、审定、评测和管理要登录；问一问和查政策不用。"
OUT_TEXT = "现在登录的是「{name}」。退出后，这台设备要重新登录才能用备课、审定、评测和管理。"
BACK = "回到问一问"


def require(request: gr.Request) -> str:
    """Return the name of who is signed in. Raises gr.Error, a Chinese sentence for the page, where nobody is."""
    if account := signed_in(request):
        return account
    import gradio as gr

    raise gr.Error(NOT_SIGNED_IN, title="需要登录", print_exception=False)


def signed_in(request: gr.Request) -> str:
    """Return the name of who is signed in, '' where nobody is."""
    return str(request.request.scope.get(ACCOUNT, "")) if request.request else ""


def local(path: str) -> str:
    """Return a path of this site to go on to, the page 管理 where it is none (another site, a script)."""
    return path if _LOCAL.fullmatch(path) and not path.startswith(("/signin", "/signout")) else _AFTER


def same_site(headers: Mapping[str, str]) -> bool:
    """Whether a request was made by a page of this very address: browsers say so, other programs must too."""
    origin = headers.get("origin", "null")
    if origin != "null":
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    return headers.get("sec-fetch-site") == "same-origin"


class Guesses:
    """Slows guessing: `free` tries of a key, then a wait that doubles with every try up to `longest` seconds."""

    def __init__(self, free: int, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.free = free
        self.longest = longest
        self._clock = clock
        self._tries: OrderedDict[str, tuple[int, float, float]] = OrderedDict()  # tries, next at, last at
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """Take one try of a key, before its password is looked at. Returns 0, or the seconds until the next try is allowed."""
        with self._lock:
            now = self._clock()
            tries, free_at, last = self._tries.pop(key, (0, now, now))
            if now - last > _FORGET_AFTER:
                tries, free_at = 0, now
            if now < free_at:
                self._tries[key] = tries, free_at, last
                return free_at - now
            tries += 1
            pause = min(self.longest, 2.0 ** min(tries - self.free, 30)) if tries > self.free else 0.0
            self._tries[key] = tries, now + pause, now
            while len(self._tries) > _MOST_KEYS:
                self._tries.popitem(last=False)
            return 0.0

    def forgive(self, key: str) -> None:
        """Forget the tries of a key."""
        with self._lock:
            self._tries.pop(key, None)


def setup_link(address: str, token: str) -> str:
    """Return the one-time link below the address of the page."""
    return f"{address.rstrip('/')}/signin?setup={token}"


def add_signin(app: FastAPI, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
    """Add the routes /signin and /signout to an application."""
    by_address, by_account = Guesses(5, 900, clock), Guesses(10, 60, clock)  # an account cannot be locked by a stranger
    turns = threading.BoundedSemaphore(_AT_ONCE)

    def shown(request: Request, status: int = 200, fault: str = "", next: str = "", setup: str = "") -> Response:
        secret = _secret(request) or secrets.token_urlsafe(32)
        if setup and not accounts.setup_valid(setup):
            setup, fault, status = "", fault or USED_UP, status if status == 429 else 410
        elif not setup and not accounts.any():
            fault = fault or NO_ACCOUNT
        response = _sheet(status, _signin_form(_token(secret), fault, next, setup))
        if not _secret(request):
            _cookie(response, request, _FORM, secret)
        return response

    def entered(request: Request, session: str, next: str) -> Response:
        response = RedirectResponse(local(next), 303)
        _cookie(response, request, SESSION, session)
        response.delete_cookie(_FORM, path="/")
        return response

    @app.get("/signin", include_in_schema=False)
    def signin(request: Request, next: str = "", setup: str = "") -> Response:
        if request.scope.get(ACCOUNT) and not setup:
            return RedirectResponse(local(next), 303)
        return shown(request, 200, "", next, setup[:100])

    @app.post("/signin", include_in_schema=False)
    def sign_in(
        request: Request,
        token: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
        setup: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "",
    ) -> Response:
        name, setup, next = name.strip(), setup[:100], next[:300]
        if not same_site(request.headers):
            return shown(request, 403, FOREIGN, next, setup)
        if not hmac.compare_digest(token.encode(), _token(_secret(request)).encode()):
            return shown(request, 403, STALE, next, setup)
        if not turns.acquire(blocking=False):
            return refused(shown(request, 429, BUSY, next, setup), 2)
        try:
            return looked_at(request, name, password, again, setup, next)
        finally:
            turns.release()

    def looked_at(request: Request, name: str, password: str, again: str, setup: str, next: str) -> Response:
        address = visitor(request.client.host if request.client else "")
        if wait := by_address.wait(address) or by_account.wait("" if setup else name[:100]):
            seconds = int(wait) + 1
            return refused(shown(request, 429, TOO_OFTEN.format(seconds=seconds), next, setup), seconds)
        if setup and password != again:
            return shown(request, 422, DIFFERENT, next, setup)
        try:
            session = accounts.set_up(setup, name, password) if setup else accounts.sign_in(name, password)
        except BadPassword as error:
            return shown(request, 422, str(error), next, setup)
        except SQLAlchemyError as error:
            return shown(request, 503, NOT_KEPT.format(reason=meaning(error)), next, setup)
        if session is None:
            logs.event("sign_in_failed", logging.WARNING, client=logs.client_of_day(address))
            return shown(request, 410 if setup else 401, USED_UP if setup else WRONG, next)
        by_address.forgive(address)
        by_account.forgive("" if setup else name[:100])
        return entered(request, session, next)

    def refused(response: Response, seconds: int) -> Response:
        response.headers["retry-after"] = str(seconds)
        return response

    @app.get("/signout", include_in_schema=False)
    def signout(request: Request) -> Response:
        if not request.scope.get(ACCOUNT):
            return RedirectResponse("/signin", 303)
        return _sheet(200, _signout_form(_token(_secret(request)), str(request.scope[ACCOUNT])))

    @app.post("/signout", include_in_schema=False)
    def sign_out(request: Request, token: Annotated[str, Form()] = "") -> Response:
        secret = request.cookies.get(SESSION, "")
        if not same_site(request.headers) or not hmac.compare_digest(token.encode(), _token(secret).encode()):
            return _sheet(403, f'<h1>{OUT}</h1><p role="alert">{FOREIGN}</p>')
        accounts.sign_out(secret)
        response = RedirectResponse("/", 303)
        response.delete_cookie(SESSION, path="/")
        response.headers["clear-site-data"] = '"cache"'
        return response


def _secret(request: Request) -> str:
    """What a form is tied to: the session, or before there is one a cookie of its own."""
    return request.cookies.get(SESSION) or request.cookies.get(_FORM) or ""


def _token(secret: str) -> str:
    return hashlib.sha256(f"form {secret}".encode("utf-8", "surrogatepass")).hexdigest()


def _cookie(response: Response, request: Request, name: str, value: str) -> None:
    """Set a cookie that no script reads and no other site's page sends; it ends with the browser."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, path="/", httponly=True, samesite="strict", secure=secure)


def redirect_to_signin(path: str, query: str) -> str:
    """Return where a page that needs sign-in sends who is not."""
    return f"/signin?next={quote(path + (f'?{query}' if query else ''), safe='/')}"


def _sheet(status: int, body: str) -> Response:
    css = _CSS.read_text(encoding="utf-8")
    page = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{words.NAME}</title><style>{css}</style></head>'
        f'<body><main>{body}<p><a href="/">{BACK}</a></p></main></body></html>'
    )
    # The form's own address is told to this site alone: without it browsers send no origin with the form.
    return HTMLResponse(page, status, {"cache-control": "no-store", "referrer-policy": "same-origin"})


def _signin_form(token: str, fault: str, next: str, setup: str) -> str:
    new = "new" if setup else "current"
    return (
        f"<h1>{SET_UP if setup else TITLE}</h1><p>{SET_UP_TEXT if setup else SIGN_IN_TEXT}</p>"
        + (f'<p role="alert">{escape(fault)}</p>' if fault else "")
        + f'<form method="post" action="/signin"><input type="hidden" name="token" value="{token}">'
        f'<input type="hidden" name="next" value="{escape(next)}"><input type="hidden" name="setup" value="{escape(setup)}">'
        + _field("name", NAME, "text", "username", "required autofocus")
        + _field("password", PASSWORD, "password", f"{new}-password", "required")
        + (_field("again", AGAIN, "password", "new-password", "required") if setup else "")
        + f"<button>{SET_UP if setup else TITLE}</button></form>"
    )


def _field(name: str, label: str, kind: str, fills: str, more: str) -> str:
    return (
        f'<label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{fills}" maxlength="200" {more}>'
    )


def _signout_form(token: str, name: str) -> str:
    return (
        f"<h1>{OUT}</h1><p>{escape(OUT_TEXT.format(name=name))}</p>"
        f'<form method="post" action="/signout"><input type="hidden" name="token" value="{token}">'
        f"<button>{OUT}</button></form>"
    )
