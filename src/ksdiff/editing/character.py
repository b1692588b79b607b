"""The user's own character, which a project's motion is shown on and exported to."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from ksdiff.editing.schema import FINITE, Name
from ksdiff.errors import InputError
from ksdiff.output.avatar import Avatar, avatar_of
from ksdiff.output.gltf_file import check_suffix
from ksdiff.output.gltf_reader import parse_gltf, read_gltf
from ksdiff.output.shape_map import MAX_FOLLOWED, MAX_WEIGHT, check_map, check_rows, propose

MAX_CHARACTER = 128 << 20  # bytes
MAX_CARRIED = 32 << 20  # bytes of a character that a project file takes along
MAX_SHAPES = 5_000

Weight = Annotated[float, Field(ge=-MAX_WEIGHT, le=MAX_WEIGHT)]
Row = Annotated[Mapping[Name, Weight], Field(max_length=MAX_FOLLOWED)]
Rows = Annotated[Mapping[Name, Row], Field(max_length=MAX_SHAPES)]


@dataclass(frozen=True)
class CharacterEntry:
    """A character without its file, as a project file has it.

    Attributes:
        name: Of its file.
        digest: SHA-256 of its file.
        size: Of its file, bytes.
        shapes: What each of its shapes follows, see `ksdiff.output.shape_map`.
        head_node: Node that turns the head; None for the one that is found.
        neck_node: The same for the neck.
    """

    __pydantic_config__: ClassVar[ConfigDict] = FINITE

    name: Name
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Field(ge=1, le=MAX_CHARACTER)]
    shapes: Rows
    head_node: Name | None = None
    neck_node: Name | None = None


@dataclass(frozen=True)
class Character(CharacterEntry):
    """A character.

    Attributes:
        data: Content of its file; None where a project holds a reference alone, since the file is too large for it.
    """

    data: bytes | None = field(default=None, repr=False, compare=False)  # the digest stands for it

    def __post_init__(self) -> None:
        path = check_suffix(Path(self.name))
        if path.name != self.name or not self.name.isprintable():
            raise InputError(f"{self.name!r} is no name of a file")
        check_rows(self.shapes)

    @staticmethod
    def read(path: Path | str) -> "Character":
        """Read a .glb, .vrm or .gltf; a .gltf becomes one .glb with the files that it refers to.

        Raises:
            InputError: It cannot be read, is too large, or has no shape that is known.
        """
        path = check_suffix(Path(path))
        if path.suffix.lower() == ".gltf":
            return Character.of(read_gltf(path).glb(), path.with_suffix(".glb").name)
        try:
            size = path.stat().st_size if path.is_file() or not path.exists() else 0
            if size == 0:
                raise InputError(f"cannot read {path}: it is empty, or not a regular file")
            _check_size(size, path.name)
            return Character.of(path.read_bytes(), path.name)
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror or error}") from error

    @staticmethod
    def of(data: bytes, name: str) -> "Character":
        """The same from the content of a file, which must refer to no other.

        Raises:
            InputError: It is damaged, too large, or has no shape that is known.
        """
        path = check_suffix(Path(name))
        file = parse_gltf(data, path)
        if path.suffix.lower() == ".gltf":
            data, path = file.glb(), path.with_suffix(".glb")
        _check_size(len(data), path.name)
        avatar = avatar_of(file, path)
        if len(avatar.shapes) > MAX_SHAPES:
            raise InputError(f"{name} has {len(avatar.shapes)} shapes, and up to {MAX_SHAPES} can be edited")
        return Character(path.name, hashlib.sha256(data).hexdigest(), len(data), propose(avatar), data=data)

    def avatar(self) -> Avatar:
        """Its shapes and bones, and its file in memory.

        Raises:
            InputError: The file is not here, is damaged, or does not have what the map or the nodes name.
        """
        if self.data is None:
            raise InputError(
                f"the file of the character {self.name} ({self.size / 2**20:.0f} MiB) is not in the project: give it "
                "again"
            )
        path = Path(self.name)
        avatar = avatar_of(parse_gltf(self.data, path), path, self.head_node, self.neck_node)
        check_map(self.shapes, avatar)
        return avatar

    def with_data(self, data: bytes) -> "Character":
        """The same with its file.

        Raises:
            InputError: It is another file.
        """
        if hashlib.sha256(data).hexdigest() != self.digest:
            raise InputError(f"this is not the file of the character {self.name} that the project refers to")
        return replace(self, data=data)

    @property
    def following(self) -> int:
        """How many of its shapes follow something."""
        return sum(any(row.values()) for row in self.shapes.values())

    def in_place_of(self, old: "Character | None") -> "Character":
        """The same with the map and the nodes of an earlier version of it, if that had the same shapes."""
        if old is None or set(old.shapes) != set(self.shapes):
            return self
        kept = replace(self, shapes=old.shapes, head_node=old.head_node, neck_node=old.neck_node)
        try:
            kept.avatar()
        except InputError:  # it lacks the nodes
            return replace(kept, head_node=None, neck_node=None)
        return kept


def _check_size(size: int, name: str) -> None:
    if size > MAX_CHARACTER:
        raise InputError(
            f"{name} has {size / 2**20:.0f} MiB, and a character up to {MAX_CHARACTER >> 20}: make its textures smaller"
        )
