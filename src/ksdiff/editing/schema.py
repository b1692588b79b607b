"""Types with bounds for everything that comes from a file or from the studio's page, and clear messages for the rest.

Values made in Python are not checked by these: what they mean for a project is checked where they are applied.
"""

from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

import pydantic_core
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, WithJsonSchema

from ksdiff.errors import InputError, suggest
from ksdiff.layers.facs import EMOTIONS, check_emotion
from ksdiff.layers.vocalizations import SOUNDS, check_sound
from ksdiff.motion.space import PATHS

T = TypeVar("T")

MAX_SOUND = 1200.0  # s; longer sound is a film, and a project of it would not fit in memory many times over
MAX_WAY = 10.0  # s, of the way to a pose or back
MAX_FRAMES = 30_001  # at 25 frames/s
MAX_SEED = 2**63 - 1
MAX_TEXT = 1000  # characters of a name or a word
MAX_WORDS = 100_000
MAX_PHONES = 500_000
MAX_VALUE = 1000.0  # of a channel in any motion space: beyond it, 32-bit floats soon overflow

FINITE = ConfigDict(allow_inf_nan=False)
STRICT = ConfigDict(allow_inf_nan=False, extra="forbid", json_schema_serialization_defaults_required=True)


def check_path(path: str) -> str:
    """Return ``path``, or say which paths there are.

    Raises:
        InputError: It is neither ``expression`` nor ``head``.
    """
    if path not in PATHS:
        raise InputError(f"unknown path {path[:80]!r}: {suggest(path[:80], PATHS)}")
    return path


PathName = Annotated[str, AfterValidator(check_path), WithJsonSchema({"type": "string", "enum": list(PATHS)})]
EmotionName = Annotated[str, AfterValidator(check_emotion), WithJsonSchema({"type": "string", "enum": list(EMOTIONS)})]
SoundName = Annotated[str, AfterValidator(check_sound), WithJsonSchema({"type": "string", "enum": list(SOUNDS)})]
Name = Annotated[str, Field(max_length=MAX_TEXT)]
Seconds = Annotated[float, Field(ge=0, le=MAX_SOUND)]
HoldSeconds = Annotated[float, Field(ge=0, le=MAX_SOUND)]
WaySeconds = Annotated[float, Field(ge=0.04, le=MAX_WAY)]  # at least a frame
Ease = Literal["smooth", "linear", "ease_in", "ease_out", "overshoot"]  # the course of an attack or release
Frame = Annotated[int, Field(ge=0, le=MAX_FRAMES)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
ChannelValue = Annotated[float, Field(ge=-MAX_VALUE, le=MAX_VALUE)]


@lru_cache(maxsize=64)
def adapter(kind: Any) -> TypeAdapter:  # pyright: ignore[reportMissingTypeArgument] (beartype knows no TypeAdapter[Any])
    """The validator and serializer of a type."""
    return TypeAdapter(kind)


def to_json(value: Any) -> Any:
    """A dataclass as dictionaries, lists, strings and numbers."""
    return adapter(type(value)).dump_python(value, mode="json", by_alias=True)


def from_json(kind: Any, data: str | bytes, where: str) -> Any:
    """Read JSON as a type.

    Args:
        kind: A dataclass, or any other type that pydantic knows.
        data: The JSON.
        where: What to call it in messages.

    Raises:
        InputError: It is not JSON, or something in it is missing, unknown, of a wrong type or out of bounds.
    """
    try:
        return adapter(kind).validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in (where, *first["loc"]))
        raise InputError(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error


def from_data(kind: Any, data: Any, where: str) -> Any:
    """The same for JSON that was parsed already."""
    try:
        text = pydantic_core.to_json(data)
    except ValueError as error:  # PydanticSerializationError: a lone surrogate, for example
        raise InputError(f"{where} is not JSON: {error}") from error
    return from_json(kind, text, where)


def check_names(data: Any, allowed: tuple[str, ...], where: str) -> None:
    """See that a mapping has no unknown names, and suggest the nearest known one.

    Raises:
        InputError: A name is not allowed.
    """
    for name in data if isinstance(data, dict) else ():
        if name not in allowed:
            raise InputError(f"{where} has no {str(name)[:MAX_TEXT]!r}: {suggest(str(name)[:MAX_TEXT], allowed)}")
