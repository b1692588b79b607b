"""Looking after corpora: checking them, putting several together in shards, sharing one out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ksdiff.corpus.digest import digest
from ksdiff.corpus.format import CorpusIndex, read_index, sound_path
from ksdiff.corpus.shards import (
    FILES,
    SHARD_BYTES,
    SHARDS,
    ShardedClips,
    ShardWriter,
    Stored,
    stored_clip,
)
from ksdiff.errors import InputError
from ksdiff.files import check_folder, file_sha256
from ksdiff.motion.space import get_space

Progress = Callable[[str, float], None]
SAME = ("space", "encoder", "motion_rate", "settings", "recipe", "tracker")  # in all corpora that are put together
MAX_PARTS = 1000


@dataclass(frozen=True)
class Checked:
    """What `check_corpus` found.

    Attributes:
        clips: How many there are.
        problems: What is wrong, with the name of the file.
    """

    clips: int
    problems: tuple[str, ...]


def check_corpus(path: Path, progress: Progress = lambda name, done: None) -> Checked:
    """Read a whole corpus: names, types, shapes, values and checksums of every clip, one after the other.

    Raises:
        InputError: It is no corpus, or its index is damaged.
    """
    index = read_index(path)
    problems: list[str] = []
    if not index.shards:
        for number, name in enumerate(index.clips):
            progress(f"checking {name}", number / len(index.clips))
            problems += _problems(lambda name=name: _files_of(path, name, index))
        return Checked(len(index.clips), tuple(problems))
    clips = ShardedClips(path, index)
    for number, shard in enumerate(index.shards):
        progress(f"checking {shard.name}", number / len(index.shards) / 2)
        if file_sha256(path / SHARDS / shard.name) != shard.sha256:
            problems.append(f"{path / SHARDS / shard.name} is damaged: its sha256 is another; copy it again")
    for number in clips.numbers.tolist():
        progress("checking clips", 0.5 + number / len(clips) / 2)
        found = _problems(lambda number=number: _sharded(clips, number))
        problems += [f"{clips.file(number, 'npz')[0]}: {problem}" for problem in found]
    return Checked(len(clips), tuple(problems))


def merge(
    corpora: Sequence[Path],
    out: Path,
    shard_bytes: int = SHARD_BYTES,
    progress: Progress = lambda name, done: None,
) -> int:
    """Put corpora together in a new one in shards, sorted by the names of the clips; returns how many there are.

    The same clips in any order and division give the same bytes.

    Raises:
        InputError: Two have a clip of the same name, or were made differently; one is damaged; or ``out`` exists.
    """
    if not 1 << 16 <= shard_bytes <= 1 << 40:
        raise InputError(f"a shard of {shard_bytes} bytes: it must have 65536 to {1 << 40}")
    _check_new(out)
    indices = [read_index(path) for path in corpora]
    for path, index in zip(corpora, indices, strict=True):
        for name in SAME:
            ours, theirs = (getattr(each, name, None) for each in (indices[0], index))
            if digest(_plain(ours)) != digest(_plain(theirs)):
                raise InputError(f"{corpora[0]} and {path} were made with another {name}: they cannot be put together")
    where = _Where(corpora, indices)
    header = {name: _plain(getattr(indices[0], name)) for name in SAME if getattr(indices[0], name, None) is not None}
    left_out = sorted(
        (item.model_dump() for index in indices for item in index.left_out), key=lambda one: one["source"]
    )

    def clips() -> Iterator[Stored]:
        for number, name in enumerate(where.names):
            progress(f"writing {name}", number / len(where.names))
            yield where.read(name)

    return ShardWriter(out, shard_bytes).write(clips(), header, left_out)


def split(
    corpus: Path,
    out: Path,
    parts: int,
    shard_bytes: int = SHARD_BYTES,
    progress: Progress = lambda name, done: None,
) -> list[int]:
    """Share a corpus out into new ones in shards, about equally long, each speaker in one of them.

    Args:
        corpus: Any corpus.
        out: Folder that gets ``part-0``, ``part-1`` and so on.
        parts: How many.
        shard_bytes: As for `merge`.
        progress: Called with the name of what is done, and how much of it.

    Returns:
        How many clips each has.

    Raises:
        InputError: There are fewer speakers than parts; the corpus is damaged; or ``out`` exists.
    """
    if not 2 <= parts <= MAX_PARTS:
        raise InputError(f"parts is {parts}; it must be 2 to {MAX_PARTS}")
    _check_new(out)
    index = read_index(corpus)
    where = _Where([corpus], [index])
    seconds: dict[str, int] = {}
    speakers: dict[str, list[str]] = {}
    for name in where.names:
        clip = where.read(name).clip
        seconds[clip.speaker] = seconds.get(clip.speaker, 0) + len(clip)
        speakers.setdefault(clip.speaker, []).append(name)
    if len(speakers) < parts:
        raise InputError(f"{corpus} has {len(speakers)} speakers; it cannot be split into {parts} parts")
    lengths = [0] * parts
    names: list[list[str]] = [[] for _ in range(parts)]
    for speaker in sorted(speakers, key=lambda one: (-seconds[one], one)):  # the longest first, to the shortest part
        shortest = lengths.index(min(lengths))
        lengths[shortest] += seconds[speaker]
        names[shortest] += speakers[speaker]
    header = {name: _plain(getattr(index, name)) for name in SAME if getattr(index, name, None) is not None}
    for number, part in enumerate(names):
        progress(f"writing part {number}", number / parts)
        ShardWriter(out / f"part-{number}", shard_bytes).write(map(where.read, sorted(part)), header)
    return [len(part) for part in names]


class _Where:
    """Where the files of each clip of some corpora are."""

    def __init__(self, corpora: Sequence[Path], indices: Sequence[CorpusIndex]) -> None:
        self._folders: dict[str, tuple[Path, CorpusIndex]] = {}
        self._shards: dict[str, tuple[ShardedClips, int]] = {}
        for path, index in zip(corpora, indices, strict=True):
            here: dict[str, Any] = {}
            if index.shards:
                clips = ShardedClips(path, index)
                here = {clips.name(number): (clips, number) for number in clips.numbers.tolist()}
                taken = self._shards
            else:
                here, taken = dict.fromkeys(index.clips, (path, index)), self._folders
            for name in here:
                if name in self._folders or name in self._shards:
                    raise InputError(f"the clip {name} is in more than one of the corpora: leave one of them out")
            taken |= here
        self.names = sorted([*self._folders, *self._shards])

    def read(self, name: str) -> Stored:
        """A clip, checked."""
        if name in self._folders:
            return _files_of(self._folders[name][0], name, self._folders[name][1])
        return _sharded(*self._shards[name])


def _files_of(corpus: Path, name: str, index: CorpusIndex) -> Stored:
    paths = {kind: corpus / "clips" / f"{name}.{kind}" for kind in FILES} | {"flac": sound_path(corpus, name)}
    try:
        files = {kind: path.read_bytes() for kind, path in paths.items()}
    except OSError as error:
        raise InputError(f"cannot read {error.filename}: {error.strerror}; run ksdiff prepare again") from error
    return stored_clip(name, files, get_space(index.space))


def _sharded(clips: ShardedClips, number: int) -> Stored:
    return stored_clip(clips.name(number), {kind: clips.read(number, kind) for kind in FILES}, clips.space)


def _problems(read: Callable[[], Stored]) -> list[str]:
    try:
        stored = read()
    except InputError as error:
        return [str(error)]
    return [] if stored.files["flac"].startswith(b"fLaC") else [f"{stored.name}.flac is damaged: it is no FLAC file"]


def _check_new(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is there already: choose another --out, or delete it")
    check_folder(out)


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value
