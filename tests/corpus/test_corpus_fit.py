"""From tracks to motion: on tracks made from the head itself, where the truth is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ksdiff.corpus import fit
from ksdiff.corpus.quality import closure_rate, jitter, sound_quality
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.solve import SOLVED, solve_mouth, solve_weights
from ksdiff.corpus.sources.tracked import TrackedFace, VideoSource
from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.motion.limits import metric_channels
from ksdiff.motion.space import ARKIT, KEYPOINTS

RATE = 30.0


def film(expression: np.ndarray, rotation: np.ndarray, noise: float = 0.0, pixels: float = 70.0) -> Track:
    """What a perfect tracker would see of the head: 30 frames/s, a face of some pixels."""
    count = len(expression)
    neutral, basis = load_head().landmark_basis()
    points = neutral + np.einsum("tk,klx->tlx", expression, basis[: len(ARKIT.expression)])
    turned = np.einsum("txy,tly->tlx", Rotation.from_rotvec(rotation).as_matrix(), points)
    scale = pixels / 0.14
    seen = turned * np.array([1, -1, -1]) * scale + np.array([160, 120, 0])
    seen += np.random.default_rng(0).normal(0, noise, seen.shape)
    pose = np.tile(np.eye(4, dtype=np.float32), (count, 1, 1))
    pose[:, :3, :3] = Rotation.from_rotvec(rotation).as_matrix()
    pose[:, 2, 3] = -50
    return Track(
        times=np.arange(count) / RATE,
        found=np.ones(count, dtype=bool),
        landmarks=seen.astype(np.float32),
        scores=np.zeros((count, len(ARKIT.expression)), dtype=np.float32),
        pose=pose,
        change=np.zeros(count, dtype=np.float32),
        size=(240, 320),
        source="",
    )


def speech_like(count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    times = np.arange(count) / RATE
    expression = np.zeros((count, len(ARKIT.expression)))
    expression[:, ARKIT.index("jawOpen")] = 0.35 * np.clip(np.sin(2 * np.pi * 2 * times), 0, 1)
    expression[:, ARKIT.index("mouthFunnel")] = 0.3 * np.clip(np.sin(2 * np.pi * 0.7 * times), 0, 1)
    for side in ("Left", "Right"):
        expression[:, ARKIT.index(f"mouthSmile{side}")] = 0.2 + 0.2 * np.sin(2 * np.pi * 0.3 * times)
    rotation = 0.15 * np.stack([np.sin(times), np.cos(0.7 * times), 0.3 * np.sin(0.5 * times)], axis=1)
    return expression, rotation


def lip_gap(expression: np.ndarray) -> np.ndarray:
    neutral, basis = load_head().landmark_basis()
    points = neutral + np.einsum("tk,klx->tlx", expression, basis[: len(ARKIT.expression)])
    return (points[:, 13] - points[:, 14])[:, 1]


def test_the_solve_finds_what_was_filmed_through_pose_and_noise() -> None:
    expression, rotation = speech_like()
    track = film(expression, rotation, noise=0.3)
    (found,) = solve_mouth([track], [track.found])
    assert np.corrcoef(lip_gap(found), lip_gap(expression))[0, 1] > 0.98
    assert np.abs(lip_gap(found) - lip_gap(expression)).mean() < 1e-3
    for name, least in (("jawOpen", 0.95), ("mouthFunnel", 0.7)):
        truth = expression[:, ARKIT.index(name)]
        assert np.corrcoef(found[:, ARKIT.index(name)], truth)[0, 1] > least
    assert found[:, ARKIT.index("jawOpen")].max() == pytest.approx(0.35, abs=0.08)
    assert found.min() >= 0
    assert found.max() <= 1


def test_the_solve_closes_lips_over_an_open_jaw() -> None:
    _, basis = load_head().landmark_basis()
    neutral = load_head().landmark_basis()[0].astype(np.float64)
    truth = np.zeros((1, len(ARKIT.expression)))
    truth[0, [ARKIT.index("jawOpen"), ARKIT.index("mouthClose")]] = 0.3
    shapes = basis[SOLVED].astype(np.float64)
    weights = solve_weights(np.einsum("tk,klx->tlx", truth[:, SOLVED], shapes), shapes, neutral)
    found = np.zeros_like(truth)
    found[:, SOLVED] = weights
    assert abs(lip_gap(found)[0] - lip_gap(np.zeros_like(truth))[0]) < 1e-3
    assert found[0, ARKIT.index("jawOpen")] > found[0, ARKIT.index("mouthClose")] > 0.02


def test_frames_that_may_not_be_used_stay_out_of_the_solve() -> None:
    expression, rotation = speech_like()
    track = film(expression, rotation)
    good = np.ones(len(track.times), dtype=bool)
    good[100:150] = False
    track.landmarks[100:150] = 0
    (found,) = solve_mouth([track], [good])
    assert not found[100:150].any()
    assert np.corrcoef(lip_gap(found)[good], lip_gap(expression)[good])[0, 1] > 0.98


def test_head_pose_is_relative_to_the_mean_and_turns_about_the_neck() -> None:
    expression, rotation = speech_like()
    track = film(expression, rotation)
    head = fit.head_pose(track, [slice(0, 300)])
    mean = Rotation.from_rotvec(rotation).mean()
    expected = (mean.inv() * Rotation.from_rotvec(rotation)).as_rotvec()
    np.testing.assert_allclose(head[:, :3], expected, atol=1e-6)
    # The tracker's origin stands still, so the joint below and behind it swings round it.
    joint = Rotation.from_rotvec(expected).apply(fit.NECK_JOINT / 100)
    np.testing.assert_allclose(head[:, 3:], joint - np.median(joint, axis=0), atol=1e-4)


def test_cuts_part_shots_and_motion_does_not() -> None:
    expression, rotation = speech_like()
    track = film(expression, rotation)
    assert fit.shots(track) == [slice(0, 300)]
    track.change[120] = 0.6
    track.landmarks[200:] += np.array([40, 0, 0], dtype=np.float32)
    assert fit.shots(track) == [slice(0, 120), slice(120, 200), slice(200, 300)]


def test_short_shots_and_turned_faces_are_not_usable() -> None:
    expression, rotation = speech_like()
    rotation[250:, 1] = 1.0
    track = film(expression, rotation)
    good = fit.usable(track, [slice(0, 20), slice(20, 300)])
    assert not good[:20].any()
    assert good[20:250].all()
    assert not good[250:].any()


def test_resampling_has_no_delay_and_keeps_speech() -> None:
    rate = np.random.default_rng(0)
    times = np.sort(np.arange(300) / RATE + rate.uniform(-0.004, 0.004, 300))
    wave = np.sin(2 * np.pi * 3 * times)[:, None]
    shake = 0.3 * np.sin(2 * np.pi * 13 * times)[:, None]
    instants = np.arange(10, 230) / 25
    good = np.ones(300, dtype=bool)
    values, known = fit.resample(wave + shake, times, good, [slice(0, 300)], instants, 6.0)
    assert known.all()
    truth = np.sin(2 * np.pi * 3 * instants)
    assert np.abs(values[:, 0] - truth)[10:-10].max() < 0.15
    shifts = [np.corrcoef(np.sin(2 * np.pi * 3 * (instants + s)), values[:, 0])[0, 1] for s in (-0.02, 0, 0.02)]
    assert np.argmax(shifts) == 1


def test_gaps_and_cuts_are_masked_and_nothing_leaks_across_a_cut() -> None:
    times = np.arange(300) / RATE
    values = np.where(np.arange(300) < 150, 0.0, 1.0)[:, None]
    good = np.ones(300, dtype=bool)
    good[60:70] = False
    instants = np.arange(260) / 25
    read, known = fit.resample(values, times, good, [slice(0, 150), slice(150, 300)], instants, 6.0)
    assert set(np.unique(read.round(6))) == {0.0, 1.0}
    assert not known[(instants > 2.05) & (instants < 2.25)].any()
    assert not known[np.abs(instants - 5.0) < 0.02].any()
    assert not known[instants > 10.05].any()
    assert known[(instants < 1.9) | ((instants > 2.4) & (instants < 4.9))].all()


def test_quality_figures() -> None:
    smooth = np.sin(np.arange(200) / 10)[:, None]
    noise = np.random.default_rng(0).normal(size=(200, 1))
    known = np.ones(200, dtype=bool)
    assert jitter(smooth, known) < 0.01
    assert jitter(noise, known) == pytest.approx(np.sqrt(20), rel=0.15)
    opening = np.full(200, 0.2)
    opening[50:53] = 0.0
    opening[100:120] = 0.0
    phones = [["M", 2.0, 2.1], ["B", 5.0, 5.1], ["AA", 0.0, 0.1]]
    assert closure_rate(opening, known, phones) == {"bilabials": 2, "closed": 0.5}
    loud = np.full(1600, 0.5, dtype=np.float32)
    loud[:16] = 1.0
    figures = sound_quality(loud)
    assert figures["peak"] == 1.0
    assert figures["clipped"] == pytest.approx(0.01)
    assert figures["loudness"] == pytest.approx(-5.9, abs=0.1)


@pytest.mark.parametrize("space", [ARKIT, KEYPOINTS])
def test_a_head_that_walks_up_to_the_camera_stays_in_its_place(space) -> None:
    """One that leans in does lean in."""
    expression, rotation = speech_like(300)
    track = film(expression, rotation)
    pose = track.pose.copy()
    seconds = np.arange(300) / RATE
    aside = np.interp(seconds, [0, 2, 6, 7, 8], [30, 0, 0, 3, 0])  # cm: comes from the side, and leans over later
    pose[:, 0, 3] = aside
    track = replace(track, pose=pose)
    parts = fit.shots(track)
    face = TrackedFace(track, parts, fit.usable(track, parts), fit.Fitting(track, fit.usable(track, parts)), space)
    settings = PrepareSettings(fit="landmarks", closures=False)
    VideoSource(Path(), Path(), space).solve([face], settings)
    at = np.arange(0.2, 9.8, 0.04)
    seen = face.motion(at, settings, [])
    assert seen.mask_expression.all()
    assert seen.mask_head.all()
    metres = seen.head[:, metric_channels(space)]
    assert np.abs(metres[at < 2.2]).max() < 0.02  # as where it arrives
    np.testing.assert_array_equal(metres[at < 1.7], np.broadcast_to(metres[at < 1.7][0], metres[at < 1.7].shape))
    there = np.where(seconds[:, None, None] < 2, pose[60], pose)  # one that was there all the time
    there[:, :3, :3] = pose[:, :3, :3]
    before = replace(face, track=replace(track, pose=there)).motion(at, settings, [])
    same, other = (np.diff(each.head[at > 2.2], axis=0) for each in (seen, before))  # their median places differ
    np.testing.assert_allclose(same, other, atol=1e-3)
    assert np.ptp(metres[(at > 6) & (at < 8)], axis=0).max() > 0.02
    pose[:, 0, 3] = np.where(seconds < 5, 30, -30)  # one that is nowhere for long
    nowhere = replace(face, track=replace(track, pose=pose), parts=[slice(0, 300)]).motion(at, settings, [])
    assert not nowhere.mask_head.any()
