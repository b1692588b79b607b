"""One line to animate, and what all lines of a run have in common."""

from dataclasses import dataclass
from pathlib import Path

from ksdiff.layers.emotion import EmotionRange
from ksdiff.layers.emotion_words import EmotionOnWord
from ksdiff.model.checkpoint import DEFAULT_MODEL, NEUTRAL_STYLE
from ksdiff.model.sampling import Plan
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.motion import check_rate
from ksdiff.output.picture import PICTURE, Picture


@dataclass(frozen=True)
class Directions:
    """What is wished of one voice.

    Attributes:
        text: What is said, if known.
        style: A training speaker, or ``neutral`` for the average.
        seed: Of everything random.
        head_seed: Of the head path; the seed if None.
        expression_seed: Of the expression path; the seed if None.
        emotion: Of the whole sound, as ``ksdiff.layers.emotion_file.parse_emotion`` reads it, or ``auto``.
        emotions: Over time; they cover the emotion of the whole.
        keyframes: A keyframe file to follow instead of predicted keyframes.
        timecode: Of the first frame, ``HH:MM:SS:FF``.
        formats: What to write; None for the default formats.
    """

    text: str | None = None
    style: str = NEUTRAL_STYLE
    seed: int = 0
    head_seed: int | None = None
    expression_seed: int | None = None
    emotion: str | None = None
    emotions: tuple[EmotionRange | EmotionOnWord, ...] = ()
    keyframes: Path | None = None
    timecode: str | None = None
    formats: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Line:
    """A voice to animate.

    Attributes:
        number: Which of the list, from 1 on.
        sound: File with its sound.
        output: Folder for its results, relative to that of the run, with ``/`` between parts.
        directions: What is wished of it.
        inputs: Further files that the directions were read from.
    """

    number: int
    sound: Path
    output: str
    directions: Directions = Directions()
    inputs: tuple[Path, ...] = ()

    def __str__(self) -> str:
        return f"line {self.number} ({self.output})"


@dataclass(frozen=True)
class Settings:
    """What all lines of a run have in common.

    Attributes:
        model: Weights: a name or a file.
        transcribe: Recognise what is said where no text is given.
        steps: Denoising steps of both paths; the model's own if None.
        expression_steps: Of the expression path, if others.
        head_steps: Of the head path, if others.
        solver_order: 1 is DDIM, 2 is DPM-Solver++(2M); the model's own if None.
        guidance: How strongly speech drives the motion; the model's own if None.
        plan: Whether poses are drawn first, and where; as the model has it if None.
        fps: Frame rate of the results.
        rest: Let the mouth come to rest where nobody speaks.
        blinks: Add blinks and gaze.
        onto: A head of the user's own to animate too.
        picture: How videos and image sequences are to look.
    """

    model: str = DEFAULT_MODEL
    transcribe: bool = False
    steps: int | None = None
    expression_steps: int | None = None
    head_steps: int | None = None
    solver_order: int | None = None
    guidance: float | None = None
    plan: Plan | None = None
    fps: float = float(MOTION_RATE)
    rest: bool = True
    blinks: bool = True
    onto: Path | None = None
    picture: Picture = PICTURE

    def __post_init__(self) -> None:
        check_rate(self.fps)
