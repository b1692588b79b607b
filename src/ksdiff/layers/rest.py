"""A mouth at rest where nobody speaks."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.motion.limits import soft_limit
from ksdiff.motion.space import MotionSpace

# A pause in which the lips begin to close, and one in which they close wholly, s.
SHORT_PAUSE, LONG_PAUSE = 0.5, 1.2
SMILE = ("mouthSmile", "mouthDimple")  # names of what stays of a face that rests, without their sides
MAX_SMILE = 0.4  # how far a smile over the face at rest may be, weight; with closed lips more is a grin that is held
# Lips rest this long after the last sound, take so long to close, and open this long before the next sound, s.
LINGER, CLOSE, OPEN = 0.08, 0.25, 0.2


def rest_in_silence(
    expression: Float[np.ndarray, "T E"],
    rest: Float[np.ndarray, " E"],
    silent: Bool[np.ndarray, " T"],
    space: MotionSpace,
    fps: float,
) -> Float[np.ndarray, "T E"]:
    """Let the mouth come to rest where nobody speaks.

    People on camera smile with parted lips in pauses, and a model learns that; an animated character then seems about
    to speak. The longer a pause, the nearer the mouth comes to rest in it; it opens again just before the next sound.
    A smile may stay, up to `MAX_SMILE`.

    In a space whose mouth cannot be told apart from the rest of the face, such as FLAME's, nothing is changed: brows
    and lids would freeze with it.

    Args:
        expression: Expression channels.
        rest: The same of the face at rest.
        silent: Where nobody speaks, such as `ksdiff.speech.vad.nobody_speaks`.
        space: What the channels are.
        fps: Frames per second.
    """
    if space.mouth == space.expression:
        return expression
    return towards_rest(expression, rest, pause_weights(silent, fps), space)


def towards_rest(
    expression: Float[np.ndarray, "T E"],
    rest: Float[np.ndarray, " E"],
    weight: Float[np.ndarray, " T"],
    space: MotionSpace,
) -> Float[np.ndarray, "T E"]:
    """The expression with its mouth at rest, as far as the weights say (0..1); see `rest_in_silence`."""
    smile = [space.index(name) for name in space.mouth if name.startswith(SMILE)]
    mouth = space.mouth_indices
    rested = np.tile(rest.astype(expression.dtype), (len(expression), 1))
    rested[:, smile] += soft_limit(expression[:, smile] - rested[:, smile], MAX_SMILE)
    result = np.array(expression)
    result[:, mouth] += (rested[:, mouth] - result[:, mouth]) * weight[:, None]
    return result


def pause_weights(silent: Bool[np.ndarray, " T"], fps: float) -> Float[np.ndarray, " T"]:
    """How far a mouth is at rest at each frame, 0..1: in long pauses, and not just before and after sounds.

    Args:
        silent: Where nobody speaks.
        fps: Frames per second.
    """
    weight = np.zeros(len(silent))
    edges = np.flatnonzero(np.diff(silent.astype(int), prepend=0, append=0))
    times = np.arange(len(silent)) / fps
    for first, last in edges.reshape(-1, 2):
        # The sound before a recording and that after it are as far away as one likes: a face waits with closed lips.
        start = -np.inf if first == 0 else first / fps
        end = np.inf if last == len(silent) else last / fps
        depth = smoothstep(np.array([(end - start - SHORT_PAUSE) / (LONG_PAUSE - SHORT_PAUSE)]))
        closing = smoothstep((times - start - LINGER) / CLOSE)
        opening = smoothstep((end - times) / OPEN)
        inside = slice(first, last)
        weight[inside] = (depth * closing * opening)[inside]
    return weight


def smoothstep(x: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """From 0 to 1 as x does, with level ends."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3 - 2 * x)
