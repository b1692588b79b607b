"""What lies beside the voice: a reference video, and a character of the user's own."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ksdiff.editing import Character, Project
from ksdiff.errors import InputError
from ksdiff.photo.picture_file import SUFFIXES
from ksdiff.studio.decoder import Decoder
from ksdiff.studio.open_project import OpenProject
from ksdiff.studio.refusals import NotFoundError
from ksdiff.studio.storage import ProjectFolder
from ksdiff.studio.uploads import clean_name

PHOTO_SIZE = (768, 768)  # pixels of a photo's textures, about


def reference(project: OpenProject) -> tuple[Path, str]:
    """The video beside the voice, and its media type.

    Raises:
        NotFoundError: There is none.
    """
    if project.about.reference is None:
        raise NotFoundError("this project has no reference video")
    given = project.folder.reference
    return (given if given.exists() else project.folder.voice), project.about.reference


def set_reference(project: OpenProject, decoder: Decoder) -> None:
    """Use the video that was uploaded as the folder's ``new_reference``.

    Raises:
        InputError: No browser plays it.
    """
    file = project.folder.new_reference
    try:
        kind = decoder.video_type(file, "the video")
        if kind is None:
            raise InputError("browsers do not play this video: convert it to MP4 with H.264, or to WebM")
    except InputError:
        file.unlink()
        raise
    with project.lock:
        file.replace(project.folder.reference)
        project.set_about(reference=kind)
        project.version += 1


def character_file(project: OpenProject) -> Path:
    """The file of the user's own character.

    Raises:
        NotFoundError: There is none, or the project holds only a reference to it.
    """
    character = project.project.character
    if character is None or character.data is None:
        raise NotFoundError("this project has no file of a character")
    path = project.folder.character(character.digest)
    with project.lock:
        project.folder.keep_character(character)
    return path


def is_photo(name: str) -> bool:
    """Whether a file is named as a picture, which becomes a character."""
    return Path(name).suffix.lower() in SUFFIXES


def set_character(project: OpenProject, name: str) -> None:
    """Use the character that was uploaded as the folder's ``new_character``, as one step of undo; of a photo, the face.

    Raises:
        InputError: It cannot be read, or has no shape that is known; or a photo shows no face that can be used.
    """
    file = project.folder.new_character
    name = clean_name(name)
    try:
        if is_photo(name):
            content, name = _of_photo(file), f"{Path(name).stem}.glb"
        else:
            content = file.read_bytes()
        character = Character.of(content, name)
    finally:
        file.unlink(missing_ok=True)
    with project.lock:
        project.commit(project.history.push(project.project.with_character(character)))


def _of_photo(file: Path) -> bytes:
    from ksdiff.photo.glb import portrait_glb
    from ksdiff.photo.prepare import prepare_portrait

    try:
        return portrait_glb(prepare_portrait(file, PHOTO_SIZE))
    except InputError as error:
        raise InputError(str(error).replace(str(file), "the photo")) from error


def remove_character(project: OpenProject) -> None:
    """Show the head of this package again, as one step of undo."""
    with project.lock:
        if project.project.character is not None:
            project.commit(project.history.push(project.project.with_character(None)))


def with_character_file(folder: ProjectFolder, project: Project) -> Project:
    """A project with the file of its character, which lies beside; without it where that is gone or damaged."""
    character = project.character
    if character is None or character.data is not None:
        return project
    with suppress(OSError, InputError):
        return replace(project, character=character.with_data(folder.character(character.digest).read_bytes()))
    return project
