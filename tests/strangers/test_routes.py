"""Every route of the running application, Gradio's included: who may reach it, and why. A route that a later Gradio adds fails here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.strangers.conftest import AT_HOME, Whole

ALL, STAFF, HERE, NOBODY = "everybody", "who is signed in", "this computer, or with the token", "nobody"

# Path: who reaches it, and what for.
ROUTES = {
    "/": (ALL, "the page 问一问"),
    "/library": (ALL, "the page 查政策"), "/library/": (ALL, "leads to it"),
    "/desk": (STAFF, "备课"), "/desk/": (STAFF, "leads to it"), "/approve": (STAFF, "审定"), "/approve/": (STAFF, "leads to it"),
    "/bench": (STAFF, "评测"), "/bench/": (STAFF, "leads to it"), "/admin": (STAFF, "管理"), "/admin/": (STAFF, "leads to it"),
    "/doc": (ALL, "the reader"), "/doc/{document_id:path}": (ALL, "a document of the index"),
    "/bench/report/{run}": (STAFF, "a run's report"), "/desk/pack/{id}/{what}": (STAFF, "a lesson's files"),
    "/desk/made/{id}": (STAFF, "files in memory, the account's own"), "/admin/export/{name}.{kind}": (STAFF, "what is kept, as a table"),
    "/signin": (ALL, "the form"), "/signout": (ALL, "the form; without a session it leads to the other"),
    "/api/ask": (ALL, "the API"), "/api/documents": (ALL, "the API"), "/api/documents/{document_id:path}": (ALL, "the API"),
    "/api/provisions/{provision_id:path}": (ALL, "the API"), "/api/regions": (ALL, "the API"), "/api/openapi.json": (ALL, "its description"),
    "/healthz": (ALL, "ok or not"), "/readyz": (ALL, "ok or not"), "/metrics": (HERE, "counts"),
    # Gradio's, that its pages use
    "/config": (ALL, "what a page is made of, no value of anybody"), "/config/": (ALL, "the same"),
    "/svelte/{path:path}": (ALL, "its files"), "/static/{path:path}": (ALL, "its files"), "/assets/{path:path}": (ALL, "its files"),
    "/favicon.ico": (ALL, "the sign of the tab"), "/theme.css": (ALL, "colours"), "/robots.txt": (ALL, "two words to search engines"),
    "/gradio_api/theme.css": (ALL, "colours"), "/gradio_api/info": (ALL, "its pages ask for it; all of ours is private, so it is empty"),
    "/gradio_api/info/": (ALL, "the same"),
    "/gradio_api/queue/join": (ALL, "events, held by ui/events.py, a bucket an address"), "/gradio_api/queue/data": (ALL, "what came of them"),
    "/gradio_api/run/{api_name}": (ALL, "events that wait for nothing, held by ui/events.py"),
    "/gradio_api/run/{api_name}/": (ALL, "the same"), "/gradio_api/cancel": (ALL, "停止, by an id that nobody guesses"),
    "/gradio_api/heartbeat/{session_hash}": (ALL, "says when she leaves"),
    "/gradio_api/upload": (STAFF, "documents and contracts"), "/gradio_api/upload_progress": (STAFF, "how far they are"),
    # Gradio's, that nothing of ours uses
    "/openapi.json": (NOBODY, "Gradio's own description"), "/login": (NOBODY, "ours is /signin"), "/login/": (NOBODY, "the same"), "/logout": (NOBODY, "ours is /signout"),
    "/monitoring": (NOBODY, "who uses what"), "/monitoring/summary": (NOBODY, "who uses what"), "/monitoring/{key}": (NOBODY, "who uses what"),
    "/pwa_icon": (NOBODY, "no app of a telephone"), "/pwa_icon/{size}": (NOBODY, "it makes pictures of any size"), "/manifest.json": (NOBODY, "no app of a telephone"),
    "/gradio_api/deep_link": (NOBODY, "writes conversations to disk"), "/gradio_api/file={path_or_url:path}": (NOBODY, "reads files and other hosts"),
    "/gradio_api/file/{path:path}": (NOBODY, "reads files"), "/gradio_api/proxy={url_path:path}": (NOBODY, "asks other hosts"),
    "/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}": (NOBODY, "reads files, and prints what it was asked for"),
    "/gradio_api/component_server": (NOBODY, "calls methods by their name"), "/gradio_api/component_server/": (NOBODY, "the same"),
    "/gradio_api/stream/{event_id}": (NOBODY, "feeds events"), "/gradio_api/stream/{event_id}/close": (NOBODY, "ends events"),
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8": (NOBODY, "sound and film"),
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}": (NOBODY, "sound and film"),
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file": (NOBODY, "sound and film"),
    "/gradio_api/api/{api_name}": (NOBODY, "events past the queue"), "/gradio_api/api/{api_name}/": (NOBODY, "the same"),
    "/gradio_api/call/{api_name}": (NOBODY, "events by name, past the bucket"), "/gradio_api/call/{api_name}/": (NOBODY, "the same"),
    "/gradio_api/call/v2/{api_name}": (NOBODY, "events by name, past the bucket"), "/gradio_api/call/v2/{api_name}/": (NOBODY, "the same"),
    "/gradio_api/call/{api_name}/{event_id}": (NOBODY, "what came of them"), "/gradio_api/call/v2/{api_name}/{event_id}": (NOBODY, "what came of them"),
    "/gradio_api/queue/status": (NOBODY, "how many wait"), "/gradio_api/reset": (ALL, "停止 sends it too; it does nothing"), "/gradio_api/reset/": (ALL, "the same"),
    "/gradio_api/startup-events": (NOBODY, "starts the queue a second time"), "/gradio_api/process_recording": (NOBODY, "works on films that anybody sends"),
    "/gradio_api/dev/reload": (NOBODY, "wakes twenty times a second for each who listens"),
    "/gradio_api/user": (NOBODY, "Gradio's own sign-in"), "/gradio_api/user/": (NOBODY, "the same"), "/gradio_api/token": (NOBODY, "the same"), "/gradio_api/token/": (NOBODY, "the same"),
    "/gradio_api/login_check": (NOBODY, "the same"), "/gradio_api/login_check/": (NOBODY, "the same"), "/gradio_api/app_id": (NOBODY, "names this process"), "/gradio_api/app_id/": (NOBODY, "the same"),
    "/gradio_api/runs": (NOBODY, "what was asked"), "/gradio_api/runs/": (NOBODY, "what was asked"), "/gradio_api/openapi.json": (NOBODY, "Gradio's own description"),
    "/gradio_api/vibe-edit": (NOBODY, "writes programs"), "/gradio_api/vibe-edit/": (NOBODY, "writes programs"), "/gradio_api/undo-vibe-edit": (NOBODY, "writes programs"),
    "/gradio_api/undo-vibe-edit/": (NOBODY, "writes programs"), "/gradio_api/vibe-code": (NOBODY, "reads and writes programs"), "/gradio_api/vibe-code/": (NOBODY, "the same"),
    "/gradio_api/vibe-starter-queries": (NOBODY, "asks a model elsewhere"), "/gradio_api/vibe-starter-queries/": (NOBODY, "the same"),
}  # fmt: skip
STREAMS = ("/gradio_api/queue/data", "/gradio_api/heartbeat/{session_hash}")  # they have no end


def flat(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Methods and paths of routes, and of what is mounted or included among them."""
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        below = getattr(inner, "routes", None)
        if not hasattr(route, "methods") and below:
            yield from flat(below)
            continue
        for method in sorted(set(getattr(route, "methods", None) or {"GET"}) - {"HEAD"}) or ["GET"]:
            yield method, str(getattr(route, "path", ""))


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "a", path)


def test_every_route_is_known(whole: Whole) -> None:
    there = {path for _, path in flat(whole.app.routes)}
    assert there - ROUTES.keys() == set(), "new ones: say who may reach them and why, and close what no page uses"
    assert ROUTES.keys() - there == set(), "gone ones: take them out"


def test_who_reaches_what(whole: Whole) -> None:
    for method, path in flat(whole.app.routes):
        who, _ = ROUTES[path]
        if path in STREAMS:
            continue
        answer = whole.client.request(method, filled(path), headers={"origin": AT_HOME})
        where = (method, path, answer.status_code)
        if who == NOBODY:
            assert answer.status_code == 404, where
            assert answer.content == b"", where  # ours, not Gradio's
        elif who == STAFF:
            assert answer.status_code in (303, 401), where
        elif who == HERE:
            assert answer.status_code == 401, where
        else:
            assert answer.status_code in (200, 301, 303, 307, 403, 404, 405, 413, 422), where


def test_nothing_is_read_by_another_sites_script_or_kept_by_a_browser(whole: Whole) -> None:
    """Another program on this computer, or another site where the server has a name of its own, is another origin."""
    for method, path in flat(whole.app.routes):
        if path in STREAMS:
            continue
        origin = "http://localhost:3000"
        answer = whole.client.request(method, filled(path), headers={"origin": origin})
        assert not [name for name in answer.headers if name.startswith("access-control-")], path
        asked = {"origin": origin, "access-control-request-method": method}
        assert "access-control-allow-origin" not in whole.client.options(filled(path), headers=asked).headers, path
        kept = answer.headers.get("cache-control", "")
        still = filled(path).startswith(
            ("/assets/", "/static/", "/svelte/", "/favicon", "/theme.css", "/gradio_api/theme.css")
        )
        assert still or kept in ("no-store", "no-cache"), (path, kept)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path


def test_what_is_streamed_is_not_kept_by_a_browser(whole: Whole) -> None:
    """A browser keeps on its disk what it is not told to forget: the answer comes as a stream."""
    assert whole.client.get("/gradio_api/queue/data?session_hash=never-asked").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-gradio-server", "forwarded", "x-original-url"])
def test_pages_believe_no_header_about_where_they_are(whole: Whole, header: str) -> None:
    for path in ("/", "/library", "/config"):
        said = whole.client.get(path, headers={header: "http://evil.example" if "server" in header else "evil.example"})
        assert said.status_code == 200
        assert "evil.example" not in said.text


def test_pages_hold_no_value_of_anybody(whole: Whole) -> None:
    """What everybody may read of staff's pages is what they are made of."""
    config = whole.client.get("/config").json()
    values = [part["props"].get("value") for part in config["components"]]
    assert not [value for value in values if isinstance(value, str) and str(whole.home) in value]
    assert whole.client.get("/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}
