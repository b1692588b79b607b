"""The graphs that come with the package compute what the modules of torch do."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.files import SPEECH_VIDEO

import ksdiff
from ksdiff.evaluation.metrics.vertices import lip_vertices
from ksdiff.model.checkpoint import PACKAGED, Checkpoint, load_model, save_model
from ksdiff.model.condition import Condition
from ksdiff.model.config import model_config
from ksdiff.model.graphs import Graphs
from ksdiff.model.known_motion import KnownMotion
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.onnx_network import OnnxNetwork
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion import Motion, Word
from ksdiff.motion.space import ARKIT, FLAME_JAW, KEYPOINTS, PATHS, MotionSpace
from ksdiff.pipeline import SpeechFeatures
from ksdiff.speech.audio import load
from ksdiff.speech.encoder import load_encoder

WORDS = (Word("today", 0.6, 1.0), Word("after", 1.0, 1.3), Word("États-Unis", 3.0, 4.1))


@pytest.fixture(scope="module", params=PACKAGED)
def both(request: pytest.FixtureRequest) -> tuple[Checkpoint, Checkpoint]:
    """Weights as computed by onnxruntime and by torch."""
    found = load_model(request.param), load_model(request.param, device="cpu")
    assert isinstance(found[0].model, OnnxNetwork)
    assert isinstance(found[1].model, TorchNetwork)
    return found


def same(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert list(found) == list(expected)
    for name, value in found.items():
        np.testing.assert_allclose(value, np.asarray(expected[name]), atol=1e-5, rtol=1e-4, err_msg=name)


@pytest.mark.parametrize("words", [(), WORDS])
@pytest.mark.parametrize(("start", "frames"), [(0, 160), (124, 95), (-20, 60), (200, 40), (207, 12)])
def test_each_part_computes_what_torch_does(
    both: tuple[Checkpoint, Checkpoint], start: int, frames: int, words: tuple[Word, ...]
) -> None:
    """Windows of a real voice that lie within it, across its ends, and are as short as they get."""
    onnx, by_torch = (checkpoint.model for checkpoint in both)
    condition = SpeechFeatures(load(SPEECH_VIDEO), both[0]).speech(words).window(start, frames, 1)
    encoded, expected = (network.encode(condition, frames) for network in (onnx, by_torch))
    same({**encoded.speech, "prior": encoded.prior}, {**expected.speech, "prior": expected.prior})
    random = np.random.default_rng(0)
    for path in PATHS:
        channels = onnx.channels[path]
        given = {
            **onnx._heard(path, expected),
            "style": condition.style,
            "keyframes": random.random((1, frames, 2), np.float32),
            "known": random.random((1, frames, 2 * channels), np.float32),
        }
        context, torch_context = (network.run("context", path, given) for network in (onnx, by_torch))
        same(context, torch_context)
        given = {
            **context,
            "frame_mask": condition.frame_mask,
            "noisy": random.standard_normal((1, frames, channels), np.float32),
            "steps": np.array([600]),
        }
        same(*(network.run("denoise", path, given) for network in (onnx, by_torch)))
        memory = onnx.keyframe_memory(path, expected)
        torch_memory = by_torch.keyframe_memory(path, expected)
        same({**memory.by_frame, **memory.shared}, {**torch_memory.by_frame, **torch_memory.shared})
        heads, width, layers = 4, onnx.config.keyframe_hidden_dim // 4, onnx.config.keyframe_num_layers
        for held, frame in ((0, slice(0, frames)), (250, slice(5, 6))):
            past = [tuple(random.random((2, 1, heads, held, width), np.float32))] * layers
            previous = random.integers(0, 3, (1, len(range(frames)[frame])))
            made, torch_made = (
                network.keyframe_step(path, memory.frames(frame), previous, past) for network in (onnx, by_torch)
            )
            np.testing.assert_allclose(made[0], torch_made[0], atol=1e-5)
            for layer, torch_layer in zip(made[1], torch_made[1], strict=True):
                same(dict(enumerate(layer)), dict(enumerate(torch_layer)))


def test_poses_are_those_that_torch_draws() -> None:
    onnx, by_torch = load_model("base").model, load_model("base", device="cpu").model
    random = np.random.default_rng(0)
    for path in PATHS:
        channels, poses = onnx.channels[path], 9
        known = KnownMotion(
            random.standard_normal((1, poses, channels), np.float32),
            np.float32(random.random((1, poses, channels)) < 0.3),
        )
        given = (
            random.standard_normal((1, 120, 160), np.float32),
            np.array([3]),
            np.sort(random.choice(120, (1, poses), replace=False)),
            random.random((1, poses, 2), np.float32),
            known,
        )
        noisy, steps = random.standard_normal((1, poses, channels), np.float32), np.array([600])
        found, expected = (
            network.pose_denoise(path, network.pose_context(path, *given), noisy, steps) for network in (onnx, by_torch)
        )
        np.testing.assert_allclose(found, expected, atol=1e-5, rtol=1e-4)


def test_the_face_moves_as_with_torch(both: tuple[Checkpoint, Checkpoint]) -> None:
    """The demo voice: the same keyframes, and lips within a thousandth of a millimetre."""
    found, expected = (ksdiff.animate(SPEECH_VIDEO, model=checkpoint) for checkpoint in both)
    for path in PATHS:
        name = f"keyframes_{path}"
        np.testing.assert_array_equal(getattr(found, name) > 0, getattr(expected, name) > 0)
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=1e-5)
    assert lip_distance(found, expected) < 1e-3
    np.testing.assert_allclose(found.head, expected.head, atol=1e-5)


@pytest.mark.gpu
def test_a_gpu_moves_the_face_alike() -> None:
    """Its convolutions round to ten bits, which is more than the processor's."""
    found, expected = (
        ksdiff.animate(SPEECH_VIDEO, model=load_model("base", device="cuda")),
        ksdiff.animate(SPEECH_VIDEO),
    )
    assert lip_distance(found, expected) < 0.5


def lip_distance(found: Motion, expected: Motion) -> float:
    """Greatest distance of a vertex of the lips, mm."""
    lips = [lip_vertices(motion.expression) for motion in (found, expected)]
    return float(1000 * np.linalg.norm(lips[0] - lips[1], axis=-1).max())


def test_a_batch_of_windows_is_encoded_as_each_alone(both: tuple[Checkpoint, Checkpoint]) -> None:
    onnx = both[0].model
    speech = SpeechFeatures(load(SPEECH_VIDEO), both[0]).speech(())
    conditions = [speech.window(start, 60, 0) for start in (0, 90, 170)]
    together = onnx.encode(
        Condition(**{n: np.concatenate([getattr(c, n) for c in conditions]) for n in vars(conditions[0])}), 60
    )
    for index, condition in enumerate(conditions):
        alone = onnx.encode(condition, 60)
        same(together.take(slice(index, index + 1)).speech, alone.speech)


@pytest.mark.parametrize(
    ("preset", "ablation", "space"),
    [("base", "regression-features", FLAME_JAW), ("base", "full", ARKIT), ("small", "full", KEYPOINTS)],
)
def test_own_weights_run_on_the_graphs_of_their_settings(
    preset: str, ablation: str, space: MotionSpace, tmp_path: Path
) -> None:
    """Whatever their motion space and however many speakers."""
    torch.manual_seed(3)
    encoder = load_encoder().record
    model = KSDiff(model_config(preset, ablation), space, encoder["width"], 2)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05)
    path = tmp_path / "own.safetensors"
    save_model(model, path, encoder, ["ann", "bob"], {"sampling": {"num_inference_steps": 2}})
    own = load_model(path)
    assert isinstance(own.model, OnnxNetwork)
    samples = load(SPEECH_VIDEO)[:100_000]
    options = ksdiff.AnimateOptions(style="bob", guidance=1.5)
    found, expected = (
        ksdiff.animate(samples, model=checkpoint, options=options)
        for checkpoint in (own, load_model(path, device="cpu"))
    )
    for path in PATHS:
        np.testing.assert_allclose(getattr(found, path), getattr(expected, path), atol=2e-4)
    assert np.abs(np.diff(found.head, axis=0)).max() > 0


def test_graphs_serve_the_settings_that_they_were_made_for() -> None:
    config = model_config("base", "regression-features")
    assert Graphs.find(replace(config, dropout=0.0, num_train_timesteps=10), 384) is not None
    assert Graphs.find(replace(config, num_layers=3), 384) is None
    assert Graphs.find(config, 320) is None


def test_no_graph_declares_a_size_that_weights_may_not_have(both: tuple[Checkpoint, Checkpoint]) -> None:
    """Some runtimes refuse such a graph; the one here would only warn."""
    network = both[0].model
    assert isinstance(network, OnnxNetwork)
    for path in PATHS:
        (clean,) = network._session("denoise", path).get_outputs()
        assert clean.shape[-1] in ("channels", network.channels[path])
        known = next(each for each in network._session("context", path).get_inputs() if each.name == "known")
        assert known.shape[-1] in ("twice_channels", 2 * network.channels[path])
