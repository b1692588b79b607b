"""The losses of a training step without anything that comes from the host, so that a CUDA graph can hold them.

They are those of `ksdiff.training.objective.step_losses`; a test compares them. What differs is where things come from:
a graph cannot copy from the host, ask the device for a number, or call the Fourier transform's library while it is
captured. So constants lie on the device, which frames are given is drawn beforehand (`gpu_windows`), and a short
Fourier transform is a matrix product.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from ksdiff.model import attention, dpse, generator, keyframe_predictor
from ksdiff.model.condition import Condition
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import DDIMScheduler, noise_filter
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.training.batches import Batch
from ksdiff.training.config import TrainingConfig
from ksdiff.training.losses import RESOLUTIONS, lip_factor
from ksdiff.training.objective import Prediction, channel_weights, corrupt, prediction_losses

CONDITION = tuple(Condition.__dataclass_fields__)


class Constants:
    """Tensors that every step needs, each put on the device once. A graph knows them by address: keep this with it."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._kept: dict[tuple[Any, ...], Tensor] = {}

    def once(self, make: Callable[..., Tensor], *key: Any) -> Tensor:
        """What ``make(*key)`` gives, on the device; made once."""
        name = (make.__module__, make.__qualname__, *key)
        if name not in self._kept:
            self._kept[name] = make(*key).to(self.device)
        return self._kept[name]

    @contextmanager
    def in_place(self, spacing: float) -> Iterator[None]:
        """While this is open, the model's functions that compute constants on the host or read the device are replaced.

        ``spacing`` of the speech frames, s, is the same in all windows; `dpse.frame_spacing` reads it from the device.
        The model itself keeps its functions: cached tensors would be in the way of tracing and of inference mode.
        """
        made = {
            name: getattr(module, name)
            for module, name in (
                (attention, "slopes"), (attention, "periodic_bias"), (attention, "diagonal_bias"),
                (attention, "periodic_encoding"), (keyframe_predictor, "causal_bias"),
            )
        }  # fmt: skip

        def slopes(num_heads: int) -> Tensor:
            return self.once(made["slopes"], num_heads)

        # Their first argument is always `torch.arange(frames)`.
        def periodic_bias(frames: Tensor, num_heads: int, period: int) -> Tensor:
            def bias(count: int, num_heads: int, period: int) -> Tensor:
                return made["periodic_bias"](torch.arange(count), num_heads, period)

            return self.once(bias, len(frames), num_heads, period)

        def periodic_encoding(frames: Tensor, hidden_dim: int, period: int) -> Tensor:
            def encoding(count: int, hidden_dim: int, period: int) -> Tensor:
                return made["periodic_encoding"](torch.arange(count), hidden_dim, period)

            return self.once(encoding, len(frames), hidden_dim, period)

        def diagonal_bias(frames: int, window: int) -> Tensor:
            return self.once(made["diagonal_bias"], frames, window)

        def causal_bias(frames: int, num_heads: int, window: int) -> Tensor:
            return self.once(made["causal_bias"], frames, num_heads, window)

        with (
            patch.object(attention, "slopes", slopes),
            patch.multiple(
                generator, periodic_bias=periodic_bias, periodic_encoding=periodic_encoding, diagonal_bias=diagonal_bias
            ),
            patch.object(keyframe_predictor, "causal_bias", causal_bias),
            patch.object(dpse, "frame_spacing", lambda times, alone: spacing),
        ):
            yield


class Losses(nn.Module):
    """All losses of a batch; `Constants.in_place` has to be open."""

    def __init__(self, model: KSDiff, config: TrainingConfig, constants: Constants) -> None:
        """The losses of a model that lies on the device of ``constants``."""
        super().__init__()
        self.model, self.config, self.constants = model, config, constants
        self.weights = {path: weight.to(constants.device) for path, weight in channel_weights(model).items()}
        lips = lip_factor(model.space, model.expression_std) if config.lambda_lips else None
        self.lips = None if lips is None else lips.to(constants.device)

    def forward(self, batch: Batch, strength: dict[str, Float[Tensor, "B T C"]]) -> dict[str, Tensor]:
        """Losses by name, and ``total``.

        Args:
            batch: Windows.
            strength: By path, how much each frame and channel is given; drawn with the windows.
        """
        model, config = self.model, self.config
        size, frames = batch.mask[HEAD].shape
        device = batch.mask[HEAD].device
        random = torch.rand(5, size, device=device)
        condition = corrupt(batch.condition, config)
        condition = model.drop_conditions(
            condition, random[0] < config.drop_speech, random[1] < config.drop_text, random[2] < config.drop_style
        )
        encoded = model.encode(condition, frames)
        target = {path: model.normalise(batch.motion[path], path) for path in PATHS}
        weight = {path: batch.mask[path].unsqueeze(-1) * self.weights[path] for path in PATHS}
        weight[EXPRESSION] = weight[EXPRESSION] * batch.channel_mask.unsqueeze(1)
        steps = (random[3] ** config.noise_skew * model.config.num_train_timesteps).long()
        process = model.config.num_train_timesteps, model.config.beta_schedule
        clear = self.constants.once(_alphas, *process)[steps]
        left = clear[:, None, None]
        noisy = {path: left.sqrt() * target[path] + (1 - left).sqrt() * self._noise(target[path]) for path in PATHS}
        told = (random[4] >= config.drop_keyframes).float().unsqueeze(-1).expand(size, frames)
        keyframes = {path: torch.stack([batch.keyframes[path] * told, told], dim=-1) for path in PATHS}
        known = {}
        if config.known_frames and model.config.known_motion:
            for path in PATHS:
                given = strength[path] * batch.mask[path].unsqueeze(-1)
                values = target[path] + (1 - given) * torch.randn_like(target[path])
                known[path] = torch.cat([torch.where(given > 0, values, 0.0), given], dim=-1)
        predicted = model.denoise(noisy, steps, encoded, keyframes, known)
        logits = model.keyframe_logits(encoded, {path: (batch.keyframes[path] > 0).long() for path in PATHS})
        made = Prediction(predicted, logits, encoded.prior)
        return prediction_losses(model, batch, made, target, weight, clear, config, self.lips, self._spectral)

    def _noise(self, like: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        if not self.model.config.correlated_noise:
            return torch.randn_like(like)
        kernel = self.constants.once(_noise_kernel)
        size, frames, channels = like.shape
        white = torch.randn(size * channels, 1, frames + 2 * (kernel.shape[-1] // 2), device=like.device)
        return F.conv1d(white, kernel).view(size, channels, frames).transpose(1, 2)

    def _spectral(
        self,
        predicted: Float[Tensor, "B T C"],
        target: Float[Tensor, "B T C"],
        weights: Float[Tensor, "B T C"],
        members: Float[Tensor, " B"],
    ) -> Float[Tensor, ""]:
        known = (weights > 0).to(predicted)
        channel = weights.amax(dim=1) * members[:, None]
        both = torch.stack([predicted * known, target * known]).transpose(2, 3)
        shape = both.shape[:3]
        series = both.flatten(0, 2).unsqueeze(1)
        total = predicted.new_zeros(())
        for size in RESOLUTIONS:
            padded = F.pad(series, (size // 2, size // 2), mode="reflect")
            spectrum = F.conv1d(padded, self.constants.once(fourier_basis, size), stride=size // 4)
            real, imaginary = spectrum.chunk(2, dim=1)
            magnitude = (real**2 + imaginary**2 + 1e-7).sqrt().unflatten(0, shape)
            distance = (magnitude[0] - magnitude[1]).abs().mean(dim=(2, 3)) / size**0.5
            total = total + (distance * channel).sum() / channel.sum().clamp(min=1e-6)
        return total / len(RESOLUTIONS)


def fourier_basis(size: int) -> Float[Tensor, "_ 1 N"]:
    """Kernels of the real, then the imaginary parts of a Fourier transform of ``size`` frames under a Hann window."""
    time = torch.arange(size, dtype=torch.float64)
    angle = 2 * math.pi / size * torch.arange(size // 2 + 1, dtype=torch.float64)[:, None] * time
    window = torch.hann_window(size, dtype=torch.float64)
    return (torch.cat([angle.cos(), -angle.sin()]) * window).float().unsqueeze(1)


def _alphas(num_train_timesteps: int, beta_schedule: str) -> Float[Tensor, " N"]:
    return torch.from_numpy(DDIMScheduler(num_train_timesteps, beta_schedule).alphas_cumprod)


def _noise_kernel() -> Float[Tensor, "1 1 N"]:
    return torch.from_numpy(noise_filter()).float()[None, None]


def flat(batch: Batch, strength: dict[str, Tensor]) -> list[Tensor]:
    """The tensors of a batch; `unflat` is the way back."""
    condition = [getattr(batch.condition, name) for name in CONDITION]
    by_path = (batch.motion, batch.mask, batch.keyframes, strength)
    return [*condition, batch.channel_mask, *(values[path] for values in by_path for path in PATHS)]


def unflat(tensors: Sequence[Tensor]) -> tuple[Batch, dict[str, Tensor]]:
    """The batch of which `flat` made these tensors, and how much is given of it."""
    condition, (channel_mask, *others) = tensors[: len(CONDITION)], tensors[len(CONDITION) :]
    motion, mask, keyframes, strength = (
        dict(zip(PATHS, others[at : at + len(PATHS)], strict=True)) for at in range(0, len(others), len(PATHS))
    )
    return Batch(Condition(*condition), motion, mask, channel_mask, keyframes), strength


class Traced:
    """Forward and backward pass of one run as a single graph of operations, which inductor can compile."""

    def __init__(
        self,
        losses: Losses,
        example: tuple[Batch, dict[str, Tensor]],
        precision: torch.dtype | None,
        compiled: bool,
        log: Callable[[str], None],
    ) -> None:
        """Trace, and compile if ``compiled``; ``precision`` is what to autocast to, None for fp32."""
        from torch._inductor.compile_fx import compile_fx
        from torch.fx.experimental.proxy_tensor import make_fx

        self.names: list[str] = []
        self._used: list[int] = []
        self._parameters, self._buffers = list(losses.parameters()), list(losses.buffers())
        names, buffers = ([n for n, _ in each] for each in (losses.named_parameters(), losses.named_buffers()))
        kind = losses.constants.device.type

        def step(*tensors: Tensor) -> list[Tensor]:
            weights = {name: value.detach().requires_grad_() for name, value in zip(names, tensors, strict=False)}
            rest = tensors[len(names) :]
            state = {**weights, **dict(zip(buffers, rest, strict=False))}
            with torch.autocast(kind, precision or torch.bfloat16, enabled=precision is not None):
                made = functional_call(losses, state, unflat(rest[len(buffers) :]))
            gradients = torch.autograd.grad(made["total"], list(weights.values()), allow_unused=True)
            self.names = sorted(made)
            self._used = [index for index, gradient in enumerate(gradients) if gradient is not None]
            values = torch.stack([made[name].detach().float() for name in self.names])
            return [values, *(gradient for gradient in gradients if gradient is not None)]

        arguments = self._arguments(example)
        step(*arguments)  # puts the constants on the device
        graph = make_fx(step, tracing_mode="real")(*arguments)
        graph.graph.eliminate_dead_code()
        graph.recompile()
        log(f"traced {len(graph.graph.nodes)} nodes")
        self._function: Any = graph
        if compiled:
            self._function = compile_fx(graph, arguments)
            self._function(*arguments)
            log("compiled")

    def _arguments(self, windows: tuple[Batch, dict[str, Tensor]]) -> list[Tensor]:
        return [*(each.detach() for each in self._parameters), *self._buffers, *flat(*windows)]

    def __call__(self, windows: tuple[Batch, dict[str, Tensor]]) -> Float[Tensor, " N"]:
        """The losses in the order of ``names``; the parameters get their gradients."""
        with torch.no_grad():
            values, *gradients = self._function(*self._arguments(windows))
        for parameter in self._parameters:
            parameter.grad = None
        for index, gradient in zip(self._used, gradients, strict=True):
            self._parameters[index].grad = gradient
        return values
