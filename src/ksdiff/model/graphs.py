"""The graphs of the network: its structure as ONNX without weights, which are put in when a checkpoint is loaded.

`scripts/build_graphs.py` makes them; docs/runtime.md lists what goes in and out. An ONNX file is a protocol buffer, and
of two messages one after the other the second is merged into the first: a graph's weights are appended to its file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.model.config import ModelConfig

FOLDER = "assets/graphs"
INDEX = "graphs.json"
# Settings that no graph depends on: those of training, of sampling and of noise.
FREE_SETTINGS = {"dropout", "num_train_timesteps", "beta_schedule", "correlated_noise"}


def graph_settings(config: ModelConfig, stride: int) -> dict[str, Any]:
    """What two checkpoints must have in common to run on the same graphs.

    Args:
        config: Settings of the network.
        stride: Of the speech encoder, samples: it fixes how many frames each pooling covers.
    """
    settings = {name: value for name, value in config.to_dict().items() if name not in FREE_SETTINGS}
    return json.loads(json.dumps({**settings, "stride": stride}))


@dataclass(frozen=True)
class Graphs:
    """The graphs for one kind of network.

    Attributes:
        folder: Holds ``NAME.onnx``.
        weights: Names of the weights of each graph.
    """

    folder: Path
    weights: Mapping[str, tuple[str, ...]]

    @classmethod
    def find(cls, config: ModelConfig, stride: int) -> "Graphs | None":
        """The graphs that come with the package for these settings; None if there are none."""
        wanted = graph_settings(config, stride)
        for folder in sorted(Path(str(files("ksdiff").joinpath(FOLDER))).iterdir()):
            index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
            if index["settings"] == wanted:
                return cls(folder, {name: tuple(names) for name, names in index["weights"].items()})
        return None

    def model(self, name: str, weights: Mapping[str, np.ndarray], prefix: str = "") -> bytes:
        """A graph with its weights, as onnxruntime loads it.

        Args:
            name: Of the graph.
            weights: By their names in the checkpoint.
            prefix: What these names begin with, before the names that the graph knows.
        """
        structure = (self.folder / f"{name}.onnx").read_bytes()
        tensors = b"".join(_field(5, _tensor(each, weights[prefix + each])) for each in self.weights[name])
        return structure + _field(7, tensors)  # ModelProto.graph, with more of GraphProto.initializer


def _tensor(name: str, values: np.ndarray) -> bytes:
    """A TensorProto of single precision."""
    dimensions = b"".join(b"\x08" + _number(size) for size in values.shape)
    single = np.ascontiguousarray(values, "<f4").tobytes()
    return dimensions + b"\x10\x01" + _field(8, name.encode()) + _field(9, single)


def _field(number: int, content: bytes) -> bytes:
    """A field of a protocol buffer that has a length."""
    return _number(number << 3 | 2) + _number(len(content)) + content


def _number(value: int) -> bytes:
    """A whole number in groups of seven bits, the lowest first."""
    result = bytearray()
    while value > 127:
        result.append(value & 127 | 128)
        value >>= 7
    return bytes((*result, value))
