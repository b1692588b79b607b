from pathlib import Path

import pytest
from support.liveportrait import SMALL, save_published, save_safetensors

from ksdiff.liveportrait.convert import convert


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small random weights in files like the published ones."""
    return save_published(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def tensors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as safetensors."""
    return save_safetensors(tmp_path_factory.mktemp("tensors"))


@pytest.fixture(scope="session")
def graphs(tensors: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as ONNX."""
    folder = tmp_path_factory.mktemp("graphs")
    convert(tensors, folder, onnx=True, settings=SMALL)
    return folder
