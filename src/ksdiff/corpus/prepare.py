"""Make a corpus from videos of people who speak, from DECA's output for such videos, or from FACEGOOD takes.

The work is done in steps that each leave a file behind, so that a run that was killed goes on where it was:
``tracks/ID.npz`` once a video is tracked, ``clips/ID.*`` once a clip is whole, ``corpus.json`` at the end. A
file is used again only if it was made from the same source with the same settings.
"""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus import fit
from ksdiff.corpus.lag import Lag, estimate_lag
from ksdiff.corpus.quality import closure_rate, jitter, sound_quality
from ksdiff.corpus.sources import deca, facegood
from ksdiff.corpus.sources.video import SUFFIXES
from ksdiff.corpus.storage import (
    CORPUS_VERSION,
    Clip,
    file_sha256,
    read_header,
    read_meta,
    write_clip,
    write_json,
    write_sound,
)
from ksdiff.corpus.tracker import MODEL_SHA256, Track, fetch_model, load_mediapipe, track_face
from ksdiff.errors import InputError
from ksdiff.files import make_folder
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.keyframe_targets import (
    EXPRESSION_SMOOTHING,
    HEAD_SMOOTHING,
    THRESHOLD,
    keyframe_targets,
    motion_variation,
)
from ksdiff.motion.space import ARKIT, MotionSpace
from ksdiff.speech import audio
from ksdiff.speech.audio import frame_count
from ksdiff.speech.encoder import DEFAULT_ENCODER, load_encoder
from ksdiff.speech.prosody import prosody as find_prosody
from ksdiff.speech.transcript import Transcript
from ksdiff.speech.transcript import transcribe as find_transcript

RECIPE = 4  # raised when the same settings would give other files than before
MIN_TRACKED = 0.5  # share of a clip's instants
MIN_SECONDS = 1.0  # of usable face
MANIFEST = "manifest.csv"
SOUND_SUFFIXES = (".aac", ".flac", ".m4a", ".mp3", ".ogg", ".wav")

Progress = Callable[[str, int, int, str], None]


@dataclass(frozen=True)
class Settings:
    """What decides how clips are made.

    Attributes:
        fit: How expression is found: one of `fit.METHODS`.
        expression_cutoff: Of the zero-phase low-pass on the expression, Hz; 0 for none.
        rotation_cutoff: On the head's rotation, Hz.
        translation_cutoff: On the head's translation, Hz.
        keyframe_threshold: Standard deviations above the mean that make a keyframe.
        encoder: Name of the speech encoder.
        transcribe: Whether to find out what is said where no text is given.
        language: Of clips for which nothing says otherwise.
    """

    fit: str = "landmarks"
    expression_cutoff: float = 7.0
    rotation_cutoff: float = 6.0
    translation_cutoff: float = 5.0
    keyframe_threshold: float = THRESHOLD
    encoder: str = DEFAULT_ENCODER
    transcribe: bool = True
    language: str = "en"

    def __post_init__(self) -> None:
        if self.fit not in fit.METHODS:
            raise InputError(f"fit is {self.fit!r}; allowed: {', '.join(fit.METHODS)}")
        for name in ("expression_cutoff", "rotation_cutoff", "translation_cutoff"):
            value = getattr(self, name)
            if not 0 <= value < MOTION_RATE / 2:
                raise InputError(f"{name} is {value} Hz; it must be from 0 (no filter) to below {MOTION_RATE / 2} Hz")


@dataclass(frozen=True)
class Source:
    """A video or take that becomes a clip."""

    id: str
    path: Path
    name: str  # as listed: relative to the folder that was given
    speaker: str
    language: str
    sha256: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A source that did not become a clip, and why."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@dataclass(frozen=True)
class Summary:
    """What a corpus holds after `prepare`.

    Attributes:
        clips: Names of all clips in it.
        made: How many were made in this call; the others were there already.
        speakers: How many people speak.
        seconds: Length of all clips.
        left_out: Sources that could not be used.
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
    settings: Settings | None = None,
    workers: int = 1,
    progress: Progress = lambda stage, done, total, item: None,
    deca_output: deca.DecaOutput | None = None,
) -> Summary:
    """Make a corpus, or add to one, or finish one that was interrupted.

    Args:
        videos: A video, or a folder of them (subfolders included). The speaker is the name of the video's
            folder, or what ``manifest.csv`` in the folder says (columns file, speaker, and perhaps
            language). ``NAME.txt`` beside a video is its transcript. With DECA's output, a sound file does where
            there is no video, and None is the folder of the output itself.
        out: Folder of the corpus.
        facegood_takes: Folder of FACEGOOD takes.
        settings: How clips are made.
        workers: Processes that track videos at the same time.
        progress: Called with a stage, how much of it is done, how much there is, and what is worked on.
        deca_output: What DECA found in the videos, to be used in place of tracking: makes a corpus of a FLAME space.

    Raises:
        InputError: There are no videos, none could be used, the folder cannot be written, or the corpus that
            is there was made with other settings.
    """
    settings = settings or Settings()
    out = Path(out)
    if deca_output is not None:
        if facegood_takes is not None:
            raise InputError("FACEGOOD takes are ARKit weights and DECA's output is FLAME's: make a corpus of each")
        videos = deca_output.folder if videos is None else videos
    if videos is None and facegood_takes is None:
        raise InputError("nothing to prepare: give a folder of videos, or of FACEGOOD takes")
    sources = [] if videos is None else find_videos(Path(videos), settings.language, deca_output is not None)
    found_takes = [] if facegood_takes is None else _find_takes(Path(facegood_takes))
    for folder in (out, out / "tracks", out / "clips"):
        make_folder(folder)
        for abandoned in folder.glob(".*.partial.*"):
            abandoned.unlink()
    encoder = load_encoder(settings.encoder)
    space = ARKIT if deca_output is None else deca_output.space
    header = {
        "version": CORPUS_VERSION,
        "recipe": RECIPE,
        "space": space.name,
        "motion_rate": MOTION_RATE,
        "encoder": encoder.record,
        "settings": asdict(settings),
        "tracker": MODEL_SHA256 if deca_output is None else "DECA",
    }
    kept = _kept(out, header, {source.id for source in (*sources, *found_takes)})
    maker = _Maker(out, settings, header, space)
    left_out: list[LeftOut] = []

    tracked = _track_all(sources, out, workers, progress, left_out) if deca_output is None else sources
    total = len(tracked) + len(found_takes)
    ids: list[str] = []

    def fitting(item: str, made: int) -> None:
        progress("fitting", len(ids) + made, total, item)

    by_speaker = sorted(tracked, key=lambda source: (source.speaker, source.id))
    for _, group in groupby(by_speaker, lambda source: source.speaker):
        if deca_output is None:
            ids += maker.speaker(list(group), left_out, fitting)
        else:
            ids += maker.deca_speaker(list(group), deca_output, left_out, fitting)
    for source in found_takes:
        progress("importing", len(ids), total, source.id)
        try:
            ids.append(maker.take(replace(source, sha256=_take_sha256(source.path))))
        except InputError as error:
            left_out.append(LeftOut(source.name, str(error)))
    progress("done", total, total, "")

    clips = sorted({*ids, *kept})
    if not clips:
        reasons = "; ".join(str(item) for item in left_out[:3])
        raise InputError(f"no clip could be used ({reasons})")
    mine = {source.name for source in (*sources, *found_takes)}
    before = (read_header(out) or {}).get("left_out", []) if kept else []
    listed = [*(item for item in before if item["source"] not in mine), *(asdict(item) for item in left_out)]
    listed.sort(key=lambda item: item["source"])
    write_json(out / "corpus.json", {**header, "clips": clips, "left_out": listed})
    metas = [meta for clip in clips if (meta := read_meta(out, clip)) is not None]
    return Summary(
        clips=tuple(clips),
        made=maker.made,
        speakers=len({meta["speaker"] for meta in metas}),
        seconds=float(sum(meta["seconds"] for meta in metas)),
        left_out=tuple(LeftOut(**item) for item in listed),
    )


def find_videos(videos: Path, language: str, sounds: bool = False) -> list[Source]:
    """The videos in a folder with their speakers, sorted by name.

    Args:
        videos: A video, or the folder.
        language: Of videos for which the manifest does not name one.
        sounds: Take sound files too, where there is no video of the same name.

    Raises:
        InputError: There is no such folder or no video in it, or the manifest names a file that is not there.
    """
    if not videos.exists():
        raise InputError(f"there is no folder {videos}")
    root = videos if videos.is_dir() else videos.parent
    suffixes = (*SUFFIXES, *SOUND_SUFFIXES) if sounds else SUFFIXES
    paths = [videos] if videos.is_file() else [p for p in root.rglob("*") if p.suffix.lower() in suffixes]
    pictured = {path.with_suffix("") for path in paths if path.suffix.lower() in SUFFIXES}
    paths = [path for path in paths if path.suffix.lower() in SUFFIXES or path.with_suffix("") not in pictured]
    listed = _read_manifest(root)
    for name in listed:
        if not (root / name).is_file():
            raise InputError(f"{root / MANIFEST} lists {name}, which is not there")
    if videos.is_dir():
        paths += [root / name for name in listed if root / name not in paths]
    if not paths:
        raise InputError(f"there is no video in {videos}: expected files such as {', '.join(suffixes)}")
    sources, taken = [], set()
    for path in sorted(paths):
        name = path.relative_to(root).as_posix()
        row = listed.get(name, {})
        speaker = row.get("speaker") or path.parent.resolve().name
        clip = _safe(f"{speaker}__{path.stem}", name)
        if clip in taken:
            clip = _safe(f"{clip}-{path.suffix[1:]}", name)
        if clip in taken:
            clip = f"{clip}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
        taken.add(clip)
        sources.append(Source(clip, path, name, speaker, row.get("language") or language))
    return sources


class _Maker:
    """Makes clips and remembers how many."""

    def __init__(self, out: Path, settings: Settings, header: dict[str, Any], space: MotionSpace) -> None:
        self.out, self.settings, self.header, self.space, self.made = out, settings, header, space, 0

    def speaker(
        self, sources: Sequence[Source], left_out: list[LeftOut], progress: Callable[[str, int], None]
    ) -> list[str]:
        """Make the clips of one speaker, which share a neutral face. Returns those that could be made."""
        recipe = self._recipe([source.sha256 for source in sources])
        marks = {source.id: read_meta(self.out, source.id) for source in sources}
        if all(_is_whole(self.out, source.id, marks[source.id], recipe) for source in sources):
            return [source.id for source in sources]
        faces: dict[str, _Face] = {}
        for source in sources:
            progress(source.id, 0)
            try:
                faces[source.id] = _face(source, self.out, self.settings)
            except InputError as error:
                left_out.append(LeftOut(source.name, str(error)))
        sources = [source for source in sources if source.id in faces]
        if not sources:
            return []
        fit.solve_expression([face.fitting for face in faces.values()], self.settings.fit)
        neutral = fit.neutral_expression(
            np.concatenate([face.fitting.expression[face.good] for face in faces.values()]),
            np.concatenate([face.fitting.opening[face.good] for face in faces.values()]),
        )
        for number, source in enumerate(sources):
            if not _is_whole(self.out, source.id, marks[source.id], recipe):
                progress(source.id, number)
                self._clip(source, faces[source.id], neutral, recipe)
        return [source.id for source in sources]

    def deca_speaker(
        self,
        sources: Sequence[Source],
        output: deca.DecaOutput,
        left_out: list[LeftOut],
        progress: Callable[[str, int], None],
    ) -> list[str]:
        """The same from DECA's output for the videos of one speaker."""
        takes: dict[str, deca.DecaTake] = {}
        found: list[Source] = []
        for source in sources:
            progress(source.id, 0)
            try:
                take = output.read(source.name, source.path)
                _check_usable(len(take.numbers) / (take.numbers[-1] + 1), float(np.diff(take.times).sum()))
                found.append(replace(source, sha256=file_sha256(source.path)))
            except InputError as error:
                left_out.append(LeftOut(source.name, str(error)))
            else:
                takes[source.id] = take
        recipe = self._recipe([_digest([source.sha256, takes[source.id].sha256]) for source in found])
        marks = {source.id: read_meta(self.out, source.id) for source in found}
        whole = [source.id for source in found if _is_whole(self.out, source.id, marks[source.id], recipe)]
        if len(whole) == len(found):
            return whole
        neutral = deca.neutral_expression([takes[source.id] for source in found], self.space)
        for number, source in enumerate(found):
            if source.id in whole:
                continue
            progress(source.id, number)
            try:
                self._deca_clip(source, takes[source.id], neutral, recipe)
            except InputError as error:
                left_out.append(LeftOut(source.name, str(error)))
            else:
                whole.append(source.id)
        return whole

    def take(self, source: Source) -> str:
        """Make the clip of a FACEGOOD take.

        Raises:
            InputError: The take or its sound is damaged.
        """
        recipe = self._recipe([source.sha256])
        if _is_whole(self.out, source.id, read_meta(self.out, source.id), recipe):
            return source.id
        take = facegood.read_take(source.path)
        speech = self._speech(source, take.sound, transcribe=False)
        instants = np.arange(speech.frames) / MOTION_RATE
        everywhere = np.ones(len(take.times), dtype=bool)
        expression, known = fit.resample(
            take.expression, take.times, everywhere, [slice(0, len(take.times))], instants, None
        )
        self._write(
            source,
            speech,
            expression=expression,
            neutral=np.zeros(len(ARKIT.expression)),  # the capture's weights are relative to a face at rest
            head=np.zeros((speech.frames, len(ARKIT.head))),
            mask_expression=known,
            mask_head=np.zeros(speech.frames, dtype=bool),
            channel_mask=take.channel_mask,
            lag=Lag(0.0, 0.0, trusted=False),
            quality={"tracked": float(known.mean())},
            recipe=recipe,
            provenance="FACEGOOD performance capture, MIT, (c) The FACEGOOD Authors",
        )
        return source.id

    def _clip(self, source: Source, face: "_Face", neutral: Float[np.ndarray, " 51"], recipe: str) -> None:
        settings, track = self.settings, face.track
        speech = self._speech(source, source.path, transcribe=settings.transcribe)
        # Positive lag: the picture is late, so what belongs to instant t is shown at t + lag.
        instants = np.arange(speech.frames) / MOTION_RATE + face.lag.frames / MOTION_RATE

        def read(values: np.ndarray, cutoff: float) -> tuple[np.ndarray, np.ndarray]:
            return fit.resample(values, track.times, face.good, face.parts, instants, cutoff or None)

        expression, known = read(face.fitting.expression, settings.expression_cutoff)
        head = fit.head_pose(track, face.parts)
        rotation, _ = read(head[:, :3], settings.rotation_cutoff)
        translation, _ = read(head[:, 3:], settings.translation_cutoff)
        opening, _ = read(face.fitting.opening[:, None], 0.0)
        quality = {
            "tracked": float(known.mean()),
            "face_pixels": fit.face_pixels(track),
            "shots": len(face.parts),
            "lag_correlation": face.lag.correlation,
            "lag_trusted": face.lag.trusted,
            "jitter": jitter(expression[:, ARKIT.mouth_indices], known),
            **closure_rate(opening[:, 0], known, speech.phones),
        }
        self._write(
            source,
            speech,
            expression=np.clip(expression, 0, 1),
            neutral=neutral,
            head=np.concatenate([rotation, translation], axis=1),
            mask_expression=known,
            mask_head=known,
            channel_mask=np.ones(len(ARKIT.expression), dtype=bool),
            lag=face.lag,
            quality=quality,
            recipe=recipe,
            provenance="tracked with the MediaPipe face landmarker",
        )

    def _deca_clip(self, source: Source, take: deca.DecaTake, neutral: Float[np.ndarray, " E"], recipe: str) -> None:
        settings = self.settings
        speech = self._speech(source, source.path, transcribe=settings.transcribe)
        sound = audio.load(self.out / "clips" / f"{source.id}.flac")
        lag = estimate_lag(sound, take.opening, take.times, np.ones(len(take.times), dtype=bool))
        instants = np.arange(speech.frames) / MOTION_RATE + lag.frames / MOTION_RATE
        expression, head, known = take.at(
            instants, self.space, settings.expression_cutoff, settings.rotation_cutoff, settings.translation_cutoff
        )
        self._write(
            source,
            speech,
            expression=expression,
            neutral=neutral,
            head=head,
            mask_expression=known,
            mask_head=known,
            channel_mask=np.ones(len(self.space.expression), dtype=bool),
            lag=lag,
            quality={
                "tracked": float(known.mean()),
                "shots": len(take.parts),
                "lag_correlation": lag.correlation,
                "lag_trusted": lag.trusted,
                "jitter": jitter(expression, known),
            },
            recipe=recipe,
            provenance="coefficients estimated by DECA",
        )

    def _speech(self, source: Source, path: Path, transcribe: bool) -> "_Speech":
        """What is heard: kept from an earlier run where that had the same sound and settings."""
        beside = source.path.with_suffix(".txt")
        given = beside.read_text(encoding="utf-8").strip() if beside.is_file() else None
        recipe = _digest([2, self.header["encoder"], source.sha256, source.language, transcribe, given])
        return _Speech.kept(self.out, source.id, recipe) or _Speech.made(
            self.out, source, path, recipe, self.settings.encoder, transcribe, given
        )

    def _write(
        self,
        source: Source,
        speech: "_Speech",
        *,
        expression: np.ndarray,
        neutral: np.ndarray,
        head: np.ndarray,
        mask_expression: np.ndarray,
        mask_head: np.ndarray,
        channel_mask: np.ndarray,
        lag: Lag,
        quality: dict[str, Any],
        recipe: str,
        provenance: str,
    ) -> None:
        head_variation, expression_variation = motion_variation(head, expression, self.space)
        threshold = self.settings.keyframe_threshold
        meta = {
            "id": source.id,
            "recipe": recipe,
            "sound_recipe": speech.recipe,
            "speaker": source.speaker,
            "language": source.language,
            "source": {"name": source.name, "sha256": source.sha256},
            "provenance": provenance,
            "seconds": speech.samples / audio.SAMPLE_RATE,
            "samples": speech.samples,
            "frames": speech.frames,
            "lag_frames": lag.frames,
            "quality": _rounded({**quality, **speech.quality}),
            "text": speech.text,
            "words": speech.words,
            "phones": speech.phones,
        }
        clip = Clip(
            id=source.id,
            expression=expression.astype(np.float32),
            neutral=neutral.astype(np.float32),
            head=head.astype(np.float32),
            mask_expression=mask_expression,
            mask_head=mask_head,
            features=speech.features,
            prosody=speech.prosody,
            keyframes_expression=keyframe_targets(
                expression_variation, MOTION_RATE, EXPRESSION_SMOOTHING, threshold, mask_expression
            ),
            keyframes_head=keyframe_targets(head_variation, MOTION_RATE, HEAD_SMOOTHING, threshold, mask_head),
            channel_mask=channel_mask,
            meta=meta,
        )
        write_clip(self.out, clip)
        self.made += 1

    def _recipe(self, sources: list[str]) -> str:
        """Identifies everything that decides a clip's content: settings, and all sources of its speaker."""
        return _digest([self.header, sorted(sources)])


@dataclass
class _Face:
    """What is seen in a video, before its expression is solved."""

    track: Track
    parts: list[slice]
    good: Bool[np.ndarray, " T"]
    lag: Lag
    fitting: fit.Fitting


def _face(source: Source, out: Path, settings: Settings) -> _Face:
    track = Track.load(out / "tracks" / f"{source.id}.npz", source.sha256)
    if track is None:
        raise InputError("its track could not be read back; run again")
    parts = fit.shots(track)
    good = fit.usable(track, parts)
    if not track.found.any():
        raise InputError("no face was found in it")
    steps = np.diff(track.times, append=track.times[-1])
    _check_usable(float(good.mean()), float(steps[good].sum()))
    fitting = fit.Fitting(track, good)
    lag = estimate_lag(audio.load(source.path), fitting.opening, track.times, good)
    return _Face(track, parts, good, lag, fitting)


def _check_usable(share: float, seconds: float) -> None:
    if share < MIN_TRACKED or seconds < MIN_SECONDS:
        raise InputError(
            f"a face was usable in only {share:.0%} of its frames ({seconds:.1f} s); "
            f"at least {MIN_TRACKED:.0%} and {MIN_SECONDS:.0f} s are needed"
        )


@dataclass(frozen=True)
class _Speech:
    """What is heard in a clip."""

    samples: int
    features: Float[np.ndarray, "S F"]
    prosody: Float[np.ndarray, "S 3"]
    text: str
    words: list[list[Any]]
    phones: list[list[Any]]
    quality: dict[str, Any]
    recipe: str

    @property
    def frames(self) -> int:
        """Motion frames of a sound of this length."""
        return frame_count(self.samples)

    @classmethod
    def kept(cls, out: Path, clip: str, recipe: str) -> "_Speech | None":
        """The same of an earlier run, if its sound and settings were these."""
        meta = read_meta(out, clip)
        if meta is None or meta.get("sound_recipe") != recipe or not (out / "clips" / f"{clip}.flac").is_file():
            return None
        try:
            with np.load(out / "clips" / f"{clip}.npz") as data:
                features, prosody = data["features"], data["prosody"]
        except (OSError, KeyError, ValueError):
            return None
        quality = {name: meta["quality"][name] for name in ("peak", "clipped", "loudness", "voiced")}
        return cls(meta["samples"], features, prosody, meta["text"], meta["words"], meta["phones"], quality, recipe)

    @classmethod
    def made(
        cls,
        out: Path,
        source: Source,
        path: Path,
        recipe: str,
        encoder_name: str,
        transcribe: bool,
        given: str | None,
    ) -> "_Speech":
        # What was stored is what is described: 16-bit sound differs a little from what was decoded.
        samples = audio.load(write_sound(out, source.id, audio.load(path)))
        encoder = load_encoder(encoder_name)
        features = encoder.encode(samples)
        prosody = find_prosody(samples, encoder.frame_times(len(features)))
        # The recogniser knows English only; other languages need a text beside the video.
        english = source.language.lower().split("-")[0] == "en"
        heard = find_transcript(samples, given) if given or (transcribe and english) else Transcript()
        return cls(
            samples=len(samples),
            features=features.astype(np.float16),
            prosody=prosody.astype(np.float32),
            text=heard.text,
            words=_rounded([[word.text, word.start, word.end] for word in heard.words]),
            phones=_rounded([[phone.text, phone.start, phone.end] for phone in heard.phones]),
            quality=_rounded({**sound_quality(samples), "voiced": float(prosody[:, 2].mean())}),
            recipe=recipe,
        )


def _track_all(
    sources: list[Source], out: Path, workers: int, progress: Progress, left_out: list[LeftOut]
) -> list[Source]:
    """Track the videos that have not been; returns those that have a track."""
    with_hash, waiting = [], []
    for number, source in enumerate(sources):
        progress("reading", number, len(sources), source.id)
        try:
            source = replace(source, sha256=file_sha256(source.path))
        except InputError as error:
            left_out.append(LeftOut(source.name, str(error)))
            continue
        with_hash.append(source)
        if Track.load(out / "tracks" / f"{source.id}.npz", source.sha256) is None:
            waiting.append(source)
    if not waiting:
        return with_hash
    load_mediapipe()
    fetch_model()
    failed = set()
    arguments = [(source.path, source.sha256, out / "tracks" / f"{source.id}.npz") for source in waiting]
    if workers > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            reasons = pool.map(_track_one, *zip(*arguments, strict=True))
            failed = _collect(waiting, reasons, progress, left_out)
    else:
        reasons = (_track_one(*given) for given in arguments)
        failed = _collect(waiting, reasons, progress, left_out)
    return [source for source in with_hash if source.id not in failed]


def _collect(
    waiting: list[Source], reasons: Iterable[str | None], progress: Progress, left_out: list[LeftOut]
) -> set[str]:
    failed = set()
    progress("tracking", 0, len(waiting), waiting[0].id)
    for number, (source, reason) in enumerate(zip(waiting, reasons, strict=True), start=1):
        if reason is not None:
            left_out.append(LeftOut(source.name, reason))
            failed.add(source.id)
        progress("tracking", number, len(waiting), source.id)
    return failed


def _track_one(path: Path, sha256: str, target: Path) -> str | None:
    """Track one video into a file; returns why that failed, if it did."""
    try:
        track_face(path, sha256).save(target)
    except InputError as error:
        return str(error)
    return None


def _find_takes(folder: Path) -> list[Source]:
    return [
        Source(_safe(f"facegood__{path.stem}", path.name), path, path.name, "facegood", "zh")
        for path in facegood.takes(folder)
    ]


def _take_sha256(path: Path) -> str:
    return _digest([file_sha256(path), file_sha256(path.with_suffix(".flac"))])


def _kept(out: Path, header: dict[str, Any], mine: set[str]) -> list[str]:
    """Clips of the corpus that is there which do not come from the sources given now."""
    there = read_header(out)
    if there is None:
        return []
    others = [clip for clip in there["clips"] if clip not in mine]
    changed = [name for name in header if there.get(name) != json.loads(json.dumps(header[name]))]
    if others and changed:
        raise InputError(
            f"{out} has {len(others)} clips of other sources (such as {others[0]}) that were made with "
            f"another {changed[0]}; give all sources at once, the same settings, or another --out"
        )
    return others


def _is_whole(out: Path, clip: str, meta: dict[str, Any] | None, recipe: str) -> bool:
    files = (out / "clips" / f"{clip}.npz", out / "clips" / f"{clip}.flac")
    return meta is not None and meta.get("recipe") == recipe and all(file.is_file() for file in files)


def _read_manifest(root: Path) -> dict[str, dict[str, str]]:
    path = root / MANIFEST
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {"file", "speaker"} <= set(reader.fieldnames or ()):
            raise InputError(f"{path} needs the columns file and speaker; it has {', '.join(reader.fieldnames or ())}")
        return {row["file"]: row for row in reader}


def _safe(clip: str, name: str) -> str:
    """A file name that every system takes; part of a hash is added where characters were replaced."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", clip).strip(".")
    return plain if plain == clip else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _rounded(content: Any) -> Any:
    """Floats cut to what is meaningful, so that files stay readable."""
    if isinstance(content, dict):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_rounded(value) for value in content]
    return round(content, 4) if isinstance(content, float) else content
