"""Training, validation, calibration and sampling keep to the device of the model."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support.corpora import make_corpus
from support.fake_cuda import CUDA, FakeCuda, moved

from ksdiff.corpus.dataset import Corpus, load_corpus
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import model_config
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import WINDOW, DDIMScheduler, SamplingOptions, Speech, generate_all
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion import Word
from ksdiff.motion.space import ARKIT, PATHS
from ksdiff.training.batches import Batches
from ksdiff.training.calibrate import calibrate
from ksdiff.training.config import TRAINING_PRESETS
from ksdiff.training.objective import Objective
from ksdiff.training.train import train
from ksdiff.training.validation import validate

OPTIONS = SamplingOptions(num_inference_steps=2, guidance=1.5)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return load_corpus(make_corpus(tmp_path_factory.mktemp("corpus") / "made up"))


def make_model(corpus: Corpus, ablation: str) -> KSDiff:
    torch.manual_seed(0)
    model = KSDiff(model_config("debug", ablation), ARKIT, corpus.feature_width, len(corpus.speakers))
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return model


def test_the_fake_device_notices_mixed_devices() -> None:
    with FakeCuda():
        there = torch.ones(3).to(CUDA)
        with pytest.raises(RuntimeError, match="same device"):
            there + torch.ones(3)
        with pytest.raises(TypeError, match="copy it"):
            there.numpy()
        assert there.cpu().numpy().shape == (3,)


@pytest.mark.parametrize("ablation", ["regression-features", "regression-prior", "without-dual-path"])
def test_a_training_step_keeps_to_its_device(corpus: Corpus, ablation: str) -> None:
    config = replace(TRAINING_PRESETS["debug"], feature_mask=0.1)
    styles = {speaker: index for index, speaker in enumerate(corpus.speakers)}
    grid = FrameGrid.of(corpus.encoder)
    batch = Batches(list(corpus.clips), ARKIT, grid, styles, 2, 50, seed=0, mirror=0.5, shift=0).draw(0)
    with FakeCuda():
        model = moved(make_model(corpus, ablation)).train()
        scheduler = DDIMScheduler(model.config.num_train_timesteps, model.config.beta_schedule)
        losses = Objective(model, scheduler, config, None, None)(batch.to(CUDA))
        losses["total"].backward()
        assert all(loss.device.type == "cuda" for loss in losses.values())


def test_sampling_keeps_to_the_models_device(corpus: Corpus) -> None:
    frames = WINDOW + 30  # two windows, the second of which continues the first
    spoken = Speech(
        np.ones((330, corpus.feature_width), np.float16),
        np.ones((330, 3), np.float32),
        (Word("map", 0.2, 0.6),),
        FrameGrid.of(corpus.encoder),
        frames,
    )
    with FakeCuda():
        model = TorchNetwork(moved(make_model(corpus, "regression-prior")))
        generated = generate_all(model, spoken, OPTIONS, model.num_styles)
    for path in PATHS:
        assert len(generated.motion[path]) == len(generated.keyframes[path]) == frames


def test_validation_and_calibration_keep_to_the_models_device(corpus: Corpus, tmp_path: Path) -> None:
    clips, grid = list(corpus.clips[:2]), FrameGrid.of(corpus.encoder)
    with FakeCuda():
        model = moved(make_model(corpus, "full")).eval()
        assert validate(model, clips, grid, None, OPTIONS).figures
        options = calibrate(model, clips, clips, grid, OPTIONS)
    assert set(options.keyframe_threshold) == set(PATHS)


@pytest.mark.gpu
def test_a_whole_run_on_a_gpu(corpus: Corpus, tmp_path: Path) -> None:
    """From the first step to calibrated weights, interrupted once."""
    config = replace(TRAINING_PRESETS["debug"], held_out=0.5)
    assert torch.cuda.is_available()
    stops = iter([False] * 3 + [True])
    train(corpus, tmp_path / "run", model_config("debug"), config, stop=lambda: next(stops))
    path = train(corpus, tmp_path / "run", model_config("debug"), config)
    assert path.is_file()
    assert asdict(config)["steps"] == len((tmp_path / "run" / "log.jsonl").read_text().splitlines())
