"""Windows of a corpus that lies on the device: which ones is drawn by other processes, their content is gathered there.

What a step needs from the host is one row of bytes: which windows, their words, and which of their frames are given.
Rows come in chunks of many steps, so that the host has little to do for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from ksdiff.corpus.dataset import Clip
from ksdiff.model.condition import Condition, FrameGrid, text_bytes
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace
from ksdiff.training.batches import Batch, Batches, mirror_channels
from ksdiff.training.config import TrainingConfig
from ksdiff.training.known_frames import draw_part

KNOWN = 77  # keeps the numbers of given frames apart from those of the windows


@dataclass(frozen=True)
class Layout:
    """What one step's row of bytes holds.

    Attributes:
        windows: In a batch, B.
        frames: Of a window, T.
        text: Bytes of words in a window, at most, L.
        space: Its channels.
    """

    windows: int
    frames: int
    text: int
    space: MotionSpace

    @property
    def fields(self) -> dict[str, tuple[type, tuple[int, ...]]]:
        """Type and shape of each field; those of 4 bytes first, so that all are aligned."""
        b, channels = self.windows, len(self.space.expression) + len(self.space.head)
        return {
            "numbers": (np.int32, (b, 6)),  # clip, first frame, first speech frame, mirrored, style, begin of the sound
            "text": (np.int32, (b, self.text)),  # bytes plus 1; 0 where there is none
            "text_times": (np.float32, (b, self.text)),
            "exactness": (np.float32, (b, 2)),  # by path, of the frames that are given
            "given": (np.uint8, (b, 2, self.frames)),
            "channels": (np.uint8, (b, channels)),  # those that are given
        }

    @property
    def size(self) -> int:
        """Bytes of a row."""
        return sum(np.dtype(kind).itemsize * int(np.prod(shape)) for kind, shape in self.fields.values())

    def read(self, row: UInt8[Tensor, " N"]) -> dict[str, Tensor]:
        """The fields of a row, without copying."""
        kinds = {np.int32: torch.int32, np.float32: torch.float32, np.uint8: torch.uint8}
        result, at = {}, 0
        for name, (kind, shape) in self.fields.items():
            size = np.dtype(kind).itemsize * int(np.prod(shape))
            result[name] = row[at : at + size].view(kinds[kind]).view(shape)
            at += size
        return result


@dataclass(frozen=True)
class Source:
    """What a process needs to draw the windows of a run.

    Attributes:
        batches: Of `outlined` clips.
        numbers: Of these clips among those on the device.
        config: The training.
        layout: Of a step's row.
    """

    batches: Batches
    numbers: tuple[int, ...]
    config: TrainingConfig
    layout: Layout


def outlined(clip: Clip) -> Clip:
    """The clip without what lies on the device: length, words and keyframes."""
    names = ("mask_head", *(f"keyframes_{path}" for path in PATHS))
    facts = {"speaker": clip.speaker, "words": [(word.text, word.start, word.end) for word in clip.words]}
    return Clip(clip.name, {name: np.array(clip.arrays[name]) for name in names}, facts)


def longest_text(clips: Sequence[Clip], frames: int) -> int:
    """Bytes of words that a window of ``frames`` frames may hold, rounded up to a multiple of 8."""
    longest = 1
    for clip in clips:
        if not clip.words:
            continue
        sizes = np.array([len(word.text.lower().encode()) for word in clip.words])
        starts, ends = (np.array([getattr(word, side) for word in clip.words]) for side in ("start", "end"))
        # A window holds most where it begins just before one of its words ends.
        together = (ends[None] >= ends[:, None]) & (starts[None] < ends[:, None] + frames / MOTION_RATE)
        longest = max(longest, int((together @ sizes).max()))
    return -(-longest // 8) * 8


_SOURCES: dict[str, Source] = {}  # of this process, by name of the run


def serve(sources: dict[str, Source]) -> None:
    """Make a process ready for `rows_of`."""
    _SOURCES.clear()
    _SOURCES.update(sources)


def rows_of(run: str, first: int, count: int) -> UInt8[np.ndarray, "K N"]:
    """As `draw_rows`, of a run that `serve` named."""
    return draw_rows(_SOURCES[run], first, count)


def draw_rows(source: Source, first: int, count: int) -> UInt8[np.ndarray, "K N"]:
    """Rows of ``count`` steps from step ``first`` on. They depend on the seed and the number of the step alone."""
    return np.stack([_draw_row(source, number) for number in range(first, first + count)])


def _draw_row(source: Source, number: int) -> UInt8[np.ndarray, " N"]:
    batches, config, layout = source.batches, source.config, source.layout
    arrays = {name: np.zeros(shape, kind) for name, (kind, shape) in layout.fields.items()}
    random = np.random.default_rng([config.seed, number, KNOWN])
    channels = {EXPRESSION: slice(0, len(layout.space.expression)), HEAD: slice(len(layout.space.expression), None)}
    for window, choice in enumerate(batches.choose(number)):
        clip = batches.clips[choice.clip]
        begin = (choice.start + choice.shift) / MOTION_RATE
        heard = int(np.floor((begin - batches.grid.first) / batches.grid.spacing))
        style = batches.styles[clip.speaker]
        arrays["numbers"][window] = (
            source.numbers[choice.clip], choice.start, heard, choice.mirrored, style, choice.start + choice.shift,
        )  # fmt: skip
        text, times = text_bytes(clip.words, begin, begin + layout.frames / MOTION_RATE)
        arrays["text"][window, : len(text)] = np.array(text, np.int32) + 1
        arrays["text_times"][window, : len(times)] = times
        for place, path in enumerate(PATHS):
            if random.random() >= config.known_frames:
                continue
            track = np.zeros(layout.frames, dtype=bool)
            keyframes = clip.keyframes[path][choice.start : choice.start + layout.frames] > 0
            track[: len(keyframes)] = keyframes
            groups = list(layout.space.groups(path).values())
            exactness, given, chosen = draw_part(track, len(layout.space.channels(path)), groups, random)
            arrays["exactness"][window, place] = exactness
            arrays["given"][window, place] = given
            arrays["channels"][window, channels[path]] = chosen
    return np.concatenate([array.reshape(-1).view(np.uint8) for array in arrays.values()])


class DeviceCorpus:
    """All clips on the device, one after the other, from which windows are gathered."""

    def __init__(self, clips: Sequence[Clip], space: MotionSpace, grid: FrameGrid, device: torch.device) -> None:
        """Copy the clips to the device; features stay fp16."""

        def joined(arrays: list[np.ndarray]) -> Tensor:
            return torch.from_numpy(np.concatenate(arrays)).to(device)

        def each(name: str) -> Tensor:
            return joined([np.asarray(clip.arrays[name]) for clip in clips])

        self.grid, self.device = grid, device
        self.features, self.prosody = each("features"), each("prosody").float()
        self.motion = {path: joined([clip.motion[path].astype(np.float32) for clip in clips]) for path in PATHS}
        self.mask = {path: each(f"mask_{path}") for path in PATHS}
        self.keyframes = {path: each(f"keyframes_{path}").float() for path in PATHS}
        self.channel_mask = torch.from_numpy(np.stack([clip.channel_mask for clip in clips])).to(device)
        self.heard, self.heard_from = self._places([len(clip.features) for clip in clips])
        self.frames, self.frames_from = self._places([len(clip) for clip in clips])
        mirrored = range(len(space.expression)) if space.mirror is None else mirror_channels(space)
        self.mirrored = torch.tensor(list(mirrored), device=device)
        signs = np.ones(len(space.head), np.float32) if space.mirror is None else np.array(space.mirror, np.float32)
        self.signs = torch.from_numpy(signs).to(device)

    def _places(self, lengths: list[int]) -> tuple[Tensor, Tensor]:
        ends = np.cumsum(lengths)
        return torch.tensor(lengths, device=self.device), torch.from_numpy(ends - lengths).to(self.device)

    def gather(self, row: UInt8[Tensor, " N"], layout: Layout) -> tuple[Batch, dict[str, Tensor]]:
        """The windows of a row, as `Batches` draws them, and by path how much each frame and channel is given.

        Only the width of texts is another: that of the longest window, so that all batches have one shape.
        """
        fields, device = layout.read(row), self.device
        clip, start, first, mirrored, style, begin = fields["numbers"].long().unbind(1)
        count = int(np.ceil(layout.frames / MOTION_RATE / self.grid.spacing)) + 2
        index = first[:, None] + torch.arange(count, device=device)
        last = self.heard[clip][:, None] - 1
        inside = (index >= 0) & (index <= last)
        heard = self.heard_from[clip][:, None] + index.clamp(min=0).minimum(last)
        instants = index.double() * self.grid.spacing + self.grid.first - begin[:, None].double() / MOTION_RATE
        frame = start[:, None] + torch.arange(layout.frames, device=device)
        last = self.frames[clip][:, None] - 1
        known = frame <= last
        at = self.frames_from[clip][:, None] + frame.minimum(last)
        swapped = (mirrored > 0)[:, None, None]
        expression = self.motion[EXPRESSION][at] * known.unsqueeze(-1)
        head = self.motion[HEAD][at] * known.unsqueeze(-1)
        channel_mask = self.channel_mask[clip]
        condition = Condition(
            features=self.features[heard].float() * inside.unsqueeze(-1),
            prosody=self.prosody[heard] * inside.unsqueeze(-1),
            speech_times=instants.float(),
            speech_mask=inside,
            text=(fields["text"].long() - 1).clamp(min=0),
            text_times=fields["text_times"],
            text_mask=fields["text"] > 0,
            style=style,
            frame_mask=known,
        )
        batch = Batch(
            condition,
            {
                EXPRESSION: torch.where(swapped, expression[..., self.mirrored], expression),
                HEAD: torch.where(swapped, head * self.signs, head),
            },
            {path: self.mask[path][at] & known for path in PATHS},
            torch.where(swapped[:, 0], channel_mask[:, self.mirrored], channel_mask),
            {path: self.keyframes[path][at] * known for path in PATHS},
        )
        expressions = self.motion[EXPRESSION].shape[1]
        chosen = {EXPRESSION: fields["channels"][:, :expressions], HEAD: fields["channels"][:, expressions:]}
        strength = {
            path: fields["exactness"][:, place, None, None] * fields["given"][:, place, :, None] * chosen[path][:, None]
            for place, path in enumerate(PATHS)
        }
        return batch, strength
