"""Running the service."""

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from ksdiff.errors import InputError
from ksdiff.live.app import PATH, make_app
from ksdiff.live.guard import Guard, is_local
from ksdiff.live.outputs import Outputs, address
from ksdiff.live.protocol import MAX_MESSAGE
from ksdiff.live.streamer import Engine

GRACE = 2  # s that open connections get when the service ends
BACKLOG = 64  # connections that wait to be taken
HEARTBEAT = 20.0  # s between pings, and for the answer
REQUEST_SECONDS = 10.0  # in which the request must come
LAST_SECONDS = 20.0  # that a client may take to read what is left when its talk has ended
MAX_CONNECTIONS = 128


def serve(
    host: str, port: int, model: str, guard: Guard, max_sessions: int, live_link: str | None, vmc: str | None,
    ready: Callable[[str], None],
) -> None:  # fmt: skip
    """Serve until told to end.

    Args:
        host: Address to listen at.
        port: Port; 0 takes any that is free.
        model: Weights: a name or a file.
        guard: Says who is let in.
        max_sessions: Greatest number of sessions at a time.
        live_link: Address to which Live Link Face is sent.
        vmc: Address to which VMC is sent.
        ready: Called with the address of the WebSocket once it can be used.

    Raises:
        InputError: Anybody could use the service, the port is taken, or the weights or an address cannot be used.
    """
    if not is_local(host) and guard.token is None:
        raise InputError(
            f"at {host} other computers can use the service: give a token with --token-file, or --host 127.0.0.1"
        )
    if not 1 <= max_sessions <= 64:
        raise InputError(f"max_sessions is {max_sessions}; it must be 1 to 64")
    for target in (live_link, vmc):
        if target is not None:
            address(target, 1)  # what is wrong with it is said before the work
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except (OSError, OverflowError) as error:
            raise InputError(f"{host}:{port} cannot be used ({error}): give another --port, or 0 for any") from error
        engine = Engine(model)
        outputs = Outputs(live_link, vmc, engine.space)
        app = make_app(engine, guard, max_sessions, outputs)
        listening.listen(BACKLOG)
        name = f"[{host}]" if ":" in host else host
        ready(f"ws://{name}:{listening.getsockname()[1]}{PATH}")
        uvicorn.Server(config_of(app)).run(sockets=[listening])


def config_of(app: FastAPI) -> uvicorn.Config:
    """How the service is run."""
    return uvicorn.Config(
        app, http=_Http, ws=_Protocol, ws_max_size=MAX_MESSAGE, ws_ping_interval=HEARTBEAT, ws_ping_timeout=HEARTBEAT,
        ws_per_message_deflate=False, log_level="error", timeout_graceful_shutdown=GRACE, backlog=BACKLOG,
        server_header=False, limit_concurrency=MAX_CONNECTIONS,
    )  # fmt: skip


class _Timed(asyncio.Protocol):
    """A connection with a timer that lets go of it."""

    _let_go: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer, which holds the connection."""
        super().connection_lost(exc)
        if self._let_go is not None:
            self._let_go.cancel()


class _Http(_Timed, H11Protocol):
    """One that lets go of connections on which no request comes: they would stay for ever, and others be refused."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin to wait."""
        super().connection_made(transport)
        self._let_go = self.loop.call_later(REQUEST_SECONDS, self._abort_if_silent)

    def _abort_if_silent(self) -> None:
        if not self.cycle and self.transport.get_protocol() is self:  # else it has become a WebSocket
            self.transport.abort()


class _Protocol(_Timed, WebSocketsSansIOProtocol):
    """One that is fair to slow clients, and rid of those that are none any more."""

    def keepalive_timeout(self) -> None:
        """Do not blame a client for a silence of the service: a pong waits behind sound that is not read yet."""
        if self.read_paused:
            self.pong_timer = self.pending_ping_payload = None
            self.schedule_ping()
        else:
            super().keepalive_timeout()

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        """Give the client a while to read what is left. Without an end to that, one that never reads stays for ever."""
        super().on_task_complete(task)
        if not self.disconnected:
            self._let_go = self.loop.call_later(LAST_SECONDS, self.transport.abort)
