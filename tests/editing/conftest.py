import pytest
from support.checkpoints import save_untrained

from ksdiff.model.checkpoint import Checkpoint, load_model


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return load_model(save_untrained(tmp_path_factory.mktemp("weights") / "untrained.safetensors"))
