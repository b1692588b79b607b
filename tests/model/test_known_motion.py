"""Motion that is given: met exactly, without a jump, and read by the generators."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ksdiff.model.config import model_config
from ksdiff.model.known_motion import KnownMotion, joined, meet, past
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import keyframe_input
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from tests.model.test_model import make_arrays

FRAMES, BEND = 40, 6


def zeros(channels: int) -> np.ndarray:
    return np.zeros((1, FRAMES, channels), np.float32)


def test_what_is_given_exactly_is_met_and_motion_bends_to_it() -> None:
    clean = zeros(2)
    strength = np.zeros_like(clean)
    strength[0, 20, 0] = 1
    met = meet(clean, KnownMotion(np.ones_like(clean), strength), BEND)
    assert met[0, 20, 0] == 1
    assert bool((met[..., 1] == 0).all())
    curve = met[0, :, 0]
    assert bool((curve[: 20 - BEND] == 0).all())
    assert bool((curve[21 + BEND :] == 0).all())
    np.testing.assert_allclose(curve[20 - BEND : 20], curve[21 : 21 + BEND][::-1], rtol=1e-5)
    assert np.abs(np.diff(curve)).max() < 0.25


def test_equal_misses_near_each_other_do_not_add_up() -> None:
    """Two poses 0.16 s apart that the generator misses by the same: what lies between is moved by the same."""
    clean, strength = zeros(1), zeros(1)
    strength[0, [18, 22]] = 1
    met = meet(clean, KnownMotion(np.ones_like(clean), strength), BEND)[0, :, 0]
    assert met[18:23].max() == 1
    assert met[18:23].min() > 0.8


def test_the_velocity_of_a_given_range_goes_on_on_both_sides() -> None:
    """Given frames rise by 0.1 a frame; free motion is still, and turns into that without a corner."""
    clean, strength = zeros(1), zeros(1)
    strength[0, 15:25] = 1
    values = (0.1 * (np.arange(FRAMES)[None, :, None] - 20.0)).astype(np.float32)
    for bend in (6, 14):
        met = meet(clean, KnownMotion(values, strength), bend)[0, :, 0]
        steps = np.diff(met)
        assert bool(np.abs(steps[15:24] - 0.1).max() < 1e-6)
        assert steps[14] == pytest.approx(0.1, abs=0.07)
        assert steps[24] == pytest.approx(0.1, abs=0.07)
        assert np.abs(np.diff(steps)).max() < 0.12
        assert bool((met[: 15 - bend] == 0).all())
        assert bool((met[25 + bend :] == 0).all())


def test_soft_values_are_not_put_in_place() -> None:
    clean = zeros(1)
    np.testing.assert_array_equal(meet(clean, KnownMotion(np.ones_like(clean), np.full_like(clean, 0.9)), BEND), clean)


def test_values_without_strength_are_not_read() -> None:
    values = np.full((1, FRAMES, 3), np.nan, np.float32)
    assert bool((KnownMotion(values, np.zeros_like(values)).as_input() == 0).all())


def test_the_past_of_a_window() -> None:
    known = past(np.ones((1, 5, 2), np.float32), FRAMES)
    assert known.values.shape == (1, FRAMES, 2)
    assert known.strength.sum() == 10
    assert bool((known.strength[:, :5] == 1).all())


def test_paths_are_joined_in_order_and_what_is_not_given_has_no_strength() -> None:
    both = joined({"b": past(np.ones((1, 4, 3), np.float32), FRAMES)}, {"a": 2, "b": 3}, 1, FRAMES)
    assert both.strength[0, 0].tolist() == [0, 0, 1, 1, 1]
    assert not joined({}, {"a": 2, "b": 3}, 1, FRAMES).strength.any()


@pytest.mark.parametrize("row", ["full", "without-dual-path"])
def test_the_generators_read_what_is_given(row: str) -> None:
    torch.manual_seed(0)
    model = KSDiff(model_config("debug", row), ARKIT, 24, 3).eval()
    for parameter in model.generators.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    network, condition = TorchNetwork(model), make_arrays(1)
    random = np.random.default_rng(0)
    noisy = {path: random.standard_normal((1, FRAMES, model.channels[path]), np.float32) for path in PATHS}
    keyframes = {path: keyframe_input(np.zeros((1, FRAMES), np.float32), True) for path in PATHS}
    encoded = network.encode(condition, FRAMES)

    def clean(known: dict[str, KnownMotion]) -> dict[str, np.ndarray]:
        return network.denoise(network.contexts(encoded, keyframes, known), noisy, np.array([50]))

    nothing = clean({})
    given = clean({EXPRESSION: past(np.ones((1, 5, model.channels[EXPRESSION]), np.float32), FRAMES)})
    assert not np.allclose(nothing[EXPRESSION][:, 20:], given[EXPRESSION][:, 20:], atol=1e-4)
    if row == "full":
        np.testing.assert_array_equal(nothing[HEAD], given[HEAD])


def test_a_model_that_was_not_trained_for_it_ignores_what_is_given() -> None:
    model = KSDiff(replace(model_config("debug"), known_motion=False), ARKIT, 24, 3)
    assert all(generator.known is None for generator in model.generators.values())
