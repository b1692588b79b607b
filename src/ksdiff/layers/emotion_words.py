"""Emotions on words, which get their times when it is known when the words are said."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ksdiff.errors import InputError, suggest
from ksdiff.layers.emotion import EmotionRange
from ksdiff.motion import MOTION_RATE, Word


@dataclass(frozen=True)
class EmotionOnWord:
    """An emotion while a word is said.

    Attributes:
        word: The word; upper and lower case are the same.
        occurrence: Which of the words of this text, from 1 on.
        what: Everything else about it; its start and end are of no meaning.
    """

    word: str
    occurrence: int = 1
    what: EmotionRange = field(kw_only=True)


def find_word(words: Sequence[Word], text: str, occurrence: int = 1) -> Word:
    """A word by its text.

    Args:
        words: What is said.
        text: The word.
        occurrence: Which of those of this text, from 1 on.

    Raises:
        InputError: It is not said, or not as often, or it is not known what is said.
    """
    meant = [word for word in words if word.text.casefold() == text.casefold()]
    if not meant:
        known = tuple(dict.fromkeys(word.text for word in words))
        hint = suggest(text[:80], known) if known else "no words are known: give the text, or a start and an end"
        raise InputError(f"nobody says {text[:80]!r}: {hint}")
    if occurrence > len(meant):
        raise InputError(f"{text!r} is said {len(meant)} times, not {occurrence}")
    return meant[occurrence - 1]


def with_times(emotions: Sequence[EmotionRange | EmotionOnWord], words: Sequence[Word]) -> tuple[EmotionRange, ...]:
    """Emotions with their times, in the same order.

    Raises:
        InputError: One is on a word that is not said.
    """
    return tuple(_timed(one, words) if isinstance(one, EmotionOnWord) else one for one in emotions)


def _timed(one: EmotionOnWord, words: Sequence[Word]) -> EmotionRange:
    word = find_word(words, one.word, one.occurrence)
    return replace(one.what, start=word.start, end=max(word.end, word.start + 1 / MOTION_RATE))
