"""Errors of the API as problem+json (RFC 9457), in Chinese sentences that name no word of the question."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from ui.api import words
from ui.logs import request_number

JSON = "application/problem+json"


class Refused(HTTPException):
    """A request that is answered with a problem: status, sentence for people, headers, further members of the problem."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None, **more: str) -> None:
        super().__init__(status, detail, headers)
        self.more = more


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Make the body of an error, with the number of the request that the log has."""
    number = {"request_id": found} if (found := request_number()) else {}
    return {"type": "about:blank", "title": words.TITLES.get(status, words.ERROR), "status": status, "detail": detail, **number, **more}  # fmt: skip


def add_problems(app: FastAPI) -> None:
    """Answer every error of an application as problem+json."""

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        # the framework's own errors are English; ours carry a Chinese sentence
        known = words.HTTP_ERRORS.get(error.status_code, words.FAILED)
        detail = str(error.detail) if not str(error.detail).isascii() else known
        more = error.more if isinstance(error, Refused) else {}
        body = problem(error.status_code, detail, **more)
        return JSONResponse(body, error.status_code, dict(error.headers or {}), media_type=JSON)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = "；".join(dict.fromkeys(map(fault, error.errors()[:5])))
        return JSONResponse(problem(422, words.BAD_REQUEST.format(faults=faults)), 422, media_type=JSON)


def fault(found: Any) -> str:
    """Say what is wrong with one field of a request: 「question」太长，最多2000字."""
    place = ".".join(str(part) for part in found["loc"][1:] if not str(part).startswith(("function", "EarlierTurn")))
    limits = {name: value for name, value in (found.get("ctx") or {}).items() if isinstance(value, int | float | str)}
    try:
        said = words.FAULTS.get(found["type"], words.WRONG_FAULT).format(**limits)
    except (KeyError, IndexError):
        said = words.WRONG_FAULT
    return f"「{place[:60] or words.BODY}」{said}"
