"""Moonshine base: English speech to text.

The weights are those inside the package moonshine-cpp (MIT, the English model). Its encoder runs on
onnxruntime. Its decoder is stored such that onnxruntime would unpack all 41 million weights again for every
token (0.25 s each), so it is read from the file and computed with numpy, several pieces of sound at once.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.encoder import session_options

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
        states = [np.asarray(self._encoder.run(None, {"input_values": piece[None]})[0])[0] for piece in pieces]
        limits = [max(8, round(TOKENS_PER_SECOND * len(piece) / SAMPLE_RATE)) for piece in pieces]
        found = self._decoder.greedy(states, limits)
        joined = [b"".join(self._tokens[token] for token in tokens) for tokens in found]
        return [text.decode(errors="ignore").replace("▁", " ").strip() for text in joined]


class Decoder:
    """The Moonshine decoder.

    Args:
        weights: Matrices (input by output) and vectors by name, as `_read_weights` gives them.
    """

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self._weights = weights
        self._embedding = weights["embed_tokens"]
        self._output = np.ascontiguousarray(self._embedding.T)  # as a copy, it is multiplied three times as fast
        self._frequencies = weights["rotary_emb"].ravel()

    def greedy(self, states: list[Float[np.ndarray, "_ D"]], limits: list[int]) -> list[list[int]]:
        """The likeliest token at each step, for several pieces at once.

        Args:
            states: What the encoder made of each piece [frames, width].
            limits: Greatest number of tokens of each.

        Returns:
            Tokens without the start and end marks. Loops are cut to a single round.
        """
        lengths = np.array([len(state) for state in states])
        longest = int(lengths.max())
        padded = np.stack([np.pad(state, ((0, longest - len(state)), (0, 0))) for state in states])
        hidden = np.arange(longest)[None] >= lengths[:, None]
        mask = np.where(hidden, np.float32(-np.inf), np.float32(0))[:, None, None]
        heard = [
            tuple(
                _heads(padded @ self._weights[f"layers.{layer}/encoder_attn/{part}"]) for part in ("k_proj", "v_proj")
            )
            for layer in range(LAYERS)
        ]
        said = [np.zeros((2, len(states), HEADS, max(limits), HEAD_WIDTH), np.float32) for _ in range(LAYERS)]
        tokens = np.full((len(states), 1), START)
        results: list[list[int]] = [[] for _ in states]
        running = set(range(len(states)))
        for step in range(max(limits)):
            tokens = self._step(tokens, step, said, heard, mask).argmax(-1)[:, None]
            for piece in tuple(running):
                token = int(tokens[piece, 0])
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
        tokens: Int[np.ndarray, "B 1"],
        step: int,
        said: list[Float[np.ndarray, "2 B H L d"]],
        heard: list[tuple[np.ndarray, ...]],
        mask: Float[np.ndarray, "B 1 1 S"],
    ) -> Float[np.ndarray, "B V"]:
        """Scores of the next token; keys and values of this step are written into ``said``."""
        weights = self._weights
        x = self._embedding[tokens]
        angles = np.repeat(np.float32(step) * self._frequencies, 2)
        cosine, sine = np.cos(angles), np.sin(angles)
        for layer in range(LAYERS):
            at = f"layers.{layer}/"
            y = self._norm(x, f"layers.{layer}.input_layernorm")
            query, key, value = (
                _heads(y @ weights[f"{at}self_attn/{part}"]) for part in ("q_proj", "k_proj", "v_proj")
            )
            query, key = _rotated(query, cosine, sine), _rotated(key, cosine, sine)
            said[layer][0, :, :, step], said[layer][1, :, :, step] = key[:, :, 0], value[:, :, 0]
            keys, values = said[layer][:, :, :, : step + 1]
            x = x + _attended(query, keys, values) @ weights[f"{at}self_attn/dense"]
            y = self._norm(x, f"layers.{layer}.post_attention_layernorm")
            query = _heads(y @ weights[f"{at}encoder_attn/q_proj"])
            x = x + _attended(query, heard[layer][0], heard[layer][1], mask) @ weights[f"{at}encoder_attn/dense"]
            y = self._norm(x, f"layers.{layer}.final_layernorm")
            y = y @ weights[f"{at}mlp/up_proj"] + weights[f"layers.{layer}.mlp.up_proj.bias"]
            up, gate = np.split(y, 2, axis=-1)
            x = x + (gate / (1 + np.exp(-gate)) * up) @ weights[f"{at}mlp/down_proj"]
            x = x + weights[f"layers.{layer}.mlp.down_proj.bias"]
        return self._norm(x, "norm")[:, 0] @ self._output

    def _norm(self, x: Float[np.ndarray, "B T D"], name: str) -> Float[np.ndarray, "B T D"]:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(1e-5))
        return centred / deviation * self._weights[f"{name}.weight"]


def _heads(x: Float[np.ndarray, "B T D"]) -> Float[np.ndarray, "B H T d"]:
    return x.reshape(*x.shape[:2], HEADS, HEAD_WIDTH).transpose(0, 2, 1, 3)


def _attended(
    query: Float[np.ndarray, "B H T d"],
    keys: Float[np.ndarray, "B H S d"],
    values: Float[np.ndarray, "B H S d"],
    mask: Float[np.ndarray, "B 1 1 S"] | None = None,
) -> Float[np.ndarray, "B T D"]:
    """Attention, the heads side by side."""
    scores = query @ keys.transpose(0, 1, 3, 2) * np.float32(HEAD_WIDTH**-0.5)
    if mask is not None:
        scores = scores + mask
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = (weights / weights.sum(axis=-1, keepdims=True)) @ values
    return mixed.transpose(0, 2, 1, 3).reshape(len(query), query.shape[2], WIDTH)


def _rotated(
    x: Float[np.ndarray, "B H T d"], cosine: Float[np.ndarray, " 32"], sine: Float[np.ndarray, " 32"]
) -> Float[np.ndarray, "B H T d"]:
    """Rotary position embedding of the first part of each head, neighbours in pairs."""
    turned, kept = x[..., :ROTARY_WIDTH], x[..., ROTARY_WIDTH:]
    swapped = np.stack([-turned[..., 1::2], turned[..., ::2]], -1).reshape(turned.shape)
    return np.concatenate([turned * cosine + swapped * sine, kept], -1)


_ROUNDS = 4  # of the same tokens, until it is a loop


def _loop(tokens: list[int]) -> int:
    """Length of the group of up to 12 tokens that the end repeats `_ROUNDS` times, or 0."""
    for period in range(1, 13):
        tail = tokens[-period * _ROUNDS :]
        if len(tail) == period * _ROUNDS and tail == tail[:period] * _ROUNDS:
            return period
    return 0


def _read_weights(path: Path) -> dict[str, np.ndarray]:
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

    def matrix(name: str) -> np.ndarray:
        packed, scale, zero = (stored[f"{name}_{part}"] for part in ("quantized", "scale", "zero_point"))
        return packed.astype(np.float32) * scale + zero

    weights = {}
    for name, values in stored.items():
        if name.startswith("model.decoder.") and name.endswith(("weight_merged_0", "bias_merged_0")):
            short = name.removeprefix("model.decoder.").removesuffix("_merged_0")
            weights[short] = values.copy()
    weights["rotary_emb"] = stored["/model/decoder/rotary_emb/Cast_1_output_0"].copy()
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
