"""The graphs of the network: its structure as ONNX without weights, which are put in when a checkpoint is loaded.

`scripts/build_graphs.py` makes them; docs/runtime.md lists what goes in and out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.model.config import ModelConfig
from ksdiff.motion.space import EXPRESSION, PATHS
from ksdiff.speech.onnx_file import INITIALIZER, field, number, with_initializers

FOLDER = "assets/graphs"
INDEX = "graphs.json"
# Settings that no graph depends on: those of training, of sampling and of noise.
FREE_SETTINGS = {"dropout", "num_train_timesteps", "beta_schedule", "correlated_noise", "transcript_parts"}
POSE_WEIGHTS = "pose_generators."  # what stands before the names of the weights of pose generators
POSE_GRAPHS = {"pose_context", "pose_denoise"}  # of networks with pose generators; all other graphs serve both kinds


def graph_settings(config: ModelConfig, stride: int) -> dict[str, Any]:
    """What two checkpoints must have in common to run on the same graphs; settings that are as usual are left out.

    Args:
        config: Settings of the network.
        stride: Of the speech encoder, samples: it fixes how many frames each pooling covers.
    """
    default = ModelConfig().to_dict()
    free = {*FREE_SETTINGS, "pose_generators"}
    settings = {n: v for n, v in config.to_dict().items() if n not in free and v != default[n]}
    return json.loads(json.dumps({**settings, "stride": stride}))


@dataclass(frozen=True)
class Graphs:
    """The graphs for one kind of network.

    Attributes:
        folder: Holds ``NAME.onnx``.
        weights: Shapes of the weights of each graph, by name; sizes that differ from checkpoint to checkpoint by name.
    """

    folder: Path
    weights: Mapping[str, Mapping[str, Sequence[int | str]]]

    @classmethod
    def find(cls, config: ModelConfig, stride: int) -> "Graphs | None":
        """The graphs that come with the package for these settings; None if there are none."""
        wanted = graph_settings(config, stride)
        for folder in sorted(Path(str(files("ksdiff").joinpath(FOLDER))).iterdir()):
            index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
            if index["settings"] == wanted:
                return cls(folder, index["weights"])
        return None

    def shapes(self, channels: Mapping[str, int], features: int, styles: int, poses: bool) -> dict[str, list[int]]:
        """Shapes of all weights by their names in a checkpoint.

        Args:
            channels: Of each path.
            features: Width of the frozen features.
            styles: Training speakers.
            poses: Whether it has pose generators.
        """
        result: dict[str, list[int]] = {}
        for graph, weights in self.weights.items():
            if graph in POSE_GRAPHS and not poses:
                continue
            for path in (EXPRESSION,) if graph == "encode" else PATHS:
                sizes = {"features": features, "styles": styles + 1}
                sizes |= {"channels": channels[path], "twice_channels": 2 * channels[path]}
                for name, shape in weights.items():
                    result[prefix(graph, path) + name] = [
                        sizes[size] if isinstance(size, str) else size for size in shape
                    ]
        return result

    def model(self, name: str, path: str, weights: Mapping[str, np.ndarray]) -> bytes:
        """A graph with its weights, as onnxruntime loads it.

        Args:
            name: Of the graph.
            path: Whose weights to take.
            weights: By their names in the checkpoint.
        """
        structure, before = (self.folder / f"{name}.onnx").read_bytes(), prefix(name, path)
        tensors = (_tensor(each, weights[before + each]) for each in self.weights[name])
        return with_initializers(structure, b"".join(field(INITIALIZER, tensor) for tensor in tensors))


def prefix(graph: str, path: str) -> str:
    """What stands before the names that a graph knows, in a checkpoint."""
    rooms = {"encode": "", "context": f"generators.{path}.", "denoise": f"generators.{path}."}
    rooms |= dict.fromkeys(POSE_GRAPHS, f"{POSE_WEIGHTS}{path}.")
    return rooms.get(graph, f"predictors.{path}.")


def _tensor(name: str, values: np.ndarray) -> bytes:
    """A TensorProto of single precision."""
    dimensions = b"".join(b"\x08" + number(size) for size in values.shape)
    single = np.ascontiguousarray(values, "<f4").tobytes()
    return dimensions + b"\x10\x01" + field(8, name.encode()) + field(9, single)
