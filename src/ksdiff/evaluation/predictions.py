"""What systems predict for clips, and how it is put on the clips' faces."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ksdiff.corpus.dataset import Clip, Corpus, speech_of
from ksdiff.evaluation.clips import EvalClip
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.systems import System
from ksdiff.layers.rest import rest_in_silence
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Generated
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS

Predictions = Mapping[str, Generated]  # by name of the clip
Progress = Callable[[str, float], None]


def predict(
    system: System, corpus: Corpus, clips: Sequence[Clip], seed: int = 0, progress: Progress = lambda name, done: None
) -> dict[str, Generated]:
    """What a system predicts for the sound of each clip, by name of the clip."""
    grid = FrameGrid.of(corpus.encoder)
    predictions = {}
    for number, clip in enumerate(clips):
        progress(clip.name, number / len(clips))
        predictions[clip.name] = system.generate(speech_of(clip, grid, len(clip)), seed)
    return predictions


def perform(
    clips: Sequence[EvalClip],
    predictions: Predictions,
    paths: Sequence[str] = PATHS,
    keyframes: bool = True,
    rest: bool = False,
) -> list[Performance]:
    """Put predicted motion on the faces of the clips.

    Args:
        clips: The clips.
        predictions: What `predict` gave for them.
        paths: Those that the system moves; the others are not scored.
        keyframes: Whether it predicts keyframes.
        rest: Let the mouth come to rest in silence, as `ksdiff.animate` does by default.
    """
    result = []
    for one in clips:
        real, prediction = one.real, predictions[one.clip.name]
        expression = prediction.motion[EXPRESSION] + real.neutral
        if real.space == ARKIT:
            if rest:
                fps = float(MOTION_RATE)
                expression = rest_in_silence(expression, real.neutral, real.silent, real.space, fps)
            expression = np.clip(expression, 0, 1)
        nothing = np.zeros(len(expression), dtype=bool)
        result.append(
            replace(
                real,
                expression=expression.astype(np.float32),
                head=prediction.motion[HEAD].astype(np.float32),
                keyframes={path: prediction.keyframes[path] for path in paths} if keyframes else {},
                known={path: real.known[path] if path in paths else nothing for path in PATHS},
            )
        )
    return result


def shuffled(clips: Sequence[EvalClip], predictions: Predictions) -> dict[str, Generated]:
    """A lower bound: each clip gets the prediction for another speaker's sound, cut or repeated to its length."""
    result = {}
    for index, one in enumerate(clips):
        others = [*clips[index + 1 :], *clips[:index]]
        other = next((other for other in others if other.clip.speaker != one.clip.speaker), one)
        frames, prediction = len(one.clip), predictions[other.clip.name]
        result[one.clip.name] = Generated(
            {path: _repeated(prediction.motion[path], frames) for path in PATHS},
            {path: _repeated(prediction.keyframes[path], frames) for path in PATHS},
        )
    return result


def _repeated(values: np.ndarray, frames: int) -> np.ndarray:
    """Forwards and backwards until it is long enough, so that nothing jumps."""
    there_and_back = np.concatenate([values, values[::-1]])
    return np.concatenate([there_and_back] * (1 + frames // len(there_and_back)))[:frames]
