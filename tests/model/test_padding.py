"""What lies outside a sound never reaches what lies inside it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ksdiff.model.condition import Condition, FrameGrid, condition_of
from ksdiff.model.config import model_config
from ksdiff.model.keyframe_decoding import decode_keyframes
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.network import Network
from ksdiff.model.sampling import WINDOW, keyframe_input
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion import Word
from ksdiff.motion.space import ARKIT, PATHS

FEATURES, SECOND, SPOKEN = 24, 25, 41  # frames of one second of motion and of speech
GRID = FrameGrid(0.028, 0.024)
ROWS = [
    "full",
    "regression-features",
    "regression-prior",
    "without-speech-split",
    "without-dual-path",
    "frozen-features-only",
    "diffspeaker",
    "kdtalker",
]


def window(frames: int) -> Condition:
    """One second of sound in a window of so many frames."""
    random = np.random.default_rng(0)
    features = random.standard_normal((SPOKEN, FEATURES)).astype(np.float32)
    prosody = random.standard_normal((SPOKEN, 3)).astype(np.float32)
    return condition_of(features, prosody, (Word("map", 0.2, 0.6),), GRID, 0, frames, 0, SECOND)


def make_model(row: str, mask_padding: bool) -> Network:
    torch.manual_seed(0)
    model = KSDiff(replace(model_config("debug", row), mask_padding=mask_padding), ARKIT, FEATURES, 3)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return TorchNetwork(model)


def answers(model: Network, frames: int) -> dict[str, np.ndarray]:
    """All that the model says about the second of sound, when asked in a window of so many frames."""
    encoded = model.encode(window(frames), frames)
    random = np.random.default_rng(1)
    noisy = {path: random.standard_normal((1, WINDOW, model.channels[path]), np.float32)[:, :frames] for path in PATHS}
    strengths = random.random((1, WINDOW), np.float32)[:, :frames]
    keyframes = {path: keyframe_input(strengths, model.config.keyframes) for path in PATHS}
    result = {f"{path} features": encoded.speech[path] for path in PATHS}
    clean = model.denoise(model.contexts(encoded, keyframes), noisy, np.array([50]))
    result |= {f"{path} motion": value for path, value in clean.items()}
    for path in model.predictors:
        track, _ = decode_keyframes(model, path, encoded, np.array([0.12]), range(SECOND), SECOND)
        result[f"{path} keyframes"] = track[0]
    return {name: value[:, :SECOND] for name, value in result.items()}


@pytest.mark.parametrize("row", ROWS)
def test_a_second_of_sound_moves_the_same_in_a_window_of_any_length(row: str) -> None:
    model = make_model(row, mask_padding=True)
    alone = answers(model, SECOND)
    for frames in (SECOND + 1, 60, WINDOW):
        padded = answers(model, frames)
        for name, value in alone.items():
            np.testing.assert_allclose(padded[name], value, atol=2e-5, rtol=1e-4, err_msg=name)


def test_without_masks_padding_changes_the_features() -> None:
    """The defect that the masks are for; weights of the older format still have it."""
    model = make_model("full", mask_padding=False)
    alone, padded = answers(model, SECOND), answers(model, WINDOW)
    for name in ("expression features", "head features", "expression motion"):
        change = np.linalg.norm(padded[name] - alone[name]) / np.linalg.norm(alone[name])
        assert change > 0.03, name
