"""Copies of clips to train on: faster and slower, in other voices, rooms and noise."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.corpus.arrays import checksums, open_arrays, save_arrays
from ksdiff.corpus.dataset import Clip, Corpus
from ksdiff.corpus.digest import digest
from ksdiff.corpus.format import check_arrays, sound_path
from ksdiff.corpus.shards import ShardedClips
from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.files import file_sha256, make_folder
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.rotation import interpolate
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace
from ksdiff.speech.audio import frame_count
from ksdiff.speech.encoder import SpeechEncoder, encoder_of
from ksdiff.speech.prosody import prosody
from ksdiff.training.config import TrainingConfig
from ksdiff.training.sound_augmentation import heard_otherwise

with needs("train"):
    from scipy.signal import resample_poly

# Up and down factors of resampling; 10/11 plays 1.1 times as fast. Pitch and formants move with the tempo.
SPEEDS = ((10, 11), (10, 9))
RECIPE = 1  # raised when the same clip would give something else than before


def change_speed(
    clip: Clip, space: MotionSpace, encoder: SpeechEncoder, name: str, up: int, down: int, samples: np.ndarray
) -> Clip:
    """A clip as if recorded at ``down / up`` times its speed: sound and motion together."""
    factor = down / up
    sound = resample_poly(samples, up, down).astype(np.float32)
    frames = frame_count(len(sound))
    old, new = np.arange(len(clip)) / MOTION_RATE, np.arange(frames) / MOTION_RATE * factor
    nearest = np.clip(np.round(new * MOTION_RATE).astype(int), 0, len(clip) - 1)
    whole = clip.motion
    motion = {path: np.stack([np.interp(new, old, column) for column in whole[path].T], axis=1) for path in PATHS}
    arrays: dict[str, np.ndarray] = {"neutral": clip.neutral, "channel_mask": clip.channel_mask}
    for path in PATHS:
        for rotation in space.rotations(path):
            motion[path][:, rotation] = interpolate(whole[path][:, rotation].astype(np.float64), old, new)
        keyframes = clip.keyframes[path]
        at = np.flatnonzero(keyframes)
        strengths = np.zeros(frames, np.float32)
        strengths[np.clip(np.round(at / factor).astype(int), 0, frames - 1)] = keyframes[at]
        arrays |= {f"keyframes_{path}": strengths, f"mask_{path}": clip.mask[path][nearest]}
    arrays |= {
        "expression": (motion[EXPRESSION] + clip.neutral).astype(np.float32),
        "head": motion[HEAD].astype(np.float32),
        **_heard(sound, encoder),
    }
    return Clip(name, arrays, _faster(clip.facts, factor))


def hear_otherwise(clip: Clip, encoder: SpeechEncoder, name: str, samples: np.ndarray) -> Clip:
    """The same motion to the same words of another voice, elsewhere; which, depends on the name."""
    seed = int.from_bytes(sha256(name.encode()).digest()[:8], "big")
    sound = heard_otherwise(samples, np.random.default_rng(seed))
    return Clip(name, {**clip.arrays, **_heard(sound, encoder)}, clip.facts)


def augmented(
    corpus: Corpus, clips: Sequence[Clip], cache: Path, config: TrainingConfig, progress: Callable[[str, float], None]
) -> list[Clip]:
    """The clips, and copies of each, as ``config`` asks: faster and slower, and heard otherwise.

    What is costly is kept in ``cache``, under a name that changes with the content of the clip.

    Raises:
        InputError: The cache cannot be written, or a file of the corpus cannot be read.
    """
    speeds = SPEEDS if config.speed_perturbation else ()
    if not speeds and not config.sound_copies:
        return list(clips)
    make_folder(cache)
    encoder = encoder_of(corpus.encoder)
    result = list(clips)
    for number, clip in enumerate(clips):
        progress("copies", number / len(clips))
        content = content_key(corpus, clip)
        samples = None
        copies: dict[str, tuple[float, Callable[[np.ndarray], Clip]]] = {}
        for up, down in speeds:
            name = f"{clip.name}@{down}-{up}"
            copies[name] = (down / up, partial(change_speed, clip, corpus.space, encoder, name, up, down))
        for copy in range(config.sound_copies):
            name = f"{clip.name}@heard-{copy}"
            copies[name] = (1.0, partial(hear_otherwise, clip, encoder, name))
        for name, (factor, make) in copies.items():
            path = cache / f"{name}-{content}.npz"
            if (arrays := _cached(path, corpus.space)) is None:
                samples = corpus.sound(clip) if samples is None else samples
                made = make(samples).arrays
                # Another training may have made it meanwhile, and be reading it.
                if _cached(path, corpus.space) is None:
                    save_arrays(path, made)
                for stale in cache.glob(f"{_escaped(name)}-*.npz"):
                    if stale != path:
                        stale.unlink(missing_ok=True)
                arrays = open_arrays(path)
            result.append(Clip(name, arrays, _faster(clip.facts, factor)))
    return result


def content_key(corpus: Corpus, clip: Clip) -> str:
    """Identifies all that decides what a clip is at another speed: its arrays, its sound, and the speech encoder."""
    if isinstance(corpus.clips, ShardedClips):
        stored = corpus.clips
        arrays: Any = sha256(stored.read(clip.facts["number"], "npz")).hexdigest()
        sound = sha256(stored.read(clip.facts["number"], "flac")).hexdigest()
    else:
        arrays = checksums(corpus.path / "clips" / f"{clip.name}.npz")
        sound = file_sha256(sound_path(corpus.path, clip.name))
    return digest([RECIPE, corpus.encoder, arrays, sound, len(clip), len(clip.features)])[:16]


def _heard(sound: np.ndarray, encoder: SpeechEncoder) -> dict[str, np.ndarray]:
    """The arrays of a clip that come from its sound."""
    features = encoder.encode(sound).astype(np.float16)
    return {"features": features, "prosody": prosody(sound, encoder.frame_times(len(features)))}


def _cached(path: Path, space: MotionSpace) -> Mapping[str, np.ndarray] | None:
    """Arrays of an earlier run; None if there are none, or they are damaged."""
    if not path.is_file():
        return None
    try:
        arrays = open_arrays(path)
        check_arrays(arrays, space)
    except (InputError, ValueError):
        return None
    return arrays


def _faster(facts: Mapping[str, Any], factor: float) -> dict[str, Any]:
    words = [(text, start / factor, end / factor) for text, start, end in facts.get("words", ())]
    return {**facts, "words": words}


def _escaped(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)
