"""What a model does on speakers that it never saw, beside what their faces really did."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float
from scipy.stats import wasserstein_distance

from ksdiff.audio import load
from ksdiff.corpus.dataset import Clip, Corpus, speech_of
from ksdiff.corpus.quality import closure_rate
from ksdiff.errors import InputError
from ksdiff.evaluation.metrics import (
    TOLERANCE,
    amplitude_ratios,
    channel_correlations,
    f1,
    jerk,
    keyframe_matches,
)
from ksdiff.evaluation.metrics.articulation import lip_opening, long_pauses
from ksdiff.extras import require
from ksdiff.face.layers import rest_in_silence
from ksdiff.face.rotation import relative_angles
from ksdiff.face.space import ARKIT
from ksdiff.files import replacing
from ksdiff.model.checkpoint import NEUTRAL_STYLE, Checkpoint
from ksdiff.model.condition import FrameGrid
from ksdiff.model.ksdiff import EXPRESSION, HEAD, PATHS
from ksdiff.model.sampling import COMMIT, OVERLAP, Generated, SamplingOptions, generate_all
from ksdiff.motion import MOTION_RATE
from ksdiff.speech.transcript import silence

GUESSES = 20  # random and periodic guesses of keyframes that are averaged

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Scored:
    """One clip: what was made and what was tracked, both with the face at rest that belongs to it.

    Attributes:
        clip: The clip.
        made: What the model made of its sound.
        expression: The same as `ksdiff.animate` would give it, without blinks and gaze.
        silent: Where there is no sound.
        real: What was tracked.
        known: Where it was.
    """

    clip: Clip
    made: Generated
    expression: Float[np.ndarray, "T E"]
    silent: Bool[np.ndarray, " T"]
    real: Float[np.ndarray, "T E"]
    known: Bool[np.ndarray, " T"]


def evaluate(
    checkpoint: Checkpoint,
    corpus: Corpus,
    speakers: tuple[str, ...],
    options: SamplingOptions | None = None,
    rest: bool = True,
    progress: Progress = lambda name, done: None,
) -> tuple[dict[str, float], list[Scored]]:
    """Animate the sound of each speaker's clips as the neutral average and compare.

    Args:
        checkpoint: The model.
        corpus: A prepared corpus, made with the same speech encoder.
        speakers: Whose clips to take.
        options: How to sample; as the model was calibrated by default.
        rest: Let the mouth come to rest in silence, as `ksdiff.animate` does by default.
        progress: Called with the name of a clip and how much is done.

    Returns:
        Figures by name (means over clips unless they say otherwise), and the clips.

    Raises:
        InputError: The corpus does not fit the model, or holds no clip of these speakers.
    """
    if corpus.encoder != checkpoint.encoder:
        raise InputError(
            f"{corpus.path} was prepared with another speech encoder than {checkpoint.name}: prepare it again"
        )
    if corpus.space != checkpoint.model.space:
        raise InputError(
            f"{corpus.path} holds {corpus.space.name} motion, {checkpoint.name} makes {checkpoint.model.space.name}"
        )
    clips = [clip for clip in corpus.clips if clip.speaker in speakers and clip.mask[EXPRESSION].sum() > MOTION_RATE]
    if not clips:
        raise InputError(f"{corpus.path} holds no clip with a face of these speakers: {', '.join(speakers) or 'none'}")
    scored = []
    style = checkpoint.style(NEUTRAL_STYLE)
    neutral = checkpoint.model.neutrals[style].numpy()
    for number, clip in enumerate(clips):
        progress(clip.name, number / len(clips))
        speech = speech_of(clip, FrameGrid.of(corpus.encoder), len(clip))
        made = generate_all(checkpoint.model, speech, options or checkpoint.sampling, style)
        quiet = silence(load(corpus.path / "clips" / f"{clip.name}.flac"), len(clip), float(MOTION_RATE))
        expression = made.motion[EXPRESSION] + neutral
        if rest:
            expression = rest_in_silence(expression, neutral, quiet, corpus.space, float(MOTION_RATE))
        scored.append(
            Scored(
                clip,
                made,
                np.clip(expression, 0, 1),
                quiet,
                clip.motion[EXPRESSION] + clip.neutral,
                clip.mask[EXPRESSION],
            )
        )
    figures = articulation(scored, checkpoint)
    figures |= keyframes(scored)
    figures |= seams(scored)
    figures |= head_motion(scored)
    return figures, scored


def articulation(scored: list[Scored], checkpoint: Checkpoint) -> dict[str, float]:
    """Correlation, amplitude, closures, stillness and jitter of the mouth."""
    space = checkpoint.model.space
    jaw, mouth = space.index("jawOpen"), space.mouth_indices
    r = np.stack([channel_correlations(s.expression, s.real, s.known) for s in scored])
    pooled_real = np.concatenate([centred(s.real[s.known]) for s in scored])
    pooled_made = np.concatenate([centred(s.expression[s.known]) for s in scored])
    everything = np.ones(len(pooled_real), dtype=bool)
    amplitude = amplitude_ratios(pooled_made, pooled_real, everything)[mouth]
    moving = ~np.isnan(amplitude)
    names = np.array(space.mouth)[moving]
    made_jitter = np.mean([jerk(s.expression[s.known][:, mouth], float(MOTION_RATE)).mean() for s in scored])
    real_jitter = np.mean([jerk(s.real[s.known][:, mouth], float(MOTION_RATE)).mean() for s in scored])
    speakers = sorted({s.clip.speaker for s in scored})
    by_speaker = [np.nanmean([r[i, jaw] for i, s in enumerate(scored) if s.clip.speaker == name]) for name in speakers]
    figures = {
        "jaw r": float(np.nanmean(r[:, jaw])),
        "jaw r, least of a speaker": float(np.nanmin(by_speaker)),
        "jaw r, greatest of a speaker": float(np.nanmax(by_speaker)),
        "mouth r (mean of moving channels)": float(np.nanmean(r[:, mouth])),
        "amplitude ratio, jaw": float(amplitude_ratios(pooled_made, pooled_real, everything)[jaw]),
        "amplitude ratio, mouth mean": float(amplitude[moving].mean()),
        "amplitude ratio, mouth least": float(amplitude[moving].min()),
        "amplitude ratio, mouth greatest": float(amplitude[moving].max()),
        "share of moving mouth channels with ratio 0.8 to 1.25": float(
            ((amplitude[moving] >= 0.8) & (amplitude[moving] <= 1.25)).mean()
        ),
        "moving mouth channels": float(len(names)),
        "jitter, generated / real": float(made_jitter / real_jitter),
    }
    if space == ARKIT:
        closed = {"generated": [], "real": []}
        still = {"generated": [], "real": []}
        for s in scored:
            for name, expression in (("generated", s.expression), ("real", s.real)):
                opening = lip_opening(expression)
                rate = closure_rate(opening, s.known, s.clip.facts.get("phones", []))
                if rate:
                    closed[name].append((rate["closed"], rate["bilabials"]))
                resting = long_pauses(s.silent) & s.known
                speed = np.abs(np.gradient(opening)) * MOTION_RATE
                if resting.sum() >= MOTION_RATE // 2 and (~s.silent & s.known).any():
                    still[name].append(speed[resting].mean() / speed[~s.silent & s.known].mean())
        for name in closed:
            if closed[name]:
                rates, weights = zip(*closed[name], strict=True)
                figures[f"lips closed on p, b, m, {name}"] = float(np.average(rates, weights=weights))
            if still[name]:
                figures[f"lip speed in silence / in speech, {name}"] = float(np.mean(still[name]))
    return figures


def centred(motion: Float[np.ndarray, "T C"]) -> Float[np.ndarray, "T C"]:
    """Without its mean, so that deviations are those within a clip."""
    return motion - motion.mean(axis=0)


def keyframes(scored: list[Scored]) -> dict[str, float]:
    """F1 within ± 2 frames, beside random and periodic guesses with as many keyframes."""
    random = np.random.default_rng(0)
    figures = {}
    for path in PATHS:
        found, chance, periodic = np.zeros(3, int), np.zeros(3, int), np.zeros(3, int)
        for s in scored:
            if not s.clip.mask[path].any():
                continue
            true, made = s.clip.keyframes[path] > 0, s.made.keyframes[path] > 0
            found += keyframe_matches(made, true, TOLERANCE)
            count, frames = max(int(made.sum()), 1), len(true)
            for _ in range(GUESSES):
                guess = np.zeros(frames, dtype=bool)
                guess[random.choice(frames, count, replace=False)] = True
                chance += keyframe_matches(guess, true, TOLERANCE)
                guess = np.zeros(frames, dtype=bool)
                guess[((np.arange(count) + random.random()) * frames / count).astype(int) % frames] = True
                periodic += keyframe_matches(guess, true, TOLERANCE)
        figures |= {
            f"{path} keyframes F1": f1(*found.tolist()),
            f"{path} keyframes F1, random guess": f1(*chance.tolist()),
            f"{path} keyframes F1, periodic guess": f1(*periodic.tolist()),
            f"{path} keyframes made / true": float(found[1] / max(1, found[2])),
        }
    return figures


def seams(scored: list[Scored]) -> dict[str, float]:
    """Mean acceleration where windows meet, relative to the clip's own 95th percentile; below 1 is unseen."""
    ratios: dict[str, list[float]] = {path: [] for path in PATHS}
    for s in scored:
        for path in PATHS:
            motion = s.made.motion[path]
            acceleration = np.linalg.norm(np.diff(motion, n=2, axis=0), axis=1)
            limit = np.percentile(acceleration, 95)
            for start in range(COMMIT, len(motion) - OVERLAP - 2, COMMIT):
                # Both ends of the frames over which one window takes over from another.
                for edge in (start, start + OVERLAP):
                    ratios[path].append(float(acceleration[edge - 2 : edge + 1].mean() / limit))
    return {f"{path} acceleration at seams / own 95th percentile": float(np.mean(r)) for path, r in ratios.items() if r}


def head_motion(scored: list[Scored]) -> dict[str, float]:
    """Speed and range of the head, generated and real, and how far their distributions are apart."""
    curves = head_curves(scored)
    if not len(curves["real"][0]):
        return {}
    figures = {}
    for index, name, unit in ((0, "speed", "degrees/s"), (1, "range", "degrees")):
        made, real = curves["generated"][index], curves["real"][index]
        figures[f"head {name}, generated ({unit})"] = float(np.mean(made))
        figures[f"head {name}, real ({unit})"] = float(np.mean(real))
        figures[f"head {name}, Wasserstein distance ({unit})"] = float(wasserstein_distance(made, real))
    return figures


def head_curves(scored: list[Scored]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For generated and real: angular speed of each frame, degrees/s, and range of each angle of each clip, degrees."""
    result: dict[str, tuple[list[np.ndarray], list[np.ndarray]]] = {"generated": ([], []), "real": ([], [])}
    for s in scored:
        known = s.clip.mask[HEAD]
        if known.sum() < MOTION_RATE:
            continue
        for name, head in (("generated", s.made.motion[HEAD]), ("real", s.clip.motion[HEAD])):
            rotation = head[:, ARKIT.rotation]
            steady = known & np.roll(known, 1)
            steady[0] = False
            result[name][0].append(np.degrees(relative_angles(rotation))[steady] * MOTION_RATE)
            low, high = np.percentile(np.degrees(rotation[known]), [5, 95], axis=0)
            result[name][1].append(high - low)
    return {
        name: (
            np.concatenate(speeds) if speeds else np.zeros(0),
            np.concatenate(ranges) if ranges else np.zeros(0),
        )
        for name, (speeds, ranges) in result.items()
    }


def write_report(figures: dict[str, float], scored: list[Scored], out: Path, title: str) -> None:
    """Write ``report.md``, ``report.json`` and ``head_motion.png`` into an existing folder."""
    rows = "\n".join(f"| {name} | {value:.3f} |" for name, value in figures.items())
    with replacing(out / "report.md") as temporary:
        temporary.write_text(
            f"# {title}\n\n{len(scored)} clips\n\n| figure | value |\n|---|---|\n{rows}\n", encoding="utf-8"
        )
    with replacing(out / "report.json") as temporary:
        temporary.write_text(json.dumps({"title": title, "clips": len(scored), "figures": figures}, indent=1))
    plot_head_motion(scored, out / "head_motion.png")


def plot_head_motion(scored: list[Scored], path: Path) -> None:
    """Distributions of head speed and range, generated and real."""
    require("matplotlib", "render").use("Agg")
    from matplotlib.figure import Figure

    curves = head_curves(scored)
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for index, (axis, label, top) in enumerate(
        zip(
            figure.subplots(1, 2),
            ("head speed, degrees/s", "range of an angle in a clip, degrees"),
            (60, 30),
            strict=True,
        )
    ):
        for name, color in (("real", "0.55"), ("generated", "tab:orange")):
            axis.hist(
                curves[name][index],
                bins=np.linspace(0, top, 31),
                density=True,
                color=color,
                alpha=0.6,
                label=name,
            )
        axis.set_xlabel(label)
        axis.set_yticks([])
        axis.spines[["top", "left", "right"]].set_visible(False)
        axis.legend(frameon=False)
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=110)
