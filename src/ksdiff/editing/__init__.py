"""Edits of a performance: what changes, how far it reaches, and what is made anew."""

from ksdiff.editing.edits import (
    EDITS,
    REACH,
    AddKeyframe,
    AddTake,
    ChooseTake,
    CopyPose,
    DeleteKeyframe,
    DeleteTake,
    Edit,
    MoveKeyframe,
    PinRange,
    SetLayers,
    SetPose,
    SetSampling,
    SetStrength,
    SetWords,
    UnpinRange,
    apply,
    read_edits,
)
from ksdiff.editing.layers import REGIONS, Layers
from ksdiff.editing.project import Choice, History, Keyframe, Pin, Project, Take, Variation, Voice
from ksdiff.editing.render import render
from ksdiff.editing.session import create, regenerate

__all__ = [
    "EDITS", "REACH", "REGIONS", "AddKeyframe", "AddTake", "Choice", "ChooseTake", "CopyPose", "DeleteKeyframe",
    "DeleteTake", "Edit", "History", "Keyframe", "Layers", "MoveKeyframe", "Pin", "PinRange", "Project", "SetLayers",
    "SetPose", "SetSampling", "SetStrength", "SetWords", "Take", "UnpinRange", "Variation", "Voice", "apply", "create",
    "read_edits", "regenerate", "render",
]  # fmt: skip
