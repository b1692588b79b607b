"""Do lips take the shape that a sound asks for: rounded, spread, pressed together, lip on teeth."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT

# Phones whose lips show, in ARPAbet, and the channels that shape them. Left and right are averaged.
CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "rounded": ("W", "UW", "OW", "SH"),
        "spread": ("IY", "S"),
        "closed": ("P", "B", "M"),
        "lip_teeth": ("F", "V"),
    }
)
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "rounded": ("mouthPucker", "mouthFunnel"),
        "spread": ("mouthSmile", "mouthStretch", "mouthDimple"),
        "closed": ("mouthClose", "mouthPress", "mouthRollLower", "mouthRollUpper"),
        "lip_teeth": ("mouthRollLower", "mouthUpperUp"),
    }
)
OTHER = len(CLASSES)  # label of all other phones
RIDGE = 0.1  # of the mean variance, added to every channel's: a class may have few examples
MIN_EXAMPLES = 5  # of a class


def phone_classes(phones: Sequence[Sequence[Any]]) -> Int[np.ndarray, " P"]:
    """Number of each phone's class in `CLASSES`; `OTHER` for those that are of none."""
    numbers = {label: number for number, labels in enumerate(CLASSES.values()) for label in labels}
    return np.array([numbers.get(str(phone[0]).rstrip("012"), OTHER) for phone in phones], dtype=int)


def phone_shapes(
    motion: Float[np.ndarray, "T C"], known: Bool[np.ndarray, " T"], phones: Sequence[Sequence[Any]]
) -> Float[np.ndarray, "P C"]:
    """Mean of each channel during each phone; NaN where no frame of it is known.

    Args:
        motion: Channels at 25 frames/s.
        known: Which frames are.
        phones: Label, start and end, s. One that is shorter than a frame has the frame nearest to its middle.
    """
    result = np.full((len(phones), motion.shape[1]), np.nan)
    for row, (_, start, end) in enumerate(phones):
        frames = np.arange(int(np.ceil(start * MOTION_RATE)), int(np.floor(end * MOTION_RATE)) + 1)
        if not len(frames):
            frames = np.array([round((start + end) / 2 * MOTION_RATE)])
        frames = frames[(frames >= 0) & (frames < len(motion))]
        frames = frames[known[frames]]
        if len(frames):
            result[row] = motion[frames].mean(axis=0)
    return result


def group_levels(shapes: Float[np.ndarray, "P 51"]) -> Float[np.ndarray, "P 4"]:
    """Sum of the channels of each of `GROUPS`, weight."""
    columns = []
    for names in GROUPS.values():
        sides = [[i for i, channel in enumerate(ARKIT.expression) if channel.startswith(name)] for name in names]
        columns.append(sum(shapes[:, own].mean(axis=1) for own in sides))
    return np.stack(columns, axis=1)


def contrasts(levels: Float[np.ndarray, "P 4"], classes: Int[np.ndarray, " P"]) -> Float[np.ndarray, "4"]:
    """For each class, mean level of its own group in it, less that in all other phones, weight.

    NaN for classes without `MIN_EXAMPLES`.
    """
    result = np.full(len(CLASSES), np.nan)
    for number in range(len(CLASSES)):
        own = classes == number
        if own.sum() >= MIN_EXAMPLES and not own.all():
            result[number] = levels[own, number].mean() - levels[~own, number].mean()
    return result


def class_error(
    generated: Float[np.ndarray, "P 4"], real: Float[np.ndarray, "P 4"], classes: Int[np.ndarray, " P"]
) -> float:
    """Root mean square over classes and groups of mean level generated − real, weight, lower is better.

    NaN where no class has `MIN_EXAMPLES`.
    """
    differences = [
        (generated[own] - real[own]).mean(axis=0)
        for own in (classes == number for number in range(len(CLASSES)))
        if own.sum() >= MIN_EXAMPLES
    ]
    return float(np.sqrt((np.array(differences) ** 2).mean())) if differences else float("nan")


def separation(
    trained: Float[np.ndarray, "N C"],
    trained_classes: Int[np.ndarray, " N"],
    tested: Float[np.ndarray, "M C"],
    tested_classes: Int[np.ndarray, " M"],
) -> float:
    """How well linear discriminants tell the classes apart: mean over classes of the share that is recognised, 0..1.

    Chance is one over the number of classes. Classes without `MIN_EXAMPLES` in both are left out; NaN below two.

    Args:
        trained: Shapes that the discriminants learn from.
        trained_classes: Their classes.
        tested: Shapes that they tell apart.
        tested_classes: Their classes.
    """
    present = [
        number
        for number in range(len(CLASSES))
        if min((trained_classes == number).sum(), (tested_classes == number).sum()) >= MIN_EXAMPLES
    ]
    if len(present) < 2:
        return float("nan")
    means = np.stack([trained[trained_classes == number].mean(axis=0) for number in present])
    within = np.concatenate([trained[trained_classes == n] - mean for n, mean in zip(present, means, strict=True)])
    covariance = within.T @ within / len(within)
    covariance += max(RIDGE * float(np.trace(covariance)) / len(covariance), 1e-9) * np.eye(len(covariance))
    directions = np.linalg.solve(covariance, means.T)
    offsets = -0.5 * np.einsum("kc,ck->k", means, directions)
    shares = [
        (np.argmax(tested[tested_classes == number] @ directions + offsets, axis=1) == place).mean()
        for place, number in enumerate(present)
    ]
    return float(np.mean(shares))
