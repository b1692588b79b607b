"""A sound of any length as overlapping windows."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.model.condition import Condition, FrameGrid, condition_of
from ksdiff.motion import Word

WINDOW = 160  # frames denoised at once
OVERLAP = 20  # frames at the start of a window over which it takes over from the one before it
SHORTEST = 12  # frames of the shortest window: fewer are not enough for every pooling of the speech encoder
LOOKAHEAD = 16  # frames at the end of a window that only tell it what follows
COMMIT = WINDOW - OVERLAP - LOOKAHEAD  # frames from the start of one window to that of the next
FIXED = COMMIT + OVERLAP  # frames of a window, from its start, whose keyframes no later window changes


@dataclass(frozen=True)
class Speech:
    """A whole sound as the model hears it.

    Attributes:
        features: Frozen speech features.
        prosody: Normalised log f0, normalised energy, voicing.
        words: What is said, if known.
        grid: Where the speech frames lie in time.
        frames: Motion frames of the sound.
    """

    features: Float[np.ndarray, "S F"]
    prosody: Float[np.ndarray, "S 3"]
    words: tuple[Word, ...]
    grid: FrameGrid
    frames: int

    def window(self, start: int, frames: int, style: int) -> Condition:
        """The condition of one window."""
        return condition_of(self.features, self.prosody, self.words, self.grid, start, frames, style, self.frames)


def windows(frames: int) -> list[int]:
    """First frames of the windows that cover a sound."""
    return list(range(0, max(1, frames - OVERLAP - LOOKAHEAD), COMMIT))


def last_length(frames: int) -> int:
    """Frames of the last window that lie within the sound, or `SHORTEST` if those are more."""
    return min(WINDOW, max(SHORTEST, frames - windows(frames)[-1]))
