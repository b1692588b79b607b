"""`scripts/train_on_gpu.py`: its windows and losses are those of `ksdiff train`, and so are its files."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.corpora import make_corpus
from support.fake_cuda import CUDA, FakeCuda, _There, moved

from ksdiff.corpus.dataset import Corpus, load_corpus, split_speakers
from ksdiff.experiments.ablate import Ablation
from ksdiff.experiments.rows import finished, system_of
from ksdiff.model.checkpoint import load_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import model_config
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import DDIMScheduler, scheduler
from ksdiff.motion.space import ARKIT, PATHS
from ksdiff.training import objective
from ksdiff.training.batches import Batch, Batches
from ksdiff.training.config import TRAINING_PRESETS, TrainingConfig
from ksdiff.training.known_frames import KnownFrames
from ksdiff.training.losses import lip_factor
from ksdiff.training.trainer import Trainer

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import gpu_step
import gpu_windows
import train_on_gpu

CPU = torch.device("cpu")
# Nothing of a step is random: all at the same diffusion step, nothing is dropped, hidden or given.
CERTAIN = replace(
    TRAINING_PRESETS["debug"], drop_speech=0.0, drop_text=0.0, drop_style=0.0, drop_keyframes=0.0, feature_noise=0.0,
    feature_mask=0.0, known_frames=0.0, noise_skew=1e9, seconds=0.0, validate_every=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return load_corpus(make_corpus(tmp_path_factory.mktemp("corpus") / "made up"))


@pytest.fixture
def without_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in scheduler.BETA_SCHEDULES:
        monkeypatch.setitem(scheduler.BETA_SCHEDULES, name, np.zeros)


@pytest.fixture
def constants(corpus: Corpus) -> Iterator[gpu_step.Constants]:
    kept = gpu_step.Constants(CPU)
    with kept.in_place(FrameGrid.of(corpus.encoder).spacing):
        yield kept


def batches_of(corpus: Corpus, config: TrainingConfig) -> Batches:
    styles = {speaker: index for index, speaker in enumerate(corpus.speakers)}
    grid = FrameGrid.of(corpus.encoder)
    return Batches(
        list(corpus.clips), ARKIT, grid, styles, config.batch_size, config.frames, config.seed, config.mirror,
        config.shift, config.speaker_balance,
    )  # fmt: skip


def source_of(corpus: Corpus, config: TrainingConfig) -> gpu_windows.Source:
    layout = gpu_windows.Layout(
        config.batch_size, config.frames, gpu_windows.longest_text(corpus.clips, config.frames), ARKIT
    )
    batches = batches_of(corpus, config)
    batches.clips = [gpu_windows.outlined(clip) for clip in corpus.clips]
    return gpu_windows.Source(batches, tuple(range(len(corpus.clips))), config, layout)


def gathered(corpus: Corpus, config: TrainingConfig, number: int) -> tuple[Batch, dict[str, torch.Tensor]]:
    source = source_of(corpus, config)
    data = gpu_windows.DeviceCorpus(corpus.clips, ARKIT, FrameGrid.of(corpus.encoder), CPU)
    row = torch.from_numpy(gpu_windows.draw_rows(source, number, 1))[0]
    return data.gather(row, source.layout)


def make_model(corpus: Corpus, row: str) -> KSDiff:
    torch.manual_seed(0)
    model = KSDiff(model_config("debug", row), ARKIT, corpus.feature_width, len(corpus.speakers))
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    return model.eval()


@pytest.mark.parametrize("frames", [50, 128])  # a clip has 100
def test_the_windows_are_those_that_training_draws(corpus: Corpus, frames: int) -> None:
    config = TrainingConfig(batch_size=6, frames=frames, shift=3, seed=5)
    batches = batches_of(corpus, config)
    for number in (0, 1, 250):
        ours, _ = gathered(corpus, config, number)
        theirs = batches.draw(number)
        width = theirs.condition.text.shape[1]
        for name, expected in vars(theirs.condition).items():
            value = getattr(ours.condition, name)
            if name.startswith("text"):
                assert not value[:, width:].any()
                value = value[:, :width]
            assert value.dtype == expected.dtype
            assert torch.equal(value, expected), name
        for path in PATHS:
            for name in ("motion", "mask", "keyframes"):
                value, expected = getattr(ours, name)[path], getattr(theirs, name)[path]
                assert value.dtype == expected.dtype
                assert torch.equal(value, expected), (name, path)
        assert torch.equal(ours.channel_mask, theirs.channel_mask)


def test_no_window_holds_more_words_than_there_is_room_for(corpus: Corpus) -> None:
    clip = replace(
        corpus.clips[0], facts={"speaker": "a", "words": [("é" * 9, 0.1 * k, 0.1 * k + 0.3) for k in range(40)]}
    )
    length = 1.0
    room = gpu_windows.longest_text([clip], 25)
    starts = np.arange(-1, 5, 0.01)
    most = max(len(gpu_windows.text_bytes(clip.words, start, start + length)[0]) for start in starts)
    assert most <= room < most + 26  # of a word, and of rounding


def test_what_is_given_is_drawn_as_in_training(corpus: Corpus) -> None:
    config = TrainingConfig(batch_size=100, frames=50, known_frames=0.6)
    _, strength = gathered(corpus, config, 0)
    for path in PATHS:
        windows = strength[path].flatten(1)
        # Some ways of giving leave nothing over: no keyframe in the window, no channel.
        assert 0.35 < (windows > 0).any(dim=1).float().mean() < 0.65
        values = windows[windows > 0]
        assert (values >= 0.2).all()
        assert (values <= 1).all()
        assert 0.4 < (values == 1).float().mean() < 0.95
    _, strength = gathered(corpus, replace(config, known_frames=0.0), 0)
    assert not any(value.any() for value in strength.values())


@pytest.mark.parametrize("row", train_on_gpu.TRAINED)
def test_the_losses_are_those_of_training(
    corpus: Corpus, row: str, without_noise: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(CERTAIN, batch_size=4)
    model = make_model(corpus, row)
    batch, _ = gathered(corpus, config, 3)
    random = torch.Generator().manual_seed(1)
    strength = {
        path: (torch.rand(values.shape, generator=random) < 0.2).float() for path, values in batch.motion.items()
    }
    config = replace(config, known_frames=0.5)

    def known_frames(motion: Any, mask: Any, keyframes: Any, space: Any, path: str, share: float) -> KnownFrames:
        return KnownFrames(motion, strength[path] * mask.unsqueeze(-1))

    monkeypatch.setattr(objective, "known_frames", known_frames)
    lips = lip_factor(ARKIT, model.expression_std)
    schedule = DDIMScheduler(model.config.num_train_timesteps, model.config.beta_schedule)
    expected = objective.step_losses(model, batch, schedule, config, objective.channel_weights(model), lips)
    kept = gpu_step.Constants(CPU)
    with kept.in_place(FrameGrid.of(corpus.encoder).spacing):
        losses = gpu_step.Losses(model, config, kept)
        for _ in range(2):  # the second time with what the first one kept
            ours = losses(batch, strength)
            assert ours.keys() == expected.keys()
            for name, value in expected.items():
                assert ours[name].item() == pytest.approx(value.item(), rel=1e-4, abs=1e-6), name
    after = objective.step_losses(model, batch, schedule, config, objective.channel_weights(model), lips)
    assert all(torch.equal(after[name], value) for name, value in expected.items())  # the model has its functions back


def test_features_are_corrupted_and_noise_is_drawn_as_in_training(
    corpus: Corpus, constants: gpu_step.Constants
) -> None:
    config = replace(CERTAIN, feature_noise=0.3, feature_mask=0.4)
    model = make_model(corpus, "regression-features")
    losses = gpu_step.Losses(model, config, constants)
    batch, _ = gathered(corpus, config, 0)
    torch.manual_seed(3)
    expected = objective.corrupt(batch.condition, config).features
    torch.manual_seed(3)
    assert torch.equal(gpu_step.corrupt(batch.condition, config).features, expected)
    assert model.config.correlated_noise
    like = torch.zeros(8, 400, 51)

    def figures(noise: torch.Tensor) -> list[float]:
        return [noise.var().item(), *((noise[:, lag:] * noise[:, :-lag]).mean().item() for lag in (1, 5, 20))]

    assert figures(losses._noise(like)) == pytest.approx(figures(objective.random_noise(like, True)), abs=0.03)


class Captured(FakeCuda):
    """A fake device that, once ``capturing``, nothing is copied to and nothing is asked of."""

    capturing = False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        there = bool(args) and isinstance(args[0], _There)
        asked = ("item", "tolist", "cpu", "nonzero", "__bool__", "__float__", "__int__", "__index__")
        if self.capturing and there and name in asked:
            raise RuntimeError(f"{name} asks the device")
        result = super().__torch_function__(func, types, args, kwargs)
        if self.capturing and name in ("to", "tensor", "as_tensor") and isinstance(result, _There) and not there:
            raise RuntimeError(f"{name} copies to the device")
        return result


@pytest.mark.parametrize(
    "row",
    [row if row == "full" else pytest.param(row, marks=pytest.mark.slow) for row in train_on_gpu.TRAINED],
)
def test_a_step_asks_nothing_of_the_host(corpus: Corpus, row: str) -> None:
    config = replace(TRAINING_PRESETS["debug"], feature_mask=0.1, feature_noise=0.2)
    batch, strength = gathered(corpus, config, 0)
    kept = gpu_step.Constants(CUDA)
    with Captured() as device, kept.in_place(FrameGrid.of(corpus.encoder).spacing):
        model = moved(make_model(corpus, row)).train()
        assert isinstance(model, KSDiff)
        losses = gpu_step.Losses(model, config, kept)
        windows = batch.to(CUDA), {path: value.to(CUDA) for path, value in strength.items()}
        schedule = DDIMScheduler(model.config.num_train_timesteps, model.config.beta_schedule)
        losses(*windows)
        device.capturing = True
        assert losses(*windows)["total"].device == CUDA
        with pytest.raises(RuntimeError, match="the device"):  # what training does step by step
            objective.step_losses(model, windows[0], schedule, config, losses.weights, losses.lips)


@pytest.mark.slow
def test_the_traced_step_has_the_same_gradients(
    corpus: Corpus, without_noise: None, constants: gpu_step.Constants
) -> None:
    model = make_model(corpus, "regression-features")
    losses = gpu_step.Losses(model, CERTAIN, constants)
    said: list[str] = []
    traced = gpu_step.Traced(losses, gathered(corpus, CERTAIN, 0), None, False, said.append)
    assert said[0].startswith("traced")
    windows = gathered(corpus, CERTAIN, 1)  # other windows than it was traced with
    expected = losses(*windows)
    expected["total"].backward()
    gradients = [None if each.grad is None else each.grad.clone() for each in model.parameters()]
    model.zero_grad()
    values = traced(windows)
    assert dict(zip(traced.names, values.tolist(), strict=True)) == pytest.approx(
        {name: value.item() for name, value in expected.items()}, rel=1e-5
    )
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        assert (parameter.grad is None) == (gradient is None)
        if gradient is not None:
            torch.testing.assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-6)


def test_the_steps_are_those_of_training(corpus: Corpus, tmp_path: Path, without_noise: None) -> None:
    """Rate, clipping, optimiser and moving average, where nothing of a step is random."""
    config = replace(CERTAIN, steps=5, precision="fp32")
    settings = replace(model_config("debug", "full"), dropout=0.0)
    trainer = Trainer(corpus, settings, config, tmp_path / "theirs")
    expected = [trainer.one_step() for _ in range(config.steps)]
    split = split_speakers(corpus, config.held_out)
    job = train_on_gpu.Job("full", settings, config, split, tmp_path / "ours" / "model.safetensors")
    job.out.parent.mkdir()
    assert train_on_gpu.train_all([job], corpus, tmp_path, CPU, 1, 0, False, lambda text: None) == []
    made = [json.loads(line) for line in (tmp_path / "ours" / "log.jsonl").read_text().splitlines()]
    assert len(made) == config.steps
    for ours, theirs in zip(made, expected, strict=True):
        for name, value in ours.items():
            assert name == "step" or value == pytest.approx(theirs[name], rel=1e-3), name
    trainer.export(tmp_path / "theirs.safetensors")
    ours, theirs = (load_model(path, device="cpu").model.module for path in (job.out, tmp_path / "theirs.safetensors"))
    began = make_model(corpus, "full")
    assert not torch.equal(began.speech_encoder.project[1].weight, ours.speech_encoder.project[1].weight)
    for (name, value), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        assert (value - other).abs().mean() < 1e-4, name


def run(corpus: Corpus, out: Path, *more: str) -> None:
    words = [str(corpus.path), "--out", str(out), "--preset", "debug", "--steps", "3", "--device", "cpu"]
    train_on_gpu.main([*words, *(() if "--workers" in more else ("--workers", "0")), *more])


def test_a_table_is_trained_as_ablate_wants_it(corpus: Corpus, tmp_path: Path) -> None:
    rows = ("without-keyframes",)
    run(corpus, tmp_path, "--rows", *rows, "--folds", "2", "--at-once", "1")
    plan = Ablation("debug", rows, folds=2, steps=3)
    for fold in range(2):
        for row in rows:
            path = tmp_path / f"fold-{fold}" / row / "model.safetensors"
            assert finished(path)
            facts = load_model(path).facts
            assert facts["step"] == 3
            assert facts["training"] == asdict(replace(plan.training(fold), precision="fp32"))
            split = split_speakers(corpus, plan.training(fold).held_out, 2, fold)
            assert facts["speakers"] == {name: list(value) for name, value in asdict(split).items()}
            assert json.loads((path.parent / "config.json").read_text())["training"]["fold"] == fold
            system_of(
                row, "debug", corpus, split, plan.training(fold), path.parents[1], tmp_path / "speeds",
                lambda name, done: pytest.fail(f"{name} was left to do"),
            )  # fmt: skip


def test_settings_of_model_and_training_can_be_other_than_the_presets(corpus: Corpus, tmp_path: Path) -> None:
    run(corpus, tmp_path, "--rows", "full", "--set", "dropout=0.4", "weight_decay=0.3", "mirror=0")
    checkpoint = load_model(tmp_path / "full" / "model.safetensors")
    assert checkpoint.model.config == replace(model_config("debug", "full"), dropout=0.4)
    given = checkpoint.facts["training"]
    assert (given["weight_decay"], given["mirror"], given["steps"]) == (0.3, 0.0, 3)


def test_what_is_there_is_not_trained_again(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(corpus, tmp_path, "--rows", "full")
    path = tmp_path / "full" / "model.safetensors"
    first = load_model(path)
    # As a run that was killed before it was calibrated.
    calibrated = train_on_gpu.calibrate_file
    facts = {name: value for name, value in first.facts.items() if name != "sampling"}
    train_on_gpu.save_model(load_model(path, device="cpu").model.module, path, first.encoder, list(first.styles), facts)
    monkeypatch.setattr(train_on_gpu, "train_all", None)
    run(corpus, tmp_path, "--rows", "full")
    assert load_model(path).facts == first.facts
    monkeypatch.setattr(train_on_gpu, "calibrate_file", None)
    run(corpus, tmp_path, "--rows", "full")
    monkeypatch.setattr(train_on_gpu, "calibrate_file", calibrated)
    with pytest.raises(SystemExit) as stopped:
        run(corpus, tmp_path, "--rows", "full", "--seed", "1")
    assert stopped.value.code == 2
    assert "another training" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rows", "kdtalker"), "cannot be trained here"),
        (("--rows", "regression-prior-no-gains"), "cannot be trained here"),
        (("--folds", "1"), "folds"),
        (("--folds", "-2"), "folds"),
        (("--folds", "9"), "9 folds of 8 speakers"),
        (("--batch", "0"), "batch_size is 0"),
        (("--at-once", "0"), "at_once is 0"),
        (("--workers", "-1"), "workers is -1"),
        (("--set", "drpout=0.3"), "there is no setting 'drpout'"),
        (("--set", "dropout=1.5"), "dropout is 1.5"),
        (("--set", "weight_decay=much"), "weight_decay=much"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused_before_anything_is_written(
    corpus: Corpus, tmp_path: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(corpus, tmp_path / "out", *words)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_run_whose_loss_is_not_finite_stops_alone(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward = gpu_step.Losses.forward

    def broken(self: gpu_step.Losses, *windows: Any) -> dict[str, torch.Tensor]:
        losses = forward(self, *windows)
        return losses if self.model.config.keyframes else {**losses, "total": losses["total"] * torch.inf}

    monkeypatch.setattr(gpu_step.Losses, "forward", broken)
    with pytest.raises(SystemExit, match="without-keyframes"):
        run(corpus, tmp_path, "--rows", "full", "without-keyframes")
    assert finished(tmp_path / "full" / "model.safetensors")
    assert not (tmp_path / "without-keyframes" / "model.safetensors").exists()


@pytest.mark.slow
def test_windows_are_drawn_by_other_processes(corpus: Corpus, tmp_path: Path) -> None:
    for name, workers in (("here", "0"), ("there", "1")):
        run(corpus, tmp_path / name, "--workers", workers)
    ours, theirs = (
        (tmp_path / name / "regression-features" / "model.safetensors").read_bytes() for name in ("here", "there")
    )
    assert ours == theirs


@pytest.mark.gpu
@pytest.mark.parametrize("compiled", [False, True])
def test_the_captured_step_is_that_of_the_processor(
    corpus: Corpus, tmp_path: Path, without_noise: None, compiled: bool
) -> None:
    config = replace(CERTAIN, steps=5, precision="fp32")
    settings = replace(model_config("debug", "regression-features"), dropout=0.0)
    split = split_speakers(corpus, config.held_out)
    logs: list[list[dict[str, float]]] = []
    for device in ("cpu", "cuda"):
        jobs = [
            train_on_gpu.Job("regression-features", settings, replace(config, folds=2, fold=fold), split, path)
            for fold, path in enumerate(tmp_path / device / name / "model.safetensors" for name in "ab")
        ]  # two at the same time
        for job in jobs:
            job.out.parent.mkdir(parents=True)
        failed = train_on_gpu.train_all(
            jobs, corpus, tmp_path, torch.device(device), 2, 0, compiled and device == "cuda", lambda text: None
        )
        assert failed == []
        for job in jobs:
            logs.append([json.loads(line) for line in (job.out.parent / "log.jsonl").read_text().splitlines()])
    for log in logs[1:]:
        assert [each["total"] for each in log] == pytest.approx([each["total"] for each in logs[0]], rel=1e-3)
