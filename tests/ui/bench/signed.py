"""`python -m tests.ui.bench.signed --port P`: the real page where everybody is signed in, set innermost so that no guard is asked."""

from __future__ import annotations

import sys
from typing import Any

import ui.api
from ui.__main__ import main
from ui.signin import ACCOUNT


class Signed:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app({**scope, ACCOUNT: "评测员"} if scope["type"] == "http" else scope, receive, send)


real = ui.api.add_api


def signed_api(app: Any, *given: Any, **more: Any) -> None:
    app.add_middleware(Signed)  # the first added is the innermost
    real(app, *given, **more)


if __name__ == "__main__":
    ui.api.add_api = signed_api
    sys.exit(main())
