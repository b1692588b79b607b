"""Which parts of a long file are whole: a folder with the parts and a list of their hashes."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ksdiff.files import atomic_write, file_sha256, make_folder, sync

_LIST = "parts.json"
_MAX_LIST_BYTES = 2**20  # 14,000 parts
_FORMAT = "ksdiff-parts-1"
_Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Listed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    format: Literal["ksdiff-parts-1"]
    key: _Hash
    parts: list[_Hash]


class Parts:
    """The parts of one file, in order, as far as they are done."""

    def __init__(self, folder: Path, key: str, suffix: str) -> None:
        """Take up what a folder holds, up to the first part that is damaged, if it is of the same key.

        Args:
            folder: The folder; it is made with the first part.
            key: Hash of all that the parts depend on.
            suffix: Of the files.
        """
        self._folder, self._key, self._suffix = folder, key, suffix
        self._whole: list[str] = []
        with suppress(OSError, ValueError):
            self._read()

    def __len__(self) -> int:
        return len(self._whole)

    @property
    def paths(self) -> list[Path]:
        """The parts that are whole."""
        return [self._path(number) for number in range(len(self))]

    def next(self) -> Path:
        """Where to write the part that follows; then call `add`.

        Raises:
            WriteError: The folder cannot be written.
        """
        make_folder(self._folder)
        return self._path(len(self))

    def add(self) -> None:
        """Note that the next part is whole.

        Raises:
            InputError: The part or the list of parts cannot be written, or the part not read.
        """
        path = self._path(len(self))
        sync(path)
        self._whole.append(file_sha256(path))
        listed = _Listed(format=_FORMAT, key=self._key, parts=self._whole)
        with atomic_write(self._folder / _LIST) as temporary, temporary.open("w", encoding="utf-8") as file:
            json.dump(listed.model_dump(), file)
            file.flush()
            os.fsync(file.fileno())

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:05}{self._suffix}"

    def _read(self) -> None:
        path = self._folder / _LIST
        if path.stat().st_size > _MAX_LIST_BYTES:
            raise ValueError("it is too large")
        listed = _Listed.model_validate_json(path.read_bytes())
        if listed.key != self._key:
            raise ValueError("it is of something else")
        for number, sha256 in enumerate(listed.parts):
            if file_sha256(self._path(number)) != sha256:
                break
            self._whole.append(sha256)


def remove_parts(folder: Path) -> None:
    """Remove the parts in a folder, and the folder unless it holds something else."""
    with suppress(OSError):
        for path in [folder / _LIST, *folder.glob("[0-9][0-9][0-9][0-9][0-9].*")]:
            path.unlink(missing_ok=True)
        folder.rmdir()
