"""The streamer: sound in, in pieces of any size; motion out, a fixed time later."""

import copy
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.layers.eyes import NATURAL, EyeBehaviour
from ksdiff.layers.limits import limit
from ksdiff.live.eyes import CausalEyes
from ksdiff.live.hearing import Hearing
from ksdiff.live.motion import Generator, Track
from ksdiff.live.rest import CausalRest
from ksdiff.live.settings import StreamSettings
from ksdiff.live.sound_input import SoundInput
from ksdiff.live.sway import Sway
from ksdiff.model.checkpoint import DEFAULT_MODEL, NEUTRAL_STYLE, Checkpoint, load_model
from ksdiff.model.condition import Condition
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, MotionSpace
from ksdiff.speech.audio import SAMPLE_RATE, SAMPLES_PER_FRAME
from ksdiff.speech.encoder import encoder_of

REMEMBERED = 20.0  # s of motion that `Streamer.interrupt` can take back
MAX_WAITING = 600.0  # s of sound that one call of `Streamer.push` takes


@dataclass(frozen=True)
class StreamOptions:
    """How one session moves.

    Attributes:
        style: A training speaker, or ``neutral`` for the average.
        seed: Of everything random.
        rest: Let the mouth come to rest where nobody speaks.
        eyes: How blinks and gaze behave; None for no blinks and gaze of their own.
        sway: Let the head sway a little in silence.
    """

    style: str = NEUTRAL_STYLE
    seed: int = 0
    rest: bool = True
    eyes: EyeBehaviour | None = NATURAL
    sway: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**63:
            raise InputError(f"seed is {self.seed}; it must be 0 to 2^63 - 1")


@dataclass(frozen=True, eq=False)
class Frames:
    """Motion of consecutive frames, 25 a second; frame n is the face at n / 25 s of the sound.

    Attributes:
        first: Number of the first frame.
        expression: Expression channels, absolute.
        head: Head channels, as in `ksdiff.Motion`.
    """

    first: int
    expression: Float[np.ndarray, "T E"]
    head: Float[np.ndarray, "T H"]

    def __len__(self) -> int:
        return len(self.expression)

    @property
    def times(self) -> Float[np.ndarray, " T"]:
        """Instant of each frame, s."""
        return (self.first + np.arange(len(self))) / MOTION_RATE


class Engine:
    """A model that moves many sessions, in batches."""

    def __init__(self, model: Checkpoint | Path | str = DEFAULT_MODEL, settings: StreamSettings | None = None) -> None:
        """Load what all sessions share, and all that they use.

        Args:
            model: Weights: a name, a file, or what `load_model` gave.
            settings: Sizes of the stream.

        Raises:
            InputError: The weights cannot be used.
        """
        self.settings = settings or StreamSettings()
        self.checkpoint = model if isinstance(model, Checkpoint) else load_model(model)
        if self.checkpoint.space != self.checkpoint.model.space:
            raise InputError(f"{self.checkpoint.name} moves {self.space.name}, which cannot be streamed: use animate")
        self.encoder = encoder_of(self.checkpoint.encoder, threads=1)
        self._generator = Generator(self.checkpoint, self.settings)
        # Networks are loaded when they are first used: now, not when somebody begins to speak.
        Streamer(self).push(np.zeros(self.settings.heard_until(0) + SAMPLES_PER_FRAME, np.float32))

    @property
    def space(self) -> MotionSpace:
        """What the channels of the frames are."""
        return self.checkpoint.model.space

    def open(self, options: StreamOptions | None = None, rate: int = SAMPLE_RATE) -> "Streamer":
        """Begin a session, as `Streamer` does."""
        return Streamer(self, options, rate)

    def advance(self, streamers: "Sequence[Streamer]") -> "list[Frames]":
        """Make the next hop of several sessions at once.

        The values of a session depend on the size of the batch in their last digits.

        Args:
            streamers: Sessions of this engine that are `Streamer.ready`, each once.
        """
        conditions = [streamer.hear() for streamer in streamers]
        made = self._generator.make([streamer.track for streamer in streamers], conditions)
        return [streamer.finish(motion) for streamer, motion in zip(streamers, made, strict=True)]

    def begin(self, options: StreamOptions, hearing: Hearing) -> Track:
        """The motion of a session that begins.

        Raises:
            InputError: No style has the name that the options give.
        """
        style = self.checkpoint.style(options.style)
        return self._generator.begin(options.seed, style, hearing.condition(0, style))


@dataclass(frozen=True)
class _Moment:
    """Where a session stood before a hop: what `Streamer.interrupt` goes back to."""

    frame: int
    past: dict[str, Float[np.ndarray, "P C"]]
    eyes: CausalEyes | None
    rest: CausalRest | None
    sway: Sway | None


class Streamer:
    """One session: `push` sound as it comes, and get the motion that is known by then.

    The frames are a function of the sound, the seed and the model alone: how the sound is cut into pieces changes no
    bit of them. Memory does not grow with time.
    """

    def __init__(
        self,
        engine: Engine | Checkpoint | Path | str = DEFAULT_MODEL,
        options: StreamOptions | None = None,
        rate: int = SAMPLE_RATE,
    ) -> None:
        """Begin with the neutral face, and nothing heard.

        Args:
            engine: What moves the session: an engine that others share, or weights for one of its own.
            options: How it moves.
            rate: Samples per second of the sound, 8000 to 48 000.

        Raises:
            InputError: The weights, the style or the rate cannot be used.
        """
        self.engine = engine if isinstance(engine, Engine) else Engine(engine)
        self.options = options or StreamOptions()
        settings = self.engine.settings
        checkpoint = self.engine.checkpoint
        self._input = SoundInput(rate)
        self._hearing = Hearing(self.engine.encoder, settings)
        self.track = self.engine.begin(self.options, self._hearing)
        self._neutral = checkpoint.model.statistics.neutrals[checkpoint.style(self.options.style)]
        self._rest = CausalRest(self.engine.space, self._neutral) if self.options.rest else None
        self._sway = Sway(self.options.seed, float(MOTION_RATE), self.engine.space) if self.options.sway else None
        self._eyes = None
        if self.options.eyes is not None and self.engine.space == ARKIT:
            resting = self._neutral[[ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]]
            self._eyes = CausalEyes(self.options.seed, self.options.eyes, float(MOTION_RATE), resting)
        self._waiting: deque[np.ndarray] = deque()
        self._waiting_samples = 0
        self._end = 0  # of the sound that was pushed, samples: what lies beyond it is silence that was put in
        self._moments: deque[_Moment] = deque(maxlen=round(REMEMBERED * MOTION_RATE / settings.hop))

    @property
    def rate(self) -> int:
        """Samples per second of the sound."""
        return self._input.rate

    @property
    def next_frame(self) -> int:
        """Number of the next frame that will be made."""
        return self.track.frame

    @property
    def position(self) -> float:
        """Where the next sound that is pushed will lie, s from the start, to within the resampler's millisecond."""
        return (self._hearing.heard + self._waiting_samples) / SAMPLE_RATE

    @property
    def ready(self) -> bool:
        """Whether enough sound has come for the next hop."""
        return self.position * SAMPLE_RATE >= self.engine.settings.heard_until(self.next_frame)

    def push(self, samples: Any) -> Frames:
        """Take sound, and make all frames that it completes.

        Args:
            samples: Mono, of the session's rate: 16-bit integers, or floats in -1..1.

        Raises:
            InputError: Not such sound, or more than ten minutes at once.
        """
        self.feed(samples)
        return self._advance()

    def feed(self, samples: Any) -> None:
        """Take sound, and make nothing yet: `Engine.advance` will.

        Raises:
            InputError: As `push`.
        """
        if isinstance(samples, np.ndarray) and samples.ndim == 1 and len(samples) > MAX_WAITING * self.rate:
            raise InputError(
                f"{len(samples) / self.rate:.0f} s of sound at once; at most {MAX_WAITING:g} are taken: push less"
            )
        taken = self._input.take(samples)
        if len(taken):
            self._put(taken)
            self._end = self._hearing.heard + self._waiting_samples

    def flush(self) -> Frames:
        """The sound pauses here: make all frames up to its end, as if silence followed; so it does, for the look-ahead.

        More sound can be pushed afterwards; `position` says where it will lie.
        """
        self.pad()
        return self._advance()

    def pad(self) -> None:
        """Take silence for what `flush` needs, and make nothing yet: `Engine.advance` will."""
        settings = self.engine.settings
        end = -(-self._end // SAMPLES_PER_FRAME)
        hops = max(0, -(-(end - self.next_frame) // settings.hop))
        if hops:
            last = self.next_frame + (hops - 1) * settings.hop
            missing = settings.heard_until(last) - round(self.position * SAMPLE_RATE)
            self._put(np.zeros(max(missing, 0), np.float32))

    def interrupt(self, shown: float | None = None) -> Frames:
        """Stop speaking: forget all sound that is not shown yet, and close the lips.

        The frames that come back replace those of the same numbers that were made before, and the time goes on from
        them: sound that is pushed afterwards lies at `position`.

        Args:
            shown: How far the motion has been shown, s; all that was made if None. At most `REMEMBERED` seconds are
                taken back.
        """
        self.cut(shown)
        return self._advance()

    def cut(self, shown: float | None = None) -> None:
        """As `interrupt`, but nothing is made yet: `Engine.advance` will. `next_frame` says where the time goes on."""
        if shown is not None:
            self._go_back(int(np.ceil(shown * MOTION_RATE)) + 1)
        self._input = SoundInput(self.rate)
        self._waiting.clear()
        self._waiting_samples = self._end = 0
        self.track.foreseen = None
        settings = self.engine.settings
        self._hearing = self._hearing.silenced(settings.heard_until(self.next_frame - settings.hop))
        if self._rest is not None:
            self._rest.cut()
        self._put(np.zeros(settings.hop * SAMPLES_PER_FRAME, np.float32))

    def hear(self) -> Condition:
        """Hear what the next hop needs; gives what the model reads of it. For `Engine.advance`."""
        wanted = self.engine.settings.heard_until(self.next_frame) - self._hearing.heard
        pieces: list[np.ndarray] = []
        while wanted > 0:
            piece = self._waiting.popleft()
            if len(piece) > wanted:
                self._waiting.appendleft(piece[wanted:])
                piece = piece[:wanted]
            pieces.append(piece)
            wanted -= len(piece)
            self._waiting_samples -= len(piece)
        if pieces:
            self._hearing.hear(np.concatenate(pieces))
        self._moments.append(
            _Moment(self.next_frame, self.track.past, *copy.deepcopy((self._eyes, self._rest, self._sway)))
        )
        return self._hearing.condition(self.next_frame, self.track.style)

    def finish(self, generated: Mapping[str, Float[np.ndarray, "H C"]]) -> Frames:
        """Put the layers onto the hop that was generated. For `Engine.advance`."""
        first = self.next_frame - self.engine.settings.hop
        quiet = self._hearing.quiet(first)
        expression, head = generated[EXPRESSION] + self._neutral, generated[HEAD]
        if self._rest is not None:
            expression = self._rest.apply(expression, quiet)
        if self._sway is not None:
            head = self._sway.apply(first, head, quiet.now).astype(np.float32)
        if self._eyes is not None:
            expression = self._eyes.apply(first, expression, head, quiet.now)
        nothing = np.zeros(len(head), np.float32)
        motion = limit(Motion(expression.astype(np.float32), head, nothing, nothing, space=self.engine.space))
        return Frames(first, motion.expression, motion.head)

    def _put(self, samples: Float[np.ndarray, " N"]) -> None:
        if len(samples):
            self._waiting.append(samples)
            self._waiting_samples += len(samples)

    def _advance(self) -> Frames:
        made: list[Frames] = []
        first = self.next_frame
        while self.ready:
            made += self.engine.advance([self])
        space = self.engine.space
        return Frames(
            first,
            np.concatenate([np.zeros((0, len(space.expression)), np.float32), *(frames.expression for frames in made)]),
            np.concatenate([np.zeros((0, len(space.head)), np.float32), *(frames.head for frames in made)]),
        )

    def _go_back(self, frame: int) -> None:
        """Stand where the session stood before the first hop that begins at a frame or after it."""
        moment = next((moment for moment in self._moments if moment.frame >= frame), None)
        if moment is None:
            return
        self.track.past, self.track.frame = moment.past, moment.frame
        self.track.keyframes = {path: np.zeros_like(strengths) for path, strengths in self.track.keyframes.items()}
        self._eyes, self._rest, self._sway = copy.deepcopy((moment.eyes, moment.rest, moment.sway))
        while self._moments and self._moments[-1].frame >= moment.frame:
            self._moments.pop()
