"""The videos of a study: which clips every system has, and copies that do not tell where they come from."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.files import atomic_write
from ksdiff.output.sound_track import SoundTrack
from ksdiff.output.video import BT709

with needs("video"):
    import av
    from av.codec.codec import Codec, UnknownCodecError
    from av.container import InputContainer, OutputContainer
    from av.error import FFmpegError
    from av.video.reformatter import ColorRange
    from av.video.stream import VideoStream

SUFFIXES = (".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi")
ENCODER = "libx264"  # H.264 plays in every browser
QUALITY = {"preset": "veryfast", "crf": "14"}  # docs/study.md says how near to the original that is
SHOWN = 12  # names listed in a message


def find_clips(systems: Mapping[str, Path], common: bool = False) -> list[str]:
    """Names of the clips: file names without suffix, sorted.

    Args:
        systems: The folder of each.
        common: Leave out clips that a system lacks, instead of refusing.

    Raises:
        InputError: A folder is missing or has no videos; two files are the same clip; the systems' clips differ.
    """
    names = {system: set(_videos(folder)) for system, folder in systems.items()}
    shared, every = set.intersection(*names.values()), set.union(*names.values())
    if not shared:
        raise InputError(
            f"no clip is in all folders ({', '.join(str(folder) for folder in systems.values())}): files of the same "
            "name, suffix aside, are the same clip"
        )
    if shared != every and not common:
        lacking = "; ".join(
            f"{system} ({systems[system]}) lacks {_listed(every - own)}" for system, own in names.items() if every - own
        )
        raise InputError(f"{lacking}. Add these videos, or give --common to leave these clips out")
    return sorted(shared)


def clip_path(folder: Path, clip: str) -> Path:
    """The file of a clip in a folder."""
    return _videos(folder)[clip]


def copy_anonymously(source: Path, target: Path) -> float:
    """Re-encode a video, so that neither container nor encoder nor metadata tell where it comes from.

    Size, frame rate and colours stay; pictures become H.264 at high quality, sound AAC.

    Args:
        source: A video with sound.
        target: Where to write; a name that ends in ``.mp4``.

    Returns:
        Its length, s.

    Raises:
        InputError: The video cannot be read, or has no pictures or no sound.
    """
    try:
        Codec(ENCODER, "w")
    except UnknownCodecError as error:
        raise InputError(f"PyAV has no video encoder {ENCODER}: reinstall it with pip install av") from error
    try:
        with (
            av.open(
                f"file:{source.resolve()}", metadata_errors="ignore", options={"protocol_whitelist": "file"}
            ) as video,
            atomic_write(target) as temporary,
            av.open(f"file:{temporary.absolute()}", "w", format="mp4", options={"movflags": "+faststart"}) as copy,
        ):
            if not video.streams.video:
                raise InputError(f"{source} has no pictures: give a video")
            return _encode(video, source, copy)
    except FFmpegError as error:
        raise InputError(f"{source} cannot be copied as a video ({error.strerror}): is it undamaged?") from error


def _encode(video: InputContainer, source: Path, copy: OutputContainer) -> float:
    stream = video.streams.video[0]
    start = Fraction(video.start_time or 0, av.time_base)
    ticks = stream.time_base or Fraction(1, 90_000)
    picture = copy.add_stream(ENCODER, rate=stream.average_rate or 25, options=QUALITY)
    assert isinstance(picture, VideoStream)
    # Odd sizes cannot be encoded with halved colour; the last row or column is scaled away.
    picture.width, picture.height, picture.pix_fmt = stream.width // 2 * 2, stream.height // 2 * 2, "yuv420p"
    context, given = picture.codec_context, stream.codec_context
    context.time_base = ticks
    if stream.sample_aspect_ratio:
        context.sample_aspect_ratio = stream.sample_aspect_ratio
    rgb = given.format is not None and given.format.is_rgb
    for name in ("color_primaries", "color_trc", "colorspace"):
        setattr(context, name, BT709 if rgb else getattr(given, name))
    context.color_range = ColorRange.MPEG
    # The pictures' length is not known before they are decoded; where the sound is longer, players show the last one.
    sound = SoundTrack(copy, source, float((video.duration or 0) / av.time_base) or 3600.0)
    end, last = 0.0, -1
    try:
        for frame in video.decode(stream):
            if frame.rotation:
                raise InputError(f"{source} is stored turned by {frame.rotation} degrees: export it upright")
            time = Fraction(frame.pts or 0) * (frame.time_base or ticks) - start
            stamp = max(last + 1, round(time / ticks))
            changed = frame.reformat(
                picture.width,
                picture.height,
                "yuv420p",
                dst_colorspace=BT709 if rgb else None,
                dst_color_range=ColorRange.MPEG,
            )
            changed.pts, changed.time_base, last = stamp, ticks, stamp
            copy.mux(picture.encode(changed))
            end = float(stamp * ticks)
            sound.encode_until(end)
        copy.mux(picture.encode(None))
        sound.finish()
    finally:
        sound.close()
    if last < 0:
        raise InputError(f"{source} has no pictures that can be decoded: give a video")
    return end + 1 / float(stream.average_rate or 25)


def _videos(folder: Path) -> dict[str, Path]:
    """The videos of a folder by clip name."""
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: give SYSTEM=FOLDER with the system's videos in it")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
            continue
        if path.stem in found:
            raise InputError(f"{path} and {found[path.stem].name} are both the clip {path.stem!r}: remove one")
        found[path.stem] = path
    if not found:
        raise InputError(f"{folder} has no videos ({' '.join(SUFFIXES)})")
    return found


def _listed(names: set[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(sorted(names)[:SHOWN]) + more
