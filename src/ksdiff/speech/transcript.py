"""Transcript: which words are said, and when each word and phone is said."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.util import find_spec

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.motion import Word
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.forced_alignment import Phone, forced_align, is_installed, known_words
from ksdiff.speech.moonshine import load_recogniser
from ksdiff.speech.vad import VAD_STEP, activity

MAX_PIECE = 16.0  # s: what the recogniser hears at once
MIN_PIECE = 6.0  # s: a piece is not cut before
ALIGNED_AT_ONCE = 60.0  # s: longer sound is aligned piece by piece
BATCH = 8  # pieces decoded together
MAX_CHARACTERS_PER_SECOND = 40  # fast speech has 25
MIN_CHARACTERS = 2000  # of a text that is allowed with the shortest sound: it is aligned in seconds
KNOWN_WORDS = 0.7  # a text of which fewer words are in the dictionary is not English
_IDEOGRAPHS = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")


@dataclass(frozen=True)
class Transcript:
    """What is said.

    Attributes:
        text: The whole text.
        words: Its words in order, without punctuation.
        phones: Speech sounds in order; empty where they are not known.
    """

    text: str = ""
    words: tuple[Word, ...] = ()
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A stretch of sound between two pauses, s, and what is said in it."""

    start: float
    end: float
    text: str = ""


def transcribe(samples: Float[np.ndarray, " N"], text: str | None = None, language: str | None = None) -> Transcript:
    """Find out what is said and when; with the text given, only when.

    Args:
        samples: Mono sound at 16 kHz, of any length.
        text: What is said, if known.
        language: Of the text, as for `align`.

    Raises:
        InputError: There is no text and moonshine-cpp is not installed, or the text is too long for the sound.
    """
    if text is not None:
        return align(samples, text, language)
    return _align_pieces(samples, recognise_pieces(samples))


def recognise(samples: Float[np.ndarray, " N"]) -> str:
    """English speech to text, by Moonshine base. Silence gives an empty text.

    Args:
        samples: Mono sound at 16 kHz, of any length.

    Raises:
        InputError: moonshine-cpp is not installed.
    """
    return " ".join(piece.text for piece in recognise_pieces(samples))


def recognise_pieces(samples: Float[np.ndarray, " N"]) -> tuple[Piece, ...]:
    """English speech to text, piece by piece; pieces without speech are left out.

    Raises:
        InputError: moonshine-cpp is not installed.
    """
    recogniser = load_recogniser()
    pieces = split(samples)
    # Pieces of like length decode together, so that few wait for one.
    order = sorted(range(len(pieces)), key=lambda number: pieces[number].end - pieces[number].start)
    texts = [""] * len(pieces)
    for first in range(0, len(order), BATCH):
        chosen = order[first : first + BATCH]
        found = recogniser.transcribe([_cut(samples, pieces[number]) for number in chosen])
        for number, text in zip(chosen, found, strict=True):
            texts[number] = text
    return tuple(Piece(piece.start, piece.end, text) for piece, text in zip(pieces, texts, strict=True) if text)


def align(samples: Float[np.ndarray, " N"], text: str, language: str | None = None) -> Transcript:
    """Find when the words of a text are said.

    English is aligned by pocketsphinx, where it is installed, to words and phones. Otherwise, and where that
    fails, words are spread evenly over the time in which there is voice, by their numbers of letters, and
    there are no phones.

    Args:
        samples: Mono sound at 16 kHz.
        text: What is said, in any language.
        language: Its code, such as ``en``; if None, a text whose words are mostly in the dictionary is English.
            Short texts of related languages can pass for it: say so where you know.

    Raises:
        InputError: Nobody could say so much in so short a time.
    """
    check_text(text, len(samples) / SAMPLE_RATE)
    words = split_words(text)
    english = _is_english(words, language)
    whole = Piece(0.0, len(samples) / SAMPLE_RATE, text)
    if whole.end <= ALIGNED_AT_ONCE or not words:
        return _align_pieces(samples, (whole,), text, english)
    return _align_pieces(samples, _allot(samples, words, english), text, english)


def check_text(text: str, seconds: float) -> None:
    """See that a text can be what is said in a sound.

    Args:
        text: What is said.
        seconds: Length of the sound.

    Raises:
        InputError: Nobody could say so much in so short a time.
    """
    most = MIN_CHARACTERS + round(MAX_CHARACTERS_PER_SECOND * seconds)
    if len(text) > most:
        raise InputError(
            f"the text has {len(text)} characters, but the sound lasts only {seconds:.1f} s, for which at most {most} "
            "are allowed: give what is said in this sound"
        )


def split_words(text: str) -> list[str]:
    """Words of a text, without punctuation at their edges; a sign of Chinese or Japanese is a word."""
    spaced = _IDEOGRAPHS.sub(r" \1 ", unicodedata.normalize("NFC", text))
    spaced = re.sub(r"[—–…/]|--+", " ", spaced)
    words = (re.sub(r"^[^\w]+|[^\w%]+$", "", word) for word in spaced.split())
    return [word for word in words if word]


def split(samples: Float[np.ndarray, " N"]) -> tuple[Piece, ...]:
    """Cut sound into pieces of at most 16 s, in pauses where there are any; silence is left out."""
    active = activity(samples)
    sounding = np.flatnonzero(active)
    if len(sounding) == 0:
        return ()
    margin, longest, shortest = (round(s / VAD_STEP) for s in (0.2, MAX_PIECE, MIN_PIECE))
    # How much sounds within 0.15 s on each side: least in the middle of a pause.
    density = np.convolve(active, np.hanning(33)[1:-1], "same")
    pieces, start, end = [], max(int(sounding[0]) - margin, 0), int(sounding[-1]) + 1
    while start < end:
        stop = min(end + margin, len(active))
        if stop - start > longest:
            stop = start + shortest + int(np.argmin(density[start + shortest : start + longest]))
        within = start + np.flatnonzero(active[start:stop])
        if len(within) * VAD_STEP >= 0.05:
            first, last = max(int(within[0]) - margin, start), min(int(within[-1]) + 1 + margin, stop)
            pieces.append(Piece(round(first * VAD_STEP, 2), min(round(last * VAD_STEP, 2), len(samples) / SAMPLE_RATE)))
        start = stop
    return tuple(pieces)


def _cut(samples: np.ndarray, piece: Piece) -> np.ndarray:
    cut = np.array(samples[round(piece.start * SAMPLE_RATE) : round(piece.end * SAMPLE_RATE)], np.float32)
    return np.pad(cut, (0, max(0, SAMPLE_RATE // 4 - len(cut))))  # the recogniser needs something to hear


def _allot(samples: np.ndarray, words: list[str], english: bool) -> tuple[Piece, ...]:
    """Give each piece of a long sound its share of the words.

    Where the recogniser is installed, by what it hears in each piece; otherwise in proportion to the voiced
    time.
    """
    pieces = split(samples)
    if not pieces:
        return (Piece(0.0, len(samples) / SAMPLE_RATE, " ".join(words)),)
    if find_spec("moonshine_cpp") is not None and english:
        found = {(piece.start, piece.end): split_words(piece.text) for piece in recognise_pieces(samples)}
        heard = [found.get((piece.start, piece.end), []) for piece in pieces]
        flat = [word.lower() for spoken in heard for word in spoken]
        ends = np.cumsum([len(spoken) for spoken in heard])
        matcher = SequenceMatcher(None, flat, [word.lower() for word in words], autojunk=False)
        known = [(a + k, b + k) for a, b, size in matcher.get_matching_blocks() for k in range(size)]
        known = [(-1, -1), *known, (len(flat), len(words))]
        places = np.interp(ends - 0.5, [a for a, _ in known], [b for _, b in known])
        bounds = np.ceil(places).astype(int)
    else:
        active = activity(samples)
        voiced = np.cumsum([active[round(p.start / VAD_STEP) : round(p.end / VAD_STEP)].sum() for p in pieces])
        letters = np.cumsum([len(word) for word in words])
        bounds = np.searchsorted(letters, voiced / voiced[-1] * letters[-1], side="right")
    bounds[-1] = len(words)
    starts = [0, *bounds[:-1]]
    return tuple(
        Piece(piece.start, piece.end, " ".join(words[first:last]))
        for piece, first, last in zip(pieces, starts, bounds, strict=True)
    )


def _align_pieces(
    samples: np.ndarray, pieces: tuple[Piece, ...], text: str | None = None, english: bool | None = None
) -> Transcript:
    words: list[Word] = []
    phones: list[Phone] = []
    if english is None:
        english = _is_english([word for piece in pieces for word in split_words(piece.text)], None)
    for piece in pieces:
        spoken = split_words(piece.text)
        if not spoken:
            continue
        found = forced_align(_cut(samples, piece), spoken) if english else None
        timed, sounds = found if found is not None else (_spread(_cut(samples, piece), spoken), [])
        words += [Word(w.text, _at(piece, w.start), _at(piece, w.end)) for w in timed]
        phones += [Phone(p.text, _at(piece, p.start), _at(piece, p.end)) for p in sounds]
    joined = " ".join(piece.text for piece in pieces) if text is None else text
    return Transcript(joined.strip(), tuple(words), tuple(phones))


def _at(piece: Piece, seconds: float) -> float:
    return round(min(piece.start + seconds, piece.end), 4)


def _spread(samples: np.ndarray, words: list[str]) -> list[Word]:
    """Words over the time in which something sounds, each in proportion to its letters."""
    active = activity(samples)
    if not active.any():
        active[:] = True
    sounding = np.flatnonzero(active)
    letters = np.concatenate([[0], np.cumsum([len(word) for word in words])])
    edges = letters / letters[-1] * len(sounding)  # in steps of sounding time
    first, last = np.floor(edges[:-1]).astype(int), np.ceil(edges[1:]).astype(int) - 1
    starts = (sounding[first] + edges[:-1] - first) * VAD_STEP
    ends = (sounding[last] + edges[1:] - last) * VAD_STEP
    return [Word(word, float(a), float(b)) for word, a, b in zip(words, starts, ends, strict=True)]


def _is_english(words: list[str], language: str | None) -> bool:
    """Whether pocketsphinx is there and the words are said to be English or, unsaid, it knows most of them."""
    if not words or not is_installed():
        return False
    if language is not None:
        return language.lower().startswith("en")
    return known_words(words) >= KNOWN_WORDS * len(words)
