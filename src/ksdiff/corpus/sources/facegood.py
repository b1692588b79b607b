"""FACEGOOD performance capture: takes of 116 blendshape weights at 30 frames/s beside 16 kHz sound.

A take is ``NAME.npz`` (``weights`` (T, 116), ``names``, ``fps``) and ``NAME.flac``. The capture moves the
mouth and jaw only, left like right, and has no head pose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus import fit
from ksdiff.corpus.arrays import DAMAGED
from ksdiff.corpus.av_offset import AvOffset
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.recordings import clip_name
from ksdiff.corpus.sources.source import ObservedMotion, Phones, Recording
from ksdiff.errors import InputError
from ksdiff.files import check_exists
from ksdiff.motion.space import ARKIT, MotionSpace

SPEAKER, LANGUAGE = "facegood", "zh"
MAX_FPS = 240

# What each FACEGOOD shape does to the ARKit weights: (channel, share). Names end in l, r, c (centre) and u,
# d (upper, lower). Compound shapes are split: "oh" is a rounded open mouth, "oo" a puckered one, "scream" an
# open one.
MAPPING: dict[str, tuple[tuple[str, float], ...]] = {
    "brow_lower_l": (("browDownLeft", 1.0),),
    "brow_lower_r": (("browDownRight", 1.0),),
    "brow_raise_c": (("browInnerUp", 1.0),),
    "brow_raise_l": (("browOuterUpLeft", 1.0),),
    "brow_raise_r": (("browOuterUpRight", 1.0),),
    "cheek_puff_l": (("cheekPuff", 0.5),),
    "cheek_puff_r": (("cheekPuff", 0.5),),
    "cheek_raise_l": (("cheekSquintLeft", 1.0),),
    "cheek_raise_r": (("cheekSquintRight", 1.0),),
    "eye_blink1_l": (("eyeBlinkLeft", 1.0),),
    "eye_blink1_r": (("eyeBlinkRight", 1.0),),
    "eye_blink2_l": (("eyeBlinkLeft", 1.0),),
    "eye_blink2_r": (("eyeBlinkRight", 1.0),),
    "eye_lidTight_l": (("eyeSquintLeft", 1.0),),
    "eye_lidTight_r": (("eyeSquintRight", 1.0),),
    "eye_shutTight_l": (("eyeBlinkLeft", 1.0), ("eyeSquintLeft", 1.0)),
    "eye_shutTight_r": (("eyeBlinkRight", 1.0), ("eyeSquintRight", 1.0)),
    "eye_upperLidRaise_l": (("eyeWideLeft", 1.0),),
    "eye_upperLidRaise_r": (("eyeWideRight", 1.0),),
    "eye_downLidRaise_l": (("eyeSquintLeft", 0.5),),
    "eye_downLidRaise_r": (("eyeSquintRight", 0.5),),
    "eye_lookDown1_l": (("eyeLookDownLeft", 1.0),),
    "eye_lookDown1_r": (("eyeLookDownRight", 1.0),),
    "eye_lookDown2_l": (("eyeLookDownLeft", 1.0),),
    "eye_lookDown2_r": (("eyeLookDownRight", 1.0),),
    "eye_lookLeft_l": (("eyeLookOutLeft", 1.0),),
    "eye_lookLeft_r": (("eyeLookInRight", 1.0),),
    "eye_lookRight_l": (("eyeLookInLeft", 1.0),),
    "eye_lookRight_r": (("eyeLookOutRight", 1.0),),
    "eye_lookUp_l": (("eyeLookUpLeft", 1.0),),
    "eye_lookUp_r": (("eyeLookUpRight", 1.0),),
    "jaw_sideways_l": (("jawLeft", 1.0),),
    "jaw_sideways_r": (("jawRight", 1.0),),
    "jaw_thrust_c": (("jawForward", 1.0),),
    "mouth_chew_c": (("mouthClose", 1.0), ("jawOpen", 1.0)),
    "mouth_chinRaise_d": (("mouthShrugLower", 1.0),),
    "mouth_chinRaise_u": (("mouthShrugUpper", 1.0),),
    "mouth_dimple_l": (("mouthDimpleLeft", 1.0),),
    "mouth_dimple_r": (("mouthDimpleRight", 1.0),),
    "mouth_funnel_dl": (("mouthFunnel", 0.25),),
    "mouth_funnel_dr": (("mouthFunnel", 0.25),),
    "mouth_funnel_ul": (("mouthFunnel", 0.25),),
    "mouth_funnel_ur": (("mouthFunnel", 0.25),),
    "mouth_lipCornerDepress_l": (("mouthFrownLeft", 1.0),),
    "mouth_lipCornerDepress_r": (("mouthFrownRight", 1.0),),
    "mouth_lipCornerDepressFix_l": (("mouthFrownLeft", 1.0),),
    "mouth_lipCornerDepressFix_r": (("mouthFrownRight", 1.0),),
    "mouth_lipCornerPull_l": (("mouthSmileLeft", 1.0),),
    "mouth_lipCornerPull_r": (("mouthSmileRight", 1.0),),
    "mouth_lipCornerPullOpen_l": (("mouthSmileLeft", 1.0),),
    "mouth_lipCornerPullOpen_r": (("mouthSmileRight", 1.0),),
    "mouth_lipStretch_l": (("mouthStretchLeft", 1.0),),
    "mouth_lipStretch_r": (("mouthStretchRight", 1.0),),
    "mouth_lipStretchOpen_l": (("mouthStretchLeft", 1.0),),
    "mouth_lipStretchOpen_r": (("mouthStretchRight", 1.0),),
    "mouth_lowerLipDepress_l": (("mouthLowerDownLeft", 1.0),),
    "mouth_lowerLipDepress_r": (("mouthLowerDownRight", 1.0),),
    "mouth_lowerLipProtrude_c": (("mouthShrugLower", 0.5),),
    "mouth_oh_c": (("mouthFunnel", 0.5), ("jawOpen", 0.3)),
    "mouth_oo_c": (("mouthPucker", 0.7), ("mouthFunnel", 0.3)),
    "mouth_press_l": (("mouthPressLeft", 1.0),),
    "mouth_press_r": (("mouthPressRight", 1.0),),
    "mouth_pressFix_c": (("mouthPressLeft", 0.5), ("mouthPressRight", 0.5)),
    "mouth_pucker_l": (("mouthPucker", 0.5),),
    "mouth_pucker_r": (("mouthPucker", 0.5),),
    "mouth_screamFix_c": (("jawOpen", 0.3),),
    "mouth_sideways_l": (("mouthLeft", 1.0),),
    "mouth_sideways_r": (("mouthRight", 1.0),),
    "mouth_stretch_c": (("jawOpen", 1.0),),
    "mouth_suck_dl": (("mouthRollLower", 0.5),),
    "mouth_suck_dr": (("mouthRollLower", 0.5),),
    "mouth_suck_ul": (("mouthRollUpper", 0.5),),
    "mouth_suck_ur": (("mouthRollUpper", 0.5),),
    "mouth_upperLipRaise_l": (("mouthUpperUpLeft", 1.0),),
    "mouth_upperLipRaise_r": (("mouthUpperUpRight", 1.0),),
    "nose_wrinkle_l": (("noseSneerLeft", 1.0),),
    "nose_wrinkle_r": (("noseSneerRight", 1.0),),
}
# No ARKit shape answers to these: parts of the mouth seen apart from the jaw, nostrils, and the tongue's
# twenty shapes.
UNMAPPED = (
    "brow_raise_d", "cheek_UP", "cheek_suck_l", "cheek_suck_r", "mouth_stretch_u", "nose_out_l", "nose_out_r",
    "tooth_d_d", "tooth_d_u", "tooth_l", "tooth_r", "tongue_d", "tongue_u", "tongue_u_d", "tongue_u_u",
    *(f"tongue_Scale_{sign}{axis}" for axis in "XYZ" for sign in ("", "_")),
    *(f"tongue_Rot_{sign}{joint}{axis}" for joint in "123" for axis in "XYZ" for sign in ("", "_")),
)  # fmt: skip

# The capture says something about these only: symmetric mouth and jaw. mouthClose has no source of its own.
KNOWN = (
    "jawForward", "jawOpen", "mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthSmileRight",
    "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft",
    "mouthStretchRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft",
    "mouthUpperUpRight",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class FacegoodRecording:
    """One take, in ARKit weights.

    Attributes:
        times: When each frame is, s from the first sample.
        expression: ARKit weights.
        channel_mask: Which channels the capture says anything about.
        sha256: Hash of the take and its sound.
    """

    times: Float[np.ndarray, " T"]
    expression: Float[np.ndarray, "T 51"]
    channel_mask: Bool[np.ndarray, " 51"]
    sha256: str = ""

    def av_offset(self, sound: Float[np.ndarray, " N"]) -> AvOffset:
        """None: capture and sound were recorded together."""
        return AvOffset(0.0, 0.0, trusted=False)

    def motion(self, instants: Float[np.ndarray, " T"], settings: PrepareSettings, phones: Phones) -> ObservedMotion:
        """Motion at given instants."""
        everywhere = np.ones(len(self.times), dtype=bool)
        whole = [slice(0, len(self.times))]
        expression, known = fit.resample(self.expression, self.times, everywhere, whole, instants, None)
        return ObservedMotion(
            expression=expression,
            head=np.zeros((len(instants), len(ARKIT.head))),
            mask_expression=known,
            mask_head=np.zeros(len(instants), dtype=bool),
            channel_mask=self.channel_mask,
            quality={},
        )


@dataclass(frozen=True)
class FacegoodSource:
    """FACEGOOD takes in a folder: ``NAME.npz`` beside ``NAME.flac``."""

    folder: Path

    @property
    def space(self) -> MotionSpace:
        """ARKit weights."""
        return ARKIT

    @property
    def provenance(self) -> str:
        """The data set."""
        return "FACEGOOD performance capture, MIT, (c) The FACEGOOD Authors"

    def find(self, settings: PrepareSettings) -> list[Recording]:
        """The takes, sorted by name.

        Raises:
            InputError: There is no folder, or no take in it.
        """
        check_exists(self.folder, "folder")
        paths = sorted(path for path in self.folder.glob("*.npz") if path.with_suffix(".flac").is_file())
        if not paths:
            raise InputError(f"there is no FACEGOOD take in {self.folder}: it needs NAME.npz beside NAME.flac")
        return [
            Recording(
                id=clip_name(f"{SPEAKER}__{path.stem}", path.name),
                path=path,
                name=path.name,
                speaker=SPEAKER,
                language=LANGUAGE,
                sound=path.with_suffix(".flac"),
            )
            for path in paths
        ]

    def check(self, recordings: Sequence[Recording]) -> None:
        """Nothing is needed."""

    def track(self, recording: Recording) -> None:
        """Nothing to be done."""

    def group(self, recording: Recording) -> str:
        """Each for itself: weights are relative to a face at rest already."""
        return recording.id

    def observe(self, recording: Recording) -> FacegoodRecording:
        """Read a take; see `read_take`."""
        return replace(read_take(recording.path), sha256=recording.sha256)

    def solve(self, group: Sequence[FacegoodRecording], settings: PrepareSettings) -> Float[np.ndarray, " 51"]:
        """The face at rest: zero."""
        return np.zeros(len(ARKIT.expression))


def read_take(path: Path) -> FacegoodRecording:
    """Read a take and express it in ARKit weights by `MAPPING`; sums beyond 1 are cut.

    Raises:
        InputError: The file is damaged, or has shapes that are not FACEGOOD's.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            weights, names, fps = data["weights"], [str(name) for name in data["names"]], float(data["fps"])
    except (OSError, *DAMAGED) as error:
        raise InputError(f"{path} is not a FACEGOOD take (weights, names, fps): {error}") from error
    if weights.ndim != 2 or weights.shape[1] != len(names) or len(weights) == 0 or not 1 <= fps <= MAX_FPS:
        raise InputError(f"{path} has weights of shape {weights.shape} for {len(names)} names at {fps} frames/s")
    if weights.dtype.kind not in "fiu" or not np.isfinite(weights).all():
        raise InputError(f"{path} has weights that are not finite numbers")
    unknown = sorted(set(names) - MAPPING.keys() - set(UNMAPPED))
    if unknown:
        raise InputError(f"{path} has shapes that are not FACEGOOD's: {', '.join(unknown[:5])}")
    matrix = np.zeros((len(names), len(ARKIT.expression)))
    for row, name in enumerate(names):
        for channel, share in MAPPING.get(name, ()):
            matrix[row, ARKIT.index(channel)] += share
    return FacegoodRecording(
        times=np.arange(len(weights)) / fps,
        expression=np.clip(np.maximum(weights, 0) @ matrix, 0, 1),
        channel_mask=np.array([name in KNOWN for name in ARKIT.expression]),
    )
