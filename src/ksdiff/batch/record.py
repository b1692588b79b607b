"""What tells that a line is done and unchanged: a small file beside its results."""

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ksdiff.batch.line import Line, Settings
from ksdiff.corpus.digest import digest
from ksdiff.errors import InputError
from ksdiff.files import atomic_write, file_sha256
from ksdiff.version import __version__

RECORD = "line.json"
VERSION = 1
MAX_BYTES = 1_000_000
_Digest = Annotated[str, Field(pattern="[0-9a-f]{64}")]


class Record(BaseModel):
    """What a line was made from, and what was made.

    Attributes:
        digest: Of all that the results depend on; see `line_digest`.
        duration: Of the motion, s.
        message: What is to be said about the line, such as formats left out.
        files: Digest of each file or folder by its name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    version: int = Field(default=VERSION, ge=VERSION, le=VERSION)
    digest: _Digest
    duration: float = Field(ge=0, le=1e6)
    message: str = Field(default="", max_length=10_000)
    files: dict[Annotated[str, Field(max_length=255)], _Digest] = Field(max_length=100)


def line_digest(line: Line, settings: Settings, model_sha256: str) -> str:
    """Digest of all that the results of a line depend on: its sound, what is wished of it, the model, this version.

    Args:
        line: The line. Its number and output do not count.
        settings: The settings.
        model_sha256: Of the file of the weights.

    Raises:
        InputError: A file cannot be read.
    """
    wished = asdict(line.directions)
    wished["keyframes"] = _content(line.directions.keyframes)
    common = asdict(settings) | {"model": model_sha256, "onto": _content(settings.onto)}
    name = None if settings.onto is None else settings.onto.name
    return digest(
        # As text, since emotions may last for ever, which JSON has no number for.
        [__version__, line.sound.name, file_sha256(line.sound), repr(wished), repr(common), settings.model, name]
    )


def unchanged(folder: Path, digest: str) -> Record | None:
    """The record of a line that is done, if what it was made from and what was made are still the same."""
    try:
        with (folder / RECORD).open("rb") as file:
            record = Record.model_validate_json(file.read(MAX_BYTES))
        if record.digest != digest:
            return None
        return record if digests(folder, list(record.files)) == record.files else None
    except (OSError, InputError, ValidationError):
        return None


def write_record(folder: Path, record: Record) -> None:
    """Write it beside the results, once all of them are there.

    Raises:
        InputError: It cannot be written.
    """
    with atomic_write(folder / RECORD) as temporary:
        temporary.write_text(record.model_dump_json(indent=1), encoding="utf-8")


def digests(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Digest of each file or folder.

    Raises:
        InputError: One cannot be read.
    """
    return {name: _digest_of(folder / name) for name in names}


def _digest_of(path: Path) -> str:
    if not path.is_dir():
        return file_sha256(path)
    hasher = sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file():
            hasher.update(f"{file.relative_to(path).as_posix()} {file_sha256(file)}\n".encode())
    return hasher.hexdigest()


def _content(path: Path | None) -> str | None:
    return None if path is None else file_sha256(path)
