"""Drawn and tracked again: landmarks whose answers are known, and a motion that is drawn, tracked and found again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.corpora import make_corpus

from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.tracker import Track, model_path, track_pictures
from ksdiff.errors import InputError
from ksdiff.evaluation import retrack
from ksdiff.evaluation.clips import EvalClip, eval_clips
from ksdiff.evaluation.retrack import (
    EYES,
    QUANTITIES,
    Lips,
    Retracker,
    compare,
    drawn_lips,
    filmed_lips,
    in_face_axes,
    lips_of,
)
from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT
from ksdiff.output.render import Renderer

JAW, PUCKER, SMILE = ARKIT.index("jawOpen"), ARKIT.index("mouthPucker"), ARKIT.index("mouthSmileLeft")


def talking(frames: int = 60) -> np.ndarray:
    """A jaw that opens, lips that round and a smile, each at its own pace."""
    at, expression = np.arange(frames), np.zeros((frames, 51), np.float32)
    expression[:, JAW] = 0.25 + 0.25 * np.sin(at / 4)
    expression[:, PUCKER] = 0.4 + 0.4 * np.sin(at / 7)
    expression[:, SMILE] = 0.3 + 0.3 * np.cos(at / 11)
    return expression


def seen(expression: np.ndarray, turned: bool = False, source: str = "s") -> Track:
    """What a perfect tracker would see of the open head, which may turn and come nearer on the way."""
    head, frames = load_head(), len(expression)
    place = np.stack([head.landmark_positions(head.vertices(one[None]))[0] for one in expression]).astype(np.float64)
    if turned:
        angles = np.stack(
            [0.3 * np.sin(np.arange(frames) / 9), 0.2 * np.cos(np.arange(frames) / 5), 0 * place[:, 0, 0]], 1
        )
        place = np.einsum("tij,tnj->tni", Rotation.from_rotvec(angles).as_matrix(), place)
        place *= np.linspace(0.8, 1.2, frames)[:, None, None]
    pixels = 2000 * place * [1.0, -1.0, -1.0] + [256, 256, 0]
    return Track(
        np.arange(frames) / 25, np.ones(frames, dtype=bool), pixels.astype(np.float32),
        np.zeros((frames, 51), np.float32), np.tile(np.eye(4, dtype=np.float32), (frames, 1, 1)), np.zeros(frames),
        (512, 512), source,
    )  # fmt: skip


def test_pose_and_size_of_the_face_do_not_enter() -> None:
    upright, turned = lips_of(seen(talking())), lips_of(seen(talking(), turned=True))
    for name in QUANTITIES:
        np.testing.assert_allclose(turned.quantities[name], upright.quantities[name], atol=2e-3)


def test_lengths_are_in_distances_of_the_eyes() -> None:
    head = load_head()
    place = head.landmark_positions(head.neutral)
    eyes = np.linalg.norm(place[EYES[0]] - place[EYES[1]])
    lips = lips_of(seen(np.zeros((3, 51), np.float32)))
    for name, (a, b) in (("opening", (13, 14)), ("width", (61, 291))):
        assert lips.quantities[name][0, 0] == pytest.approx(np.linalg.norm(place[a] - place[b]) / eyes, abs=1e-3)


def test_rounding_is_narrow_and_stands_out() -> None:
    round_, wide = (np.zeros((3, 51), np.float32) for _ in range(2))
    round_[:, PUCKER] = wide[:, [SMILE, SMILE + 1]] = 0.8
    rounded, spread = (lips_of(seen(one)).quantities for one in (round_, wide))
    assert rounded["width"][0, 0] < spread["width"][0, 0] - 0.1
    assert rounded["protrusion"][0, 0] > spread["protrusion"][0, 0] + 0.02


def test_frames_without_a_face_are_left_out() -> None:
    track = seen(talking(5))
    found = np.array([True, False, True, True, True])
    face = in_face_axes(track.landmarks.astype(np.float64), found)
    assert not face[1].any()
    assert np.isfinite(face).all()
    assert not in_face_axes(track.landmarks.astype(np.float64), np.zeros(5, dtype=bool)).any()


def test_the_same_lips_are_equal_and_half_the_motion_is_half() -> None:
    everything = np.ones(60, dtype=bool)
    mean = talking().mean(axis=0)
    lips, calm = (lips_of(seen(mean + share * (talking() - mean))) for share in (1.0, 0.5))
    same = compare(lips, lips, everything)
    for name in QUANTITIES:
        assert same[f"retrack_{name}_error"] == (0.0, 60.0)
        assert same[f"retrack_{name}_r"][0] == pytest.approx(1)
        assert same[f"retrack_{name}_ratio"][0] == pytest.approx(1)
    half = compare(calm, lips, everything)
    assert half["retrack_contour_ratio"][0] == pytest.approx(0.5, abs=0.01)
    assert half["retrack_opening_r"][0] > 0.95
    deviation = lips.quantities["width"].std()
    assert half["retrack_width_error"][0] == pytest.approx(50 * deviation, rel=0.03)
    still = compare(lips_of(seen(np.zeros((60, 51), np.float32))), lips, everything)
    assert still["retrack_opening_r"] == (0.0, 1.0)
    assert still["retrack_opening_ratio"][0] == pytest.approx(0, abs=1e-3)
    few = compare(lips, lips, np.arange(60) < 20)
    assert few["retrack_opening_error"][1] == 0


@pytest.fixture
def clips(tmp_path: Path) -> tuple[Path, list[EvalClip]]:
    """A corpus whose videos show exactly the motion that it holds, 2 frames late, as its clips say."""
    folder = make_corpus(tmp_path / "corpus", speakers=2)
    corpus = load_corpus(folder)
    found = eval_clips(corpus, corpus.speakers)
    (folder / "tracks").mkdir()
    result = []
    for one in found:
        filmed = np.concatenate([one.real.expression[[0, 0]], one.real.expression])
        seen(filmed, turned=True).save(folder / "tracks" / f"{one.clip.name}.npz")
        result.append(replace(one, clip=replace(one.clip, facts={**one.clip.facts, "av_offset_frames": 2.0})))
    return folder, result


def test_the_lag_of_the_video_is_taken_away(
    clips: tuple[Path, list[EvalClip]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder, (first, second) = clips
    drawings: list[int] = []

    def track(pictures, source):
        drawings.append(len(pictures))
        return seen(pictures, source=source)

    monkeypatch.setattr(retrack, "_pictures", lambda weights: weights)
    monkeypatch.setattr(retrack, "track_pictures", track)
    judge = Retracker(folder, {one.clip.name: one.clip for one in (first, second)}, tmp_path / "kept")
    scores = judge(first.real)
    for name in QUANTITIES:
        assert scores[f"retrack_{name}_r"][0] > 0.99
        assert scores[f"retrack_{name}_ratio"][0] == pytest.approx(1, abs=0.02)
        assert scores[f"retrack_{name}_error"][0] < 0.5
    other = judge(replace(first.real, expression=second.real.expression))
    assert other["retrack_opening_r"][0] < 0.7
    assert len(drawings) == 2
    assert judge(first.real) == scores
    assert len(drawings) == 2  # kept by content
    assert judge.facts() == f"{judge.frames[first.clip.name]} frames of 1 of 2 clips"
    (folder / "tracks" / f"{second.clip.name}.npz").write_bytes(b"damaged")
    assert judge(second.real) == {}


def test_a_corpus_without_videos_is_refused(tmp_path: Path) -> None:
    corpus = load_corpus(make_corpus(tmp_path / "corpus", speakers=1))
    named = {clip.name: clip for clip in corpus.clips}
    assert filmed_lips(corpus.path, corpus.clips[0]) is None
    with pytest.raises(InputError, match="leave retracking out"):
        Retracker(corpus.path, named)


def film(expression: np.ndarray) -> Iterator[tuple[float, np.ndarray]]:
    """Pictures of a motion whose head turns, as one does on video."""
    at, poses = np.arange(len(expression)), np.zeros((len(expression), 6))
    poses[:, 0], poses[:, 1] = 0.1 * np.cos(at / 9), 0.2 * np.sin(at / 12)
    with Renderer(retrack.PIXELS, retrack.PIXELS) as renderer:
        for frame, (one, pose) in enumerate(zip(expression, poses, strict=True)):
            yield frame / 25, np.ascontiguousarray(renderer.draw(renderer.head.vertices(one[None])[0], pose))


@pytest.mark.slow
def test_a_drawn_motion_is_found_again_by_the_real_tracker(tmp_path: Path) -> None:
    pytest.importorskip("mediapipe")
    pytest.importorskip("moderngl")
    if not model_path().is_file():
        pytest.skip("the tracker's model is not in the cache")
    everything, mean = np.ones(60, dtype=bool), talking().mean(axis=0)
    filmed = lips_of(track_pictures(film(talking()), "film"))
    drawn = drawn_lips(talking(), tmp_path)
    assert drawn.known.all()

    def value(lips: Lips, other: Lips, name: str) -> float:
        return compare(lips, other, everything)[f"retrack_{name}"][0]

    # What the tracker makes of the head's own landmarks. It hardly sees how far lips stand out.
    for name, least in (("opening", 0.95), ("width", 0.75), ("contour", 0.9)):
        assert value(drawn, lips_of(seen(talking())), f"{name}_r") > least, name
    # The same motion, filmed with a head that turns.
    for name, least in (("opening", 0.95), ("width", 0.8), ("protrusion", 0.85), ("contour", 0.85)):
        assert value(drawn, filmed, f"{name}_r") > least, name
    for name in ("opening", "width", "contour"):
        assert 0.8 < value(drawn, filmed, f"{name}_ratio") < 1.1, name
    # Half of the motion, and another motion.
    half, other = (drawn_lips(one, tmp_path) for one in (mean + 0.5 * (talking() - mean), talking()[::-1]))
    assert 0.35 < value(half, filmed, "contour_ratio") < 0.55
    assert value(other, filmed, "contour_r") < 0.6
    assert value(other, filmed, "opening_error") > 3 * value(drawn, filmed, "opening_error")
    again = drawn_lips(talking(), tmp_path)
    np.testing.assert_array_equal(again.quantities["contour"], drawn.quantities["contour"])
