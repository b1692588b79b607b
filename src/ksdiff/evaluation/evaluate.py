"""What systems do on speakers that they never saw, beside what the faces really did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.dataset import Clip, Corpus, speech_of
from ksdiff.errors import InputError
from ksdiff.evaluation.metrics.beats import audio_beats
from ksdiff.evaluation.metrics.head import diversity_across_samples
from ksdiff.evaluation.metrics.statistics import Interval, bootstrap, bootstrap_mean, compare_means
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.report import REAL, Comparison, Distribution, Figure, Kind, Report, SystemResult, described
from ksdiff.evaluation.score import ClipParts, Scores, clip_parts, score_clip, score_parts
from ksdiff.evaluation.systems import Seams, System
from ksdiff.layers.rest import rest_in_silence
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Generated
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from ksdiff.speech.vad import silence
from ksdiff.sync_expert.features import log_mel
from ksdiff.sync_expert.model import SyncExpert
from ksdiff.sync_expert.score import MIN_FRAMES, counted

RESAMPLES = 400  # of figures that must be computed anew for each draw
ENOUGH_SPEAKERS = 12  # from which whole speakers are drawn for the intervals, else clips
SPEEDS = tuple(np.linspace(0, 60, 31))  # degrees/s
RANGES = tuple(np.linspace(0, 40, 21))  # degrees
# What two systems are compared in.
COMPARED = (
    "lve", "lve_sequence", "lip_distance", "sync_m_c", "sync_m_d", "jaw_r", "mouth_r", "closure", "jerk_ratio",
    "beat_align", "head_diversity", "keyframes_expression_f1", "keyframes_head_f1",
)  # fmt: skip

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Scene:
    """A clip to be performed, and how it really went.

    Attributes:
        clip: The clip.
        real: The tracked face, as if a system had made it.
        mel: Of the sound, for the sync expert.
    """

    clip: Clip
    real: Performance
    mel: Float[np.ndarray, "S 40"]


@dataclass(frozen=True, eq=False)
class Scored:
    """What one system did in all scenes.

    Attributes:
        name: Of the system, in tables.
        label: For readers.
        kind: What it is there for.
        note: What is special about it.
        performances: In the order of the scenes.
        scores: Value and weight of each metric, for each scene.
        parts: What each scene adds to the figures of distributions.
    """

    name: str
    label: str
    kind: Kind
    note: str
    performances: list[Performance]
    scores: list[Scores]
    parts: list[ClipParts] = field(default_factory=list)


def test_clips(corpus: Corpus, speakers: Sequence[str]) -> list[Clip]:
    """The clips of these speakers in which a face was tracked for a second at least.

    Raises:
        InputError: There is none.
    """
    clips = [clip for clip in corpus.clips if clip.speaker in speakers and clip.mask[EXPRESSION].sum() > MOTION_RATE]
    if not clips:
        raise InputError(f"{corpus.path} holds no clip with a face of these speakers: {', '.join(speakers) or 'none'}")
    return clips


def scenes(corpus: Corpus, speakers: Sequence[str], progress: Progress = lambda name, done: None) -> list[Scene]:
    """`test_clips`, with all that scoring them needs.

    Raises:
        InputError: There is none, or the optional package that finds beats is missing.
    """
    clips = test_clips(corpus, speakers)
    result = []
    for number, clip in enumerate(clips):
        progress(f"sound of {clip.name}", number / len(clips))
        sound = corpus.sound(clip)
        expression = (clip.motion[EXPRESSION] + clip.neutral).astype(np.float32)
        real = Performance(
            clip=clip.name, speaker=clip.speaker, space=corpus.space, neutral=clip.neutral,
            expression=expression, head=clip.motion[HEAD], keyframes=clip.keyframes,
            real_expression=expression, real_head=clip.motion[HEAD], real_keyframes=clip.keyframes,
            known=clip.mask, silent=silence(sound, len(clip), float(MOTION_RATE)),
            phones=clip.facts.get("phones", []), audio_beats=audio_beats(sound),
        )  # fmt: skip
        result.append(Scene(clip, real, log_mel(sound)))
    return result


def generate(
    system: System, corpus: Corpus, clips: Sequence[Clip], seed: int = 0, progress: Progress = lambda name, done: None
) -> dict[str, Generated]:
    """What a system makes of the sound of each clip, by name of the clip."""
    grid = FrameGrid.of(corpus.encoder)
    made = {}
    for number, clip in enumerate(clips):
        progress(clip.name, number / len(clips))
        made[clip.name] = system.generate(speech_of(clip, grid, len(clip)), seed)
    return made


def perform(
    stage: Sequence[Scene],
    made: Mapping[str, Generated],
    paths: Sequence[str] = PATHS,
    keyframes: bool = True,
    rest: bool = False,
) -> list[Performance]:
    """Put generated motion on the faces of the scenes.

    Args:
        stage: The scenes.
        made: What `generate` gave.
        paths: Those that the system moves; the others are not scored.
        keyframes: Whether it predicts keyframes.
        rest: Let the mouth come to rest in silence, as `ksdiff.animate` does by default.
    """
    result = []
    for scene in stage:
        real, one = scene.real, made[scene.clip.name]
        expression = one.motion[EXPRESSION] + real.neutral
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
                head=one.motion[HEAD].astype(np.float32),
                keyframes={path: one.keyframes[path] for path in paths} if keyframes else {},
                known={path: real.known[path] if path in paths else nothing for path in PATHS},
            )
        )
    return result


def shuffled(stage: Sequence[Scene], made: Mapping[str, Generated]) -> dict[str, Generated]:
    """A lower bound: for each scene what was made of the sound of another speaker, cut or repeated to its length."""
    result = {}
    for index, scene in enumerate(stage):
        others = [*stage[index + 1 :], *stage[:index]]
        other = next((other for other in others if other.clip.speaker != scene.clip.speaker), scene)
        frames, one = len(scene.clip), made[other.clip.name]
        result[scene.clip.name] = Generated(
            {path: _repeated(one.motion[path], frames) for path in PATHS},
            {path: _repeated(one.keyframes[path], frames) for path in PATHS},
        )
    return result


def _repeated(values: np.ndarray, frames: int) -> np.ndarray:
    """Forwards and backwards until it is long enough, so that nothing jumps."""
    there_and_back = np.concatenate([values, values[::-1]])
    return np.concatenate([there_and_back] * (1 + frames // len(there_and_back)))[:frames]


def score(
    name: str,
    label: str,
    kind: Kind,
    stage: Sequence[Scene],
    performances: list[Performance],
    experts: Mapping[str, SyncExpert],
    meets: Callable[[int], Seams] = lambda frames: (),
    heads: Sequence[Mapping[str, Generated]] = (),
    note: str = "",
) -> Scored:
    """All figures of a system in all scenes.

    Args:
        name: Of the system.
        label: For readers.
        kind: What it is there for.
        stage: The scenes.
        performances: What the system did in them.
        experts: By name of a speaker, a sync expert that was not trained on them; speakers without one get no score.
        meets: Frames at which pieces of a motion of so many frames meet, if there are pieces.
        heads: The same scenes with other seeds, for the diversity across samples.
        note: What is special about the system.
    """
    scores = []
    for scene, one in zip(stage, performances, strict=True):
        figures = score_clip(one)
        expert = experts.get(one.speaker)
        if expert is not None and one.space == ARKIT and counted(one.known[EXPRESSION], 0).sum() >= MIN_FRAMES:
            sync = expert.score(scene.mel, one.expression, one.known[EXPRESSION])
            figures |= {"sync_m_c": (sync.confidence, 1.0), "sync_m_d": (sync.distance, 1.0)}
            figures["sync_m_offset"] = (float(sync.offset), 1.0)
        if heads and one.known[HEAD].any():
            known = one.known[HEAD]
            takes = [one.head, *(other[one.clip].motion[HEAD] for other in heads)]
            rotations = np.stack([take[known][:, one.space.rotation] for take in takes])
            figures["head_diversity_samples"] = (diversity_across_samples(rotations), 1.0)
        figures |= seams(one, meets(len(one.expression)))
        scores.append(figures)
    return Scored(name, label, kind, note, performances, scores, [clip_parts(one) for one in performances])


def seams(performance: Performance, edges: Seams) -> Scores:
    """Mean acceleration where pieces of the motion meet, over the clip's own 95th percentile; below 1 is unseen."""
    result: Scores = {}
    for path, motion in ((EXPRESSION, performance.expression), (HEAD, performance.head)):
        if not edges or not performance.known[path].any():
            continue
        acceleration = np.linalg.norm(np.diff(motion, n=2, axis=0), axis=1)
        limit = np.percentile(acceleration, 95)
        if limit > 0:
            ratios = [acceleration[edge - 2 : edge + 1].mean() / limit for edge in edges]
            result[f"seam_{path}"] = (float(np.mean(ratios)), float(len(ratios)))
    return result


def references(
    stage: Sequence[Scene],
    made: Mapping[str, Generated],
    still: Mapping[str, Generated],
    experts: Mapping[str, SyncExpert],
) -> list[Scored]:
    """The rows that give every figure a scale: the real faces, one face that is still, another's speech.

    Args:
        stage: The scenes.
        made: What the main system made of them.
        still: What `StillFace` made of them.
        experts: As for `score`.
    """
    rows = (
        (REAL, "Real", "the tracked faces themselves", [scene.real for scene in stage]),
        (
            "still",
            "Still face",
            "the mean expression of the training speakers, at rest",
            perform(stage, still, keyframes=False),
        ),
        (
            "shuffled",
            "Shuffled audio",
            "the first system's motion for the sound of another speaker",
            perform(stage, shuffled(stage, made)),
        ),
    )
    return [
        score(name, label, "reference", stage, performances, experts, note=note)
        for name, label, note, performances in rows
    ]


def result_of(scored: Scored) -> SystemResult:
    """Figures of all scenes together with their intervals."""
    speakers = [one.speaker for one in scored.performances]
    clusters = speakers if len(set(speakers)) >= ENOUGH_SPEAKERS else None
    intervals: dict[str, Interval] = {}
    for metric in _metrics(scored.scores):
        values, weights = _column(scored.scores, metric)
        intervals[metric] = bootstrap_mean(values, weights, clusters)
    intervals |= bootstrap(score_parts, scored.parts, clusters, RESAMPLES)
    return SystemResult(
        scored.name,
        scored.label,
        scored.kind,
        scored.note,
        {name: Figure(one.value, one.low, one.high) for name, one in intervals.items()},
        {
            one.clip: {name: value for name, (value, weight) in scores.items() if weight}
            for one, scores in zip(scored.performances, scored.scores, strict=True)
        },
    )


def comparisons(first: Scored, second: Scored) -> list[Comparison]:
    """Paired tests of the two systems in the figures that both have."""
    speakers = [one.speaker for one in first.performances]
    clusters = speakers if len(set(speakers)) >= ENOUGH_SPEAKERS else None
    found = []
    for metric in COMPARED:
        values, weights = _column(first.scores, metric)
        other_values, other_weights = _column(second.scores, metric)
        if weights.any() and other_weights.any():
            test = compare_means((values, weights), (other_values, other_weights), clusters)
            low, high = test.difference.low, test.difference.high
            found.append(Comparison(metric, first.name, second.name, test.difference.value, low, high, test.p))
    return found


def report_of(title: str, facts: Mapping[str, str], scored: Sequence[Scored], subtitle: str = "") -> Report:
    """Put it all together; the first model is compared with all others that are not references.

    Raises:
        InputError: The systems did not all perform the same clips.
    """
    for one, other in pairwise(scored):
        if [p.clip for p in one.performances] != [p.clip for p in other.performances]:
            raise InputError(f"{one.name} and {other.name} performed different clips: they cannot be compared")
    models = [one for one in scored if one.kind != "reference"]
    results = tuple(result_of(one) for one in scored)
    speeds, ranges = (
        {one.name: np.concatenate([getattr(part, name) for part in one.parts]) for one in scored}
        for name in ("generated_speeds", "generated_ranges")
    )
    speakers = {p.speaker for p in scored[0].performances}
    drawn = "speakers" if len(speakers) >= ENOUGH_SPEAKERS else "clips"
    return Report(
        title=title,
        subtitle=subtitle,
        facts={**facts, "clips": str(len(scored[0].performances)), "intervals": f"bootstrap over {drawn}, 95 %"},
        metrics=described(results),
        systems=results,
        comparisons=tuple(test for other in models[1:] for test in comparisons(models[0], other)),
        distributions=(
            Distribution.of("Head speed", "degrees/s", SPEEDS, speeds),
            Distribution.of("Range of an angle of the head in a clip", "degrees", RANGES, ranges),
        ),
    )


def _metrics(scores: Sequence[Scores]) -> list[str]:
    return list(dict.fromkeys(name for one in scores for name in one))


def _column(scores: Sequence[Scores], metric: str) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    values, weights = zip(*(one.get(metric, (float("nan"), 0.0)) for one in scores), strict=True)
    return np.array(values, dtype=np.float64), np.array(weights, dtype=np.float64)
