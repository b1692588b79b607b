"""Weights into and out of ONNX files, without the package onnx.

An ONNX file is a protocol buffer, and of two messages one after the other the second is merged into the first: a
graph's weights are appended to its file.
"""

from collections.abc import Iterator

# Numbers of fields: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
GRAPH, INITIALIZER = 7, 5
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5  # kinds of fields


def with_initializers(structure: bytes, initializers: bytes) -> bytes:
    """A graph with its weights, as onnxruntime loads it.

    Args:
        structure: An ONNX file that lacks them.
        initializers: Fields of a GraphProto.
    """
    return structure + field(GRAPH, initializers)


def initializers_of(model: bytes) -> bytes:
    """All weights of an ONNX file, as fields of a GraphProto."""
    graphs = [content for at, content, _ in _fields(model) if at == GRAPH]
    return b"".join(whole for graph in graphs for at, _, whole in _fields(graph) if at == INITIALIZER)


def field(at: int, content: bytes) -> bytes:
    """A field that has a length."""
    return number(at << 3 | _BYTES) + number(len(content)) + content


def number(value: int) -> bytes:
    """A whole number in groups of seven bits, the lowest first."""
    result = bytearray()
    while value > 127:
        result.append(value & 127 | 128)
        value >>= 7
    return bytes((*result, value))


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, content and all bytes of each field that has a length; the others are passed over."""
    at = 0
    while at < len(message):
        begin = at
        key, at = _read(message, at)
        if key & 7 == _BYTES:
            length, at = _read(message, at)
            yield key >> 3, message[at : at + length], message[begin : at + length]
            at += length
        elif key & 7 == _VARINT:
            _, at = _read(message, at)
        else:
            at += {_EIGHT: 8, _FOUR: 4}[key & 7]


def _read(message: bytes, at: int) -> tuple[int, int]:
    """A whole number, and where it ends."""
    value = shift = 0
    while True:
        value |= (message[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if message[at - 1] < 128:
            return value, at
