"""Motions from FLAME to ARKit and back, for users who have a FLAME model."""

from dataclasses import replace

from ksdiff.errors import InputError
from ksdiff.face.flame import FlameParameters, check_space
from ksdiff.face.flame_arkit import RIDGE, Bridge, Misfit
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, MotionSpace


def convert(motion: Motion, bridge: Bridge, space: MotionSpace, ridge: float = RIDGE) -> tuple[Motion, Misfit | None]:
    """A motion in another space; frames, keyframes and words stay.

    Args:
        motion: The motion.
        bridge: FLAME and the open head.
        space: Where to: `ARKIT`, `FLAME` or `FLAME_JAW`.
        ridge: How strongly small weights are preferred.

    Returns:
        The motion, and how well its face follows the other's; None where only the jaw changed its path.

    Raises:
        InputError: The motion is in this space already.
    """
    if motion.space == space:
        raise InputError(f"the motion is of the space {space.name} already")
    misfit = None
    if motion.space == ARKIT:
        parameters, misfit = bridge.to_flame(motion.expression.astype(float), motion.head.astype(float), ridge)
    else:
        parameters = FlameParameters.of(motion.expression, motion.head, motion.space)
    if space == ARKIT:
        expression, head, misfit = bridge.to_arkit(parameters, ridge)
    else:
        check_space(space)
        expression, head = parameters.channels(space)
    kind = motion.expression.dtype
    return replace(motion, expression=expression.astype(kind), head=head.astype(kind), space=space), misfit
