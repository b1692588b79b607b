"""Frozen speech encoders: what is being said, as one vector per frame.

Encoders attend to everything that they are given, so sound is cut into windows of bounded length on a grid
of frames that does not depend on them: a frame's place in time follows from its number alone, a two-hour
file needs no more memory than a short one, and any stretch can be encoded by itself with the same result.
"""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime
from jaxtyping import Float

from ksdiff.concurrency import thread_count
from ksdiff.errors import InputError, suggest
from ksdiff.extras import require
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.onnx_file import initializers_of, with_initializers

WINDOW_SECONDS = 8.064  # kept from each window: 336 frames of the Moonshine encoder
CONTEXT_SECONDS = 1.008  # heard on each side of it
DEFAULT_ENCODER = "moonshine-base"
_WHOLE_SHA256 = "d2db599704a07220285d84891093b97021f26e1b06abdf47af09812d9e1b99a9"
_TRANSFORMERS = ("wav2vec2", "hubert", "wavlm")


class SpeechEncoder(ABC):
    """A frozen encoder whose frames lie on a fixed grid.

    Attributes:
        name: What `load_encoder` finds it by.
        layers: The layers whose outputs stand side by side in a frame, counted from 0.
        width: Length of a frame's vector.
        sha256: Of the weights.
        stride: Samples from one frame to the next.
        support: Samples that the first, convolutional part sees of a frame.
    """

    def __init__(self, name: str, layers: tuple[int, ...], width: int, sha256: str, stride: int, support: int) -> None:
        self.name, self.layers, self.width, self.sha256 = name, layers, width, sha256
        self.stride, self.support = stride, support
        self._hop = round(WINDOW_SECONDS * SAMPLE_RATE / stride)
        self._context = round(CONTEXT_SECONDS * SAMPLE_RATE / stride)

    @property
    def record(self) -> dict[str, Any]:
        """What a checkpoint or corpus keeps, to tell whether features fit it. JSON can hold it."""
        return {
            "name": self.name,
            "layers": list(self.layers),
            "width": self.width,
            "sha256": self.sha256,
            "stride": self.stride,
            "support": self.support,
        }

    def frame_count(self, samples: int) -> int:
        """Number of frames of a sound of so many samples; at least one."""
        return max(1, (samples - self.support) // self.stride + 1)

    def frame_times(self, count: int, start: int = 0) -> Float[np.ndarray, " S"]:
        """Instants at which frames ``start`` to ``start + count`` are centred, s."""
        return (self.stride * np.arange(start, start + count) + (self.support - 1) / 2) / SAMPLE_RATE

    def encode(
        self, samples: Float[np.ndarray, " N"], start: int = 0, stop: int | None = None
    ) -> Float[np.ndarray, "S F"]:
        """Features of a sound, or of its frames ``start`` to ``stop``: the same values either way.

        Args:
            samples: Mono sound at 16 kHz.
            start: First frame.
            stop: One beyond the last frame; all that follow if None.
        """
        total = self.frame_count(len(samples))
        stop = total if stop is None else min(stop, total)
        if not 0 <= start < stop:
            raise ValueError(f"frames {start} to {stop} are not within the {total} of this sound")
        kept = []
        for first, features in self.windows(samples, start, stop):
            kept.append(features[max(start - first, 0) : stop - first])
        return np.concatenate(kept)

    def windows(
        self, samples: Float[np.ndarray, " N"], start: int = 0, stop: int | None = None
    ) -> Iterator[tuple[int, Float[np.ndarray, "S F"]]]:
        """Features window by window, for sound whose features are too many to hold at once.

        Yields:
            The number of its first frame and its features, for each window with a frame in ``start`` to
            ``stop``.
        """
        total = self.frame_count(len(samples))
        stop = total if stop is None else min(stop, total)
        for first in range(start // self._hop * self._hop, stop, self._hop):
            last = min(first + self._hop, total)
            left, right = max(first - self._context, 0), min(last + self._context, total)
            heard = np.array(samples[left * self.stride : (right - 1) * self.stride + self.support], dtype=np.float32)
            heard = np.pad(heard, (0, max(self.support - len(heard), 0)))
            yield first, self._run(heard)[first - left : last - left]

    def encode_at_once(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S F"]:
        """Features of a short sound, not of its windows: all of it is the context of each frame.

        Args:
            samples: Mono sound at 16 kHz, at least `support` of them and at most 10 s.
        """
        return self._run(np.ascontiguousarray(samples, dtype=np.float32))

    @abstractmethod
    def _run(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S F"]:
        """Features of all frames of one window."""


def moonshine_graph(name: str, sha256: str) -> bytes:
    """A graph of the English Moonshine base model with the weights that all of them share, as onnxruntime loads it.

    Args:
        name: Of the graph; scripts/build_encoder.py makes them.
        sha256: Of its file.

    Raises:
        InputError: The graph or the weights in the package are damaged.
    """
    assets = files("ksdiff").joinpath("assets")
    structure, whole = (assets.joinpath(f"moonshine_base_{each}.onnx").read_bytes() for each in (name, "encoder"))
    if (hashlib.sha256(structure).hexdigest(), hashlib.sha256(whole).hexdigest()) != (sha256, MoonshineEncoder.SHA256):
        raise InputError("the speech encoder inside ksdiff is damaged: install the package again")
    return with_initializers(structure, initializers_of(whole))


class MoonshineEncoder(SpeechEncoder):
    """Middle layers of the English Moonshine base model, through onnxruntime; comes with the package.

    41.67 frames/s; frame i is centred on sample 384 i + 447. Its weights have 8 bits; what they are multiplied with is
    not rounded to as many, or the last bit of a sample would change the features by 2 % (docs/runtime.md, "Rounding").

    Args:
        threads: Threads to compute with.

    Raises:
        InputError: The file in the package is damaged.
    """

    LAYERS = (1, 4)
    SHA256 = "4506e3a466713e141da9fa33b81a12021ec1175ff2473e1b31d1032b8a0bcce3"

    def __init__(self, threads: int | None = None) -> None:
        super().__init__(DEFAULT_ENCODER, self.LAYERS, 416 * len(self.LAYERS), self.SHA256, 384, 895)
        self._threads = threads
        self._graph = moonshine_graph("whole", _WHOLE_SHA256)

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        """Loaded when it is used: streams have a graph of their own, and need no other 30 MB."""
        options = session_options(self._threads)
        return onnxruntime.InferenceSession(self._graph, options, providers=["CPUExecutionProvider"])

    def _run(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S F"]:
        return np.asarray(self._session.run(["features"], {"input_values": samples[None]})[0])[0]


class TransformersEncoder(SpeechEncoder):
    """wav2vec 2.0, HuBERT or WavLM through the package transformers.

    Args:
        name: ``KIND:FOLDER_OR_ID``, such as ``wav2vec2:facebook/wav2vec2-base-960h``, optionally followed by
            ``@`` and the layers, counted from 0 and separated by commas; the last one if none are given.
        threads: Threads to compute with; PyTorch's setting if None.

    Raises:
        InputError: transformers is not installed, the model cannot be loaded, is of another kind, or lacks a
            layer.
    """

    def __init__(self, name: str, threads: int | None = None) -> None:
        kind, _, source = name.partition(":")
        with_layers = re.fullmatch(r"(.+)@(\d+(?:,\d+)*)", source)
        source, chosen = with_layers.groups() if with_layers else (source, None)
        torch, transformers = require("torch", "hf"), require("transformers", "hf")
        try:
            config = transformers.AutoConfig.from_pretrained(source)
            if config.model_type != kind:
                raise InputError(f"{source} is a {config.model_type} model, not {kind}")
            self._model = transformers.AutoModel.from_pretrained(source).eval().requires_grad_(False)
        except (OSError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"cannot load the speech encoder {source!r}: {error}; give a model folder or the name of a "
                "model "
                "on the hub"
            ) from error
        self._normalise = self._wants_normalised(transformers, source)
        self._torch, self._threads = torch, threads
        depth = config.num_hidden_layers
        layers = tuple(int(layer) for layer in chosen.split(",")) if chosen else (depth - 1,)
        if any(not 0 <= layer < depth for layer in layers):
            raise InputError(f"{name!r}: the model has layers 0 to {depth - 1}")
        stride, support = 1, 1
        for kernel, step in zip(config.conv_kernel, config.conv_stride, strict=True):
            support += (kernel - 1) * stride
            stride *= step
        super().__init__(name, layers, config.hidden_size * len(layers), self._digest(), stride, support)

    @staticmethod
    def _wants_normalised(transformers: Any, source: str) -> bool:
        try:
            return bool(transformers.AutoFeatureExtractor.from_pretrained(source).do_normalize)
        except (OSError, ValueError, AttributeError):
            return True  # what all but WavLM base were trained on

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for key, value in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(value.cpu().float().numpy()).tobytes())
        return digest.hexdigest()

    def _run(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S F"]:
        if self._normalise:
            samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        torch, before = self._torch, self._torch.get_num_threads()
        try:
            if self._threads is not None:
                torch.set_num_threads(self._threads)
            with torch.inference_mode():
                states = self._model(torch.from_numpy(samples)[None], output_hidden_states=True).hidden_states
        finally:
            torch.set_num_threads(before)
        return np.concatenate([states[layer + 1][0].float().numpy() for layer in self.layers], axis=1)


def load_encoder(name: str = DEFAULT_ENCODER, threads: int | None = None) -> SpeechEncoder:
    """Load a speech encoder; the same one again is not loaded twice.

    Args:
        name: ``moonshine-base``, or ``wav2vec2:``, ``hubert:`` or ``wavlm:`` and a model folder or the name
            of a model on the hub (see `TransformersEncoder`).
        threads: Threads to compute with.

    Raises:
        InputError: There is no such encoder, or it cannot be loaded.
    """
    return _load_encoder(name, threads)


@lru_cache(maxsize=2)
def _load_encoder(name: str, threads: int | None) -> SpeechEncoder:
    if name == DEFAULT_ENCODER:
        return MoonshineEncoder(threads)
    kind, colon, source = name.partition(":")
    if kind in _TRANSFORMERS and colon and source:
        return TransformersEncoder(name, threads)
    allowed = (DEFAULT_ENCODER, *(f"{kind}:FOLDER_OR_ID" for kind in _TRANSFORMERS))
    raise InputError(f"unknown speech encoder {name!r}: {suggest(name, allowed)}")


def encoder_of(record: Mapping[str, Any], threads: int | None = None) -> SpeechEncoder:
    """Load the encoder that a checkpoint or corpus was made with.

    Args:
        record: What `SpeechEncoder.record` gave.
        threads: Threads to compute with.

    Raises:
        InputError: It cannot be loaded, or is not the same any more.
    """
    encoder = load_encoder(record["name"], threads)
    if encoder.record != dict(record):
        raise InputError(
            f"the speech encoder {record['name']!r} is not the one that was used before: layers "
            f"{record['layers']} with sha256 {record['sha256'][:12]}..., now layers {list(encoder.layers)} "
            f"with {encoder.sha256[:12]}...; use the weights of then, or prepare and train again"
        )
    return encoder


def session_options(threads: int | None = None) -> onnxruntime.SessionOptions:
    """Options for onnxruntime: bounded threads, which sleep when idle so as not to starve their neighbours.

    Args:
        threads: Threads to compute with; those of `ksdiff.concurrency.thread_count` if None.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or thread_count()
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options
