"""KDTalker's generator: tokens of keypoints in time."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ksdiff.errors import InputError
from ksdiff.model.config import model_config
from ksdiff.model.known_motion import KnownMotion
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.spatiotemporal import SpatiotemporalGenerator, tokens
from ksdiff.model.torch_network import to_tensors
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, KEYPOINTS, PATHS, MotionSpace
from tests.model.test_padding import FEATURES, SECOND, window


def make_model(space: MotionSpace = KEYPOINTS) -> KSDiff:
    torch.manual_seed(0)
    model = KSDiff(model_config("debug", "kdtalker"), space, FEATURES, 3)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    model.neutrals[:3].normal_()
    return model.eval()


@torch.inference_mode()
def denoised(model: KSDiff, style: int = 0, known: dict[str, KnownMotion] | None = None) -> dict[str, torch.Tensor]:
    condition = replace(to_tensors(window(SECOND)), style=torch.tensor([style]))
    encoded = model.encode(condition, SECOND)
    generator = torch.Generator().manual_seed(1)
    noisy = {path: torch.randn(1, SECOND, model.channels[path], generator=generator) for path in PATHS}
    keyframes = {path: torch.zeros(1, SECOND, 2) for path in PATHS}
    given = {path: torch.from_numpy(one.as_input()) for path, one in (known or {}).items()}
    return model.denoise(noisy, torch.tensor([50]), encoded, keyframes, given)


@pytest.mark.parametrize("space", [KEYPOINTS, ARKIT])
def test_each_channel_is_in_one_token(space: MotionSpace) -> None:
    groups = tokens(space)
    channels = sorted(channel for group in groups for channel in group)
    assert channels == list(range(len(space.expression) + len(space.head)))
    if space is KEYPOINTS:
        assert [len(group) for group in groups] == [3] * 21 + [3, 2, 1]


def test_channels_come_out_where_they_went_in() -> None:
    """A generator that gives back the mean of each token gives each token's own."""
    generator = SpatiotemporalGenerator(model_config("debug", "kdtalker"), ARKIT)
    channels = sum(len(group) for group in generator.groups)
    for group, output in zip(generator.groups, generator.outputs, strict=True):
        assert isinstance(output, torch.nn.Linear)
        torch.nn.init.zeros_(output.weight)
        output.bias.data = torch.tensor(group, dtype=torch.float32)
    model = make_model(ARKIT)
    model.generators["joint"] = generator
    clean = denoised(model)
    made = torch.cat([clean[path] for path in PATHS], dim=-1)
    assert torch.equal(made, torch.arange(channels, dtype=torch.float32).expand_as(made))


def test_a_keypoint_hears_the_other_keypoints_other_frames_and_the_sound() -> None:
    model = make_model()
    condition = to_tensors(window(SECOND))
    noisy = {path: torch.randn(1, SECOND, model.channels[path]) for path in PATHS}
    noisy[EXPRESSION].requires_grad_()
    condition.features.requires_grad_()
    keyframes = {path: torch.zeros(1, SECOND, 2) for path in PATHS}
    clean = model.denoise(noisy, torch.tensor([50]), model.encode(condition, SECOND), keyframes)
    clean[EXPRESSION][0, 12, 0].backward()
    assert noisy[EXPRESSION].grad is not None
    reach = noisy[EXPRESSION].grad[0].abs().unflatten(-1, (21, 3)).sum(-1)
    assert (reach > 0).all()
    assert condition.features.grad is not None
    heard = condition.features.grad[0].abs().sum(-1) > 0
    assert heard.any()
    assert not heard.all()  # speech of its own time alone


def test_reference_keypoints_say_who_it_is() -> None:
    model = make_model()
    first, second = denoised(model, 0), denoised(model, 1)
    assert all(not torch.allclose(first[path], second[path], atol=1e-4) for path in PATHS)
    model.neutrals[1] = model.neutrals[0]
    assert all(torch.equal(first[path], denoised(model, 1)[path]) for path in PATHS)


def test_motion_that_is_given_is_read() -> None:
    model = make_model()
    values = np.ones((1, SECOND, len(KEYPOINTS.head)), np.float32)
    strength = np.zeros_like(values)
    strength[:, :5] = 1
    free, given = denoised(model), denoised(model, known={HEAD: KnownMotion(values, strength)})
    assert all(not torch.allclose(free[path], given[path], atol=1e-4) for path in PATHS)


def test_it_has_one_path_and_no_keyframes() -> None:
    for changes in ({"dual_path": True}, {"keyframes": True}, {"head": False, "dual_path": True}):
        with pytest.raises(InputError, match="KDTalker's generator makes head and expression together"):
            replace(model_config("debug", "kdtalker"), **changes)
