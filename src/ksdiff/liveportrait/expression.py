"""ARKit weights as displacements of LivePortrait's keypoints: a linear map, sparse, the same for left and right.

LivePortrait's keypoints have no published meaning. What is known are the closed forms of its own sliders (MIT,
`gradio_pipeline.py`) and which side of the face each keypoint moves: 1, 3, 11 and 13 lie on the left of the picture
(the face's own right), 2, 7, 15 and 16 on the right; 14, 17, 19 and 20 are the mouth. A weight of 1 is the end of a
slider's range; each shape is a share of one or two sliders, see `SHAPES`. What no slider does is left out: cheekPuff,
jawForward, noseSneer.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from jaxtyping import Float

from ksdiff.motion.space import ARKIT, NUM_KEYPOINTS

X, Y, Z = range(3)
Slider = Mapping[tuple[int, int], float]  # displacement at the end of its range, by keypoint and axis

# Of both sides.
OPEN: Slider = {(19, Y): 0.12, (19, Z): 0.012, (17, Y): -0.012}  # "lip close <-> open", 120
SMILE: Slider = {(20, Y): -0.013, (14, Y): -0.026, (17, Y): 0.00845, (17, Z): 0.0039}  # "smile", 1.3, without cheeks
GRIN: Slider = {(20, Y): -0.015, (20, Z): -0.015, (14, Y): -0.015}  # "grin", 15
PURSE: Slider = {(14, Y): 0.015, (3, Y): -0.0075, (7, Y): -0.0075, (17, Z): -0.0075}  # "pursing", 15
ASIDE: Slider = {(19, X): 0.09}  # "pouting", 0.09: the lower lip to the face's own left
# Of the face's own left. On the right the keypoints of the other side move, see `_mirrored`.
CHEEK: Slider = {(7, Y): -0.00455, (16, Y): -0.003575}  # what "smile" does to cheek and lower lid
BLINK: Slider = {(15, Y): 0.02, (16, Y): -0.006}  # eyes closed: the end of the range in use, 20
LOOK_OUT: Slider = {(15, X): 0.03}  # "eye gaze (horizontal)", 30
LOOK_IN: Slider = {(15, X): -0.021}
LOOK_UP: Slider = {(15, Y): -0.0315, (16, Y): -0.00945}  # "eye gaze (vertical)", 63, with the lids that it takes along
RAISE: Slider = {(2, Y): -0.015}  # "eyebrow", 15
LOWER: Slider = {(2, X): -0.01, (2, Y): 0.003}  # "eyebrow", -10

MIRROR = {1: 2, 2: 1, 3: 7, 7: 3, 11: 15, 15: 11, 13: 16, 16: 13}
# Keypoint 1 raises its brow by going down, 2 by going up: their y is mirrored, too.
TURNED = (1, 2)

# Of ARKit's shapes; those of sides by their names without it. A shape of one side is half of a slider of both. How far
# each opens the lips, in shares of jawOpen, is that of the open head.
SHAPES: Mapping[str, tuple[tuple[float, Slider], ...]] = {
    "jawOpen": ((1.0, OPEN),),
    "mouthClose": ((-1.0, OPEN),),  # closes the lips of an open jaw
    "jawLeft": ((0.5, ASIDE),),
    "jawRight": ((-0.5, ASIDE),),
    "mouthLeft": ((0.5, ASIDE),),
    "mouthRight": ((-0.5, ASIDE),),
    "mouthFunnel": ((0.6, PURSE), (0.38, OPEN)),
    "mouthPucker": ((1.0, PURSE),),
    "mouthRollLower": ((-0.09, OPEN),),
    "mouthRollUpper": ((-0.03, OPEN),),
    "mouthShrugLower": ((-0.14, OPEN),),
    "mouthShrugUpper": ((0.2, GRIN),),
    "mouthSmile": ((0.5, SMILE), (1.0, CHEEK)),
    "mouthFrown": ((-0.115, SMILE), (-0.23, CHEEK)),  # the other end of "smile", -0.3
    "mouthDimple": ((0.25, GRIN),),
    "mouthStretch": ((0.5, GRIN),),
    "mouthPress": ((-0.03, OPEN),),
    "mouthLowerDown": ((0.05, OPEN),),
    "mouthUpperUp": ((0.3, GRIN),),
    "cheekSquint": ((1.0, CHEEK),),
    "eyeBlink": ((1.0, BLINK),),
    "eyeSquint": ((0.3, BLINK),),
    "eyeWide": ((-0.25, BLINK),),  # the other end, -5
    "eyeLookOut": ((1.0, LOOK_OUT),),
    "eyeLookIn": ((1.0, LOOK_IN),),
    "eyeLookUp": ((1.0, LOOK_UP),),
    "eyeLookDown": ((-1.0, LOOK_UP),),
    "browInnerUp": ((0.5, RAISE),),  # on both sides
    "browOuterUp": ((0.5, RAISE),),
    "browDown": ((1.0, LOWER),),
}


@cache
def arkit_map() -> Float[np.ndarray, "51 63"]:
    """Displacement of all keypoints by each channel of the `arkit` space at 1, in LivePortrait's unit."""
    rows = np.zeros((len(ARKIT.expression), NUM_KEYPOINTS, 3))
    for row, channel in zip(rows, ARKIT.expression, strict=True):
        shape, right = channel, False
        if channel not in SHAPES:
            right = channel.endswith("Right")
            shape = channel.removesuffix("Right" if right else "Left")
        for share, slider in SHAPES.get(shape, ()):
            row += share * _displacement(slider, right)
            if channel == "browInnerUp":
                row += share * _displacement(slider, True)
    return rows.reshape(len(rows), -1)


def _displacement(slider: Slider, right: bool) -> Float[np.ndarray, "21 3"]:
    """What a slider does on the face's own left, or, for those of one side, on its right."""
    result = np.zeros((NUM_KEYPOINTS, 3))
    of_a_side = all(keypoint in MIRROR for keypoint, _ in slider)
    for (keypoint, axis), amount in slider.items():
        if right and of_a_side:
            turned = axis == X or (axis == Y and keypoint in TURNED)
            result[MIRROR[keypoint], axis] += -amount if turned else amount
        else:
            result[keypoint, axis] += amount
    return result


def displacement(expression: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, "T 21 3"]:
    """How LivePortrait's keypoints move by ARKit weights, in the axes of the picture."""
    return (expression @ arkit_map()).reshape(len(expression), NUM_KEYPOINTS, 3)
