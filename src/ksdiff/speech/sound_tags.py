"""Tags such as ``[laugh]`` in a text, and when the sounds that they stand for are heard."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError, suggest
from ksdiff.layers.vocalizations import LEVEL_STEP, SOUNDS, Vocalization
from ksdiff.motion import Word
from ksdiff.speech.transcript import split_words

MAX_TAGS = 1000
SHORTEST = 0.2  # s of a gap between words in which a sound can be
APART = 0.4  # s of silence between two sounds of which only one is meant
USUAL = 1.0  # s that a sound takes where none is heard
_RANGE = 25.0  # dB below the loudest between two words, from where nothing sounds
_QUIETEST = -60.0  # dB of full scale
_TAG = re.compile(r"\[\s*([A-Za-z_]+)\s*\]")


@dataclass(frozen=True)
class SoundTag:
    """A sound that a text tells of.

    Attributes:
        sound: Which.
        word: How many words of the text come before it.
    """

    sound: str
    word: int


def split_tags(text: str) -> tuple[str, tuple[SoundTag, ...]]:
    """Take the tags out of a text.

    Returns:
        The words that are said, and the tags in order.

    Raises:
        InputError: A word in square brackets is not a sound, or there are too many.
    """
    tags, said, at = [], "", 0
    for found in _TAG.finditer(text):
        name = found.group(1).lower()
        if name not in SOUNDS:
            allowed = suggest(name[:40], SOUNDS)
            raise InputError(
                f"the text has {found.group(0)[:42]}, which is no sound: {allowed}; or remove the brackets"
            )
        said += text[at : found.start()] + " "
        at = found.end()
        tags.append(SoundTag(name, len(split_words(said))))
    if len(tags) > MAX_TAGS:
        raise InputError(f"the text has {len(tags)} sounds in brackets; at most {MAX_TAGS} are allowed")
    return (said + text[at:], tuple(tags)) if tags else (text, ())


def place_tags(
    tags: Sequence[SoundTag], words: Sequence[Word], level: Float[np.ndarray, " S"]
) -> tuple[Vocalization, ...]:
    """Find when the sounds of a text are heard: between the words beside them, where most sounds.

    Several sounds between the same words share that time evenly. Where nothing is heard, one takes a second at most, in
    the middle.

    Args:
        tags: From `split_tags`.
        words: What is said and when.
        level: Of the sound, dB of full scale, every 10 ms.

    Raises:
        InputError: The words beside a sound leave no time for it.
    """
    result: list[Vocalization] = []
    for place in sorted({tag.word for tag in tags}):
        own = [tag for tag in tags if tag.word == place]
        start = words[place - 1].end if 0 < place <= len(words) else 0.0
        end = words[place].start if place < len(words) else len(level) * LEVEL_STEP
        if end - start < SHORTEST * len(own):
            raise InputError(
                f"there is no time for {' '.join(f'[{tag.sound}]' for tag in own)}: the words beside it are "
                f"{max(end - start, 0):.2f} s apart, at {start:.2f} s. Times of words are exact only for English, with "
                "the extra transcribe; give the sound as a range instead"
            )
        first, last = _heard(level, start, end)
        edges = np.linspace(first, last, len(own) + 1)
        result += [
            Vocalization(tag.sound, float(a), float(b)) for tag, a, b in zip(own, edges[:-1], edges[1:], strict=True)
        ]
    return tuple(result)


def _heard(level: Float[np.ndarray, " S"], start: float, end: float) -> tuple[float, float]:
    """From the first to the last that is heard in a gap, s."""
    begin, stop = round(start / LEVEL_STEP), round(end / LEVEL_STEP)
    inside = level[begin:stop]
    loud = np.flatnonzero(inside > max(float(inside.max(initial=-np.inf)) - _RANGE, _QUIETEST))
    # Of sounds far apart the one with most energy: the end of a word may be heard there too.
    parts = np.split(loud, np.flatnonzero(np.diff(loud) > APART / LEVEL_STEP) + 1)
    loud = max(parts, key=lambda part: float((10 ** (inside[part] / 10)).sum()))
    if len(loud) * LEVEL_STEP < SHORTEST / 2:
        middle, half = (start + end) / 2, min(USUAL, end - start) / 2
        return middle - half, middle + half
    first, last = start + loud[0] * LEVEL_STEP, start + (loud[-1] + 1) * LEVEL_STEP
    short = max(SHORTEST - (last - first), 0) / 2
    return max(first - short, start), min(last + short, end)
