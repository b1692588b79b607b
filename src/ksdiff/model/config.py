"""Settings of the model, and its presets.

The rows of the paper's Table 3 are switches here, so that an ablation is a setting and not a fork.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from ksdiff.errors import InputError, suggest


@dataclass(frozen=True)
class ModelConfig:
    """Everything that fixes the shape of the network.

    Attributes:
        width: Hidden dimension D of the speech encoder and the generator (paper: 512).
        heads: Attention heads of the speech encoder and the generator.
        generator_layers: Decoder layers of each diffusion path.
        generator_expansion: Width of a feed-forward layer over D.
        convolution: Kernel of a depthwise convolution in each generator layer, frames; 0 for none (as in DiffSpeaker).
        cross_window: How many frames to each side of its own a frame sees of the speech; 0 is DiffSpeaker's diagonal.
        dilations: Dilations of the MSDC branches.
        kernel: Kernel k of the MSDC branches.
        head_windows: Pooling windows of the head branch w_h^c and w_h^f, s.
        expression_window: Pooling window of the expression branch w_e, s.
        window_strides: Stride of each pooling is its window divided by s, for (coarse, fine, expression).
        keyframe_width: Hidden dimension of the keyframe predictors.
        keyframe_layers: Layers of each keyframe predictor (paper: 6).
        keyframe_heads: Attention heads of each keyframe predictor (paper: 8).
        keyframe_window: How many past frames a predictor attends to, so that its memory is bounded.
        dropout: Dropout rate (paper: 0.1).
        train_steps: Steps of the diffusion's forward process.
        schedule: Noise schedule, a name that diffusers knows.
        fine_from_prosody: Pool the head's fine tokens from the prosody-modulated features that they attend to; off:
            from the plain ones, as the paper's text has it.
        voicing: Give the voicing probability to the FiLM layer besides f0 and energy.
        speech_split: Separate features for head and expression; off: row "w/o speech split".
        dual_path: Separate diffusion for head and expression; off: row "w/o dual-path diff".
        keyframes: Predict and use keyframes; off: row "w/o keyframe".
        prosody: Modulate speech by prosody; off: row "w/o prosody".
        transcript: Condition on the words; off: row "w/o transcript".
        refine: Use the DPSE; off: row "wav2vec only", a bare projection of the frozen features.
        anchor: Let the diffusion of the expression vary around what a plain regression from speech says (`Anchor`);
            not of the paper.
        head: Make head motion; off: the expression alone, and the head keeps still.
    """

    width: int = 160
    heads: int = 4
    generator_layers: int = 2
    generator_expansion: int = 2
    convolution: int = 7
    cross_window: int = 2
    dilations: tuple[int, ...] = (1, 2, 4, 8)
    kernel: int = 5
    head_windows: tuple[float, float] = (1.0, 0.25)
    expression_window: float = 0.1
    window_strides: tuple[int, int, int] = (4, 4, 4)
    keyframe_width: int = 96
    keyframe_layers: int = 2
    keyframe_heads: int = 4
    keyframe_window: int = 250
    dropout: float = 0.1
    train_steps: int = 1000
    schedule: str = "squaredcos_cap_v2"
    fine_from_prosody: bool = True
    voicing: bool = True
    speech_split: bool = True
    dual_path: bool = True
    keyframes: bool = True
    prosody: bool = True
    transcript: bool = True
    refine: bool = True
    head: bool = True
    anchor: bool = False

    def __post_init__(self) -> None:
        for width, heads in ((self.width, self.heads), (self.keyframe_width, self.keyframe_heads)):
            if width <= 0 or heads <= 0 or width % heads or (width // heads) % 2:
                raise InputError(f"width {width} must be a multiple of heads ({heads}) with an even quotient")
        if not 0 <= self.dropout < 1:
            raise InputError(f"dropout is {self.dropout}; it must be at least 0 and below 1")
        if self.convolution and self.convolution % 2 == 0:
            raise InputError(f"convolution is {self.convolution}; it must be odd, or 0 for none")
        if not self.head and not self.dual_path:
            raise InputError("a single path makes head and expression together: set dual_path to leave the head out")
        if any(stride not in (2, 4) for stride in self.window_strides):
            raise InputError(f"window_strides is {self.window_strides}; the paper allows 2 and 4")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a checkpoint's header."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "ModelConfig":
        """Read what `to_dict` wrote.

        Raises:
            InputError: There is a setting that this version does not know.
        """
        names = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - names)
        if unknown:
            raise InputError(f"unknown model settings {unknown}: the checkpoint is of another version of ksdiff")
        given: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        return cls(**given)


MODEL_PRESETS = {
    # Every number of §3.3; what it leaves open (generator's depth and heads) as in DiffSpeaker's model for VOCASET.
    "paper": ModelConfig(
        width=512,
        heads=4,
        generator_layers=1,
        generator_expansion=2,
        convolution=0,
        cross_window=0,
        keyframe_width=512,
        keyframe_layers=6,
        keyframe_heads=8,
        schedule="scaled_linear",
        fine_from_prosody=False,
        voicing=False,
    ),
    "base": ModelConfig(),
    # A tenth of base's cost, for tables of many trainings on one processor.
    "small": ModelConfig(width=96, generator_layers=1, keyframe_width=64, keyframe_layers=1),
    "debug": ModelConfig(
        width=32,
        heads=2,
        generator_layers=1,
        keyframe_width=16,
        keyframe_layers=1,
        keyframe_heads=2,
        train_steps=100,
    ),
}

# The rows of the paper's Table 3, and the systems that it is compared with, as settings of the same code.
DIFFSPEAKER: dict[str, Any] = {
    "refine": False,
    "speech_split": False,
    "prosody": False,
    "transcript": False,
    "keyframes": False,
    "convolution": 0,
    "cross_window": 0,
    "schedule": "scaled_linear",
}
ABLATIONS: dict[str, dict[str, Any]] = {
    "full": {},
    "anchored": {"anchor": True},
    "without-speech-split": {"speech_split": False},
    "without-dual-path": {"dual_path": False},
    "without-keyframes": {"keyframes": False},
    "without-prosody": {"prosody": False},
    "without-transcript": {"transcript": False},
    "frozen-features-only": {"refine": False, "speech_split": False, "prosody": False},
    # Its biases and adapters over z-scored coefficients, one diffusion for head and expression.
    "diffspeaker": {**DIFFSPEAKER, "dual_path": False},
    "diffspeaker-expression": {**DIFFSPEAKER, "head": False},
}


def model_config(preset: str, ablation: str = "full") -> ModelConfig:
    """Settings by name of preset and row of Table 3.

    Raises:
        InputError: A name is unknown.
    """
    if preset not in MODEL_PRESETS:
        raise InputError(f"unknown preset {preset!r}: {suggest(preset, tuple(MODEL_PRESETS))}")
    if ablation not in ABLATIONS:
        raise InputError(f"unknown ablation {ablation!r}: {suggest(ablation, tuple(ABLATIONS))}")
    return replace(MODEL_PRESETS[preset], **ABLATIONS[ablation])
