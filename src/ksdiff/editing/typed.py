"""Between dataclasses and JSON, with types checked."""

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ksdiff.errors import InputError, suggest

T = TypeVar("T")


@lru_cache(maxsize=64)
def _adapter(kind: type) -> TypeAdapter:
    return TypeAdapter(kind)


def to_json(value: Any) -> Any:
    """A dataclass as dictionaries, lists, strings and numbers."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_json(kind: type[T], data: Any, where: str) -> T:
    """A dataclass from what `to_json` gave, or a person wrote.

    Args:
        kind: The dataclass.
        data: Dictionaries, lists, strings and numbers.
        where: What to call it in messages.

    Raises:
        InputError: Something is missing, of a wrong type or out of range.
    """
    allowed = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]
    for name in data if isinstance(data, Mapping) else ():
        if name not in allowed:
            raise InputError(f"{where} has no {name!r}: {suggest(name, allowed)}")
    try:
        return _adapter(kind).validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in (where, *first["loc"]))
        raise InputError(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error
