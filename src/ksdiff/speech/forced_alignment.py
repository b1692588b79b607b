"""Forced alignment of English words and phones to a sound, by pocketsphinx (extra ``transcribe``).

The decoder and its dictionary are shared by all threads of the process, one at a time: they take 0.1 GB. Words that the
dictionary lacks are added for one alignment after the other; they never count as known.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.motion import Word
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.grapheme_to_phoneme import guess_phones
from ksdiff.speech.text_normalization import spoken_words
from ksdiff.speech.vad import VAD_STEP


@dataclass(frozen=True)
class Phone:
    """A speech sound (ARPAbet, without stress) and when it is made, s."""

    text: str
    start: float
    end: float


_lock = Lock()  # around any use of the two below
_decoder: Any = None
_added: set[str] = set()  # to the dictionary


def is_installed() -> bool:
    """Whether pocketsphinx is."""
    return find_spec("pocketsphinx") is not None


def known_words(words: list[str]) -> int:
    """How many written words consist of words of the English dictionary."""
    with _lock:
        decoder = _load()
        spoken = [spoken_words(word) for word in words]
        return sum(bool(parts) and all(_is_known(decoder, part) for part in parts) for parts in spoken)


def forced_align(samples: Float[np.ndarray, " N"], words: list[str]) -> tuple[list[Word], list[Phone]] | None:
    """Find when words and their phones are said.

    Args:
        samples: Mono sound at 16 kHz, of at most a minute.
        words: What is said in it, in English.

    Returns:
        Words and phones, s; None if the words do not fit the sound.
    """
    parts = [spoken_words(word) for word in words]
    # Pieces are cut close to the words, but the aligner expects a little silence around them.
    padding = SAMPLE_RATE // 5
    sound = (np.pad(np.clip(samples, -1, 1), padding) * 32767).astype(np.int16).tobytes()
    text = " ".join(part for spoken in parts for part in spoken)
    with _lock:
        decoder = _load()
        for part in {part for spoken in parts for part in spoken}:
            if decoder.lookup_word(part) is None:
                decoder.add_word(part, " ".join(guess_phones(part)), True)
                _added.add(part)
        try:
            decoder.set_align_text(text)
            _decode(decoder, sound)
            decoder.set_alignment()
            _decode(decoder, sound)
            found = list(_timed_words(decoder, padding / SAMPLE_RATE, len(samples) / SAMPLE_RATE))
        except RuntimeError:
            return None
    if [word.text for word, _ in found] != text.split():
        return None
    timed: list[Word] = []
    phones: list[Phone] = []
    position = 0
    for word, spoken in zip(words, parts, strict=True):
        if not spoken:  # nothing that can be said, such as a bare sign
            continue
        own = found[position : position + len(spoken)]
        position += len(spoken)
        timed.append(Word(word, own[0][0].start, own[-1][0].end))
        phones += [phone for _, sounds in own for phone in sounds]
    return timed, phones


def _load() -> Any:
    global _decoder
    if _decoder is None:
        import pocketsphinx

        _decoder = pocketsphinx.Decoder(lm=None, samprate=float(SAMPLE_RATE), loglevel="FATAL")
    return _decoder


def _is_known(decoder: Any, word: str) -> bool:
    return word not in _added and decoder.lookup_word(word) is not None


def _decode(decoder: Any, sound: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(sound, no_search=False, full_utt=True)
    decoder.end_utt()


def _timed_words(decoder: Any, offset: float, length: float) -> Iterator[tuple[Word, list[Phone]]]:
    alignment = decoder.get_alignment()  # its entries live only as long as it does
    if alignment is None:
        return

    def seconds(frame: int) -> float:
        return min(max(frame * VAD_STEP - offset, 0.0), length)

    for word in alignment:
        name = re.sub(r"\(\d+\)$", "", word.name)
        if name.startswith(("<", "[", "+")):
            continue
        phones = [Phone(p.name, seconds(p.start), seconds(p.start + p.duration)) for p in word]
        yield Word(name, seconds(word.start), seconds(word.start + word.duration)), phones
