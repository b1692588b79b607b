"""Calibration: bounded memory, unknown frames left out, left and right alike."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.corpora import make_corpus

from ksdiff.corpus.dataset import Corpus, load_corpus
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import model_config
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import SamplingOptions
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import ARKIT, HEAD, PATHS
from ksdiff.training import calibrate as module
from ksdiff.training.calibrate import best_thresholds, calibrate, keyframe_tracks


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return load_corpus(make_corpus(tmp_path_factory.mktemp("corpus") / "made up"))


@pytest.fixture
def model(corpus: Corpus) -> KSDiff:
    torch.manual_seed(1)
    model = KSDiff(model_config("debug"), ARKIT, corpus.feature_width, 2)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def test_few_windows_are_in_memory_at_once(corpus: Corpus, model: KSDiff, monkeypatch: pytest.MonkeyPatch) -> None:
    grid, sizes = FrameGrid.of(corpus.encoder), []
    encode = TorchNetwork.encode
    monkeypatch.setattr(TorchNetwork, "encode", lambda self, c, n: sizes.append(len(c)) or encode(self, c, n))
    clips = [*corpus.clips] * 3
    best = best_thresholds(model, clips, grid)
    assert set(best) == set(PATHS)
    assert max(sizes) <= module.CLIPS < len(clips)


def test_clips_decoded_together_have_the_tracks_that_they_have_alone(corpus: Corpus, model: KSDiff) -> None:
    grid = FrameGrid.of(corpus.encoder)
    clips = list(corpus.clips[:3])
    together = {(path, clip.name): track for path, clip, track in keyframe_tracks(model, clips, grid)}
    for clip in clips:
        for path, _, track in keyframe_tracks(model, [clip], grid):
            assert track.shape == (len(module.THRESHOLDS), len(clip))
            np.testing.assert_allclose(together[path, clip.name], track, atol=1e-5)


def test_gains_are_the_same_left_and_right(corpus: Corpus, model: KSDiff) -> None:
    clips = list(corpus.clips[:2])
    grid, plain = FrameGrid.of(corpus.encoder), SamplingOptions(num_inference_steps=2)
    calibrate(model, clips, clips, grid, plain)
    assert bool((model.expression_gain == 1).all())  # a true sample has the amplitude of the model
    calibrate(model, clips, clips, grid, replace(plain, expression_temperature=0.2))
    assert bool((model.head_gain == 1).all())
    gain = model.expression_gain
    assert ARKIT.pairs
    for left, right in ARKIT.pairs:
        assert gain[left] == gain[right], ARKIT.expression[left]
    assert len({ARKIT.expression[left][: -len("Left")] for left, _ in ARKIT.pairs}) == len(ARKIT.pairs) == 20
    assert gain.unique().numel() > 3


def test_keyframes_of_unknown_frames_do_not_count(
    corpus: Corpus, model: KSDiff, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = corpus.clips[0]
    seen = []
    for predictor in model.predictors.values():
        torch.nn.init.constant_(predictor.output.bias, 0.5)  # keyframes everywhere
    monkeypatch.setattr(module, "keyframe_matches", lambda p, t, tolerance: seen.append((p, t)) or (0, 0, 0))
    unknown = {path: np.zeros(len(clip), dtype=bool) for path in PATHS}
    half = {path: np.arange(len(clip)) < len(clip) // 2 for path in PATHS}
    for mask in (unknown, half):
        seen.clear()
        masked = replace(clip, arrays={**clip.arrays, **{f"mask_{path}": mask[path] for path in PATHS}})
        best_thresholds(model, [masked], FrameGrid.of(corpus.encoder))
        assert seen
        for predicted, true in seen:
            assert not predicted[~mask[HEAD]].any()
            assert not true[~mask[HEAD]].any()
    assert any(predicted.any() for predicted, _ in seen)
