"""Moonshine base: English speech to text.

The weights are those inside the package moonshine-cpp (MIT, the English model). Its encoder runs on
onnxruntime. Its decoder is stored such that onnxruntime would unpack all 41 million weights again for every
token (0.25 s each), so it is read from the file and computed with PyTorch, several pieces of sound at once.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from ksdiff.errors import InputError
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.encoder import session_options
from ksdiff.threads import single_thread

LAYERS, HEADS, WIDTH, HEAD_WIDTH, ROTARY_WIDTH = 8, 8, 416, 52, 32
START, END = 1, 2  # tokens
TOKENS_PER_SECOND = 8  # nobody speaks faster; more is the decoder running in circles


@lru_cache(maxsize=1)
def load_recogniser(threads: int | None = None) -> "Recogniser":
    """Load the recogniser from the installed package moonshine-cpp.

    Args:
        threads: Threads for the encoder; the decoder uses one.

    Raises:
        InputError: The package is not installed, or its files are missing.
    """
    # Found, not imported: importing it would load a second copy of onnxruntime into the process.
    found = find_spec("moonshine_cpp")
    if found is None or found.origin is None:
        raise InputError("transcribing needs the package moonshine-cpp: pip install 'ksdiff[transcribe]'")
    folder = Path(found.origin).parent / "models/base-en"
    if not (folder / "decoder_model_merged.ort").is_file():
        raise InputError(f"there is no speech model in {folder}: install moonshine-cpp again")
    return Recogniser(folder, threads)


class Recogniser:
    """English speech to text.

    Args:
        folder: Holds ``encoder_model.ort``, ``decoder_model_merged.ort`` and ``tokenizer.bin``.
        threads: Threads for the encoder.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self._encoder = onnxruntime.InferenceSession(
            folder / "encoder_model.ort", session_options(threads), providers=["CPUExecutionProvider"]
        )
        self._decoder = Decoder(_read_weights(folder / "decoder_model_merged.ort"))
        self._tokens = _read_tokens(folder / "tokenizer.bin")

    def transcribe(self, pieces: list[np.ndarray]) -> list[str]:
        """Text of each piece of sound (mono, 16 kHz; some seconds each), decoded greedily and together."""
        states = [
            torch.from_numpy(np.asarray(self._encoder.run(None, {"input_values": piece[None]})[0])[0])
            for piece in pieces
        ]
        limits = [max(8, round(TOKENS_PER_SECOND * len(piece) / SAMPLE_RATE)) for piece in pieces]
        found = self._decoder.greedy(states, limits)
        joined = [b"".join(self._tokens[token] for token in tokens) for tokens in found]
        return [text.decode(errors="ignore").replace("▁", " ").strip() for text in joined]


class Decoder:
    """The Moonshine decoder.

    Args:
        weights: Matrices (input by output) and vectors by name, as `_read_weights` gives them.
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self._weights = weights
        self._embedding = weights["embed_tokens"]
        self._output = self._embedding.T.contiguous()  # as a copy, it is multiplied three times as fast
        self._frequencies = weights["rotary_emb"].flatten()

    @single_thread()
    @torch.inference_mode()
    def greedy(self, states: list[Tensor], limits: list[int]) -> list[list[int]]:
        """The likeliest token at each step, for several pieces at once.

        Args:
            states: What the encoder made of each piece [frames, width].
            limits: Greatest number of tokens of each.

        Returns:
            Tokens without the start and end marks. Loops are cut to a single round.
        """
        lengths = torch.tensor([len(state) for state in states])
        padded = torch.nn.utils.rnn.pad_sequence(states, batch_first=True)
        hidden = torch.arange(padded.shape[1])[None] >= lengths[:, None]
        mask = torch.zeros(hidden.shape).masked_fill(hidden, -torch.inf)[:, None, None]
        heard = [
            tuple(
                self._heads(padded @ self._weights[f"layers.{layer}/encoder_attn/{part}"])
                for part in ("k_proj", "v_proj")
            )
            for layer in range(LAYERS)
        ]
        said: list[tuple[Tensor, Tensor] | None] = [None] * LAYERS
        tokens = torch.full((len(states), 1), START)
        results: list[list[int]] = [[] for _ in states]
        running = set(range(len(states)))
        for step in range(max(limits)):
            logits = self._step(tokens, step, said, heard, mask)
            tokens = logits.argmax(-1, keepdim=True)
            for piece in tuple(running):
                token = int(tokens[piece])
                if token == END:
                    running.discard(piece)
                    continue
                results[piece].append(token)
                period = _loop(results[piece])
                if period or len(results[piece]) >= limits[piece]:
                    running.discard(piece)
                if period:
                    del results[piece][-period * (_ROUNDS - 1) :]
            if not running:
                break
        return results

    def _step(
        self,
        tokens: Int[Tensor, "B 1"],
        step: int,
        said: list[tuple[Tensor, Tensor] | None],
        heard: list[tuple[Tensor, ...]],
        mask: Float[Tensor, "B 1 1 S"],
    ) -> Float[Tensor, "B V"]:
        weights = self._weights
        x = self._embedding[tokens]
        angles = (step * self._frequencies).repeat_interleave(2)
        cosine, sine = angles.cos(), angles.sin()
        for layer in range(LAYERS):
            at = f"layers.{layer}/"
            y = self._norm(x, f"layers.{layer}.input_layernorm")
            query, key, value = (
                self._heads(y @ weights[f"{at}self_attn/{part}"]) for part in ("q_proj", "k_proj", "v_proj")
            )
            query, key = _rotated(query, cosine, sine), _rotated(key, cosine, sine)
            before = said[layer]
            if before is not None:
                key, value = torch.cat([before[0], key], 2), torch.cat([before[1], value], 2)
            said[layer] = key, value
            attended = functional.scaled_dot_product_attention(query, key, value)
            x = x + self._joined(attended) @ weights[f"{at}self_attn/dense"]
            y = self._norm(x, f"layers.{layer}.post_attention_layernorm")
            query = self._heads(y @ weights[f"{at}encoder_attn/q_proj"])
            attended = functional.scaled_dot_product_attention(query, *heard[layer], attn_mask=mask)
            x = x + self._joined(attended) @ weights[f"{at}encoder_attn/dense"]
            y = self._norm(x, f"layers.{layer}.final_layernorm")
            y = y @ weights[f"{at}mlp/up_proj"] + weights[f"layers.{layer}.mlp.up_proj.bias"]
            up, gate = y.chunk(2, -1)
            x = x + (functional.silu(gate) * up) @ weights[f"{at}mlp/down_proj"]
            x = x + weights[f"layers.{layer}.mlp.down_proj.bias"]
        return self._norm(x, "norm")[:, 0] @ self._output

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x, (WIDTH,), self._weights[f"{name}.weight"])

    @staticmethod
    def _heads(x: Float[Tensor, "B T D"]) -> Float[Tensor, "B H T d"]:
        return x.unflatten(-1, (HEADS, HEAD_WIDTH)).transpose(1, 2)

    @staticmethod
    def _joined(x: Float[Tensor, "B H T d"]) -> Float[Tensor, "B T D"]:
        return x.transpose(1, 2).flatten(2)


def _rotated(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary position embedding of the first part of each head, neighbours in pairs."""
    turned, kept = x[..., :ROTARY_WIDTH], x[..., ROTARY_WIDTH:]
    swapped = torch.stack([-turned[..., 1::2], turned[..., ::2]], -1).flatten(-2)
    return torch.cat([turned * cosine + swapped * sine, kept], -1)


_ROUNDS = 4  # of the same tokens, until it is a loop


def _loop(tokens: list[int]) -> int:
    """Length of the group of up to 12 tokens that the end repeats `_ROUNDS` times, or 0."""
    for period in range(1, 13):
        tail = tokens[-period * _ROUNDS :]
        if len(tail) == period * _ROUNDS and tail == tail[:period] * _ROUNDS:
            return period
    return 0


def _read_weights(path: Path) -> dict[str, Tensor]:
    """The decoder's weights out of an onnxruntime flat buffer, unpacked from 8 bits.

    Matrices are named after the product that they enter, such as ``layers.0/mlp/up_proj``; vectors as in the
    file.
    """
    from onnxruntime.tools.ort_format_model.ort_flatbuffers_py.fbs import InferenceSession

    model: Any = InferenceSession.InferenceSession.GetRootAs(path.read_bytes(), 0).Model()
    graph = model.Graph()
    types = {1: np.float32, 3: np.int8, 7: np.int64}
    stored: dict[str, Any] = {}
    for number in range(graph.InitializersLength()):
        tensor = graph.Initializers(number)
        shape = tensor.DimsAsNumpy() if tensor.DimsLength() else ()
        values = tensor.RawDataAsNumpy().view(types[tensor.DataType()])
        stored[tensor.Name().decode()] = values.reshape(shape)

    def matrix(name: str) -> Tensor:
        packed, scale, zero = (stored[f"{name}_{part}"] for part in ("quantized", "scale", "zero_point"))
        return torch.from_numpy(packed.astype(np.float32) * scale + zero)

    weights = {}
    for name, values in stored.items():
        if name.startswith("model.decoder.") and name.endswith(("weight_merged_0", "bias_merged_0")):
            short = name.removeprefix("model.decoder.").removesuffix("_merged_0")
            weights[short] = torch.from_numpy(values.copy())
    weights["rotary_emb"] = torch.from_numpy(stored["/model/decoder/rotary_emb/Cast_1_output_0"].copy())
    weights["embed_tokens"] = matrix("model.decoder.embed_tokens.weight_merged_0")
    branch = next(graph.Nodes(i) for i in range(graph.NodesLength()) if graph.Nodes(i).OpType() == b"If")
    first = next(branch.Attributes(i).G() for i in range(2) if branch.Attributes(i).Name() == b"else_branch")
    for number in range(first.NodesLength()):
        node = first.Nodes(number)
        factor = node.Inputs(1).decode() if node.OpType() == b"MatMul" else ""
        if factor.endswith("_add_tensor"):
            name = node.Name().decode().removeprefix("/model/decoder/").removesuffix("/MatMul")
            weights[name] = matrix(factor.removesuffix("_add_tensor"))
    return weights


def _read_tokens(path: Path) -> list[bytes]:
    """The vocabulary: per token its length, in one byte or two, and its bytes."""
    packed, tokens, position = path.read_bytes(), [], 0
    while position < len(packed):
        length, position = packed[position], position + 1
        if length >= 128:
            length, position = length - 128 + packed[position] * 128, position + 1
        tokens.append(packed[position : position + length])
        position += length
    return tokens
