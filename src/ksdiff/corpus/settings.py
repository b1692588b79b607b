"""What decides how clips are made."""

from dataclasses import dataclass

from ksdiff.corpus import fit
from ksdiff.errors import InputError
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.keyframe_targets import THRESHOLD
from ksdiff.speech.encoder import DEFAULT_ENCODER


@dataclass(frozen=True)
class PrepareSettings:
    """What decides how clips are made.

    Attributes:
        fit: How expression is found: one of `fit.METHODS`.
        expression_cutoff: Of the zero-phase low-pass on the expression, Hz; 0 for none.
        closures: Whether lips that were seen to come close at p, b and m are made to meet; of tracked ARKit weights.
        rotation_cutoff: On the head's rotation, Hz.
        translation_cutoff: On the head's translation, Hz.
        keyframe_threshold: Standard deviations above the mean that make a keyframe.
        encoder: Name of the speech encoder.
        transcribe: Whether to find out what is said where no text is given.
        language: Of clips for which nothing says otherwise.
    """

    fit: str = "inverse"
    expression_cutoff: float = 7.0
    closures: bool = True
    rotation_cutoff: float = 6.0
    translation_cutoff: float = 5.0
    keyframe_threshold: float = THRESHOLD
    encoder: str = DEFAULT_ENCODER
    transcribe: bool = True
    language: str = "en"

    def __post_init__(self) -> None:
        if self.fit not in fit.METHODS:
            raise InputError(f"fit is {self.fit!r}; allowed: {', '.join(fit.METHODS)}")
        for name in ("expression_cutoff", "rotation_cutoff", "translation_cutoff"):
            value = getattr(self, name)
            if not 0 <= value < MOTION_RATE / 2:
                raise InputError(f"{name} is {value} Hz; it must be from 0 (no filter) to below {MOTION_RATE / 2} Hz")
