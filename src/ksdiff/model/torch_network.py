"""The network computed by torch: in training, on a GPU, and for settings that no graphs come with the package for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from ksdiff.errors import InputError
from ksdiff.model.condition import Condition
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.network import Network, Outline, Part, Statistics
from ksdiff.model.parts import PARTS
from ksdiff.threads import single_thread


class NoInitialisation(TorchFunctionMode):
    """Modules made in this context are not given random weights: others will take their place.

    Random numbers for a tensor without memory also make torch load its compiler, which takes a second.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """What a function of torch returns; the tensor itself for those of `torch.nn.init`."""
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


@dataclass(frozen=True)
class TorchOutline(Outline):
    """A network that torch will compute.

    Attributes:
        device: Where.
    """

    device: str

    @cached_property
    def _module(self) -> KSDiff:
        with torch.device("meta"), NoInitialisation():  # has shapes and no values
            return KSDiff(self.config, self.space, self.features, self.styles)

    def shapes(self) -> dict[str, list[int]]:
        """Shapes of the tensors of its checkpoints, by name."""
        return {name: list(value.shape) for name, value in self._module.state_dict().items()}

    def network(self, tensors: Mapping[str, np.ndarray]) -> Network:
        """The network with the tensors of a checkpoint, which are of these shapes.

        Raises:
            InputError: There is no such device.
        """
        self._module.load_state_dict({name: torch.from_numpy(each) for name, each in tensors.items()}, assign=True)
        try:
            module = self._module.requires_grad_(False).to(self.device)
        except (RuntimeError, AssertionError) as error:  # what torch raises depends on how it was built
            raise InputError(f"torch cannot compute on the device {self.device!r}: {error}") from error
        return TorchNetwork(module)


class TorchNetwork(Network):
    """A module of torch as the sampler uses it.

    Attributes:
        module: In evaluation mode, on any device. Its statistics are those of now: what changes them later, as
            calibration does, is seen by the next `TorchNetwork` of the module.
    """

    def __init__(self, module: KSDiff) -> None:
        self.module = module.eval()
        tensors = {name: value.cpu().numpy() for name, value in module.named_buffers()}
        super().__init__(module.config, module.space, Statistics.of(tensors))

    @single_thread()
    @torch.inference_mode()
    def run(self, part: Part, weights: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Compute a part of the network."""
        owner: torch.nn.Module = self.module
        if part in ("context", "denoise"):
            owner = self.module.generators[weights]
        elif part in ("pose_context", "pose_denoise"):
            owner = self.module.pose_generators[weights]
        elif part in ("keyframe_memory", "keyframe_step"):
            owner = self.module.predictors[weights]
        made = PARTS[part](owner, _tensors(given, self.module.device))
        if part in ("context", "pose_context"):  # stays where it is used
            return made
        return {name: value.cpu().numpy() for name, value in made.items()}


def to_tensors(condition: Condition, device: torch.device | str = "cpu") -> Condition:
    """A condition of arrays as one of tensors, or one of tensors on another device."""
    return Condition(**_tensors(vars(condition), device))


def _tensors(values: Mapping[str, Any], device: torch.device | str) -> dict[str, torch.Tensor]:
    return {
        name: torch.from_numpy(np.ascontiguousarray(value)).to(device)
        if isinstance(value, np.ndarray)
        else value.to(device)
        for name, value in values.items()
    }
