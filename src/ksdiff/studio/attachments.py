"""What lies beside the voice: a reference video, and a head of the user's own."""

import secrets
import shutil
from pathlib import Path

from ksdiff.errors import InputError
from ksdiff.output.avatar import read_avatar
from ksdiff.output.gltf_file import SUFFIXES
from ksdiff.studio.decoder import Decoder
from ksdiff.studio.open_project import OpenProject
from ksdiff.studio.refusals import NotFoundError
from ksdiff.studio.uploads import clean_name


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


def avatar_file(project: OpenProject) -> tuple[Path, str]:
    """The user's own head, and its name.

    Raises:
        InputError: There is none.
    """
    heads = sorted(project.folder.avatars.glob("*/[!.]*"), key=lambda file: file.stat().st_mtime)
    if project.about.avatar is None or not heads:
        raise InputError("there is no head to put the motion onto: choose a .glb, .vrm or .gltf")
    return heads[-1], project.about.avatar


def new_avatar(project: OpenProject, name: str) -> Path:
    """Where to put the user's own head: in a folder by itself, since a .gltf may name other files beside it.

    Raises:
        InputError: It is not named as a head.
    """
    suffix = Path(clean_name(name)).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{clean_name(name)} is no head that can be moved: give a file in {', '.join(SUFFIXES)}")
    folder = project.folder.avatars / secrets.token_hex(8)
    folder.mkdir(parents=True)
    return folder / f"avatar{SUFFIXES[SUFFIXES.index(suffix)]}"


def set_avatar(project: OpenProject, file: Path, name: str) -> None:
    """Use a head that was uploaded, in place of an earlier one.

    Raises:
        InputError: It cannot be read, or has no shape that is known; its folder is gone then.
    """
    name = clean_name(name)
    try:
        read_avatar(file)
    except InputError as error:
        shutil.rmtree(file.parent)
        raise InputError(str(error).replace(str(file), name)) from error
    with project.lock:
        for other in project.folder.avatars.iterdir():
            if other != file.parent:
                shutil.rmtree(other)
        project.set_about(avatar=name)
        project.version += 1
