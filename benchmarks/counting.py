"""How many operations and bytes a stage takes, from the profile of onnxruntime."""

import json
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import onnxruntime

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


@contextmanager
def onnx_profiles(counts: dict[str, Count], names: dict[str, str]) -> Iterator[None]:
    """Count what sessions of onnxruntime that are made and used in this context do.

    Args:
        counts: Gets what was counted.
        names: Stage by the first output of its sessions.
    """
    original, sessions = onnxruntime.InferenceSession, []
    numbers = count()  # sessions are made in several threads

    def profiled(source: Any, options: Any = None, **settings: Any) -> Any:
        options = options or onnxruntime.SessionOptions()
        options.enable_profiling = True
        options.profile_file_prefix = f"{folder}/profile{next(numbers)}-"
        session = original(source, options, **settings)
        sessions.append(session)
        return session

    with tempfile.TemporaryDirectory() as folder:
        onnxruntime.InferenceSession = profiled  # type: ignore[assignment,misc]
        try:
            yield
        finally:
            onnxruntime.InferenceSession = original
            for session in sessions:
                output = session.get_outputs()[0].name
                events = json.loads(Path(session.end_profiling()).read_text())
                if output in names:
                    _add(counts.setdefault(names[output], Count()), events)


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
