"""Figures of steering for systems whose answer to keyframes is known."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ksdiff.corpus.dataset import Corpus
from ksdiff.corpus.format import Clip
from ksdiff.evaluation.steering import SHIFT, Tracks, changed, keyframe_steering, variation
from ksdiff.evaluation.systems import NO_KEYFRAMES
from ksdiff.model.sampling import Generated, Speech
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS

FRAMES = 400
PREDICTED = np.isin(np.arange(FRAMES), [40, 130, 220, 330]).astype(np.float32)


def moving_at(tracks: Tracks, amount: float) -> dict[str, np.ndarray]:
    """Both paths step by ``amount`` times the strength at each keyframe, over three frames, and keep still between."""
    motion = {}
    for path in PATHS:
        steps = np.convolve(tracks[path] * amount, [0.25, 0.5, 0.25], mode="same")
        curve = np.cumsum(steps)
        motion[path] = np.repeat(curve[:, None], len(ARKIT.channels(path)), axis=1).astype(np.float32)
    return motion


@dataclass
class Obedient:
    """Moves by ``amount`` at each keyframe that it is given; by its own keyframes if it ``ignores`` them."""

    amount: float
    ignores: bool = False
    paths: tuple[str, ...] = PATHS

    def generate(self, speech: Speech, seed: int = 0, keyframes: Tracks = NO_KEYFRAMES) -> Generated:
        own = dict.fromkeys(PATHS, PREDICTED)
        tracks = {**own, **({} if self.ignores else keyframes)}
        return Generated(moving_at(tracks, self.amount), {path: np.array(track) for path, track in tracks.items()})


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """A clip that moves by 0.1 at each of its keyframes."""
    motion = moving_at(dict.fromkeys(PATHS, PREDICTED), 0.1)
    features = 667
    arrays = {
        "expression": motion[EXPRESSION], "head": motion[HEAD], "neutral": np.zeros(51, np.float32),
        "features": np.zeros((features, 832), np.float16), "prosody": np.zeros((features, 3), np.float32),
        **{f"mask_{path}": np.ones(FRAMES, bool) for path in PATHS},
        **{f"keyframes_{path}": PREDICTED for path in PATHS},
    }  # fmt: skip
    encoder = {"support": 895, "stride": 384}
    return Corpus(tmp_path, ARKIT, encoder, (Clip("a", arrays, {"speaker": "ann"}),))


@pytest.mark.parametrize("amount", [0.1, 0.05])
def test_motion_that_follows_keyframes_scores_as_far_as_it_does(corpus: Corpus, amount: float) -> None:
    figures = keyframe_steering(Obedient(amount), corpus, corpus.clips)
    for path in PATHS:
        assert figures[f"steer_{path}_add"] == pytest.approx(amount / 0.1, rel=0.02)
        assert figures[f"steer_{path}_delete"] == pytest.approx(amount / 0.1, rel=0.02)
        assert figures[f"steer_{path}_move"] == 1.0


def test_motion_that_ignores_keyframes_scores_nothing(corpus: Corpus) -> None:
    figures = keyframe_steering(Obedient(0.1, ignores=True), corpus, corpus.clips)
    assert figures == {f"steer_{path}_{what}": 0.0 for path in PATHS for what in ("add", "delete", "move")}


def test_changed_tracks() -> None:
    tracks = dict.fromkeys(PATHS, PREDICTED)
    moved = changed(tracks, {HEAD: [40]}, SHIFT, 0.0)
    assert moved[HEAD][40] == 0
    assert moved[HEAD][40 + SHIFT] == 1
    np.testing.assert_array_equal(moved[EXPRESSION], PREDICTED)
    assert tracks[HEAD][40] == 1


def test_variation_peaks_where_motion_does() -> None:
    curves = variation(moving_at(dict.fromkeys(PATHS, PREDICTED), 0.1), ARKIT)
    for path in PATHS:
        assert abs(int(np.argmax(curves[path][:80])) - 40) <= 1
