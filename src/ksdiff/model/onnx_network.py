"""The network computed by onnxruntime, without torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import onnxruntime

from ksdiff.model.config import ModelConfig
from ksdiff.model.graphs import Graphs
from ksdiff.model.network import Network, Outline, Part, Statistics
from ksdiff.motion.space import EXPRESSION, HEAD, MotionSpace
from ksdiff.speech.encoder import session_options


@dataclass(frozen=True)
class OnnxOutline(Outline):
    """A network that there are graphs for.

    Attributes:
        graphs: The graphs.
    """

    graphs: Graphs

    def shapes(self) -> dict[str, list[int]]:
        """Shapes of the tensors of its checkpoints, by name."""
        channels = {EXPRESSION: len(self.space.expression), HEAD: len(self.space.head)}
        return {
            **Statistics.shapes(self.space, self.styles),
            **self.graphs.shapes(channels, self.features, self.styles, self.config.pose_generators),
        }  # fmt: skip

    def network(self, tensors: Mapping[str, np.ndarray]) -> Network:
        """The network with the tensors of a checkpoint, which are of these shapes."""
        return OnnxNetwork(self.graphs, self.config, self.space, tensors)


class OnnxNetwork(Network):
    """The graphs of a kind of network with the weights of a checkpoint, each computed by one thread.

    Their operations take some 10 µs each: threads that share so little work wait for each other at every one.
    """

    def __init__(
        self, graphs: Graphs, config: ModelConfig, space: MotionSpace, weights: Mapping[str, np.ndarray]
    ) -> None:
        """``weights``: all tensors of the checkpoint by name."""
        super().__init__(config, space, Statistics.of(weights))

        @cache
        def session(part: Part, path: str) -> onnxruntime.InferenceSession:
            options = session_options(1)
            # They are as simple as they get: looking for more takes longer than it gains.
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
            graph = graphs.model(part, path, weights)
            return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

        self._session = session

    def run(self, part: Part, weights: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Compute a part of the network."""
        session = self._session(part, weights)
        outputs = [each.name for each in session.get_outputs()]
        made = session.run(outputs, {each.name: given[each.name] for each in session.get_inputs()})
        return dict(zip(outputs, made, strict=True))
