"""Lists of lines, from a CSV or JSON file or a folder of sounds.

    sound,text,style,emotion,seed,output
    anna/001.wav,My fellow Americans,neutral,happy:0.6,3,scene 1/anna_001

A JSON file holds the same as ``{"version": 1, "lines": [{"sound": "anna/001.wav", ...}]}``, or the list alone. Paths
are relative to the list's own folder. What a line leaves out is taken from the command line. In a folder each sound is
a line, whose text is that of a ``.txt`` file of the same name, if there is one.
"""

import csv
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ksdiff.batch.line import Directions, Line, Settings
from ksdiff.batch.perform import check, outputs_of
from ksdiff.batch.record import RECORD
from ksdiff.errors import InputError, suggest
from ksdiff.files import check_exists, read_bounded_text, read_text
from ksdiff.layers.emotion_file import read_emotions
from ksdiff.output.formats import check_formats
from ksdiff.strict_json import parse_json

VERSION = 1
MAX_BYTES = 32_000_000
MAX_LINES = 10_000
MAX_TEXT = 100_000  # characters
MAX_PATH = 4000  # characters
MAX_PART = 200  # bytes of one part of an output's name: file systems allow 255, and temporary files add to it
SHOWN = 5  # problems that a message names
LISTS = (".csv", ".json")
SOUNDS = (
    ".3gp", ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".amr", ".au", ".avi", ".caf", ".flac", ".flv", ".m4a", ".m4b",
    ".m4v", ".mka", ".mkv", ".mov", ".mp2", ".mp3", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".oga", ".ogg", ".ogv",
    ".opus", ".ts", ".w64", ".wav", ".weba", ".webm", ".wma", ".wmv", ".wv",
)  # fmt: skip
_FORBIDDEN = '<>:"|?*\\'  # in names of files, on one system or another


def _names(value: Any) -> Any:
    """Names separated by spaces, as the command line has them, or a list of them."""
    return value.split() if isinstance(value, str) else value


ShortText = Annotated[str, Field(min_length=1, max_length=200)]
PathText = Annotated[str, Field(min_length=1, max_length=MAX_PATH)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]


class Row(BaseModel):
    """A line as a list has it; `None` where it says nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    sound: PathText
    text: Annotated[str, Field(max_length=MAX_TEXT)] | None = None
    text_file: PathText | None = None
    style: ShortText | None = None
    emotion: ShortText | None = None
    emotion_file: PathText | None = None
    seed: Seed | None = None
    head_seed: Seed | None = None
    expression_seed: Seed | None = None
    keyframes: PathText | None = None
    timecode: ShortText | None = None
    formats: Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=40), BeforeValidator(_names)] | None = None
    output: PathText | None = None


COLUMNS = tuple(Row.model_fields)


@dataclass(frozen=True)
class _File:
    """A list as rows, and where the paths in it begin."""

    path: Path
    rows: tuple[Row, ...]
    folder: Path


def is_list(path: Path) -> bool:
    """Whether a path stands for several lines: a folder, or a file named as a list."""
    try:
        return path.is_dir() or path.suffix.lower() in LISTS
    except OSError:  # said better by who reads it
        return False


def read_lines(
    source: Path | str, out: Path | str, settings: Settings | None = None, defaults: Directions | None = None
) -> tuple[Line, ...]:
    """Read a list of lines, or a folder of sounds.

    All that can be known without reading the sounds is checked.

    Args:
        source: A ``.csv`` or ``.json`` file, or a folder.
        out: Folder of the results: sounds in it are no lines.
        settings: What the lines have in common.
        defaults: What is meant where a line says nothing.

    Raises:
        InputError: The list cannot be read, is empty, names what there is not, or two lines would write the same
            file. The message names the first such lines.
    """
    source, out = Path(source), Path(out)
    settings, defaults = settings or Settings(), defaults or Directions()
    found = _scan(source, out) if source.is_dir() else _File(source, read_rows(source), source.parent)
    lines = tuple(_gathered(found, lambda number, row: _line(number, row, found, settings, defaults)))
    _check_clashes(lines, settings, source)
    return lines


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a list as it is, without looking for the files that it names.

    Raises:
        InputError: It is missing, too large, or not a list of lines.
    """
    return parse_rows(read_bounded_text(path, MAX_BYTES, "a list of lines", ": split it"), str(path))


def parse_rows(text: str, name: str) -> tuple[Row, ...]:
    """Read a list from its text.

    Args:
        text: The content of a CSV or JSON file.
        name: Its name; one that ends in ``.json`` is read as JSON. Messages begin with it.

    Raises:
        InputError: It is not a list of lines.
    """
    entries = _json_entries(text, name) if name.lower().endswith(".json") else _csv_entries(text, name)
    if not entries:
        raise InputError(f"{name} has no lines: give at least one, with a sound")
    if len(entries) > MAX_LINES:
        raise InputError(f"{name} has {len(entries)} lines; at most {MAX_LINES} are read: split it")
    rows: list[Row] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            rows.append(Row.model_validate(entry))
        except ValidationError as error:
            problems.append(f"line {number}: {_explained(error)}")
    _refuse(problems, name)
    return tuple(rows)


def output_name(row: Row) -> str:
    """Where the results of a row go: what it says, or else where its sound is.

    Raises:
        InputError: What it says cannot be the name of a folder in the folder of the results.
    """
    if row.output is not None:
        return checked_output(row.output)
    sound = PurePosixPath(row.sound.replace("\\", "/"))
    inside = not sound.is_absolute() and ".." not in sound.parts and ":" not in row.sound
    return checked_output(str(sound.with_suffix("") if inside else sound.stem))


def checked_output(name: str) -> str:
    """A name of a folder within that of the results, with ``/`` between its parts.

    Raises:
        InputError: It leads elsewhere, or no system or not every system has such names.
    """
    parts = PurePosixPath(name).parts
    for part in parts:
        if (
            part in ("/", "..")
            or part.startswith(".")
            or part != part.strip()
            or part.endswith(".")
            or len(part.encode("utf-8", "replace")) > MAX_PART
            or not part.isprintable()
            or any(letter in _FORBIDDEN for letter in part)
        ):
            raise InputError(
                f"the output {name[:80]!r} cannot be used: it is the name of a folder in --out, such as "
                f"scene_1/anna_001, without {' '.join(_FORBIDDEN)}, dots at its ends, "
                f"or parts longer than {MAX_PART} bytes"
            )
    if not parts:
        raise InputError("the output is empty: leave it out, or name a folder such as scene_1/anna_001")
    return "/".join(parts)


def _scan(folder: Path, out: Path) -> _File:
    """The sounds below a folder; what is in a folder of results is none."""
    rows: list[Row] = []
    inside = out.resolve()

    def walk(here: Path) -> None:
        if here.resolve() == inside or (here / RECORD).exists():
            return
        for path in sorted(here.iterdir(), key=lambda path: path.name):
            if path.name.startswith("."):
                continue
            if path.is_dir() and not path.is_symlink():
                walk(path)
            elif path.suffix.lower() in SOUNDS and path.is_file():
                beside = path.with_suffix(".txt")
                text = beside.relative_to(folder).as_posix() if beside.is_file() else None
                rows.append(Row(sound=path.relative_to(folder).as_posix(), text_file=text))

    try:
        walk(folder)
    except ValidationError as error:
        raise InputError(f"a path below {folder} is longer than {MAX_PATH} characters: shorten it") from error
    except OSError as error:
        raise InputError(f"cannot read the folder {error.filename or folder}: {error.strerror}") from error
    if not rows:
        raise InputError(
            f"there is no sound in the folder {folder}: put sound files in it, or give a list (.csv, .json)"
        )
    if len(rows) > MAX_LINES:
        raise InputError(f"the folder {folder} has {len(rows)} sounds; at most {MAX_LINES} are read: split it")
    return _File(folder, tuple(rows), folder)


def _line(number: int, row: Row, found: _File, settings: Settings, defaults: Directions) -> Line:
    sound = found.folder / row.sound
    check_exists(sound, "file")
    if sound.is_dir():
        raise InputError(f"{sound} is a folder: give a sound file")
    directions, inputs = _directions(row, found.folder, defaults)
    check(directions, settings)
    check_formats(directions.formats or ())
    return Line(number, sound, output_name(row), directions, inputs)


def _directions(row: Row, folder: Path, defaults: Directions) -> tuple[Directions, tuple[Path, ...]]:
    """What a row says, completed by the defaults; and the files that this was read from."""
    names = ("style", "seed", "head_seed", "expression_seed", "emotion", "timecode", "formats")
    given = {name: value for name in names if (value := getattr(row, name)) is not None}
    paths = {
        name: folder / value for name in ("text_file", "emotion_file", "keyframes") if (value := getattr(row, name))
    }
    if row.text and row.text_file:
        raise InputError("text and text_file are both given: give one of them")
    if row.text is not None:
        given["text"] = row.text
    if "text_file" in paths:
        given["text"] = read_text(paths["text_file"])
    if "emotion_file" in paths:
        given["emotions"] = read_emotions(paths["emotion_file"])
    if "keyframes" in paths:
        check_exists(paths["keyframes"], "file")
        given["keyframes"] = paths["keyframes"]
    return replace(defaults, **given), tuple(paths.values())


def _gathered(found: _File, make: Callable[[int, Row], Line]) -> list[Line]:
    """A line of each row; all that is wrong is said at once."""
    lines: list[Line] = []
    problems: list[str] = []
    for number, row in enumerate(found.rows, start=1):
        try:
            lines.append(make(number, row))
        except InputError as error:
            problems.append(f"line {number}: {error}")
    _refuse(problems, str(found.path))
    return lines


def _check_clashes(lines: Sequence[Line], settings: Settings, source: Path) -> None:
    """See that no line writes into what another writes, on file systems that know no upper case either."""
    owners: dict[tuple[str, ...], Line] = {}
    files: dict[tuple[str, ...], Line] = {}
    problems: list[str] = []
    for line in lines:
        folder = _folded(line.output)
        other = owners.setdefault(folder, line)
        if other is not line:
            problems.append(f"lines {other.number} and {line.number} have the same output {line.output!r}")
        for path in outputs_of(line, settings, Path(line.output)):
            files.setdefault(_folded(path.as_posix()), line)
    for folder, line in owners.items():
        for length in range(1, len(folder) + 1):
            other = files.get(folder[:length])
            if other is not None:
                problems.append(f"the output of line {line.number} would lie in what line {other.number} writes")
    _refuse(problems, str(source), ": name another in the column output")


def _folded(name: str) -> tuple[str, ...]:
    return PurePosixPath(unicodedata.normalize("NFC", name).casefold()).parts


def _refuse(problems: Sequence[str], name: str, hint: str = "") -> None:
    if problems:
        more = f"; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise InputError(f"{name}: {'; '.join(problems[:SHOWN])}{more}{hint}")


def _csv_entries(text: str, name: str) -> list[dict[str, str]]:
    try:
        # Spreadsheets of some countries write semicolons.
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
        rows = list(islice(reader, MAX_LINES + 1))
    except csv.Error as error:
        raise InputError(f"{name} cannot be read as CSV: {error}") from error
    columns = [column.strip() for column in reader.fieldnames or ()]
    for column in columns:
        if column not in COLUMNS:
            raise InputError(f"{name} has an unknown column {column[:80]!r}: {suggest(column[:80], COLUMNS)}")
        if columns.count(column) > 1:
            raise InputError(f"{name} has two columns {column!r}: remove one")
    if "sound" not in columns:
        raise InputError(
            f"{name} has no column 'sound': its first line names the columns, {', '.join(COLUMNS[:4])}, ..."
        )
    entries: list[dict[str, str]] = []
    for number, row in enumerate(rows, start=1):
        if None in row:
            raise InputError(f"{name}: line {number} has more values than columns: put texts with commas in quotes")
        values = {key.strip(): value.strip() for key, value in row.items() if value is not None and value.strip()}
        if values:  # spreadsheets leave empty rows
            entries.append(values)
    return entries


def _json_entries(text: str, name: str) -> list[Any]:
    try:
        content = parse_json(text)
    except ValueError as error:
        raise InputError(f"{name} cannot be read as JSON: {error}") from error
    if isinstance(content, dict):
        if content.get("version") != VERSION or set(content) != {"version", "lines"}:
            raise InputError(f'{name} is not a list of lines: it must be {{"version": {VERSION}, "lines": [...]}}')
        content = content["lines"]
    if not isinstance(content, list):
        raise InputError(f'{name} is not a list of lines: it must be {{"version": {VERSION}, "lines": [...]}}')
    return content


def _explained(error: ValidationError) -> str:
    """The first thing that is wrong with an entry, in its own words."""
    first = error.errors(include_url=False)[0]
    where = str(first["loc"][0])[:80] if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return f"unknown entry {where!r}: {suggest(where, COLUMNS)}"
    if first["type"] == "missing":
        return f"no {where} is given"
    if not where:
        return "it must be an object with at least a sound"
    return f"{where}: {first['msg'].lower()}, but is {repr(first['input'])[:80]}"
