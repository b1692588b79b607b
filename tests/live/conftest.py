from pathlib import Path

import numpy as np
import pytest

from ksdiff.live.streamer import Engine
from ksdiff.speech.audio import load


@pytest.fixture(scope="package")
def engine():
    return Engine()


@pytest.fixture(scope="package")
def voice():
    """Three seconds of a real voice that soon begins to speak, mono at 16 kHz."""
    return np.array(load(Path(__file__).parents[1] / "data/obama_speech.mp4")[14_400 : 14_400 + 3 * 16_000])
