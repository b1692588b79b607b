"""Recordings in a folder: who speaks in which language, and the names of their clips."""

import csv
import hashlib
import re
from pathlib import Path

from ksdiff.corpus.sources.source import Recording
from ksdiff.corpus.video import SUFFIXES
from ksdiff.errors import InputError
from ksdiff.files import check_exists

MANIFEST = "manifest.csv"
SOUND_SUFFIXES = (".aac", ".flac", ".m4a", ".mp3", ".ogg", ".wav")
MAX_NAME = 160  # characters of a clip's name: with suffixes and those of temporary files, file systems take it


def find_videos(videos: Path, language: str, sounds: bool = False) -> list[Recording]:
    """The videos in a folder with their speakers, sorted by name.

    The speaker is the name of a video's folder, or what ``manifest.csv`` in the folder says (columns file, speaker,
    and perhaps language).

    Args:
        videos: A video, or the folder (subfolders included).
        language: Of videos for which the manifest does not name one.
        sounds: Take sound files too, where there is no video of the same name.

    Raises:
        InputError: There is no such folder, it cannot be read, there is no video in it, or the manifest is damaged or
            names a file that is not there.
    """
    check_exists(videos, "folder")
    root = videos if videos.is_dir() else videos.parent
    suffixes = (*SUFFIXES, *SOUND_SUFFIXES) if sounds else SUFFIXES
    paths = [videos] if videos.is_file() else _files_below(root, suffixes)
    pictured = {path.with_suffix("") for path in paths if path.suffix.lower() in SUFFIXES}
    paths = [path for path in paths if path.suffix.lower() in SUFFIXES or path.with_suffix("") not in pictured]
    listed = _read_manifest(root)
    for name in listed:
        if not (root / name).is_file():
            raise InputError(f"{root / MANIFEST} lists {name}, which is not there")
    if videos.is_dir():
        paths += [root / name for name in listed if root / name not in paths]
    if not paths:
        raise InputError(f"there is no video in {videos}: expected files such as {', '.join(suffixes)}")
    recordings: list[Recording] = []
    taken: set[str] = set()
    for path in sorted(paths):
        name = path.relative_to(root).as_posix()
        row = listed.get(name, {})
        speaker = row.get("speaker") or path.parent.absolute().name
        clip = clip_name(f"{speaker}__{path.stem}", name)
        if clip in taken:
            clip = clip_name(f"{clip}-{path.suffix[1:]}", name)
        if clip in taken:
            clip = f"{clip}-{_hash(name)}"
        taken.add(clip)
        recordings.append(Recording(clip, path, name, speaker, row.get("language") or language))
    return recordings


def clip_name(wanted: str, recording: str) -> str:
    """A file name that every system takes; part of a hash is added where characters were replaced or cut.

    Args:
        wanted: The name.
        recording: What the hash is made of.
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", wanted).strip(".")
    if len(plain) > MAX_NAME:
        plain = plain[:MAX_NAME]
    return plain if plain == wanted else f"{plain}-{_hash(recording)}"


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:6]


def _files_below(root: Path, suffixes: tuple[str, ...]) -> list[Path]:
    try:
        return [path for path in root.rglob("*") if path.suffix.lower() in suffixes]
    except OSError as error:  # a folder without permission, or links in a circle
        raise InputError(f"cannot list {error.filename or root}: {error.strerror}; change its permissions") from error


def _read_manifest(root: Path) -> dict[str, dict[str, str]]:
    path = root / MANIFEST
    if not path.is_file():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or ()
            if not {"file", "speaker"} <= set(columns):
                raise InputError(f"{path} needs the columns file and speaker; it has {', '.join(columns)}")
            return {row["file"]: row for row in reader}
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a table in UTF-8: {error}") from error
