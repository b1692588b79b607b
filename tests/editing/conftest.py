import pytest
from support.checkpoints import save_untrained
from support.files import SPEECH_VIDEO

from ksdiff.editing import Project, create
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.speech.audio import SAMPLE_RATE, load


@pytest.fixture(scope="package")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return load_model(save_untrained(tmp_path_factory.mktemp("weights") / "untrained.safetensors"))


@pytest.fixture(scope="package")
def first_take(checkpoint: Checkpoint) -> Project:
    """Six seconds of a real voice, without words."""
    return create(load(SPEECH_VIDEO)[: 6 * SAMPLE_RATE], model=checkpoint)
