"""Poses first: the motion passes through them, they go on from each other, and nothing is drawn where none are."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
import torch
from support.synthetic import synthetic_speech

from ksdiff.errors import InputError
from ksdiff.model.config import model_config
from ksdiff.model.encoded import Encoded
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.network import Network
from ksdiff.model.pose_generator import PoseGenerator
from ksdiff.model.sampling import (
    AT_KEYFRAMES,
    COMMIT,
    GRID,
    WINDOW,
    DDIMScheduler,
    SamplingOptions,
    Speech,
    generate,
    generate_all,
)
from ksdiff.model.sampling.poses import PAST, SPACING, PosePlan
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.limits import limit_translation
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS

FEATURES = 16
OPTIONS = SamplingOptions(num_inference_steps=2, keyframe_threshold={EXPRESSION: 0.12, HEAD: 0.12})
ON_GRID, FROM_KEYFRAMES = replace(OPTIONS, plan=GRID), replace(OPTIONS, plan=AT_KEYFRAMES)


def made(pose_generators: bool = True) -> KSDiff:
    torch.manual_seed(1)
    model = KSDiff(replace(model_config("debug"), pose_generators=pose_generators), ARKIT, FEATURES, 2)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


@pytest.fixture(scope="module")
def network() -> Network:
    return TorchNetwork(made())


def speech(frames: int) -> Speech:
    return synthetic_speech(frames, FEATURES)


def planned(network: Network, frames: int, options: SamplingOptions) -> PosePlan:
    """The plan of a sound, drawn at once from made-up speech and keyframes."""
    random = np.random.default_rng(1)
    plan = PosePlan(network, DDIMScheduler(100, "squaredcos_cap_v2"), options, 2)
    extend(plan, random, 0, frames)
    return plan


def extend(plan: PosePlan, random: np.random.Generator, start: int, frames: int) -> None:
    heard = {path: random.standard_normal((1, frames, 32)).astype(np.float32) for path in PATHS}
    strengths = {path: (np.arange(frames) % 17 == 3).astype(np.float32) for path in PATHS}
    condition = speech(frames).window(0, frames, 2)
    times = np.arange(frames, dtype=np.float32) / 25
    plan.extend(start, Encoded(heard, None, None, condition, times), [strengths], [frames])


@pytest.mark.parametrize("frames", [7, WINDOW, 2 * COMMIT, 6 * COMMIT + 30])
def test_the_motion_passes_through_the_poses(network: Network, frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows, and batches of them, agree about the frames that they share."""
    drawn = {path: {} for path in PATHS}

    class Noted(PosePlan):
        def extend(self, *given: object) -> None:
            super().extend(*given)  # type: ignore[arg-type]
            for path in PATHS:
                drawn[path] |= dict(zip(self._frames[path].tolist(), self._poses[path], strict=True))

    monkeypatch.setattr(
        import_module("ksdiff.model.sampling.generate"), "PosePlan", Noted
    )  # not the function `generate`
    generated = generate_all(network, speech(frames), ON_GRID, 2)
    for path in PATHS:
        assert sorted(drawn[path]) == list(range(0, frames, SPACING))
        expected = network.denormalise(np.stack([drawn[path][at] for at in sorted(drawn[path])]), path)
        expected = limit_translation(expected, network.space) if path == HEAD else expected
        np.testing.assert_allclose(generated.motion[path][::SPACING], expected, atol=1e-5)


def test_each_keyframe_has_a_pose_and_no_other_frame_has(network: Network) -> None:
    """Without keyframes the motion is that of one stage, bit for bit."""
    sound, frames = speech(400), 400
    none = {path: np.zeros(frames, np.float32) for path in PATHS}
    one_stage = generate_all(network, sound, OPTIONS, 2, none)
    two_stages = generate_all(network, sound, FROM_KEYFRAMES, 2, none)
    for path in PATHS:
        np.testing.assert_array_equal(two_stages.motion[path], one_stage.motion[path])
    some = {path: values.copy() for path, values in none.items()}
    some[HEAD][200] = 1.0
    one_stage, two_stages = (generate_all(network, sound, options, 2, some) for options in (OPTIONS, FROM_KEYFRAMES))
    np.testing.assert_array_equal(two_stages.motion[EXPRESSION], one_stage.motion[EXPRESSION])
    apart = np.abs(two_stages.motion[HEAD] - one_stage.motion[HEAD]).max(axis=1)
    assert apart[200] > 0
    assert not apart[:COMMIT].any()  # its window begins there


def test_only_the_newest_poses_are_kept_and_the_next_go_on_from_them(network: Network) -> None:
    plan = planned(network, 400, ON_GRID)
    before = {path: plan._poses[path][-1] for path in PATHS}
    extend(plan, np.random.default_rng(2), 380, 300)
    for path in PATHS:
        frames = plan._frames[path]
        assert frames.tolist() == list(range(-(-(400 - PAST) // SPACING) * SPACING, 680, SPACING))
        np.testing.assert_array_equal(plan._poses[path][np.flatnonzero(frames < 400)[-1]], before[path])
        assert len(plan._speech[path]) == 680 - (400 - PAST)


def test_another_seed_draws_other_poses_of_its_path(network: Network) -> None:
    first, other = (planned(network, 100, replace(ON_GRID, head_seed=seed)) for seed in (0, 1))
    assert not np.allclose(first._poses[HEAD], other._poses[HEAD])
    np.testing.assert_array_equal(first._poses[EXPRESSION], other._poses[EXPRESSION])


def test_padding_reaches_no_pose() -> None:
    """Shorter members of a batch are computed as they are alone."""
    model = made()
    generator = model.pose_generators[EXPRESSION]
    assert isinstance(generator, PoseGenerator)
    torch.manual_seed(0)
    heard, frames, channels = torch.randn(1, 90, 32), torch.tensor([[3, 20, 31, 70]]), model.channels[EXPRESSION]
    told, known = torch.rand(1, 4, 2), torch.randn(1, 4, 2 * channels)
    noisy, style, steps = torch.randn(1, 4, channels), torch.tensor([1]), torch.tensor([50])

    def poses(extra: int) -> torch.Tensor:
        def longer(values: torch.Tensor) -> torch.Tensor:
            filler = torch.randn(1, extra, *values.shape[2:]) if values.is_floating_point() else None
            return torch.cat([values, filler if filler is not None else values.new_full((1, extra), 88)], dim=1)

        mask = torch.arange(4 + extra)[None] < 4
        context = generator.pose_context(heard, style, longer(frames), mask, longer(told), longer(known))
        return generator.denoise(longer(noisy), steps, context)[:, :4]

    torch.testing.assert_close(poses(0), poses(5), atol=1e-5, rtol=1e-5)


def test_a_pose_hears_what_is_near_and_nothing_else() -> None:
    model = made()
    generator = model.pose_generators[HEAD]
    assert isinstance(generator, PoseGenerator)
    heard = torch.randn(1, 90, 32)
    frames, mask = torch.tensor([[40]]), torch.ones(1, 1, dtype=torch.bool)
    told, known = torch.zeros(1, 1, 2), torch.zeros(1, 1, 12)

    def pose(speech: torch.Tensor) -> torch.Tensor:
        context = generator.pose_context(speech, torch.tensor([0]), frames, mask, told, known)
        return generator.denoise(torch.ones(1, 1, 6), torch.tensor([50]), context)

    for at, felt in ((27, False), (28, True), (52, True), (53, False)):
        other = heard.clone()
        other[:, at] += 10
        assert torch.equal(pose(heard), pose(other)) is not felt


def test_weights_without_generators_of_poses_say_so() -> None:
    with pytest.raises(InputError, match="no generators of poses"):
        next(generate(TorchNetwork(made(pose_generators=False)), speech(50), ON_GRID, 2))
