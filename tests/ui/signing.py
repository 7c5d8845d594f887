"""Signing in for tests of pages that need it, without the form: `cookie(home)` for a running server's data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ui.store.accounts import Accounts
from ui.store.database import open_store

NAME, PASSWORD = "王芳", "correct horse 九月"


def session(home: Path) -> str:
    """Make the account in a data folder (in place of any) and return the token of a session."""
    engine = open_store(f"sqlite:///{home / 'store.db'}")
    try:
        accounts = Accounts(engine)
        token = accounts.set_up(accounts.new_setup(), NAME, PASSWORD)
        assert token
        return token
    finally:
        engine.dispose()


def cookie(home: Path, address: str) -> dict[str, Any]:
    """Return the cookie of a session as Playwright's `context.add_cookies([...])` takes it."""
    from ui.signin import SESSION

    return {"name": SESSION, "value": session(home), "url": address, "sameSite": "Strict", "httpOnly": True}
