"""How many operations and bytes a stage takes: of torch as it is called, of onnxruntime from its profile."""

import json
import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

PRODUCTS = ("MatMul", "FusedMatMul", "Gemm", "DynamicQuantizeMatMul", "MatMulIntegerToFloat")
CONVOLUTIONS = ("Conv", "FusedConv")


@dataclass
class Count:
    """What a stage takes.

    Attributes:
        operations: Multiplications and additions of matrix products, convolutions and attention.
        bytes: Read and written by all operations, each by itself: an upper bound of what passes through memory.
    """

    operations: float = 0.0
    bytes: float = 0.0


class TorchCount(TorchDispatchMode):
    """Counts what torch is asked to do in this context."""

    def __init__(self, count: Count) -> None:
        super().__init__()
        self.count = count

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        packet = func.overloadpacket
        if packet not in flop_registry:
            with self:  # into the operations that it is made of
                result = func.decompose(*args, **kwargs)
            if result is not NotImplemented:
                return result
        result = func(*args, **kwargs)
        if packet in flop_registry:
            self.count.operations += flop_registry[packet](*args, **kwargs, out_val=result)
        elif "attention" in packet.__name__:  # not in torch's table for the processor
            query, key, value = args[:3]
            *outer, queries, width = query.shape
            self.count.operations += 2 * math.prod(outer) * queries * key.shape[-2] * (width + value.shape[-1])
        if not func.is_view:
            tensors = [leaf for leaf in tree_leaves((args, kwargs, result)) if isinstance(leaf, Tensor)]
            self.count.bytes += sum(tensor.numel() * tensor.element_size() for tensor in tensors)
        return result


@contextmanager
def onnx_profiles(counts: dict[str, Count], names: dict[str, str]) -> Iterator[None]:
    """Count what sessions of onnxruntime that are made and used in this context do.

    Args:
        counts: Gets what was counted.
        names: Stage by the inputs of its session, joined by commas.
    """
    original, sessions = onnxruntime.InferenceSession, []

    def profiled(source: Any, options: Any = None, **settings: Any) -> Any:
        options = options or onnxruntime.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = f"{folder}/profile{len(sessions)}"
        sessions.append(original(source, options, **settings))
        return sessions[-1]

    with tempfile.TemporaryDirectory() as folder:
        onnxruntime.InferenceSession = profiled  # type: ignore[assignment,misc]
        try:
            yield
        finally:
            onnxruntime.InferenceSession = original
            for session in sessions:
                inputs = ",".join(each.name for each in session.get_inputs())
                events = json.loads(Path(session.end_profiling()).read_text())
                if inputs in names:
                    _add(counts.setdefault(names[inputs], Count()), events)


def _add(count: Count, events: list[dict[str, Any]]) -> None:
    for event in events:
        if event.get("cat") != "Node" or not event["name"].endswith("_kernel_time"):
            continue
        node = event["args"]
        count.bytes += sum(int(node[f"{part}_size"]) for part in ("activation", "parameter", "output"))
        inputs, outputs = (
            [next(iter(each.values())) for each in node[f"{side}_type_shape"]] for side in ("input", "output")
        )
        if node["op_name"] in PRODUCTS:
            count.operations += 2 * math.prod(outputs[0]) * inputs[0][-1]
        elif node["op_name"] in CONVOLUTIONS:
            count.operations += 2 * math.prod(outputs[0]) * math.prod(inputs[1][1:])


def counted(work: Callable[..., Any], count: Count) -> Callable[..., Any]:
    """A function that counts what torch does in it."""

    def run(*arguments: Any, **named: Any) -> Any:
        with TorchCount(count):
            return work(*arguments, **named)

    return run
