"""What systems predict for clips, and how it is put on the clips' faces."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus.dataset import Clip, Corpus, speech_of
from ksdiff.errors import InputError
from ksdiff.evaluation.clips import EvalClip
from ksdiff.evaluation.metrics.faces import face_shape
from ksdiff.evaluation.metrics.silence import open_share
from ksdiff.evaluation.metrics.vertices import lip_errors
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.systems import System
from ksdiff.face.keypoints import arkit_rest, as_arkit
from ksdiff.layers.limits import limit
from ksdiff.layers.rest import rest_in_silence
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Generated, Speech
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, KEYPOINTS, PATHS, MotionSpace
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.encoder import encoder_of
from ksdiff.speech.prosody import prosody

Predictions = Mapping[str, Generated]  # by name of the clip
Progress = Callable[[str, float], None]

SILENCE_SECONDS = 10


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
    rest: bool = True,
) -> list[Performance]:
    """Put predicted motion on the faces of the clips, with the layers that `ksdiff.animate` writes it with.

    These are the mouth's rest in silence and the limits of the channels; blinks and gaze, which are drawn by chance,
    are left out.

    Args:
        clips: The clips.
        predictions: What `predict` gave for them.
        paths: Those that the system moves; the others are not scored.
        keyframes: Whether it predicts keyframes.
        rest: Let the mouth come to rest in silence.
    """
    result = []
    for one in clips:
        real, prediction = one.real, predictions[one.clip.name]
        prediction = replace(prediction, motion=one.judged(prediction.motion))
        expression = _written(prediction, real.neutral, real.silent, real.space, rest)
        nothing = np.zeros(len(expression), dtype=bool)
        result.append(
            replace(
                real,
                expression=expression,
                head=prediction.motion[HEAD].astype(np.float32),
                keyframes={path: prediction.keyframes[path] for path in paths} if keyframes else {},
                known={path: real.known[path] if path in paths else nothing for path in PATHS},
            )
        )
    return result


def _written(
    prediction: Generated,
    neutral: Float[np.ndarray, " E"],
    silent: Bool[np.ndarray, " T"],
    space: MotionSpace,
    rest: bool,
) -> Float[np.ndarray, "T E"]:
    fps = float(MOTION_RATE)
    expression = prediction.motion[EXPRESSION] + neutral
    if rest:
        expression = rest_in_silence(expression, neutral, silent, space, fps)
    motion = Motion(
        expression=expression.astype(np.float32),
        head=prediction.motion[HEAD].astype(np.float32),
        keyframes_expression=prediction.keyframes[EXPRESSION].astype(np.float32),
        keyframes_head=prediction.keyframes[HEAD].astype(np.float32),
        space=space,
        fps=fps,
    )
    return limit(motion).expression


def mean_of(samples: Sequence[Predictions]) -> dict[str, Generated]:
    """The mean of several samples of the same clips; it has no keyframes."""
    return {
        clip: Generated(
            {path: np.mean([one[clip].motion[path] for one in samples], axis=0) for path in PATHS},
            {path: np.zeros_like(first.keyframes[path]) for path in PATHS},
        )
        for clip, first in samples[0].items()
    }


def nearest_of(samples: Sequence[Sequence[Performance]]) -> list[Performance]:
    """Of each clip the sample that is nearest to the real face: by the mean lip vertex error, else by the channels."""
    return [min(takes, key=_distance) for takes in zip(*samples, strict=True)]


def _distance(p: Performance) -> float:
    known = p.known[EXPRESSION]
    if not known.any():
        return 0.0
    faces = [
        face_shape(e[known], h[known], p.space) for e, h in ((p.expression, p.head), (p.real_expression, p.real_head))
    ]
    if faces[0] is None or faces[1] is None:
        return float(((p.expression - p.real_expression)[known] ** 2).mean())
    return float(lip_errors(faces[0].lips, faces[1].lips).mean())


def silence_leak(system: System, corpus: Corpus, rest: bool) -> float:
    """Share of frames in which a system opens the mouth of the open head while it hears silence.

    NaN for motion of another space, and where the encoder of the corpus is not at hand.

    Args:
        system: What is tested.
        corpus: Its encoder hears the silence.
        rest: Let the mouth come to rest in silence, as `ksdiff.animate` does: it then does not open.
    """
    if corpus.space not in (ARKIT, KEYPOINTS):
        return float("nan")
    try:
        encoder = encoder_of(corpus.encoder)
    except InputError:
        return float("nan")
    sound = np.zeros(SILENCE_SECONDS * SAMPLE_RATE, np.float32)
    features = np.concatenate([values for _, values in encoder.windows(sound)]).astype(np.float16)
    times = encoder.frame_times(len(features))
    frames = SILENCE_SECONDS * MOTION_RATE
    speech = Speech(features, prosody(sound, times), (), FrameGrid.of(corpus.encoder), frames)
    silent = np.ones(frames, dtype=bool)
    neutral, prediction = np.zeros(len(ARKIT.expression), np.float32), system.generate(speech)
    if corpus.space == KEYPOINTS:
        neutral, prediction = arkit_rest(), replace(prediction, motion=as_arkit(prediction.motion))
    return open_share(_written(prediction, neutral, silent, ARKIT, rest), silent)


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
