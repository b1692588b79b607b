"""One run in several processes: the same losses, exact resuming with another number of them, stopping together."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support.corpora import make_corpus
from torch.utils.flop_counter import FlopCounterMode

from ksdiff.corpus.dataset import load_corpus
from ksdiff.errors import InputError
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import model_config
from ksdiff.motion.space import ARKIT, EXPRESSION
from ksdiff.training import trainer as trainer_module
from ksdiff.training.batches import Batches
from ksdiff.training.config import TRAINING_PRESETS
from ksdiff.training.objective import has_idle_parameters
from ksdiff.training.processes import parts_of
from ksdiff.training.throughput import Meter, peak_flops
from ksdiff.training.train import train
from ksdiff.training.trainer import MODEL_FILE, Trainer

CONFIG = replace(TRAINING_PRESETS["debug"], batch_size=4, steps=6)
ARGUMENTS = ["--preset", "debug", "--batch", "4", "--precision", "fp32"]
CONFIG = replace(CONFIG, precision="fp32")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "made up")


def launched(corpus: Path, out: Path, *options: str, processes: int = 2) -> list[str]:
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    train = ["-m", "ksdiff.cli", "train", str(corpus), "--out", str(out), *ARGUMENTS, *options]
    return [sys.executable, *launch, *train]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)


def losses_of(folder: Path) -> list[float]:
    return [json.loads(line)["total"] for line in (folder / "log.jsonl").read_text().splitlines()]


def test_the_parts_of_a_batch_are_the_batch(corpus: Path) -> None:
    loaded = load_corpus(corpus)
    styles = {speaker: index for index, speaker in enumerate(loaded.speakers)}
    batches = Batches(list(loaded.clips), ARKIT, FrameGrid.of(loaded.encoder), styles, 6, 50, 3, mirror=0.5, shift=2)
    whole = batches.draw(7)
    parts = [batches.draw(7, part, 3) for part in range(3)]
    torch.testing.assert_close(whole.motion[EXPRESSION], torch.cat([part.motion[EXPRESSION] for part in parts]))
    torch.testing.assert_close(whole.condition.features, torch.cat([part.condition.features for part in parts]))


def test_a_step_in_parts_is_the_mean_of_its_parts(corpus: Path, tmp_path: Path) -> None:
    """Gradients accumulate to those of the mean, whatever the parts weigh."""
    trainer = Trainer(load_corpus(corpus), model_config("debug"), CONFIG, tmp_path / "run", parts=2)
    expected = []
    trainer.model.train()
    for part in range(2):
        torch.manual_seed(trainer._seed(part))
        losses = trainer.objective(trainer.batches.draw(0, part, 2))
        (losses["total"] / 2).backward()
        expected.append(losses["total"].item())
    gradients = [parameter.grad.clone() for parameter in trainer.model.parameters()]
    norm = torch.nn.utils.get_total_norm(gradients)
    taken = trainer.one_step()
    assert taken["total"] == pytest.approx(np.mean(expected), rel=1e-6)
    assert taken["gradient"] == pytest.approx(float(norm), rel=1e-5)
    assert expected[0] != expected[1]


def test_batches_drawn_ahead_are_the_same(corpus: Path, tmp_path: Path) -> None:
    loaded, model = load_corpus(corpus), model_config("debug")
    here = Trainer(loaded, model, CONFIG, tmp_path / "here")
    ahead = Trainer(loaded, model, CONFIG, tmp_path / "ahead", loaders=1)
    assert [here.one_step()["total"] for _ in range(3)] == [ahead.one_step()["total"] for _ in range(3)]


@pytest.mark.slow
def test_two_processes_train_as_one(corpus: Path, tmp_path: Path) -> None:
    result = run(launched(corpus, tmp_path / "two", "--steps", "6"))
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [str(tmp_path / "two" / MODEL_FILE)]  # the second process is silent
    assert "windows/s" in result.stderr
    train(load_corpus(corpus), tmp_path / "one", model_config("debug"), CONFIG, parts=2)
    np.testing.assert_allclose(losses_of(tmp_path / "two"), losses_of(tmp_path / "one"), rtol=1e-5)
    assert any((tmp_path / "two" / "tensorboard").iterdir())
    result = run(
        launched(corpus, tmp_path / "idle", "--steps", "3", "--ablation", "without-transcript", "--loaders", "1")
    )
    assert result.returncode == 0, result.stderr
    # The windows are those of a batch that is not cut, too; the noise on them is not.
    whole = Trainer(load_corpus(corpus), model_config("debug"), CONFIG, tmp_path / "whole")
    halves = Trainer(load_corpus(corpus), model_config("debug"), CONFIG, tmp_path / "halves", parts=2)
    assert whole.batches.choose(3) == halves.batches.choose(3)


@pytest.mark.slow
def test_a_run_goes_on_with_another_number_of_processes(corpus: Path, tmp_path: Path) -> None:
    train(load_corpus(corpus), tmp_path / "whole", model_config("debug"), CONFIG, parts=2)
    alone = Trainer(load_corpus(corpus), model_config("debug"), CONFIG, tmp_path / "broken", parts=2)
    first = [alone.one_step()["total"] for _ in range(3)]
    alone.save()
    result = run(launched(corpus, tmp_path / "broken", "--steps", "6"))  # the state says that there are two parts
    assert result.returncode == 0, result.stderr
    np.testing.assert_allclose(first + losses_of(tmp_path / "broken"), losses_of(tmp_path / "whole"), rtol=1e-5)


@pytest.mark.slow
def test_processes_stop_together_and_one_goes_on_alone(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        launched(corpus, out, "--steps", "100000"), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        log = out / "log.jsonl"
        while not log.exists() or not log.read_text():
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)
    done = len(losses_of(out))
    config = replace(CONFIG, steps=100_000)
    trainer = Trainer(load_corpus(corpus), model_config("debug"), config, out)
    assert trainer.resume()
    assert (trainer.step, trainer.parts) == (done, 2)
    unbroken = Trainer(load_corpus(corpus), model_config("debug"), config, tmp_path / "unbroken", parts=2)
    losses = [unbroken.one_step()["total"] for _ in range(done)]
    np.testing.assert_allclose(losses_of(out), losses, rtol=1e-4)
    assert trainer.one_step()["total"] == pytest.approx(unbroken.one_step()["total"], rel=1e-4)


@pytest.mark.slow
def test_accelerate_launches_it_too(corpus: Path, tmp_path: Path) -> None:
    launch = ["accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
    launch += ["--mixed_precision", "no", "--dynamo_backend", "no", "-m", "ksdiff.cli", "train", str(corpus)]
    result = run([sys.executable, "-m", *launch, "--out", str(tmp_path / "two"), *ARGUMENTS, "--steps", "3"])
    assert result.returncode == 0, result.stderr
    config = replace(CONFIG, steps=3)
    train(load_corpus(corpus), tmp_path / "one", model_config("debug"), config, parts=2)
    np.testing.assert_allclose(losses_of(tmp_path / "two"), losses_of(tmp_path / "one"), rtol=1e-5)


@pytest.mark.parametrize("known_frames", [0.0, 0.6])
@pytest.mark.parametrize(
    "ablation", ["full", "without-transcript", "without-dual-path", "regression-prior", "kdtalker"]
)
def test_idle_parameters_are_known(corpus: Path, tmp_path: Path, ablation: str, known_frames: float) -> None:
    """Processes would wait for their gradients for ever."""
    config, model = replace(CONFIG, known_frames=known_frames), model_config("debug", ablation)
    trainer = Trainer(load_corpus(corpus), model, config, tmp_path / "run")
    trainer.one_step()
    idle = any(parameter.grad is None for parameter in trainer.model.parameters())
    assert has_idle_parameters(model, config) == idle


def test_parts_that_cannot_be_shared_are_refused(corpus: Path, tmp_path: Path) -> None:
    assert [list(each) for each in parts_of(8, 4, 2)] == [[0, 1], [2, 3]]
    with pytest.raises(InputError, match="start 1 or 2 processes, or give --parts 3"):
        parts_of(6, 2, 3)
    with pytest.raises(InputError, match="cannot be cut into 3 equal parts"):
        train(load_corpus(corpus), tmp_path / "run", model_config("debug"), CONFIG, parts=3)
    assert not (tmp_path / "run").exists()


def test_throughput_counts_windows_waiting_and_products(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_module, "peak_flops", lambda device, precision: 1e12)
    whole = Trainer(load_corpus(corpus), model_config("debug"), CONFIG, tmp_path / "whole")
    parts = Trainer(load_corpus(corpus), model_config("debug"), CONFIG, tmp_path / "parts", parts=2)
    for each in (whole, parts):
        each.one_step()
    # Texts are padded to the longest of a part, so the counts differ a little.
    assert whole.meter.flops == pytest.approx(parts.meter.flops, rel=0.1)
    read = whole.meter.read()
    assert 0 < read.waiting < 1
    assert read.mfu == pytest.approx(whole.meter.flops * read.windows_per_second / 4 / 1e12)
    whole.step = 0
    with FlopCounterMode(display=False) as counter:
        whole.objective(whole.batches.draw(0))["total"].backward()
    assert whole.meter.flops == counter.get_total_flops() > 1e6


def test_a_meter_forgets_old_steps() -> None:
    meter = Meter(windows=8)
    with meter.step():
        time.sleep(0.05)
    slow = meter.read().windows_per_second
    for _ in range(50):
        with meter.step(), meter.waiting():
            pass
    assert meter.read().windows_per_second > 10 * slow
    assert "MFU" not in str(meter.read())
    assert peak_flops(torch.device("cpu"), torch.bfloat16) is None
