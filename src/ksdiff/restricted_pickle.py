"""Pickles read for their arrays alone.

FLAME, DECA and many scripts around them store arrays as pickles, and a pickle can run any program when it is opened.
Here only containers, numpy arrays, scipy's sparse matrices and the arrays inside chumpy objects are read (neither
chumpy nor torch needs to be installed); torch tensors are stepped over; everything else is refused.
"""

import io
import pickle
import pickletools
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import numpy as np

from ksdiff.errors import InputError

MAX_FILE = 1 << 30  # bytes: FLAME's own files have some 50 MB
MAX_DENSE = 1 << 26  # elements of a sparse matrix written out
PYTHON_2 = {"__builtin__": "builtins", "copy_reg": "copyreg"}  # what modules were called there


class Unread:
    """Stands for an object that is not read: a torch tensor, or a chumpy expression that is not plainly an array."""

    def __init__(self, *arguments: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        pass


class _Stub:
    """An object of which only the state is kept."""

    state: Mapping[str, Any] = MappingProxyType({})  # until a state comes, which not every object has

    def __init__(self, *arguments: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        self.state = dict(state)

    def value(self) -> np.ndarray | Unread:
        raise NotImplementedError


class _Chumpy(_Stub):
    def value(self) -> np.ndarray | Unread:
        """Of ``chumpy.ch.Ch`` its array ``x``, of ``chumpy.reordering.Select`` elements of another."""
        if "x" in self.state:
            return np.asarray(_plain(self.state["x"]))
        if {"a", "idxs"} <= self.state.keys():
            values = np.asarray(_plain(self.state["a"])).ravel()[np.asarray(self.state["idxs"])]
            shape = self.state.get("preferred_shape")
            return values if shape is None else values.reshape(shape)
        return Unread()


class _Rows(_Stub):
    """A sparse matrix that is stored row by row."""

    def value(self) -> np.ndarray | Unread:
        shape = self.state.get("_shape", self.state.get("shape"))
        if shape is None or np.prod(shape, dtype=float) > MAX_DENSE:
            raise pickle.UnpicklingError(f"it holds a sparse matrix of the shape {shape}")
        return self._dense(*shape)

    def _dense(self, rows: int, columns: int) -> np.ndarray:
        data, indices, starts = (np.asarray(_plain(self.state[name])) for name in ("data", "indices", "indptr"))
        counts = np.diff(starts)
        stored = int(starts[-1])
        if len(counts) != rows or starts[0] != 0 or (counts < 0).any() or stored > min(len(data), len(indices)):
            raise pickle.UnpicklingError("it holds a sparse matrix whose rows are not where it says")
        if ((indices < 0) | (indices >= columns)).any():
            raise pickle.UnpicklingError(f"it holds a sparse matrix with elements beyond its {columns} columns")
        result = np.zeros((rows, columns), data.dtype)
        np.add.at(result, (np.repeat(np.arange(rows), counts), indices[:stored]), data[:stored])
        return result


class _Columns(_Rows):
    """A sparse matrix that is stored column by column."""

    def _dense(self, rows: int, columns: int) -> np.ndarray:
        return super()._dense(columns, rows).T


def _reconstructor(kind: type, base: type, state: Any) -> _Stub:
    if not issubclass(kind, _Stub):
        raise pickle.UnpicklingError(f"it makes a {kind.__name__} in an unusual way")
    return kind()


def _encode(text: str, encoding: str) -> bytes:
    return text.encode("latin1")  # how Python 2 strings of bytes are written by Python 3


def _callables() -> dict[str, Callable[..., Any]]:
    """What a pickle may name, by name. Where numpy's own helpers live differs between versions."""
    reconstruct: Any = np.zeros(1).__reduce__()[0]
    scalar: Any = np.float64(0).__reduce__()[0]
    from_buffer: Any = np.zeros(1).__reduce_ex__(5)[0]
    numpy_helpers = {
        f"numpy.{core}.{name}": helper
        for core in ("core", "_core")
        for name, helper in (
            ("multiarray._reconstruct", reconstruct),
            ("multiarray.scalar", scalar),
            ("numeric._frombuffer", from_buffer),
        )
    }
    return {
        **numpy_helpers,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": _encode,
        "copyreg._reconstructor": _reconstructor,
        "builtins.object": object,
        "builtins.set": set,
        "builtins.frozenset": frozenset,
        "builtins.bytearray": bytearray,
        "collections.OrderedDict": OrderedDict,
    }


class _Unpickler(pickle.Unpickler):
    allowed = _callables()

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        module_name = PYTHON_2.get(module_name, module_name)
        name = f"{module_name}.{global_name}"
        package = module_name.partition(".")[0]
        if name in self.allowed:
            return self.allowed[name]
        if package == "chumpy":
            return _Chumpy
        if module_name.startswith("scipy.sparse") and global_name.startswith(("csc_", "csr_")):
            return _Columns if global_name.startswith("csc_") else _Rows
        if package == "torch":
            return Unread
        raise pickle.UnpicklingError(f"it holds a {name}, and only numpy arrays are read, since others can run code")


def read_pickle(path: Path | str) -> Any:
    """Read a pickle of any protocol, Python 2's included.

    Args:
        path: The file.

    Returns:
        What it holds: dictionaries, lists, numbers, text, numpy arrays, and `Unread` for what was stepped over.

    Raises:
        InputError: The file is missing, is not a pickle, or holds anything else.
    """
    return _guarded(Path(path), _load)


def read_pickled_npy(path: Path | str) -> Any:
    """Read a ``.npy`` file into which an object, such as a dictionary of arrays, was pickled.

    Raises:
        InputError: The file is missing, is not such a file, or holds what `read_pickle` refuses.
    """

    def read(file: IO[bytes]) -> Any:
        version = np.lib.format.read_magic(file)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = header(file)
        if not dtype.hasobject or shape != ():
            raise pickle.UnpicklingError(f"it holds an array of {dtype} and shape {shape}, not one object")
        return _plain(_load(file).item())

    return _guarded(Path(path), read)


def check_size(path: Path) -> None:
    """See that a file is one, and not too large to be read.

    Raises:
        InputError: It is missing, no regular file, or larger than `MAX_FILE`.
    """
    if not path.exists():
        raise InputError(f"there is no file {path}")
    if not path.is_file() or path.stat().st_size > MAX_FILE:
        raise InputError(f"cannot read {path}: it must be a regular file of up to {MAX_FILE >> 20} MB")


def _load(file: IO[bytes]) -> Any:
    data = file.read()
    for operation, argument, _ in pickletools.genops(data):
        # The unpickler makes room for all places up to the one that is named.
        if operation.name in ("PUT", "LONG_BINPUT") and isinstance(argument, int) and argument > len(data):
            raise pickle.UnpicklingError("it keeps more objects than it has bytes")
    return _plain(_Unpickler(io.BytesIO(data), encoding="latin1").load())


def _guarded(path: Path, read: Callable[[IO[bytes]], Any]) -> Any:
    check_size(path)
    try:
        with path.open("rb") as file:
            return read(file)
    except Exception as error:  # a damaged pickle raises nearly anything
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot read {path}: {reason or type(error).__name__}") from error


def _plain(value: Any, done: dict[int, Any] | None = None) -> Any:
    """The value without stubs; what is shared stays shared, or a small file could unfold without end."""
    done = {} if done is None else done
    if id(value) in done:
        return done[id(value)]
    result = value
    if isinstance(value, _Stub):
        result = value.value()
    elif isinstance(value, dict):
        result = {key: _plain(item, done) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        result = [_plain(item, done) for item in value]
    done[id(value)] = result
    return result
