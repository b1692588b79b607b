"""How sound becomes motion while it still comes: sizes of what is heard and made at once."""

from dataclasses import dataclass, field

from ksdiff.errors import InputError
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.speech.audio import SAMPLES_PER_FRAME

MAX_WINDOW = 160  # frames


@dataclass(frozen=True)
class StreamSettings:
    """Sizes of a stream, chosen by the figures in docs/live.md. Frames are those of the motion, 40 ms each.

    Attributes:
        hop: Frames that are made at once.
        lookahead: Frames of sound that are heard after the last frame that is made.
        window: Frames that the model sees at once: the past, which is given, then the hop and the look-ahead.
        context: Sound that the speech encoder hears again at each hop, s.
        settle: Time after which the features of a moment are no longer renewed, s.
        steps: Denoising steps of each path.
        temperature: Scale of the noise, by path: in few steps a model makes less motion of the same noise.
        keyframe_guidance: As in `SamplingOptions`, by path; any value but 1 doubles the time of that path's denoising.
        given: Frames of the past that the model is given, by path; the rest it makes again from the same noise.
        bend: Frames over which a hop bends towards the past where nothing of it was foreseen, by path
            (`ksdiff.model.known_motion.meet`).
    """

    hop: int = 4
    lookahead: int = 3
    window: int = 32
    context: float = 1.5
    settle: float = 0.6
    steps: dict[str, int] = field(default_factory=lambda: {EXPRESSION: 1, HEAD: 2})
    temperature: dict[str, float] = field(default_factory=lambda: {EXPRESSION: 1.0, HEAD: 1.7})
    keyframe_guidance: dict[str, float] = field(default_factory=lambda: {EXPRESSION: 1.0, HEAD: 4.0})
    given: dict[str, int] = field(default_factory=lambda: {EXPRESSION: 6, HEAD: 6})
    bend: dict[str, int] = field(default_factory=lambda: {EXPRESSION: 2, HEAD: 4})

    def __post_init__(self) -> None:
        if not 1 <= self.hop <= 25 or not 1 <= self.lookahead <= 25:
            raise InputError(f"hop and lookahead are {self.hop} and {self.lookahead} frames; they must be 1 to 25")
        if not self.hop + self.lookahead + 8 <= self.window <= MAX_WINDOW:
            raise InputError(
                f"window is {self.window} frames; it must be at least hop + lookahead + 8 and at most {MAX_WINDOW}"
            )
        if not 0.3 <= self.settle <= self.context <= 8:
            raise InputError(
                f"context and settle are {self.context} and {self.settle} s; they must be 0.3 to 8, context the longer"
            )
        if set(self.steps) != set(PATHS) or not all(1 <= count <= 100 for count in self.steps.values()):
            raise InputError(f"steps is {self.steps}; it must give 1 to 100 for {', '.join(PATHS)}")

    @property
    def past(self) -> int:
        """Frames of a window that are given."""
        return self.window - self.hop - self.lookahead

    @property
    def delay(self) -> float:
        """Time from a frame to the last sound that is heard before it is made, at most, s."""
        return self.heard_until(0) / SAMPLES_PER_FRAME / MOTION_RATE

    def heard_until(self, frame: int) -> int:
        """How much sound, in samples from the start, the hop that begins with a frame needs."""
        return (frame + self.hop - 1 + self.lookahead) * SAMPLES_PER_FRAME
