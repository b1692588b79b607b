"""LivePortrait's networks computed by onnxruntime, from graphs: no torch is needed."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from jaxtyping import Float, UInt8

from ksdiff.errors import InputError
from ksdiff.liveportrait.files import WeightFiles
from ksdiff.liveportrait.networks import Networks, Points
from ksdiff.liveportrait.settings import APPEARANCE, MOTION, OUTPUTS, RETARGETING, Settings

# Graphs that correct keypoints, by what they are called in `RETARGETING`.
CORRECTORS = {"retarget_shoulder": "stitching", "retarget_mouth": "stitching_lip"}
Shapes = Sequence[tuple[int, ...]]


class OnnxNetworks(Networks):
    """The graphs that FasterLivePortrait publishes, or that ``ksdiff convert-liveportrait`` makes."""

    def __init__(self, weights: WeightFiles, settings: Settings, source: str) -> None:
        """Load the graphs; see `ksdiff.liveportrait.load.load_networks`."""
        self.settings, self.source = settings, source
        picture = (1, 3, settings.picture, settings.picture)
        volume, points = (1, *settings.volume), (1, 21, 3)
        result = (1, 3, settings.result, settings.result)
        found = [(1, count) for count in OUTPUTS.values()]
        load = partial(_session, weights.paths)
        self._appearance = load(APPEARANCE, [picture], [volume])
        self._motion = load(MOTION, [picture], found)
        self._warping = load("warping_spade", [volume, points, points], [result])
        self._correctors = {
            name: load(graph, [(1, RETARGETING[name][0])], [(1, RETARGETING[name][2])])
            for name, graph in CORRECTORS.items()
        }
        names = [each.name for each in self._warping.get_inputs()]
        if not {"kp_driving", "kp_source"} <= set(names):
            path = weights.paths["warping_spade"]
            raise InputError(f"{path} has the inputs {', '.join(names)}; two must be kp_source and kp_driving")

    def features(self, picture: UInt8[np.ndarray, "H W 3"]) -> Float[np.ndarray, "1 C D h w"]:
        """The volume of features of a photo."""
        return _run(self._appearance, [_planes(picture)])[0]

    def _found(self, picture: UInt8[np.ndarray, "H W 3"]) -> Mapping[str, Float[np.ndarray, " _"]]:
        made = _run(self._motion, [_planes(picture)])
        names = [each.name for each in self._motion.get_outputs()]
        named = names if set(names) == set(OUTPUTS) else list(OUTPUTS)  # some exports have numbers for names
        return {name: values[0] for name, values in zip(named, made, strict=True)}

    def _correction(self, name: str, given: Float[np.ndarray, " I"]) -> Float[np.ndarray, " O"]:
        return _run(self._correctors[name], [given[None]])[0][0].astype(np.float64)

    def draw(self, features: Any, source: Points, driving: Points) -> UInt8[np.ndarray, "S S 3"]:
        """A photo whose keypoints have moved."""
        given: dict[str, Any] = {"kp_source": source[None], "kp_driving": driving[None]}
        names = [each.name for each in self._warping.get_inputs()]
        made = _run(self._warping, [given.get(name, features) for name in names])
        return (np.clip(made[0][0], 0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)


def _session(paths: Mapping[str, Path], name: str, inputs: Shapes, outputs: Shapes) -> onnxruntime.InferenceSession:
    """Load a graph and see that it takes and gives what it must."""
    path = paths[name]
    try:
        available = onnxruntime.get_available_providers()
        wanted = [each for each in ("CUDAExecutionProvider", "CPUExecutionProvider") if each in available]
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(str(path), options, providers=wanted)
    except Exception as error:  # onnxruntime raises many kinds
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InputError(f"{path} cannot be loaded by onnxruntime: {reason[:400]}") from error
    for kind, found, expected in (
        ("takes", session.get_inputs(), inputs), ("gives", session.get_outputs(), outputs)
    ):  # fmt: skip
        shapes = [tuple(each.shape) for each in found]
        if len(shapes) != len(expected) or not all(map(_fits, shapes, expected)):
            raise InputError(f"{path} {kind} arrays of the shapes {shapes}; they must be {list(expected)}")
    return session


def _fits(found: tuple[Any, ...], expected: tuple[int, ...]) -> bool:
    """Whether a shape is the expected one; sides that are left open have names in place of numbers."""
    return len(found) == len(expected) and all(
        not isinstance(a, int) or a == b for a, b in zip(found, expected, strict=True)
    )


def _run(session: onnxruntime.InferenceSession, given: Sequence[np.ndarray]) -> list[np.ndarray]:
    feeds = {
        each.name: np.ascontiguousarray(values, dtype=np.float16 if "float16" in each.type else np.float32)
        for each, values in zip(session.get_inputs(), given, strict=True)
    }
    return [np.asarray(values, dtype=np.float32) for values in session.run(None, feeds)]


def _planes(picture: UInt8[np.ndarray, "H W 3"]) -> Float[np.ndarray, "1 3 H W"]:
    return picture.transpose(2, 0, 1)[None].astype(np.float32) / 255
