"""Copies of clips: what is kept of them is used for the same clips only, and only what is heard differs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.corpora import FEATURES, make_corpus

from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.format import Clip, write_clip
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.speech.encoder import SpeechEncoder
from ksdiff.training import augmentation
from ksdiff.training.augmentation import SPEEDS, augmented
from ksdiff.training.config import TrainingConfig

FASTER = TrainingConfig(speed_perturbation=True)


class CountingEncoder(SpeechEncoder):
    calls = 0

    def __init__(self) -> None:
        super().__init__("made-up", (0,), FEATURES, "0" * 64, stride=384, support=895)

    def _run(self, samples: np.ndarray) -> np.ndarray:
        self.calls += 1
        return np.full((self.frame_count(len(samples)), FEATURES), np.abs(samples).mean(), np.float32)


def test_a_clip_that_is_prepared_again_is_not_mixed_with_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = CountingEncoder()
    monkeypatch.setattr(augmentation, "encoder_of", lambda record: encoder)
    folder, cache = make_corpus(tmp_path / "corpus", speakers=2, seconds=1.0), tmp_path / "cache"

    def speeds() -> list[Clip]:
        corpus = load_corpus(folder)
        return augmented(corpus, corpus.clips, cache, FASTER, lambda stage, done: None)

    first = speeds()
    assert len(first) == 2 * (1 + len(SPEEDS))
    assert encoder.calls == 2 * len(SPEEDS)
    again = speeds()
    assert encoder.calls == 2 * len(SPEEDS)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.motion[EXPRESSION], other.motion[EXPRESSION])
        assert one.words == other.words

    # The same name, another motion and other words: what `ksdiff prepare` with other settings makes.
    clip = load_corpus(folder).clips[0]
    arrays = {**clip.arrays, "head": clip.arrays["head"] + 1, "neutral": clip.neutral * 0}
    write_clip(folder, Clip(clip.name, arrays, {**clip.facts, "words": [["map", 0.5, 0.9]]}))
    changed = speeds()
    assert encoder.calls == 3 * len(SPEEDS)
    faster = {clip.name: clip for clip in changed}[f"{clip.name}@11-10"]
    assert faster.motion[HEAD].mean() > 0.7
    assert [(word.text, round(word.end, 3)) for word in faster.words] == [("map", round(0.9 / 1.1, 3))]
    assert not faster.neutral.any()
    assert len(list(cache.glob("*.npz"))) == 2 * len(SPEEDS)  # what is stale is gone
    # Another sound to the same motion.
    other = load_corpus(folder).clips[0]
    write_clip(folder, other, np.zeros(16_000, np.float32))
    speeds()
    assert encoder.calls == 4 * len(SPEEDS)


def test_a_damaged_cache_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = CountingEncoder()
    monkeypatch.setattr(augmentation, "encoder_of", lambda record: encoder)
    corpus = load_corpus(make_corpus(tmp_path / "corpus", speakers=1, seconds=1.0))
    augmented(corpus, corpus.clips, tmp_path / "cache", FASTER, lambda stage, done: None)
    kept = sorted((tmp_path / "cache").glob("*.npz"))
    kept[0].write_bytes(kept[0].read_bytes()[:-100])
    augmented(corpus, corpus.clips, tmp_path / "cache", FASTER, lambda stage, done: None)
    assert encoder.calls == len(SPEEDS) + 1


def test_clips_that_another_training_made_meanwhile_are_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(augmentation, "encoder_of", lambda record: CountingEncoder())
    corpus = load_corpus(make_corpus(tmp_path / "corpus", speakers=1, seconds=1.0))
    made, others = augmentation.change_speed, list[Clip]()

    def speeds() -> list[Clip]:
        return augmented(corpus, corpus.clips, tmp_path / "cache", FASTER, lambda stage, done: None)

    def slow(*of: Any) -> Clip:
        if not others:
            monkeypatch.setattr(augmentation, "change_speed", made)
            others.extend(speeds())
        return made(*of)

    monkeypatch.setattr(augmentation, "change_speed", slow)
    ours = speeds()
    for one, other in zip(ours, others, strict=True):
        np.testing.assert_array_equal(one.motion[EXPRESSION], other.motion[EXPRESSION])


def test_copies_differ_in_what_is_heard_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = CountingEncoder()
    monkeypatch.setattr(augmentation, "encoder_of", lambda record: encoder)
    corpus = load_corpus(make_corpus(tmp_path / "corpus", speakers=1, seconds=1.0))
    config = TrainingConfig(speed_perturbation=False, sound_copies=2)

    def made() -> list[Clip]:
        return augmented(corpus, corpus.clips, tmp_path / "cache", config, lambda stage, done: None)

    original, *copies = made()
    assert [copy.name for copy in copies] == [f"{original.name}@heard-0", f"{original.name}@heard-1"]
    for copy in copies:
        assert (copy.words, copy.speaker) == (original.words, original.speaker)
        assert {name for name in copy.arrays if not np.array_equal(copy.arrays[name], original.arrays[name])} == {
            "features",
            "prosody",
        }
    assert not np.array_equal(copies[0].features, copies[1].features)
    for one, other in zip(made(), [original, *copies], strict=True):
        np.testing.assert_array_equal(one.features, other.features)
    assert encoder.calls == 2


def test_without_copies_nothing_is_heard_or_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(augmentation, "encoder_of")
    corpus = load_corpus(make_corpus(tmp_path / "corpus", speakers=1, seconds=1.0))
    config = TrainingConfig(speed_perturbation=False)
    assert augmented(corpus, corpus.clips, tmp_path / "cache", config, lambda stage, done: None) == list(corpus.clips)
    assert not (tmp_path / "cache").exists()
