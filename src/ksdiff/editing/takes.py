"""What a project is made of: takes with keyframes and variations, ranges that choose a take, pinned ranges."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, Float
from pydantic import ConfigDict

from ksdiff.editing.schema import MAX_VALUE, STRICT, ChannelValue, Ease, Frame, Name, PathName, Seed, check_path
from ksdiff.errors import InputError
from ksdiff.model.sampling import SamplingOptions
from ksdiff.motion.space import HEAD, PATHS


@dataclass(frozen=True)
class Keyframe:
    """A moment at which one path changes most: an accent, or what a person wants to see there, a pose or a gesture.

    Attributes:
        frame: Which, at 25 frames/s.
        strength: 0..1: of an accent, how much changes; of a pose, how far the motion goes to it from the face at rest;
            of a gesture, its amplitude.
        pose: Values of channels that the finished motion has here, in the unit of the motion space, by channel name;
            what is not named is free. Empty for a keyframe without a pose.
        hold: For how many frames after this one the pose stays.
        attack: How many frames before this one the motion leaves for the pose; None leaves it to the model.
        release: How many frames after its hold the motion is back from the pose; None leaves it to the model.
        ease: Course of an attack or release that is given.
        gesture: What kind of gesture it is, see `ksdiff.editing.gestures`; None for an accent or a pose.
        seed: Of the gesture.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    frame: Frame
    strength: float
    pose: Mapping[str, ChannelValue] = field(default_factory=dict)
    hold: Frame = 0
    attack: Frame | None = None
    release: Frame | None = None
    ease: Ease = "smooth"
    gesture: Name | None = None
    seed: Seed = 0

    def __post_init__(self) -> None:
        if not 0 < self.strength <= 1:
            raise InputError(f"the strength of a keyframe is {self.strength}; it must be above 0 and at most 1")
        for name, value in self.pose.items():
            if not abs(value) <= MAX_VALUE:
                raise InputError(f"{name} is {value} in a pose; it must be within ±{MAX_VALUE:g}")
        if self.gesture is not None and self.pose:
            raise InputError(f"a keyframe has either a pose or a gesture ({self.gesture}), not both")
        for name in ("attack", "release"):
            if getattr(self, name) == 0:
                raise InputError(f"the {name} of a pose is 0 frames; it must be at least 1")


@dataclass(frozen=True)
class Variation:
    """Other settings of one path within a range. What is None stays as it was.

    Attributes:
        path: ``expression`` or ``head``.
        start: First frame.
        stop: One beyond the last frame.
        seed: Of the noise.
        temperature: Scale of the noise.
        guidance: How strongly speech drives the motion.
    """

    path: PathName
    start: Frame
    stop: Frame
    seed: Seed | None = None
    temperature: float | None = None
    guidance: float | None = None

    def __post_init__(self) -> None:
        check_path(self.path)
        given = {f"{self.path}_{name}": getattr(self, name) for name in ("seed", "temperature", "guidance")}
        SamplingOptions(**{name: value for name, value in given.items() if value is not None})  # checks them


@dataclass(frozen=True, eq=False)
class Take:
    """One way to perform the voice.

    Attributes:
        name: Its name in the project.
        sampling: How its motion is drawn from the model.
        motion: Motion as generated, before all layers, by path: physical units, expression relative to the neutral
            face; 25 frames/s.
        keyframes: In order, by path.
        stale: Frames that an edit affects and that are still to be regenerated, by path.
        variations: Ranges with other settings; later ones win.
        made: False for a take that has no motion and no keyframes yet.
    """

    name: str
    sampling: SamplingOptions
    motion: Mapping[str, Float[np.ndarray, "T _"]]
    keyframes: Mapping[str, tuple[Keyframe, ...]]
    stale: Mapping[str, Bool[np.ndarray, " T"]]
    variations: tuple[Variation, ...] = ()
    made: bool = True

    def __post_init__(self) -> None:
        if not self.name:
            raise InputError("a take needs a name")
        for path in PATHS:
            at = [keyframe.frame for keyframe in self.keyframes[path]]
            if at != sorted(set(at)) or any(not 0 <= frame < self.frames for frame in at):
                raise InputError(f"{path} keyframes of take {self.name!r} are not in order or outside the sound")
            if len(self.motion[path]) != self.frames or self.stale[path].shape != (self.frames,):
                raise InputError(f"the parts of take {self.name!r} are not of one length")

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.motion[HEAD])

    def strengths(self, path: str) -> Float[np.ndarray, " T"]:
        """Strength of the keyframe at each frame, 0 where there is none."""
        result = np.zeros(self.frames, dtype=np.float32)
        for keyframe in self.keyframes[path]:
            result[keyframe.frame] = keyframe.strength
        return result

    def keyframe(self, path: str, frame: int) -> Keyframe | None:
        """The keyframe at a frame, if there is one."""
        return next((keyframe for keyframe in self.keyframes[path] if keyframe.frame == frame), None)

    def settings(self, path: str) -> dict[str, np.ndarray]:
        """Seed, temperature and guidance of a path at each frame.

        Returns:
            Arrays ``seed`` (integers), ``temperature`` and ``guidance``, [T] each.
        """
        base = {
            "seed": np.full(self.frames, getattr(self.sampling, f"{path}_seed"), dtype=np.int64),
            "temperature": np.full(self.frames, getattr(self.sampling, f"{path}_temperature"), dtype=np.float32),
            "guidance": np.full(self.frames, self.sampling.guidance_of(path), dtype=np.float32),
        }
        for variation in self.variations:
            if variation.path == path:
                for name, values in base.items():
                    value = getattr(variation, name)
                    if value is not None:
                        values[variation.start : variation.stop] = value
        return base


@dataclass(frozen=True)
class Choice:
    """Which take is seen in a range.

    Attributes:
        take: Its name.
        path: ``expression`` or ``head``.
        start: First frame.
        stop: One beyond the last frame.
    """

    take: Name
    path: PathName
    start: Frame
    stop: Frame


@dataclass(frozen=True, eq=False)
class Pin:
    """A range of one path that stays as it is, whatever else is edited.

    Attributes:
        path: ``expression`` or ``head``.
        start: First frame.
        stop: One beyond the last frame.
        first: Frame of the first of the values; they begin before the range and end after it where there is room.
        values: The finished motion when it was pinned. Outside the range it serves to fade.
    """

    path: str
    start: int
    stop: int
    first: int
    values: Float[np.ndarray, "S C"]
