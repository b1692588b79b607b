"""A baseline without learning: the motion of the training frames whose speech is nearest."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ksdiff.corpus.dataset import Corpus
from ksdiff.evaluation.systems import Seams
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Generated, Speech
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.numerics.filters import gaussian_filter1d

COMPONENTS = 24  # principal components of the speech features that are compared
CONTEXT = (-4, -2, 0, 2, 4)  # frames around an instant whose speech is compared
SMOOTHING = 1.0  # frames: deviation of the Gaussian over the retrieved motion, which would jump otherwise
PARTS = 8  # of a stretch of speech, whose means are compared
HEAD_PIECE = 4 * MOTION_RATE  # frames of head motion that are taken in one piece


@dataclass(frozen=True, eq=False)
class RetrievalSystem:
    """The nearest training frame's mouth for every frame; the head of the nearest training stretch of 4 s.

    Attributes:
        grid: Where the speech frames lie in time.
        centre: Mean of the speech features.
        components: Their principal directions, scaled to unit deviation.
        keys: Speech around every training frame.
        expression: The motion that belongs to it.
        pieces: Speech of every training stretch.
        heads: The head motion that belongs to it, from its first frame.
    """

    grid: FrameGrid
    centre: Float[np.ndarray, " F"]
    components: Float[np.ndarray, "F K"]
    keys: Float[np.ndarray, "N C"]
    expression: Float[np.ndarray, "N E"]
    pieces: Float[np.ndarray, "M D"]
    heads: Float[np.ndarray, "M P H"]
    paths: tuple[str, ...] = PATHS
    keyframes: bool = False

    @classmethod
    def of(cls, corpus: Corpus, speakers: tuple[str, ...]) -> "RetrievalSystem":
        """Remember the clips of these speakers."""
        grid = FrameGrid.of(corpus.encoder)
        clips = [clip for clip in corpus.clips if clip.speaker in speakers]
        everything = np.concatenate([clip.features for clip in clips]).astype(np.float32)
        centre = everything.mean(axis=0)
        _, scale, directions = np.linalg.svd(everything[::7] - centre, full_matrices=False)
        count = min(COMPONENTS, len(scale))
        components = directions[:count].T / np.maximum(scale[:count], 1e-6) * np.sqrt(len(everything[::7]))
        keys, motion, stretches, heads = [], [], [], []
        for clip in clips:
            speech = _at_frames((clip.features.astype(np.float32) - centre) @ components, grid, len(clip))
            known = clip.mask[EXPRESSION] & bool(clip.channel_mask.all())
            keys.append(_with_context(speech)[known])
            motion.append(clip.motion[EXPRESSION][known])
            for start in range(0, len(clip) - HEAD_PIECE + 1, MOTION_RATE):
                piece = slice(start, start + HEAD_PIECE)
                if clip.mask[HEAD][piece].all():
                    stretches.append(_coarse(speech[piece]))
                    heads.append(clip.motion[HEAD][piece])
        if not heads:  # no stretch is long enough: the head keeps still
            stretches = [np.zeros(PARTS * count)]
            heads = [np.zeros((HEAD_PIECE, len(corpus.space.head)), np.float32)]
        return cls(
            grid, centre, components, np.concatenate(keys), np.concatenate(motion),
            np.stack(stretches), np.stack(heads),
        )  # fmt: skip

    def generate(self, speech: Speech, seed: int = 0) -> Generated:
        """Look every frame up."""
        del seed
        at_frames = _at_frames(
            (speech.features.astype(np.float32) - self.centre) @ self.components, self.grid, speech.frames
        )
        nearest = _nearest(self.keys, _with_context(at_frames))
        expression = gaussian_filter1d(self.expression[nearest], SMOOTHING, axis=0)
        head = np.zeros((speech.frames, self.heads.shape[2]), np.float32)
        last = np.zeros(self.heads.shape[2], np.float32)
        for start in range(0, speech.frames, HEAD_PIECE):
            heard = at_frames[start : start + HEAD_PIECE]
            heard = np.pad(heard, ((0, HEAD_PIECE - len(heard)), (0, 0)), mode="edge")
            piece = self.heads[_nearest(self.pieces, _coarse(heard)[None])[0]]
            # Each piece takes over from the last pose and comes to its own over a second.
            fade = np.clip(1 - np.arange(HEAD_PIECE) / MOTION_RATE, 0, 1)[:, None]
            piece = piece + fade * (last - piece[0])
            head[start : start + HEAD_PIECE] = piece[: speech.frames - start]
            last = piece[-1]
        return Generated(
            {EXPRESSION: expression.astype(np.float32), HEAD: head},
            {path: np.zeros(speech.frames, np.float32) for path in PATHS},
        )

    def seams(self, frames: int) -> Seams:
        """Where pieces of head motion meet."""
        return tuple(range(HEAD_PIECE, frames - 2, HEAD_PIECE))


def _at_frames(values: Float[np.ndarray, "S K"], grid: FrameGrid, frames: int) -> Float[np.ndarray, "T K"]:
    times = grid.first + grid.spacing * np.arange(len(values))
    return np.stack([np.interp(np.arange(frames) / MOTION_RATE, times, column) for column in values.T], axis=1)


def _with_context(speech: Float[np.ndarray, "T K"]) -> Float[np.ndarray, "T C"]:
    at = np.arange(len(speech))[:, None] + np.array(CONTEXT)
    return speech[np.clip(at, 0, len(speech) - 1)].reshape(len(speech), -1)


def _nearest(keys: Float[np.ndarray, "N C"], queries: Float[np.ndarray, "T C"]) -> Int[np.ndarray, " T"]:
    """The nearest key of each query. One product of matrices is faster than a tree in so many dimensions."""
    keys, queries = keys.astype(np.float32), queries.astype(np.float32)
    return np.argmin((keys**2).sum(axis=1) - 2 * queries @ keys.T, axis=1)


def _coarse(speech: Float[np.ndarray, "P K"]) -> Float[np.ndarray, " C"]:
    """Half-second means: what tells the pace of a stretch of speech."""
    return np.concatenate([part.mean(axis=0) for part in np.array_split(speech, PARTS)])
