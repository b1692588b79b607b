"""Clips played faster and slower: other voices and other tempi from the same recordings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from ksdiff.corpus.dataset import Clip, Corpus
from ksdiff.files import atomic_write, make_folder
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.rotation import interpolate
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace
from ksdiff.speech.audio import frame_count
from ksdiff.speech.encoder import SpeechEncoder, encoder_of
from ksdiff.speech.prosody import prosody

# Up and down factors of resampling; 10/11 plays 1.1 times as fast. Pitch and formants move with the tempo.
SPEEDS = ((10, 11), (10, 9))


def change_speed(
    clip: Clip, space: MotionSpace, samples: np.ndarray, encoder: SpeechEncoder, up: int, down: int, name: str
) -> Clip:
    """A clip as if recorded at ``down / up`` times its speed: sound and motion together."""
    factor = down / up
    sound = resample_poly(samples, up, down).astype(np.float32)
    features = encoder.encode(sound).astype(np.float16)
    frames = frame_count(len(sound))
    old, new = np.arange(len(clip)) / MOTION_RATE, np.arange(frames) / MOTION_RATE * factor
    nearest = np.clip(np.round(new * MOTION_RATE).astype(int), 0, len(clip) - 1)
    motion = {path: np.stack([np.interp(new, old, column) for column in clip.motion[path].T], axis=1) for path in PATHS}
    for path in PATHS:
        for rotation in space.rotations(path):
            motion[path][:, rotation] = interpolate(clip.motion[path][:, rotation].astype(np.float64), old, new)
    strengths = {}
    for path in PATHS:
        at = np.flatnonzero(clip.keyframes[path])
        strengths[path] = np.zeros(frames, np.float32)
        strengths[path][np.clip(np.round(at / factor).astype(int), 0, frames - 1)] = clip.keyframes[path][at]
    return replace(
        clip,
        name=name,
        motion={EXPRESSION: motion[EXPRESSION].astype(np.float32), HEAD: motion[HEAD].astype(np.float32)},
        mask={path: clip.mask[path][nearest] for path in PATHS},
        features=features,
        prosody=prosody(sound, encoder.frame_times(len(features))),
        keyframes=strengths,
        words=tuple(Word(word.text, word.start / factor, word.end / factor) for word in clip.words),
    )


def with_speeds(corpus: Corpus, clips: list[Clip], cache: Path, progress: Callable[[str, float], None]) -> list[Clip]:
    """The clips, and each of them faster and slower; what is costly is kept in ``cache``."""
    make_folder(cache)
    encoder = encoder_of(corpus.encoder)
    result = list(clips)
    for number, clip in enumerate(clips):
        progress("other speeds", number / len(clips))
        samples = None
        for up, down in SPEEDS:
            name = f"{clip.name}@{down}-{up}"
            path = cache / f"{name}.npz"
            if not path.exists():
                samples = corpus.sound(clip) if samples is None else samples
                changed = change_speed(clip, corpus.space, samples, encoder, up, down, name)
                arrays: dict[str, Any] = {
                    "features": changed.features,
                    "prosody": changed.prosody,
                    "words": np.array([[word.start, word.end] for word in changed.words]).reshape(-1, 2),
                }
                for p in PATHS:
                    arrays |= {f"motion_{p}": changed.motion[p], f"mask_{p}": changed.mask[p]}
                    arrays[f"keyframes_{p}"] = changed.keyframes[p]
                with atomic_write(path) as temporary:
                    np.savez(temporary, **arrays)
            with np.load(path, allow_pickle=False) as data:
                result.append(
                    replace(
                        clip,
                        name=name,
                        motion={p: data[f"motion_{p}"] for p in PATHS},
                        mask={p: data[f"mask_{p}"] for p in PATHS},
                        features=data["features"],
                        prosody=data["prosody"],
                        keyframes={p: data[f"keyframes_{p}"] for p in PATHS},
                        words=tuple(
                            Word(word.text, float(start), float(end))
                            for word, (start, end) in zip(clip.words, data["words"], strict=True)
                        ),
                    )
                )
    return result
