"""Training the first of two stages: generators of poses for weights that stay as they are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from support.corpora import make_corpus

from ksdiff.cli import main
from ksdiff.corpus.dataset import Clip, load_corpus
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import model_config
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.training.config import FIRST_STAGE_PRESETS, TRAINING_PRESETS
from ksdiff.training.pose_batches import PoseBatches, given_poses, hear, pose_frames
from ksdiff.training.train import train
from ksdiff.training.trainer import MODEL_FILE, Trainer

DEBUG = FIRST_STAGE_PRESETS["debug"]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus") / "made up")


@pytest.fixture(scope="module")
def weights(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = replace(TRAINING_PRESETS["debug"], held_out=0.5, steps=4)
    return train(load_corpus(corpus), tmp_path_factory.mktemp("runs") / "run", model_config("debug"), settings)


def of_torch(path: Path) -> Checkpoint:
    return load_model(path, device="cpu")


def tensors(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    assert isinstance(checkpoint.model, TorchNetwork)
    return checkpoint.model.module.state_dict()


def test_only_the_generators_of_poses_change(corpus: Path, weights: Path, tmp_path: Path) -> None:
    before = of_torch(weights)
    path = train(load_corpus(corpus), tmp_path / "poses", before.model.config, DEBUG, first_stage_of=before)
    after = of_torch(path)
    assert after.model.config == replace(before.model.config, pose_generators=True)
    old, new = tensors(before), tensors(after)
    for name, value in old.items():
        torch.testing.assert_close(new[name], value, atol=0, rtol=0)
    added = [name for name in new if name not in old]
    assert added
    assert all(name.startswith("pose_generators.") for name in added)
    assert (after.styles, after.sampling) == (before.styles, before.sampling)
    assert after.facts["speakers"] == before.facts["speakers"]
    assert after.facts["first_stage"]["step"] == DEBUG.steps


def test_a_resumed_run_equals_an_unbroken_one(corpus: Path, weights: Path, tmp_path: Path) -> None:
    loaded, frozen = load_corpus(corpus), of_torch(weights)
    config = replace(frozen.model.config, pose_generators=True)
    train(loaded, tmp_path / "whole", config, DEBUG, first_stage_of=frozen)
    trainer = Trainer(loaded, config, DEBUG, tmp_path / "broken", first_stage_of=frozen)
    for _ in range(3):
        trainer.one_step()
    trainer.save()
    train(loaded, tmp_path / "broken", config, DEBUG, first_stage_of=frozen)
    assert (tmp_path / "whole" / MODEL_FILE).read_bytes() == (tmp_path / "broken" / MODEL_FILE).read_bytes()


def test_poses_are_learned(corpus: Path, weights: Path, tmp_path: Path) -> None:
    frozen = of_torch(weights)
    settings = replace(DEBUG, steps=80, batch_size=8, learning_rate=1e-2, warmup_steps=5, feature_noise=0.0)
    trainer = Trainer(
        load_corpus(corpus), replace(frozen.model.config, pose_generators=True), settings, tmp_path / "run",
        first_stage_of=frozen,
    )  # fmt: skip
    losses = [trainer.one_step()["total"] for _ in range(80)]
    assert np.mean(losses[-10:]) < 0.6 * np.mean(losses[:5])


def test_the_command_trains_them(corpus: Path, weights: Path, tmp_path: Path) -> None:
    options = ["--preset", "debug", "--first-stage-of", str(weights), "--out"]
    main(["train", str(corpus), *options, str(tmp_path / "poses")])
    assert load_model(tmp_path / "poses" / MODEL_FILE).model.config.pose_generators
    other = make_corpus(tmp_path / "other", speakers=2)
    with pytest.raises(SystemExit) as leaving:
        main(["train", str(other), *options, str(tmp_path / "no")])
    assert leaving.value.code == 2
    assert not (tmp_path / "no" / MODEL_FILE).exists()


def test_weights_of_other_speakers_are_refused(weights: Path, tmp_path: Path) -> None:
    frozen, other = of_torch(weights), load_corpus(make_corpus(tmp_path / "other", speakers=2))
    with pytest.raises(InputError, match=r"another corpus: .* lacks speakers of theirs"):
        Trainer(other, frozen.model.config, DEBUG, tmp_path / "run", first_stage_of=frozen)


def heard_clips(corpus: Path, weights: Path) -> PoseBatches:
    loaded, network = load_corpus(corpus), of_torch(weights).model
    grid, styles = FrameGrid.of(loaded.encoder), dict.fromkeys(loaded.speakers, 0)
    heard = hear(network, loaded.clips, grid, lambda name, done: None)
    return PoseBatches(heard, loaded.space, grid, styles, 4, 3, 0.0, 0.5)


def test_a_batch_depends_on_its_number_alone(corpus: Path, weights: Path) -> None:
    batches = heard_clips(corpus, weights)
    for path in PATHS:
        first, again, other = (batches.draw(number).poses[path].motion for number in (5, 5, 6))
        assert torch.equal(first, again)
        assert first.shape != other.shape or not torch.equal(first, other)


def test_poses_are_those_of_the_clip_at_their_frames(corpus: Path, weights: Path) -> None:
    batches = heard_clips(corpus, weights)
    clips: list[Clip] = [each.clip for each in batches.clips]
    for number in range(8):
        for path, poses in batches.draw(number).poses.items():
            for member in range(4):
                frames = poses.frames[member][poses.pose_mask[member]].numpy()
                motion = poses.motion[member][poses.pose_mask[member]].numpy()
                assert any(np.array_equal(clip.motion[path][frames].astype(np.float32), motion) for clip in clips)
                strength, known = poses.strength[member], poses.mask[member]
                assert not strength[~known].any()  # what was not tracked is never given


def test_all_kinds_of_instants_and_given_poses_are_drawn() -> None:
    random = np.random.default_rng(0)
    track = np.zeros(700, np.float32)
    track[[50, 90, 300, 650]] = 0.7
    kinds = [pose_frames(track, random) for _ in range(60)]
    for at, told in kinds:
        assert len(at)
        assert (np.diff(at) > 0).all()
        assert 0 <= at[0] <= at[-1] < 700
        if told:
            assert set(at) <= {50, 90, 300, 650}
    assert {told for _, told in kinds} == {False, True}
    assert any(len(set(np.diff(at))) == 1 and not told for at, told in kinds if len(at) > 2)
    shares = [given_poses(20, 6, [(0, 1, 2), (3, 4, 5)], random) for _ in range(60)]
    assert any(not each.any() for each in shares)
    assert any(each[0].any() and not each[-1].any() for each in shares)


def test_silence_of_keyframes_gives_poses_too() -> None:
    random = np.random.default_rng(0)
    for _ in range(20):
        at, told = pose_frames(np.zeros(30, np.float32), random)
        assert len(at)
        assert not told


@pytest.mark.parametrize("path", [EXPRESSION, HEAD])
def test_faces_are_mirrored_as_whole_poses(corpus: Path, weights: Path, path: str) -> None:
    batches = heard_clips(corpus, weights)
    clip = batches.clips[0]
    whole = slice(0, len(clip.clip))
    plain = batches._member(path, clip, whole, False, np.random.default_rng(1))["motion"]
    mirrored = batches._member(path, clip, whole, True, np.random.default_rng(1))["motion"]
    back = mirrored[:, batches.space.mirrored] if path == EXPRESSION else mirrored * batches.signs
    np.testing.assert_allclose(back, plain, atol=1e-6)
    assert not np.allclose(mirrored, plain)
