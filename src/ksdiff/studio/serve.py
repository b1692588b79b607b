"""Running the studio on this computer."""

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import platformdirs
import uvicorn

from ksdiff.errors import InputError
from ksdiff.model.checkpoint import load_model
from ksdiff.motion.space import ARKIT
from ksdiff.studio.app import make_app
from ksdiff.studio.connections import BoundedProtocol
from ksdiff.studio.workspace import Workspace

HOST = "127.0.0.1"
GRACE = 2  # s that open connections get when the studio ends
BACKLOG = 64  # connections that wait to be taken


def default_state() -> Path:
    """Where this user's projects are kept."""
    return Path(platformdirs.user_data_dir("ksdiff", appauthor=False)) / "studio"


def serve(state: Path, port: int, model: str, browser: bool, ready: Callable[[str], None]) -> None:
    """Serve the studio until it is told to end.

    Args:
        state: Folder of the projects.
        port: Where to listen, at the loopback address; 0 takes any that is free.
        model: Weights: a name or a file.
        browser: Open the page in the browser.
        ready: Called with the page's address once it can be opened.

    Raises:
        InputError: The port is taken, the weights cannot be used, the folder cannot be written, or another studio uses
            it.
    """
    checkpoint = load_model(model, ARKIT)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise InputError(f"port {port} cannot be used ({error}): give another --port, or 0 for any") from error
        port = listening.getsockname()[1]
        address = f"http://{HOST}:{port}/"
        app = make_app(state, port, checkpoint)
        listening.listen(BACKLOG)  # from now on nobody who opens the address is turned away
        ready(address)
        if browser:
            webbrowser.open(address)
        config = uvicorn.Config(
            app, http=BoundedProtocol, ws="none", log_level="error", timeout_graceful_shutdown=GRACE, backlog=BACKLOG,
            server_header=False,
        )  # fmt: skip
        _Server(config, app.state.workspace).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Tells pages when it ends: it would else wait for them, since they listen for as long as they are open."""

    def __init__(self, config: uvicorn.Config, workspace: Workspace) -> None:
        super().__init__(config)
        self.workspace = workspace

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.workspace.shutdown()
        super().handle_exit(sig, frame)
