"""The diffusion process against the scheduler of diffusers."""

import numpy as np
import pytest
import torch

from ksdiff.errors import InputError
from ksdiff.model.sampling.scheduler import BETA_SCHEDULES, DDIMScheduler
from ksdiff.training.noise import add_noise


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
    torch.testing.assert_close(add_noise(ours, clean, noise, at), scheduler.add_noise(clean, noise, at))

    def predict(noisy: dict[str, np.ndarray], step: np.ndarray) -> dict[str, np.ndarray]:
        return {"x": np.tanh(noisy["x"]) + np.float32(0.1) * clean.numpy()}

    expected = noise
    for step in scheduler.timesteps.tolist():
        made = torch.from_numpy(predict({"x": expected.numpy()}, at.numpy())["x"])
        expected = scheduler.step(made, step, expected, eta=0.0).prev_sample
    sampled = ours.sample({"x": noise.numpy()}, predict, steps)["x"]
    np.testing.assert_allclose(sampled, expected.numpy(), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("schedule", BETA_SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 3, 4, 6, 8])
def test_equals_dpm_solver_of_diffusers(schedule: str, steps: int) -> None:
    multistep = pytest.importorskip("diffusers.schedulers.scheduling_dpmsolver_multistep")
    scheduler = multistep.DPMSolverMultistepScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule=schedule,
        prediction_type="sample",
        algorithm_type="dpmsolver++",
        solver_order=2,
        timestep_spacing="trailing",
        final_sigmas_type="zero",
    )
    ours = DDIMScheduler(1000, schedule)
    scheduler.set_timesteps(steps)
    assert ours.timesteps(steps) == scheduler.timesteps.tolist()
    noise, shift = torch.randn(3, 20, 4), torch.randn(3, 20, 4).numpy()

    def predict(noisy: dict[str, np.ndarray], step: np.ndarray) -> dict[str, np.ndarray]:
        return {"x": np.tanh(noisy["x"]) + np.float32(0.1) * shift * np.float32(step[0] / 1000)}

    expected = noise
    for step in scheduler.timesteps.tolist():
        made = torch.from_numpy(predict({"x": expected.numpy()}, np.full(3, step))["x"])
        expected = scheduler.step(made, step, expected).prev_sample
    second = ours.sample({"x": noise.numpy()}, predict, steps, solver_order=2)["x"]
    np.testing.assert_allclose(second, expected.numpy(), atol=1e-3, rtol=1e-3)
    first = ours.sample({"x": noise.numpy()}, predict, steps)["x"]
    assert (np.abs(second - first).max() > 1e-3) == (steps > 2)  # between the first and the last step


def test_unknown_schedules_are_refused() -> None:
    with pytest.raises(InputError, match="did you mean 'scaled_linear'"):
        DDIMScheduler(10, "scaled_linaer")
