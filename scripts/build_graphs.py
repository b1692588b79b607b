"""Make the graphs of the network that onnxruntime runs: its structure, without weights.

python scripts/build_graphs.py

Needs torch and onnx. A graph is traced from the modules of `ksdiff.model` with random weights, whose place those of a
checkpoint take when it is loaded (`ksdiff.model.graphs`). Sizes of batches, lengths, and the numbers of styles and
channels are left open, so that the graphs serve every checkpoint of these settings. docs/runtime.md lists their inputs
and outputs.
"""

import io
import json
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import ModelConfig, model_config
from ksdiff.model.graphs import INDEX, POSE_GRAPHS, graph_settings
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.parts import PARTS, Tensors, numbered
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION
from ksdiff.speech.encoder import load_encoder

ASSETS = Path(__file__).parents[1] / "src/ksdiff/assets/graphs"
# Folders, and what they serve: the packaged weights, and what `ksdiff train` makes of its presets.
KINDS = {
    "base": replace(model_config("base", "regression-features"), pose_generators=True),
    "base-full": replace(model_config("base"), pose_generators=True),
    "small": replace(model_config("small"), pose_generators=True),
}
OPSET = 17
Shapes = dict[str, list[int | str]]  # sizes that differ from checkpoint to checkpoint by name

# Open axes of what goes in and out, by its name; that of a layer's keys or values without the number of the layer.
AXES = {
    "features": ("batch", "speech"), "prosody": ("batch", "speech"), "speech_times": ("batch", "speech"),
    "speech_mask": ("batch", "speech"), "text": ("batch", "bytes"), "text_times": ("batch", "bytes"),
    "text_mask": ("batch", "bytes"), "times": ("frames",), "style": ("batch",), "frame_mask": ("batch", "frames"),
    "speech_expression": ("batch", "frames"), "speech_head": ("batch", "frames"), "words": ("batch", "tokens"),
    "prior": ("batch", "frames", "channels"), "speech": ("batch", "frames"), "keyframes": ("batch", "frames"),
    "known": ("batch", "frames", "twice_channels"), "noisy": ("batch", "frames", "channels"), "steps": ("batch",),
    "added": ("batch", "frames"), "style_tokens": ("batch",), "self_bias": ("batch", None, "frames", "self_keys"),
    "speech_bias": ("batch", None, "frames", "speech_keys"), "words_bias": ("batch", None, "frames", "tokens"),
    "speech_keys": ("batch", None, "frames"), "speech_values": ("batch", None, "frames"),
    "words_keys": ("batch", None, "tokens"), "words_values": ("batch", None, "tokens"),
    "clean": ("batch", "frames", "channels"), "heard": ("batch", "frames"), "previous": ("batch", "next"),
    "past_keys": ("batch", None, "past"), "past_values": ("batch", None, "past"),
    "probabilities": ("batch", "next"), "seen_keys": ("batch", None, "seen"), "seen_values": ("batch", None, "seen"),
}  # fmt: skip
AXES_OF_NEXT = {"heard": ("batch", "next"), "speech_bias": ("batch", None, "next", "frames"),
                "words_bias": ("batch", None, "next", "tokens")}  # fmt: skip
AXES_OF_POSES = {
    "speech": ("batch", "frames"), "frames": ("batch", "poses"), "pose_mask": ("batch", "poses"),
    "keyframes": ("batch", "poses"), "known": ("batch", "poses", "twice_channels"), "added": ("batch", "poses"),
    "self_bias": ("batch", None, "poses", "self_keys"), "speech_bias": ("batch", None, "poses", "speech_keys"),
    "speech_keys": ("batch", None, "poses"), "speech_values": ("batch", None, "poses"),
    "noisy": ("batch", "poses", "channels"), "clean": ("batch", "poses", "channels"),
}  # fmt: skip


class Part(nn.Module):
    """A part of the network, with inputs in the order of their names."""

    def __init__(self, name: str, module: nn.Module, inputs: list[str]) -> None:
        super().__init__()
        self.name, self.module, self.inputs = name, module, inputs

    def forward(self, *values: Tensor) -> tuple[Tensor, ...]:
        """What the part gives, without the names."""
        return tuple(PARTS[self.name](self.module, dict(zip(self.inputs, values, strict=True))).values())


@torch.inference_mode()
def build(config: ModelConfig) -> dict[str, tuple[bytes, Shapes]]:
    """Graphs, each with the shapes of its weights."""
    # No two sizes are equal, so that none is taken for another.
    batch, frames, text_length, following, past, styles = 2, 90, 7, 31, 17, 1008
    encoder = load_encoder()
    grid = FrameGrid.of(encoder.record)
    model = KSDiff(config, ARKIT, encoder.width, styles).eval()
    for parameter in model.parameters():  # weights of equal values would become one
        nn.init.normal_(parameter)
    speech_frames = 150
    given: Tensors = {
        "features": torch.randn(batch, speech_frames, encoder.width),
        "prosody": torch.randn(batch, speech_frames, 3),
        "speech_times": (grid.first + torch.arange(speech_frames) * grid.spacing).repeat(batch, 1),
        "speech_mask": torch.ones(batch, speech_frames, dtype=torch.bool),
        "text": torch.randint(256, (batch, text_length)),
        "text_times": torch.rand(batch, text_length),
        "text_mask": torch.ones(batch, text_length, dtype=torch.bool),
        "style": torch.zeros(batch, dtype=torch.long),
        "frame_mask": torch.ones(batch, frames, dtype=torch.bool),
        "times": torch.arange(frames) / MOTION_RATE,
    }
    channels = model.channels[EXPRESSION]
    generator, predictor = model.generators[EXPRESSION], model.predictors[EXPRESSION]
    open_sizes = {
        encoder.width: "features", channels: "channels", 2 * channels: "twice_channels", styles + 1: "styles"
    }  # fmt: skip
    made = {}

    def add(name: str, module: nn.Module, inputs: Tensors) -> Tensors:
        outputs = PARTS[name](module, inputs)
        made[name] = export(Part(name, module, list(inputs)).eval(), inputs, outputs, open_sizes)
        return outputs

    named = ("features", "prosody", "speech_times", "speech_mask", "text", "text_mask", "times")
    encoded = add("encode", model, {name: given[name] for name in named})
    heard = {"speech": encoded["speech_expression"], "words": encoded["words"]} | {
        name: given[name] for name in ("text_times", "text_mask", "frame_mask", "times")
    }
    told = {
        "style": given["style"],
        "keyframes": torch.rand(batch, frames, 2),
        "known": torch.randn(batch, frames, 2 * channels),
    }
    shared = add("context", generator, heard | told)
    noisy = {"noisy": torch.randn(batch, frames, channels), "steps": torch.full((batch,), 50)}
    add("denoise", generator, noisy | shared | {"frame_mask": given["frame_mask"]})
    poses = 23
    planned = {
        "speech": encoded["speech_expression"],
        "style": given["style"],
        "frames": torch.arange(poses).repeat(batch, 1),
        "pose_mask": torch.ones(batch, poses, dtype=torch.bool),
        "keyframes": torch.rand(batch, poses, 2),
        "known": torch.randn(batch, poses, 2 * channels),
    }
    apart = add("pose_context", model.pose_generators[EXPRESSION], planned)
    noisy = {"noisy": torch.randn(batch, poses, channels), "steps": torch.full((batch,), 50)}
    add("pose_denoise", model.pose_generators[EXPRESSION], noisy | apart)
    memory = add("keyframe_memory", predictor, heard)
    for name in ("speech_bias", "words_bias"):
        memory[name] = memory[name][:, :, :following]
    memory["heard"] = memory["heard"][:, :following]
    heads = config.keyframe_num_heads
    nothing = torch.zeros(batch, heads, past, config.keyframe_hidden_dim // heads)
    remembered = numbered("past", [(nothing, nothing)] * config.keyframe_num_layers)
    previous = {"previous": torch.zeros(batch, following, dtype=torch.long)}
    add("keyframe_step", predictor, previous | memory | remembered)
    return made


def export(part: Part, inputs: Tensors, outputs: Tensors, open_sizes: dict[int, str]) -> tuple[bytes, Shapes]:
    """Trace a part; gives the graph without weights, and their shapes, in which some sizes are open."""
    axes = {}
    own_axes = AXES_OF_NEXT if part.name == "keyframe_step" else AXES_OF_POSES if part.name in POSE_GRAPHS else {}
    for name in (*inputs, *outputs):
        kind = name.rstrip("0123456789").rstrip("_")
        open_axes = {**AXES, **own_axes}[kind]
        axes[name] = {index: axis for index, axis in enumerate(open_axes) if axis is not None}
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The other exporter cannot trace sizes that are taken from values, such as the poolings of the speech encoder.
        torch.onnx.export(
            part, tuple(inputs.values()), file, input_names=list(inputs), output_names=list(outputs),
            dynamic_axes=axes, opset_version=OPSET, do_constant_folding=False, dynamo=False,
        )  # fmt: skip
    model = onnx.load_from_string(file.getvalue())
    weights: Shapes = {
        each.name: [open_sizes.get(size, size) for size in each.dims] for each in model.graph.initializer
    }
    del model.graph.initializer[:], model.graph.value_info[:]
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            if name in weights:
                node.input[index] = name.removeprefix("module.")
    weights = {name.removeprefix("module."): shape for name, shape in weights.items()}
    return simplified(model, weights).SerializeToString(), weights


def simplified(model: onnx.ModelProto, weights: Shapes) -> onnx.ModelProto:
    """A graph without what never changes: done once here, onnxruntime need not do it at each start."""
    for name, shape in weights.items():
        model.graph.input.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
    options = onnxruntime.SessionOptions()
    # Only what the standard's own operators can say, so that every backend reads it.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    with tempfile.TemporaryDirectory() as folder:
        options.optimized_model_filepath = f"{folder}/graph.onnx"
        onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        result = onnx.load(options.optimized_model_filepath)
    inputs = [each for each in result.graph.input if each.name not in weights]
    domains = {node.domain for node in result.graph.node}
    opsets = [each for each in result.opset_import if each.domain in domains]
    del result.graph.input[:], result.graph.value_info[:], result.opset_import[:]
    result.graph.input.extend(inputs)
    result.opset_import.extend(opsets)
    assert domains == {""}
    return result


def main() -> None:
    stride = load_encoder().stride
    for kind, config in KINDS.items():
        torch.manual_seed(0)
        made = build(config)
        folder = ASSETS / kind
        folder.mkdir(parents=True, exist_ok=True)
        for name, (graph, _) in made.items():
            (folder / f"{name}.onnx").write_bytes(graph)
            print(f"{kind}/{name}.onnx: {len(graph) / 1000:.0f} kB")
        index = {
            "settings": graph_settings(config, stride),
            "weights": {name: weights for name, (_, weights) in made.items()},
        }
        (folder / INDEX).write_text(json.dumps(index) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
