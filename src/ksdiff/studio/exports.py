"""Exports: a project in several formats, as one zip."""

import secrets
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

from ksdiff.editing import render
from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.output.formats import Sound, check_formats, write_outputs
from ksdiff.output.picture import Picture
from ksdiff.output.retarget import retarget
from ksdiff.output.timecode import frame_number
from ksdiff.studio.answers import ExportRequest, ExportResult
from ksdiff.studio.open_project import OpenProject, Work
from ksdiff.studio.refusals import CancelledError, NotFoundError, disk_is_full

KEPT_EXPORTS = 3  # per project


def export(project: OpenProject, request: ExportRequest) -> ExportResult:
    """Write a project in several formats, as a zip.

    Raises:
        CancelledError: Somebody cancelled it.
        InputError: No format could be written, the disk is full, or what is wanted does not exist.
    """
    check_formats(request.formats)
    if not request.formats and not request.character:
        raise InputError("nothing is chosen: choose a format")
    if request.timecode is not None:
        frame_number(request.timecode, request.fps)
    motion = render(project.project, request.fps, request.take)
    info = {"audio": project.about.name} | ({} if request.timecode is None else {"timecode": request.timecode})
    motion = replace(motion, info={**motion.info, **info})
    id = secrets.token_hex(8)
    folder = project.folder.exports / id
    try:
        folder.mkdir(parents=True)
        with project.work() as work:
            missing, report = _write(project, motion, request, folder, work)
        _pack(folder, project.folder.exports / f"{id}.zip", missing)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    zips = sorted(project.folder.exports.glob("[!.]*.zip"), key=lambda file: file.stat().st_mtime)
    for old in zips[:-KEPT_EXPORTS]:
        old.unlink()
    return ExportResult(id=id, missing=missing, report=report)


def exported(project: OpenProject, id: str) -> Path:
    """The zip of an export.

    Raises:
        NotFoundError: There is none of this id.
    """
    for file in project.folder.exports.glob("*.zip"):
        if file.stem == id:
            return file
    raise NotFoundError("this export is gone: export again")


def _write(
    project: OpenProject, motion: Motion, request: ExportRequest, folder: Path, work: Work
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Write what is wanted; gives what could not be written and why, and the report on the character."""
    voice = project.folder.voice
    sound = Sound(voice if voice.exists() else None, project.project.voice.samples)
    picture = Picture(request.width, request.height, request.background)
    missing: dict[str, str] = {}
    report: tuple[str, ...] = ()

    def tried(error: InputError) -> str:
        if disk_is_full(error) or isinstance(error, CancelledError):
            raise error
        return str(error).replace(f"{folder}/", "")

    for index, name in enumerate(request.formats):

        def progress(file: str, done: float, index: int = index) -> None:
            work.report(file, (index + done) / len(request.formats))

        try:
            write_outputs(motion, folder, sound, [name], progress, picture)
        except InputError as error:
            missing[name] = tried(error)
    if request.character:
        try:
            report = _retarget(project, motion, folder)
        except InputError as error:
            missing["character"] = tried(error)
    return missing, report


def _pack(work: Path, path: Path, missing: dict[str, str]) -> None:
    written = sorted(path for path in work.rglob("*") if path.is_file())  # a sequence of pictures is a folder
    if not written:
        raise InputError(" ".join(f"{name}: {reason}." for name, reason in missing.items()))
    with atomic_write(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for file in written:
            archive.write(file, file.relative_to(work), zipfile.ZIP_DEFLATED)


def _retarget(project: OpenProject, motion: Motion, work: Path) -> tuple[str, ...]:
    """Write the motion on the project's character, and a report of what it shows."""
    character = project.project.character
    if character is None:
        raise InputError("there is no character to put the motion onto: choose a .glb, .vrm or .gltf")
    path = work / f"character{Path(character.name).suffix.lower()}"
    lines = tuple(retarget(motion, character.avatar(), path, character.shapes).lines())
    path.with_suffix(".txt").write_text("\n".join((character.name, *lines, "")), encoding="utf-8")
    return lines
