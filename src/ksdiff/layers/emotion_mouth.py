"""The mouth of an emotion while somebody speaks: lips that speech closes stay closed."""

import numpy as np
from jaxtyping import Float

from ksdiff.face.lips import lip_gap_basis, lip_gaps
from ksdiff.layers.rest import smoothstep
from ksdiff.motion.space import ARKIT
from ksdiff.numerics.filters import convolve1d, minimum_filter1d

# Lips nearer than this are closing, m: nothing may part them further. Beyond it, so much of the distance may be added
# or taken away.
CLOSING, OPENER, CLOSER = 0.0055, 0.6, 0.15
OVERLAP = 0.0005  # m by which lips may be pressed upon each other beyond what the speech does
SMOOTHING = 0.04  # s over which the hold on the lips comes and goes
CORNERS_CLOSED, CORNERS_ROUNDED = 0.75, 0.4  # what is left of pulled corners where lips are closed; where rounded

CLOSERS = ("jawOpen", "mouthClose", "mouthShrugLower")  # jaw, lips over it, chin: what closes parted lips again

_MOUTH = ARKIT.mouth_indices
_ROUND = [ARKIT.index(name) for name in ("mouthPucker", "mouthFunnel")]
_CORNERS = [
    ARKIT.index(f"mouth{name}{side}") for name in ("Smile", "Frown", "Dimple", "Stretch") for side in ("Left", "Right")
]
# What is not held back: pulled corners, and the nose, which moves the lips a little.
_HELD_NEVER = [channel for channel in range(len(ARKIT.expression)) if channel in _CORNERS or channel not in _MOUTH]


def with_speech(
    before: Float[np.ndarray, "T 51"], after: Float[np.ndarray, "T 51"], pauses: Float[np.ndarray, " T"], fps: float
) -> Float[np.ndarray, "T 51"]:
    """The mouth of an emotion, held back where speech needs the lips closed, rounded or open.

    Args:
        before: The speech.
        after: The same with the emotion.
        pauses: How surely nobody speaks, 0..1; there nothing is held back.
        fps: Frames per second.
    """
    change, free = after - before, pauses[:, None]
    gaps = lip_gaps(before)
    closed = closing(gaps)
    rounded = smoothstep(before[:, _ROUND].max(axis=1) / 0.5)
    left = (1 - (1 - CORNERS_CLOSED) * closed) * (1 - (1 - CORNERS_ROUNDED) * rounded)
    change[:, _CORNERS] *= free + (1 - free) * left[:, None]
    shapes = lip_gap_basis()[1]
    effect = change * shapes.mean(axis=1)
    effect[:, _HELD_NEVER] = 0
    parting, pressing = effect > 0, effect < 0
    corners = (change * (effect == 0)) @ shapes
    # What presses the lips first: it may close an open mouth only a little.
    pressed = (change * pressing) @ shapes
    room = np.maximum(CLOSER * np.maximum(gaps, 0) + OVERLAP + np.minimum(corners, 0), 0)
    share = free + (1 - free) * _shares(-pressed, room, fps)
    change = np.where(pressing, change * share, change)
    # Then what parts them.
    parted = (change * parting) @ shapes
    room = np.maximum(OPENER * np.maximum(gaps - CLOSING, 0) - corners - pressed * share, 0)
    share = free + (1 - free) * _shares(parted, room, fps)
    return closed_again(before + np.where(parting, change * share, change), gaps, 1 - free[:, 0])


def closing(gaps: Float[np.ndarray, "T P"]) -> Float[np.ndarray, " T"]:
    """How near the lips are to being closed, 0..1, by their distances, m."""
    return 1 - smoothstep(gaps.min(axis=1) / CLOSING)


def closed_again(
    after: Float[np.ndarray, "T 51"], gaps: Float[np.ndarray, "T P"], share: Float[np.ndarray, " T"]
) -> Float[np.ndarray, "T 51"]:
    """Take back by jaw and chin what pulled corners have parted lips that were near.

    Args:
        after: The face with pulled corners.
        gaps: Distances of the lips of the speech, m.
        share: How much of it to take back, 0..1.
    """
    after = np.array(after)
    shapes = lip_gap_basis()[1]
    excess = lip_gaps(after) - gaps - OPENER * np.maximum(gaps - CLOSING, 0)
    excess = share * np.maximum(excess.max(axis=1), 0)
    jaw, close, chin = (ARKIT.index(name) for name in CLOSERS)
    by_jaw = np.clip(excess / shapes[jaw].min(), 0, np.maximum(after[:, jaw] - after[:, close], 0))
    after[:, jaw] -= by_jaw
    by_chin = (excess - by_jaw * shapes[jaw].min()) / -shapes[chin].max()
    after[:, chin] = np.minimum(after[:, chin] + by_chin, 1)
    return after


def _shares(wanted: Float[np.ndarray, "T P"], room: Float[np.ndarray, "T P"], fps: float) -> Float[np.ndarray, "T 1"]:
    """How much of a change of the lips' distances there is room for at each frame, 0..1; smooth, never too much."""
    shares = np.where(wanted > room, room / np.maximum(wanted, 1e-9), 1.0).min(axis=1)
    # The least over some frames and then its mean over as many: none of them is more than the frame's own.
    reach = max(1, round(SMOOTHING * fps))
    kernel = np.hanning(2 * reach + 3)[1:-1]
    least = minimum_filter1d(shares, 2 * reach + 1, mode="nearest")
    return convolve1d(least, kernel / kernel.sum(), mode="nearest")[:, None]
