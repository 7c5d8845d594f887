"""Downloads of the desk behind the session: files looked up by id, never by a path of the visitor's."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from ui.admin.tray import plain_name
from ui.ask.render import escape
from ui.desk import shelf, words
from ui.desk.made import made
from ui.signin import ACCOUNT

if TYPE_CHECKING:
    from fastapi import FastAPI

PACK, MADE = "/desk/pack/", "/desk/made/"
What = Literal["lecture", "slides", "handout", "notes", "all"]
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = {
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".pptx": f"{_OFFICE}presentationml.presentation",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".md": "text/markdown; charset=utf-8",
    ".zip": "application/zip",
}


def add_downloads(app: FastAPI) -> None:
    """Add the downloads to an application; they must stand before the pages."""
    from fastapi import Request
    from fastapi.responses import HTMLResponse, Response

    def sentence(text: str, status: int) -> Response:
        page = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{words.TITLE}</title><p>{escape(text)}</p></html>'
        return HTMLResponse(page, status, {"cache-control": "no-store"})

    def file(name: str, data: bytes) -> Response:
        ending = PurePath(name).suffix
        disposition = f"attachment; filename=\"download{ending}\"; filename*=UTF-8''{quote(plain_name(name), safe='')}"
        headers = {"content-disposition": disposition, "cache-control": "no-store"}
        return Response(data, media_type=_TYPES.get(ending, "application/octet-stream"), headers=headers)

    def pack(id: str, what: What, request: Request) -> Response:
        if not request.scope.get(ACCOUNT):
            return sentence(words.NOT_SIGNED_IN, 403)
        try:
            found = shelf.one(id)
        except shelf.NoPack:
            return sentence(words.GONE, 404)
        got = shelf.download(found, what)
        return file(f"{found.topic}-{got[0]}", got[1]) if got else sentence(words.GONE, 404)

    def paper(id: str, request: Request) -> Response:
        account = str(request.scope.get(ACCOUNT, ""))
        if not account:
            return sentence(words.NOT_SIGNED_IN, 403)
        found = made.get(account, id)
        return file(found.name, found.data) if found else sentence(words.GONE, 404)

    # FastAPI reads annotations from the module, where Request is not
    pack.__annotations__ = {"id": str, "what": What, "request": Request}
    paper.__annotations__ = {"id": str, "request": Request}
    app.get(PACK + "{id}/{what}", include_in_schema=False, response_model=None)(pack)
    app.get(MADE + "{id}", include_in_schema=False, response_model=None)(paper)
