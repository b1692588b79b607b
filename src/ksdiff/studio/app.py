"""The studio as a web application: routes, refusals, and the files of the page."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from ksdiff import __version__
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import DEFAULT_MODEL, Checkpoint, load_model
from ksdiff.motion.space import ARKIT
from ksdiff.studio.answers import Refusal
from ksdiff.studio.events import Streams
from ksdiff.studio.export_all import ExportAll
from ksdiff.studio.guard import Guard
from ksdiff.studio.refusals import disk_is_full, status_of
from ksdiff.studio.routes import router
from ksdiff.studio.workspace import Workspace

NO_ROOM = "there is no room left on the disk: free some space and try again; nothing was changed"
_REFUSED: dict[int | str, dict[str, Any]] = {"4XX": {"model": Refusal}, "5XX": {"model": Refusal}}


def make_app(state: Path, port: int, model: Checkpoint | Path | str = DEFAULT_MODEL, warm: bool = True) -> FastAPI:
    """The studio as a web application.

    Args:
        state: Folder in which projects are kept.
        port: Where it listens; part of the addresses that it answers.
        model: Weights: a name, a file, or what `load_model` gave.
        warm: Prepare the model for a first voice.

    Raises:
        InputError: The folder cannot be written, or another studio uses it; or the weights cannot be used.
    """
    checkpoint = model if isinstance(model, Checkpoint) else load_model(model, ARKIT)
    workspace = Workspace(state, checkpoint)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if warm:
            threading.Thread(target=workspace.jobs.warm_up, name="warm-up", daemon=True).start()
        yield
        workspace.close()

    app = described_app(lifespan)
    app.mount("/", StaticFiles(directory=str(files("ksdiff.studio").joinpath("static")), html=True))
    app.add_middleware(Guard, port=port)
    app.state.workspace = workspace
    app.state.streams = Streams()
    app.state.export_all = ExportAll(workspace)
    return app


def described_app(lifespan: Any = None) -> FastAPI:
    """The routes and refusals alone; its ``openapi()`` is what ``web/studio/openapi.json`` holds."""
    app = FastAPI(
        title="ksdiff studio", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None,
        responses=_REFUSED,
    )  # fmt: skip

    @app.exception_handler(InputError)
    async def refuse(request: Request, error: InputError) -> Response:
        return _refusal(NO_ROOM if disk_is_full(error) else str(error), status_of(error))

    @app.exception_handler(RequestValidationError)
    async def refuse_form(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return _refusal(f"{place}: {first['msg'].removeprefix('Value error, ')}", 400)

    @app.exception_handler(HTTPException)
    async def refuse_otherwise(request: Request, error: HTTPException) -> Response:
        return _refusal(str(error.detail), error.status_code)

    @app.exception_handler(OSError)
    async def refuse_for_room(request: Request, error: OSError) -> Response:
        if not disk_is_full(error):
            raise error
        return _refusal(NO_ROOM, 507)

    app.include_router(router)
    return app


def _refusal(message: str, status: int) -> Response:
    return JSONResponse({"message": message.encode("utf-8", "replace").decode()}, status_code=status)
