"""What the page asks for, by address."""

import asyncio
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field, PlainValidator
from starlette.background import BackgroundTask

from ksdiff import __version__
from ksdiff.editing import GESTURES, REGIONS, Edit, render
from ksdiff.editing.character import MAX_CHARACTER
from ksdiff.editing.edits import AnyEdit
from ksdiff.editing.pose_library import BUILT_IN
from ksdiff.layers.eyes import NATURAL
from ksdiff.layers.facs import EMOTIONS
from ksdiff.model.checkpoint import NEUTRAL_STYLE
from ksdiff.motion.space import ARKIT
from ksdiff.output.formats import FORMATS
from ksdiff.output.gltf_file import check_suffix
from ksdiff.studio import attachments, exports, uploads
from ksdiff.studio.answers import (
    ByPath,
    ExportAllAnswer,
    ExportAllRequest,
    ExportRequest,
    ExportResult,
    Facts,
    FormatAnswer,
    ListAnswer,
    ListRequest,
    ProjectAnswer,
    ProjectId,
    ProjectSummary,
    Rig,
    VariantsRequest,
)
from ksdiff.studio.events import Streams
from ksdiff.studio.export_all import ExportAll
from ksdiff.studio.media import head_at_rest, motion_bytes, waveform_bytes, write_wav
from ksdiff.studio.open_project import OpenProject
from ksdiff.studio.refusals import NotFoundError
from ksdiff.studio.rig import rig_of
from ksdiff.studio.workspace import Workspace

MAX_EDITS = 10_000  # in one request
MAX_TEXT = 100_000  # characters of what is said
_NOT_KEPT = {"cache-control": "no-store"}

router = APIRouter(prefix="/api")


def workspace_of(request: Request) -> Workspace:
    """The workspace of the app that a request came to."""
    return request.app.state.workspace


OneWorkspace = Annotated[Workspace, Depends(workspace_of)]


def project_of(id: str, workspace: OneWorkspace) -> OpenProject:
    """The project that an address names."""
    return workspace.project(id)


OneProject = Annotated[OpenProject, Depends(project_of)]


async def stream_of(project: OneProject, request: Request) -> AsyncIterator[AsyncIterator[ServerSentEvent]]:
    """A stream of what happens to a project, as long as there are not too many."""
    streams: Streams = request.app.state.streams
    with streams.of(project) as stream:
        yield stream


async def stream_of_all(workspace: OneWorkspace, request: Request) -> AsyncIterator[AsyncIterator[ServerSentEvent]]:
    """A stream of what happens to the list of projects, as long as there are not too many."""
    streams: Streams = request.app.state.streams
    with streams.of_all(workspace) as stream:
        yield stream


def exporter_of(request: Request) -> ExportAll:
    """What exports many projects, of the app that a request came to."""
    return request.app.state.export_all


# Read by the editing room, whose messages are clearer; described for the page as what it is.
RequestedEdit = Annotated[Any, PlainValidator(Edit.from_json, json_schema_input_type=AnyEdit)]


def _bytes(kind: str) -> dict[int | str, dict[str, Any]]:
    """Describes an answer that is no JSON."""
    return {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get("/facts")
def facts(workspace: OneWorkspace) -> Facts:
    """What the page needs to know first."""
    return Facts(
        version=__version__,
        formats=tuple(
            FormatAnswer(name=format.name, file=format.file, about=format.description)
            for format in FORMATS.values()
            if ARKIT in format.spaces
        ),
        transcribes=find_spec("moonshine_cpp") is not None and find_spec("pocketsphinx") is not None,
        regions=tuple(REGIONS),
        emotions=EMOTIONS,
        poses=BUILT_IN,
        gestures=ByPath(**GESTURES),
        model=workspace.jobs.checkpoint.name,
        styles=(NEUTRAL_STYLE, *workspace.jobs.checkpoint.styles),
        channels=ARKIT.expression,
        natural_eyes=NATURAL,
        max_upload=uploads.MAX_UPLOAD,
        max_character=MAX_CHARACTER,
    )


@router.get("/head.glb", response_class=Response, responses=_bytes("model/gltf-binary"))
def head() -> Response:
    """The head at rest, as a file of its own."""
    return Response(head_at_rest(), media_type="model/gltf-binary")


@router.get("/projects")
def projects(workspace: OneWorkspace) -> list[ProjectSummary]:
    """All projects, the latest first."""
    return workspace.summaries()


@router.post("/projects")
async def create(
    workspace: OneWorkspace, request: Request, name: str, list: str | None = None, line: int = 0
) -> ProjectId:
    """A voice comes in, alone or as a line of a list."""
    with workspace.storage.new_folder() as folder:
        await uploads.receive(request, folder.voice)
        if list is None:
            project = await asyncio.to_thread(workspace.create, folder, name)
        else:
            project = await asyncio.to_thread(workspace.create_line, folder, list, line)
        return ProjectId(id=project.id)


@router.post("/lists")
def read_list(workspace: OneWorkspace, request: Annotated[ListRequest, Body()]) -> ListAnswer:
    """A list of lines comes in, whose sounds will follow."""
    return workspace.lists.read(request)


@router.get("/events", response_class=EventSourceResponse)
async def all_events(
    stream: Annotated[AsyncIterator[ServerSentEvent], Depends(stream_of_all)],
) -> AsyncIterator[ServerSentEvent]:
    """What happens to the list of projects."""
    async for event in stream:
        yield event


@router.post("/exports")
def export_all(request: Request, wanted: Annotated[ExportAllRequest, Body()]) -> ExportAllAnswer:
    """Write many projects into one zip, in the background."""
    return exporter_of(request).start(wanted)


@router.get("/exports")
def exporting(request: Request) -> ExportAllAnswer | None:
    """How far that is; None where nothing was exported."""
    return exporter_of(request).answer


@router.delete("/exports", status_code=204)
def cancel_export(request: Request) -> None:
    """Cancel it."""
    exporter_of(request).cancel()


@router.get("/exports/{export_id}", response_class=FileResponse, responses=_bytes("application/zip"))
def exported_all(request: Request, export_id: str) -> FileResponse:
    """The zip."""
    return FileResponse(exporter_of(request).file(export_id), filename="projects.zip", media_type="application/zip")


@router.post("/projects/open")
async def open_project(workspace: OneWorkspace, request: Request, name: str) -> ProjectId:
    """A project file comes in."""
    with workspace.storage.new_folder() as folder:
        await uploads.receive(request, folder.project)
        return ProjectId(id=(await asyncio.to_thread(workspace.open, folder, name)).id)


@router.get("/projects/{id}")
def project(project: OneProject) -> ProjectAnswer:
    """All of a project except its sound and motion."""
    return project.answer()


@router.delete("/projects/{id}", status_code=204)
def remove(workspace: OneWorkspace, id: str) -> None:
    """Delete a project."""
    workspace.remove(id)


@router.get("/projects/{id}/events", response_class=EventSourceResponse)
async def events(
    stream: Annotated[AsyncIterator[ServerSentEvent], Depends(stream_of)],
) -> AsyncIterator[ServerSentEvent]:
    """Progress and changes, as they happen."""
    async for event in stream:
        yield event


@router.get("/projects/{id}/motion", response_class=Response, responses=_bytes("application/octet-stream"))
def motion(project: OneProject, take: str | None = None) -> Response:
    """The finished motion, or that of one take."""
    shown = project.project.motion if take is None else render(project.project, take=take)
    return Response(motion_bytes(shown), media_type="application/octet-stream", headers=_NOT_KEPT)


@router.get("/projects/{id}/waveform", response_class=Response, responses=_bytes("application/octet-stream"))
def waveform(project: OneProject) -> Response:
    """Peaks of the sound."""
    peaks = waveform_bytes(project.project.voice.samples)
    return Response(peaks, media_type="application/octet-stream", headers=_NOT_KEPT)


@router.get("/projects/{id}/sound.wav", response_class=FileResponse, responses=_bytes("audio/wav"))
def sound(project: OneProject) -> FileResponse:
    """The sound."""
    path = project.folder.sound
    with project.sound_lock:
        if not path.exists():
            write_wav(project.project.voice.samples, path)
    return FileResponse(path, media_type="audio/wav", headers=_NOT_KEPT)


@router.get("/projects/{id}/file", response_class=FileResponse, responses=_bytes("application/zip"))
def file(project: OneProject) -> FileResponse:
    """The project file, with its character where that is small enough."""
    name = f"{project.about.name}.ksd"
    if project.project.character is None:
        return FileResponse(project.folder.project, filename=name, media_type="application/zip")
    path = project.folder.new_download()
    project.project.save(path)
    done = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, filename=name, media_type="application/zip", background=done)


@router.get("/projects/{id}/reference", response_class=FileResponse, responses=_bytes("video/mp4"))
def reference(project: OneProject) -> FileResponse:
    """The reference video."""
    path, kind = attachments.reference(project)
    return FileResponse(path, media_type=kind)


@router.post("/projects/{id}/reference")
async def set_reference(workspace: OneWorkspace, project: OneProject, request: Request) -> ProjectAnswer:
    """A reference video comes in."""
    await uploads.receive(request, project.folder.new_reference)
    await asyncio.to_thread(attachments.set_reference, project, workspace.decoder)
    return project.answer()


@router.post("/projects/{id}/name")
def rename(workspace: OneWorkspace, project: OneProject, name: Annotated[str, Body(embed=True)]) -> ProjectAnswer:
    """Give a project another name."""
    workspace.rename(project, name)
    return project.answer()


@router.post("/projects/{id}/edits")
def edit(
    project: OneProject,
    edits: Annotated[list[RequestedEdit], Field(max_length=MAX_EDITS), Body(embed=True)],
    continues: Annotated[bool, Body(embed=True)] = False,
) -> ProjectAnswer:
    """Edits, as one step of undo, or as part of the last one, which they continue."""
    project.edit(edits, continues)
    return project.answer()


@router.post("/projects/{id}/undo")
def undo(project: OneProject) -> ProjectAnswer:
    """One step back."""
    project.undo()
    return project.answer()


@router.post("/projects/{id}/redo")
def redo(project: OneProject) -> ProjectAnswer:
    """One step forward again."""
    project.redo()
    return project.answer()


@router.post("/projects/{id}/regenerate")
def regenerate(workspace: OneWorkspace, project: OneProject) -> ProjectAnswer:
    """Regenerate the frames that edits affect."""
    workspace.jobs.regenerate(project)
    return project.answer()


@router.post("/projects/{id}/variants", response_class=Response, responses=_bytes("application/octet-stream"))
def variants(workspace: OneWorkspace, project: OneProject, wanted: Annotated[VariantsRequest, Body()]) -> Response:
    """The motion of a range with several seeds, one after the other; nothing is changed."""
    made = workspace.jobs.variants(project, wanted)
    return Response(made, media_type="application/octet-stream", headers=_NOT_KEPT)


@router.post("/projects/{id}/cancel", status_code=204)
def cancel(workspace: OneWorkspace, project: OneProject) -> None:
    """Cancel what takes its time: the first motion, regenerating, finding words, exports."""
    workspace.jobs.cancel(project)


@router.post("/projects/{id}/retry", status_code=204)
def retry(workspace: OneWorkspace, id: str) -> None:
    """Make a first motion after all that failed or was cancelled."""
    workspace.retry(id)


@router.get("/projects/{id}/thumbnail", response_class=Response, responses=_bytes("application/octet-stream"))
def thumbnail(workspace: OneWorkspace, id: str) -> Response:
    """The pose that stands for a project in the list."""
    return Response(workspace.thumbnail(id), media_type="application/octet-stream", headers=_NOT_KEPT)


@router.post("/projects/{id}/words")
def words(
    workspace: OneWorkspace,
    project: OneProject,
    text: Annotated[str | None, Body(embed=True, max_length=MAX_TEXT)] = None,
) -> ProjectAnswer:
    """Find the words, or time those given."""
    workspace.jobs.find_words(project, text)
    return project.answer()


@router.get("/projects/{id}/character", response_class=FileResponse, responses=_bytes("model/gltf-binary"))
def character(project: OneProject) -> FileResponse:
    """The file of the user's own character."""
    return FileResponse(attachments.character_file(project), media_type="model/gltf-binary", headers=_NOT_KEPT)


@router.get("/projects/{id}/character/rig")
def rig(project: OneProject) -> Rig:
    """How the character moves."""
    if project.project.character is None:
        raise NotFoundError("this project has no character")
    return rig_of(project.project.character)


@router.post("/projects/{id}/character")
async def set_character(project: OneProject, request: Request, name: str) -> ProjectAnswer:
    """The user's own character comes in: a glTF file, or a photo of a face."""
    if not attachments.is_photo(uploads.clean_name(name)):
        check_suffix(Path(uploads.clean_name(name)))
    await uploads.receive(request, project.folder.new_character, MAX_CHARACTER)
    await asyncio.to_thread(attachments.set_character, project, name)
    return project.answer()


@router.delete("/projects/{id}/character")
def remove_character(project: OneProject) -> ProjectAnswer:
    """Show the head of this package again."""
    attachments.remove_character(project)
    return project.answer()


@router.post("/projects/{id}/exports")
def export(project: OneProject, request: Annotated[ExportRequest, Body()]) -> ExportResult:
    """Write formats."""
    return exports.export(project, request)


@router.get("/projects/{id}/exports/{export_id}", response_class=FileResponse, responses=_bytes("application/zip"))
def exported(project: OneProject, export_id: str) -> FileResponse:
    """What was written."""
    path = exports.exported(project, export_id)
    return FileResponse(path, filename=f"{project.about.name}.zip", media_type="application/zip")
