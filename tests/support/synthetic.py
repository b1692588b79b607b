"""A made-up motion and its sound: smooth curves within natural ranges."""

import numpy as np

from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Speech
from ksdiff.motion import Motion, Word
from ksdiff.motion.space import ARKIT


def synthetic_motion(seconds=2.0, fps=25.0, seed=0):
    random = np.random.default_rng(seed)
    frames = max(1, round(seconds * fps))
    times = np.arange(frames)[:, None] / fps

    def waves(channels):
        speed, phase = random.uniform(0.2, 1.0, channels), random.uniform(0, 6, channels)
        return np.sin(2 * np.pi * speed * times + phase)

    head = waves(6) * np.array([0.1, 0.2, 0.05, 0.005, 0.005, 0.005])
    keyframes = np.zeros((2, frames), np.float32)
    keyframes[0, 5::12] = 0.8
    keyframes[1, 3::20] = random.uniform(0.3, 1.0, len(keyframes[1, 3::20]))
    return Motion(
        expression=(0.3 + 0.25 * waves(len(ARKIT.expression))).astype(np.float32),
        head=head.astype(np.float32),
        keyframes_expression=keyframes[0],
        keyframes_head=keyframes[1],
        fps=fps,
        words=(Word("hello", 0.2, 0.6), Word("wörld", 0.7, 1.1)),
        info={"model": "made up", "seed": seed},
    )


def synthetic_speech(frames, features, seed=0, words=()):
    random = np.random.default_rng(seed)
    count = int(frames / 25 / 0.024)
    return Speech(
        random.standard_normal((count, features)).astype(np.float32),
        random.standard_normal((count, 3)).astype(np.float32),
        words, FrameGrid(0.028, 0.024), frames,
    )  # fmt: skip


def synthetic_sound(seconds=2.0):
    times = np.arange(round(seconds * 16_000)) / 16_000
    return (0.4 * np.sin(2 * np.pi * 180 * times) * (0.5 + 0.5 * np.sin(2 * np.pi * 3 * times))).astype(np.float32)
