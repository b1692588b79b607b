"""How far around a keyframe its pose draws the motion."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ksdiff.motion.space import HEAD

# How far a pose reaches, s: of the head, of what speech moves, and of the rest of the face, which is slower.
HEAD_FADE, SPEECH_FADE, FACE_FADE = 0.56, 0.16, 0.4
_MOODS = ("mouthSmile", "mouthFrown", "mouthDimple")


def pose_fade(path: str, channel: str) -> float:
    """How far the pose of a channel reaches, s; all lie within the reach of an edit."""
    if path == HEAD:
        return HEAD_FADE
    return SPEECH_FADE if channel.startswith(("jaw", "mouth")) and not channel.startswith(_MOODS) else FACE_FADE


def pose_weights(poses: Sequence[float], times: Float[np.ndarray, " T"], fade: float) -> Float[np.ndarray, "P T"]:
    """Weight of each pose at each instant: 1 where it is, by a raised cosine to 0, at the latest where the next one is.

    Args:
        poses: Times of the poses of a channel in order, s.
        times: Instants, s.
        fade: How far a pose reaches, s.
    """
    edges = np.array([-np.inf, *poses, np.inf])
    since = times - edges[1:-1, None]
    room = np.where(since < 0, (edges[1:-1] - edges[:-2])[:, None], (edges[2:] - edges[1:-1])[:, None])
    distance = np.minimum(np.abs(since) / np.minimum(room, fade), 1.0)
    return 0.5 + 0.5 * np.cos(np.pi * distance)
