"""Poses by name: those that come with ksdiff, and a person's own in a file that can be shared.

    {
      "format": "ksdiff-poses",
      "version": 1,
      "poses": [
        {"name": "knowing_smile", "path": "expression", "pose": {"mouthSmileLeft": 0.5}, "hold": 1.5},
        {"name": "to_the_door", "path": "head", "pose": {"rotationY": 0.4, "rotationX": -0.05}}
      ]
    }

Weights, rad and m; ``hold``, ``attack`` and ``release`` in seconds, as `SetPose` has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pydantic_core
from pydantic import ConfigDict, Field

from ksdiff.editing.edits import SetPose
from ksdiff.editing.schema import (
    STRICT,
    ChannelValue,
    Ease,
    HoldSeconds,
    Name,
    PathName,
    WaySeconds,
    from_json,
    to_json,
)
from ksdiff.errors import InputError, suggest
from ksdiff.files import atomic_write, read_bounded_text
from ksdiff.layers.facs import action_unit_weights
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD

VERSION = 1
MAX_BYTES = 10_000_000
MAX_POSES = 10_000


@dataclass(frozen=True)
class NamedPose:
    """A pose to use again.

    Attributes:
        name: Its name.
        path: ``expression`` or ``head``.
        pose: Values by channel name; weights, rad, m.
        hold: How long it stays, s.
        attack: How long before it the motion leaves for it, s; None leaves it to the model.
        release: How long after its hold the motion is back, s; None leaves it to the model.
        ease: Course of an attack or release that is given.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Annotated[Name, Field(min_length=1)]
    path: PathName
    pose: Annotated[Mapping[str, ChannelValue], Field(min_length=1, max_length=len(ARKIT.expression) + 1)]
    hold: HoldSeconds = 0.0
    attack: WaySeconds | None = None
    release: WaySeconds | None = None
    ease: Ease = "smooth"

    def __post_init__(self) -> None:
        names = ARKIT.channels(self.path)
        for channel in self.pose:
            if channel not in names:
                raise InputError(f"the pose {self.name!r} names {channel[:80]!r}: {suggest(channel[:80], names)}")

    def at(self, time: float, take: str | None = None) -> SetPose:
        """The edit that sets it at a time, s."""
        return SetPose(self.path, time, dict(self.pose), self.hold, self.attack, self.release, self.ease, take)

    def mirrored(self) -> "NamedPose":
        """The same with left and right swapped."""
        return replace(self, pose=mirrored_pose(self.path, self.pose))


@dataclass(frozen=True)
class _File:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    format: Literal["ksdiff-poses"]
    version: Literal[1]
    poses: Annotated[tuple[NamedPose, ...], Field(max_length=MAX_POSES)]


def mirrored_pose(path: str, pose: Mapping[str, float]) -> dict[str, float]:
    """A pose with left and right swapped.

    Args:
        path: ``expression`` or ``head``.
        pose: Values by channel name, in the ``arkit`` space.
    """
    if path == HEAD:
        signs = dict(zip(ARKIT.head, ARKIT.mirror or (), strict=True))
        return {name: signs[name] * value + 0.0 for name, value in pose.items()}
    other = {name: ARKIT.expression[at] for name, at in zip(ARKIT.expression, ARKIT.mirrored, strict=True)}
    return {other[name]: value for name, value in pose.items()}


def find_pose(name: str, poses: Sequence[NamedPose] = ()) -> NamedPose:
    """A pose by name: one of a person's own, or one that comes with ksdiff.

    Raises:
        InputError: There is none of this name.
    """
    by_name = {pose.name: pose for pose in (*BUILT_IN, *poses)}
    if name not in by_name:
        raise InputError(f"there is no pose {name[:80]!r}: {suggest(name[:80], tuple(by_name))}")
    return by_name[name]


def read_poses(path: Path | str) -> tuple[NamedPose, ...]:
    """Read a file of poses.

    Raises:
        InputError: It is missing, or it is no file of poses.
    """
    return from_json(_File, read_bounded_text(Path(path), MAX_BYTES, "a file of poses"), str(path)).poses


def write_poses(poses: Sequence[NamedPose], path: Path | str) -> None:
    """Write a file of poses.

    Raises:
        InputError: It cannot be written.
    """
    content = to_json(_File("ksdiff-poses", VERSION, tuple(poses)))
    with atomic_write(Path(path)) as temporary:
        temporary.write_bytes(pydantic_core.to_json(content, indent=1) + b"\n")


def with_named_poses(edit: dict[str, Any], poses: Sequence[NamedPose] = ()) -> dict[str, Any]:
    """An edit as JSON has it, its pose given by name made one by values: ``{"edit": "set_pose", "pose": "smirk"}``.

    ``"mirrored": true`` swaps left and right. What the edit gives itself, such as a hold, wins over the pose's own.

    Raises:
        InputError: There is no pose of this name, or it is of another path.
    """
    if edit.get("edit") != "set_pose" or not isinstance(edit.get("pose"), str):
        return edit
    found = find_pose(edit["pose"], poses)
    if edit.get("path", found.path) != found.path:
        raise InputError(f"the pose {found.name!r} is of the {found.path}, not of the {str(edit['path'])[:80]}")
    rest = {name: value for name, value in edit.items() if name not in ("pose", "mirrored")}
    own = (found.mirrored() if edit.get("mirrored") else found).at(0.0).to_json()
    return {**{name: value for name, value in own.items() if value is not None}, **rest}


def _face(name: str, units: Mapping[str, float], hold: float = 0.6) -> NamedPose:
    weights = zip(ARKIT.expression, action_unit_weights(units).tolist(), strict=True)
    return NamedPose(name, EXPRESSION, {channel: round(value, 3) for channel, value in weights if value}, hold)


def _head(name: str, **degrees: float) -> NamedPose:
    return NamedPose(
        name, HEAD, {f"rotation{axis}": round(float(np.radians(x)), 4) for axis, x in degrees.items()}, 0.8
    )


# Of action units (`ksdiff.layers.facs`), and of angles; authored.
BUILT_IN = (
    _face("smile", {"6": 0.4, "12": 0.55}),
    _face("grin", {"6": 0.8, "12": 0.9, "25": 0.4}),
    _face("smirk", {"R12": 0.6, "R14": 0.3, "R6": 0.2}),
    _face("frown", {"4": 0.8, "7": 0.2, "15": 0.35}),
    _face("pout", {"15": 0.5, "17": 0.7}),
    _face("brows_up", {"1": 0.8, "2": 0.8, "5": 0.2}),
    _face("brows_down", {"4": 0.9, "7": 0.3}),
    _face("worried_brows", {"1": 0.9, "4": 0.4}),
    _face("one_brow_up", {"R2": 0.9, "R1": 0.3}),
    _face("wide_eyes", {"5": 0.9, "1": 0.3, "2": 0.3}),
    _face("squint", {"6": 0.4, "7": 0.8}),
    _face("sneer", {"9": 0.7, "10": 0.4}),
    _face("tight_lips", {"23": 0.6, "24": 0.7}),
    _head("turn_left", Y=20.0),
    _head("turn_right", Y=-20.0),
    _head("look_up", X=-14.0),
    _head("look_down", X=14.0),
    _head("tilt_left", Z=-10.0),
    _head("tilt_right", Z=10.0),
)
