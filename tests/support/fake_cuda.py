"""A CUDA device for machines without one: tensors there are computed here, but know that they are there.

As on a real GPU, mixing devices raises, and so does reading values as an array without copying them first. Torch's own
`FakeTensorMode` cannot be used: without CUDA it has no guard for the device, and it has no values to decide by.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_iter, tree_map

CUDA = torch.device("cuda:0")
_MOVES = (torch.Tensor.copy_, torch.Tensor.__setitem__)  # take values from any device
_READS = (torch.Tensor.numpy, torch.Tensor.__array__)


class _There(torch.Tensor):
    """A tensor on the fake device."""

    __torch_function__ = torch._C._disabled_torch_function_impl


def _there(value: Any) -> Any:
    return value.as_subclass(_There) if isinstance(value, torch.Tensor) else value


def _here(value: Any) -> Any:
    return value.as_subclass(torch.Tensor) if isinstance(value, _There) else value


class FakeCuda(TorchFunctionMode):
    """The device exists while this is active."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        tensors = [value for value in tree_iter((args, kwargs)) if isinstance(value, torch.Tensor)]
        there = any(isinstance(value, _There) for value in tensors)
        name = getattr(func, "__name__", "")
        if func == torch.Tensor.grad.__get__:
            return func(*args, **kwargs)
        if there and func == torch.Tensor.device.__get__:
            return CUDA
        if there and func in _READS:
            raise TypeError("can't convert a cuda:0 tensor to numpy: copy it to the processor first")
        devices = [value for value in tree_iter((args, kwargs)) if _is_device(value)]
        if name == "cpu" or (name == "to" and any(torch.device(each).type == "cpu" for each in devices)):
            return func(*tree_map(_here, args), **kwargs)
        if devices and any(torch.device(each).type == "cuda" for each in devices):
            there = True
        elif name == "to":
            there = isinstance(tensors[-1], _There)  # the other tensor's device, or its own
        elif there and func not in _MOVES and any(not isinstance(each, _There) and each.dim() for each in tensors):
            raise RuntimeError(f"{name}: expected all tensors to be on the same device, but found cuda:0 and cpu")
        elif func in _MOVES:
            there = isinstance(tensors[0], _There)
        plain = tree_map(lambda value: "cpu" if _is_device(value) else _here(value), (args, kwargs))
        result = func(*plain[0], **plain[1])
        return tree_map(_there, result) if there else result


def _is_device(value: Any) -> bool:
    return (
        isinstance(value, torch.device) or value in ("cpu", "cuda", "cuda:0")
        if isinstance(value, torch.device | str)
        else False
    )


def moved(module: torch.nn.Module) -> torch.nn.Module:
    """The module on the fake device."""
    for each in module.modules():
        for name, parameter in _known(each._parameters):
            each._parameters[name] = torch.nn.Parameter(_there(parameter.detach()), parameter.requires_grad)
        for name, buffer in _known(each._buffers):
            each._buffers[name] = _there(buffer)
    return module


def _known(values: dict[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    return ((name, value) for name, value in list(values.items()) if value is not None)
