"""Timing, intensity, silence, lip shapes and Fréchet distances: answers found by hand."""

import numpy as np
import pytest

from ksdiff.evaluation.corpus_score import clip_parts, pooled_scores, score_parts
from ksdiff.evaluation.metrics.frechet import MIN_WINDOWS, WINDOW, channel_scales, frechet_distance, motion_windows
from ksdiff.evaluation.metrics.intensity import PIECE, intensities, intensity_correlation
from ksdiff.evaluation.metrics.lip_shapes import (
    CLASSES,
    OTHER,
    class_error,
    contrasts,
    group_levels,
    phone_classes,
    phone_shapes,
    separation,
)
from ksdiff.evaluation.metrics.silence import INNER_CORNERS, INNER_LIPS, mouth_aspect_ratio, open_share
from ksdiff.evaluation.metrics.timing import misalignment, turning_points, warping_path
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.score import score_clip
from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT, PATHS

JAW = ARKIT.index("jawOpen")


def performance(expression: np.ndarray, real: np.ndarray, phones=(), **changes) -> Performance:
    frames = len(real)
    head, known = np.zeros((frames, 6)), dict.fromkeys(PATHS, np.ones(frames, dtype=bool))
    given = {
        "clip": "c", "speaker": "s", "expression": expression, "head": head, "keyframes": {}, "real_expression": real,
        "real_head": head, "real_keyframes": {}, "known": known, "neutral": np.zeros(51),
        "silent": np.zeros(frames, dtype=bool), "phones": phones, "audio_beats": np.zeros(0), "space": ARKIT,
    }  # fmt: skip
    return Performance(**{**given, **changes})


# --- timing -----------------------------------------------------------------------------------------------------------


def opening(frames: int, shift: int = 0) -> np.ndarray:
    """A mouth that opens and closes once a second, each time to another degree."""
    at = np.arange(frames) - shift
    return np.sin(2 * np.pi * at / 25) * (1 + 0.3 * np.sin(2 * np.pi * at / 190))


def test_turning_points_are_strict_and_have_a_kind() -> None:
    curve = np.array([0.0, 1.0, 0.5, 0.5, 0.2, 0.9, 0.9])
    np.testing.assert_array_equal(turning_points(curve), [0, 1, 0, 0, -1, 0, 0])
    assert not turning_points(np.full(9, 0.3)).any()


def test_the_warping_path_is_the_cheapest() -> None:
    i, j = warping_path(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 2.0]))
    assert list(zip(i, j, strict=True)) == [(0, 0), (0, 1), (1, 2), (2, 3)]  # costs nothing


@pytest.mark.parametrize("shift", [0, 2, 4])
def test_a_mouth_that_is_late_is_late_by_so_much(shift: int) -> None:
    known = np.ones(400, dtype=bool)
    found = misalignment(opening(400, shift), opening(400), known)
    assert np.median(found.frames) == shift
    assert abs(found.frames.mean() - shift) < 0.3  # the warping is free at the ends
    assert len(found.frames) >= found.turning_points - 3


def test_a_mouth_that_does_not_move_has_no_delay_and_matches_nothing() -> None:
    found = misalignment(np.zeros(400), opening(400), np.ones(400, dtype=bool))
    assert len(found.frames) == 0
    assert found.turning_points > 25


def test_unknown_frames_have_no_turning_points() -> None:
    known = np.ones(400, dtype=bool)
    known[100:300] = False
    garbage = opening(400)
    garbage[100:300] = np.random.default_rng(0).standard_normal(200)
    found = misalignment(garbage, opening(400), known)
    assert not found.frames.any()
    assert found.turning_points == misalignment(opening(400), opening(400), known).turning_points < 20


def test_mtm_is_in_milliseconds() -> None:
    real, late = np.zeros((400, 51)), np.zeros((400, 51))
    real[:, JAW], late[:, JAW] = 0.4 + 0.2 * opening(400), 0.4 + 0.2 * opening(400, 3)
    scores = score_clip(performance(late, real))
    assert scores["mtm"][0] == pytest.approx(120, abs=12)
    assert scores["mtm_matched"][0] > 0.9
    assert score_clip(performance(real, real))["mtm"] == (0.0, 1.0)
    still = score_clip(performance(np.zeros((400, 51)), real))
    assert still["mtm"][1] == 0  # says nothing
    assert still["mtm_matched"][0] == 0


# --- intensity --------------------------------------------------------------------------------------------------------


def test_intensities_are_root_mean_squares() -> None:
    lips = np.zeros((2 * PIECE + 1, 2, 3))
    lips[:, 0, 0] = 0.004 * np.arange(2 * PIECE + 1)  # one of two vertices: mean speed 0.002 a frame
    loudness = np.repeat([0.0, 0.1, 0.3], [1, PIECE, PIECE])
    found = intensities(loudness, lips, np.ones(2 * PIECE + 1, dtype=bool))
    np.testing.assert_allclose(found, [[0.1, 0.002], [0.3, 0.002]])
    known = np.ones(2 * PIECE + 1, dtype=bool)
    known[:40] = False
    assert len(intensities(loudness, lips, known)) == 1


def test_intensity_is_compared_within_each_speaker() -> None:
    # One whispers and one shouts, both move their lips more where they are louder.
    voice, lips = np.array([0.01, 0.02, 0.03, 1.0, 2.0, 3.0]), np.array([5.0, 6.0, 7.0, 1.0, 2.0, 3.0])
    assert intensity_correlation(voice, lips, list("aaabbb")) == pytest.approx(1)
    assert intensity_correlation(voice, lips[[0, 1, 2, 5, 4, 3]], list("aaabbb")) == pytest.approx(0)
    assert np.isnan(intensity_correlation(voice[:2], lips[:2], ["a", "b"]))


def test_slcc_is_reported_with_its_distance_from_the_real_faces() -> None:
    parts = []
    for loud, ours, theirs in ((0.1, 0.5, 0.1), (0.2, 0.3, 0.2), (0.3, 0.1, 0.3)):
        wave = np.zeros((101, 51))
        wave[:, JAW] = 0.5 + 0.5 * np.sin(np.arange(101))
        parts.append(clip_parts(performance(ours * wave, theirs * wave, loudness=np.full(101, loud))))
    figures = score_parts(parts)
    assert figures["slcc"] == pytest.approx(-1, abs=0.01)
    assert figures["slcc_distance"] == pytest.approx(2, abs=0.02)


# --- silence ----------------------------------------------------------------------------------------------------------


def test_the_aspect_ratio_is_that_of_the_landmarks() -> None:
    head, expression = load_head(), np.zeros((2, 51), np.float32)
    expression[1, JAW] = 0.7
    place = head.landmark_positions(head.vertices(expression))
    expected = [
        np.linalg.norm(at[INNER_LIPS[0]] - at[INNER_LIPS[1]])
        / np.linalg.norm(at[INNER_CORNERS[0]] - at[INNER_CORNERS[1]])
        for at in place
    ]
    np.testing.assert_allclose(mouth_aspect_ratio(expression), expected, rtol=1e-4)
    assert expected[0] < 0.06 < 0.25 < expected[1]


def test_open_mouths_are_counted_in_silence_alone() -> None:
    expression = np.zeros((100, 51))
    expression[:60, JAW] = 0.7
    silent = np.zeros(100, dtype=bool)
    silent[40:80] = True
    assert open_share(expression, silent) == 0.5
    assert np.isnan(open_share(expression, np.zeros(100, dtype=bool)))
    long = np.repeat(silent, 2)
    scores = score_clip(performance(np.repeat(expression, 2, axis=0), np.zeros((200, 51)), silent=long))
    # Pauses begin 8 frames after a sound and end 8 before the next: 88 to 151, of which 88 to 119 are open.
    assert scores["pause_leak"] == (0.5, 64.0)


# --- lip shapes -------------------------------------------------------------------------------------------------------


def test_phones_have_a_class_with_or_without_stress() -> None:
    found = phone_classes([["UW1", 0, 1], ["IY", 0, 1], ["M", 0, 1], ["V", 0, 1], ["AA0", 0, 1]])
    assert found.tolist() == [0, 1, 2, 3, OTHER]


def test_the_shape_of_a_phone_is_its_mean() -> None:
    motion, known = np.arange(20.0)[:, None], np.ones(20, dtype=bool)
    known[6] = False
    phones = [["W", 0.16, 0.32], ["P", 0.41, 0.43], ["B", 0.24, 0.24], ["M", 5.0, 5.1]]
    shapes = phone_shapes(motion, known, phones)[:, 0]
    assert shapes[0] == pytest.approx((4 + 5 + 7 + 8) / 4)
    assert shapes[1] == 10  # shorter than a frame: 0.42 s is frame 10.5
    assert np.isnan(shapes[2:]).all()


def test_groups_average_left_and_right() -> None:
    shapes = np.zeros((1, 51))
    for name, weight in (("mouthPucker", 0.3), ("mouthFunnel", 0.2), ("mouthSmileLeft", 0.4), ("mouthRollLower", 0.1)):
        shapes[0, ARKIT.index(name)] = weight
    np.testing.assert_allclose(group_levels(shapes), [[0.5, 0.2, 0.1, 0.1]])


def test_contrasts_and_errors_of_classes() -> None:
    classes = np.array([0] * 5 + [1] * 5 + [OTHER] * 10)
    real, ours = np.zeros((20, 4)), np.zeros((20, 4))
    real[:5, 0], ours[:5, 0] = 0.4, 0.1
    real[5:10, 1] = ours[5:10, 1] = 0.2
    ours[10:, 0] = 0.06
    found = contrasts(ours, classes)
    assert found[0] == pytest.approx(0.1 - 10 * 0.06 / 15)
    assert found[1] == pytest.approx(0.2)
    assert np.isnan(found[2:]).all()  # no such phone
    assert class_error(ours, real, classes) == pytest.approx(np.sqrt(0.3**2 / 8))
    assert class_error(real, real, classes) == 0


def test_shapes_that_differ_are_told_apart() -> None:
    random = np.random.default_rng(1)
    classes = np.repeat([0, 1, 2, 3], 30)
    centres = np.eye(4) @ np.ones((4, 4)) + 5 * np.eye(4)
    shapes = centres[classes] + random.standard_normal((120, 4))
    assert separation(shapes, classes, centres[classes] + random.standard_normal((120, 4)), classes) > 0.95
    alike = random.standard_normal((120, 4))
    assert abs(separation(shapes, classes, alike, classes) - 1 / 4) < 0.12
    # All of one shape: one class is always right, the others never.
    assert separation(shapes, classes, np.tile(centres[2], (120, 1)), classes) == 0.25
    assert np.isnan(separation(shapes[:30], classes[:30], shapes[:30], classes[:30]))


def test_a_mouth_that_rounds_shows_it() -> None:
    phones = [[label, 0.4 * k, 0.4 * k + 0.2] for k, label in enumerate(["W", "AA"] * 10)]
    real = np.zeros((210, 51))
    for label, start, end in phones:
        if label == "W":
            real[round(start * 25) : round(end * 25) + 1, ARKIT.index("mouthPucker")] = 0.6
    figures, own = (score_parts([clip_parts(performance(scale * real, real, phones))]) for scale in (0.25, 1.0))
    assert figures["contrast_rounded"] == pytest.approx(0.25 * own["contrast_rounded"])
    assert figures["contrast_rounded"] == pytest.approx(0.15, abs=0.01)
    assert np.isnan(figures["contrast_spread"])
    assert figures["shape_error"] == pytest.approx(0.45 / 2, abs=0.01)  # one of four groups


# --- Fréchet distance -------------------------------------------------------------------------------------------------


def test_windows_are_wholly_known() -> None:
    motion, known = np.arange(60.0)[:, None] ** 2, np.ones(60, dtype=bool)
    assert motion_windows(motion, known, 0).shape == (11, WINDOW)
    np.testing.assert_allclose(motion_windows(motion, known, 1)[1], 2 * np.arange(5, 15) + 1)
    np.testing.assert_allclose(motion_windows(motion, known, 2), 2)
    known[30] = False
    assert len(motion_windows(motion, known, 0)) == 9
    np.testing.assert_allclose(channel_scales(np.array([[0.0, 0.001], [2.0, 0.002]])), [1.0, 0.02])


def test_the_distance_is_that_of_normal_distributions() -> None:
    random = np.random.default_rng(0)
    a = random.standard_normal((20_000, 2)) * [1.0, 2.0]
    b = random.standard_normal((20_000, 2)) * [3.0, 2.0] + [0.0, 4.0]
    assert frechet_distance(a, b) == pytest.approx(16 + (3 - 1) ** 2, abs=0.3)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    # Covariances that do not commute: scipy's root of the product.
    from scipy.linalg import sqrtm

    turned = a @ np.array([[0.8, -0.6], [0.6, 0.8]])
    s, t = np.cov(a.T, bias=True), np.cov(turned.T, bias=True)
    expected = ((a.mean(0) - turned.mean(0)) ** 2).sum() + np.trace(s + t - 2 * np.real(sqrtm(s @ t)))
    assert frechet_distance(a, turned) == pytest.approx(expected, rel=1e-6)


def test_few_samples_of_many_numbers_have_a_distance_too() -> None:
    random = np.random.default_rng(0)
    few = random.standard_normal((MIN_WINDOWS, 300))
    assert frechet_distance(few, few) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(few, few + 0.1) == pytest.approx(3.0, rel=1e-6)
    assert np.isnan(frechet_distance(few[:-1], few))


def test_motion_that_is_too_calm_is_far_from_real_in_velocity() -> None:
    random = np.random.default_rng(2)
    real = 0.3 + 0.2 * np.sin(np.arange(400)[:, None] * random.uniform(0.2, 0.6, 51))
    figures = pooled_scores([performance(0.5 * real, real)])
    same = pooled_scores([performance(real, real)])
    assert same["frechet_mouth_motion"] == pytest.approx(0, abs=1e-6)
    assert figures["frechet_mouth_velocity"] > 0.1
    assert figures["frechet_mouth_motion"] > figures["frechet_mouth_velocity"]


# --- keyframes --------------------------------------------------------------------------------------------------------


def test_keyframes_where_nothing_was_tracked_do_not_count() -> None:
    real, known = np.zeros((100, 51)), np.ones(100, dtype=bool)
    known[50:] = False
    true, ours = np.zeros(100), np.zeros(100)
    true[[10, 30]] = ours[[10, 60, 80]] = 1  # two of ours lie where nobody knows
    scores = score_clip(
        performance(
            real, real, keyframes=dict.fromkeys(PATHS, ours), real_keyframes=dict.fromkeys(PATHS, true),
            known=dict.fromkeys(PATHS, known),
        )
    )  # fmt: skip
    assert scores["keyframes_head_f1"] == (pytest.approx(2 / 3), 3.0)
    assert scores["keyframes_head_precision"] == (1.0, 1.0)


def test_every_class_has_a_name_and_channels() -> None:
    assert all(np.isfinite(group_levels(np.zeros((1, 51)))[0]))
    assert list(CLASSES) == ["rounded", "spread", "closed", "lip_teeth"]
