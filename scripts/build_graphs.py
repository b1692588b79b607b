"""Make the graphs of the network that onnxruntime runs: its structure, without weights.

python scripts/build_graphs.py

Needs torch and onnx. A graph is traced from the modules of `ksdiff.model` with random weights, whose place those of a
checkpoint take when it is loaded (`ksdiff.model.graphs`). Sizes of batches, lengths, and the numbers of styles and
channels are left open, so that the graphs serve every checkpoint of these settings. docs/runtime.md lists their inputs
and outputs.
"""

import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from ksdiff.model.condition import Condition, FrameGrid
from ksdiff.model.config import ModelConfig, model_config
from ksdiff.model.generator import GeneratorContext, MotionGenerator
from ksdiff.model.graphs import INDEX, graph_settings
from ksdiff.model.keyframe_predictor import KeyframePredictor, Memory
from ksdiff.model.ksdiff import KSDiff
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD
from ksdiff.speech.encoder import load_encoder

ASSETS = Path(__file__).parents[1] / "src/ksdiff/assets/graphs"
KINDS = {"base": model_config("base", "regression-features")}  # folders, and what they serve
OPSET = 17

Tensors = dict[str, Tensor]
Function = Callable[..., Tensors]  # of a module and its inputs
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


def condition(given: Tensors) -> Condition:
    """A condition of what is given; what is not given is not read."""
    missing = torch.zeros(1)
    return Condition(**{name: given.get(name, missing) for name in Condition.__dataclass_fields__})


def encode(model: KSDiff, given: Tensors) -> Tensors:
    """Speech and words of a window."""
    encoded = model.encode_at(condition(given), given["times"])
    result = {f"speech_{path}": encoded.speech[path] for path in (EXPRESSION, HEAD)}
    return result | {n: v for n, v in (("words", encoded.text), ("prior", encoded.prior)) if v is not None}


def context(generator: MotionGenerator, given: Tensors) -> Tensors:
    """What all denoising steps of a window have in common."""
    made = generator.context(
        given["speech"], given.get("words"), given.get("keyframes"), condition(given), given["times"],
        given.get("known"),
    )  # fmt: skip
    result = {"added": made.added, "style_tokens": made.style, "self_bias": made.self_bias}
    result |= {"speech_bias": made.speech_bias, **numbered("speech", made.speech)}
    if made.words_bias is not None:
        result |= {"words_bias": made.words_bias, **numbered("words", made.words)}
    return result


def denoise(generator: MotionGenerator, given: Tensors) -> Tensors:
    """One denoising step."""
    layers = range(generator.config.num_layers)
    made = GeneratorContext(
        added=given["added"],
        style=given["style_tokens"],
        speech=gathered("speech", given, layers),
        words=gathered("words", given, layers) if "words_bias" in given else [],
        self_bias=given["self_bias"],
        speech_bias=given["speech_bias"],
        words_bias=given.get("words_bias"),
        mask=given.get("frame_mask"),
    )
    return {"clean": generator.denoise(given["noisy"], given["steps"], made)}


def keyframe_memory(predictor: KeyframePredictor, given: Tensors) -> Tensors:
    """What the frames of a window attend to."""
    made = predictor.memory(given["speech"], given.get("words"), condition(given), given["times"])
    kinds = ("speech", "words")[: len(made.biases)]
    result = {"heard": made.speech} | {f"{kind}_bias": bias for kind, bias in zip(kinds, made.biases, strict=True)}
    for index, kind in enumerate(kinds):
        result |= numbered(kind, [layer[index] for layer in made.keys_values])
    return result


def keyframe_step(predictor: KeyframePredictor, given: Tensors) -> Tensors:
    """Probabilities of some frames."""
    layers = range(predictor.config.keyframe_num_layers)
    kinds = [kind for kind in ("speech", "words") if f"{kind}_bias" in given]
    by_kind = [gathered(kind, given, layers) for kind in kinds]
    memory = Memory(
        given["heard"], [list(own) for own in zip(*by_kind, strict=True)], [given[f"{kind}_bias"] for kind in kinds]
    )
    probabilities, seen = predictor.advance(given["previous"], memory, gathered("past", given, layers))
    return {"probabilities": probabilities, **numbered("seen", seen)}


def numbered(kind: str, keys_values: list[tuple[Tensor, Tensor]]) -> Tensors:
    """Keys and values of each layer, by name."""
    return {
        f"{kind}_{what}_{layer}": value
        for layer, own in enumerate(keys_values)
        for what, value in zip(("keys", "values"), own, strict=True)
    }


def gathered(kind: str, given: Tensors, layers: range) -> list[tuple[Tensor, Tensor]]:
    """The inverse of `numbered`."""
    return [(given[f"{kind}_keys_{layer}"], given[f"{kind}_values_{layer}"]) for layer in layers]


class Part(nn.Module):
    """A function of a module, with inputs in the order of their names."""

    def __init__(self, module: nn.Module, function: Function, names: list[str]) -> None:
        super().__init__()
        self.module, self.function, self.names = module, function, names

    def forward(self, *values: Tensor) -> tuple[Tensor, ...]:
        """What the function gives, without the names."""
        return tuple(self.function(self.module, dict(zip(self.names, values, strict=True))).values())


@torch.inference_mode()
def build(config: ModelConfig) -> dict[str, tuple[bytes, list[str]]]:
    """Graphs, each with the names of its weights."""
    # No two sizes are equal, so that none is taken for another.
    batch, frames, text_length, following, past, styles = 2, 90, 7, 31, 17, 3
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
    made = {}

    def add(name: str, module: nn.Module, function: Function, inputs: Tensors) -> Tensors:
        outputs = function(module, inputs)
        made[name] = export(Part(module, function, list(inputs)).eval(), inputs, outputs)
        return outputs

    named = ("features", "prosody", "speech_times", "speech_mask", "text", "text_mask", "times")
    encoded = add("encode", model, encode, {name: given[name] for name in named})
    heard = {"speech": encoded["speech_expression"], "words": encoded["words"]} | {
        name: given[name] for name in ("text_times", "text_mask", "frame_mask", "times")
    }
    told = {
        "style": given["style"],
        "keyframes": torch.rand(batch, frames, 2),
        "known": torch.randn(batch, frames, 2 * channels),
    }
    shared = add("context", generator, context, heard | told)
    noisy = {"noisy": torch.randn(batch, frames, channels), "steps": torch.full((batch,), 50)}
    add("denoise", generator, denoise, noisy | shared | {"frame_mask": given["frame_mask"]})
    memory = add("keyframe_memory", predictor, keyframe_memory, heard)
    for name in ("speech_bias", "words_bias"):
        memory[name] = memory[name][:, :, :following]
    memory["heard"] = memory["heard"][:, :following]
    heads = config.keyframe_num_heads
    nothing = torch.zeros(batch, heads, past, config.keyframe_hidden_dim // heads)
    remembered = numbered("past", [(nothing, nothing)] * config.keyframe_num_layers)
    previous = {"previous": torch.zeros(batch, following, dtype=torch.long)}
    add("keyframe_step", predictor, keyframe_step, previous | memory | remembered)
    return made


def export(part: Part, inputs: Tensors, outputs: Tensors) -> tuple[bytes, list[str]]:
    """Trace a part; gives the graph without weights, and their names."""
    axes = {}
    for name in (*inputs, *outputs):
        kind = name.rstrip("0123456789").rstrip("_")
        open_axes = AXES_OF_NEXT.get(kind, AXES[kind]) if "previous" in inputs else AXES[kind]
        axes[name] = {index: axis for index, axis in enumerate(open_axes) if axis is not None}
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The other exporter cannot trace sizes that are taken from values, such as the poolings of the speech encoder.
        torch.onnx.export(
            part, tuple(inputs.values()), file, input_names=list(inputs), output_names=list(outputs),
            dynamic_axes=axes, opset_version=OPSET, do_constant_folding=False, dynamo=False,
        )  # fmt: skip
    graph = onnx.load_from_string(file.getvalue())
    weights = [each.name for each in graph.graph.initializer]
    del graph.graph.initializer[:], graph.graph.value_info[:]
    for node in graph.graph.node:
        node.ClearField("doc_string")
        for index, name in enumerate(node.input):
            if name in weights:
                node.input[index] = name.removeprefix("module.")
    return graph.SerializeToString(), [name.removeprefix("module.") for name in weights]


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
        (folder / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
