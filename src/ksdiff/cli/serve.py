"""``ksdiff serve``."""

from dataclasses import dataclass
from pathlib import Path

from ksdiff.cli.console import flush, say


@dataclass
class Serve:
    """Move faces live: sound in over a WebSocket, motion out while the sound still comes (docs/live.md).

    Listens on this computer alone, unless another host is given together with a token.
    """

    host: str = "127.0.0.1"
    """Address to listen at; 0.0.0.0 for all of this computer's, which needs a token."""
    port: int = 8765
    """Port to listen at; 0 takes any that is free."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    max_sessions: int = 8
    """Greatest number of sessions at a time."""
    token_file: Path | None = None
    """File with the token that clients must give."""
    origins: tuple[str, ...] = ()
    """Web pages that may use the service besides those of this computer, such as https://example.com."""
    live_link: str | None = None
    """Also send Live Link Face over UDP to HOST or HOST:PORT (Unreal Engine; port 11111)."""
    vmc: str | None = None
    """Also send VMC over OSC to HOST or HOST:PORT (VTuber programs; port 39539)."""

    def run(self) -> None:
        """Serve until told to end."""
        from ksdiff.extras import require

        for package in ("fastapi", "uvicorn", "websockets", "prometheus_client", "pythonosc"):
            require(package, "live")
        from ksdiff.live.guard import Guard, read_token
        from ksdiff.live.serve import serve

        token = None if self.token_file is None else read_token(self.token_file)
        guard = Guard(token, self.origins)

        def ready(address: str) -> None:
            say(f"listening at {address} (Ctrl+C ends it)")
            flush()

        serve(self.host, self.port, self.model, guard, self.max_sessions, self.live_link, self.vmc, ready)
