"""The sync expert: arithmetic by hand, planted offsets, invariances, files, and bad input."""

from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter1d
from support.synthetic import synthetic_sound

from ksdiff.errors import InputError
from ksdiff.model.checkpoint import load_model
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT
from ksdiff.speech.audio import SAMPLE_RATE, SAMPLES_PER_FRAME
from ksdiff.sync_expert.discrimination import _auc, discrimination
from ksdiff.sync_expert.features import MOUTH, ExpertClip, log_mel, mouth_motion
from ksdiff.sync_expert.model import SyncExpert, load_expert, save_expert
from ksdiff.sync_expert.score import MAX_OFFSET, counted, sync_arithmetic
from ksdiff.sync_expert.train import train_expert

JAW, SMILE = ARKIT.index("jawOpen"), ARKIT.index("mouthSmileLeft")


def talking(seed: int, frames: int = 150) -> tuple[np.ndarray, np.ndarray]:
    """Sound and motion that belong together: the jaw opens as it gets louder, the smile as it gets brighter."""
    random = np.random.default_rng(seed)
    louder, brighter = gaussian_filter1d(random.standard_normal((2, frames)), 1.5, axis=1) * 2
    times = np.arange(frames * SAMPLES_PER_FRAME) / SAMPLE_RATE
    at = times * MOTION_RATE
    gain, pitch = np.interp(at, np.arange(frames), louder), np.interp(at, np.arange(frames), brighter)
    phase = 2 * np.pi * np.cumsum(800 * 2 ** np.clip(pitch, -2, 2)) / SAMPLE_RATE
    sound = 0.05 * np.exp(np.clip(gain, -2, 2)) * np.sin(phase) + 0.001 * random.standard_normal(len(times))
    expression = 0.01 * random.standard_normal((frames, len(ARKIT.expression)))
    expression[:, JAW] += 0.5 + 0.25 * louder
    expression[:, SMILE] += 0.5 + 0.25 * brighter
    return sound.astype(np.float32), expression.astype(np.float32)


def clip(seed: int, speaker: str) -> ExpertClip:
    sound, expression = talking(seed)
    known = np.ones(len(expression), dtype=bool)
    return ExpertClip(f"clip{seed}", speaker, log_mel(sound), mouth_motion(expression, known), known)


@pytest.fixture(scope="module")
def expert() -> SyncExpert:
    return train_expert([clip(seed, f"speaker{seed}") for seed in range(6)], steps=60, batch=6)


def test_arithmetic_is_that_of_syncnet() -> None:
    curve = np.full(31, 1.2)
    curve[15 + 4], curve[15 - 7] = 0.5, 0.8
    confidence, distance, offset = sync_arithmetic(curve)
    assert (confidence, distance, offset) == (pytest.approx(0.7), pytest.approx(0.5), 4)


def test_a_click_is_heard_when_and_where_it_is() -> None:
    sound = np.zeros(SAMPLE_RATE, dtype=np.float32)
    sound[8000] = 1.0
    mel = log_mel(sound)
    assert mel.shape == (101, 40)
    assert mel.mean(axis=1).argmax() == 50
    times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 1000 * times) * (times > 0.5)
    rise = log_mel(tone.astype(np.float32))
    rise = rise[80] - rise[20]
    middles = 700 * (10 ** (np.linspace(2595 * np.log10(1 + 60 / 700), 2595 * np.log10(1 + 7600 / 700), 42) / 2595) - 1)
    assert rise.argmax() == np.abs(middles[1:-1] - 1000).argmin()


def test_streams_see_and_hear_around_the_same_instant() -> None:
    torch.manual_seed(0)
    untrained = SyncExpert()
    random = np.random.default_rng(0)
    mel = random.standard_normal((4 * 59 + 1, 40)).astype(np.float32)
    motion = random.standard_normal((60, len(MOUTH))).astype(np.float32)
    seen, heard = untrained.embed(mel, motion)
    np.testing.assert_allclose(np.linalg.norm(seen, axis=1), 1, atol=1e-5)
    other_mel, other_motion = mel.copy(), motion.copy()
    other_mel[4 * 30] += 1
    other_motion[30] += 1
    other_seen, other_heard = untrained.embed(other_mel, other_motion)
    moved_seen = np.flatnonzero(np.abs(other_seen - seen).max(axis=1) > 1e-6)
    moved_heard = np.flatnonzero(np.abs(other_heard - heard).max(axis=1) > 1e-6)
    assert moved_seen.tolist() == list(range(26, 35))  # 9 frames
    assert moved_heard.tolist() == list(range(27, 34))  # 0.25 s around each


@pytest.mark.parametrize("shift", [0, 3, -6])
def test_finds_a_planted_offset(expert: SyncExpert, shift: int) -> None:
    sound, expression = talking(100)
    # Frame i of the motion is what belongs to the sound of frame i + shift.
    score = expert.score(sound, np.roll(expression, -shift, axis=0))
    assert score.offset == shift
    assert score.confidence > 0.2


def test_tells_true_from_false_on_new_speakers(expert: SyncExpert) -> None:
    figures = discrimination(expert, [clip(200, "a"), clip(201, "b"), clip(202, "b")])
    assert figures["AUC against shifted sound, 1 s"] > 0.95
    assert figures["AUC against another's sound, 1 s"] > 0.95
    assert figures["AUC against shifted sound, 0.04 s"] > 0.7
    assert figures["share of clips at offset 0"] == 1
    with pytest.raises(InputError, match="only speaker"):
        discrimination(expert, [clip(200, "a"), clip(201, "a")])


def test_untrained_network_cannot_tell() -> None:
    torch.manual_seed(3)
    figures = discrimination(SyncExpert(), [clip(200, "a"), clip(201, "b"), clip(202, "b")])
    assert abs(figures["AUC against shifted sound, 1 s"] - 0.5) < 0.2


def test_neither_amplitude_nor_rest_nor_loudness_decides(expert: SyncExpert) -> None:
    sound, expression = talking(101)
    score = expert.score(sound, expression)
    for other in (
        expert.score(sound, 0.5 * expression),
        expert.score(sound, expression + np.linspace(0, 0.2, 51, dtype=np.float32)),
        expert.score(0.3 * sound, expression),
        expert.score(log_mel(sound), expression),
    ):
        assert other.offset == score.offset
        assert other.confidence == pytest.approx(score.confidence, abs=0.01)
        assert other.distance == pytest.approx(score.distance, abs=0.01)


def test_a_still_mouth_has_no_confidence(expert: SyncExpert) -> None:
    sound, expression = talking(102)
    moving = expert.score(sound, expression)
    still = expert.score(sound, np.tile(expression.mean(axis=0), (len(expression), 1)))
    assert still.confidence < 0.1 < moving.confidence
    assert still.distance > moving.distance


def test_unknown_frames_do_not_count(expert: SyncExpert) -> None:
    sound, expression = talking(103)
    known = np.ones(len(expression), dtype=bool)
    known[60:70] = False
    garbage = expression.copy()
    garbage[60:70] = 5.0
    assert expert.score(sound, garbage, known) == expert.score(sound, expression, known)
    count = counted(known, 4)
    assert not count[56:74].any()
    assert count[55]
    assert count[74]
    assert not count[:MAX_OFFSET].any()
    assert not count[-MAX_OFFSET:].any()


def test_training_repeats_itself() -> None:
    clips = [clip(seed, f"speaker{seed}") for seed in range(2)]
    first, second, third = (train_expert(clips, seed=seed, steps=3, batch=2).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not all(torch.equal(first[name], third[name]) for name in first)


def test_round_trip(expert: SyncExpert, tmp_path: Path) -> None:
    save_expert(expert, tmp_path / "expert.safetensors")
    again = load_expert(tmp_path / "expert.safetensors")
    assert again.facts == expert.facts
    assert again.facts["speakers"] == [f"speaker{seed}" for seed in range(6)]
    sound, expression = talking(104)
    before, after = expert.score(sound, expression), again.score(sound, expression)
    assert after.offset == before.offset
    assert after.distance == pytest.approx(before.distance, abs=2e-3)  # stored as fp16


def test_a_file_that_is_no_expert(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.safetensors is not a sync expert"):
        load_expert(tmp_path / "missing.safetensors")
    (tmp_path / "text.safetensors").write_text("not tensors")
    with pytest.raises(InputError, match="is not a sync expert"):
        load_expert(tmp_path / "text.safetensors")


def test_the_packaged_expert_never_saw_who_is_held_out() -> None:
    packaged, speakers = load_expert(), load_model("base").facts["speakers"]
    assert set(packaged.facts["speakers"]) <= set(speakers["train"])
    assert sum(parameter.numel() for parameter in packaged.parameters()) <= 500_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: np.where(np.arange(51) == 7, np.nan, x), "not finite"),
        (lambda x: x[:100], "cut both to the same length"),
        (lambda x: x[:, :40], "T x 51"),
    ],
)
def test_motion_that_cannot_be_scored(change, message: str) -> None:
    sound, expression = talking(105)
    with pytest.raises(InputError, match=message):
        SyncExpert().score(sound, change(expression).astype(np.float32))


def test_too_short_to_say() -> None:
    sound = synthetic_sound(2.0)
    with pytest.raises(InputError, match="give a longer clip"):
        SyncExpert().score(sound, np.zeros((50, 51), dtype=np.float32))
    with pytest.raises(InputError, match="at least 2 clips"):
        train_expert([clip(0, "a")])


def test_area_under_the_curve() -> None:
    assert _auc(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 1
    assert _auc(np.array([1.0, 3.0]), np.array([2.0, 4.0])) == 0.75
