"""Settings of a training run, and their presets."""

import math
from dataclasses import dataclass, replace

from ksdiff.errors import InputError, suggest


@dataclass(frozen=True)
class TrainingConfig:
    """How a model is trained.

    Attributes:
        steps: Optimiser steps.
        batch_size: Windows in a batch.
        frames: Frames of a window.
        learning_rate: Greatest learning rate, of AdamW.
        warmup_steps: Steps over which it grows to that; after it, it falls as a cosine to a tenth.
        weight_decay: Of AdamW.
        max_grad_norm: Greatest norm of the gradient.
        ema_decay: Of the moving average of the weights, which is what is validated and shipped.
        lambda_diffusion: Weight of eq. 5.
        lambda_spectral: Weight of eq. 6, λ_mr.
        lambda_keyframe: Weight of eq. 4, λ_BCE.
        lambda_lips: Weight of the squared error of the lips' vertices and of their velocity.
        known_frames: Share of windows of which some motion is given, so that the model learns to fill in the rest.
        speaker_balance: Clips are drawn by length over a speaker's total length to this power: 0 draws all frames
            alike, 1 all speakers.
        drop_speech: Share of windows that are trained without speech, for guidance.
        drop_text: Share trained without a transcript.
        drop_keyframes: Share trained without keyframes.
        drop_style: Share trained as the neutral average.
        mirror: Share of mirrored faces.
        speed_perturbation: Also train on the clips played faster and slower.
        sound_copies: Copies of each clip in other voices, rooms and noise that are trained on too.
        noise_skew: Diffusion steps are drawn as num_train_timesteps · u^noise_skew for uniform u: 1 draws all alike,
            less than 1 more of the noisy ones, where speech decides most.
        shift: Greatest random shift of motion against sound, frames.
        feature_noise: Deviation of the noise added to speech features, in deviations of the features.
        feature_mask: Share of speech frames hidden, in runs of about 0.2 s.
        seconds: Only so much of the beginning of each clip is used, s; 0 for all of it.
        held_out: Share of speakers that are not trained on; half of them validate, half test.
        folds: If not 0, every speaker tests in one of so many folds, and the share that tests is 1 / folds.
        fold: Which of the folds.
        validate_every: Steps between validations.
        seed: Of everything random.
        precision: ``fp32``, ``bf16``, or ``auto``: bf16 where the hardware multiplies it faster.
    """

    steps: int = 10_000
    batch_size: int = 8
    frames: int = 128
    learning_rate: float = 6e-4
    warmup_steps: int = 150
    weight_decay: float = 0.05
    max_grad_norm: float = 1.0
    ema_decay: float = 0.999
    lambda_diffusion: float = 1.0
    lambda_spectral: float = 0.3
    lambda_keyframe: float = 0.5
    lambda_lips: float = 0.5
    known_frames: float = 0.6
    speaker_balance: float = 0.5
    drop_speech: float = 0.1
    drop_text: float = 0.5
    drop_keyframes: float = 0.25
    drop_style: float = 0.4
    mirror: float = 0.5
    speed_perturbation: bool = True
    sound_copies: int = 0
    noise_skew: float = 0.7
    shift: int = 0
    feature_noise: float = 0.2
    feature_mask: float = 0.12
    seconds: float = 0.0
    held_out: float = 0.3
    folds: int = 0
    fold: int = 0
    validate_every: int = 500
    seed: int = 0
    precision: str = "auto"

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "frames", "validate_every"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; it must be at least 1")
        for name in ("learning_rate", "max_grad_norm", "noise_skew"):
            if not 0 < getattr(self, name) < math.inf:
                raise InputError(f"{name} is {getattr(self, name)}; it must be greater than 0")
        for name in ("warmup_steps", "weight_decay", "sound_copies", "shift", "feature_noise", "lambda_lips"):
            if not 0 <= getattr(self, name) < math.inf:
                raise InputError(f"{name} is {getattr(self, name)}; it must be at least 0")
        if not 0 <= self.seed < 2**32:
            raise InputError(f"seed is {self.seed}; it must be 0 to 2^32 - 1")
        for name in (
            "drop_speech",
            "drop_text",
            "drop_keyframes",
            "drop_style",
            "mirror",
            "feature_mask",
            "known_frames",
            "speaker_balance",
            "held_out",
            "ema_decay",
        ):
            if not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; it must be at least 0 and below 1")
        if not (self.seconds == 0 or self.seconds >= 2):
            raise InputError(f"seconds is {self.seconds}; it must be 0, for whole clips, or at least 2")
        if self.folds == 1 or self.folds < 0 or not 0 <= self.fold < max(1, self.folds):
            raise InputError(f"fold {self.fold} of {self.folds}; folds must be 0 or from 2, and fold below it")
        if self.precision not in ("auto", "fp32", "bf16"):
            raise InputError(f"precision {self.precision!r}: {suggest(self.precision, ('auto', 'fp32', 'bf16'))}")


def learning_rate(step: int, config: TrainingConfig) -> float:
    """Linear warm-up, then a cosine down to a tenth of the greatest rate."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    done = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    return config.learning_rate * (0.1 + 0.9 * (0.5 + 0.5 * math.cos(math.pi * min(1.0, done))))


TRAINING_PRESETS = {
    "paper": TrainingConfig(
        steps=100_000, batch_size=32, frames=250, learning_rate=1e-4, warmup_steps=5000, weight_decay=0.01,
        ema_decay=0.9999, drop_text=0.3, drop_keyframes=0.3, mirror=0.0, speed_perturbation=False, noise_skew=1.0,
        feature_noise=0.0, feature_mask=0.0, lambda_lips=0.0, known_frames=0.0, speaker_balance=0.0,
        validate_every=2000,
    ),
    "base": TrainingConfig(),
    "small": TrainingConfig(
        steps=250, batch_size=8, learning_rate=1.2e-3, warmup_steps=30, ema_decay=0.98, validate_every=250,
    ),
    "debug": TrainingConfig(
        steps=8, batch_size=2, frames=50, warmup_steps=2, speed_perturbation=False, seconds=4.0, validate_every=8,
    ),
}  # fmt: skip

# Of generators of poses (`ksdiff.training.pose_batches`), whose windows have 30 s: what they hear was learned from the
# very speakers that they are trained on, and is too good, so that it gets more noise.
_POSES = TrainingConfig(
    steps=1000, batch_size=16, learning_rate=1e-3, warmup_steps=100, feature_noise=0.7, feature_mask=0.0,
)  # fmt: skip
FIRST_STAGE_PRESETS = {
    "paper": _POSES,
    "base": _POSES,
    "small": replace(_POSES, steps=500, ema_decay=0.99),
    "debug": replace(_POSES, steps=8, batch_size=2, warmup_steps=2, speed_perturbation=False, validate_every=8),
}
