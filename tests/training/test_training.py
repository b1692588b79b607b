"""Training: resuming, stopping, splitting, mirroring, losses that ignore padding."""

import json
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save
from support.corpora import make_corpus

from ksdiff.cli import main
from ksdiff.corpus.dataset import load_corpus, split_speakers
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import load_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import model_config
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from ksdiff.training.batches import Batches, mirror_channels
from ksdiff.training.config import TRAINING_PRESETS, learning_rate
from ksdiff.training.losses import diffusion_loss, keyframe_loss, spectral_loss
from ksdiff.training.train import train
from ksdiff.training.trainer import MODEL_FILE, STATE_FILE, Trainer

DEBUG = replace(TRAINING_PRESETS["debug"], held_out=0.5)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "made up")


def losses_of(run: Path) -> list[float]:
    return [json.loads(line)["total"] for line in (run / "log.jsonl").read_text().splitlines()]


def test_a_resumed_run_equals_an_unbroken_one(corpus: Path, tmp_path: Path) -> None:
    model = model_config("debug")
    train(load_corpus(corpus), tmp_path / "whole", model, DEBUG)
    # Stopped after three steps by time, then gone on with.
    trainer = Trainer(load_corpus(corpus), model, DEBUG, tmp_path / "broken")
    first = [trainer.one_step()["total"] for _ in range(3)]
    trainer.save()
    train(load_corpus(corpus), tmp_path / "broken", model, DEBUG)
    whole = losses_of(tmp_path / "whole")
    assert first + losses_of(tmp_path / "broken") == whole
    assert (tmp_path / "whole" / MODEL_FILE).read_bytes() == (tmp_path / "broken" / MODEL_FILE).read_bytes()


def test_training_learns(corpus: Path, tmp_path: Path) -> None:
    config = replace(DEBUG, steps=60, batch_size=8, learning_rate=5e-3, warmup_steps=5, drop_speech=0.0)
    trainer = Trainer(load_corpus(corpus), model_config("debug"), config, tmp_path / "run")
    losses = [trainer.one_step()["total"] for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10])


def test_sigterm_stops_safely_and_the_run_goes_on(corpus: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    command = [sys.executable, "-m", "ksdiff.cli", "train", str(corpus), "--preset", "debug", "--out", str(run)]
    # More steps than can be done before the signal comes.
    with subprocess.Popen([*command, "--steps", "100000", "--threads", "1"]) as process:
        log = run / "log.jsonl"
        while not log.exists() or not log.read_text():
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
    done = len(losses_of(run))
    trainer = Trainer(
        load_corpus(corpus), model_config("debug"), replace(TRAINING_PRESETS["debug"], steps=100_000), run
    )
    assert trainer.resume()
    assert trainer.step == done


def test_other_settings_do_not_resume(corpus: Path, tmp_path: Path) -> None:
    train(load_corpus(corpus), tmp_path / "run", model_config("debug"), DEBUG)
    with pytest.raises(InputError, match="other settings"):
        train(load_corpus(corpus), tmp_path / "run", model_config("debug"), replace(DEBUG, batch_size=3))


def test_the_shipped_file_generates_what_the_run_validated(corpus: Path, tmp_path: Path) -> None:
    path = train(load_corpus(corpus), tmp_path / "run", model_config("debug"), DEBUG)
    checkpoint = load_model(path)
    split = split_speakers(load_corpus(corpus), DEBUG.held_out)
    assert checkpoint.styles == split.train
    assert checkpoint.facts["speakers"]["test"] == list(split.test)
    assert set(checkpoint.sampling.keyframe_threshold) == set(PATHS)
    clips = [clip for clip in load_corpus(corpus).clips if clip.speaker in split.train]
    known = np.concatenate([clip.motion[EXPRESSION][clip.mask[EXPRESSION]] for clip in clips])
    np.testing.assert_allclose(checkpoint.model.statistics.mean[EXPRESSION], known.mean(axis=0), atol=1e-5)
    mouth = ARKIT.mouth_indices
    average = np.mean([clip.neutral for clip in clips], axis=0)
    np.testing.assert_allclose(checkpoint.model.statistics.neutrals[-1, mouth], average[mouth], atol=1e-5)
    assert not np.delete(checkpoint.model.statistics.neutrals[-1], mouth).any()  # the head's own brows and lids


def test_no_speaker_is_in_two_parts(corpus: Path) -> None:
    loaded = load_corpus(corpus)
    split = split_speakers(loaded, 0.5)
    parts = [set(split.train), set(split.validation), set(split.test)]
    assert all(parts)
    assert sum(len(part) for part in parts) == len(set.union(*parts)) == len(loaded.speakers)
    with pytest.raises(InputError, match="left to train on"):
        split_speakers(replace(loaded, clips=loaded.clips[:2]), 0.99999)


def test_mirrored_twice_is_the_same_and_sides_swap() -> None:
    mirrored = mirror_channels(ARKIT)
    assert [mirrored[index] for index in mirrored] == list(range(51))
    assert ARKIT.expression[mirrored[ARKIT.index("mouthSmileLeft")]] == "mouthSmileRight"
    assert ARKIT.expression[mirrored[ARKIT.index("mouthLeft")]] == "mouthRight"
    assert mirrored[ARKIT.index("jawOpen")] == ARKIT.index("jawOpen")
    # A head that nods (x) still nods in the mirror; one that turns left (y) turns right.
    assert ARKIT.mirror == (1, -1, -1, -1, 1, 1)


def test_a_window_holds_the_motion_that_belongs_to_its_speech(corpus: Path) -> None:
    """The corpus' mouth is a function of its features at the same instant; in a batch it must be so still."""
    loaded = load_corpus(corpus)
    clips = list(loaded.clips)
    styles = {clip.speaker: index for index, clip in enumerate(clips)}
    batches = Batches(clips, ARKIT, FrameGrid.of(loaded.encoder), styles, 6, 50, seed=3, mirror=0.0, shift=0)
    batch = batches.draw(0)
    for row in range(6):
        times, features = batch.condition.speech_times[row].numpy(), batch.condition.features[row].numpy()
        inside = batch.condition.speech_mask[row].numpy()
        at = np.stack([np.interp(np.arange(50) / 25, times[inside], f) for f in features[inside].T], axis=1)
        motion = batch.motion[EXPRESSION][row].numpy()[2:-2]  # the ends of a clip have no speech on both sides
        design = np.concatenate([at[2:-2], np.ones((46, 1))], axis=1)
        channel = int(motion.std(axis=0).argmax())
        fit, *_ = np.linalg.lstsq(design, motion[:, channel], rcond=None)
        assert np.corrcoef(design @ fit, motion[:, channel])[0, 1] > 0.98
    again = batches.draw(0)
    torch.testing.assert_close(batch.motion[HEAD], again.motion[HEAD])
    assert not torch.equal(batch.motion[HEAD], batches.draw(1).motion[HEAD])


def test_losses_ignore_what_is_not_known() -> None:
    generator = torch.Generator().manual_seed(0)
    target = torch.randn(2, 40, 3, generator=generator)
    predicted = torch.randn(2, 40, 3, generator=generator)
    weights = torch.ones(2, 40, 3)
    weights[:, 20:] = 0
    weights[..., 2] = 0
    spoiled = predicted.clone()
    spoiled[:, 20:] = 100
    spoiled[..., 2] = -50
    for before, after in zip(
        (*diffusion_loss(predicted, target, weights), spectral_loss(predicted, target, weights)),
        (*diffusion_loss(spoiled, target, weights), spectral_loss(spoiled, target, weights)),
        strict=True,
    ):
        torch.testing.assert_close(before, after)
        assert before > 0
    assert spectral_loss(target, target, weights) == 0
    position, velocity = diffusion_loss(target + 2, target, weights)
    torch.testing.assert_close(position, torch.tensor(4.0))  # a constant offset: squared, and no velocity
    torch.testing.assert_close(velocity, torch.tensor(0.0), atol=1e-6, rtol=0)
    mask = torch.arange(40)[None] < 20
    logits = torch.zeros(1, 40)
    truth = torch.zeros(1, 40)
    truth[0, 0] = 1
    # By hand: one positive of weight 4 and 19 negatives, each log 2.
    torch.testing.assert_close(keyframe_loss(logits, truth, mask), torch.tensor((4 + 19) / 20 * np.log(2)).float())


def test_learning_rate_warms_up_and_decays() -> None:
    config = replace(DEBUG, steps=100, warmup_steps=10, learning_rate=1.0)
    rates = [learning_rate(step, config) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0.1)
    assert all(np.diff(rates[10:]) < 0)


def test_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ksdiff prepare"):
        load_corpus(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_run_off_the_main_thread_trains_and_can_be_stopped(corpus: Path, tmp_path: Path) -> None:
    stops = iter([False, False, True])
    results: list[Path] = []

    def work() -> None:
        results.append(
            train(load_corpus(corpus), tmp_path / "run", model_config("debug"), DEBUG, stop=lambda: next(stops))
        )

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert results == [tmp_path / "run" / MODEL_FILE]
    assert len(losses_of(tmp_path / "run")) == 2


@pytest.mark.parametrize(
    "options", [{"seed": -5}, {"seed": 2**40}, {"learning_rate": 0.0}, {"max_grad_norm": float("nan")}, {"shift": -1}]
)
def test_senseless_settings_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(options))):
        replace(DEBUG, **options)


@pytest.mark.parametrize("options", [["--threads", "0"], ["--seed", "-5"], ["--minutes", "0"], ["--batch", "0"]])
def test_the_command_line_tells_senseless_settings(
    corpus: Path, tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["train", str(corpus), "--preset", "debug", "--out", str(tmp_path / "run"), *options])
    assert leaving.value.code == 2
    assert "must be" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_damaged_state_is_told(corpus: Path, tmp_path: Path) -> None:
    trainer = Trainer(load_corpus(corpus), model_config("debug"), DEBUG, tmp_path / "run")
    trainer.one_step()
    trainer.save()
    state = tmp_path / "run" / STATE_FILE
    whole = state.read_bytes()
    with safe_open(state, "pt") as file:
        facts = file.metadata()
    tensors = load_file(state)
    fewer = {name: value for name, value in tensors.items() if not name.endswith("exp_avg")}
    for name, content in (
        ("cut", whole[: len(whole) // 2]),
        ("empty", b""),
        ("no facts", save(tensors)),
        ("no step", save(tensors, {"settings": facts["settings"]})),
        ("step", save(tensors, {**facts, "step": "many"})),
        ("tensors", save(fewer, facts)),
        ("shape", save({**tensors, "model.neutrals": torch.zeros(1)}, facts)),
    ):
        state.write_bytes(content)
        again = Trainer(load_corpus(corpus), model_config("debug"), DEBUG, tmp_path / "run")
        with pytest.raises(InputError, match="is damaged, so this run cannot resume"):
            assert again.resume(), name
