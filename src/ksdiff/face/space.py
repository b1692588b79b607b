"""Motion spaces: what each channel of a face's motion is.

A `MotionSpace` names the channels of the two paths of the paper (expression and head pose), their units, and which head
channels form a rotation. Nothing in the model asks which space it runs on.
"""

from dataclasses import dataclass

from ksdiff.errors import InputError, suggest

# The 52 shapes in Apple's order, https://developer.apple.com/documentation/arkit/arfaceanchor/blendshapelocation
ARKIT_SHAPES = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawRight", "jawLeft", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthRight", "mouthLeft", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft",
    "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft",
    "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft",
    "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip


@dataclass(frozen=True)
class MotionSpace:
    """The channels of a face's motion.

    Attributes:
        name: Identifies the space in files and checkpoints.
        expression: Names of the expression channels.
        expression_unit: Their unit.
        expression_range: Least and greatest allowed value, or None where there is no limit.
        head: Names of the head-path channels.
        head_units: Their units, one each.
        rotation: Slice of the head path that is a rotation vector (axis times angle, rad).
        mouth: Names of the expression channels that speech moves.
    """

    name: str
    expression: tuple[str, ...]
    expression_unit: str
    expression_range: tuple[float, float] | None
    head: tuple[str, ...]
    head_units: tuple[str, ...]
    rotation: slice
    mouth: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.head) != len(self.head_units):
            raise ValueError(f"{len(self.head)} head channels but {len(self.head_units)} units")

    def index(self, channel: str) -> int:
        """Position of an expression channel.

        Raises:
            InputError: There is no channel of this name.
        """
        if channel not in self.expression:
            raise InputError(f"{self.name} has no channel {channel!r}: {suggest(channel, self.expression)}")
        return self.expression.index(channel)

    @property
    def mouth_indices(self) -> list[int]:
        """Positions of the mouth channels within the expression path."""
        return [self.expression.index(name) for name in self.mouth]


_ARKIT_CHANNELS = tuple(name for name in ARKIT_SHAPES if name != "tongueOut")

ARKIT = MotionSpace(
    name="arkit",
    expression=_ARKIT_CHANNELS,
    expression_unit="weight",
    expression_range=(0.0, 1.0),
    head=("rotationX", "rotationY", "rotationZ", "translationX", "translationY", "translationZ"),
    head_units=("rad", "rad", "rad", "m", "m", "m"),
    rotation=slice(0, 3),
    mouth=tuple(name for name in _ARKIT_CHANNELS if name.startswith(("jaw", "mouth"))),
)

SPACES = {space.name: space for space in (ARKIT,)}


def get_space(name: str) -> MotionSpace:
    """Find a motion space by name.

    Raises:
        InputError: No space has this name.
    """
    if name not in SPACES:
        raise InputError(f"unknown motion space {name!r}: {suggest(name, tuple(SPACES))}")
    return SPACES[name]
