"""The OpenAPI description: Chinese where people read it, without the English that the framework adds by itself."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ui.schemas import Problem


def describe(app: FastAPI) -> None:
    """Let an application describe itself so."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()  # named by every error
            app.openapi_schema = _without_english(found)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _without_english(value: Any, key: str = "") -> Any:
    """Drop generated titles, summaries and descriptions without a Chinese character; examples and names of fields stay."""
    if isinstance(value, list):
        return [_without_english(item) for item in value]
    if not isinstance(value, dict) or key in ("example", "examples"):
        return value
    if key == "properties":  # here the keys are names of fields
        return {name: _without_english(item) for name, item in value.items()}
    kept = {}
    for name, item in value.items():
        if name in ("title", "summary", "description") and isinstance(item, str) and item.isascii():
            if name == "title" and "version" in value:  # of the whole, which must have one
                kept[name] = item
            continue
        kept[name] = _without_english(item, name)
    return kept
