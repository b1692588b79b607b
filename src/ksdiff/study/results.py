"""What raters sent back: read, checked against the key, and left out for a reason where it cannot be trusted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.errors import InputError
from ksdiff.strict_json import parse_json
from ksdiff.study.design import CRITERIA, SCALE
from ksdiff.study.page import KEY_FORMAT, RESULT_FORMAT, VERSION

CONSISTENCY = 1.25  # marks; who marks at random differs by 1.6 on average, a careful rater by about 0.5

Marks = Mapping[str, int]  # by name of the criterion


@dataclass(frozen=True)
class Key:
    """Which video is whose.

    Attributes:
        study: Which study it is the key to.
        title: Of the page.
        systems: Their names.
        systems_of: Name of the system, by name of the video.
        clips_of: Name of the clip, by name of the video.
        sessions: Names of the videos in each session, in order, repeats included.
        repeats: How many videos at the end of each session are repeats.
    """

    study: str
    title: str
    systems: tuple[str, ...]
    systems_of: Mapping[str, str]
    clips_of: Mapping[str, str]
    sessions: tuple[tuple[str, ...], ...]
    repeats: int


@dataclass(frozen=True)
class Rater:
    """A rater's marks.

    Attributes:
        name: The file's, without suffix.
        number: The rater's own, if one was given.
        marks: By name of the video; of repeated videos the first ones.
        repeated: The second marks of repeated videos.
    """

    name: str
    number: str | None
    marks: Mapping[str, Marks]
    repeated: Mapping[str, Marks]

    def differences(self, criterion: str) -> list[int]:
        """How far the two marks of each repeated video lie apart."""
        return [abs(self.marks[video][criterion] - marks[criterion]) for video, marks in self.repeated.items()]

    @property
    def inconsistency(self) -> float:
        """Mean difference between the two marks of repeated videos, over all criteria; NaN without repeats."""
        differences = [value for criterion in CRITERIA for value in self.differences(criterion.name)]
        return float(np.mean(differences)) if differences else float("nan")


@dataclass(frozen=True)
class Excluded:
    """Who was left out, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Results:
    """The raters whose marks count, and the others."""

    raters: tuple[Rater, ...]
    excluded: tuple[Excluded, ...]


def read_key(path: Path) -> Key:
    """Read the key that `ksdiff.study.page.make_study` wrote.

    Raises:
        InputError: The file is missing, damaged, no key, or of a newer version.
    """
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
        _check_format(data, KEY_FORMAT)
        videos = data["videos"]
        key = Key(
            study=data["study"],
            title=data["title"],
            systems=tuple(data["systems"]),
            systems_of={video: entry["system"] for video, entry in videos.items()},
            clips_of={video: entry["clip"] for video, entry in videos.items()},
            sessions=tuple(tuple(videos) for videos in data["sessions"]),
            repeats=data["repeats"],
        )
        _check_key(key)
        return key
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} is not the key of a study ({error}): give what 'ksdiff study make' wrote") from error


def _check_key(key: Key) -> None:
    """See that the parts of a key belong together.

    Raises:
        ValueError: They do not.
    """
    planned = {video for session in key.sessions for video in session}
    if not planned <= set(key.systems_of) or not set(key.systems_of.values()) <= set(key.systems):
        raise ValueError("it plans videos or systems that it does not list")
    if type(key.repeats) is not int or not 0 <= key.repeats < min(map(len, key.sessions), default=0):
        raise ValueError(f"its repeats are {key.repeats!r}")


def read_results(paths: Iterable[Path], key: Key, consistency: float = CONSISTENCY) -> Results:
    """Read raters' files.

    Left out are files that are damaged, of another study, unfinished or given twice, and raters who gave the same mark
    to everything or marked repeated videos too differently.

    Args:
        paths: Files, or folders of ``.json`` files.
        key: The key of the study.
        consistency: Greatest accepted mean difference between the marks of a repeated video.

    Raises:
        InputError: A path is missing, fewer than two raters are left, or the consistency is not a number from 0 on.
    """
    if not consistency >= 0:
        raise InputError(f"consistency is {consistency}; it must be at least 0, such as {CONSISTENCY}")
    raters: list[Rater] = []
    excluded: list[Excluded] = []
    seen: dict[str, str] = {}  # file by session of a rater
    for path in _files(paths):
        try:
            identity, rater = _read(path, key)
            if identity in seen:
                raise InputError(f"is the same as {seen[identity]}")
            seen[identity] = path.name
            marks = {mark for given in rater.marks.values() for mark in given.values()}
            if len(marks) == 1 and len(rater.marks) > 1:
                raise InputError(f"gave everything the rating {marks.pop()}")
            if rater.inconsistency > consistency:
                raise InputError(
                    f"rated repeated videos differently, by {rater.inconsistency:.2f} on average (more than "
                    f"{consistency:g})"
                )
            raters.append(rater)
        except InputError as error:
            excluded.append(Excluded(path.stem, str(error)))
    if len(raters) < 2:
        reasons = "".join(f"; {one.name} {one.reason}" for one in excluded)
        raise InputError(f"an analysis needs two raters or more, but {len(raters)} can be used{reasons}")
    return Results(tuple(raters), tuple(excluded))


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(path.glob("*.json"))
        elif path.is_file():
            files.append(path)
        else:
            raise InputError(f"there is no file or folder {path}: give the files that raters sent")
    return list(dict.fromkeys(files))


def _read(path: Path, key: Key) -> tuple[str, Rater]:
    """A rater, and what no other rater has.

    Raises:
        InputError: Why the file cannot be used.
    """
    try:
        data = parse_json(path.read_text(encoding="utf-8"))
        _check_format(data, RESULT_FORMAT)
        if data["study"] != key.study:
            raise InputError(f"is of another study ({data['study']}, not {key.study})")
        session, trials = data["session"], data["trials"]
        if type(session) is not int or not 0 <= session < len(key.sessions):
            raise ValueError(f"session {session!r} of {len(key.sessions)}")
        planned = key.sessions[session]
        videos = [trial["video"] for trial in trials]
        if tuple(videos) != planned[: len(videos)]:
            raise InputError("has other videos than its session, or in another order")
        if len(videos) < len(planned):
            raise InputError(f"rated {len(videos)} of {len(planned)} videos")
        marks = [_marks(trial["ratings"]) for trial in trials]
        number = None if data["rater"] is None else str(data["rater"])
        first = len(planned) - key.repeats
        rater = Rater(
            path.stem,
            number,
            dict(zip(videos[:first], marks[:first], strict=True)),
            dict(zip(videos[first:], marks[first:], strict=True)),
        )
        return str(data["id"]), rater
    except InputError:
        raise
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise InputError(f"is damaged ({type(error).__name__}: {error})") from error


def _marks(given: Any) -> Marks:
    for criterion in CRITERIA:
        mark = given[criterion.name]
        if type(mark) is not int or mark not in SCALE:
            raise InputError(f"has the rating {mark!r}; ratings are from {min(SCALE)} to {max(SCALE)}")
    return {criterion.name: given[criterion.name] for criterion in CRITERIA}


def _check_format(data: Any, name: str) -> None:
    found = data.get("format")
    if found != name:
        raise InputError(f"its format is {found!r} and not {name!r}")
    if data["version"] > VERSION:
        raise InputError(f"its version is {data['version']}; this ksdiff reads up to {VERSION}")
