"""The network of the sync expert: two streams of convolutions onto one sphere, and its file."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT
from ksdiff.sync_expert.features import MEL_BANDS, MEL_PER_FRAME, MOUTH, log_mel, mouth_motion, padded
from ksdiff.sync_expert.score import MAX_OFFSET, MIN_FRAMES, SHIFTS, SyncScore, counted, sync_arithmetic

FORMAT = "ksdiff-sync-1"


class SyncExpert(nn.Module):
    """Two streams of convolutions in time, of the sound and of the mouth, onto one sphere.

    Args:
        width: Channels within each stream.
        dimensions: Of the sphere's space.
        facts: What it was trained on, as saved with it.
    """

    def __init__(self, width: int = 96, dimensions: int = 64, facts: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.facts = facts or {}
        self.settings = {"width": width, "dimensions": dimensions}
        # (kernel, stride) of each layer: the streams meet at 25 frames/s.
        self.hear = _Stream(MEL_BANDS, width, dimensions, ((5, 1), (5, 2), (5, 2), (3, 1)))
        self.see = _Stream(len(MOUTH), width, dimensions, ((5, 1), (5, 1)))
        self.log_sharpness = nn.Parameter(torch.tensor(2.0))  # only for training

    @torch.no_grad()
    def embed(
        self, mel: Float[np.ndarray, "S 40"], motion: Float[np.ndarray, "T 27"]
    ) -> tuple[Float[np.ndarray, "T D"], Float[np.ndarray, "T D"]]:
        """Points on the sphere for each frame of a clip: of the motion, and of the sound."""
        self.eval()
        frames = len(motion)
        sound = padded(mel[: MEL_PER_FRAME * (frames - 1) + 1], self.hear.reach, MEL_PER_FRAME * (frames - 1) + 1)
        mouth = padded(motion, self.see.reach, frames)
        seen, heard = (
            stream(torch.from_numpy(np.ascontiguousarray(values.T))[None])[0].numpy()
            for stream, values in ((self.see, mouth), (self.hear, sound))
        )
        return seen, heard

    def distances(
        self,
        mel: Float[np.ndarray, "S 40"],
        motion: Float[np.ndarray, "T 27"],
        known: Bool[np.ndarray, " T"],
    ) -> Float[np.ndarray, "T 31"]:
        """‖v_i - a_{i+s}‖ for each frame i and each shift s from -15 to 15.

        NaN in frames that do not count: within 15 of the ends, where not every shift has sound, and those whose window
        holds a frame that is not known.
        """
        seen, heard = self.embed(mel, motion)
        result = np.full((len(motion), len(SHIFTS)), np.nan, np.float32)
        for i in np.flatnonzero(counted(known, self.see.reach)):
            result[i] = np.linalg.norm(seen[i] - heard[i + SHIFTS], axis=1)
        return result

    def score(
        self,
        sound: Float[np.ndarray, " N"] | Float[np.ndarray, "S 40"],
        expression: Float[np.ndarray, "T E"],
        known: Bool[np.ndarray, " T"] | None = None,
    ) -> SyncScore:
        """Score a motion against a sound, with the arithmetic of SyncNet and Wav2Lip.

        D(s) is the mean over frames i of ‖v_i - a_{i+s}‖, s from -15 to 15. Unlike theirs, the mean is over
        the same frames for every s, so that no shift is compared with silence that was put beside the sound.

        Args:
            sound: Mono samples at 16 kHz, or what `log_mel` made of them.
            expression: ARKit weights at 25 frames/s; a constant, such as the speaker's neutral, makes no difference.
            known: Frames whose expression is known; all by default.

        Raises:
            InputError: Motion that is not finite or of another space, lengths that do not fit, or too short.
        """
        known = np.ones(len(expression), bool) if known is None else known
        mel = log_mel(sound) if sound.ndim == 1 else sound
        _check(mel, expression, known)
        curve = np.nanmean(self.distances(mel, mouth_motion(expression, known), known), axis=0)
        return SyncScore(*sync_arithmetic(curve))


def _check(mel: np.ndarray, expression: np.ndarray, known: np.ndarray) -> None:
    if expression.shape[1:] != (len(ARKIT.expression),) or len(known) != len(expression):
        raise InputError(
            f"motion has shape {expression.shape} and {len(known)} flags; it must be T x {len(ARKIT.expression)} ARKit "
            "weights and T flags"
        )
    if not np.isfinite(expression).all():
        raise InputError("motion has values that are not finite numbers: leave its broken frames out")
    heard = (len(mel) - 1) / MEL_PER_FRAME
    if abs(heard - len(expression)) > 1:
        raise InputError(
            f"motion has {len(expression)} frames but the sound {heard:.2f} frames of 1/{MOTION_RATE} s: give the "
            "sound that belongs to it, or cut both to the same length"
        )
    if counted(known, 0).sum() < MIN_FRAMES:
        raise InputError(
            f"{known.sum()} frames of {len(known)} are known; a lip-sync score needs at least {MIN_FRAMES} that are "
            f"{MAX_OFFSET} or more from both ends: give a longer clip"
        )


class _Stream(nn.Module):
    """Convolutions in time without padding, onto the unit sphere."""

    def __init__(self, channels: int, width: int, dimensions: int, layers: tuple[tuple[int, int], ...]) -> None:
        super().__init__()
        # The generous epsilon keeps channels that hardly ever move from being blown up.
        modules: list[nn.Module] = [nn.BatchNorm1d(channels, eps=1e-2, affine=False)]
        spacing, self.reach = 1, 0  # the latter: steps of the input on each side that an output depends on
        for kernel, stride in layers:
            modules += [nn.Conv1d(channels, width, kernel, stride), nn.BatchNorm1d(width), nn.GELU(), nn.Dropout(0.1)]
            channels = width
            self.reach += kernel // 2 * spacing
            spacing *= stride
        self.layers = nn.Sequential(*modules, nn.Conv1d(width, dimensions, 1))

    def forward(self, values: Float[Tensor, "B C S"]) -> Float[Tensor, "B T D"]:
        return F.normalize(self.layers(values).transpose(1, 2), dim=-1)


def save_expert(expert: SyncExpert, path: Path) -> None:
    """Write an expert as fp16, with what it was trained on."""
    tensors = {
        name: value.half() if value.is_floating_point() else value for name, value in expert.state_dict().items()
    }
    header = {"format": FORMAT, "settings": expert.settings, "facts": expert.facts}
    with atomic_write(path) as temporary:
        save_file(tensors, temporary, {"ksdiff": json.dumps(header, sort_keys=True)})


def load_expert(path: Path | None = None) -> SyncExpert:
    """Read an expert.

    Args:
        path: A file that `save_expert` wrote; by default the one inside the package, which was trained on the
            training speakers of the weights ``base`` alone.

    Raises:
        InputError: There is no such file, or it is something else.
    """
    path = path or Path(str(files("ksdiff").joinpath("assets/sync_expert.safetensors")))
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {})["ksdiff"])
            if header["format"] != FORMAT:
                raise InputError(f"{path} has the format {header['format']!r}; a sync expert has {FORMAT!r}")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        expert = SyncExpert(**header["settings"], facts=header["facts"])
        expert.load_state_dict(
            {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}
        )
    except InputError:
        raise
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path} is not a sync expert ({error}): make one with scripts/train_sync_expert.py"
        ) from error
    return expert.eval().requires_grad_(False)
