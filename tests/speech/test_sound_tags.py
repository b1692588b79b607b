"""Sounds in brackets in a text: taken out of what is said, and found where they are heard."""

import subprocess
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from support.vocalizations import laughter

import ksdiff
from ksdiff.editing import create
from ksdiff.errors import InputError
from ksdiff.layers.vocalizations import ATTACK, DECAY
from ksdiff.motion import Word
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.forced_alignment import is_installed
from ksdiff.speech.sound_tags import SoundTag, place_tags, split_tags
from ksdiff.speech.vad import level_track

WORDS = (Word("hello", 0.2, 0.8), Word("there", 2.8, 3.4))


def test_tags_are_taken_out() -> None:
    text, tags = split_tags("[sigh] Well, [Laugh] that was 2 fast [ cry ][cough]")
    assert text.split() == ["Well,", "that", "was", "2", "fast"]
    assert tags == (SoundTag("sigh", 0), SoundTag("laugh", 1), SoundTag("cry", 5), SoundTag("cough", 5))
    assert split_tags("nothing [of the kind]; [1]") == ("nothing [of the kind]; [1]", ())


def test_unknown_tags_are_refused_with_the_list() -> None:
    with pytest.raises(InputError, match=r"\[laughs\].*did you mean 'laugh'.*laugh, sigh, breath, cough, cry"):
        split_tags("ha [laughs] ha")
    with pytest.raises(InputError, match="at most 1000"):
        split_tags("[laugh]" * 1001)


def sound(*pieces: tuple[float, np.ndarray], seconds: float = 5.0) -> np.ndarray:
    result = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    for start, piece in pieces:
        result[round(start * SAMPLE_RATE) :][: len(piece)] = piece
    return result


def test_a_sound_is_where_it_is_heard_between_its_words() -> None:
    tail = 0.02 * np.ones(800, np.float32)  # of the word before
    level = level_track(sound((0.8, tail), (1.5, laughter(1.0))))
    (found,) = place_tags((SoundTag("laugh", 1),), WORDS, level)
    assert found.start == pytest.approx(1.5, abs=0.1)
    assert found.end == pytest.approx(2.5, abs=0.15)
    both = place_tags((SoundTag("laugh", 1), SoundTag("sigh", 1)), WORDS, level)
    assert [one.sound for one in both] == ["laugh", "sigh"]
    assert both[0].end == both[1].start
    assert (both[0].start, both[1].end) == (found.start, found.end)


def test_what_is_not_heard_takes_a_second_in_the_middle() -> None:
    (found,) = place_tags((SoundTag("sigh", 1),), WORDS, np.full(500, -100.0))
    assert (found.start, found.end) == pytest.approx((1.3, 2.3))
    (last,) = place_tags((SoundTag("sigh", 2),), WORDS, np.full(500, -100.0))
    assert 3.4 <= last.start < last.end <= 5.0
    (alone,) = place_tags((SoundTag("laugh", 0),), (), level_track(sound((1.0, laughter(2.0)))))
    assert (alone.start, alone.end) == pytest.approx((1.0, 3.0), abs=0.15)


def test_no_time_between_words_is_refused() -> None:
    close = (Word("hello", 0.2, 0.8), Word("there", 0.85, 1.4))
    with pytest.raises(InputError, match=r"no time for \[laugh\].*0.05 s apart"):
        place_tags((SoundTag("laugh", 1),), close, np.full(500, -20.0))


@pytest.mark.skipif(which("espeak-ng") is None or not is_installed(), reason="needs espeak-ng and pocketsphinx")
def test_a_laugh_in_a_text_moves_the_face_where_it_sounds(tmp_path: Path) -> None:
    def say(text: str) -> np.ndarray:
        subprocess.run(["espeak-ng", "-v", "en-us", "-w", str(tmp_path / "said.wav"), text], check=True)
        return np.asarray(load(tmp_path / "said.wav"))

    before, after = say("That was the best story I have heard all week."), say("Please tell it again.")
    gap = np.zeros(SAMPLE_RATE // 5, np.float32)
    heard = np.concatenate([before, gap, laughter(), gap, after])
    start = (len(before) + len(gap)) / SAMPLE_RATE
    text = "That was the best story I have heard all week. [laugh] Please tell it again."
    told, plain = ksdiff.animate(heard, text), ksdiff.animate(heard, text.replace("[laugh] ", ""))
    assert [word.text for word in told.words] == [word.text for word in plain.words]
    laughing = slice(round((start + 0.3) * 25), round((start + 1.3) * 25))
    assert told.channel("cheekSquintLeft")[laughing].min() > 0.5
    assert plain.channel("cheekSquintLeft")[laughing].max() < 0.5
    far = (told.times < start - ATTACK - 0.1) | (told.times > start + 1.6 + DECAY + 0.1)
    np.testing.assert_array_equal(told.expression[far], plain.expression[far])
    np.testing.assert_array_equal(told.head[far], plain.head[far])
    assert create(heard, text).motion == told
