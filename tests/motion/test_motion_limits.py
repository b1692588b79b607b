"""How far a generated head may move."""

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff import animate
from ksdiff.motion.limits import MAX_TRANSLATION, limit_translation
from ksdiff.motion.space import ARKIT, FLAME, LIVEPORTRAIT
from ksdiff.speech.audio import load


def test_a_head_near_its_place_is_left_alone() -> None:
    head = np.random.default_rng(0).uniform(-0.5, 0.5, (50, 6)).astype(np.float32)
    head[:, 3:] *= MAX_TRANSLATION
    assert limit_translation(head, ARKIT).tobytes() == head.tobytes()


def test_a_head_far_away_comes_near_and_keeps_its_turn() -> None:
    head = np.full((200, 6), 0.3, np.float32)
    head[:, 5] = np.linspace(-0.4, 0.4, 200)
    held = limit_translation(head, ARKIT)
    assert np.array_equal(held[:, :3], head[:, :3])
    assert np.abs(held[:, 3:]).max() <= MAX_TRANSLATION
    assert (np.diff(held[:, 5]) >= 0).all()
    assert np.diff(held[:, 5]).max() <= np.diff(head[:, 5]).max() * 1.001  # no faster than it was


@pytest.mark.parametrize("space", [FLAME, LIVEPORTRAIT])
def test_what_is_not_counted_in_metres_is_left_alone(space) -> None:
    head = np.full((3, len(space.head)), 5.0, np.float32)
    changed = (limit_translation(head, space) != head).any(axis=0)
    assert [unit for unit, other in zip(space.head_units, changed, strict=True) if other] == [
        unit for unit in space.head_units if unit == "m"
    ]


def test_a_head_does_not_fly_in_while_music_plays_before_speech() -> None:
    """As presenters walk up to the camera to the jingle of an advertisement."""
    voice = load(SPEECH_VIDEO)[: 4 * 16000]
    at = np.arange(2 * 16000) / 16000
    jingle = sum(0.1 * np.sin(2 * np.pi * note * at) * (np.sin(2 * np.pi * 2 * at) > 0) for note in (262, 330, 392))
    head = animate(np.concatenate([jingle.astype(np.float32), voice])).head
    assert np.abs(head[:, 3:]).max() <= MAX_TRANSLATION
