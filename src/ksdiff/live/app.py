"""The service as a web application: the WebSocket, its health, its figures."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import anyio.to_thread
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from ksdiff.errors import InputError
from ksdiff.live.guard import Guard
from ksdiff.live.hub import FullError, Hub
from ksdiff.live.metrics import Metrics
from ksdiff.live.outputs import Outputs
from ksdiff.live.protocol import (
    End,
    Start,
    frames_as_bytes,
    frames_as_json,
    header,
    read_control,
    read_sound,
    read_start,
)
from ksdiff.live.session import Event, Flushed, Interrupted, Made, Session
from ksdiff.live.streamer import Engine
from ksdiff.version import __version__

PATH = "/stream"
START_SECONDS = 10.0  # in which the first message must come
IDLE_SECONDS = 600.0  # without any message, after which a session ends
SEND_SECONDS = 20.0  # that a client may take to read what is sent
MAX_MESSAGES = 250  # a second, on average, that hold hardly any sound; twice as many at once
SHORT_PIECE = 0.005  # s of sound, below which a message counts as one of these
MAX_PIECES = 1000  # of sound a second, on average; more of them wait, so that those of others are not held up
# Why a WebSocket is closed (RFC 6455, section 7.4.1).
GOING, POLICY, FAILED, LATER = 1001, 1008, 1011, 1013
_End = tuple[int, str | None] | None  # how a talk ends: code and reason; None where the client has gone


def make_app(engine: Engine, guard: Guard, max_sessions: int = 8, outputs: Outputs | None = None) -> FastAPI:
    """The service.

    Args:
        engine: Moves the sessions.
        guard: Says who is let in.
        max_sessions: Greatest number of sessions at a time.
        outputs: Where the frames of all sessions go besides.
    """
    metrics = Metrics()
    hub = Hub(engine, max_sessions, metrics)
    targets = outputs or Outputs()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await anyio.to_thread.run_sync(hub.close)
        targets.close()

    app = FastAPI(title="ksdiff live", version=__version__, docs_url=None, redoc_url=None, openapi_url=None,
                  lifespan=lifespan)  # fmt: skip
    app.state.hub = hub

    @app.get("/health")
    async def health(request: Request) -> Response:
        refusal = guard.refusal(request.headers, request.query_params)
        if refusal is not None:
            return JSONResponse({"message": refusal}, 403)
        found = {"status": "ok" if hub.alive else "failed", "sessions": hub.sessions, "max_sessions": max_sessions}
        return JSONResponse(found, 200 if hub.alive else 503)

    @app.get("/metrics")
    async def figures(request: Request) -> Response:
        refusal = guard.refusal(request.headers, request.query_params)
        if refusal is not None:
            return JSONResponse({"message": refusal}, 403)
        return Response(metrics.text(), headers={"content-type": metrics.content_type})

    @app.websocket(PATH)
    async def stream(socket: WebSocket) -> None:
        refusal = guard.refusal(socket.headers, socket.query_params)
        if refusal is not None:
            metrics.refused.inc()
            await socket.close(POLICY, refusal)  # before it is accepted: the answer is 403
            return
        await socket.accept()
        await _Connection(socket, hub, targets).serve()

    return app


class _Allowance:
    """So many messages a second, on average, and twice as many at once."""

    def __init__(self, rate: int) -> None:
        self._rate, self._left, self._counted = rate, 2.0 * rate, asyncio.get_running_loop().time()

    def take(self) -> float:
        """Count one message; gives how long it came before its time, s."""
        now = asyncio.get_running_loop().time()
        self._left = min(self._left + (now - self._counted) * self._rate, 2.0 * self._rate) - 1
        self._counted = now
        return max(-self._left / self._rate, 0.0)


class _Connection:
    """One client.

    Times are limited by `anyio.fail_after`, and nothing that is foreseen is raised from task to task: a traceback would
    hold the frame that holds the task that holds it, and with them the session, until Python looks for such cycles.
    """

    def __init__(self, socket: WebSocket, hub: Hub, outputs: Outputs) -> None:
        self._socket, self._hub, self._outputs = socket, hub, outputs
        self._events: asyncio.Queue[Event] = asyncio.Queue()  # bounded by `session.MAX_UNSENT`
        self._messages, self._pieces = _Allowance(MAX_MESSAGES), _Allowance(MAX_PIECES)
        self._short = 0  # bytes below which a message counts as holding no sound

    async def serve(self) -> None:
        """Talk until one of both ends it."""
        loop = asyncio.get_running_loop()

        def send(event: Event) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._events.put_nowait, event)

        try:
            with anyio.fail_after(START_SECONDS):
                message = await self._receive()
            if not isinstance(message, str):
                raise InputError('the first message must be text: {"type": "start", ...}')
            start = read_start(message)
            self._short = round(SHORT_PIECE * start.rate) * (2 if start.format == "pcm16" else 4)
            session = await anyio.to_thread.run_sync(self._hub.open, start, send)
        except FullError as error:
            self._hub.metrics.refused.inc()
            await self._close(LATER, str(error), None)
            return
        except (InputError, TimeoutError) as error:
            self._hub.metrics.malformed.inc()
            reason = str(error) or f"no first message came within {START_SECONDS:g} s"
            await self._close(POLICY, reason, None)
            return
        except WebSocketDisconnect:
            return
        talking = [
            asyncio.ensure_future(self._write(session, start)),
            asyncio.ensure_future(self._read(session, start)),
        ]
        try:
            await asyncio.wait(talking, return_when=asyncio.FIRST_COMPLETED)
            end = talking[0].result() if talking[0].done() else talking[1].result()
            if end is not None:
                await self._close(*end, session)
        finally:
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
            self._outputs.leave(session)
            self._hub.leave(session)

    async def _read(self, session: Session, start: Start) -> _End:
        """Take messages until one cannot be taken, or the last one has come."""
        try:
            while True:
                while not session.has_room:  # the client is not read, so that it waits
                    await asyncio.sleep(0.05)
                    if session.ended:
                        break
                with anyio.fail_after(IDLE_SECONDS):
                    message = await self._receive()
                item = read_control(message) if isinstance(message, str) else read_sound(message, start.format)
                self._hub.put(session, item)
                while isinstance(item, End):  # the writer ends the talk; pings are answered only where somebody reads
                    await self._receive()
        except InputError as error:
            self._hub.metrics.malformed.inc()
            return POLICY, str(error)
        except TimeoutError:
            return GOING, f"no message came for {IDLE_SECONDS:g} s"
        except WebSocketDisconnect:
            return None

    async def _write(self, session: Session, start: Start) -> _End:
        """Send what is made, until all is, or the client does not read it."""
        try:
            return await self._send_all(session, start)
        except (WebSocketDisconnect, TimeoutError):
            return None

    async def _send_all(self, session: Session, start: Start) -> _End:
        delay = self._hub.engine.settings.delay
        await self._send(header(self._hub.engine.space, start, delay, secrets.token_hex(4), __version__))
        while True:
            event = await self._events.get()
            if isinstance(event, Made):
                self._outputs.put(session, start.subject, event.frames)
                sound = event.sound if start.sound else None
                written = frames_as_bytes if start.output == "binary" else frames_as_json
                await self._send(written(event.frames, sound))
                self._hub.sent(session, len(event.frames))
            elif isinstance(event, Interrupted):
                self._outputs.interrupt(session, event.frame)
                await self._send({"type": "interrupted", "frame": event.frame, "time": event.frame / 25})
            elif isinstance(event, Flushed):
                await self._send({"type": "flushed", "frame": event.frame, "position": event.position})
            else:
                return (FAILED, event.error) if event.error else (1000, None)

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        if message.get("text") is None and len(message["bytes"]) >= self._short > 0:
            await asyncio.sleep(self._pieces.take())
        elif self._messages.take():
            raise InputError(f"more than {MAX_MESSAGES} messages a second: send longer pieces of sound")
        return message["text"] if message.get("text") is not None else message["bytes"]

    async def _send(self, message: dict[str, Any] | bytes) -> None:
        """Send a message.

        Raises:
            WebSocketDisconnect: The client has gone, or the service has closed the connection.
            TimeoutError: The client does not read.
        """
        with anyio.fail_after(SEND_SECONDS):
            try:
                if isinstance(message, bytes):
                    await self._socket.send_bytes(message)
                else:
                    await self._socket.send_text(json.dumps(message, separators=(",", ":")))
            except RuntimeError as error:  # after a ping without an answer
                raise WebSocketDisconnect(GOING) from error

    async def _close(self, code: int, reason: str | None, session: Session | None) -> None:
        """Say how it went, and close."""
        status: dict[str, Any] = {"type": "status", "status": "error" if reason else "ok"}
        if reason is not None:
            status["message"] = reason
        if session is not None:
            status |= {
                "frames": session.made,
                "silence": round(session.silence, 3),
                "dropped": round(session.dropped / session.start.rate, 3),
            }
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError), anyio.fail_after(SEND_SECONDS):
            await self._send(status)
            # A reason has at most 123 bytes (RFC 6455, section 5.5.1).
            await self._socket.close(code, (reason or "").encode()[:120].decode(errors="ignore"))
