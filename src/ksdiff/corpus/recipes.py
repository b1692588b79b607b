"""What to cut out of the videos of HDTF and VoxCeleb2, from the sets' own lists.

HDTF, <https://github.com/MRzzm/HDTF>: for each of its parts (RD, WDA, WRA) ``PART_annotion_time.txt`` (video, ranges),
``PART_crop_wh.txt`` (clip, left, width, top, height in pixels) and ``PART_resolution.txt`` (video, height of the
picture that these pixels are of).

VoxCeleb2, <https://www.robots.ox.ac.uk/~vgg/data/voxceleb/>: ``txt/ID/VIDEO/00001.txt`` for each utterance, with the
face's window in each picture as shares of its size, at 25 pictures per second.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from ksdiff.corpus.cutting import Cuts, Stretch
from ksdiff.errors import InputError
from ksdiff.files import read_bounded_text

MAX_LIST = 1 << 24  # bytes
VOXCELEB_RATE = 25.0
VOXCELEB_MARGIN = 0.3  # of the face's window, added on each side: it hugs the face, and the tracker wants a head
NAMED_PARTS = ("WDA", "WRA")  # whose videos have names of people, numbered where there are several


def hdtf(lists: Path) -> list[Cuts]:
    """Read HDTF's lists.

    Videos are taken to be called ``RD_Radio1`` or the like: the part, and the name in the list. The parts WDA and WRA
    name people, so ``AmyKlobuchar0`` and ``AmyKlobuchar1`` are one speaker; of RD each video is one.

    Args:
        lists: Folder with the lists, ``HDTF_dataset`` of the set.

    Raises:
        InputError: There are no lists, or one cannot be understood.
    """
    cuts: list[Cuts] = []
    for times in sorted(lists.glob("*_annotion_time.txt")):
        part = times.name.split("_")[0]
        windows = _rows(lists / f"{part}_crop_wh.txt", 4)
        heights = _rows(lists / f"{part}_resolution.txt", 1)
        for number, line in enumerate(_lines(times), start=1):
            name, *ranges = line.split()
            video = Path(name).stem
            stretches: list[Stretch] = []
            for index, text in enumerate(ranges):
                clip = f"{video}_{index}"
                if clip not in windows or video not in heights:  # HDTF lists some ranges without a window
                    continue
                start, stop = _range(text, times, number)
                left, width, top, height = windows[clip]
                picture = heights[video][0]
                wide = picture * 16 / 9  # all of HDTF's videos are that
                box = (left / wide, top / picture, width / wide, height / picture)
                speaker = f"{part}_{re.sub(r'[0-9]+$', '', video) if part in NAMED_PARTS else video}"
                stretches.append(Stretch(f"{part}_{clip}", speaker, start, stop, box))
            if stretches:
                cuts.append(Cuts(f"{part}_{video}", tuple(stretches)))
    if not cuts:
        raise InputError(f"{lists} has no list of HDTF such as RD_annotion_time.txt beside its crop_wh and resolution")
    return cuts


def voxceleb2(lists: Path) -> list[Cuts]:
    """Read VoxCeleb2's ``txt`` folder; videos are called as YouTube calls them, such as ``5r0dWxy17C8``.

    Args:
        lists: The folder ``txt``: ``ID/VIDEO/00001.txt``.

    Raises:
        InputError: There are no lists, or one cannot be understood.
    """
    videos: dict[str, list[Stretch]] = defaultdict(list)
    for path in sorted(lists.glob("*/*/*.txt")):
        speaker, video = path.parts[-3], path.parts[-2]
        videos[video].append(_utterance(path, f"{speaker}/{video}/{path.stem}", speaker))
    if not videos:
        raise InputError(f"{lists} has no file such as id00012/21Uxsk56VDQ/00001.txt: give VoxCeleb2's folder txt")
    return [Cuts(video, tuple(stretches)) for video, stretches in sorted(videos.items())]


RECIPES: dict[str, Callable[[Path], list[Cuts]]] = {"hdtf": hdtf, "voxceleb2": voxceleb2}


def _utterance(path: Path, name: str, speaker: str) -> Stretch:
    rows: list[list[float]] = []
    for line in _lines(path):
        parts = line.split()
        if len(parts) == 5 and parts[0].isdigit():
            try:
                rows.append([float(part) for part in parts])
            except ValueError as error:
                raise InputError(f"{path}: {line[:100]!r} is no row of FRAME X Y W H") from error
    if not rows:
        raise InputError(f"{path} has no row of FRAME X Y W H")
    if any(not 0 <= row[3] <= 1 or not 0 <= row[4] <= 1 for row in rows):
        raise InputError(f"{path} has windows in pixels; those of VoxCeleb2 are shares of the picture")
    left, top = min(row[1] for row in rows), min(row[2] for row in rows)
    right, bottom = max(row[1] + row[3] for row in rows), max(row[2] + row[4] for row in rows)
    margin_x, margin_y = VOXCELEB_MARGIN * (right - left), VOXCELEB_MARGIN * (bottom - top)
    left, top = max(0.0, left - margin_x), max(0.0, top - margin_y)
    box = (left, top, min(1.0, right + margin_x) - left, min(1.0, bottom + margin_y) - top)
    return Stretch(name, speaker, rows[0][0] / VOXCELEB_RATE, (rows[-1][0] + 1) / VOXCELEB_RATE, box)


def _lines(path: Path) -> list[str]:
    text = read_bounded_text(path, MAX_LIST, "a list of a data set")
    return [line for line in text.splitlines() if line.strip()]


def _rows(path: Path, count: int) -> dict[str, list[float]]:
    """Numbers by the name at the start of each line, without suffix."""
    rows: dict[str, list[float]] = {}
    for number, line in enumerate(_lines(path), start=1):
        name, *values = line.split()
        try:
            rows[Path(name).stem] = [float(value) for value in values]
        except ValueError as error:
            raise InputError(f"{path}, line {number}: {line[:100]!r} should be a name and {count} numbers") from error
        if len(values) != count or any(not 0 <= value <= 1e5 for value in rows[Path(name).stem]):
            raise InputError(f"{path}, line {number}: {line[:100]!r} should be a name and {count} numbers")
    return rows


def _range(text: str, path: Path, line: int) -> tuple[float, float]:
    match = re.fullmatch(r"(\d+):(\d\d)-(\d+):(\d\d)", text)
    if match is None:
        raise InputError(f"{path}, line {line}: {text[:50]!r} is no range such as 00:30-01:00")
    first, second, third, fourth = (int(part) for part in match.groups())
    return 60.0 * first + second, 60.0 * third + fourth
