"""The diffusion process against the scheduler of diffusers."""

import pytest
import torch

from ksdiff.errors import InputError
from ksdiff.model.sampling.scheduler import BETA_SCHEDULES, DDIMScheduler


@pytest.mark.parametrize("schedule", BETA_SCHEDULES)
@pytest.mark.parametrize("steps", [1, 4, 8, 50])
def test_equals_ddim_of_diffusers(schedule: str, steps: int) -> None:
    ddim = pytest.importorskip("diffusers.schedulers.scheduling_ddim")
    scheduler = ddim.DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule=schedule,
        prediction_type="sample",
        clip_sample=False,
        set_alpha_to_one=True,
        timestep_spacing="trailing",
    )
    ours = DDIMScheduler(1000, schedule)
    scheduler.set_timesteps(steps)
    assert ours.timesteps(steps) == scheduler.timesteps.tolist()
    noise, clean = torch.randn(3, 20, 4), torch.randn(3, 20, 4)
    at = torch.tensor([0, 500, 999])
    torch.testing.assert_close(ours.add_noise(clean, noise, at), scheduler.add_noise(clean, noise, at))

    def predict(noisy: dict[str, torch.Tensor], step: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"x": torch.tanh(noisy["x"]) + 0.1 * clean}

    expected = noise
    for step in scheduler.timesteps.tolist():
        expected = scheduler.step(predict({"x": expected}, at)["x"], step, expected, eta=0.0).prev_sample
    torch.testing.assert_close(ours.sample({"x": noise}, predict, steps)["x"], expected, atol=1e-4, rtol=1e-4)


def test_unknown_schedules_are_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'scaled_linear'"):
        DDIMScheduler(10, "scaled_linaer")
