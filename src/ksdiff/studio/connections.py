"""Connections that are bounded: in number, and in the time that a request's headers may take.

Uvicorn waits for the rest of a header for as long as its connection is open, and for as many of them as there are file
descriptors.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_CONNECTIONS = 256
HEADER_SECONDS = 10.0


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 that ends a connection of which no whole header came in time, and those beyond a number."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or end it where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
            return
        self._wait(transport)

    def data_received(self, data: bytes) -> None:
        """Read what came; while a header is not whole, the time runs."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            if self._waiting is None:
                self._wait(self.transport)
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self, transport: asyncio.Transport) -> None:
        self._waiting = asyncio.get_running_loop().call_later(HEADER_SECONDS, transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
