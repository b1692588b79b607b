"""Edits of a performance: what changes, which frames that affects, and how those are regenerated.

From the ground up: `schema` (types with bounds), `character`, `voice`, `takes` and `layers` (what a project is made
of), `edits` (what a person changes), `project_data` (all of it), `render` (its finished motion), `project_file` (its
file), `project`, `effects` (what each edit does), `inpainting` and `performer` (the model), `workflow`, `variants`.
"""

from ksdiff.editing.character import Character
from ksdiff.editing.edits import (
    EDITS,
    AddKeyframe,
    AddTake,
    AddVocalization,
    ChooseTake,
    CopyPose,
    DeleteKeyframe,
    DeleteTake,
    Edit,
    MoveKeyframe,
    PinRange,
    RemoveArticulation,
    RemoveCurve,
    RemoveEmotion,
    RemoveLookAt,
    RemoveRangeLayers,
    RemoveVocalization,
    SetArticulation,
    SetCharacter,
    SetCurve,
    SetEmotion,
    SetGesture,
    SetHold,
    SetLayers,
    SetLookAt,
    SetPose,
    SetRangeLayers,
    SetSampling,
    SetStrength,
    SetStyle,
    SetWords,
    UnpinRange,
    read_edits,
)
from ksdiff.editing.effects import apply
from ksdiff.editing.effects.keyframes import REACH
from ksdiff.editing.gestures import GESTURES
from ksdiff.editing.history import History
from ksdiff.editing.layer_ranges import REGIONS, LayerRange
from ksdiff.editing.layers import Layers
from ksdiff.editing.project import Project
from ksdiff.editing.render import render
from ksdiff.editing.takes import Choice, Keyframe, Pin, Take, Variation
from ksdiff.editing.variants import variants
from ksdiff.editing.voice import Voice
from ksdiff.editing.workflow import create, edits_of_text, regenerate

__all__ = [
    "EDITS", "GESTURES", "REACH", "REGIONS", "AddKeyframe", "AddTake", "AddVocalization", "Character", "Choice",
    "ChooseTake", "CopyPose", "DeleteKeyframe", "DeleteTake", "Edit", "History", "Keyframe", "LayerRange", "Layers",
    "MoveKeyframe", "Pin", "PinRange", "Project", "RemoveArticulation", "RemoveCurve", "RemoveEmotion",
    "RemoveLookAt", "RemoveRangeLayers", "RemoveVocalization", "SetArticulation", "SetCharacter", "SetCurve",
    "SetEmotion", "SetGesture", "SetHold", "SetLayers", "SetLookAt", "SetPose", "SetRangeLayers", "SetSampling",
    "SetStrength", "SetStyle", "SetWords", "Take", "UnpinRange", "Variation", "Voice", "apply", "create",
    "edits_of_text", "read_edits", "regenerate", "render", "variants",
]  # fmt: skip
