"""The parts of the network by name, tensors by name in and out: what a graph is traced from, and what torch runs.

docs/runtime.md lists the inputs and outputs.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from ksdiff.model.condition import Condition
from ksdiff.model.generator import GeneratorContext, MotionGenerator
from ksdiff.model.keyframe_predictor import KeyframePredictor, Memory
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.pose_generator import PoseGenerator
from ksdiff.model.spatiotemporal import SpatiotemporalContext, SpatiotemporalGenerator

Tensors = dict[str, Tensor]


def condition(given: Tensors) -> Condition:
    """A condition of what is given; what is not given is not read, and empty."""
    times = given.get("text_times")
    batch = len(next(iter(given.values()))) if times is None else len(times)
    frames, texts = torch.zeros(batch, 0), torch.zeros(batch, 0 if times is None else times.shape[1])
    empty = {
        "features": frames[..., None],
        "prosody": torch.zeros(batch, 0, 3),
        "speech_times": frames,
        "speech_mask": frames.bool(),
        "text": texts.long(),
        "text_times": texts,
        "text_mask": texts.bool(),
        "style": torch.zeros(batch, dtype=torch.long),
        "frame_mask": frames.bool(),
    }
    return Condition(**{name: given.get(name, value) for name, value in empty.items()})


def encode(model: KSDiff, given: Tensors) -> Tensors:
    """Speech and words of a window."""
    encoded = model.encode_at(condition(given), given["times"])
    result = {f"speech_{path}": value for path, value in encoded.speech.items()}
    return result | {n: v for n, v in (("words", encoded.text), ("prior", encoded.prior)) if v is not None}


def context(generator: MotionGenerator | SpatiotemporalGenerator, given: Tensors) -> Tensors:
    """What all denoising steps of a window have in common."""
    if isinstance(generator, SpatiotemporalGenerator):
        apart = generator.context(given["speech"], condition(given), given["reference"], given.get("known"))
        result = {"reference": apart.reference, "added": apart.added, "time_bias": apart.time_bias}
        return result | {"speech_bias": apart.speech_bias, **numbered("speech", apart.speech)}
    made = generator.context(
        given["speech"], given.get("words"), given["keyframes"], condition(given), given["times"],
        given.get("known"),
    )  # fmt: skip
    return by_name(made)


def pose_context(generator: PoseGenerator, given: Tensors) -> Tensors:
    """What all denoising steps of some poses have in common."""
    names = ("speech", "style", "frames", "pose_mask", "keyframes", "known")
    return by_name(generator.pose_context(*(given[name] for name in names)))


def denoise(generator: MotionGenerator | SpatiotemporalGenerator, given: Tensors) -> Tensors:
    """One denoising step."""
    layers = range(generator.config.num_layers)
    if isinstance(generator, SpatiotemporalGenerator):
        apart = SpatiotemporalContext(
            reference=given["reference"],
            added=given["added"],
            speech=gathered("speech", given, layers),
            time_bias=given["time_bias"],
            speech_bias=given["speech_bias"],
        )
        return {"clean": generator.denoise(given["noisy"], given["steps"], apart)}
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


def by_name(context: GeneratorContext) -> Tensors:
    """A context as tensors by name; the mask is an input already."""
    result = {"added": context.added, "style_tokens": context.style, "self_bias": context.self_bias}
    result |= {"speech_bias": context.speech_bias, **numbered("speech", context.speech)}
    if context.words_bias is not None:
        result |= {"words_bias": context.words_bias, **numbered("words", context.words)}
    return result


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


PARTS: dict[str, Callable[..., Tensors]] = {
    "encode": encode,
    "context": context,
    "denoise": denoise,
    "pose_context": pose_context,
    "pose_denoise": denoise,
    "keyframe_memory": keyframe_memory,
    "keyframe_step": keyframe_step,
}
