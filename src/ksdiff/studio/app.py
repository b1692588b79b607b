"""The studio's server: what the page asks for, by address. Everything it does is in `workspace`."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import cache, lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Body, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from ksdiff import __version__
from ksdiff.editing.edits import Edit
from ksdiff.editing.layers import REGIONS
from ksdiff.editing.project import Voice
from ksdiff.errors import InputError
from ksdiff.layers.eyes import NATURAL
from ksdiff.motion.space import ARKIT
from ksdiff.output.formats import FORMATS
from ksdiff.output.gltf import glb_of_takes
from ksdiff.studio import uploads
from ksdiff.studio.description import motion_bytes, wav_bytes, waveform_bytes
from ksdiff.studio.guard import Guard
from ksdiff.studio.workspace import Desk, Export, Exported, NotFoundError, Workspace

HEARTBEAT = 15.0  # s: how often a silent stream of events says that it is alive
MAX_EDITS = 10_000  # in one request

router = APIRouter(prefix="/api")


def workspace_of(request: Request) -> Workspace:
    """The workspace of the app that a request came to."""
    return request.app.state.workspace


OneWorkspace = Annotated[Workspace, Depends(workspace_of)]


def desk_of(id: str, workspace: OneWorkspace) -> Desk:
    """The project that an address names."""
    return workspace.desk(id)


OneDesk = Annotated[Desk, Depends(desk_of)]


@router.get("/facts")
def facts() -> dict[str, Any]:
    """What the page needs to know before all else."""
    return {
        "version": __version__,
        "formats": [
            {"name": format.name, "file": format.file, "about": format.description}
            for format in FORMATS.values()
            if ARKIT in format.spaces
        ],
        "transcribes": find_spec("moonshine_cpp") is not None and find_spec("pocketsphinx") is not None,
        "regions": list(REGIONS),
        "channels": list(ARKIT.expression),
        "naturalEyes": asdict(NATURAL),
        "largestUpload": uploads.MAX_UPLOAD,
    }


@router.get("/head.glb")
def head() -> Response:
    """The head at rest, as a file of its own."""
    return Response(_head(), media_type="model/gltf-binary")


@router.get("/projects")
def projects(workspace: OneWorkspace) -> list[dict[str, Any]]:
    """All projects."""
    return workspace.listed()


@router.post("/projects")
async def create(workspace: OneWorkspace, request: Request, name: str) -> dict[str, str]:
    """A voice comes in."""
    folder, about = workspace.new_folder(name)
    await _received(request, folder / "voice", folder)
    return {"id": (await asyncio.to_thread(workspace.create, folder, about)).id}


@router.post("/projects/open")
async def open_project(workspace: OneWorkspace, request: Request, name: str) -> dict[str, str]:
    """A project file comes in."""
    folder, about = workspace.new_folder(name)
    await _received(request, folder / "project.ksd", folder)
    return {"id": (await asyncio.to_thread(workspace.open, folder, about)).id}


@router.get("/projects/{id}")
def project(desk: OneDesk) -> dict[str, Any]:
    """All of a project but its sound and motion."""
    return desk.describe()


@router.delete("/projects/{id}")
def remove(workspace: OneWorkspace, id: str) -> Response:
    """Delete a project."""
    workspace.remove(id)
    return Response(status_code=204)


@router.get("/projects/{id}/events")
async def events(desk: OneDesk, request: Request) -> StreamingResponse:
    """Progress and changes, as they happen."""
    return StreamingResponse(
        _events(desk, request), media_type="text/event-stream", headers={"cache-control": "no-store"}
    )


@router.get("/projects/{id}/motion")
def motion(workspace: OneWorkspace, desk: OneDesk, take: str | None = None) -> Response:
    """The finished motion, or that of one take."""
    return _bytes(motion_bytes(workspace.motion(desk, take)))


@router.get("/projects/{id}/waveform")
def waveform(desk: OneDesk) -> Response:
    """Peaks of the sound."""
    return _bytes(waveform_bytes(desk.project.voice.samples))


@router.get("/projects/{id}/sound.wav")
def sound(desk: OneDesk, request: Request) -> Response:
    """The sound."""
    return _ranged(_sound(desk.project.voice), "audio/wav", request)


@router.get("/projects/{id}/file")
def file(desk: OneDesk) -> Response:
    """The project file."""
    assert desk.project
    return FileResponse(desk.folder / "project.ksd", filename=f"{desk.about.name}.ksd", media_type="application/zip")


@router.get("/projects/{id}/reference")
def reference(workspace: OneWorkspace, desk: OneDesk) -> Response:
    """The reference video."""
    path, kind = workspace.reference(desk)
    return FileResponse(path, media_type=kind)


@router.post("/projects/{id}/reference")
async def set_reference(workspace: OneWorkspace, desk: OneDesk, request: Request) -> dict[str, Any]:
    """A reference video comes in."""
    path = desk.folder / "reference.new"
    await uploads.receive(request, path)
    await asyncio.to_thread(workspace.take_reference, desk, path)
    return desk.describe()


@router.post("/projects/{id}/name")
def rename(workspace: OneWorkspace, desk: OneDesk, name: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
    """Call a project otherwise."""
    workspace.rename(desk, name)
    return desk.describe()


@router.post("/projects/{id}/edits")
def edit(
    workspace: OneWorkspace,
    desk: OneDesk,
    edits: Annotated[list[dict[str, Any]], Body(embed=True, max_length=MAX_EDITS)],
) -> dict[str, Any]:
    """Edits, as one step."""
    workspace.edit(desk, [Edit.from_json(each) for each in edits])
    return desk.describe()


@router.post("/projects/{id}/undo")
def undo(workspace: OneWorkspace, desk: OneDesk) -> dict[str, Any]:
    """One step back."""
    workspace.undo(desk)
    return desk.describe()


@router.post("/projects/{id}/redo")
def redo(workspace: OneWorkspace, desk: OneDesk) -> dict[str, Any]:
    """One step forward again."""
    workspace.redo(desk)
    return desk.describe()


@router.post("/projects/{id}/regenerate")
def regenerate(workspace: OneWorkspace, desk: OneDesk) -> dict[str, Any]:
    """Make anew what edits reach."""
    workspace.regenerate(desk)
    return desk.describe()


@router.post("/projects/{id}/words")
def words(
    workspace: OneWorkspace, desk: OneDesk, text: Annotated[str | None, Body(embed=True, max_length=100_000)] = None
) -> dict[str, Any]:
    """Find the words, or time those given."""
    workspace.find_words(desk, text)
    return desk.describe()


@router.post("/projects/{id}/avatar")
async def set_avatar(workspace: OneWorkspace, desk: OneDesk, request: Request, name: str) -> dict[str, Any]:
    """A head of the user's own comes in."""
    path = workspace.new_avatar(desk, name)
    await _received(request, path, path.parent, uploads.MAX_AVATAR)
    await asyncio.to_thread(workspace.take_avatar, desk, path, name)
    return desk.describe()


@router.post("/projects/{id}/exports")
def export(workspace: OneWorkspace, desk: OneDesk, wanted: Annotated[Export, Body()]) -> Exported:
    """Write formats."""
    return workspace.export(desk, wanted)


@router.get("/projects/{id}/exports/{export_id}")
def exported(workspace: OneWorkspace, desk: OneDesk, export_id: str) -> Response:
    """What was written."""
    path = workspace.exported(desk, export_id)
    return FileResponse(path, filename=f"{desk.about.name}.zip", media_type="application/zip")


def make_app(state: Path, port: int, model: str = "base", warm: bool = True) -> FastAPI:
    """The studio as a web application.

    Args:
        state: Folder in which projects are kept.
        port: Where it listens; part of the addresses that it answers.
        model: Weights: a name or a file.
        warm: Load the model ahead.

    Raises:
        InputError: The folder cannot be written.
    """
    workspace = Workspace(state, model)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if warm:
            threading.Thread(target=workspace.warm_up, name="warm-up", daemon=True).start()
        yield
        workspace.close()

    app = FastAPI(
        title="ksdiff studio", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )

    @app.exception_handler(InputError)
    async def refuse(request: Request, error: InputError) -> Response:
        return JSONResponse({"message": str(error)}, status_code=404 if isinstance(error, NotFoundError) else 400)

    @app.exception_handler(RequestValidationError)
    async def refuse_form(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return JSONResponse({"message": f"{place}: {first['msg']}"}, status_code=400)

    app.include_router(router)
    app.mount("/", StaticFiles(directory=str(files("ksdiff.studio").joinpath("static")), html=True))
    app.add_middleware(Guard, port=port)
    app.state.workspace = workspace
    return app


async def _received(request: Request, path: Path, folder: Path, limit: int | None = None) -> None:
    try:
        await uploads.receive(request, path, limit)
    except InputError:
        folder.rmdir()
        raise


async def _events(desk: Desk, request: Request) -> AsyncIterator[str]:
    """What happens to a project, as server-sent events; first, where it stands."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[str]()

    def listener(event: str, data: dict[str, Any]) -> None:  # from any thread
        loop.call_soon_threadsafe(queue.put_nowait, _event(event, data))

    desk.listeners.add(listener)
    try:
        if desk.failure is not None:
            yield _event("failed", {"message": desk.failure})
        elif desk.opened is not None:
            yield _event("changed", {"version": desk.version})
        else:
            yield _event("progress", {"stage": desk.progress[0], "done": desk.progress[1]})
        while not await request.is_disconnected():
            text = ": alive\n\n"
            with anyio.move_on_after(HEARTBEAT):
                text = await queue.get()
            yield text
            if text == _event("farewell", {}):
                break
    finally:
        desk.listeners.discard(listener)


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _bytes(content: bytes) -> Response:
    return Response(content, media_type="application/octet-stream", headers={"cache-control": "no-store"})


def _ranged(content: bytes, kind: str, request: Request) -> Response:
    """Content of which players may ask parts, to seek."""
    headers = {"accept-ranges": "bytes", "cache-control": "no-store"}
    unit, _, wanted = request.headers.get("range", "").partition("=")
    first, _, last = wanted.partition("-")
    if unit != "bytes" or not first.isdigit() or not (last == "" or last.isdigit()):
        return Response(content, media_type=kind, headers=headers)
    start, stop = int(first), min(int(last) + 1 if last else len(content), len(content))
    if start >= stop:
        return Response(status_code=416, headers={"content-range": f"bytes */{len(content)}"})
    headers["content-range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return Response(content[start:stop], status_code=206, media_type=kind, headers=headers)


@lru_cache(maxsize=2)
def _sound(voice: Voice) -> bytes:
    return wav_bytes(voice.samples)


@cache
def _head() -> bytes:
    """The head at rest."""
    return glb_of_takes({})
