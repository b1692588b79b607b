"""Ways to spoil a good file."""

import io
import json
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

import numpy as np

_DEEP = "\ue000deep"  # stands for a value that json.dumps cannot write
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 0.5, -0.5, 7, 2**31, 2**63, -(2**63), 10**9, 10**400, -(10**400), 1e308, -1e308,
    5e-324, float("nan"), float("inf"), float("-inf"), "", "x", "arkit", "[/x]", "[red]", "a\nb", "\x00", "../../x",
    "/", "nan", "-1", "9" * 5000, "a" * 100_000, [], [[]], {}, [1, 2, 3], [None], {"a": 1}, {"": []}, [0] * 1000,
    [["a", "b", "c"]], _DEEP,
)  # fmt: skip


def bad_json(text: str) -> list[str]:
    """Texts that are no JSON, or not an object."""
    half = text[: len(text) // 2]
    return ["", " ", half, text + "}", "null", "3", "[]", '"x"', "{}", "NaN", "\x00", "[" * 100_000, "9" * 10_000]


def forged_json(value: Any, random: Random) -> str:
    """The value with one or two of its parts replaced, left out or doubled, as text."""
    value = deepcopy(value)
    for _ in range(random.choice((1, 1, 1, 2))):
        value = _forged(value, random)
    text = json.dumps(value, ensure_ascii=False)
    return text.replace(json.dumps(_DEEP, ensure_ascii=False), "[" * 50_000 + "]" * 50_000)


def _forged(value: Any, random: Random) -> Any:
    places: list[tuple[Any, Any]] = []

    def walk(part: Any) -> None:
        keys = list(part) if isinstance(part, dict) else range(min(len(part), 8)) if isinstance(part, list) else ()
        for key in keys:
            places.append((part, key))
            walk(part[key])

    walk(value)
    if not places:
        return random.choice(HOSTILE)
    part, key = random.choice(places)
    action = random.random()
    if action < 0.15:
        del part[key]
    elif action < 0.25 and isinstance(part, list):
        part.extend([deepcopy(part[key])] * random.choice((1, 1000)))
    elif action < 0.25:
        part["unknown"] = random.choice(HOSTILE)
    elif action < 0.4 and isinstance(part[key], int | float) and not isinstance(part[key], bool):
        part[key] = random.choice((-part[key], part[key] + 1, part[key] * 1000, part[key] / 3, str(part[key])))
    else:
        part[key] = deepcopy(random.choice(HOSTILE))
    return value


def damaged(data: bytes, random: Random) -> bytes:
    """The bytes cut short, flipped, overwritten, doubled or lengthened."""

    def cut(data: bytearray) -> None:
        del data[random.randrange(len(data)) :]

    def cut_early(data: bytearray) -> None:
        del data[random.randrange(min(len(data), 100)) :]

    def flip(data: bytearray) -> None:
        for _ in range(random.choice((1, 8, 64, 1000))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)

    def flip_early(data: bytearray) -> None:
        for _ in range(random.choice((1, 4, 16))):
            data[random.randrange(min(len(data), 200))] ^= 1 << random.randrange(8)

    def overwrite(data: bytearray) -> None:
        start, length = random.randrange(len(data)), random.choice((4, 64, 4096))
        filling = random.choice((b"\0", b"\xff", None))
        data[start : start + length] = filling * length if filling else random.randbytes(length)

    def lose(data: bytearray) -> None:
        start = random.randrange(len(data))
        del data[start : start + random.choice((1, 7, 1000))]

    def repeat(data: bytearray) -> None:
        data.extend(bytes(data))

    result = bytearray(data)
    random.choice((cut, cut_early, flip, flip, flip_early, flip_early, overwrite, lose, repeat))(result)
    return bytes(result)


class Unpickled:
    """Would write a file if it were ever unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return open, ("unpickled", "w")


def forged_arrays(arrays: dict[str, np.ndarray], random: Random) -> dict[str, Any]:
    """The arrays with one of them missing or of a wrong type, shape or value."""
    arrays = dict(arrays)
    name = random.choice(sorted(arrays))
    values = arrays[name]
    ways: list[Callable[[], Any]] = [
        lambda: values.astype(np.complex64) if values.dtype.kind in "fiub" else np.complex64(1),
        lambda: values.astype(str),
        lambda: np.array([Unpickled()], dtype=object),
        lambda: np.zeros(0, np.float32),
        lambda: np.float64(3),
        lambda: np.array("text"),
        lambda: values[..., None],
        lambda: np.zeros((*values.shape, 2), np.float32),
        lambda: values[:-1] if values.ndim else values,
        lambda: np.repeat(values, 2, axis=0) if values.ndim else values,
        lambda: values.T[:1],
        lambda: np.full(values.shape, np.nan),
        lambda: np.full(values.shape, np.inf, np.float32),
        lambda: np.full(values.shape, -1e30),
        lambda: np.full(values.shape, 2**62),
        lambda: np.full(values.shape, "2000-01-01", "datetime64[D]"),
        lambda: np.zeros(values.shape, [("a", "f4"), ("b", "i8")]),
        lambda: values.astype(">f8") if values.dtype.kind == "f" else values,
        lambda: None,
    ]
    made = random.choice(ways)()
    if made is None:
        del arrays[name]
    else:
        arrays[name] = made
    return arrays


def npz_bytes(arrays: dict[str, Any]) -> bytes:
    """An npz of anything."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=True, **arrays)
    return buffer.getvalue()


def npy_header(shape: tuple[int, ...], kind: str = "<f4") -> bytes:
    """What stands before the values of an npy file, which need not be there."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def replaced(archive: bytes, name: str, data: bytes | None) -> bytes:
    """A zip with one part replaced, or left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            content = data if entry == name else source.read(entry)
            if content is not None:
                target.writestr(entry, content)
        if name not in source.namelist() and data is not None:
            target.writestr(name, data)
    return buffer.getvalue()


def bomb(archive: bytes, name: str, beginning: bytes, size: int) -> bytes:
    """A zip with one part replaced by one that begins so, and goes on with ``size`` zeros in a thousandth of that."""
    block = 1 << 24
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(beginning) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = first + zeros * (size // block) + packer.flush(zlib.Z_FINISH)
    unpacked = min(len(beginning) + size // block * block, 0xFFFF_FFFF)
    local, directory, count = b"", b"", 0
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        names = [entry for entry in source.namelist() if entry != name]
        parts = [(entry, source.read(entry)) for entry in names]
    rows = [(entry, data, zlib.crc32(data), len(data), 0) for entry, data in parts] + [(name, packed, 0, unpacked, 8)]
    for entry, data, checksum, length, method in rows:
        label = entry.encode()
        fields = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, 33, checksum, len(data), length, len(label), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(local)) + label
        local += b"PK\3\4" + fields + label + data
        count += 1
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + end


def forged_safetensors(data: bytes, random: Random) -> bytes:
    """A safetensors file with its JSON header forged: tensors, or what ksdiff keeps in it."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.get("__metadata__", {})
    action = random.random()
    inner = [name for name, text in metadata.items() if text[:1] == "{"]
    if action < 0.75 and inner:
        name = random.choice(inner)
        metadata[name] = forged_json(json.loads(metadata[name]), random)
        text = json.dumps(header)
    elif action < 0.9:
        text = forged_json(header, random)
    else:
        return random.choice((2**63, 0, 1, length - 1, length * 2)).to_bytes(8, "little") + data[8:]
    encoded = text.encode("utf-8", "surrogatepass")
    return len(encoded).to_bytes(8, "little") + encoded + data[8 + length :]


def forged_pickle(value: Any, random: Random) -> bytes:
    """A pickle of something else, or a damaged one."""
    good = pickle.dumps(value, protocol=2)
    forms = (
        pickle.dumps(Unpickled()),
        pickle.dumps({**value, "v_template": Unpickled()}) if isinstance(value, dict) else pickle.dumps([Unpickled()]),
        pickle.dumps(None),
        pickle.dumps([value]),
        pickle.dumps({}),
        b"cos\nsystem\n(S'touch unpickled'\ntR.",
        b"\x80\x04" + b"(" * 100_000 + b".",
        b"]" * 50_000 + b"a" * 49_999 + b".",
        b"\x80\x04\x8e" + (2**62).to_bytes(8, "little") + b"x.",
        b"\x80\x02r" + (2**31 - 1).to_bytes(4, "little") + b".",
    )
    return random.choice(forms) if random.random() < 0.4 else damaged(good, random)
