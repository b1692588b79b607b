"""From recordings to clips.

The work is done in steps that each leave files behind, so that a run that was killed resumes: ``tracks/ID.npz`` once
a video is tracked, ``speech/ID.*`` once it is heard, ``clips/ID.*`` once a clip is whole. A file is used again only if
it was made from the same input with the same settings.

Steps are tasks, which `ksdiff.tasks` does here, in other processes or on a cluster: first one for each recording, then
one for each group of recordings that share a neutral face.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.av_offset import MIN_SECONDS_ALONE, AvOffset, pooled
from ksdiff.corpus.clip_speech import ClipSpeech, clip_speech, forget, hear
from ksdiff.corpus.digest import digest, rounded
from ksdiff.corpus.format import Clip, LeftOut, read_record, sound_path, write_clip
from ksdiff.corpus.quality import closure_rate
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.source import Log, Observation, ObservedMotion, Recording, Source
from ksdiff.errors import InputError, UnavailableError
from ksdiff.files import WriteError, atomic_write, file_sha256, make_folder
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.keyframe_targets import (
    EXPRESSION_SMOOTHING,
    HEAD_SMOOTHING,
    keyframe_targets,
    motion_variation,
)
from ksdiff.speech import audio
from ksdiff.tasks.work import Event, Report, Work
from ksdiff.tasks.workers import Workers

LEFT_OUT = "left_out"  # folder of the stacks of tasks that crashed or hung


@dataclass(frozen=True)
class Job:
    """What all tasks of a source know.

    Attributes:
        out: Folder of the corpus.
        settings: How clips are made.
        header: What the corpus says of all its clips; decides, with their sources, whether these are up to date.
        source: Of the recordings.
    """

    out: Path
    settings: PrepareSettings
    header: Mapping[str, Any]
    source: Source[Any]


@dataclass(frozen=True)
class Made:
    """What came of a group.

    Attributes:
        clips: Names of its clips, those that were there already included.
        made: How many were made.
        left_out: Names of the recordings that could not be used, and why.
    """

    clips: list[str]
    made: int
    left_out: list[LeftOut]


def run_pipeline(job: Job, recordings: list[Recording], workers: Workers, log: Log) -> Made:
    """Make the clips of some recordings of a source.

    Raises:
        InputError: The corpus cannot be written, or something optional is not installed.
    """
    job.source.check(recordings)
    stacks = make_folder(job.out / LEFT_OUT)

    def follow(stage: str, make_work: Any, tasks: Sequence[Any], first: Callable[[Any], Recording]) -> Iterator[Any]:
        """Results of the tasks that could be done; what became of the others is logged."""
        log.progress(stage, 0, len(tasks), "")
        with closing(workers.run(make_work, (job,), tasks, stacks)) as events:
            done = 0
            for event in events:
                if event.kind == "progress":
                    continue
                done += 1
                task = tasks[event.index]
                if event.kind == "done":
                    yield event.value
                elif event.error == WriteError.__name__:
                    raise WriteError(event.value)
                elif event.error == UnavailableError.__name__:
                    raise UnavailableError(event.value)
                else:
                    _set_aside(job.out, log, task if isinstance(task, tuple) else (task,), event)
                log.progress(stage, done, len(tasks), first(task).id)

    ready = list(follow("tracking and hearing", first_step, recordings, lambda recording: recording))
    ready.sort(key=lambda recording: (job.source.group(recording), recording.id))
    groups = [tuple(members) for _, members in groupby(ready, job.source.group)]
    parts = list(follow("fitting", second_step, groups, lambda group: group[0]))
    for part in parts:
        log.left_out += part.left_out
    with suppress(OSError):
        stacks.rmdir()
    return Made([clip for part in parts for clip in part.clips], sum(part.made for part in parts), log.left_out)


def _set_aside(out: Path, log: Log, recordings: Sequence[Recording], event: Event) -> None:
    """Leave out what could not be done, with the place in the code where that was not expected."""
    for recording in recordings:
        reason = event.value
        if event.stack:
            name = f"{LEFT_OUT}/{recording.id}.txt"
            with atomic_write(out / name) as temporary:
                temporary.write_text(f"{recording.name}\n{event.value}\n\n{event.stack}\n", encoding="utf-8")
            reason = f"{reason}; see {name}"
        log.leave_out(recording, reason)


def first_step(job: Job) -> Work:
    """What tracks and hears a recording; gives it with the hash of its files."""

    def work(recording: Recording, report: Report) -> Recording:
        hashes = [file_sha256(file) for file in (recording.path, recording.sound) if file is not None]
        recording = replace(recording, sha256=hashes[0] if len(hashes) == 1 else digest(hashes))
        job.source.track(recording)
        job.source.observe(recording)  # what has no face need not be heard
        hear(job.out, recording, job.settings.encoder, job.header["encoder"], job.settings.transcribe)
        return recording

    return work


def second_step(job: Job) -> Work:
    """What makes the clips of a group, which share a neutral face."""

    def work(group: tuple[Recording, ...], report: Report) -> Made:
        return _Group(job, Log(lambda *_: None)).make(group)

    return work


@dataclass
class _Group:
    job: Job
    log: Log
    made: int = field(default=0, init=False)

    def make(self, group: Sequence[Recording]) -> Made:
        clips = self._clips(group)
        for clip in clips:
            forget(self.job.out, clip)
        return Made(clips, self.made, self.log.left_out)

    def _clips(self, group: Sequence[Recording]) -> list[str]:
        """Make the clips; returns those that could be made."""
        source = self.job.source
        seen: dict[Recording, Observation] = {}
        for recording in group:
            try:
                seen[recording] = source.observe(recording)
            except InputError as error:
                self.log.leave_out(recording, error)
        recipe = digest([self.job.header, sorted(observation.sha256 for observation in seen.values())])
        whole = {recording: self._is_whole(recording, recipe) for recording in seen}
        if all(whole.values()):
            return [recording.id for recording in seen]
        offsets = self._av_offsets(seen)
        neutral = source.solve([seen[recording] for recording in offsets], self.job.settings)
        clips: list[str] = []
        for recording, offset in offsets.items():
            try:
                if not whole[recording]:
                    self._make(recording, seen[recording], offset, neutral, recipe)
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
        recording: Recording,
        observation: Observation,
        offset: AvOffset,
        neutral: Float[np.ndarray, " E"],
        recipe: str,
    ) -> None:
        out, source, settings = self.job.out, self.job.source, self.job.settings
        speech = clip_speech(out, recording, settings.encoder, self.job.header["encoder"], settings.transcribe)
        # The picture is late where the offset is positive: what belongs to instant t is shown at t + offset.
        instants = (np.arange(speech.frames) + offset.frames) / MOTION_RATE
        seen = observation.motion(instants, settings, speech.phones)
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
        write_clip(out, Clip(recording.id, arrays, facts))
        self.made += 1

    def _is_whole(self, recording: Recording, recipe: str) -> bool:
        try:
            record = read_record(self.job.out, recording.id).model_dump()
        except InputError:
            return False
        files = (self.job.out / "clips" / f"{recording.id}.npz", sound_path(self.job.out, recording.id))
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
