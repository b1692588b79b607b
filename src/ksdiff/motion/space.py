"""Motion spaces: what each channel of a face's motion is.

A `MotionSpace` names the channels of the two paths of the paper (expression and head pose), their units, and which of
them form rotations. Nothing in the model asks which space it runs on.
"""

from dataclasses import dataclass

from ksdiff.errors import InputError, suggest

NUM_KEYPOINTS = 21  # as in LivePortrait and KDTalker
_KEYPOINTS = tuple(f"kp{number:02d}" for number in range(NUM_KEYPOINTS))
_GROUPS = ("brow", "eye", "cheek", "nose", "jaw", "mouth", "rotation", "translation", "camera", "exp", *_KEYPOINTS)
EXPRESSION, HEAD = "expression", "head"  # the two paths of the paper
PATHS = (EXPRESSION, HEAD)

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
        expression_unit: Their unit; that of a rotation among them is rad.
        expression_range: Least and greatest allowed value, or None where there is no limit.
        head: Names of the head-path channels.
        head_units: Their units, one each.
        rotation: Slice of the head path that turns the head: a rotation vector (axis times angle, rad).
        mouth: Names of the expression channels that speech moves. Where that is all of them, the mouth cannot be told
            apart from the rest of the face.
        opening: Path and name of the channel that opens the jaw.
        jaw: Path and slice of the jaw's rotation vector, in spaces that turn the jaw.
        mirror: Sign of each head channel in a face whose left and right are swapped; None where an expression cannot
            be mirrored.
    """

    name: str
    expression: tuple[str, ...]
    expression_unit: str
    expression_range: tuple[float, float] | None
    head: tuple[str, ...]
    head_units: tuple[str, ...]
    rotation: slice
    mouth: tuple[str, ...]
    opening: tuple[str, str] = ("expression", "jawOpen")
    jaw: tuple[str, slice] | None = None
    mirror: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.head) != len(self.head_units):
            raise ValueError(f"{len(self.head)} head channels but {len(self.head_units)} units")

    def channels(self, path: str) -> tuple[str, ...]:
        """Names of the channels of a path, ``expression`` or ``head``."""
        return self.expression if path == "expression" else self.head

    def rotations(self, path: str) -> tuple[slice, ...]:
        """Which channels of a path are rotation vectors, to be interpolated as rotations."""
        turning = (self.rotation,) if path == "head" else ()
        return (*turning, self.jaw[1]) if self.jaw is not None and self.jaw[0] == path else turning

    def index(self, channel: str) -> int:
        """Position of an expression channel.

        Raises:
            InputError: There is no channel of this name.
        """
        if channel not in self.expression:
            raise InputError(f"{self.name} has no channel {channel!r}: {suggest(channel, self.expression)}")
        return self.expression.index(channel)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Positions of the expression channels that are each other's mirror image, left before right."""
        return tuple(
            (self.expression.index(name), self.expression.index(other))
            for name in self.expression
            if name.endswith("Left") and (other := f"{name[: -len('Left')]}Right") in self.expression
        )

    @property
    def mirrored(self) -> list[int]:
        """For each expression channel, which channel it becomes when left and right are swapped."""
        order = list(range(len(self.expression)))
        for left, right in self.pairs:
            order[left], order[right] = right, left
        return order

    def groups(self, path: str) -> dict[str, tuple[int, ...]]:
        """Positions of the channels of a path by what they move: brows, eyes, jaw, mouth, ...; in FLAME all at once."""
        names = self.channels(path)
        stems = [next((stem for stem in _GROUPS if name.startswith(stem)), "") for name in names]
        return {stem: tuple(i for i, own in enumerate(stems) if own == stem) for stem in dict.fromkeys(stems)}

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
    # Reflection in the plane x = 0: rotation vectors (axial) keep x and turn y, z; translations turn x.
    mirror=(1.0, -1.0, -1.0, -1.0, 1.0, 1.0),
)

# FLAME (Li et al. 2017) as DECA writes it: exp 50, pose 6 = global rotation 3 and jaw 3, camera 3 = scale and
# translation of a weak perspective, scale * (X + translation). The rotation and the camera are relative to the clip's
# neutral pose (`ksdiff.corpus.sources.deca`); the scale is, as a ratio, minus 1.
FLAME_COMPONENTS = tuple(f"exp{number:02d}" for number in range(50))
FLAME_JAW_CHANNELS = ("jawX", "jawY", "jawZ")  # positive x opens it
_TURNING = ("rotationX", "rotationY", "rotationZ")
_CAMERA, _CAMERA_UNITS = ("cameraScale", "cameraX", "cameraY"), ("ratio", "m", "m")

# The paper's: 50 + 9 channels. Its "neck" is the jaw, so that opening the mouth is the head path's.
FLAME = MotionSpace(
    name="flame",
    expression=FLAME_COMPONENTS,
    expression_unit="coefficient",
    expression_range=None,
    head=(*_TURNING, *FLAME_JAW_CHANNELS, *_CAMERA),
    head_units=("rad",) * 6 + _CAMERA_UNITS,
    rotation=slice(0, 3),
    mouth=FLAME_COMPONENTS,  # a component of FLAME's expression moves brows and lips at once
    opening=("head", "jawX"),
    jaw=("head", slice(3, 6)),
)

# The same with the jaw where it belongs: 53 + 6 channels.
FLAME_JAW = MotionSpace(
    name="flame-jaw",
    expression=(*FLAME_COMPONENTS, *FLAME_JAW_CHANNELS),
    expression_unit="coefficient",
    expression_range=None,
    head=(*_TURNING, *_CAMERA),
    head_units=("rad",) * 3 + _CAMERA_UNITS,
    rotation=slice(0, 3),
    mouth=(*FLAME_COMPONENTS, *FLAME_JAW_CHANNELS),
    opening=("expression", "jawX"),
    jaw=("expression", slice(50, 53)),
)


# KDTalker's layout: 21 keypoints that turn, grow and move with the head, x = (1 + scale) R (canonical + delta) +
# translation. The expression is canonical + delta, without the head's pose; a speaker's neutral is the canonical part.
def _keypoint_space(name: str, unit: str, distance: str, mouth: tuple[str, ...], opening: str) -> MotionSpace:
    return MotionSpace(
        name=name,
        expression=tuple(f"{keypoint}{axis}" for keypoint in _KEYPOINTS for axis in "XYZ"),
        expression_unit=unit,
        expression_range=None,
        head=(*_TURNING, "translationX", "translationY", "cameraScale"),
        head_units=("rad", "rad", "rad", distance, distance, "ratio"),
        rotation=slice(0, 3),
        mouth=tuple(f"{keypoint}{axis}" for keypoint in mouth for axis in "XYZ"),
        opening=(EXPRESSION, opening),
    )


# Found in the tracker's landmarks, from the forehead down to the chin, in the axes and at the size of the open head:
# `ksdiff.face.keypoints`. The last eleven are the mouth's; of the middle of the lower lip, negative opens.
KEYPOINTS = _keypoint_space("keypoints", "cm", "m", _KEYPOINTS[10:], "kp16Y")
# LivePortrait's own, by its learned extractor. Which move with lips and smiles is known from its sliders; y goes down.
_SPEAKING = tuple(_KEYPOINTS[number] for number in (3, 7, 13, 14, 16, 17, 19, 20))
LIVEPORTRAIT = _keypoint_space("liveportrait", "unit/10", "unit", _SPEAKING, "kp19Y")

SPACES = {space.name: space for space in (ARKIT, FLAME, FLAME_JAW, KEYPOINTS, LIVEPORTRAIT)}


def get_space(name: str) -> MotionSpace:
    """Find a motion space by name.

    Raises:
        InputError: No space has this name.
    """
    if name not in SPACES:
        raise InputError(f"unknown motion space {name!r}: {suggest(name, tuple(SPACES))}")
    return SPACES[name]
