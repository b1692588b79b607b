"""Weights that nothing was learned from, for tests that need a model and not a good one."""

from pathlib import Path

import torch

from ksdiff.model.checkpoint import save_model
from ksdiff.model.config import model_config
from ksdiff.model.ksdiff import KSDiff
from ksdiff.motion.space import ARKIT, MotionSpace
from ksdiff.speech.encoder import load_encoder


def save_untrained(path: Path, space: MotionSpace = ARKIT, ablation: str = "full") -> Path:
    """Write such weights of the ``debug`` preset to ``path``."""
    torch.manual_seed(18)
    encoder = load_encoder().record
    model = KSDiff(model_config("debug", ablation), space, encoder["width"], 2)
    for parameter in model.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    model.expression_std.fill_(0.1)
    model.head_std.fill_(0.05)
    model.expression_mean.fill_(0.15)
    model.neutrals[-1] = 0.05
    sampling = {"num_inference_steps": 2, "keyframe_threshold": {"expression": 0.15, "head": 0.15}}
    save_model(model, path, encoder, ["ann", "bob"], {"sampling": sampling})
    return path
