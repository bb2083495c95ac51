"""The one place that knows uvicorn from within: an HTTP protocol that lends its transport to a stream.

A frame written straight to every open transport costs a third of one sent by a task a client
(docs/decisions/0015-frames-straight-to-transports.md), so `requirements/` pins the version of
uvicorn that this was tried with, and `tests/live/test_wire.py` says whether a newer one still fits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "lastlap.transport"
"""The extension of a request's scope under which its transport stands."""


class LendingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which names the transport in every request's scope."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


def transport_of(scope: Any) -> asyncio.Transport:  # noqa: ANN401 - ASGI's scope is a dict of anything
    """The transport that a request came by."""
    transport: asyncio.Transport = scope["extensions"][TRANSPORT]["transport"]
    return transport


class PoliteServer(uvicorn.Server):
    """A server that ends its streams before it waits for its requests, which otherwise would wait for ever."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._ending = ending

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to whoever runs the server."""
        yield

    async def shutdown(self, sockets: Any = None) -> None:  # noqa: ANN401 - as uvicorn has it
        """Takes no new connection, ends what is open, and returns when all of it has ended."""
        await self._ending()
        await super().shutdown(sockets)
