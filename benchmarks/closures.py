"""What making lips meet at p, b and m does to a corpus, and whether it is right (docs/corpus.md).

First the clips are refitted from their tracks, with closures and without. Then, with ``--videos``, those of large
faces are made small and tracked again: what the large picture shows is the truth for the small one.

    python benchmarks/closures.py CORPUS --videos VIDEOS --work WORK
    python benchmarks/closures.py CORPUS --model base       # of the motion of a model, on speakers that it never saw
"""

import argparse
import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from ksdiff.corpus import fit
from ksdiff.corpus.closures import contact_limit, with_closures
from ksdiff.corpus.dataset import load_corpus, speech_of
from ksdiff.corpus.quality import BILABIALS, jitter
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.tracker import Track, track_face
from ksdiff.face.lips import lip_gaps
from ksdiff.model.checkpoint import load_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import generate_all
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION

MET, APART = 0.5, 1.5  # mm: lips that meet, and that do not
OPEN = 2.0  # mm
NEAR = 5  # motion frames around a phone that closing may change
LARGE = 90.0  # pixels
SMALL = 58.0  # pixels: the median of the presenters


class Clip(NamedTuple):
    """A clip, what its record says and what the tracker saw."""

    speaker: str
    facts: dict
    track: Track


class Read(NamedTuple):
    """Motion as `ksdiff prepare` reads it, without closures and with them, and where it is known."""

    plain: np.ndarray
    closed: np.ndarray
    known: np.ndarray
    unfiltered: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--videos", type=Path, help="folder that the corpus was made from")
    parser.add_argument("--work", type=Path, help="where tracks of the small videos are kept")
    parser.add_argument("--model", help="weights, by name or file: measure their motion alone")
    options = parser.parse_args()
    if options.model:
        generated(options.corpus, options.model)
        return
    clips = clips_of(options.corpus)
    report(zip(clips, solved(clips), strict=True))
    if options.videos:
        options.work.mkdir(parents=True, exist_ok=True)
        large = [clip for clip in clips if clip.facts["quality"]["face_pixels"] >= LARGE]
        small = [clip._replace(track=shrunk(clip, options.videos, options.work)) for clip in large]
        compare(large, solved(large), solved(small))


def clips_of(corpus: Path) -> list[Clip]:
    """Clips with phones and a track, by speaker."""
    clips = []
    for name in json.loads((corpus / "corpus.json").read_text(encoding="utf-8"))["clips"]:
        facts = json.loads((corpus / f"clips/{name}.json").read_text(encoding="utf-8"))
        if facts["phones"] and (track := Track.load(corpus / f"tracks/{name}.npz")) is not None:
            clips.append(Clip(facts["speaker"], facts, track))
    return sorted(clips, key=lambda clip: clip.speaker)


def solved(clips: list[Clip]) -> list[Read]:
    cutoff, result = PrepareSettings().expression_cutoff, []
    for _, group in groupby(clips, lambda clip: clip.speaker):
        some = list(group)
        parts = [fit.shots(clip.track) for clip in some]
        fittings = [
            fit.Fitting(clip.track, fit.usable(clip.track, part)) for clip, part in zip(some, parts, strict=True)
        ]
        fit.solve_expression(fittings, "inverse")
        for clip, part, fitting in zip(some, parts, fittings, strict=True):
            instants = (np.arange(clip.facts["frames"]) + clip.facts["av_offset_frames"]) / MOTION_RATE
            given = clip.track.times, fitting.good, part, instants
            expression, known = fit.resample(fitting.expression, *given, cutoff)
            deviation = np.maximum(fit.resample(fitting.deviation, *given, cutoff)[0], 0)
            plain, pixels = np.clip(expression, 0, 1), fit.face_pixels(clip.track)
            closed = with_closures(plain, deviation, known, clip.facts["phones"], pixels)
            result.append(Read(plain, closed, known, fit.resample(fitting.expression, *given, None)[0]))
    return result


def generated(corpus: Path, model: str) -> None:
    """Print how near the lips of a model's motion, and the tracked ones, come at p, b and m of held-out speakers."""
    checkpoint, whole = load_model(model), load_corpus(corpus)
    grid, held = FrameGrid.of(whole.encoder), checkpoint.facts["speakers"]
    neutral, styles = checkpoint.model.statistics.neutrals[-1], checkpoint.model.num_styles
    least = []
    for clip in whole.of({*held["validation"], *held["test"]}):
        speech = speech_of(clip, grid, len(clip))
        ours = generate_all(checkpoint.model, speech, checkpoint.sampling, styles).motion[EXPRESSION] + neutral
        both = [1000 * lip_gaps(values).mean(axis=1) for values in (clip.arrays["expression"], ours)]
        known = clip.mask[EXPRESSION]
        least += [[gap[here].min() for gap in both] for here in windows(clip.facts.get("phones", ()), known)]
    print(f"{len(least)} p, b, m; least distance of the lips, mm, percentiles and share under {MET}, 1, {OPEN}:")
    for name, values in zip(("tracked", model), np.transpose(least), strict=True):
        shares = [round(float((values < limit).mean()), 3) for limit in (MET, 1.0, OPEN)]
        print(name, np.percentile(values, [10, 25, 50, 75, 90]).round(2), shares)


def windows(phones: Iterable[tuple[str, float, float]], known: np.ndarray) -> Iterable[slice]:
    """Each p, b and m, and a frame around it."""
    for label, start, end in phones:
        here = slice(max(int(start * MOTION_RATE) - 1, 0), int(np.ceil(end * MOTION_RATE)) + 2)
        if label in BILABIALS and here.stop <= len(known) and known[here].all():
            yield here


def report(clips: Iterable[tuple[Clip, Read]]) -> None:
    """Print how closures change a corpus."""
    least, widest, plausible, far, lost, jerk, rough = [], [], [], [], [], [], []
    shapes: dict[str, list] = {"met before": [], "now": [], "as seen": []}
    for clip, read in clips:
        both = [1000 * lip_gaps(values) for values in (read.plain, read.closed)]
        before, after = (gaps.mean(axis=1) for gaps in both)
        limit, away = 1000 * contact_limit(clip.facts["quality"]["face_pixels"]), read.known.copy()
        for here in windows(clip.facts["phones"], read.known):
            away[max(here.start - NEAR + 1, 0) : here.stop + NEAR - 1] = False
            least.append((before[here].min(), after[here].min()))
            widest.append([gaps[here].max(axis=1).min() for gaps in both])
            plausible.append(before[here].min() <= limit)
            frame = here.start + int(np.argmin(before[here]))
            if NEAR <= frame < len(before) - NEAR - 1:
                if before[frame] < MET:
                    shapes["met before"].append(shape(before, frame))
                elif after[frame] < MET:
                    shapes["as seen"].append(shape(before, frame))
                    shapes["now"].append(shape(after, frame))
        if away.sum() > 10:
            far.append((np.corrcoef(before[away], after[away])[0, 1], after[away].std() / before[away].std()))
        lost.append([(before > OPEN)[away].sum(), ((before > OPEN) & (after <= OPEN))[away].sum()])
        third = [np.diff(gap, n=3)[read.known[3:] & read.known[:-3]] for gap in (before, after)]
        jerk.append([(part**2).sum() for part in third])
        rough.append([jitter(values[:, ARKIT.mouth_indices], read.known) for values in (read.plain, read.closed)])
    met, plausible = np.array(least) < MET, np.array(plausible)
    print(f"{len(met)} p, b, m; met {met.mean(axis=0).round(3)}, all five gaps {percent(widest)}")
    print(f"may be contact {plausible.mean():.3f}, of these met {met[plausible].mean(axis=0).round(3)}")
    ratios = "away from them the gap: r {:.4f}, ratio {:.4f}".format(*np.mean(far, axis=0))
    print(f"{ratios}; open frames, and of these closed: {np.sum(lost, axis=0)}")
    times = np.sqrt(np.divide(*np.sum(jerk, axis=0)[::-1]))
    print(f"jitter of the mouth {np.mean(rough, axis=0).round(4)}; third difference of the gap times {times:.3f}")
    for name, rows in shapes.items():
        closing, parting, contact = np.array(rows).T
        speeds = f"closing {np.median(closing):.0f} mm/s, parting {np.median(parting):.0f} mm/s"
        print(f"{name:10} {len(rows)}: {speeds}, {contact.mean():.2f} frames of contact")


def percent(values: list | np.ndarray) -> np.ndarray:
    """Share of lips that meet, of each column."""
    return (np.array(values) < MET).mean(axis=0).round(3)


def shape(gap: np.ndarray, frame: int) -> tuple[float, float, int]:
    """How fast lips close and part, mm/s, and for how many frames they meet."""
    steps = np.diff(gap[frame - NEAR : frame + NEAR + 1]) * MOTION_RATE
    return -steps[:NEAR].min(), steps[NEAR:].max(), int((gap[frame - NEAR : frame + NEAR + 1] < MET).sum())


def shrunk(clip: Clip, videos: Path, work: Path) -> Track:
    """Track of a clip whose face was made `SMALL`."""
    kept, video = work / f"{clip.facts['id']}.npz", work / "small.mp4"
    if (track := Track.load(kept) if kept.is_file() else None) is not None:
        return track
    share = SMALL / clip.facts["quality"]["face_pixels"]
    with av.open(str(videos / clip.facts["source"]["name"])) as source, av.open(str(video), "w") as target:
        pictures = source.streams.video[0]
        stream = target.add_stream("libx264", rate=pictures.average_rate, options={"crf": "23"})
        stream.width, stream.height = (2 * round(side * share / 2) for side in (pictures.width, pictures.height))
        stream.pix_fmt = "yuv420p"
        for picture in source.decode(pictures):
            small = picture.reformat(stream.width, stream.height, format="yuv420p", interpolation="AREA")
            small.pts, small.time_base = picture.pts, picture.time_base
            stream.codec_context.time_base = picture.time_base
            target.mux(stream.encode(small))
        target.mux(stream.encode(None))
    track = track_face(video, clip.facts["source"]["sha256"])
    track.save(kept)
    video.unlink()
    return track


def compare(clips: list[Clip], large: list[Read], small: list[Read]) -> None:
    """Print what small pictures make of the closures of large ones."""
    least, around = [], []
    for clip, truth, read in zip(clips, large, small, strict=True):
        known = truth.known & read.known
        motions = truth.unfiltered, truth.plain, read.plain, read.closed
        shown, plain, seen, closed = (1000 * lip_gaps(np.clip(values, 0, 1)).mean(axis=1) for values in motions)
        for here in windows(clip.facts["phones"], known):
            least.append([gap[here].min() for gap in (shown, plain, seen, closed)])
            frame = here.start + int(np.argmin(seen[here]))
            if seen[frame] >= MET > closed[frame]:
                near = slice(max(frame - NEAR, 0), frame + NEAR + 1)
                errors = [np.abs(gap - shown)[near][known[near]].mean() for gap in (seen, closed)]
                sizes = [(gap - shown)[frame] for gap in (seen, closed)]
                around.append([*sizes, *errors])
    truth = np.array(least)
    print(f"\n{len(clips)} clips of faces of {LARGE:.0f} pixels and more, {len(truth)} p, b, m")
    print("met: large picture as tracked, low-passed; small, with closures:", percent(least))
    for name, those in (("met", truth[:, 0] < MET), ("apart", truth[:, 0] >= APART)):
        print(
            f"{name} in the large picture {those.sum()}: small, with closures", percent(truth[those, 2:].reshape(-1, 2))
        )
    print(f"at {len(around)} closures that were made, difference from the large picture before and after, mm:")
    print("at the closure, and mean of its size within five frames:", np.mean(around, axis=0).round(2))


if __name__ == "__main__":
    main()
