"""The API against its own schema: whatever is sent, the answer is one that the schema tells of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lastlap.live.doors import DOORS
from lastlap.live.openapi import schema
from lastlap.live.server import Serving
from live.served import Client, Served, a_meet, served

TOKEN = "a token for scripts"  # noqa: S105 - of a test

TRIED = [
    f"{door.method} {door.path}"
    for door in DOORS
    if door.path.startswith(("/api/", "/healthz")) and not door.path.endswith(("/stream", "/sign-out"))
]
"""What answers and ends; a stream does not."""


@pytest.fixture(scope="module")
def rink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A meet with a race of four, served."""
    path: Path = a_meet(tmp_path_factory.mktemp("schema") / "night.meet")
    serving = Serving("127.0.0.1", 0, odf=path.parent / "odf")
    with served(path, bearer=TOKEN, serving=serving) as server:
        yield server


def test_the_schema_is_that_of_the_table(rink: Served) -> None:
    """It has every route of the API, and every event with its fields."""
    told = rink.client().get("/api/openapi.json").json
    assert told == msgspec.json.decode(msgspec.json.encode(schema(DOORS)))
    assert len([method for path in told["paths"].values() for method in path]) >= len(TRIED)
    assert {"GunFired", "CrossingTapped", "RaceArmed", "Board", "DeskNow"} <= set(
        told["components"]["schemas"]
    )


@pytest.mark.parametrize("route", TRIED)
def test_whatever_is_asked_the_answer_is_as_the_schema_says(rink: Served, route: str) -> None:
    """Made-up addresses and bodies, right and wrong, are answered as told, and never with a mistake of ours."""
    method, path = route.split()
    told = schemathesis.openapi.from_url(f"http://127.0.0.1:{rink.port}/api/openapi.json")
    operation = told[path.replace(":int", "").replace(":path", "")][method]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def asked(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"})
        case.validate_response(
            answer,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    asked()


@given(body=st.binary(max_size=300))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_no_body_is_a_mistake_of_ours(rink: Served, body: bytes) -> None:
    """Bytes of any kind, posted as an event, are refused with a sentence."""
    client = Client(rink.port)
    client.bearer = TOKEN
    assert client.ask("POST", "/api/races/w-sf1/events", body).status in (400, 409)
