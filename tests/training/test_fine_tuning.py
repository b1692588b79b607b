"""Training that begins from weights: what changes, what stays, and other speakers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support.corpora import make_corpus

from ksdiff.cli import main
from ksdiff.corpus.dataset import load_corpus
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.model.config import KEYFRAMES, model_config
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.training.config import TRAINING_PRESETS
from ksdiff.training.fine_tuning import Init
from ksdiff.training.overrides import override, parse_overrides
from ksdiff.training.train import train
from ksdiff.training.trainer import MODEL_FILE, Trainer

DEBUG = replace(TRAINING_PRESETS["debug"], held_out=0.5)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "made up")


@pytest.fixture(scope="module")
def weights(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    path = train(load_corpus(corpus), tmp_path_factory.mktemp("runs") / "run", model_config("debug"), DEBUG)
    return load_model(path, device="cpu")


def tensors(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    assert isinstance(checkpoint.model, TorchNetwork)
    return checkpoint.model.module.state_dict()


@pytest.mark.parametrize(
    ("only", "prefixes"),
    [
        ((HEAD,), ("generators.head.",)),
        ((EXPRESSION, KEYFRAMES), ("generators.expression.", "predictors.")),
        ((), ("generators.", "predictors.", "speech_encoder.", "text_encoder.")),
    ],
)
@pytest.mark.parametrize("anew", [False, True])
def test_only_what_is_asked_for_changes(
    corpus: Path, weights: Checkpoint, tmp_path: Path, only: tuple[str, ...], prefixes: tuple[str, ...], anew: bool
) -> None:
    if anew and not only:
        with pytest.raises(InputError, match="nothing would be left"):
            Init(weights, only, anew)
        return
    init, settings = Init(weights, only, anew), replace(DEBUG, seed=1)
    path = train(load_corpus(corpus), tmp_path / "run", weights.model.config, settings, init=init)
    after = load_model(path, device="cpu")
    old, new = tensors(weights), tensors(after)
    assert old.keys() == new.keys()
    changed = {name for name in old if not torch.equal(old[name], new[name])}
    assert changed
    assert all(name.startswith(prefixes) for name in changed)
    for prefix in prefixes:
        assert any(name.startswith(prefix) for name in changed), prefix
    assert after.styles == weights.styles
    assert after.facts["speakers"] == weights.facts["speakers"]
    assert after.facts["init"]["sha256"] == weights.sha256
    assert after.facts["init"]["step"] == DEBUG.steps
    # What begins anew is far from where it was; what goes on is near.
    moved = [float((new[name] - old[name]).norm() / old[name].norm()) for name in changed if name.endswith("weight")]
    assert (np.median(moved) > 0.5) == anew


@pytest.mark.slow
def test_going_on_starts_where_the_weights_are(corpus: Path, weights: Checkpoint, tmp_path: Path) -> None:
    settings = replace(DEBUG, batch_size=8, drop_speech=0.0, feature_noise=0.0, feature_mask=0.0)
    long = replace(settings, steps=25, learning_rate=8e-3, warmup_steps=3)
    trained = load_model(
        train(load_corpus(corpus), tmp_path / "long", model_config("debug"), long), device="cpu"
    )  # enough to tell
    losses = {}
    for name, init in (
        ("on", Init(trained)),
        ("anew", Init(trained, (HEAD,), anew=True)),
        ("head", Init(trained, (HEAD,))),
    ):
        trainer = Trainer(load_corpus(corpus), trained.model.config, settings, tmp_path / name, init=init)
        losses[name] = trainer.one_step()
    assert losses["head"]["head/position"] == pytest.approx(losses["on"]["head/position"], rel=0.3)
    assert losses["anew"]["head/position"] > 1.5 * losses["head"]["head/position"]
    assert not any(name.startswith(EXPRESSION) or name == "lips" for name in losses["head"])


def test_a_resumed_run_equals_an_unbroken_one(corpus: Path, weights: Checkpoint, tmp_path: Path) -> None:
    loaded, init = load_corpus(corpus), Init(weights, (HEAD, KEYFRAMES), anew=True)
    train(loaded, tmp_path / "whole", weights.model.config, DEBUG, init=init)
    trainer = Trainer(loaded, weights.model.config, DEBUG, tmp_path / "broken", init=init)
    for _ in range(3):
        trainer.one_step()
    trainer.save()
    train(loaded, tmp_path / "broken", weights.model.config, DEBUG, init=init)
    assert (tmp_path / "whole" / MODEL_FILE).read_bytes() == (tmp_path / "broken" / MODEL_FILE).read_bytes()
    with pytest.raises(InputError, match="other settings"):
        train(loaded, tmp_path / "broken", weights.model.config, DEBUG, init=Init(weights, (HEAD,)))


def test_new_speakers_begin_with_the_average_style(weights: Checkpoint, tmp_path: Path) -> None:
    made = load_corpus(make_corpus(tmp_path / "others", speakers=4))
    clips = [replace(clip, facts={**clip.facts, "speaker": f"new {clip.speaker}"}) for clip in made.clips]
    loaded = replace(made, clips=clips)
    trainer = Trainer(loaded, weights.model.config, DEBUG, tmp_path / "run", init=Init(weights))
    old, new = tensors(weights), trainer.model.state_dict()
    assert trainer.styles
    assert not set(trainer.styles) & set(weights.styles)
    for name in ("generators.head.style.weight", "generators.expression.style.weight"):
        assert len(new[name]) == len(trainer.styles) + 1
        for row in new[name]:
            torch.testing.assert_close(row, old[name][-1])
    torch.testing.assert_close(new["expression_std"], old["expression_std"])
    torch.testing.assert_close(new["neutrals"][-1], old["neutrals"][-1])
    own = np.mean([clip.neutral for clip in clips if clip.speaker == trainer.split.train[0]], axis=0)
    np.testing.assert_allclose(new["neutrals"][0].numpy(), own, atol=1e-6)
    path = train(loaded, tmp_path / "run", weights.model.config, DEBUG, init=Init(weights))
    assert load_model(path).styles == trainer.split.train


def test_what_cannot_be_is_refused(corpus: Path, weights: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown part 'hed'"):
        Init(weights, ("hed",))
    wider = override(weights.model.config, parse_overrides(["hidden_dim=48"])[1])
    with pytest.raises(InputError, match="other shapes"):
        Trainer(load_corpus(corpus), wider, DEBUG, tmp_path / "run", init=Init(weights))
    joint = load_model(
        train(load_corpus(corpus), tmp_path / "joint", model_config("debug", "without-dual-path"), DEBUG), device="cpu"
    )
    with pytest.raises(InputError, match="no part 'head' of its own"):
        Init(joint, (HEAD,))
    with pytest.raises(InputError, match="stay as they are"):
        train(
            load_corpus(corpus),
            tmp_path / "run",
            weights.model.config,
            DEBUG,
            first_stage_of=weights,
            init=Init(weights),
        )


def test_the_command_line(
    corpus: Path, weights: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", str(corpus), "--preset", "debug", "--init", weights.name, "--out", str(tmp_path / "run")]
    main([*words, "--only", "head", "--anew", "--set", "learning_rate=1e-4", "dropout=0.3"])
    after = load_model(tmp_path / "run" / MODEL_FILE)
    assert after.facts["init"] | {"only": ["head"], "anew": True} == after.facts["init"]
    assert after.facts["training"]["learning_rate"] == 1e-4
    assert after.model.config.dropout == 0.3
    for wrong, message in (
        (["--set", "dropuot=1"], "dropout"),
        (["--set", "steps=many"], "steps=many"),
        (["--anew"], "name the parts"),
        (["--ablation", "without-keyframes"], "network is that of the weights"),
        (["--only", "head", "--init", "nope"], "no weights 'nope'"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([*words[:-1], str(tmp_path / "wrong"), *wrong])
        assert ended.value.code == 2
        assert message in capsys.readouterr().err
    assert not (tmp_path / "wrong").exists()
