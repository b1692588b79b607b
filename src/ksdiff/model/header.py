"""The header of a checkpoint: what it must hold, its bounds, and how those of older versions are read."""

import json
from dataclasses import fields
from typing import Annotated, Any, Literal

import pydantic_core
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ksdiff.errors import InputError
from ksdiff.model.config import ModelConfig
from ksdiff.model.sampling.options import SamplingOptions, current_names

FORMAT = "ksdiff-3"
MAX_LENGTH = 16 * 2**20  # bytes of a header
# Settings of the format ksdiff-1 by their names there, and what models of older formats did without a setting for it.
RENAMED_SETTINGS = {
    "width": "hidden_dim",
    "heads": "num_heads",
    "generator_layers": "num_layers",
    "kernel": "kernel_size",
    "keyframe_width": "keyframe_hidden_dim",
    "keyframe_layers": "keyframe_num_layers",
    "keyframe_heads": "keyframe_num_heads",
    "train_steps": "num_train_timesteps",
    "schedule": "beta_schedule",
    "anchor": "regression_prior",
}
_BEFORE_3 = {"prior_as_input": False, "known_motion": False, "correlated_noise": False, "keyframe_reach": 0}
SETTINGS_BEFORE: dict[str, dict[str, Any]] = {
    "ksdiff-1": {"mask_padding": False, **_BEFORE_3},
    "ksdiff-2": _BEFORE_3,
}
# Modules of the format ksdiff-1 by their names there.
RENAMED_MODULES = {"anchor.": "regression_prior."}

Name = Annotated[str, Field(max_length=256)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class EncoderRecord(_Strict):
    """What `SpeechEncoder.record` says about the frozen speech encoder."""

    name: Name
    layers: Annotated[list[Annotated[int, Field(ge=-1, le=1000)]], Field(min_length=1, max_length=64)]
    width: Annotated[int, Field(ge=1, le=65_536)]
    sha256: Digest
    stride: Annotated[int, Field(ge=1, le=16_000)]
    support: Annotated[int, Field(ge=1, le=160_000)]


class _Facts(BaseModel):
    """What is read of the facts; all else in them is for people."""

    model_config = ConfigDict(strict=True)

    sampling: SamplingOptions = SamplingOptions()
    speakers: dict[Name, list[Name]] = {}
    step: int = 0


class Header(_Strict):
    """Everything that a checkpoint says about its tensors.

    Attributes:
        format: Version of the format.
        config: Settings of the network.
        space: Name of the motion space.
        encoder: The frozen speech encoder that it was trained with.
        styles: Names of the training speakers, in the order of their numbers.
        facts: Provenance and calibration.
        sha256: Of the tensors, see `ksdiff.model.checkpoint.digest`; checkpoints of the format ksdiff-1 have none.
    """

    format: Literal["ksdiff-3"] = FORMAT
    config: ModelConfig
    space: Name
    encoder: EncoderRecord
    styles: Annotated[list[Name], Field(min_length=1, max_length=10_000)]
    facts: dict[str, Any]
    sha256: Digest | None

    @field_validator("facts")
    @classmethod
    def _check_facts(cls, facts: dict[str, Any]) -> dict[str, Any]:
        _Facts.model_validate_json(json.dumps(facts))
        unknown = sorted(set(facts.get("sampling", {})) - {field.name for field in fields(SamplingOptions)})
        if unknown:
            raise ValueError(f"unknown sampling options {unknown}")
        return facts


def read_header(text: str, source: str) -> Header:
    """Parse a header of this or an older version.

    Args:
        text: JSON.
        source: What to call the file in messages.

    Raises:
        InputError: It is of another version, or says something that cannot be.
    """
    if len(text) > MAX_LENGTH:
        raise InputError(f"the header of {source} has {len(text)} characters; at most {MAX_LENGTH} are read")
    try:
        values = pydantic_core.from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise InputError(f"{source} is damaged or not a ksdiff checkpoint: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"{source} is damaged or not a ksdiff checkpoint: its header is no object")
    version = values.get("format")
    if version not in (*SETTINGS_BEFORE, FORMAT):
        allowed = ", ".join((*SETTINGS_BEFORE, FORMAT))
        raise InputError(f"{source} has the format {version!r}; this ksdiff reads {allowed}")
    try:
        if version == "ksdiff-1" and "sha256" in values:
            raise InputError(f"{source} is damaged: it has a digest, which the format 'ksdiff-1' did not have")
        if version != FORMAT:
            values = migrate(values)
        return Header.model_validate_json(json.dumps(values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{source} is damaged or not a ksdiff checkpoint: {where}: {first['msg']}") from error


def migrate(values: dict[str, Any]) -> dict[str, Any]:
    """The header of a checkpoint of an older format as one of this version."""
    migrated = {**values, "format": FORMAT}
    if values["format"] == "ksdiff-1":
        migrated["sha256"] = None
    config, facts = values.get("config"), values.get("facts")
    if isinstance(config, dict):
        migrated["config"] = {RENAMED_SETTINGS.get(name, name): value for name, value in config.items()}
        migrated["config"] |= SETTINGS_BEFORE[values["format"]]
    if isinstance(facts, dict) and isinstance(facts.get("sampling"), dict):
        migrated["facts"] = {**facts, "sampling": current_names(facts["sampling"])}
    return migrated
