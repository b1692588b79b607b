"""A small corpus with motion that follows from its features, written as ``ksdiff prepare`` writes one."""

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ksdiff.corpus.format import CORPUS_VERSION, Clip, write_clip, write_index
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.keyframe_targets import EXPRESSION_SMOOTHING, HEAD_SMOOTHING, keyframe_targets, motion_variation
from ksdiff.motion.space import ARKIT

FEATURES = 12
ENCODER = {"name": "made-up", "layers": [0], "width": FEATURES, "sha256": "0" * 64, "stride": 384, "support": 895}
GRID_FIRST, GRID_SPACING = 447 / 16000, 384 / 16000


def make_corpus(folder: Path, speakers: int = 8, seconds: float = 4.0) -> Path:
    """One clip for each speaker; the mouth follows the features, which are smooth noise."""
    (folder / "clips").mkdir(parents=True)
    random = np.random.default_rng(7)
    to_motion = random.standard_normal((FEATURES, len(ARKIT.expression))) * 0.08
    names = []
    for number in range(speakers):
        frames = round(seconds * MOTION_RATE)
        count = int(seconds * 16000 - 895) // 384 + 1
        features = gaussian_filter1d(random.standard_normal((count, FEATURES)), 3, axis=0) * 4
        times = np.arange(count) * GRID_SPACING + GRID_FIRST
        at_frames = np.stack([np.interp(np.arange(frames) / MOTION_RATE, times, f) for f in features.T], axis=1)
        neutral = random.uniform(0, 0.1, len(ARKIT.expression))
        expression = np.clip(neutral + 0.2 + at_frames @ to_motion, 0, 1)
        close, jaw = ARKIT.index("mouthClose"), ARKIT.index("jawOpen")  # lips cannot close more than the jaw opens
        expression[:, close] = np.minimum(expression[:, close], expression[:, jaw])
        head = gaussian_filter1d(random.standard_normal((frames, 6)), 8, axis=0) * 0.2
        head_variation, expression_variation = motion_variation(head, expression, ARKIT)
        mask = np.ones(frames, dtype=bool)
        mask[:5] = False
        name = f"speaker{number}__clip"
        names.append(name)
        arrays = {
            "expression": expression.astype(np.float32),
            "neutral": neutral.astype(np.float32),
            "head": head.astype(np.float32),
            "mask_expression": mask,
            "mask_head": mask,
            "features": features.astype(np.float16),
            "prosody": random.standard_normal((count, 3)).astype(np.float32),
            "keyframes_expression": keyframe_targets(expression_variation, MOTION_RATE, EXPRESSION_SMOOTHING),
            "keyframes_head": keyframe_targets(head_variation, MOTION_RATE, HEAD_SMOOTHING),
            "channel_mask": np.ones(len(ARKIT.expression), dtype=bool),
        }
        facts = {"speaker": f"speaker{number}", "words": [["map", 0.5, 0.9], ["bee", 1.1, 1.6]], "phones": []}
        sound = random.standard_normal(round(seconds * 16000)).astype(np.float32) * 0.1
        write_clip(folder, Clip(name, arrays, facts), sound)
    write_index(folder, {"version": CORPUS_VERSION, "space": "arkit", "encoder": ENCODER, "clips": names})
    return folder
