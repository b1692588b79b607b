"""Settings of a training or of a model in place of a preset's, given as ``NAME=VALUE``; lists in JSON."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from ksdiff.errors import InputError, suggest
from ksdiff.model.config import ModelConfig
from ksdiff.training.config import TrainingConfig

Config = TypeVar("Config", TrainingConfig, ModelConfig)


def parse_overrides(words: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """What ``NAME=VALUE`` sets, of the training and of the model.

    Raises:
        InputError: Neither has such a setting.
    """
    kinds = TrainingConfig, ModelConfig
    names = [{field.name for field in fields(kind)} for kind in kinds]
    found: tuple[dict[str, str], dict[str, str]] = {}, {}
    for word in words:
        name, _, value = word.partition("=")
        for known, given in zip(names, found, strict=True):
            if name in known:
                given[name] = value
        if name not in names[0] | names[1]:
            raise InputError(f"there is no setting {name!r}: {suggest(name, sorted(names[0] | names[1]))}")
    return found


def override(config: Config, given: dict[str, str]) -> Config:
    """A configuration with other values, given as text.

    Raises:
        InputError: A value is not one that the setting can have.
    """
    hints = get_type_hints(type(config), include_extras=True)
    values: dict[str, Any] = {}
    for name, text in given.items():
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(hints[name])
            values[name] = adapter.validate_json(text) if text.startswith("[") else adapter.validate_strings(text)
        except ValidationError as error:
            raise InputError(f"{name}={text}: {error.errors()[0]['msg']}") from error
    return replace(config, **values)
