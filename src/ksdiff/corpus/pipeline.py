"""From recordings to clips.

The work is done in steps that each leave a file behind, so that a run that was killed resumes: ``tracks/ID.npz`` once
a video is tracked, ``clips/ID.*`` once a clip is whole. A file is used again only if it was made from the same input
with the same settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.av_offset import MIN_SECONDS_ALONE, AvOffset, pooled
from ksdiff.corpus.clip_speech import ClipSpeech, clip_speech
from ksdiff.corpus.digest import digest, file_sha256, rounded
from ksdiff.corpus.format import Clip, read_record, sound_path, write_clip
from ksdiff.corpus.quality import closure_rate
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.source import Log, Observation, ObservedMotion, Recording, Source
from ksdiff.errors import InputError
from ksdiff.files import WriteError
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.keyframe_targets import (
    EXPRESSION_SMOOTHING,
    HEAD_SMOOTHING,
    keyframe_targets,
    motion_variation,
)
from ksdiff.speech import audio


@dataclass
class Pipeline:
    """Makes the clips of a corpus.

    Attributes:
        out: Folder of the corpus.
        settings: How clips are made.
        header: What the corpus says of all its clips; decides, with their sources, whether these are up to date.
        log: Where to report.
        made: How many clips were made.
    """

    out: Path
    settings: PrepareSettings
    header: Mapping[str, Any]
    log: Log
    made: int = field(default=0, init=False)

    def run(self, source: Source[Any], recordings: list[Recording], workers: int) -> list[str]:
        """Make the clips of some recordings.

        Returns:
            Names of the clips, those that were there already included.

        Raises:
            InputError: The corpus cannot be written, or something optional is not installed.
        """
        ready = source.track(self._hashed(recordings), workers, self.log)
        ready.sort(key=lambda recording: (source.group(recording), recording.id))
        clips: list[str] = []
        for _, members in groupby(ready, source.group):
            group = list(members)
            self.log.progress("fitting", len(clips), len(ready), group[0].id)
            clips += self._group(source, group)
        return clips

    def _hashed(self, recordings: list[Recording]) -> list[Recording]:
        """The recordings that can be read, with the hash of their files."""
        hashed: list[Recording] = []
        for number, recording in enumerate(recordings):
            self.log.progress("reading", number, len(recordings), recording.id)
            try:
                hashes = [file_sha256(file) for file in (recording.path, recording.sound) if file is not None]
            except InputError as error:
                self.log.leave_out(recording, error)
                continue
            hashed.append(replace(recording, sha256=hashes[0] if len(hashes) == 1 else digest(hashes)))
        return hashed

    def _group(self, source: Source[Any], group: list[Recording]) -> list[str]:
        """Make the clips of a group, which share a neutral face; returns those that could be made."""
        seen: dict[Recording, Observation] = {}
        for recording in group:
            try:
                seen[recording] = source.observe(recording)
            except InputError as error:
                self.log.leave_out(recording, error)
        recipe = digest([self.header, sorted(observation.sha256 for observation in seen.values())])
        whole = {recording: self._is_whole(recording, recipe) for recording in seen}
        if all(whole.values()):
            return [recording.id for recording in seen]
        offsets = self._av_offsets(seen)
        neutral = source.solve([seen[recording] for recording in offsets], self.settings)
        clips: list[str] = []
        for recording, offset in offsets.items():
            try:
                if not whole[recording]:
                    self._make(source, recording, seen[recording], offset, neutral, recipe)
                clips.append(recording.id)
            except WriteError:
                raise
            except InputError as error:
                self.log.leave_out(recording, error)
        return clips

    def _av_offsets(self, seen: Mapping[Recording, Observation]) -> dict[Recording, AvOffset]:
        """How late the picture of each recording is; short ones that lie in the same folder share one offset."""
        offsets: dict[Recording, AvOffset] = {}
        short: dict[Path, list[Recording]] = {}
        for recording, observation in seen.items():
            try:
                sound = audio.load(recording.sound or recording.path)
            except InputError as error:
                self.log.leave_out(recording, error)
                continue
            offsets[recording] = observation.av_offset(sound)
            if offsets[recording].seconds < MIN_SECONDS_ALONE:
                short.setdefault(recording.path.parent, []).append(recording)
        for members in short.values():
            together = pooled([offsets[recording] for recording in members])
            if together.trusted:
                offsets |= dict.fromkeys(members, together)
        return offsets

    def _make(
        self,
        source: Source[Any],
        recording: Recording,
        observation: Observation,
        offset: AvOffset,
        neutral: Float[np.ndarray, " E"],
        recipe: str,
    ) -> None:
        settings = self.settings
        speech = clip_speech(self.out, recording, settings.encoder, self.header["encoder"], settings.transcribe)
        # The picture is late where the offset is positive: what belongs to instant t is shown at t + offset.
        instants = (np.arange(speech.frames) + offset.frames) / MOTION_RATE
        seen = observation.motion(instants, settings)
        head_variation, expression_variation = motion_variation(seen.head, seen.expression, source.space)
        threshold = settings.keyframe_threshold
        arrays = {
            "expression": seen.expression.astype(np.float32),
            "neutral": neutral.astype(np.float32),
            "head": seen.head.astype(np.float32),
            "mask_expression": seen.mask_expression,
            "mask_head": seen.mask_head,
            "features": speech.features,
            "prosody": speech.prosody,
            "keyframes_expression": keyframe_targets(
                expression_variation, MOTION_RATE, EXPRESSION_SMOOTHING, threshold, seen.mask_expression
            ),
            "keyframes_head": keyframe_targets(head_variation, MOTION_RATE, HEAD_SMOOTHING, threshold, seen.mask_head),
            "channel_mask": seen.channel_mask,
        }
        facts = {
            "id": recording.id,
            "recipe": recipe,
            "sound_recipe": speech.recipe,
            "speaker": recording.speaker,
            "language": recording.language,
            "source": {"name": recording.name, "sha256": recording.sha256},
            "provenance": source.provenance,
            "seconds": speech.samples / audio.SAMPLE_RATE,
            "samples": speech.samples,
            "frames": speech.frames,
            "av_offset_frames": offset.frames,
            "quality": _quality(seen, offset, speech),
            "text": speech.text,
            "words": speech.words,
            "phones": speech.phones,
        }
        write_clip(self.out, Clip(recording.id, arrays, facts))
        self.made += 1

    def _is_whole(self, recording: Recording, recipe: str) -> bool:
        try:
            record = read_record(self.out, recording.id).model_dump()
        except InputError:
            return False
        files = (self.out / "clips" / f"{recording.id}.npz", sound_path(self.out, recording.id))
        return record.get("recipe") == recipe and all(file.is_file() for file in files)


def _quality(seen: ObservedMotion, offset: AvOffset, speech: ClipSpeech) -> dict[str, Any]:
    figures = {
        **seen.quality,
        "tracked": float(seen.mask_expression.mean()),
        "av_offset_correlation": offset.correlation,
        "av_offset_trusted": offset.trusted,
        **speech.quality,
    }
    if seen.opening is not None:
        figures |= closure_rate(seen.opening, seen.mask_expression, speech.phones)
    return rounded(figures)
