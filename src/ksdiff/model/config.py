"""Settings of the model, and its presets.

The rows of the paper's Table 3 are switches here, so that an ablation is a setting and not a fork.
"""

from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from ksdiff.errors import InputError, suggest
from ksdiff.motion.space import PATHS

KEYFRAMES = "keyframes"  # the predictors, where parts of a network are named
# What stands before the first frame, where a keyframe predictor reads whether the frame before is a keyframe (0 or 1).
START = 2
# What a checkpoint's header may ask for at most.
Size = Annotated[int, Field(ge=2, le=4096)]
Count = Annotated[int, Field(ge=1, le=64)]
Seconds = Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]


@dataclass(frozen=True)
class ModelConfig:
    """Everything that fixes the shape of the network.

    Attributes:
        hidden_dim: Hidden dimension D of the speech encoder and the generator (paper: 512).
        num_heads: Attention heads of the speech encoder and the generator.
        num_layers: Decoder layers of each diffusion path.
        generator_expansion: Width of a feed-forward layer over D.
        convolution: Kernel of a depthwise convolution in each generator layer, frames; 0 for none (as in DiffSpeaker).
        cross_window: How many frames to each side of its own a frame sees of the speech; 0 is DiffSpeaker's diagonal.
        dilations: Dilations of the MSDC branches.
        kernel_size: Kernel k of the MSDC branches.
        head_windows: Pooling windows of the head branch w_h^c and w_h^f, s.
        expression_window: Pooling window of the expression branch w_e, s.
        window_strides: Stride of each pooling is its window divided by s, for (coarse, fine, expression).
        keyframe_hidden_dim: Hidden dimension of the keyframe predictors.
        keyframe_num_layers: Layers of each keyframe predictor (paper: 6).
        keyframe_num_heads: Attention heads of each keyframe predictor (paper: 8).
        keyframe_window: How many past frames a predictor attends to, so that its memory is bounded.
        keyframe_reach: How many frames to each side of its own a frame of a generator is told of keyframes.
        keyframe_strength: Tell the generators how strong each keyframe is; off: that there is one, as in the paper.
        dropout: Dropout rate (paper: 0.1).
        num_train_timesteps: Steps of the diffusion's forward process.
        beta_schedule: Noise schedule, a name that diffusers knows.
        fine_from_prosody: Pool the head's fine tokens from the prosody-modulated features that they attend to; off:
            from the plain ones, as the paper's text has it.
        voicing: Give the voicing probability to the FiLM layer besides f0 and energy.
        speech_split: Separate features for head and expression; off: row "w/o speech split".
        dual_path: Separate diffusion for head and expression; off: row "w/o dual-path diff".
        keyframes: Predict and use keyframes; off: row "w/o keyframe".
        prosody: Modulate speech by prosody; off: row "w/o prosody".
        transcript: Condition on the words; off: row "w/o transcript".
        transcript_parts: What reads the words: the generator of either path, the predictors of keyframes. A generator
            of both paths reads them in any case.
        refine: Use the DPSE; off: row "wav2vec only", a linear projection of the frozen features.
        regression_prior: Learn a regression from speech (`RegressionPrior`) beside the diffusion; not in the paper.
        prior_as_input: The expression path reads what the regression is read from, and makes the whole motion; off:
            its output is the regression's plus its own.
        known_motion: The generators read motion that is given (`KnownMotion`) and fill in the rest; off: it is only
            put in place of what they make.
        pose_generators: Generators of poses at a few instants (`PoseGenerator`), the first of two stages; not in the
            paper.
        head: Generate head motion; off: the expression alone, and the head keeps still.
        spatiotemporal: KDTalker's generator in place of DiffSpeaker's (`ksdiff.model.spatiotemporal`).
        correlated_noise: The diffusion's noise is slow in part, as motion is (`ksdiff.model.sampling.noise`); off: it
            is white.
        mask_padding: Frames outside the sound never reach frames inside it: they are masked in every attention and
            convolution, and MSDC normalises each frame by itself. Off in checkpoints of the format ``ksdiff-1``,
            whose weights were trained without.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    hidden_dim: Size = 160
    num_heads: Count = 4
    num_layers: Count = 2
    generator_expansion: Count = 2
    convolution: Annotated[int, Field(ge=0, le=255)] = 7
    cross_window: Annotated[int, Field(ge=0, le=1000)] = 2
    dilations: Annotated[tuple[Count, ...], Field(min_length=1, max_length=16)] = (1, 2, 4, 8)
    kernel_size: Count = 5
    head_windows: tuple[Seconds, Seconds] = (1.0, 0.25)
    expression_window: Seconds = 0.1
    window_strides: tuple[int, int, int] = (4, 4, 4)
    keyframe_hidden_dim: Size = 96
    keyframe_num_layers: Count = 2
    keyframe_num_heads: Count = 4
    keyframe_window: Annotated[int, Field(ge=1, le=10_000)] = 250
    keyframe_reach: Annotated[int, Field(ge=0, le=1000)] = 12
    keyframe_strength: bool = True
    dropout: float = 0.1
    num_train_timesteps: Annotated[int, Field(ge=1, le=10_000)] = 1000
    beta_schedule: Literal["scaled_linear", "squaredcos_cap_v2"] = "squaredcos_cap_v2"
    fine_from_prosody: bool = True
    voicing: bool = True
    speech_split: bool = True
    dual_path: bool = True
    keyframes: bool = True
    prosody: bool = True
    transcript: bool = True
    transcript_parts: tuple[Literal["expression", "head", "keyframes"], ...] = (*PATHS, KEYFRAMES)
    refine: bool = True
    head: bool = True
    regression_prior: bool = False
    prior_as_input: bool = True
    known_motion: bool = True
    pose_generators: bool = False
    spatiotemporal: bool = False
    correlated_noise: bool = True
    mask_padding: bool = True

    def __post_init__(self) -> None:
        for name in ("hidden_dim", "keyframe_hidden_dim"):
            width, heads = getattr(self, name), getattr(self, name.replace("hidden_dim", "num_heads"))
            if width <= 0 or heads <= 0 or width % heads or (width // heads) % 2:
                raise InputError(f"{name} {width} must be a multiple of the heads ({heads}) with an even quotient")
        if not 0 <= self.dropout < 1:
            raise InputError(f"dropout is {self.dropout}; it must be at least 0 and below 1")
        if self.hidden_dim % 4:  # MSDC normalises twice the width in 8 groups
            raise InputError(f"hidden_dim is {self.hidden_dim}; it must be a multiple of 4")
        if self.kernel_size % 2 == 0:
            raise InputError(f"kernel_size is {self.kernel_size}; it must be odd")
        if self.convolution and self.convolution % 2 == 0:
            raise InputError(f"convolution is {self.convolution}; it must be odd, or 0 for none")
        if not self.head and not self.dual_path:
            raise InputError("one path generates head and expression together: set dual_path to leave the head out")
        if self.spatiotemporal and (self.dual_path or self.keyframes or not self.head):
            raise InputError("KDTalker's generator makes head and expression together, without keyframes")
        if self.pose_generators and not (self.dual_path and self.known_motion):
            raise InputError("poses come first only in a dual-path model that reads motion that is given")
        if any(stride not in (2, 4) for stride in self.window_strides):
            raise InputError(f"window_strides is {self.window_strides}; the paper allows 2 and 4")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a checkpoint's header."""
        return asdict(self)


MODEL_PRESETS = {
    # Every number of §3.3; what it leaves open (generator's depth and heads) as in DiffSpeaker's model for VOCASET.
    "paper": ModelConfig(
        hidden_dim=512,
        num_heads=4,
        num_layers=1,
        generator_expansion=2,
        convolution=0,
        cross_window=0,
        keyframe_hidden_dim=512,
        keyframe_num_layers=6,
        keyframe_num_heads=8,
        beta_schedule="scaled_linear",
        fine_from_prosody=False,
        voicing=False,
        keyframe_reach=0,
        keyframe_strength=False,
        known_motion=False,
        correlated_noise=False,
    ),
    "base": ModelConfig(dropout=0.2),
    # A tenth of base's cost, for tables of many trainings on one processor.
    "small": ModelConfig(hidden_dim=96, num_layers=1, keyframe_hidden_dim=64, keyframe_num_layers=1),
    "debug": ModelConfig(
        hidden_dim=32,
        num_heads=2,
        num_layers=1,
        keyframe_hidden_dim=16,
        keyframe_num_layers=1,
        keyframe_num_heads=2,
        num_train_timesteps=100,
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
    "known_motion": False,
    "correlated_noise": False,
    "beta_schedule": "scaled_linear",
}
ABLATIONS: dict[str, dict[str, Any]] = {
    "full": {},
    "regression-prior": {"regression_prior": True, "prior_as_input": False},
    "regression-features": {"regression_prior": True},
    "without-speech-split": {"speech_split": False},
    "without-dual-path": {"dual_path": False},
    "without-keyframes": {"keyframes": False},
    "without-prosody": {"prosody": False},
    "without-transcript": {"transcript": False},
    "frozen-features-only": {"refine": False, "speech_split": False, "prosody": False},
    # Its biases and adapters over z-scored coefficients, one diffusion for head and expression.
    "diffspeaker": {**DIFFSPEAKER, "dual_path": False},
    "diffspeaker-expression": {**DIFFSPEAKER, "head": False},
    # Tokens of keypoints, or groups of channels, in time; it goes on from the frames before a window.
    "kdtalker": {**DIFFSPEAKER, "dual_path": False, "spatiotemporal": True, "known_motion": True, "cross_window": 2},
}


RENAMED_ABLATIONS = {"anchored": "regression-prior"}  # names of older versions


def model_config(preset: str, ablation: str = "full") -> ModelConfig:
    """Settings by name of preset and row of Table 3.

    Raises:
        InputError: A name is unknown.
    """
    if preset not in MODEL_PRESETS:
        raise InputError(f"unknown preset {preset!r}: {suggest(preset, tuple(MODEL_PRESETS))}")
    ablation = RENAMED_ABLATIONS.get(ablation, ablation)
    if ablation not in ABLATIONS:
        raise InputError(f"unknown ablation {ablation!r}: {suggest(ablation, tuple(ABLATIONS))}")
    return replace(MODEL_PRESETS[preset], **ABLATIONS[ablation])
