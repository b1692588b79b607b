"""A user's own FLAME files: arrays by name, read with bounds and without running anything in them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.errors import InputError
from ksdiff.restricted_pickle import MAX_FILE, check_size, read_pickle, read_pickled_npy


def read_own_file(path: Path) -> Any:
    """What an ``.npz``, ``.npy`` or ``.pkl`` holds; arrays by name, unless somebody stored something else.

    Raises:
        InputError: The file is missing, damaged or too large, or holds what `read_pickle` refuses.
    """
    if path.suffix == ".npz":
        return _read_npz(path)
    return read_pickled_npy(path) if path.suffix == ".npy" else read_pickle(path)


def _read_npz(path: Path) -> Mapping[str, np.ndarray]:
    check_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MAX_FILE:
            raise InputError(
                f"cannot read {path}: it unpacks to {size / 2**20:.0f} MB, and up to {MAX_FILE >> 20} are read"
            )
        with np.load(path, allow_pickle=False) as data:
            return {name: data[name] for name in data.files}
    except InputError:
        raise
    except Exception as error:  # a damaged array's header raises nearly anything
        raise InputError(f"cannot read {path}: {error}") from error
