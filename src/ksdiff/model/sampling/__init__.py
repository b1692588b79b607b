"""From speech to motion of any length: overlapping windows, each continuing what the one before it fixed.

`generate` is where a sound becomes motion. It encodes the sound window by window (`windows`), decodes one track of
keyframes (`keyframes`), draws poses first where that is asked for (`poses`), and denoises (`scheduler`) noise that
depends on the frame alone (`noise`).
"""

from ksdiff.model.sampling.generate import BATCH, Generated, Generation, check_plan, generate, generate_all
from ksdiff.model.sampling.guidance import KeyframeGuidance, guided
from ksdiff.model.sampling.keyframes import KeyframeTracks, keyframe_input, pick_keyframes
from ksdiff.model.sampling.noise import correlate, frame_noise, noise_filter
from ksdiff.model.sampling.options import AT_KEYFRAMES, GRID, NONE, Plan, SamplingOptions, current_names
from ksdiff.model.sampling.scheduler import DDIMScheduler, Paths
from ksdiff.model.sampling.state import State
from ksdiff.model.sampling.windows import COMMIT, FIXED, LOOKAHEAD, OVERLAP, WINDOW, Speech, windows

__all__ = [
    "AT_KEYFRAMES",
    "BATCH",
    "COMMIT",
    "FIXED",
    "GRID",
    "LOOKAHEAD",
    "NONE",
    "OVERLAP",
    "WINDOW",
    "DDIMScheduler",
    "Generated",
    "Generation",
    "KeyframeGuidance",
    "KeyframeTracks",
    "Paths",
    "Plan",
    "SamplingOptions",
    "Speech",
    "State",
    "check_plan",
    "correlate",
    "current_names",
    "frame_noise",
    "generate",
    "generate_all",
    "guided",
    "keyframe_input",
    "noise_filter",
    "pick_keyframes",
    "windows",
]
