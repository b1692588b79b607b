"""Every figure of merit against answers found by hand, and what must not change it."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from scipy.stats import wasserstein_distance

from ksdiff.errors import InputError
from ksdiff.evaluation.corpus_score import clip_parts, pooled_scores, score_corpus, score_parts
from ksdiff.evaluation.metrics import METRICS, beats
from ksdiff.evaluation.metrics.articulation import (
    amplitude_ratios,
    channel_correlations,
    closures,
    deviation_ratios,
    jerk,
    lip_opening,
    long_pauses,
    pearson,
    stillness,
)
from ksdiff.evaluation.metrics.beats import BAILANDO, KDTALKER, audio_beats, beat_align, motion_beats
from ksdiff.evaluation.metrics.head import (
    diversity_across_samples,
    head_angles,
    head_diversity,
    head_ranges,
    head_speeds,
    wasserstein,
)
from ksdiff.evaluation.metrics.keyframes import (
    f1,
    keyframe_matches,
    periodic_keyframes,
    precision,
    random_keyframes,
    recall,
)
from ksdiff.evaluation.metrics.statistics import (
    bootstrap,
    bootstrap_difference,
    bootstrap_mean,
    compare_means,
    weighted_mean,
)
from ksdiff.evaluation.metrics.vertices import (
    fdd,
    fdd_absolute,
    lip_distance,
    lip_distance_rms,
    lip_errors,
    lip_vertices,
    lve,
    lve_of_sequences,
    upper_face_vertices,
    vertices_at,
)
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.score import score_clip
from ksdiff.face.head import load_head
from ksdiff.motion.rotation import from_yaw_pitch_roll
from ksdiff.motion.space import ARKIT, MotionSpace

JAW = ARKIT.index("jawOpen")
FRAMES = 200
PHONES = [["P", 1.0, 1.08], ["AA", 1.2, 1.4], ["M", 3.0, 3.08], ["B", 5.0, 5.08]]


def waves(frames: int, channels: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    speed, phase = random.uniform(0.3, 1.5, channels), random.uniform(0, 6, channels)
    return np.sin(2 * np.pi * speed * np.arange(frames)[:, None] / 25 + phase)


def keyframes_at(*at: int, frames: int = FRAMES) -> np.ndarray:
    result = np.zeros(frames, np.float32)
    result[list(at)] = 0.5
    return result


def perform(seed: int = 0, clip: str = "clip", speaker: str = "speaker", **changes: Any) -> Performance:
    """A face that does exactly what the real one does, but for the changes."""
    real = (0.3 + 0.2 * waves(FRAMES, 51, seed)).astype(np.float32)
    head = (0.1 * waves(FRAMES, 6, seed + 100)).astype(np.float32)
    keyframes = {"expression": keyframes_at(20, 40, 60, 90), "head": keyframes_at(30, 80)}
    silent = np.zeros(FRAMES, dtype=bool)
    silent[140:180] = True
    everything = np.ones(FRAMES, dtype=bool)
    known = everything.copy()
    known[:5] = False
    return replace(
        Performance(
            clip=clip,
            speaker=speaker,
            expression=real,
            head=head,
            keyframes=keyframes,
            real_expression=real,
            real_head=head,
            real_keyframes=keyframes,
            known={"expression": known, "head": everything},
            neutral=np.full(51, 0.1, np.float32),
            silent=silent,
            phones=PHONES,
            audio_beats=np.array([1.0, 2.0, 3.0]),
            space=ARKIT,
        ),
        **changes,
    )


def value(performance: Performance, name: str) -> float:
    return score_clip(performance)[name][0]


# --- shape of the face ------------------------------------------------------------------------------------------------


def test_the_lip_set_is_the_lips() -> None:
    head = load_head()
    lips = head.lip_vertices
    # Pinned: another set would silently give another LVE.
    assert hashlib.sha256(lips.astype("<i4").tobytes()).hexdigest() == (
        "ce3c09128cf69e1c2e9d49bab1f8fd05ad1b8f956d325e519536eb5ac2b05d1a"
    )
    rest = np.zeros((1, 51))
    place = lip_vertices(rest)[0]
    # MediaPipe's mouth corners, and the middle of the outer and of the inner lips, lie within.
    corners_and_middles = head.landmark_basis()[0][[61, 291, 0, 17, 13, 14]]
    assert (corners_and_middles >= place.min(axis=0) - 1e-3).all()
    assert (corners_and_middles <= place.max(axis=0) + 1e-3).all()
    assert np.ptp(place[:, 0]) < 0.055  # m: no wider than a mouth

    def share_moved(channel: str) -> float:
        moved = rest.copy()
        moved[0, ARKIT.index(channel)] = 1
        return float((np.linalg.norm(lip_vertices(moved)[0] - place, axis=1) > 1e-3).mean())

    assert share_moved("jawOpen") > 0.9
    assert share_moved("mouthPucker") > 0.9
    assert share_moved("browInnerUp") == 0
    assert share_moved("eyeBlinkLeft") == 0


def test_upper_face_vertices_move_with_the_brows_and_not_with_the_lips() -> None:
    rest, brows, lips = np.zeros((3, 1, 51))
    brows[0, ARKIT.index("browInnerUp")] = 1
    lips[0, ARKIT.index("mouthPucker")] = 1
    place = upper_face_vertices(rest)
    moved = [np.linalg.norm(upper_face_vertices(e) - place, axis=-1).mean() for e in (brows, lips)]
    assert moved[0] > 2 * moved[1]
    assert not np.intersect1d(load_head().lip_vertices, load_head().upper_face_vertices).size


def test_some_vertices_are_those_of_the_whole_head() -> None:
    expression = np.random.default_rng(0).uniform(0, 1, (3, 51))
    indices = np.array([0, 5, 4000, 8000])
    np.testing.assert_allclose(
        vertices_at(expression, indices), load_head().vertices(expression)[:, indices], atol=1e-7
    )
    with pytest.raises(InputError, match="51 channels"):
        vertices_at(expression[:, :50], indices)


def test_lip_errors_in_all_variants() -> None:
    real = np.zeros((2, 3, 3))
    generated = real.copy()
    generated[0, 1] = [0.003, 0, 0.004]  # 5 mm off, the worst of its frame
    generated[0, 2] = [0.001, 0, 0]
    generated[1, 0] = [0, 0.001, 0]
    errors = lip_errors(generated, real)
    np.testing.assert_allclose(errors, [25e-6, 1e-6])
    sequences = [errors, np.array([16e-6, 16e-6, 16e-6, 16e-6])]
    assert lve(sequences) == pytest.approx((25 + 1 + 4 * 16) / 6 * 1e-6)
    assert lve_of_sequences(sequences) == pytest.approx((13 + 16) / 2 * 1e-6)
    assert lip_distance(sequences) == pytest.approx((5 + 1 + 4 * 4) / 6)
    assert lip_distance_rms(sequences) == pytest.approx((np.sqrt(13) + 4) / 2)


@pytest.mark.parametrize("figure", [lve, lve_of_sequences, lip_distance, lip_distance_rms])
def test_lip_errors_need_frames(figure: Any) -> None:
    for nothing in ([], [np.zeros(0)], [np.ones(3), np.zeros(0)]):
        with pytest.raises(InputError, match="no frame"):
            figure(nothing)


def test_upper_face_deviation_has_a_sign_and_its_absolute_value_has_none() -> None:
    # ‖real‖ goes 0, 2 mm: ‖real‖² has the deviation 2 mm², ‖real‖ 1 mm. The generated vertex does not move.
    real = np.zeros((4, 2, 3))
    real[1::2, 0, 1] = 0.002
    still = np.zeros_like(real)
    assert fdd(still, real) == pytest.approx(2e-6 / 2)
    assert fdd(real, still) == pytest.approx(-2e-6 / 2)
    assert fdd_absolute(still, real) == fdd_absolute(real, still) == pytest.approx(1.0 / 2)
    # One vertex moves too much, the other too little: the sign cancels, the absolute value does not.
    other = real[:, ::-1]
    assert fdd(other, real) == pytest.approx(0)
    assert fdd_absolute(other, real) == pytest.approx(1.0)


# --- mouth ------------------------------------------------------------------------------------------------------------


def test_pearson() -> None:
    a = np.array([1.0, 2.0, 4.0])
    assert pearson(a, 3 * a + 1) == pytest.approx(1)
    assert pearson(a, -a) == pytest.approx(-1)
    assert pearson(np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, -1.0])) == pytest.approx(0)
    assert np.isnan(pearson(a, np.ones(3)))


def test_correlations_and_amplitudes_look_at_known_frames_and_moving_channels() -> None:
    tracked = np.stack([np.sin(np.arange(50.0)), np.full(50, 0.5)], axis=1)
    generated = 0.5 * tracked
    generated[40:] = 9
    mask = np.arange(50) < 40
    r, ratio = channel_correlations(generated, tracked, mask), amplitude_ratios(generated, tracked, mask)
    np.testing.assert_allclose(r, [1, np.nan])  # a channel that does not move says nothing
    np.testing.assert_allclose(ratio, [0.5, np.nan])


def test_lip_opening_follows_the_jaw_and_closes_again() -> None:
    expression = np.zeros((3, 51))
    expression[1:, JAW] = 0.5
    expression[2, ARKIT.index("mouthClose")] = 0.5
    closed, opened, held = lip_opening(expression)
    assert closed < 0.003  # the inner lips lie one before the other
    assert opened > 0.01
    assert held < 0.003


def test_pauses_begin_some_time_after_the_sound() -> None:
    silent = np.ones(60, dtype=bool)
    silent[20:25] = False
    resting = long_pauses(silent)
    assert not resting[14:31].any()
    assert resting[:10].all()
    assert resting[40:].all()


def test_jerk_of_a_cubic_is_its_third_derivative() -> None:
    times = np.arange(40) / 25
    motion = np.stack([2 * times**3, times**2], axis=1)
    np.testing.assert_allclose(jerk(motion, 25.0), [12.0, 0.0], atol=1e-6)


def test_jerk_leaves_out_what_is_not_known() -> None:
    times = np.arange(40) / 25
    motion = (2 * times**3)[:, None]
    broken = motion.copy()
    broken[20] = 9
    known = np.arange(40) != 20
    assert jerk(broken, 25.0)[0] > 1000
    np.testing.assert_allclose(jerk(broken, 25.0, known), [12.0], atol=1e-6)
    assert jerk(motion[:3], 25.0).tolist() == [0.0]


def test_deviation_ratios_are_of_channels_that_move() -> None:
    np.testing.assert_allclose(
        deviation_ratios(np.array([0.05, 0.2, 0.1]), np.array([0.1, 0.1, 0.01])), [0.5, 2.0, np.nan]
    )


def test_closures_count_bilabials() -> None:
    opening = np.full(FRAMES, 0.01)
    opening[24:28] = opening[74:78] = 0.0005  # closed on P and M, open on B
    opening[180:] = 0.0  # the clip's closed lips
    known = np.ones(FRAMES, dtype=bool)
    assert closures(opening, known, PHONES) == (pytest.approx(2 / 3), 3)
    assert closures(opening, known, [["AA", 0.0, 1.0]]) == (0.0, 0)


def test_stillness_is_speed_in_pauses_over_speed_in_speech() -> None:
    silent = np.arange(200) >= 100
    opening = np.where(silent, 0.1, 1.0) * np.arange(200)  # speed 1, then 0.1, with a jump between
    opening[100:] += 90 - 0.0  # continuous at the border
    known = np.ones(200, dtype=bool)
    known[98:102] = False
    assert stillness(opening, silent, known) == pytest.approx(0.1)
    assert np.isnan(stillness(opening, np.zeros(200, dtype=bool), known))
    assert np.isnan(stillness(np.ones(200), silent, known))


# --- head -------------------------------------------------------------------------------------------------------------


def turning(*degrees: Sequence[float]) -> np.ndarray:
    """Rotation vectors with these yaws, pitches and rolls."""
    return from_yaw_pitch_roll(np.radians(np.array(degrees, dtype=np.float64)))


def test_head_figures_are_in_degrees() -> None:
    nodding = turning(*[(0, 5 * (-1) ** t, 0) for t in range(100)])
    np.testing.assert_allclose(head_angles(nodding)[:2], [[0, 5, 0], [0, -5, 0]], atol=1e-9)
    assert head_diversity(nodding) == pytest.approx(5 / 3)
    np.testing.assert_allclose(head_speeds(nodding, 25.0), 250.0)
    np.testing.assert_allclose(head_ranges(nodding), [0, 10, 0], atol=1e-9)


def test_head_speed_takes_neighbours_that_are_both_known() -> None:
    path = turning((0, 0, 0), (1, 0, 0), (30, 0, 0), (32, 0, 0), (35, 0, 0))
    known = np.array([True, True, False, True, True])
    np.testing.assert_allclose(head_speeds(path, 25.0, known), [25.0, 75.0])


def test_diversity_across_samples_is_the_angle_between_them() -> None:
    still, left, up = turning(*[(0, 0, 0)] * 4), turning(*[(6, 0, 0)] * 4), turning(*[(0, 12, 0)] * 4)
    assert diversity_across_samples(np.stack([still, left])) == pytest.approx(6)
    between = np.degrees((Rotation.from_rotvec(left[0]) * Rotation.from_rotvec(up[0]).inv()).magnitude())
    assert diversity_across_samples(np.stack([still, left, up])) == pytest.approx((6 + 12 + between) / 3)
    assert diversity_across_samples(np.stack([left, left])) == pytest.approx(0, abs=1e-9)
    with pytest.raises(InputError, match="at least 2 samples"):
        diversity_across_samples(still[None])


def test_the_distance_of_distributions_is_scipys() -> None:
    random = np.random.default_rng(0)
    a, b = random.normal(size=500), random.gamma(2.0, size=500)
    assert wasserstein(a, b) == pytest.approx(wasserstein_distance(a, b))
    assert wasserstein(np.array([1.0, 5.0]), np.array([7.0, 2.0])) == pytest.approx(1.5)
    assert np.isnan(wasserstein(a[:0], b[:0]))


# --- beats ------------------------------------------------------------------------------------------------------------


def test_beat_align_of_one_beat() -> None:
    audio = np.array([1.0, 2.0])
    motion = np.array([0.2, 1.05, 2.0])
    assert beat_align(audio, motion, BAILANDO.tolerance) == pytest.approx((np.exp(-0.5) + 1) / 2)  # d = σ = 0.05 s
    assert beat_align(audio, motion, KDTALKER.tolerance) == pytest.approx((np.exp(-0.125) + 1) / 2)


def test_published_deviations_are_times() -> None:
    assert pytest.approx((3 / 60, 5 / 60)) == (BAILANDO.tolerance, BAILANDO.smoothing)
    assert pytest.approx((0.1, 0.2)) == (KDTALKER.tolerance, KDTALKER.smoothing)


def test_beat_align_without_beats_is_0() -> None:
    some, none = np.array([1.0]), np.zeros(0)
    assert beat_align(none, some, 0.1) == beat_align(some, none, 0.1) == beat_align(none, none, 0.1) == 0


@pytest.mark.parametrize("fps", [25.0, 30.0, 60.0])
def test_motion_beats_are_where_the_head_turns_back(fps: float) -> None:
    times = np.arange(round(4 * fps)) / fps
    swinging = turning(*np.stack([10 * np.cos(2 * np.pi * times / 2), 0 * times, 0 * times], axis=1))
    # It turns back each second; it is also slowest at the very start, which is no minimum between two others.
    np.testing.assert_allclose(motion_beats(swinging, fps, BAILANDO.smoothing), [1, 2, 3], atol=0.5 / fps + 1e-9)


def test_a_head_at_rest_or_at_even_speed_has_no_beats() -> None:
    assert not motion_beats(np.zeros((100, 3)), 25.0, 0.08).size
    assert not motion_beats(turning(*[(t / 3, 0, 0) for t in range(100)]), 25.0, 0.08).size
    assert not motion_beats(np.zeros((2, 3)), 25.0, 0.08).size


def test_motion_beats_are_only_where_the_head_is_known() -> None:
    times = np.arange(100) / 25
    swinging = turning(*np.stack([10 * np.cos(np.pi * times), 0 * times, 0 * times], axis=1))
    known = (times < 1.8) | (times > 2.2)
    swinging[~known] = 0
    found = motion_beats(swinging, 25.0, BAILANDO.smoothing, known)
    assert not ((found > 1.75) & (found < 2.25)).any()
    assert np.abs(found - 1).min() < 0.05


def test_a_missing_beat_tracker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "librosa", None)
    with pytest.raises(InputError, match="evaluate"):
        audio_beats(np.zeros(16_000, np.float32))
    assert not audio_beats(np.zeros(beats.FFT - 1, np.float32)).size


@pytest.mark.slow  # librosa takes its time to load
def test_audio_beats_follow_the_pulse() -> None:
    pytest.importorskip("librosa")
    times = np.arange(16_000 * 6) / 16_000
    pulses = (0.3 * np.sin(2 * np.pi * 200 * times) * (np.mod(times, 0.5) < 0.08)).astype(np.float32)
    found = audio_beats(pulses)
    assert len(found) >= 9
    np.testing.assert_allclose(np.diff(found), 0.5, atol=0.03)
    assert np.abs(found - 0.5 * np.round(found / 0.5)).max() < 0.05
    assert not audio_beats(np.zeros(32_000, np.float32)).size


# --- keyframes --------------------------------------------------------------------------------------------------------


def test_keyframes_match_one_to_one_within_the_tolerance() -> None:
    def found(*at: int, tolerance: int = 2) -> tuple[int, int, int]:
        return keyframe_matches(keyframes_at(*at) > 0, keyframes_at(10, 20, 30) > 0, tolerance)

    assert found(10, 20, 30, tolerance=0) == (3, 3, 3)
    assert found(12, 23, 30) == (2, 3, 3)
    assert found(9, 11) == (1, 2, 3)  # two guesses near one keyframe are one hit, not two
    assert found() == (0, 0, 3)


def test_precision_and_recall() -> None:
    assert (precision(2, 4), recall(2, 3), f1(2, 4, 3)) == (0.5, pytest.approx(2 / 3), pytest.approx(4 / 7))
    assert (precision(0, 0), recall(0, 0), f1(0, 0, 0)) == (0, 0, 0)


@given(st.lists(st.integers(0, 59), unique=True), st.lists(st.integers(0, 59), unique=True), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_matches_are_one_to_one_and_complete(made: list[int], real: list[int], tolerance: int) -> None:
    first, second = (keyframes_at(*at, frames=60) > 0 for at in (made, real))
    matches, predicted, true = keyframe_matches(first, second, tolerance)
    assert (predicted, true) == (len(made), len(real))
    assert matches <= min(predicted, true)
    assert matches >= len(set(made) & set(real))
    assert keyframe_matches(second, first, tolerance)[0] == matches


def test_guesses_have_the_asked_count() -> None:
    random = np.random.default_rng(0)
    for count in (0, 1, 7, 50):
        assert random_keyframes(count, 50, random).sum() == count
        assert periodic_keyframes(count, 50, random).sum() == count
    gaps = np.diff(np.flatnonzero(periodic_keyframes(5, 50, random)))
    assert set(gaps.tolist()) <= {10, 9, 11}


# --- statistics -------------------------------------------------------------------------------------------------------


def test_weighted_means_leave_out_what_says_nothing() -> None:
    values, weights = np.array([1.0, 4.0, np.nan]), np.array([3.0, 1.0, 0.0])
    assert weighted_mean(values, weights) == pytest.approx(7 / 4)
    assert bootstrap_mean(values, weights).value == pytest.approx(7 / 4)
    assert np.isnan(weighted_mean(np.array([np.nan]), np.zeros(1)))
    nothing = bootstrap_mean(np.array([np.nan]), np.zeros(1))
    assert np.isnan([nothing.value, nothing.low, nothing.high]).all()


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    values = np.random.default_rng(3).normal(5.0, 2.0, 400)
    interval = bootstrap_mean(values, np.ones(400))
    half = 1.96 * values.std() / np.sqrt(400)
    assert interval.value == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=0.15 * half)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.15 * half)
    assert bootstrap_mean(values, np.ones(400)) == interval  # the seed decides
    assert bootstrap_mean(values, np.ones(400), seed=1) != interval


def test_clips_of_a_speaker_are_drawn_together() -> None:
    # Ten speakers, whose 20 clips are all alike: there are 10 independent values, not 200.
    speakers = np.repeat(np.arange(10), 20)
    values, weights = np.random.default_rng(0).normal(size=10)[speakers], np.ones(200)
    apart, together = bootstrap_mean(values, weights), bootstrap_mean(values, weights, speakers.tolist())
    assert together.value == pytest.approx(apart.value)
    ratio = (together.high - together.low) / (apart.high - apart.low)
    assert ratio == pytest.approx(np.sqrt(20), rel=0.15)


def test_the_bootstrap_of_any_figure_agrees_with_that_of_the_mean() -> None:
    random = np.random.default_rng(1)
    values, weights = random.normal(size=30), random.uniform(0.5, 2, 30)
    speakers = [f"speaker{i // 3}" for i in range(30)]

    def figure(clips: Sequence[tuple[float, float]]) -> Mapping[str, float]:
        drawn = np.array(clips)
        return {"mean": float((drawn[:, 0] * drawn[:, 1]).sum() / drawn[:, 1].sum()), "nothing": float("nan")}

    found = bootstrap(figure, list(zip(values.tolist(), weights.tolist(), strict=True)), speakers, resamples=300)
    expected = bootstrap_mean(values, weights, speakers, resamples=300)
    assert (found["mean"].value, found["mean"].low, found["mean"].high) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )
    assert np.isnan([found["nothing"].value, found["nothing"].low]).all()


def test_a_paired_test_sees_what_two_intervals_do_not() -> None:
    random = np.random.default_rng(2)
    clips, weights = random.normal(0, 10, 40), np.ones(40)
    better = (clips + 0.5 + random.normal(0, 0.5, 40), weights)
    worse = (clips, weights)
    test = compare_means(better, worse)
    assert test.difference.value == pytest.approx((better[0] - worse[0]).mean())
    assert 0 < test.difference.low < test.difference.high
    assert test.p < 0.01
    back = compare_means(worse, better)
    assert back.difference.value == pytest.approx(-test.difference.value)
    assert back.p == pytest.approx(test.p, abs=0.005)
    assert compare_means(worse, worse).p == 1
    assert compare_means(worse, worse).difference.value == 0


def test_few_clips_are_swapped_in_all_ways() -> None:
    # Five clips that all get better by 1: of 2^5 ways to swap, two are as extreme.
    first, second = (np.arange(5.0) + 1, np.ones(5)), (np.arange(5.0), np.ones(5))
    assert compare_means(first, second).p == pytest.approx(2 / 32)
    # As two speakers' clips they say almost nothing: two of four ways are as extreme; of one speaker, both are.
    assert compare_means(first, second, ["a", "a", "a", "b", "b"]).p == pytest.approx(2 / 4)
    alone = compare_means(first, second, ["a"] * 5)
    assert (alone.p, alone.difference.value) == (1, pytest.approx(1))


def test_pairs_count_only_where_both_say_something() -> None:
    first = (np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 0.0]))
    second = (np.array([0.5, np.nan, 1.0]), np.array([1.0, 0.0, 1.0]))
    assert compare_means(first, second).difference.value == pytest.approx(0.5)
    none = compare_means((np.ones(2), np.zeros(2)), (np.ones(2), np.ones(2)))
    assert np.isnan([none.p, none.difference.value]).all()


def test_the_paired_bootstrap_of_any_figure() -> None:
    def mean(clips: Sequence[float]) -> dict[str, float]:
        return {"mean": float(np.mean(clips))}

    clips = np.random.default_rng(0).normal(0, 10, 20)
    found = bootstrap_difference(mean, (clips + 1).tolist(), clips.tolist(), resamples=100)["mean"]
    assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))  # clip by clip the difference is 1
    with pytest.raises(InputError, match="same clips"):
        bootstrap_difference(mean, [1.0], [1.0, 2.0])


def test_statistics_say_what_does_not_fit() -> None:
    with pytest.raises(InputError, match="no clip"):
        bootstrap_mean(np.zeros(0), np.zeros(0))
    with pytest.raises(InputError, match="no clip"):
        bootstrap(lambda clips: {}, [])
    with pytest.raises(InputError, match="negative"):
        weighted_mean(np.zeros(2), np.array([1.0, -1.0]))
    with pytest.raises(InputError, match="names of clusters"):
        bootstrap_mean(np.zeros(2), np.ones(2), ["a"])
    with pytest.raises(InputError, match="same clips"):
        compare_means((np.zeros(2), np.ones(2)), (np.zeros(3), np.ones(3)))


# --- whole clips ------------------------------------------------------------------------------------------------------


def test_the_same_motion_is_perfect() -> None:
    scores = {name: value for name, (value, _) in score_clip(perform()).items()}
    for name in ("lve", "lve_sequence", "lip_distance", "lip_distance_rms", "fdd", "fdd_absolute"):
        assert scores[name] == 0
    for name in ("jaw_r", "mouth_r", "jerk_ratio", *(f"keyframes_{p}_f1" for p in ("expression", "head"))):
        assert scores[name] == pytest.approx(1)
    assert scores["keyframes_expression_random"] < 0.6
    corpus = score_corpus([perform(0), perform(1)])
    assert corpus["amplitude_mouth"] == pytest.approx(1)
    assert corpus["amplitude_share"] == 1
    assert corpus["r_jawOpen"] == pytest.approx(1)
    assert corpus["head_speed_wasserstein"] == corpus["head_range_wasserstein"] == 0


def test_every_figure_is_described() -> None:
    everything = {*score_clip(perform()), *score_corpus([perform()]), *pooled_scores([perform()])}
    assert everything <= set(METRICS)
    # Those that need more than one performance's motion: networks, several seeds, windows, other keyframes.
    elsewhere = {"sync_m_c", "sync_m_d", "sync_m_offset", "lse_c", "lse_d", "head_diversity_samples"}
    elsewhere |= {"seam_expression", "seam_head", "silence_leak"}
    elsewhere |= {name for name in METRICS if name.startswith(("retrack_", "steer_"))}
    other_spaces = {name for name in METRICS if METRICS[name].group == "Mouth, channel by channel"}
    assert set(METRICS) - everything - other_spaces == elsewhere
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.label
        assert metric.formula
        assert metric.source
        assert metric.direction in ("lower", "higher", "real", "one", "none")
    page = Path("docs/metrics.md").read_text(encoding="utf-8")
    for name in set(METRICS) - other_spaces:
        stem = re.sub(r"^(keyframes|seam|steer)_(expression|head)", r"\1_PATH", name)
        assert f"`{stem}`" in page, name


def test_lip_error_in_metres_of_the_head() -> None:
    p = perform()
    opened = p.real_expression.copy()
    opened[:, JAW] += 0.1
    step = np.zeros((2, 51))
    step[1, JAW] = 0.1
    a, b = lip_vertices(step)
    worst = ((b - a) ** 2).sum(axis=1).max()
    scores = score_clip(replace(p, expression=opened))
    assert scores["lve"] == (pytest.approx(worst, rel=1e-3), 195.0)  # the frames that are known
    assert scores["lve_sequence"] == (pytest.approx(worst, rel=1e-3), 1.0)
    assert scores["lip_distance"][0] == pytest.approx(1000 * np.sqrt(worst), rel=1e-3)
    assert scores["lip_distance_rms"][0] == pytest.approx(1000 * np.sqrt(worst), rel=1e-3)


def test_shape_and_mouth_do_not_know_of_the_head() -> None:
    p = perform(expression=perform(7).real_expression)
    moved = replace(p, head=p.head + np.array([0.3, 0, 0.1, 0.02, 0, 0], np.float32))
    first, second = score_clip(p), score_clip(moved)
    for name in first:
        if METRICS[name].group in ("Shape of the face", "Mouth"):
            assert first[name] == second[name]
    assert first["head_diversity"] != second["head_diversity"]


def test_what_is_not_known_does_not_count() -> None:
    p = perform()
    wild = p.expression.copy()
    wild[:5] = 1.0  # the frames that were not tracked
    for name in ("lve", "mouth_r", "fdd_absolute", "jerk_ratio"):
        assert value(replace(p, expression=wild), name) == pytest.approx(value(p, name))


def test_clip_scores_add_up_to_pooled_ones() -> None:
    made = [perform(seed, expression=perform(seed + 50).real_expression) for seed in range(3)]
    known = made[1].known["expression"].copy()
    known[50:] = False
    made[1] = replace(made[1], known={"expression": known, "head": known})
    made[2] = replace(made[2], keyframes={"expression": keyframes_at(21, 41, 100), "head": keyframes_at()})
    scores = [score_clip(p) for p in made]

    def mean(name: str) -> float:
        return weighted_mean(*np.array([score[name] for score in scores]).T)

    kept = [p.known["expression"] for p in made]
    errors = [
        lip_errors(lip_vertices(p.expression[k]), lip_vertices(p.real_expression[k]))
        for p, k in zip(made, kept, strict=True)
    ]
    assert mean("lve") == pytest.approx(lve(errors))
    assert mean("lve_sequence") == pytest.approx(lve_of_sequences(errors))
    # Only tracked frames count: of the second clip neither its keyframes at 60 and 90 nor the true ones there.
    matches = np.sum(
        [
            keyframe_matches((p.keyframes["expression"] > 0) & k, (p.real_keyframes["expression"] > 0) & k, 2)
            for p, k in zip(made, kept, strict=True)
        ],
        axis=0,
    )
    m, predicted, true = matches.tolist()
    assert (m, predicted, true) == (8, 9, 10)
    assert mean("keyframes_expression_f1") == pytest.approx(2 * m / (predicted + true))
    assert mean("keyframes_expression_precision") == pytest.approx(m / predicted)
    assert mean("keyframes_expression_recall") == pytest.approx(m / true)
    assert mean("keyframes_expression_count") == pytest.approx(predicted / true)
    assert mean("keyframes_head_recall") == pytest.approx(3 / 5)  # none predicted: missed, not left out
    jerks = np.array([[jerk(e[:, ARKIT.mouth_indices], 25.0, k).mean() for e in (p.expression, p.real_expression)]
                      for p, k in zip(made, kept, strict=True)])  # fmt: skip
    assert mean("jerk_ratio") == pytest.approx(jerks[:, 0].sum() / jerks[:, 1].sum())


def test_corpus_amplitudes_are_deviations_within_clips() -> None:
    p, q = perform(0), perform(1)
    mean = p.real_expression.mean(axis=0)
    half = (mean + 0.5 * (p.real_expression - mean)).astype(np.float32)
    lifted = (q.real_expression + 0.3).astype(np.float32)  # another mean is no amplitude
    figures = score_corpus([replace(p, expression=half), replace(q, expression=lifted)])
    a, b = (one.real_expression[one.known["expression"], JAW].var() for one in (p, q))
    assert figures["amplitude_jaw"] == pytest.approx(np.sqrt((0.25 * a + b) / (a + b)), rel=1e-4)
    alone = score_corpus([replace(p, expression=half)])
    assert alone["amplitude_mouth"] == pytest.approx(0.5, rel=1e-4)
    assert alone["amplitude_share"] == 0
    assert alone["r_jawOpen"] == pytest.approx(1)


def test_distances_of_head_distributions() -> None:
    p = perform(real_head=np.zeros((FRAMES, 6)))
    even = np.zeros((FRAMES, 6))
    even[:, 1] = np.radians(np.arange(FRAMES) * 0.2)  # 0.2 degrees a frame about y
    figures = score_corpus([replace(p, head=even)])
    assert figures["head_speed_wasserstein"] == pytest.approx(5.0)
    assert figures["head_range_wasserstein"] == pytest.approx(0.9 * 199 * 0.2 / 3)


def test_a_face_that_does_not_move_earns_no_correlation() -> None:
    p = perform()
    still = replace(p, expression=np.repeat(p.neutral[None], FRAMES, axis=0), head=np.zeros((FRAMES, 6)))
    scores = score_clip(still)
    assert scores["jaw_r"] == (pytest.approx(0, abs=1e-6), 1.0)
    assert scores["mouth_r"][0] == pytest.approx(0, abs=1e-6)
    assert scores["mouth_r"][1] == 27
    assert scores["fdd"][0] > 0
    assert scores["beat_align"] == (0.0, 1.0)
    assert scores["head_diversity"][0] == scores["head_speed"][0] == 0


def test_beats_of_the_sound_and_none() -> None:
    times = np.arange(FRAMES) / 25
    swinging = np.zeros((FRAMES, 6))
    swinging[:, :3] = turning(*np.stack([10 * np.cos(np.pi * times), 0 * times, 0 * times], axis=1))
    p = perform(head=swinging)
    assert value(p, "beat_align") > 0.9  # it turns back at 1, 2 and 3 s, on the beats
    assert value(replace(p, audio_beats=p.audio_beats + 0.5), "beat_align") < 0.01
    assert np.isnan(value(replace(p, audio_beats=np.zeros(0)), "beat_align"))
    beyond = replace(p, audio_beats=np.array([1.0, 2.0, 3.0, 99.0]))
    assert value(beyond, "beat_align") == value(p, "beat_align")


def test_clips_without_faces_or_keyframes_say_nothing() -> None:
    nothing = np.zeros(FRAMES, dtype=bool)
    blind = perform(known={"expression": nothing, "head": nothing})
    assert all(np.isnan(value) and weight == 0 for value, weight in score_clip(blind).values())
    assert all(np.isnan(list(score_corpus([blind]).values())))
    # Beside others it changes nothing.
    assert score_corpus([perform(), blind]) == pytest.approx(score_corpus([perform()]), nan_ok=True)
    silent = score_clip(perform(keyframes={}))
    assert silent["keyframes_head_f1"][1] == 0
    assert silent["lve"][1] > 0


def test_intervals_of_corpus_figures() -> None:
    parts = [clip_parts(perform(seed, expression=perform(seed + 50).real_expression)) for seed in range(4)]
    found = bootstrap(score_parts, parts, ["a", "a", "b", "c"], resamples=50)
    assert {name: interval.value for name, interval in found.items()} == pytest.approx(score_parts(parts), nan_ok=True)
    assert found["amplitude_mouth"].low <= found["amplitude_mouth"].value <= found["amplitude_mouth"].high


def test_other_spaces_are_scored_as_far_as_they_can_be() -> None:
    space = MotionSpace(
        name="other", expression=("a", "b"), expression_unit="", expression_range=None,
        head=ARKIT.head, head_units=ARKIT.head_units, rotation=ARKIT.rotation, mouth=("b",),
    )  # fmt: skip
    p = perform()
    pair = p.real_expression[:, [0, JAW]]
    other = replace(p, expression=pair, real_expression=pair, neutral=np.zeros(2, np.float32), space=space)
    scores = score_clip(other)
    assert scores["mouth_r"] == (pytest.approx(1), 1.0)
    assert scores["lve"][1] == scores["closure"][1] == scores["jaw_r"][1] == 0
    with pytest.raises(InputError, match="several motion spaces"):
        score_corpus([p, other])


def test_bad_performances_are_refused() -> None:
    p = perform()
    broken = p.expression.copy()
    broken[7, 3] = np.nan
    for changes, message in (
        ({"expression": broken}, "generated expression has values that are not finite"),
        ({"head": np.full((FRAMES, 6), np.inf)}, "generated head motion has values that are not finite"),
        ({"expression": p.expression[:-1]}, "compare equal lengths"),
        ({"head": p.head[:-3]}, "compare equal lengths"),
        ({"expression": p.expression[:, :50]}, "arkit motion"),
        ({"neutral": np.zeros(50)}, "face at rest"),
        ({"silent": p.silent[:-1]}, "silent"),
        ({"keyframes": {"head": np.zeros(3)}}, "generated keyframes of the head"),
        ({"keyframes": {"hands": np.zeros(FRAMES)}}, "hands"),
        ({"known": {"head": p.known["head"]}}, "known is not given"),
        ({"audio_beats": np.array([np.nan])}, "audio beats"),
        ({"real_expression": p.expression[:0]}, "no frame"),
    ):
        with pytest.raises(InputError, match=message):
            replace(p, **changes)
    with pytest.raises(InputError, match="no clip to score"):
        score_corpus([])
