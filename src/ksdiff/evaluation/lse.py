"""LSE-C and LSE-D: lip sync of filmed or rendered lips, as SyncNet and Wav2Lip compute it.

The network is that of Chung & Zisserman, *Out of Time: Automated Lip Sync in the Wild*, ACCV 2016 workshops; the
measure is that of Prajwal et al., *A Lip Sync Expert Is All You Need for Speech to Lip Generation in the Wild*, ACM MM
2020. The weights are not part of this package: bring ``syncnet_v2.model``. ``docs/sync.md`` lists what is exact and
what is not.
"""

import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.corpus.video import frames
from ksdiff.errors import InputError
from ksdiff.extras import needs, require
from ksdiff.face.head import Head
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.output.render import CENTRE, DISTANCE, HEIGHT_SHOWN, Renderer, check_space
from ksdiff.speech.audio import SAMPLE_RATE, SAMPLES_PER_FRAME, load
from ksdiff.sync_expert.score import MAX_OFFSET, sync_arithmetic

with needs("evaluate"):
    from scipy.ndimage import median_filter

PUBLISHED = "http://www.robots.ox.ac.uk/~vgg/software/lipsync/data/syncnet_v2.model"
SIDE = 224  # pixels of the pictures that the network sees
PICTURES = 5  # seen at once
MFCC_PER_FRAME = 4  # 100 per second
MFCC_COUNT = 20  # heard at once: 0.2 s, as long as the pictures
WIDTH = 1024  # of the embeddings
# How SyncNet's scripts cut a face out: its box, from its upper edge down, larger by this much of half its size on both
# sides and twice below; what lies outside the picture is grey; the box is smoothed over some frames.
MARGIN = 0.4
GREY = 110
SMOOTHED_FRAMES = 13
RENDERED = 512  # pixels of the pictures that are cut
LATE = 0.1  # frames by which a rounded time stamp may be late
BATCH = 16  # frames that go through the network at once


@dataclass(frozen=True)
class LSE:
    """Lip-sync error of one video. The published figures of a system are the means over its videos.

    Attributes:
        confidence: LSE-C: median D(s) - min D(s), dimensionless; higher is better.
        distance: LSE-D: min D(s), dimensionless; lower is better.
        offset: argmin D(s), frames of 1/25 s; positive where the picture is early. SyncNet's script prints the
            negative of this as "AV offset". LSE-C and LSE-D do not see it.
    """

    confidence: float
    distance: float
    offset: int


class SyncNet(nn.Module):
    """The two streams of SyncNet. Names of parameters are those of ``syncnet_v2.model``."""

    def __init__(self) -> None:
        super().__init__()
        # Channels, kernel, stride and padding of each convolution, and the pooling after it.
        self.netcnnaud = _stream(
            nn.Conv2d,
            nn.BatchNorm2d,
            1,
            (
                (64, (3, 3), 1, 1, nn.Identity()),  # the published network has a pooling of 1 x 1 here
                (192, (3, 3), 1, 1, nn.MaxPool2d(3, (1, 2))),
                (384, (3, 3), 1, 1, None),
                (256, (3, 3), 1, 1, None),
                (256, (3, 3), 1, 1, nn.MaxPool2d(3, 2)),
                (512, (5, 4), 1, 0, None),
            ),
        )
        around = (0, 1, 1)
        self.netcnnlip = _stream(
            nn.Conv3d,
            nn.BatchNorm3d,
            3,
            (
                (96, (PICTURES, 7, 7), (1, 2, 2), 0, nn.MaxPool3d((1, 3, 3), (1, 2, 2))),
                (256, (1, 5, 5), (1, 2, 2), around, nn.MaxPool3d((1, 3, 3), (1, 2, 2), around)),
                (256, (1, 3, 3), 1, around, None),
                (256, (1, 3, 3), 1, around, None),
                (256, (1, 3, 3), 1, around, nn.MaxPool3d((1, 3, 3), (1, 2, 2))),
                (512, (1, 6, 6), 1, 0, None),
            ),
        )
        self.netfcaud, self.netfclip = (
            nn.Sequential(nn.Linear(512, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, WIDTH)) for _ in range(2)
        )

    def hear(self, mfcc: Float[Tensor, "N 1 13 20"]) -> Float[Tensor, "N 1024"]:
        """Embed 0.2 s of sound each."""
        return self.netfcaud(self.netcnnaud(mfcc).flatten(1))

    def see(self, pictures: Float[Tensor, "1 3 T 224 224"]) -> Float[Tensor, "N 1024"]:
        """Embed every 5 pictures in a row, each picture blue, green, red from 0 to 255."""
        # Only the first layer looks along time, so a row of pictures goes through at once: N = T - 4.
        return self.netfclip(self.netcnnlip(pictures)[0, :, :, 0, 0].T)


def _stream(convolution: type, norm: type, channels: int, layers: Sequence[tuple[Any, ...]]) -> nn.Sequential:
    modules: list[nn.Module] = []
    for width, kernel, stride, padding, pooling in layers:
        modules += [convolution(channels, width, kernel, stride, padding), norm(width), nn.ReLU()]
        if pooling is not None:
            modules.append(pooling)
        channels = width
    return nn.Sequential(*modules)


def load_syncnet(path: Path | str) -> SyncNet:
    """Read ``syncnet_v2.model``, without running any code that it may hold.

    Raises:
        InputError: There is no such file, or it holds something else.
    """
    path = Path(path)
    advice = f"give the file syncnet_v2.model that is published at {PUBLISHED}"
    if not path.is_file():
        raise InputError(f"there are no SyncNet weights {path}: {advice}")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError, ValueError, KeyError) as error:
        raise InputError(f"{path} cannot be read as weights ({str(error).splitlines()[0]}): {advice}") from error
    net = SyncNet()
    try:
        missing, unexpected = net.load_state_dict(state, strict=False)
    except (TypeError, AttributeError, RuntimeError) as error:
        raise InputError(f"{path} does not hold SyncNet ({str(error).splitlines()[0]}): {advice}") from error
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]  # old files lack these
    if missing or unexpected:
        example = (missing or unexpected)[0]
        raise InputError(
            f"{path} does not hold SyncNet: {len(missing)} of its arrays are missing and {len(unexpected)} are "
            f"unknown, such as {example}: {advice}"
        )
    return net.eval().requires_grad_(False)


def mfcc(samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S 13"]:
    """13 cepstral coefficients, 100 times per second, of python_speech_features' default settings.

    Args:
        samples: Mono, 16 kHz, -1..1; scaled to 16-bit integers, which the first coefficient (energy) depends on.

    Raises:
        InputError: python_speech_features is not installed.
    """
    library = require("python_speech_features", "evaluate")
    return library.mfcc(np.clip(np.round(samples * 32768.0), -32768, 32767).astype(np.int16), SAMPLE_RATE)


@torch.no_grad()
def embeddings(
    net: SyncNet, pictures: UInt8[np.ndarray, "T 224 224 3"], samples: Float[np.ndarray, " N"]
) -> tuple[Float[Tensor, "F 1024"], Float[Tensor, "F 1024"]]:
    """What SyncNet sees and hears from each frame on; as in its script, of all frames but the last five.

    Args:
        net: From `load_syncnet`.
        pictures: Red, green, blue, at 25 frames/s.
        samples: Mono, 16 kHz, from the first picture on.

    Raises:
        InputError: Picture and sound have fewer than 6 frames in common.
    """
    count = min(len(pictures), len(samples) // SAMPLES_PER_FRAME) - PICTURES
    if count < 1:
        raise InputError(
            f"{len(pictures)} pictures and {len(samples) / SAMPLE_RATE:.2f} s of sound: SyncNet needs at least "
            f"{PICTURES + 1} frames of both"
        )
    coefficients = torch.from_numpy(mfcc(samples).T).float()
    windows = coefficients.unfold(1, MFCC_COUNT, MFCC_PER_FRAME).transpose(0, 1)[:count, None]
    seen, heard = [], []
    for first in range(0, count, BATCH):
        last = min(first + BATCH, count)
        row = torch.from_numpy(pictures[first : last + PICTURES - 1, ..., ::-1].copy()).float()
        seen.append(net.see(row.permute(3, 0, 1, 2)[None]))
        heard.append(net.hear(windows[first:last]))
    return torch.cat(seen), torch.cat(heard)


def shifted_distances(seen: Float[Tensor, "F D"], heard: Float[Tensor, "F D"]) -> Float[np.ndarray, " 31"]:
    """D(s): mean over frames i of ‖v_i - a_{i+s}‖, s from -15 to 15, where a is 0 outside the clip."""
    padded = F.pad(heard, (0, 0, MAX_OFFSET, MAX_OFFSET))
    shifts = 2 * MAX_OFFSET + 1
    return np.array([F.pairwise_distance(seen, padded[s : s + len(seen)]).mean().item() for s in range(shifts)])


def lse(net: SyncNet, pictures: UInt8[np.ndarray, "T 224 224 3"], samples: Float[np.ndarray, " N"]) -> LSE:
    """LSE-C and LSE-D of pictures of a face and a sound.

    Args:
        net: From `load_syncnet`.
        pictures: Red, green, blue, at 25 frames/s; the face fills them as in SyncNet's own crops.
        samples: Mono, 16 kHz, from the first picture on.

    Raises:
        InputError: As `embeddings`.
    """
    return LSE(*sync_arithmetic(shifted_distances(*embeddings(net, pictures, samples))))


def lse_of_video(net: SyncNet, path: Path | str) -> LSE:
    """LSE-C and LSE-D of a video file, by Wav2Lip's protocol for LRS: the whole picture, brought to 224 x 224.

    Crop the video to the face before, unless it is of LRS2 or LRS3.

    Raises:
        InputError: The file cannot be read, has no sound or no pictures, or is too short.
    """
    path = Path(path)
    samples = load(path)
    return lse(net, np.stack([resized(image) for image in _at_motion_rate(path)]), samples)


def lse_of_motion(net: SyncNet, motion: Motion, samples: Float[np.ndarray, " N"]) -> LSE:
    """LSE-C and LSE-D of a motion, drawn on the head of this package and cropped as SyncNet's scripts crop a face.

    Args:
        net: From `load_syncnet`.
        motion: Of the ``arkit`` space.
        samples: Mono, 16 kHz.

    Raises:
        InputError: The motion is of another space, this machine cannot draw, or it is too short.
    """
    return lse(net, np.stack(list(rendered_faces(motion.resample(float(MOTION_RATE))))), samples)


def rendered_faces(motion: Motion) -> Iterator[UInt8[np.ndarray, "224 224 3"]]:
    """Each frame of a motion, drawn and cropped to the face as SyncNet's scripts do."""
    check_space(motion)
    with Renderer(RENDERED, RENDERED) as renderer:
        squares = face_squares(renderer.head, motion)
        for t, (x, y, half) in enumerate(squares):
            vertices = renderer.head.vertices(motion.expression[[t]])[0]
            yield resized(cropped(renderer.draw(vertices, motion.head[t]), x, y, half))


def face_squares(head: Head, motion: Motion) -> Float[np.ndarray, "T 3"]:
    """Middle (x right, y down) and half the size of the face's box in each picture of `RENDERED` pixels, smoothed."""
    result = np.empty((len(motion), 3))
    for t in range(len(motion)):
        vertices = head.posed(head.vertices(motion.expression[[t]]), motion.head[[t]])
        x, y, z = (head.landmark_positions(vertices)[0] - CENTRE).T
        scale = RENDERED / HEIGHT_SHOWN * DISTANCE / (DISTANCE - z)  # pixels per metre
        across, down = RENDERED / 2 + x * scale, RENDERED / 2 - y * scale
        low, high = np.array([across.min(), down.min()]), np.array([across.max(), down.max()])
        result[t] = *(low + high) / 2, (high - low).max() / 2
    return median_filter(result, (SMOOTHED_FRAMES, 1), mode="nearest")


def cropped(image: UInt8[np.ndarray, "H W 3"], x: float, y: float, half: float) -> UInt8[np.ndarray, "h w 3"]:
    """The square that SyncNet's scripts cut around a face whose box has this middle and half this size."""
    grey = int(half * (1 + 2 * MARGIN))
    padded = np.pad(image, ((grey, grey), (grey, grey), (0, 0)), constant_values=GREY)
    x, y = x + grey, y + grey
    return padded[
        int(y - half) : int(y + half * (1 + 2 * MARGIN)), int(x - half * (1 + MARGIN)) : int(x + half * (1 + MARGIN))
    ]


def resized(image: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "224 224 3"]:
    """Brought to 224 x 224 pixels, bilinear between the four nearest, as OpenCV does by default."""
    planes = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float()
    planes = F.interpolate(planes, (SIDE, SIDE), mode="bilinear", align_corners=False)
    return planes[0].permute(1, 2, 0).round().to(torch.uint8).numpy()


def _at_motion_rate(path: Path) -> Iterable[UInt8[np.ndarray, "H W 3"]]:
    """The pictures that a video shows at 0, 1/25, 2/25 s and so on."""
    held, due = None, 0
    for frame in frames(path):
        place = ceil(frame.time * MOTION_RATE - LATE)
        while due < place:
            yield frame.image if held is None else held
            due += 1
        held = frame.image
    if held is not None:
        yield held
