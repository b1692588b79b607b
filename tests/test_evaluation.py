"""Figures of merit against answers found by hand."""

from pathlib import Path

import numpy as np
import pytest
from corpora import make_corpus

from ksdiff.corpus.dataset import load_corpus
from ksdiff.errors import InputError
from ksdiff.evaluation.evaluate import evaluate
from ksdiff.evaluation.metrics import amplitude_ratios, channel_correlations, f1, jerk, keyframe_matches, pearson
from ksdiff.evaluation.metrics.articulation import lip_opening, long_pauses
from ksdiff.face.layers import rest_in_silence
from ksdiff.face.space import ARKIT
from ksdiff.model.checkpoint import load_model
from ksdiff.model.config import model_config
from ksdiff.training.config import TRAINING_PRESETS
from ksdiff.training.train import train


def keyframes(frames: int, *at: int) -> np.ndarray:
    result = np.zeros(frames, dtype=bool)
    result[list(at)] = True
    return result


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
    assert r[0] == pytest.approx(1)
    assert ratio[0] == pytest.approx(0.5)
    assert np.isnan(r[1])  # a channel that does not move says nothing
    assert np.isnan(ratio[1])


def test_keyframes_match_one_to_one_within_the_tolerance() -> None:
    true = keyframes(50, 10, 20, 30)
    assert keyframe_matches(true, true, 0) == (3, 3, 3)
    assert keyframe_matches(keyframes(50, 12, 23, 30), true, 2) == (2, 3, 3)
    # Two guesses near one keyframe are one hit, not two.
    assert keyframe_matches(keyframes(50, 9, 11), true, 2) == (1, 2, 3)
    assert keyframe_matches(keyframes(50), true, 2) == (0, 0, 3)
    assert f1(2, 3, 3) == pytest.approx(2 / 3)
    assert f1(0, 0, 0) == 0


def test_jerk_of_a_cubic_is_its_third_derivative() -> None:
    times = np.arange(40) / 25
    motion = np.stack([2 * times**3, times**2], axis=1)
    np.testing.assert_allclose(jerk(motion, 25.0), [12.0, 0.0], atol=1e-6)


def test_lip_opening_follows_the_jaw_and_closes_again() -> None:
    expression = np.zeros((3, 51))
    expression[1:, ARKIT.index("jawOpen")] = 0.5
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


def test_the_mouth_rests_in_long_pauses_only() -> None:
    expression = np.full((100, 51), 0.4)
    rest = np.zeros(51)
    silent = np.zeros(100, dtype=bool)
    silent[10:15] = True  # 0.2 s: within a word
    silent[40:80] = True
    result = rest_in_silence(expression, rest, silent, ARKIT, 25.0)
    jaw = result[:, ARKIT.index("jawOpen")]
    np.testing.assert_allclose(jaw[:41], 0.4)
    np.testing.assert_allclose(jaw[52:70], 0, atol=1e-12)
    np.testing.assert_allclose(jaw[80:], 0.4)
    assert (np.diff(jaw[40:52]) <= 1e-12).all()
    np.testing.assert_array_equal(result[:, ARKIT.index("browInnerUp")], expression[:, ARKIT.index("browInnerUp")])
    np.testing.assert_array_equal(result[:, ARKIT.index("mouthSmileLeft")], expression[:, 0])


def test_a_report_needs_clips_and_the_same_encoder(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path / "corpus")
    weights = train(corpus, tmp_path / "run", model_config("debug"), TRAINING_PRESETS["debug"])
    checkpoint, loaded = load_model(weights), load_corpus(corpus)
    figures, scored = evaluate(checkpoint, loaded, ("speaker1",))
    assert len(scored) == 1
    assert len(scored[0].expression) == len(scored[0].real) == 100
    assert figures["head speed, real (degrees/s)"] > 0
    with pytest.raises(InputError, match="no clip"):
        evaluate(checkpoint, loaded, ())
    (corpus / "corpus.json").write_text((corpus / "corpus.json").read_text().replace("made-up", "other"))
    with pytest.raises(InputError, match="another speech encoder"):
        evaluate(checkpoint, load_corpus(corpus), ("speaker1",))
