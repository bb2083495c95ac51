"""The table of routes as OpenAPI 3.1, made from the types that the routes ask and answer with."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from lastlap.live.answers import Problem
from lastlap.live.asking import Door

_REF = "#/components/schemas/{name}"
_PLACES = {
    "race": "string",
    "competition": "string",
    "token": "string",
    "name": "string",
    "version": "integer",
    "id": "integer",
}

_SAYING: tuple[dict[str, Any], ...] = (
    {"name": "ago_us", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 10**14}},
    {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"}},
)
"""What else an event may be posted with: how long ago it was, and a key under which it is taken once."""

_GOING_ON: dict[str, Any] = {
    "name": "after",
    "in": "query",
    "schema": {"type": "integer", "minimum": 0, "maximum": 10**14},
}
"""After which message a partner goes on."""


def schema(doors: Iterable[Door]) -> dict[str, Any]:
    """The schema of every route below /api, and of /healthz."""
    shown = [door for door in doors if door.path.startswith(("/api/", "/healthz"))]
    kinds = [kind for door in shown for kind in (door.answers, door.asks) if kind is not None]
    _, components = msgspec.json.schema_components([Problem, *kinds], ref_template=_REF)
    paths: dict[str, Any] = {}
    for door in shown:
        path = re.sub(r"{(\w+):\w+}", r"{\1}", door.path)
        paths.setdefault(path, {})[door.method.lower()] = _operation(door)
    return {
        "openapi": "3.1.0",
        "info": {"title": "lastlap", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(door: Door) -> dict[str, Any]:
    places = re.findall(r"{(\w+)(?::\w+)?}", door.path)
    made = 201 if door.method == "POST" else 200
    shown = {"description": "Done."} | ({"content": _json(door.answers)} if door.answers is not None else {})
    refused = {"description": "Why not.", "content": _json(Problem)}
    answers = {str(status): refused for status in (400, 401, 403, 404, 409, 413, 415, 429, 503)}
    if door.path == "/healthz":
        answers["503"] = {"description": "The log takes nothing.", "content": _json(door.answers)}
    operation: dict[str, Any] = {
        "summary": (door.answered_by.__doc__ or "").strip(),
        "parameters": [*map(_parameter, places), *_further(door.path)],
        "responses": {"200": shown, str(made): shown, "304": {"description": "As you have it."}, **answers},
        "security": [] if door.who == "anyone" else [{"bearer": []}],
    }
    if door.asks is not None:
        operation["requestBody"] = {"required": True, "content": _json(door.asks)}
    return operation


def _further(path: str) -> tuple[dict[str, Any], ...]:
    if path in ("/api/odf", "/api/odf/stream"):
        return (_GOING_ON,)
    return _SAYING if path.endswith("/events") else ()


def _parameter(place: str) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": _PLACES[place]}
    if kind["type"] == "integer":
        kind["minimum"] = 0
    return {"name": place, "in": "path", "required": True, "schema": kind}


def _json(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a type of any kind
    (found,), _ = msgspec.json.schema_components([kind], ref_template=_REF)
    return {"application/json": {"schema": found}}
