"""Who may talk to the studio: pages that the studio itself served, and nobody else.

The studio listens on this computer alone, but every web page that its user opens runs on this computer too. Three ways
in are shut: requests that other pages send (the browser names them in ``Origin`` and ``Sec-Fetch-Site``), host names of
others that were made to point here (DNS rebinding: they show in ``Host``), and frames of other pages.
"""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
MAX_MESSAGE = 16 << 20  # bytes of a request that is no upload
BODY_SECONDS = 30.0  # that such a request may take to arrive
UPLOADS = (
    "/projects",
    "/projects/open",
    "/reference",
    "/character",
)  # ends of addresses that take files, and limit them themselves
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "connect-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
}


class Guard:
    """Refuses requests by their headers, and adds headers to answers.

    Args:
        app: What is guarded.
        port: Where the studio listens.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.hosts = {f"{host}:{port}" for host in HOSTS} | (set(HOSTS) if port == 80 else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here talks by websocket
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal = self.refusal(Headers(scope=scope), scope["path"])
        if refusal is not None:
            await JSONResponse({"message": refusal}, status_code=403)(scope, receive, send)
            return

        upload = scope["path"].endswith(UPLOADS)  # limits its own time

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive if upload else _hurried(receive), send_with_headers)

    def refusal(self, headers: Headers, path: str) -> str | None:
        """Why a request is refused; None where it is not."""
        if headers.get("host") not in self.hosts:
            return f"the studio answers only at {' or '.join(sorted(self.hosts))}"
        origin = headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in self.hosts:
            return "the studio answers only its own page"
        # Browsers that name no origin for pictures and the like say at least whether another site asks. The page
        # itself may be opened from a link anywhere.
        if path != "/" and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "the studio answers only its own page"
        large = int(headers.get("content-length", "0")) > MAX_MESSAGE or "transfer-encoding" in headers
        if large and not path.endswith(UPLOADS):
            return "this request is too large"
        return None


def _hurried(receive: Receive) -> Receive:
    """The same, but whose body does not arrive in time is taken to have gone."""
    end = asyncio.get_running_loop().time() + BODY_SECONDS
    whole = False

    async def receive_in_time() -> Message:
        nonlocal whole
        if whole:  # what follows is only that the other side goes
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), end - asyncio.get_running_loop().time())
        except asyncio.TimeoutError:  # its own before Python 3.11
            whole = True
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return receive_in_time
