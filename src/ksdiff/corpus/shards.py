"""A corpus in few large files, whose clips are read one at a time: memory does not grow with it.

A shard is a plain tar file: for each clip ``ID.npz``, ``ID.flac`` and ``ID.json``, byte for byte those of a corpus in
single files. That is WebDataset's layout, so other programs read it too. What makes random access possible is
``index.npz``: where the files of each clip lie, how long it is and who speaks.
"""

import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from jaxtyping import Bool, Int

from ksdiff.corpus.arrays import open_arrays, read_arrays, save_arrays
from ksdiff.corpus.format import (
    SHARDS_VERSION,
    Clip,
    ClipRecord,
    CorpusIndex,
    check_arrays,
    parse_record,
    write_index,
)
from ksdiff.errors import InputError
from ksdiff.files import atomic_write, file_sha256, make_folder
from ksdiff.motion.space import HEAD, MotionSpace, get_space

SHARDS = "shards"  # folder
CLIPS_INDEX = "index.npz"
SHARD_BYTES = 1 << 28  # 256 MiB: some hours of speech
FILES = ("npz", "flac", "json")
OPEN_CLIPS = 512  # tables of contents that are kept, some kB each
COLUMNS = {"shard": np.int32, "speaker": np.int32, "frames": np.int32, "heard": np.int32, "head": np.bool_}


@dataclass(frozen=True)
class Stored:
    """The files of one clip, as bytes, and what the index says about it."""

    name: str
    files: Mapping[str, bytes]
    clip: Clip


if TYPE_CHECKING:
    _Clips = Sequence[Clip]
else:
    _Clips = Sequence  # a checker of types at run time would otherwise open a random clip of each argument


class ShardedClips(_Clips):
    """Clips of a corpus in shards; each is opened when it is used."""

    def __init__(self, folder: Path, about: CorpusIndex, numbers: Int[np.ndarray, " N"] | None = None) -> None:
        """Open the index of a corpus.

        Args:
            folder: Of the corpus.
            about: Its ``corpus.json``.
            numbers: Which of its clips; all if None.

        Raises:
            InputError: The index is missing or damaged, or a shard is missing.
        """
        self.folder, self.about, self.space = folder, about, get_space(about.space)
        self._columns = open_arrays(folder / CLIPS_INDEX)
        self._check()
        self._ends = np.asarray(self._columns["name_end"])
        self.numbers = np.arange(len(self._ends)) if numbers is None else numbers
        self._open = lru_cache(OPEN_CLIPS)(self._open_clip)

    def _check(self) -> None:
        path = self.folder / CLIPS_INDEX
        names = {*COLUMNS, "names", "name_end", *(f"{kind}_{what}" for kind in FILES for what in ("start", "size"))}
        if missing := sorted(names - set(self._columns)):
            raise InputError(f"{path} is damaged: it has no {missing[0]}; merge the corpus again")
        count = len(self._columns["name_end"])
        if any(len(self._columns[name]) != count for name in names - {"names"}):
            raise InputError(f"{path} is damaged: its columns are not equally long; merge the corpus again")
        limits = {"shard": len(self.about.shards), "speaker": len(self.about.speakers)}
        for name, most in limits.items():
            values = self._columns[name]
            if count and not (values.min() >= 0 and values.max() < most):
                raise InputError(f"{path} is damaged: it names a {name} that is not there; merge the corpus again")
        for shard in self.about.shards:
            file = self.folder / SHARDS / shard.name
            if not file.is_file() or file.stat().st_size != shard.bytes:
                raise InputError(f"{file} is missing or is not whole: copy it again, or merge the corpus again")

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Clip: ...
    @overload
    def __getitem__(self, index: slice) -> "ShardedClips": ...
    def __getitem__(self, index: int | slice) -> "Clip | ShardedClips":
        if isinstance(index, slice):
            return ShardedClips(self.folder, self.about, self.numbers[index])
        return self._open(int(self.numbers[index]))

    @cached_property
    def lengths(self) -> Int[np.ndarray, " N"]:
        """Motion frames of each clip."""
        return np.asarray(self._columns["frames"])[self.numbers]

    @cached_property
    def speaker_numbers(self) -> Int[np.ndarray, " N"]:
        """Number of each clip's speaker in ``about.speakers``."""
        return np.asarray(self._columns["speaker"])[self.numbers]

    @cached_property
    def has_head(self) -> Bool[np.ndarray, " N"]:
        """Whether the head was tracked in a clip."""
        return np.asarray(self._columns["head"])[self.numbers]

    def of(self, speakers: Iterable[str]) -> "ShardedClips":
        """The clips of some speakers."""
        wanted = set(speakers)
        chosen = np.array([speaker in wanted for speaker in self.about.speakers], dtype=bool)
        return ShardedClips(self.folder, self.about, self.numbers[chosen[self.speaker_numbers]])

    def name(self, number: int) -> str:
        """Name of the clip of this number in the index."""
        start = int(self._ends[number - 1]) if number else 0
        return bytes(self._columns["names"][start : int(self._ends[number])]).decode()

    def file(self, number: int, kind: str) -> tuple[Path, int, int]:
        """The shard, and where in it a file of a clip starts, and its bytes."""
        shard = self.about.shards[int(self._columns["shard"][number])]
        start, size = (int(self._columns[f"{kind}_{what}"][number]) for what in ("start", "size"))
        if not 0 <= start <= start + size <= shard.bytes:
            raise InputError(f"{self.folder / CLIPS_INDEX} is damaged: clip {number} lies outside its shard")
        return self.folder / SHARDS / shard.name, start, size

    def read(self, number: int, kind: str) -> bytes:
        """A file of a clip: ``npz``, ``flac`` or ``json``.

        Raises:
            InputError: It cannot be read.
        """
        path, start, size = self.file(number, kind)
        try:
            with path.open("rb") as file:
                file.seek(start)
                content = file.read(size)
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}") from error
        if len(content) < size:
            raise InputError(f"{path} ends within clip {self.name(number)}: copy it again")
        return content

    def _open_clip(self, number: int) -> Clip:
        name, (path, start, size) = self.name(number), self.file(number, "npz")
        record = parse_record(self.read(number, "json"), f"{name}.json in {path}")
        arrays = open_arrays(path, start=start, size=size)
        return Clip(name, arrays, record.model_dump() | {"number": number})


@dataclass
class ShardWriter:
    """Writes a corpus in shards.

    Attributes:
        out: Its folder.
        shard_bytes: A shard that has so many is followed by another.
    """

    out: Path
    shard_bytes: int = SHARD_BYTES
    _columns: dict[str, list[int]] = field(default_factory=dict, init=False)
    _names: bytearray = field(default_factory=bytearray, init=False)
    _speakers: dict[str, int] = field(default_factory=dict, init=False)
    _shards: list[dict[str, Any]] = field(default_factory=list, init=False)

    def write(self, clips: Iterable[Stored], header: Mapping[str, Any], left_out: Sequence[Any] = ()) -> int:
        """Write all clips, and ``corpus.json`` last; returns how many there were.

        Equal clips give equal bytes.

        Raises:
            InputError: Something cannot be written, or there is no clip.
        """
        make_folder(self.out / SHARDS)
        rest, count = iter(clips), 0
        following = next(rest, None)
        while following is not None:
            path = self.out / SHARDS / f"{len(self._shards):06d}.tar"
            with atomic_write(path) as temporary:
                with (
                    temporary.open("wb") as file,
                    tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar,
                ):
                    while following is not None and (tar.offset == 0 or tar.offset < self.shard_bytes):
                        self._add(tar, following)
                        count += 1
                        following = next(rest, None)
                record = {"name": path.name, "bytes": temporary.stat().st_size, "sha256": file_sha256(temporary)}
            self._shards.append(record)
        if not count:
            raise InputError("there is no clip to write")
        arrays: dict[str, np.ndarray] = {
            name: np.array(values, COLUMNS.get(name, np.int64)) for name, values in self._columns.items()
        }
        arrays["names"] = np.frombuffer(bytes(self._names), np.uint8)
        save_arrays(self.out / CLIPS_INDEX, arrays)
        content = {**header, "version": SHARDS_VERSION, "clips": [], "speakers": list(self._speakers)}
        write_index(self.out, {**content, "shards": self._shards, "left_out": list(left_out)})
        return count

    def _add(self, tar: tarfile.TarFile, stored: Stored) -> None:
        clip = stored.clip
        row: dict[str, int] = {
            "shard": len(self._shards),
            "speaker": self._speakers.setdefault(clip.speaker, len(self._speakers)),
            "frames": len(clip),
            "heard": len(clip.arrays["prosody"]),
            "head": int(clip.mask[HEAD].any()),
        }
        for kind in FILES:
            content = stored.files[kind]
            info = tarfile.TarInfo(f"{stored.name}.{kind}")
            info.size, info.mode = len(content), 0o644
            tar.addfile(info, BytesIO(content))
            row[f"{kind}_size"] = len(content)
            row[f"{kind}_start"] = tar.offset - -(-len(content) // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
        self._names += stored.name.encode()
        row["name_end"] = len(self._names)
        for name, value in row.items():
            self._columns.setdefault(name, []).append(value)


def stored_clip(name: str, files: Mapping[str, bytes], space: MotionSpace) -> Stored:
    """A clip from the bytes of its files, all of which are checked.

    Raises:
        InputError: One of them is damaged.
    """
    record: ClipRecord = parse_record(files["json"], f"{name}.json")
    arrays = read_arrays(files["npz"], f"{name}.npz")
    try:
        check_arrays(arrays, space)
    except ValueError as error:
        raise InputError(f"{name}.npz is damaged: {error}") from error
    return Stored(name, files, Clip(name, arrays, record.model_dump()))
