"""Checkpoints: nothing in a file is believed, and those of older versions load."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from safetensors.torch import load_file as load_torch_file
from safetensors.torch import save_file as save_torch_file
from support.checkpoints import save_untrained

from ksdiff.errors import InputError
from ksdiff.model.checkpoint import PACKAGED, Checkpoint, digest, load_model
from ksdiff.model.config import model_config
from ksdiff.model.header import RENAMED_SETTINGS, SETTINGS_BEFORE
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.onnx_network import OnnxNetwork
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import ARKIT

Header = dict[str, Any]
ASSETS = Path(str(files("ksdiff"))) / "assets"
BIG = 10**9


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_untrained(tmp_path_factory.mktemp("weights") / "whole.safetensors")


def header_of(path: Path) -> Header:
    with safe_open(path, "np") as file:
        return json.loads(file.metadata()["ksdiff"])


def module_of(checkpoint: Checkpoint) -> KSDiff:
    assert isinstance(checkpoint.model, TorchNetwork)
    return checkpoint.model.module


def setting(*keys: str, value: Any) -> Callable[[Header], None]:
    def change(header: Header) -> None:
        inner = header
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = value

    return change


def without(*keys: str) -> Callable[[Header], None]:
    def change(header: Header) -> None:
        inner = header
        for key in keys[:-1]:
            inner = inner[key]
        del inner[keys[-1]]

    return change


FORGED = [
    *(without(name) for name in ("format", "config", "space", "encoder", "styles", "facts")),
    *(setting(name, value=None) for name in ("format", "config", "space", "encoder", "styles", "facts")),
    *(setting(name, value=[]) for name in ("format", "config", "space", "encoder", "styles", "facts", "sha256")),
    *(setting(name, value=7) for name in ("format", "config", "space", "encoder", "styles", "facts", "sha256")),
    *(
        setting("config", name, value=value)
        for name in ("hidden_dim", "num_heads", "num_layers", "keyframe_hidden_dim", "kernel_size", "convolution")
        for value in (BIG, -1, 0.5, "8", None, True, 10**400)
    ),
    setting("config", "hidden_dim", value=4096),
    setting("config", "num_train_timesteps", value=BIG),
    setting("config", "num_train_timesteps", value=0),
    setting("config", "cross_window", value=BIG),
    setting("config", "keyframe_window", value=0),
    setting("config", "keyframe_window", value=BIG),
    setting("config", "dilations", value=[]),
    setting("config", "dilations", value=[BIG]),
    setting("config", "dilations", value=[1] * 100),
    setting("config", "head_windows", value=[1.0]),
    setting("config", "head_windows", value=[1e308, 0.0]),
    setting("config", "expression_window", value=float("nan")),
    setting("config", "window_strides", value=[3, 4, 4]),
    setting("config", "dropout", value=float("inf")),
    setting("config", "beta_schedule", value="linaer"),
    setting("config", "unknown", value=1),
    setting("config", "mask_padding", value="yes"),
    setting("space", value="flyme"),
    setting("space", value="flame"),
    setting("encoder", "width", value=BIG),
    setting("encoder", "width", value=831),
    setting("encoder", "stride", value=0),
    setting("encoder", "support", value=-1),
    setting("encoder", "name", value="x" * 10_000),
    setting("encoder", "layers", value="14"),
    setting("encoder", "unknown", value=1),
    setting("styles", value=["a"] * 20_000),
    setting("styles", value=["ann"]),
    setting("styles", value=[1, 2]),
    setting("facts", "sampling", value=[]),
    setting("facts", "sampling", value={"num_inference_steps": BIG}),
    setting("facts", "sampling", value={"num_inference_steps": "8"}),
    setting("facts", "sampling", value={"keyframe_threshold": {"head": 0.5}}),
    setting("facts", "sampling", value={"keyframe_threshold": {"head": "a", "expression": 0.5}}),
    setting("facts", "sampling", value={"guidance": float("nan")}),
    setting("facts", "sampling", value={"unknown": 1}),
    setting("facts", "speakers", value={"test": [1]}),
    setting("format", value="ksdiff-1"),
    setting("format", value="ksdiff-4"),
    setting("sha256", value="0" * 64),
    setting("unknown", value=1),
]


@pytest.mark.parametrize("change", FORGED)
def test_forged_headers_are_refused_before_anything_is_allocated(
    path: Path, tmp_path: Path, change: Callable[[Header], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    header = header_of(path)
    change(header)
    forged = tmp_path / "forged.safetensors"
    save_file(load_file(path), forged, {"ksdiff": json.dumps(header)})

    def build(self: KSDiff, *arguments: Any) -> None:
        assert torch.get_default_device().type == "meta"
        original(self, *arguments)

    original = KSDiff.__init__
    monkeypatch.setattr(KSDiff, "__init__", build)
    with pytest.raises(InputError, match=r"forged|motion space"):
        load_model(forged)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "1" * 5000, "[" * 100_000, '{"format": "ksdiff-2"}', '{"format": "ksdiff-3"}', "NaN", '"\\ud800"'],
)
def test_headers_that_are_no_headers_are_refused(path: Path, tmp_path: Path, text: str) -> None:
    forged = tmp_path / "forged.safetensors"
    save_file(load_file(path), forged, {"ksdiff": text})
    with pytest.raises(InputError, match="forged"):
        load_model(forged)


def test_flipped_bytes_are_noticed_wherever_they_are(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    flipped = tmp_path / "flipped.safetensors"
    for at in range(0, len(content), len(content) // 40):
        flipped.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(InputError, match="flipped"):
            load_model(flipped)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_numbers_are_refused(path: Path, tmp_path: Path, value: float) -> None:
    header, tensors = header_of(path), load_file(path)
    header["sha256"] = None
    tensors["expression_std"][3] = value
    save_file(tensors, tmp_path / "spoiled.safetensors", {"ksdiff": json.dumps(header)})
    with pytest.raises(InputError, match="expression_std has values that cannot be"):
        load_model(tmp_path / "spoiled.safetensors")


def test_weights_of_the_format_before_load_and_keep_their_behaviour(path: Path, tmp_path: Path) -> None:
    new = SETTINGS_BEFORE["ksdiff-2"]
    old = KSDiff(replace(model_config("debug", "regression-prior"), **new), ARKIT, 832, 2)
    save_torch_file(old.state_dict(), tmp_path / "old.safetensors")
    header = {**header_of(path), "format": "ksdiff-2", "sha256": digest(load_file(tmp_path / "old.safetensors"))}
    header["config"] = {name: value for name, value in old.config.to_dict().items() if name not in new}
    save_torch_file(old.state_dict(), tmp_path / "old.safetensors", {"ksdiff": json.dumps(header)})
    loaded = load_model(tmp_path / "old.safetensors")
    assert loaded.model.config == old.config
    assert all(torch.equal(value, old.state_dict()[name]) for name, value in module_of(loaded).state_dict().items())
    assert module_of(loaded).generators["expression"].known is None


def test_weights_of_the_oldest_format_load_and_keep_their_behaviour(path: Path, tmp_path: Path) -> None:
    old = KSDiff(replace(model_config("debug", "regression-prior"), **SETTINGS_BEFORE["ksdiff-1"]), ARKIT, 832, 2)
    before = {new: name for name, new in RENAMED_SETTINGS.items()}
    header = {**header_of(path), "format": "ksdiff-1"}
    header["config"] = {
        before.get(name, name): value
        for name, value in old.config.to_dict().items()
        if name not in SETTINGS_BEFORE["ksdiff-1"]  # of which that format knew nothing
    }
    header["facts"] = {"sampling": {"steps": 3}}
    del header["sha256"]
    tensors = {name.replace("regression_prior.", "anchor."): value for name, value in old.state_dict().items()}
    save_torch_file(tensors, tmp_path / "old.safetensors", {"ksdiff": json.dumps(header)})
    loaded = load_model(tmp_path / "old.safetensors")
    assert loaded.model.config == old.config
    assert loaded.sampling.num_inference_steps == 3
    assert any(isinstance(module, torch.nn.GroupNorm) for module in module_of(loaded).speech_encoder.modules())
    assert all(torch.equal(value, old.state_dict()[name]) for name, value in module_of(loaded).state_dict().items())


def test_the_packaged_weights_mask_padding() -> None:
    assert load_model("base").model.config.mask_padding


@pytest.mark.parametrize("name", PACKAGED)
def test_a_copy_of_the_packaged_weights_runs_on_the_same_graphs(name: str, tmp_path: Path) -> None:
    copy = shutil.copy(ASSETS / f"{name}.safetensors", tmp_path / "own.safetensors")
    assert isinstance(load_model(copy).model, OnnxNetwork)


def test_weights_of_another_shape_than_the_graphs_ask_for_are_refused(tmp_path: Path) -> None:
    base = ASSETS / "base.safetensors"
    tensors, header = load_file(base), header_of(base)
    for change in (
        {"text_encoder.empty": np.zeros(161, np.float16)},
        {"neutrals": np.zeros((9, 51), np.float32)},
        {"more": np.zeros(1, np.float16)},
        {"head_std": np.zeros(6, np.float64)},
    ):
        header["sha256"] = None
        save_file({**tensors, **change}, tmp_path / "forged.safetensors", {"ksdiff": json.dumps(header)})
        with pytest.raises(InputError, match=next(iter(change))):
            load_model(tmp_path / "forged.safetensors")


def test_weights_in_bfloat16_are_read(path: Path, tmp_path: Path) -> None:
    tensors = {name: value.bfloat16() for name, value in load_torch_file(path).items()}
    header = {**header_of(path), "sha256": None}
    save_torch_file(tensors, tmp_path / "short.safetensors", {"ksdiff": json.dumps(header)})
    loaded = module_of(load_model(tmp_path / "short.safetensors"))
    assert all(torch.equal(value, tensors[name].float()) for name, value in loaded.state_dict().items())


def test_a_device_that_is_not_there_is_refused(path: Path) -> None:
    for device in ("cuda:99", "toaster"):
        with pytest.raises(InputError, match=device):
            load_model(path, device=device)
