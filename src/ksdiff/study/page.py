"""The rating page: a folder that any static host serves and any browser opens from a disk, and the key to it."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from ksdiff.errors import InputError
from ksdiff.files import atomic_write, make_folder
from ksdiff.study.clips import clip_path, copy_anonymously, find_clips
from ksdiff.study.design import CRITERIA, SCALE, Session, clips_of_session, plan_session, williams_rows
from ksdiff.templates import render_page

KEY_FORMAT, RESULT_FORMAT, VERSION = "ksdiff-study-key", "ksdiff-study-result", 1
RATING_SECONDS = 15.0  # to answer about one video; for the estimate of a session's length
LENGTH_TOLERANCE = 0.5  # s: the same clip's lengths may differ by this before it is pointed out

INSTRUCTIONS = """You will see short videos of talking faces, one after the other. Please wear headphones, or turn the \
sound up.

Watch each video to the end, then rate it from 1 (very poor) to 5 (excellent) for each question. There are no \
right or wrong answers: your first impression counts. Some videos may look alike; judge each by itself."""


@dataclass(frozen=True)
class StudyOptions:
    """How a study is made.

    Attributes:
        clips: How many clips are drawn from those that there are; None for all.
        clips_per_rater: How many of these each rater sees, by all systems; None for all.
        repeats: Videos shown a second time at the end of a session, to see how consistently a rater answers.
        raters: How many raters are expected, rounded up so that the order of systems is balanced. Raters beyond that
            start again with the first session.
        together: Show a clip by all systems in a row, instead of apart.
        watch_to_end: Let a video be rated only when it has been watched to the end.
        practice: A video to try the page with; None takes each rater's last one.
        title: Of the page.
        instructions: Paragraphs, with empty lines between, that the page begins with.
        seed: Of everything random, names of the videos too; None for a secret one, which the key keeps.
    """

    clips: int | None = None
    clips_per_rater: int | None = None
    repeats: int = 4
    raters: int = 24
    together: bool = False
    watch_to_end: bool = True
    practice: Path | None = None
    title: str = "Talking faces"
    instructions: str = INSTRUCTIONS
    seed: int | None = None

    def __post_init__(self) -> None:
        for name, least in (("clips", 1), ("clips_per_rater", 1), ("repeats", 0), ("raters", 1)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise InputError(f"{name} is {value}; it must be {least} or more")


@dataclass(frozen=True)
class Made:
    """What was made.

    Attributes:
        page: The folder for the raters.
        key: The file that tells which video is whose.
        systems: How many there are.
        clips: How many there are.
        sessions: How many different ones there are, a whole number of balanced sets.
        trials: Videos in each session, repeats included.
        minutes: Estimated length of a session.
        notes: What the maker should know about the videos.
    """

    page: Path
    key: Path
    systems: int
    clips: int
    sessions: int
    trials: int
    minutes: float
    notes: tuple[str, ...]


def make_study(
    systems: Mapping[str, Path],
    out: Path,
    key: Path,
    options: StudyOptions | None = None,
    common: bool = False,
    progress: Callable[[str, float], None] = lambda name, done: None,
) -> Made:
    """Make the page for a blind, randomised, counterbalanced rating of several systems.

    Args:
        systems: Name of each system and the folder of its videos; files of the same name are the same clip.
        out: Folder for the page, new or empty. It tells nothing about the systems.
        key: File for what it does not tell; outside ``out``, and new.
        options: How.
        common: Leave out clips that a system lacks, instead of refusing.
        progress: Called with what is done and how much of it.

    Raises:
        InputError: Fewer than two systems; their clips differ; a video cannot be read or has no sound; the page's
            folder is not empty, or the key exists or would lie in it.
    """
    options = options or StudyOptions()
    if len(systems) < 2:
        raise InputError(f"a study compares two systems or more, but {len(systems)} was given: SYSTEM=FOLDER")
    if key.resolve().is_relative_to(out.resolve()):
        raise InputError(f"the key {key} lies in the raters' folder {out}: give another --key")
    for path, taken in ((key, key.exists()), (out, out.is_dir() and any(out.iterdir()))):
        if taken:
            raise InputError(f"{path} is there already, and raters may be using it: choose another, or remove it")
    clips = find_clips(systems, common)
    seed = secrets.randbits(64) if options.seed is None else options.seed
    random = Random(seed)
    clips = _drawn(clips, options.clips, random, "clips")
    per_rater = len(_drawn(clips, options.clips_per_rater, random, "clips_per_rater"))
    names = random.sample(sorted(systems), len(systems))
    if options.repeats > len(names) * per_rater:
        raise InputError(f"repeats is {options.repeats}, but a rater sees only {len(names) * per_rater} videos")
    sessions = -(-options.raters // len(williams_rows(len(names)))) * len(williams_rows(len(names)))

    sources = {(s, c): clip_path(systems[names[s]], clips[c]) for s in range(len(names)) for c in range(len(clips))}
    videos = {trial: _code(random) for trial in sources}
    practice = None if options.practice is None else _code(random)
    study = _code(random)
    plans = [
        plan_session(
            row, len(names), clips_of_session(row, len(clips), per_rater), options.repeats, random, options.together
        )
        for row in range(sessions)
    ]

    make_folder(out)
    make_folder(key.parent)
    copies = {video: sources[trial] for trial, video in videos.items()}
    if practice is not None and options.practice is not None:
        copies[practice] = options.practice
    lengths: dict[str, float] = {}
    for done, video in enumerate(sorted(copies)):  # by their random names, so that even the files' times tell nothing
        progress("videos", done / len(copies))
        lengths[video] = copy_anonymously(copies[video], out / f"{video}.mp4")

    _write(key, {
        "format": KEY_FORMAT,
        "version": VERSION,
        "study": study,
        "title": options.title,
        "seed": seed,
        "systems": sorted(systems),
        "repeats": options.repeats,
        "videos": {
            video: {"system": names[system], "clip": clips[clip], "seconds": round(lengths[video], 3)}
            for (system, clip), video in sorted(videos.items(), key=lambda item: item[1])
        },
        "sessions": [[videos[trial] for trial in plan.trials + plan.repeats] for plan in plans],
    })  # fmt: skip
    with atomic_write(out / "index.html") as temporary:
        temporary.write_text(_page(study, options, videos, practice, plans), encoding="utf-8")

    trials = len(names) * per_rater + options.repeats
    mean_seconds = sum(lengths[video] for video in videos.values()) / len(videos)
    minutes = trials * (mean_seconds + RATING_SECONDS) / 60
    notes = _uneven_lengths(names, clips, {trial: lengths[video] for trial, video in videos.items()})
    return Made(out, key, len(names), len(clips), sessions, trials, minutes, notes)


def _drawn(clips: list[str], count: int | None, random: Random, name: str) -> list[str]:
    if count is not None and count > len(clips):
        raise InputError(f"{name} is {count}, but there are only {len(clips)} clips")
    return clips if count is None else sorted(random.sample(clips, count))


def _code(random: Random) -> str:
    """A name that tells nothing."""
    return f"{random.getrandbits(48):012x}"


def _page(
    study: str,
    options: StudyOptions,
    videos: Mapping[tuple[int, int], str],
    practice: str | None,
    plans: list[Session],
) -> str:
    listed = sorted(videos.values())
    number = {trial: listed.index(video) for trial, video in videos.items()}
    config = {
        "format": RESULT_FORMAT,
        "version": VERSION,
        "study": study,
        "title": options.title,
        "watchToEnd": options.watch_to_end,
        "criteria": [asdict(criterion) for criterion in CRITERIA],
        "scale": list(SCALE.values()),
        "videos": listed,
        "practice": practice,
        "repeats": options.repeats,
        "sessions": [[number[trial] for trial in plan.trials + plan.repeats] for plan in plans],
    }
    paragraphs = (" ".join(paragraph.split()) for paragraph in options.instructions.split("\n\n"))
    return render_page(
        "study_rating.html", title=options.title, instructions=list(filter(None, paragraphs)), config=config
    )


def _write(path: Path, content: Any) -> None:
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _uneven_lengths(names: list[str], clips: list[str], lengths: Mapping[tuple[int, int], float]) -> tuple[str, ...]:
    """Clips whose length differs between systems: they may be cut differently, or not be the same clip."""
    notes = []
    for clip, name in enumerate(clips):
        seconds = {system: lengths[number, clip] for number, system in enumerate(names)}
        if max(seconds.values()) - min(seconds.values()) > LENGTH_TOLERANCE:
            listed = ", ".join(f"{system} {length:.1f} s" for system, length in sorted(seconds.items()))
            notes.append(f"{name} has different lengths: {listed}")
    return tuple(notes)
