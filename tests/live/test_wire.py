"""What we know of uvicorn from within still holds for the version that is installed."""

import asyncio
from pathlib import Path

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lastlap.live.wire import LendingProtocol
from live.served import a_meet, served


def test_the_transport_stands_in_the_scope_of_each_request(tmp_path: Path) -> None:
    """A frame that is written to it arrives at the client as part of the answer."""
    assert LendingProtocol.on_message_begin is not HttpToolsProtocol.on_message_begin
    with (
        served(a_meet(tmp_path / "night.meet")) as server,
        server.client().stream("/api/races/w-sf1/stream") as events,
    ):
        events.next()
        (stream,) = server.do(lambda: list(server.hall.hub.streams))
        assert isinstance(stream.transport, asyncio.Transport)
        server.do(lambda: stream.transport.write(b'12\r\ndata: {"by": 1}\n\n\r\n'))
        assert events.next()["by"] == 1


def test_one_connection_carries_several_answers_and_then_a_stream(tmp_path: Path) -> None:
    """A browser that keeps its connection gets its frames on it, whole."""
    with served(a_meet(tmp_path / "night.meet")) as server:
        line = server.client()._line()  # noqa: SLF001 - one connection for all
        for _ in range(3):
            line.request("GET", "/api/meet")
            assert line.getresponse().read()
        line.request("GET", "/api/races/w-sf1/stream")
        assert b"retry" in line.getresponse().readline()
        line.close()
