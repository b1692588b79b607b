"""Motion that is given: met exactly, without a jump, and read by the generators."""

from dataclasses import replace

import pytest
import torch

from ksdiff.model.config import model_config
from ksdiff.model.known_motion import KnownMotion, joined, meet, past
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import keyframe_input
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from tests.model.test_model import make_condition

FRAMES, BEND = 40, 6


def test_what_is_given_exactly_is_met_and_motion_bends_to_it() -> None:
    clean = torch.zeros(1, FRAMES, 2)
    strength = torch.zeros_like(clean)
    strength[0, 20, 0] = 1
    met = meet(clean, KnownMotion(torch.ones_like(clean), strength), BEND)
    assert met[0, 20, 0] == 1
    assert bool((met[..., 1] == 0).all())
    curve = met[0, :, 0]
    assert bool((curve[: 20 - BEND] == 0).all())
    assert bool((curve[21 + BEND :] == 0).all())
    torch.testing.assert_close(curve[20 - BEND : 20], curve[21 : 21 + BEND].flip(0))
    assert curve.diff().abs().max() < 0.25


def test_equal_misses_near_each_other_do_not_add_up() -> None:
    """Two poses 0.16 s apart that the generator misses by the same: what lies between is moved by the same."""
    clean, strength = torch.zeros(1, FRAMES, 1), torch.zeros(1, FRAMES, 1)
    strength[0, [18, 22]] = 1
    met = meet(clean, KnownMotion(torch.ones_like(clean), strength), BEND)[0, :, 0]
    assert met[18:23].max() == 1
    assert met[18:23].min() > 0.8


def test_the_velocity_of_a_given_range_goes_on_on_both_sides() -> None:
    """Given frames rise by 0.1 a frame; free motion is still, and turns into that without a corner."""
    clean, strength = torch.zeros(1, FRAMES, 1), torch.zeros(1, FRAMES, 1)
    strength[0, 15:25] = 1
    values = 0.1 * (torch.arange(FRAMES)[None, :, None] - 20.0)
    for bend in (6, 14):
        met = meet(clean, KnownMotion(values, strength), bend)[0, :, 0]
        steps = met.diff()
        assert bool((steps[15:24] - 0.1).abs().max() < 1e-6)
        assert steps[14] == pytest.approx(0.1, abs=0.07)
        assert steps[24] == pytest.approx(0.1, abs=0.07)
        assert steps.diff().abs().max() < 0.12
        assert bool((met[: 15 - bend] == 0).all())
        assert bool((met[25 + bend :] == 0).all())


def test_soft_values_are_not_put_in_place() -> None:
    clean = torch.zeros(1, FRAMES, 1)
    torch.testing.assert_close(
        meet(clean, KnownMotion(torch.ones_like(clean), torch.full_like(clean, 0.9)), BEND), clean
    )


def test_values_without_strength_are_not_read() -> None:
    values = torch.full((1, FRAMES, 3), float("nan"))
    assert bool((KnownMotion(values, torch.zeros_like(values)).as_input() == 0).all())


def test_the_past_of_a_window() -> None:
    known = past(torch.ones(1, 5, 2), FRAMES)
    assert known.values.shape == (1, FRAMES, 2)
    assert known.strength.sum() == 10
    assert bool((known.strength[:, :5] == 1).all())


def test_paths_are_joined_in_order_and_what_is_not_given_has_no_strength() -> None:
    motion = {"a": torch.zeros(1, FRAMES, 2), "b": torch.zeros(1, FRAMES, 3)}
    assert joined({}, motion) is None
    both = joined({"b": past(torch.ones(1, 4, 3), FRAMES)}, motion)
    assert both is not None
    assert both.strength[0, 0].tolist() == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("row", ["full", "without-dual-path"])
def test_the_generators_read_what_is_given(row: str) -> None:
    torch.manual_seed(0)
    model = KSDiff(model_config("debug", row), ARKIT, 24, 3).eval()
    for parameter in model.generators.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    condition = make_condition(1)
    noisy = {path: torch.randn(1, FRAMES, model.channels[path]) for path in PATHS}
    keyframes = {path: keyframe_input(torch.zeros(1, FRAMES), True) for path in PATHS}
    encoded = model.encode(condition, FRAMES)

    def clean(known: dict[str, KnownMotion]) -> dict[str, torch.Tensor]:
        return model.denoise(noisy, torch.tensor([50]), encoded, keyframes, known)

    nothing = clean({})
    given = clean({EXPRESSION: past(torch.ones(1, 5, model.channels[EXPRESSION]), FRAMES)})
    assert not torch.allclose(nothing[EXPRESSION][:, 20:], given[EXPRESSION][:, 20:], atol=1e-4)
    if row == "full":
        torch.testing.assert_close(nothing[HEAD], given[HEAD])


def test_a_model_that_was_not_trained_for_it_ignores_what_is_given() -> None:
    model = KSDiff(replace(model_config("debug"), known_motion=False), ARKIT, 24, 3)
    assert all(generator.known is None for generator in model.generators.values())
