"""Make a corpus from videos of people who speak, from DECA's output for such videos, or from FACEGOOD takes."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ksdiff.corpus.clip_speech import SPEECH
from ksdiff.corpus.digest import digest
from ksdiff.corpus.format import CORPUS_VERSION, INDEX, CorpusIndex, LeftOut, read_index, read_record, write_index
from ksdiff.corpus.pipeline import LEFT_OUT, Job, run_pipeline
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.deca import DecaOutput, DecaSource
from ksdiff.corpus.sources.facegood import FacegoodSource
from ksdiff.corpus.sources.liveportrait import LivePortraitSource
from ksdiff.corpus.sources.source import Log, Progress, Source
from ksdiff.corpus.sources.tracked import TRACKS, VideoSource
from ksdiff.corpus.tracker import MODEL_SHA256
from ksdiff.errors import InputError
from ksdiff.files import make_folder, remove_partial_files
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, MotionSpace
from ksdiff.speech.encoder import load_encoder
from ksdiff.tasks.workers import Workers

PATIENCE = 3600.0  # s for a recording, or a group of them
RECIPE = 13  # raised when the same settings would give other files than before


@dataclass(frozen=True)
class Summary:
    """What a corpus holds after `prepare`.

    Attributes:
        clips: Names of all clips in it.
        made: How many were made in this call; the others were there already.
        speakers: How many people speak.
        seconds: Length of all clips.
        left_out: Recordings that could not be used.
    """

    clips: tuple[str, ...]
    made: int
    speakers: int
    seconds: float
    left_out: tuple[LeftOut, ...]


def prepare(
    videos: Path | str | None,
    out: Path | str,
    facegood_takes: Path | str | None = None,
    settings: PrepareSettings | None = None,
    workers: int = 1,
    progress: Progress = lambda stage, done, total, item: None,
    deca_output: DecaOutput | None = None,
    space: MotionSpace = ARKIT,
    liveportrait: Path | None = None,
    ray: str | None = None,
    patience: float | None = PATIENCE,
) -> Summary:
    """Make a corpus, add to one, or resume one that was interrupted.

    Args:
        videos: A video, or a folder of them (subfolders included). The speaker is the name of the video's folder, or
            what ``manifest.csv`` in the folder says (columns file, speaker, and perhaps language). ``NAME.txt`` beside
            a video is its transcript. With DECA's output, a sound file does where there is no video, and None is the
            folder of the output itself.
        out: Folder of the corpus.
        facegood_takes: Folder of FACEGOOD takes.
        settings: How clips are made.
        workers: Processes that work at the same time. With one, the work is done in this process, which a decoder that
            crashes takes along; of several, one that dies costs at most a clip.
        progress: Called with a stage, how much of it is done, how much there is, and what is worked on.
        deca_output: What DECA found in the videos, to be used in place of tracking: makes a corpus of a FLAME space.
        space: What is tracked in videos: `ARKIT` or `KEYPOINTS`.
        liveportrait: Folder of videos, or their sound, with LivePortrait's motion files beside them.
        ray: Address of a Ray cluster to work on, empty for one that is running here or is started for this; all its
            nodes must see the folders of videos and corpus.
        patience: A recording, or a group of them, that takes longer is left out, s; None for no limit.

    Raises:
        InputError: There are no videos, none could be used, the folder cannot be written, or the corpus that is there
            was made with other settings.
    """
    where = Workers(workers, ray, patience)
    settings, out = settings or PrepareSettings(), Path(out)
    sources = _sources(videos, out, facegood_takes, deca_output, space, liveportrait)
    found = [(source, source.find(settings)) for source in sources]
    for folder in (out, out / TRACKS, out / SPEECH, out / "clips"):
        remove_partial_files(make_folder(folder))
    shutil.rmtree(out / LEFT_OUT, ignore_errors=True)  # of the run before
    header = {
        "version": CORPUS_VERSION,
        "recipe": RECIPE,
        "space": sources[0].space.name,
        "motion_rate": MOTION_RATE,
        "encoder": load_encoder(settings.encoder).record,
        "settings": asdict(settings),
        "tracker": "DECA" if deca_output is not None else "LivePortrait" if liveportrait is not None else MODEL_SHA256,
    }
    recordings = [recording for _, some in found for recording in some]
    there = _compatible(out, header, {recording.id for recording in recordings})
    log = Log(progress)
    parts = [run_pipeline(Job(out, settings, header, source), some, where, log) for source, some in found]
    shutil.rmtree(out / SPEECH, ignore_errors=True)  # of recordings that were left out
    made = [clip for part in parts for clip in part.clips]
    progress("done", 1, 1, "")

    mine = {recording.id for recording in recordings}
    clips = sorted({*made, *(clip for clip in there.clips if clip not in mine)})
    if not clips:
        raise InputError(f"no clip could be used ({'; '.join(str(item) for item in log.left_out[:3])})")
    names = {recording.name for recording in recordings}
    left_out = [*(item for item in there.left_out if item.source not in names), *log.left_out]
    left_out.sort(key=lambda item: item.source)
    write_index(out, {**header, "clips": clips, "left_out": [item.model_dump() for item in left_out]})
    records = [read_record(out, clip).model_dump() for clip in clips]
    return Summary(
        clips=tuple(clips),
        made=sum(part.made for part in parts),
        speakers=len({record["speaker"] for record in records}),
        seconds=float(sum(record["seconds"] for record in records)),
        left_out=tuple(left_out),
    )


def _sources(
    videos: Path | str | None,
    out: Path,
    facegood_takes: Path | str | None,
    deca_output: DecaOutput | None,
    space: MotionSpace,
    liveportrait: Path | None,
) -> list[Source[Any]]:
    if liveportrait is not None:
        if videos is not None or facegood_takes is not None or deca_output is not None or space != ARKIT:
            raise InputError("LivePortrait's keypoints are a space of their own: give their folder alone")
        return [LivePortraitSource(liveportrait)]
    if space != ARKIT and (deca_output is not None or facegood_takes is not None):
        raise InputError(f"only videos that are tracked give {space.name}: leave out DECA's output and FACEGOOD takes")
    if deca_output is not None:
        if facegood_takes is not None:
            raise InputError("FACEGOOD takes are ARKit weights and DECA's output is FLAME's: make a corpus of each")
        return [DecaSource(deca_output, None if videos is None else Path(videos))]
    sources: list[Source[Any]] = []
    if videos is not None:
        sources.append(VideoSource(Path(videos), out, space))
    if facegood_takes is not None:
        sources.append(FacegoodSource(Path(facegood_takes)))
    if not sources:
        raise InputError("nothing to prepare: give a folder of videos, or of FACEGOOD takes")
    return sources


def _compatible(out: Path, header: dict[str, Any], mine: set[str]) -> CorpusIndex:
    """The corpus that is there, which clips of other recordings may stay in.

    Args:
        out: Its folder.
        header: What it will say of all its clips.
        mine: Clips that are made now.

    Raises:
        InputError: It holds other clips, and was made with other settings.
    """
    if not (out / INDEX).is_file():
        return CorpusIndex.model_validate({**header, "clips": []})
    there = read_index(out)
    if there.shards:
        raise InputError(f"{out} is a corpus in shards: choose another --out, and put both together with corpus merge")
    others = [clip for clip in there.clips if clip not in mine]
    before = there.model_dump()
    changed = [name for name in header if name not in before or digest(before[name]) != digest(header[name])]
    if others and changed:
        raise InputError(
            f"{out} has {len(others)} clips of other sources (such as {others[0]}) that were made with "
            f"another {changed[0]}; give all sources at once, the same settings, or another --out"
        )
    return there if others else there.model_copy(update={"left_out": []})
