"""Emotion files: emotions over time, as JSON or CSV that a person can write.

    {
      "version": 1,
      "points": [{"time": 0, "emotion": "calm"}, {"time": 2.5, "emotion": "happy", "intensity": 0.8}],
      "ranges": [{"start": 4, "end": 5.2, "valence": -0.6, "arousal": 0.3}, {"word": "fellow", "emotion": "happy"}]
    }

A point says what the face shows at a time; between two points it goes from one to the other, before the first and
after the last it shows what they say. A range begins and ends by itself (`EmotionRange`), and covers points. Times are
seconds from the start of the sound. A CSV file has a row for each, and these names as its header: ``time`` for points,
``start`` and ``end``, or ``word``, for ranges.
"""

import csv
import io
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ksdiff.errors import InputError, suggest
from ksdiff.files import read_bounded_text
from ksdiff.layers.emotion import DECAY, ONSET, EmotionRange
from ksdiff.layers.emotion_words import EmotionOnWord
from ksdiff.layers.fades import MAX_FADE

VERSION = 1
MAX_BYTES = 4_000_000
MAX_ENTRIES = 20_000
MAX_TIME = 86_400.0  # s
_WHAT = ("emotion", "intensity", "valence", "arousal", "seed")
_POINT = ("time", *_WHAT)
_RANGE = ("start", "end", "word", "occurrence", *_WHAT, "onset", "decay")


class _What(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    emotion: str | None = Field(default=None, max_length=80)
    intensity: float = Field(default=1.0, ge=0, le=1)
    valence: float | None = Field(default=None, ge=-1, le=1)
    arousal: float | None = Field(default=None, ge=-1, le=1)
    seed: int = Field(default=0, ge=0, lt=2**63)


class _Point(_What):
    time: float = Field(ge=0, le=MAX_TIME)


class _Range(_What):
    start: float | None = Field(default=None, ge=0, le=MAX_TIME)
    end: float | None = Field(default=None, ge=0, le=MAX_TIME)
    word: str | None = Field(default=None, max_length=1000)
    occurrence: int = Field(default=1, ge=1, le=MAX_ENTRIES)
    onset: float = Field(default=ONSET, ge=0, le=MAX_FADE)
    decay: float = Field(default=DECAY, ge=0, le=MAX_FADE)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: int = Field(ge=VERSION, le=VERSION)
    points: list[_Point] = Field(default=[], max_length=MAX_ENTRIES)
    ranges: list[_Range] = Field(default=[], max_length=MAX_ENTRIES)


def read_emotions(path: Path | str) -> tuple[EmotionRange | EmotionOnWord, ...]:
    """Read an emotion file, JSON or CSV.

    Args:
        path: The file; one whose name ends in ``.csv`` is read as CSV.

    Raises:
        InputError: The file is missing, is not an emotion file, or holds an emotion that there is not.
    """
    path = Path(path)
    return parse_emotions(read_bounded_text(path, MAX_BYTES, "an emotion file"), path)


def parse_emotions(text: str, path: Path) -> tuple[EmotionRange | EmotionOnWord, ...]:
    """Read an emotion file from its text; messages name the path, whose end says whether it is CSV.

    Raises:
        InputError: As `read_emotions`.
    """
    try:
        found = _parse_csv(text, path) if path.suffix.lower() == ".csv" else _File.model_validate_json(text)
    except ValidationError as error:
        raise InputError(_explained(error, path)) from error
    return (*_from_points(found.points, path), *_from_ranges(found.ranges, path))


def parse_emotion(text: str) -> EmotionRange:
    """An emotion for a whole sound, from ``happy``, ``happy:0.6``, or ``0.5,-0.2`` (valence and arousal).

    Raises:
        InputError: It is none of these.
    """
    place = text.split(",")
    if len(place) == 2:
        valence, arousal = (_number(part, text) for part in place)
        return EmotionRange(0.0, math.inf, valence=valence, arousal=arousal)
    name, colon, intensity = text.partition(":")
    return EmotionRange(0.0, math.inf, name, _number(intensity, text) if colon else 1.0)


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            f"{where!r} is not an emotion: write a name and intensity (happy:0.6), or valence and arousal (0.5,-0.2)"
        ) from error


def _from_points(points: list[_Point], path: Path) -> list[EmotionRange]:
    """Each point holds until the next, whose onset leads there from it."""
    ordered = sorted(points, key=lambda point: point.time)
    times = [point.time for point in ordered]
    for before, after in pairwise(times):
        if before == after:
            raise InputError(f"{path} has two points at {before:g} s: remove one")
    result = []
    for number, point in enumerate(ordered):
        first, last = number == 0, number == len(ordered) - 1
        start, onset = (0.0, 0.0) if first else (point.time, point.time - times[number - 1])
        end = math.inf if last else times[number + 1]
        result.append(_made(f"{path}: point {number + 1}", point, start, end, onset, 0.0))
    return result


def _from_ranges(ranges: list[_Range], path: Path) -> list[EmotionRange | EmotionOnWord]:
    result: list[EmotionRange | EmotionOnWord] = []
    for number, one in enumerate(ranges, start=1):
        where = f"{path}: range {number}"
        if one.word is not None and one.start is None and one.end is None:
            what = _made(where, one, 0.0, 1.0, one.onset, one.decay)
            result.append(EmotionOnWord(one.word, one.occurrence, what=what))
        elif one.word is None and one.start is not None and one.end is not None:
            result.append(_made(where, one, one.start, one.end, one.onset, one.decay))
        else:
            raise InputError(f"{where} needs either a start and an end, or a word")
    return result


def _made(where: str, what: _What, start: float, end: float, onset: float, decay: float) -> EmotionRange:
    values = {name: getattr(what, name) for name in _WHAT}
    try:
        return EmotionRange(start, end, onset=onset, decay=decay, **values)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


def _parse_csv(text: str, path: Path) -> _File:
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise InputError(f"{path} cannot be read as CSV: {error}") from error
    content: dict[str, Any] = {"version": VERSION, "points": [], "ranges": []}
    for row in rows:
        for name in row:
            if name not in (*_POINT, *_RANGE):
                shown = str(name)[:80]
                raise InputError(f"{path} has an unknown column {shown!r}: {suggest(shown, _COLUMNS)}")
        given = {name: value.strip() for name, value in row.items() if value is not None and value.strip()}
        content["points" if "time" in given else "ranges"].append(given)
    return _File.model_validate(content)


_COLUMNS = tuple(dict.fromkeys((*_POINT, *_RANGE)))


def _explained(error: ValidationError, path: Path) -> str:
    """The first thing that is wrong, in words of the file."""
    first = error.errors(include_url=False)[0]
    where, value = tuple(str(part) for part in first["loc"]), repr(first["input"])[:80]
    if not where or where == ("version",):
        return f'{path} is not an emotion file: it must be a JSON object with "version": {VERSION}'
    part, *inside = where
    if first["type"] == "extra_forbidden":
        allowed = {"points": _POINT, "ranges": _RANGE}.get(part, ("version", "points", "ranges"))
        name = where[-1][:80]
        return f"{path} has an unknown entry {name!r}: {suggest(name, allowed)}"
    place = f"{part} {int(inside[0]) + 1}" if inside else part
    named = f", {inside[1]}" if len(inside) > 1 else ""
    return f"{path}: {place}{named}: {first['msg'].lower()}, but is {value}"
