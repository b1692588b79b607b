"""Lists of lines that are dropped together with their sounds: read here, then each sound is sent by itself."""

import posixpath
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ksdiff.batch.read import Row, output_name, parse_rows
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.studio.answers import ListAnswer, ListLine, ListRequest
from ksdiff.studio.refusals import NotFoundError
from ksdiff.studio.wishes import Wishes

KEPT = 8  # lists whose sounds may still come
SHOWN = 5  # problems that a message names


@dataclass(frozen=True)
class Line:
    """A line of a list.

    Attributes:
        file: Path of its sound among the dropped files.
        name: Of its project.
        wishes: How its first take is made.
    """

    file: str
    name: str
    wishes: Wishes


@dataclass(frozen=True)
class DroppedList:
    """A list whose sounds are coming.

    Attributes:
        name: Of the list, or of the folder.
        lines: In order.
    """

    name: str
    lines: tuple[Line, ...]


class Lists:
    """The lists whose sounds may still come.

    Args:
        checkpoint: The model that makes first takes.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._lists: OrderedDict[str, DroppedList] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, request: ListRequest) -> ListAnswer:
        """Read a list, or take each sound as a line.

        Raises:
            InputError: The list cannot be read, or a line cannot be followed or has no sound among the files. The
                message names the first such lines.
        """
        lines = tuple(_lines(request, self._checkpoint))
        name = request.name or _common_folder(request.files)
        id = secrets.token_hex(8)
        with self._lock:
            self._lists[id] = DroppedList(PurePosixPath(name).name, lines)
            while len(self._lists) > KEPT:
                self._lists.popitem(last=False)
        return ListAnswer(
            id=id,
            lines=tuple(
                ListLine(number=number, file=line.file, name=line.name) for number, line in enumerate(lines, start=1)
            ),
        )

    def line(self, id: str, number: int) -> tuple[str, Line]:
        """Name of a list, and one of its lines.

        Raises:
            NotFoundError: There is none.
        """
        with self._lock:
            found = self._lists.get(id)
        if found is None or not 1 <= number <= len(found.lines):
            raise NotFoundError("this list is gone: drop it again")
        return found.name, found.lines[number - 1]


def _lines(request: ListRequest, checkpoint: Checkpoint) -> list[Line]:
    if request.name is not None and request.content is not None:
        rows = parse_rows(request.content, request.name)
        folder = posixpath.dirname(request.name)
    else:
        texts = {posixpath.splitext(path)[0]: path for path in request.texts if path.lower().endswith(".txt")}
        rows = tuple(Row(sound=path, text_file=texts.get(posixpath.splitext(path)[0])) for path in request.files)
        folder = ""
    if not rows:
        raise InputError("there is no sound among these files: drop sounds, or a list together with its sounds")
    lines: list[Line] = []
    problems: list[str] = []
    common = "" if request.name else _common_folder(request.files)
    for number, row in enumerate(rows, start=1):
        try:
            lines.append(_line(row, folder, common, request, checkpoint))
        except InputError as error:
            problems.append(f"line {number}: {error}")
    if problems:
        more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        where = f"{request.name}: " if request.name else ""
        raise InputError(f"{where}{'; '.join(problems[:SHOWN])}{more}")
    return lines


def _line(row: Row, folder: str, common: str, request: ListRequest, checkpoint: Checkpoint) -> Line:
    if row.keyframes is not None:
        raise InputError("the studio reads no keyframe files: leave the column keyframes out, and edit them here")
    if row.text is not None and row.text_file is not None:
        raise InputError("text and text_file are both given: give one of them")
    file = _found(row.sound, folder, request.files)
    text = row.text
    if row.text_file is not None:
        text = request.texts[_found(row.text_file, folder, tuple(request.texts))]
    emotions = None
    if row.emotion_file is not None:
        emotions = (row.emotion_file, _content(row.emotion_file, folder, request.texts))
    if text is not None and len(text) > 100_000:
        raise InputError(f"the text has {len(text)} characters; at most 100000 are read")
    wishes = Wishes.of(row, text, emotions)
    wishes.check(checkpoint)
    name = output_name(row.model_copy(update={"sound": row.sound[len(common) :].lstrip("/")}))
    return Line(file, name.replace("/", " - "), wishes)


def _content(path: str, folder: str, texts: Mapping[str, str]) -> str:
    return texts[_found(path, folder, tuple(texts))]


def _found(path: str, folder: str, files: Sequence[str]) -> str:
    """A file that a list names among those that were dropped: at its place, or elsewhere if only one has its name."""
    path = path.replace("\\", "/")
    wanted = posixpath.normpath(posixpath.join(folder, path))
    if wanted in files:
        return wanted
    named = [file for file in files if posixpath.basename(file) == posixpath.basename(path)]
    if len(named) != 1:
        several = "several of this name were" if named else "it was not"
        raise InputError(
            f"{path[:200]}: {several} dropped; drop the list together with the folder that its files are in"
        )
    return named[0]


def _common_folder(files: Sequence[str]) -> str:
    """The folder that all files are in, as it was dropped; "" where there is none."""
    return posixpath.commonpath([posixpath.dirname(file) for file in files]) if files else ""
