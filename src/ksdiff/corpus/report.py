"""The page about a corpus. It shows rendered heads and figures, and no face, voice or word of anybody."""

import base64
import io
from pathlib import Path

import numpy as np
from markupsafe import Markup

from ksdiff.corpus.census import Census, Distribution, Face
from ksdiff.errors import InputError
from ksdiff.extras import require
from ksdiff.face.head import load_head
from ksdiff.files import atomic_write, make_folder
from ksdiff.motion.space import ARKIT
from ksdiff.output.render import Renderer
from ksdiff.templates import render_page

REPORT = "report.html"
ROWS = 100  # of a table
HEAD_PIXELS = 168
MEANINGS = {
    "length, s": "how long a clip is",
    "face_pixels": "width of the face in the picture, pixels",
    "shots": "shots in the video",
    "jitter": "trembling of the mouth's weights",
    "tracked": "share of frames in which the face is known",
    "av_offset_correlation": "how well picture and sound agree at the offset that was found",
    "peak": "greatest sample of the sound",
    "clipped": "share of samples at the limit",
    "loudness": "level of the sound, dB",
    "voiced": "share of speech frames with a pitch",
    "closures": "how many p, b and m there are",
    "closure_rate": "share of p, b and m at which the lips are closed",
}


def write_report(census: Census, out: Path) -> Path:
    """Write ``report.html``; returns its path.

    Raises:
        InputError: It cannot be written.
    """
    make_folder(out)
    index = census.index
    facts = {
        "clips": f"{census.clips:,}",
        "length": hours(census.seconds),
        "speakers": f"{len(census.speakers):,}",
        "with words": f"{census.transcribed / max(census.seconds, 1e-9):.0%}",
        "motion": index.space,
        "speech encoder": index.encoder.name,
        "stored in": f"{len(index.shards)} shards" if index.shards else "single files",
    }
    sheet, warnings = _sheet(census)
    sections = {
        "Speakers": _table("speaker", census.speakers),
        "Languages": _table("language", census.languages),
        "Distributions": Markup("").join(
            _histogram(name, one)
            for name, one in sorted(census.distributions.items(), key=lambda item: item[0] != "length, s")
        ),
        "Heads": sheet,
        "Left out": _left_out(census),
    }
    page = render_page(
        "report.html", title=f"Corpus {census.path.name}", subtitle="", facts=facts, warnings=warnings,
        sections=sections, data={}, head="",
    )  # fmt: skip
    with atomic_write(out / REPORT) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return out / REPORT


def hours(seconds: float) -> str:
    """A length in the unit that suits it."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def _table(kind: str, seconds: dict[str, float]) -> Markup:
    total = max(sum(seconds.values()), 1e-9)
    rows = [
        {"name": name, "length": hours(value), "percent": f"{100 * value / total:.1f}"}
        for name, value in list(seconds.items())[:ROWS]
    ]
    return render_page("corpus_section.html", part="table", kind=kind, rows=rows, more=max(0, len(seconds) - ROWS))


def _histogram(name: str, one: Distribution) -> Markup:
    highest = max(1, int(one.counts.max()))
    return render_page(
        "corpus_section.html",
        part="histogram",
        name=name,
        meaning=MEANINGS.get(name, ""),
        bars=[round(100 * count / highest, 2) for count in one.counts.tolist()],
        low=f"{one.low:.3g}",
        high=f"{one.high:.3g}",
        median=f"{one.median:.3g}",
        width=100 / len(one.counts),
    )


def _left_out(census: Census) -> Markup:
    if not census.left_out:
        return Markup("")
    return render_page("corpus_section.html", part="left_out", rows=census.left_out)


def _sheet(census: Census) -> tuple[Markup, list[str]]:
    """Heads at some moments of the corpus, or why there are none."""
    if census.index.space != ARKIT.name:
        return Markup(""), [f"Heads are drawn for ARKit weights only; this corpus holds {census.index.space}."]
    try:
        pictures = [
            {"source": source, "clip": face.clip, "speaker": face.speaker}
            for face, source in zip(census.faces, _drawn(census.faces), strict=True)
        ]
    except InputError as error:
        return Markup(""), [f"There is no sheet of heads: {error}."]
    return render_page("corpus_section.html", part="heads", pictures=pictures, size=HEAD_PIXELS), []


def _drawn(faces: list[Face]) -> list[str]:
    """Each face on the head, as an address that holds the picture."""
    image = require("PIL.Image", "render")
    addresses: list[str] = []
    vertices = load_head().vertices(np.stack([face.expression for face in faces]).astype(np.float32))
    with Renderer(2 * HEAD_PIXELS, 2 * HEAD_PIXELS) as renderer:
        for face, places in zip(faces, vertices, strict=True):
            with io.BytesIO() as file:
                image.fromarray(renderer.draw(places, face.head.astype(np.float32))).save(file, "WEBP", quality=80)
                addresses.append(f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode('ascii')}")
    return addresses
