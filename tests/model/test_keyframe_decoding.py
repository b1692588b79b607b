"""Keyframes decoded many frames at once are those decoded frame by frame."""

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.model.encoded import Encoded
from ksdiff.model.keyframe_decoding import decode_keyframes
from ksdiff.model.sampling.windows import FIXED, OVERLAP, WINDOW, windows
from ksdiff.motion.space import PATHS
from ksdiff.pipeline import SpeechFeatures
from ksdiff.speech.audio import load


@pytest.fixture(scope="module")
def base() -> Checkpoint:
    return load_model("base")


@pytest.fixture(scope="module")
def voice(base: Checkpoint) -> list[Encoded]:
    """The windows of a real voice."""
    speech = SpeechFeatures(load(SPEECH_VIDEO), base).speech(())
    style = base.style("neutral")
    return [base.model.encode(speech.window(start, WINDOW, style), WINDOW) for start in windows(speech.frames)]


def together(base: Checkpoint, path: str, voice: list[Encoded], thresholds: np.ndarray) -> np.ndarray:
    tracks, state = [], None
    for encoded in voice:
        frames = range(WINDOW) if state is None else range(OVERLAP, WINDOW)
        track, state = decode_keyframes(base.model, path, encoded, thresholds, frames, FIXED, state)
        tracks.append(track)
    return np.concatenate(tracks, axis=2)


def one_by_one(base: Checkpoint, path: str, voice: list[Encoded], thresholds: np.ndarray) -> np.ndarray:
    tracks, state = [], None
    for encoded in voice:
        frames, kept = (range(WINDOW) if state is None else range(OVERLAP, WINDOW)), None
        for frame in frames:
            one = range(frame, frame + 1)
            track, state = decode_keyframes(base.model, path, encoded, thresholds, one, frame + 1, state)
            tracks.append(track)
            if frame == FIXED - 1:
                kept = state
        state = kept
    return np.concatenate(tracks, axis=2)


@pytest.mark.parametrize("path", PATHS)
def test_the_tracks_of_a_real_voice_are_equal(base: Checkpoint, voice: list[Encoded], path: str) -> None:
    # Many frames reach the lowest.
    thresholds = np.array([0.0001, 0.2, base.sampling.keyframe_threshold[path], 0.8])
    expected, found = one_by_one(base, path, voice, thresholds), together(base, path, voice, thresholds)
    assert len(voice) > 1
    reached = (expected >= thresholds[:, None, None]).mean(axis=(1, 2))
    assert reached[0] > 0.09 > reached[2] > 0
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_few_rounds_are_needed(base: Checkpoint, voice: list[Encoded], monkeypatch: pytest.MonkeyPatch) -> None:
    rounds, step = [], base.model.keyframe_step
    monkeypatch.setattr(base.model, "keyframe_step", lambda *given: rounds.append(1) or step(*given))
    together(base, "expression", voice, np.array([base.sampling.keyframe_threshold["expression"]]))
    assert len(rounds) <= 8 * len(voice)
