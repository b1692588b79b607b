"""The bad inputs, each drawn from its name: the same on every machine and in every order."""

import io
import json
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from support.fuzzing.mutations import (
    HOSTILE,
    bad_json,
    bomb,
    damaged,
    forged_arrays,
    forged_json,
    forged_pickle,
    forged_safetensors,
    npy_header,
    npz_bytes,
    replaced,
)
from support.fuzzing.originals import Originals

Build = Callable[[Originals, Path, Random], list[str | Path]]
HUGE = 6 << 30  # bytes: more than a command may take


@dataclass(frozen=True)
class Case:
    """A command with bad input.

    Attributes:
        name: Seeds what is random in it.
        build: Writes its files into a folder, and gives the arguments.
        refused: It must be refused; else it may be accepted too, since not every change does harm.
    """

    name: str
    build: Build
    refused: bool = True

    def arguments(self, originals: Originals, folder: Path) -> list[str]:
        """Write the files; the command's arguments."""
        return [str(part) for part in self.build(originals, folder, Random(self.name))]


def _written(path: Path, content: bytes | str) -> Path:
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    path.write_bytes(data)
    return path


def _animate(o: Originals, folder: Path, *more: str | Path) -> list[str | Path]:
    return ["animate", o.wav, "--model", o.weights, "--formats", "npz", "--out", folder / "out", *more]


# Sound


def wav_header(channels: int, rate: int, bits: int, size: int, kind: int = 1, align: int | None = None) -> bytes:
    """A WAV header of anything."""
    align = channels * bits // 8 if align is None else align
    fields = struct.pack("<HHIIHH", kind, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    return (
        b"RIFF"
        + struct.pack("<I", (36 + size) & 0xFFFFFFFF)
        + b"WAVEfmt \x10\0\0\0"
        + fields
        + b"data"
        + struct.pack("<I", size)
    )


def _sound(
    content: Callable[[Originals, Random], bytes], suffix: str, o: Originals, folder: Path, random: Random
) -> list:
    file = _written(folder / f"voice.{suffix}", content(o, random))
    return ["animate", file, "--model", o.weights, "--formats", "npz", "--out", folder / "out"]


def sounds() -> Iterator[Case]:
    """Files with sound."""
    headers = {
        "no channels": wav_header(0, 16000, 16, 1 << 15, align=2),
        "65535 channels": wav_header(65535, 16000, 16, 1 << 15),
        "rate 0": wav_header(1, 0, 16, 1 << 15),
        "rate 1": wav_header(1, 1, 16, 1 << 20),
        "rate 2^32-1": wav_header(1, 2**32 - 1, 16, 1 << 15),
        "0 bits": wav_header(1, 16000, 0, 1 << 15, align=2),
        "7 bits": wav_header(1, 16000, 7, 1 << 15, align=1),
        "255 bits": wav_header(1, 16000, 255, 1 << 15),
        "kind 9999": wav_header(1, 16000, 16, 1 << 15, kind=9999),
        "no samples": wav_header(1, 16000, 16, 0),
    }
    for name, header in headers.items():
        size = struct.unpack("<I", header[-4:])[0]
        build = partial(_sound, lambda o, r, h=header, s=size: h + r.randbytes(s), "wav")
        yield Case(f"sound/header {name}", build, refused=name != "7 bits")  # which are read as 8
    floats = np.tile(np.array([0.1, np.nan, np.inf, -1e38], "<f4"), 4000).tobytes()
    plain = {
        "nan": wav_header(1, 16000, 32, len(floats), kind=3) + floats,
        "empty": b"",
        "one byte": b"R",
        "text": b"this is not a sound\n" * 100,
        "zeros": bytes(100_000),
        "playlist": b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\n/etc/passwd\n",
        "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
        "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x06\0\0\0" + bytes(100),
        "random": Random(1).randbytes(50_000),
        "short": wav_header(1, 16000, 16, 4000) + bytes(4000),
    }
    for name, content in plain.items():
        yield Case(f"sound/{name}", partial(_sound, lambda o, r, c=content: c, "wav"))
    for number in range(48):
        suffix = ("wav", "flac", "mp3", "ogg", "m4a", "webm", "aiff")[number % 7]
        build = partial(_sound, lambda o, r, s=suffix: damaged(o.sounds[s], r), suffix)
        yield Case(f"sound/damaged {suffix} {number}", build, refused=False)


# Options


def options() -> Iterator[Case]:
    """Values of options, of all commands."""

    def of(command: Callable[[Originals, Path], list], *more: str) -> Build:
        return lambda o, folder, random: [*command(o, folder), *more]

    def animate(o: Originals, folder: Path) -> list:
        return _animate(o, folder)

    def retarget(o: Originals, folder: Path) -> list:
        _written(folder / "head.glb", o.avatars["head.glb"])
        return ["retarget", o.motion, folder / "head.glb", "--out", folder / "out.glb"]

    def train(o: Originals, folder: Path) -> list:
        return ["train", o.corpus, "--preset", "debug", "--steps", "1", "--out", folder / "out"]

    def evaluate(o: Originals, folder: Path) -> list:
        return ["evaluate", o.run / "model.safetensors", "--corpus", o.corpus, "--out", folder / "out"]

    def ablate(o: Originals, folder: Path) -> list:
        return ["ablate", o.corpus, "--preset", "debug", "--out", folder / "out"]

    def export(o: Originals, folder: Path) -> list:
        return ["edit", "export", o.project, "--out", folder / "out", "--formats", "npz"]

    def apply(o: Originals, folder: Path) -> list:
        return ["edit", "apply", _written(folder / "scene.ksd", o.project.read_bytes())]

    def analyse(o: Originals, folder: Path) -> list:
        key = _written(folder / "key.json", json.dumps(o.study_key))
        results = [_written(folder / f"{n}.json", json.dumps(o.study_result(n))) for n in range(3)]
        return ["study", "analyse", *results, "--key", key, "--out", folder / "out"]

    def prepare(o: Originals, folder: Path) -> list:
        (folder / "videos").mkdir()
        return ["prepare", folder / "videos", "--out", folder / "out"]

    def web(o: Originals, folder: Path) -> list:
        return ["web", "--out", folder / "out"]

    values = {
        animate: {
            "--fps": ("0", "-25", "nan", "inf", "1e9", "0.5"),
            "--steps": ("0", "-1", "1000000000", "1001"),
            "--head-steps": ("0", "-1", "1001"),
            "--expression-steps": ("0", "nan"),
            "--solver-order": ("0", "3"),
            "--plan": ("", "gird", "[/x]"),
            "--guidance": ("nan", "inf", "-inf", "1e308"),
            "--seed": ("-1", str(2**70), "9" * 400),
            "--head-seed": ("-5", "9" * 400),
            "--expression-seed": ("-5",),
            "--style": ("nobody", "[/x]", "", "x" * 10_000),
            "--formats": ("", "mp5", "[render]", "npz/../x"),
            "--timecode": ("25:00:00:00", "01:02", "99999999999999999999:00:00:00", "[/]", "00:00:00:99"),
            "--model": ("nope", "", ".", "[/x]", "/dev/null", "\udcff\udcfe", "x" * 5000),
            "--keyframes": ("missing.json", ".", "/dev/null"),
            "--emotion": ("", "nobody", "[/x]", "happy:2", "happy:nan", "happy:", "0.5,9", "inf,0", ",", "x" * 10_000),
            "--emotion-file": ("missing.json", ".", "/dev/null"),
            "--text-file": ("missing.txt", ".", "/proc/self/mem"),
            "--onto": ("missing.glb", ".", "head.obj"),
            "--out": ("/proc/nowhere/out", "/dev/null/out", "y" * 300, "/dev/null"),
        },
        retarget: {
            "--fps": ("0", "-1", "nan", "inf", "1e9"),
            "--head-node": ("nothing", "[/x]"),
            "--neck-node": ("Face0",),
            "--out": ("out.txt", "nowhere/out.glb", "/dev/null/x.glb"),
        },
        train: {
            "--threads": ("0", "-1"),
            "--parts": ("0", "-1", "3", "9" * 20),
            "--loaders": ("-1", "257"),
            "--seed": ("-5", "9" * 400),
            "--steps": ("0", "-1"),
            "--batch": ("0", "-3"),
            "--preset": ("huge", "[/x]"),
            "--ablation": ("nothing", "[/x]"),
            "--first-stage-of": ("nope", ".", "[/x]", "/dev/null"),
            "--init": ("nope", ".", "[/x]", "/dev/null"),
            "--only": ("legs", "head"),
            "--set": ("nothing", "[/x]=1", "dropout=", "dropout=nan", "learning_rate=-1", "hidden_dim=1e99"),
            "--minutes": ("-1", "nan"),
            "--out": ("/proc/nowhere", "/dev/null"),
        },
        evaluate: {
            "--samples": ("0", "-1", "100"),
            "--steps": ("0", "-1"),
            "--guidance": ("nan",),
            "--temperature": ("nan", "-1"),
            "--players": ("-1",),
            "--expert": ("missing.safetensors", "."),
            "--split": ("nothing",),
        },
        ablate: {
            "--folds": ("0", "1", "-3", "1000"), "--fold": ("99", "-1"), "--rows": ("nothing", "[/x]"),
            "--ray": ("nonsense",),
        },
        export: {"--fps": ("0", "nan", "1e9"), "--take": ("nothing", "[/x]"), "--audio": ("missing.wav", ".")},
        apply: {
            "--edit": ("", "nothing", "add_keyframe", "add_keyframe path=head", "add_keyframe path=head time=nan",
                       "add_keyframe path=head time=1e400", "move_keyframe path=tail time=1 to=2",
                       "set_pose a.b.c=1 a=2", "set_layers changes.gains.brows=Infinity",
                       "pin path=head start=3 end=1", "=", "edit=x", f"set_sampling path=head seed={'9' * 400}",
                       "add_take name=[/x] from=nothing"),
            "--model": ("nope",),
        },
        analyse: {"--consistency": ("nan", "-1"), "--seed": ("-1",), "--key": ("missing.json", ".")},
        web: {
            "--model": ("nope", "", ".", "[/x]", "/dev/null", "x" * 5000),
            "--package": ("missing", ".", "/dev/null", "[/x]"),
            "--out": ("/proc/nowhere/out", "/dev/null/out", "y" * 300),
        },
        prepare: {
            "--workers": ("0", "-1", "257"), "--encoder": ("nothing", "wav2vec2:"), "--facegood": ("missing",),
            "--patience": ("0", "nan", "-1", "1e9"), "--ray": ("127.0.0.1:1", "nonsense"),
        },
    }  # fmt: skip
    for command, of_option in values.items():
        for option, bad in of_option.items():
            for value in bad:
                yield Case(f"option/{command.__name__} {option} {value[:40]!r}", of(command, option, value))
    alone = (
        (), ("nothing",), ("animate",), ("animate", "missing.wav", "--out", "out"), ("animate", ".", "--out", "out"),
        ("animate", "[/x].wav", "--out", "out"), ("animate", "\udcff.wav", "--out", "out"),
        ("animate", "n" * 300, "--out", "o"), ("prepare", "missing", "--out", "out"),
        ("edit", "show", "missing.ksd"), ("edit", "show", "."), ("edit", "new", "missing.wav", "--out", "x.ksd"),
        ("convert", "missing.npz", "--flame", "a", "--landmarks", "b", "--out", "out"),
        ("prepare", "--out", "out"), ("corpus", "check", "missing"), ("corpus", "check", "."),
        ("corpus", "merge", "--out", "out"), ("corpus", "merge", ".", "--out", "out"),
        ("corpus", "merge", "missing", "--out", "out", "--shard-mb", "0"),
        ("corpus", "split", "missing", "--out", "out", "--parts", "1"), ("corpus", "stats", "missing", "--out", "out"),
        ("corpus", "cut", "missing", "missing", "--out", "out"), ("corpus", "cut", ".", ".", "--out", "out"),
        ("corpus", "cut", ".", ".", "--out", "out", "--recipe", "voxceleb2", "--workers", "0"),
        ("train", "missing", "--out", "out"), ("train", ".", "--out", "out"),
        ("evaluate", "base", "--corpus", "missing", "--out", "out"), ("ablate", "missing", "--out", "out"),
        ("study", "make", "--out", "out"), ("study", "make", "a=missing", "b=missing", "--out", "out"),
        ("study", "make", "a", "b", "--out", "out"), ("study", "make", "a=x", "a=y", "--out", "out"),
        ("study", "analyse", "missing", "--key", "missing", "--out", "out"), ("studio", "--port", "99999"),
        ("studio", "--port", "-1"), ("studio", "--model", "nope", "--no-browser", "--port", "0", "--state", "state"),
        ("studio", "--state", "/dev/null", "--no-browser", "--port", "0"),
        ("serve", "--port", "99999"), ("serve", "--host", "0.0.0.0", "--port", "0"),
        ("serve", "--model", "nope", "--port", "0"), ("serve", "--token-file", "missing"),
        ("serve", "--live-link", "127.0.0.1:x", "--port", "0"), ("serve", "--max-sessions", "0"),
        ("web",), ("web", "nothing"),
        ("doctor", "nothing"), ("doctor", "--json", "maybe"), ("doctor", "--quick=[/x]"), ("doctor", "--speed"),
    )  # fmt: skip
    for arguments in alone:
        name = " ".join(part[:30] for part in arguments)
        yield Case(f"option/{name!r}", lambda o, folder, random, a=arguments: list(a))


# Files that hold JSON


def _keyframes(content: Callable[[dict, Random], str | bytes], o: Originals, folder: Path, random: Random) -> list:
    return _animate(o, folder, "--keyframes", _written(folder / "keyframes.json", content(o.keyframes, random)))


def keyframes() -> Iterator[Case]:
    """Keyframe files."""
    for number, text in enumerate(bad_json('{"version": 1, "head": []}')):
        yield Case(f"keyframes/text {number}", partial(_keyframes, lambda good, r, t=text: t))
    yield Case("keyframes/bytes", partial(_keyframes, lambda good, r: b"\xff\xfe\x00"))
    for number, value in enumerate(HOSTILE):
        if value in (0, 0.5, 5e-324) and not isinstance(value, bool):
            continue
        entry = {"version": 1, "head": [{"time": value, "strength": 0.5}]}
        text = json.dumps(entry).replace(json.dumps("\ue000deep"), "[" * 50_000 + "]" * 50_000)
        yield Case(f"keyframes/time {number}", partial(_keyframes, lambda good, r, t=text: t))
    for number in range(12):
        yield Case(f"keyframes/forged {number}", partial(_keyframes, forged_json), refused=False)


def _emotions(
    suffix: str, content: Callable[[dict, Random], str | bytes], o: Originals, folder: Path, random: Random
) -> list:
    return _animate(o, folder, "--emotion-file", _written(folder / f"emotions{suffix}", content(o.emotions, random)))


def emotions() -> Iterator[Case]:
    """Emotion files."""
    for number, text in enumerate(bad_json('{"version": 1, "points": []}')):
        yield Case(f"emotions/text {number}", partial(_emotions, ".json", lambda good, r, t=text: t))
    yield Case("emotions/bytes", partial(_emotions, ".csv", lambda good, r: b"\xff\xfe\x00"))
    for number, value in enumerate(HOSTILE):
        if isinstance(value, int | float | str):
            entry = json.dumps({"version": 1, "points": [{"time": 0.1, "emotion": value}]})
            yield Case(f"emotions/name {number}", partial(_emotions, ".json", lambda good, r, t=entry: t))
    for number, text in enumerate(("time,emotion\n1", "a,b\n1,2", "time,emotion\nx,happy", 'time,emotion\n"1,happy')):
        yield Case(f"emotions/csv {number}", partial(_emotions, ".csv", lambda good, r, t=text: t))
    for number in range(12):
        yield Case(f"emotions/forged {number}", partial(_emotions, ".json", forged_json), refused=False)


def _edits(content: Callable[[list, Random], str | bytes], o: Originals, folder: Path, random: Random) -> list:
    project = _written(folder / "scene.ksd", o.project.read_bytes())
    return ["edit", "apply", project, _written(folder / "edits.json", content(o.edits, random))]


def edits() -> Iterator[Case]:
    """Lists of edits."""
    for number, text in enumerate(bad_json('[{"edit": "add_keyframe"}]')):
        if text != "[]":
            yield Case(f"edits/text {number}", partial(_edits, lambda good, r, t=text: t))
    for number in range(36):
        yield Case(
            f"edits/forged {number}", partial(_edits, lambda good, r: forged_json([r.choice(good)], r)), refused=False
        )


def _study(
    part: str, content: Callable[[dict, Random], str | bytes], o: Originals, folder: Path, random: Random
) -> list:
    results = [_written(folder / f"{n}.json", json.dumps(o.study_result(n))) for n in range(2)]
    key = _written(folder / "key.json", json.dumps(o.study_key))
    if part == "key":
        _written(key, content(o.study_key, random))
    else:
        _written(results[0], content(o.study_result(0), random))
    return ["study", "analyse", *results, "--key", key, "--out", folder / "out"]


def studies() -> Iterator[Case]:
    """Keys of a study and what raters sent."""
    for part in ("key", "result"):
        for number, text in enumerate(bad_json('{"format": "ksdiff-study-key"}')):
            yield Case(f"study/{part} text {number}", partial(_study, part, lambda good, r, t=text: t))
        for number in range(14):
            yield Case(f"study/{part} forged {number}", partial(_study, part, forged_json), refused=False)


# Arrays


def _arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as data:
        return dict(data)


def _forged_meta(arrays: dict[str, np.ndarray], random: Random) -> dict[str, np.ndarray]:
    return arrays | {"meta": np.array(forged_json(json.loads(str(arrays["meta"])), random))}


def _motion(content: Callable[[bytes, Random], bytes], o: Originals, folder: Path, random: Random) -> list:
    _written(folder / "head.glb", o.avatars["head.glb"])
    motion = _written(folder / "motion.npz", content(o.motion.read_bytes(), random))
    return ["retarget", motion, folder / "head.glb", "--out", folder / "out.glb"]


def _members(data: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(data)) as arrays:
        return dict(arrays)


def motions() -> Iterator[Case]:
    """Motion files."""
    for number in range(16):
        yield Case(f"motion/damaged {number}", partial(_motion, damaged), refused=False)
        build = partial(_motion, lambda data, r: npz_bytes(forged_arrays(_members(data), r)))
        yield Case(f"motion/array {number}", build, refused=False)
        build = partial(_motion, lambda data, r: npz_bytes(_forged_meta(_members(data), r)))
        yield Case(f"motion/meta {number}", build, refused=False)
    for fps in (0, -25, float("nan"), float("inf"), 1e300, 5e-324):
        build = partial(_motion, lambda data, r, f=fps: npz_bytes(_members(data) | {"fps": np.float64(f)}))
        yield Case(f"motion/fps {fps}", build)
    for shape in ((10**12, 51), (2**62, 51), (0, 51), (-1, 51)):
        build = partial(_motion, lambda data, r, s=shape: replaced(data, "expression.npy", npy_header(s) + bytes(1000)))
        yield Case(f"motion/shape {shape}", build)
    header = npy_header((HUGE // 51 // 4, 51))
    yield Case("motion/bomb", partial(_motion, lambda data, r: bomb(data, "expression.npy", header, HUGE)))


def _portrait(o: Originals, folder: Path, photo: str | Path, *more: str | Path) -> list[str | Path]:
    return ["portrait", photo, "--motion", o.motion, "--size", "64", "--out", folder / "talk.mp4", *more]


def _photo(suffix: str, content: Callable[[bytes, Random], bytes], o: Originals, folder: Path, random: Random) -> list:
    return _portrait(o, folder, _written(folder / f"photo{suffix}", content(o.photos[suffix], random)))


def photos() -> Iterator[Case]:
    """Photos for ``ksdiff portrait``, and its options."""
    for suffix in (".jpg", ".png", ".webp", ".tiff", ".gif"):
        for number in range(8):
            yield Case(f"photo/damaged {suffix} {number}", partial(_photo, suffix, damaged), refused=False)
    for name, content in (
        ("empty", b""), ("text", b"a photo"), ("jpeg header", b"\xff\xd8\xff\xe0"), ("svg", b"<svg/>"),
        ("png bomb", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\x08\2\0\0\0" + bytes(20)),
    ):  # fmt: skip
        yield Case(f"photo/{name}", partial(_photo, ".png", lambda data, r, c=content: c))
    for name in ("nobody", "two", "small", "folder"):
        yield Case(f"photo/{name}", lambda o, folder, random, n=name: _portrait(o, folder, o.bad_photos[n]))
    for number, more in enumerate(
        (
            ("--size", "0"), ("--size", "63"), ("--size", "1e9"), ("--size", "-64"), ("--background", "green"),
            ("--watermark", ""), ("--watermark", "x" * 1000), ("--framing", "feet"), ("--out", "talk.gif"),
            ("--out", "/proc/talk.mp4"), ("--motion", "none.npz"), ("--fps", "nan"), ("--emotion", "angryish"),
        )
    ):  # fmt: skip
        yield Case(
            f"photo/option {number} {' '.join(more)[:30]}",
            lambda o, folder, random, m=more: _portrait(o, folder, _written(folder / "a.jpg", o.photos[".jpg"]), *m),
        )


def _liveportrait(
    suffix: str, content: Callable[[bytes, Random], bytes], o: Originals, folder: Path, random: Random
) -> list:
    """One of the networks' files is bad; random which."""
    shutil.copytree(o.liveportrait[suffix], folder / "weights")
    files = sorted((folder / "weights").rglob(f"*{suffix}"))
    bad = random.choice(files)
    bad.write_bytes(content(bad.read_bytes(), random))
    if random.random() < 0.5 and suffix != ".onnx":
        return ["convert-liveportrait", folder / "weights", "--out", folder / "out"]
    return _neural(o, folder, "--weights", folder / "weights")


def _neural(o: Originals, folder: Path, *more: str | Path) -> list[str | Path]:
    return _portrait(o, folder, _written(folder / "a.jpg", o.photos[".jpg"]), "--renderer", "liveportrait", *more)


def liveportrait() -> Iterator[Case]:
    """Folders of LivePortrait's weights. The good ones are refused, too: they are smaller than the published."""
    for suffix in (".pth", ".safetensors", ".onnx"):
        for number in range(8):
            yield Case(f"liveportrait/damaged {suffix} {number}", partial(_liveportrait, suffix, damaged))
        yield Case(f"liveportrait/small {suffix}", partial(_liveportrait, suffix, lambda data, r: data))
        yield Case(f"liveportrait/empty {suffix}", partial(_liveportrait, suffix, lambda data, r: b""))
    for number in range(6):
        yield Case(f"liveportrait/header {number}", partial(_liveportrait, ".safetensors", forged_safetensors))
    for number, more in enumerate(
        (
            (), ("--weights", "missing"), ("--weights", "."), ("--weights", "/dev/null"), ("--weights", "x" * 300),
            ("--weights", ".", "--out", "talk.html"), ("--weights", ".", "--out", "face.glb"),
            ("--weights", ".", "--device", "[/x]"), ("--renderer", "nothing"), ("--renderer", "head", "--weights", "."),
        )
    ):  # fmt: skip
        yield Case(f"liveportrait/option {number}", lambda o, folder, random, m=more: _neural(o, folder, *m))
    for number, arguments in enumerate(
        (("missing", "--out", "out"), (".", "--out", "out"), ("/dev/null", "--out", "out"), (".",), ("--out", "out"))
    ):
        yield Case(
            f"liveportrait/convert {number}", lambda o, folder, random, a=arguments: ["convert-liveportrait", *a]
        )


def _weights(content: Callable[[bytes, Random], bytes], o: Originals, folder: Path, random: Random) -> list:
    path = _written(folder / "weights.safetensors", content(o.weights.read_bytes(), random))
    return ["animate", o.wav, "--model", path, "--formats", "npz", "--out", folder / "out"]


def _in_header(data: bytes, change: Callable[[dict], None]) -> bytes:
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    inner = json.loads(header["__metadata__"]["ksdiff"])
    change(inner)
    header["__metadata__"]["ksdiff"] = json.dumps(inner)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def weights() -> Iterator[Case]:
    """Checkpoints."""
    for number in range(12):
        yield Case(f"weights/damaged {number}", partial(_weights, damaged), refused=False)
    for number in range(36):
        yield Case(f"weights/header {number}", partial(_weights, forged_safetensors), refused=False)
    for name in ("format", "space", "encoder", "styles", "config"):
        for value in (None, 3, "x", [], {}, [1]):
            if (name, value) == ("styles", []):
                continue

            def change(inner: dict, name: str = name, value: object = value) -> None:
                inner[name] = value

            yield Case(f"weights/{name} {value}", partial(_weights, lambda data, r, c=change: _in_header(data, c)))

    def grow(inner: dict) -> None:
        inner["config"] = {key: value * 1000 if type(value) is int else value for key, value in inner["config"].items()}

    yield Case("weights/grown", partial(_weights, lambda data, r: _in_header(data, grow)))


# Corpora and runs


def _copied(source: Path, target: Path) -> Path:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return target


def _train(corpus: Path, out: Path) -> list[str | Path]:
    return ["train", corpus, "--out", out, "--preset", "debug", "--batch", "2", "--minutes", "1e-6"]


def _corpus(
    part: str, content: Callable[[bytes, Random], bytes | str | None], o: Originals, folder: Path, random: Random
) -> list:
    corpus = _copied(o.corpus, folder / "corpus")
    path = corpus / part
    changed = content(path.read_bytes(), random)
    if changed is None:
        path.unlink()
    else:
        _written(path, changed)
    return _train(corpus, folder / "out")


def corpora() -> Iterator[Case]:
    """Corpora."""
    clip = "clips/speaker1__clip"

    def json_of(data: bytes, random: Random) -> str:
        return forged_json(json.loads(data), random)

    def arrays_of(data: bytes, random: Random) -> bytes:
        return npz_bytes(forged_arrays(_members(data), random))

    for number in range(12):
        yield Case(f"corpus/header {number}", partial(_corpus, "corpus.json", json_of), refused=False)
        yield Case(f"corpus/array {number}", partial(_corpus, f"{clip}.npz", arrays_of), refused=False)
    for number in range(6):
        yield Case(f"corpus/about {number}", partial(_corpus, f"{clip}.json", json_of), refused=False)
        yield Case(f"corpus/damaged {number}", partial(_corpus, f"{clip}.npz", damaged), refused=False)
    for number, text in enumerate(bad_json('{"version": 1}')):
        yield Case(f"corpus/text {number}", partial(_corpus, "corpus.json", lambda data, r, t=text: t))
    for part in ("corpus.json", f"{clip}.npz", f"{clip}.json"):
        yield Case(f"corpus/without {part}", partial(_corpus, part, lambda data, r: None))
    header = npy_header((HUGE // 51 // 4, 51))
    yield Case(
        "corpus/bomb", partial(_corpus, f"{clip}.npz", lambda data, r: bomb(data, "expression.npy", header, HUGE))
    )


def _run(
    part: str, content: Callable[[bytes, Random], bytes | str], o: Originals, folder: Path, random: Random
) -> list:
    run = _copied(o.run, folder / "run")
    _written(run / part, content((run / part).read_bytes(), random))
    return _train(o.corpus, run)


def runs() -> Iterator[Case]:
    """States of a training."""
    state = "state.safetensors"
    for number in range(8):
        yield Case(f"run/damaged {number}", partial(_run, state, damaged), refused=False)
    for number in range(12):
        yield Case(f"run/header {number}", partial(_run, state, forged_safetensors), refused=False)
    for name, content in {"empty": b"", "text": b"state", "zeros": bytes(10_000)}.items():
        yield Case(f"run/{name}", partial(_run, state, lambda data, r, c=content: c))


# Projects


def _project(content: Callable[[bytes, Random], bytes], o: Originals, folder: Path, random: Random) -> list:
    project = _written(folder / "scene.ksd", content(o.project.read_bytes(), random))
    verb = random.choice(("show", "export", "apply"))
    more = {
        "show": [],
        "export": ["--formats", "npz", "--out", folder / "out"],
        "apply": ["--edit", "add_keyframe path=head time=0.4 strength=0.5"],
    }
    return ["edit", verb, project, *more[verb]]


def _inside(data: bytes, part: str, change: Callable[[bytes, Random], bytes | str], random: Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        changed = change(archive.read(part), random)
    return replaced(data, part, changed if isinstance(changed, bytes) else changed.encode("utf-8", "surrogatepass"))


def projects() -> Iterator[Case]:
    """Project files."""

    def json_of(data: bytes, random: Random) -> str:
        return forged_json(json.loads(data), random)

    def arrays_of(data: bytes, random: Random) -> bytes:
        return npz_bytes(forged_arrays(_members(data), random))

    changes = {"project.json": json_of, "motion.npz": arrays_of, "sound.flac": damaged}
    for number in range(14):
        yield Case(f"project/damaged {number}", partial(_project, damaged), refused=False)
        for part, change in changes.items():
            build = partial(_project, lambda data, r, p=part, c=change: _inside(data, p, c, r))
            yield Case(f"project/{part} {number}", build, refused=False)
    for part in changes:
        yield Case(f"project/without {part}", partial(_project, lambda data, r, p=part: replaced(data, p, None)))
        yield Case(f"project/bomb {part}", partial(_project, lambda data, r, p=part: bomb(data, p, b"{", HUGE)))
    for number, text in enumerate(bad_json('{"format": "ksdiff-project", "version": 1}')):
        build = partial(_project, lambda data, r, t=text: replaced(data, "project.json", t.encode()))
        yield Case(f"project/text {number}", build)


# Other people's heads


def _avatar(name: str, content: Callable[[bytes, Random], bytes], o: Originals, folder: Path, random: Random) -> list:
    head = _written(folder / name, content(o.avatars[name], random))
    return ["retarget", o.motion, head, "--out", folder / f"out{head.suffix}"]


def _forged_glb(data: bytes, random: Random) -> bytes:
    length = struct.unpack_from("<I", data, 12)[0]
    text = forged_json(json.loads(data[20 : 20 + length]), random).encode("utf-8", "surrogatepass")
    text += b" " * (-len(text) % 4)
    rest = data[20 + length :]
    return (
        data[:8] + struct.pack("<I", 20 + len(text) + len(rest)) + struct.pack("<I4s", len(text), b"JSON") + text + rest
    )


def avatars() -> Iterator[Case]:
    """GLB and VRM files."""
    for name in ("head.glb", "new.vrm", "old.vrm"):
        for number in range(14):
            yield Case(f"avatar/{name} forged {number}", partial(_avatar, name, _forged_glb), refused=False)
        for number in range(5):
            yield Case(f"avatar/{name} damaged {number}", partial(_avatar, name, damaged), refused=False)
    for number, content in enumerate((b"", b"glTF", b"glTF" + b"\xff" * 100, b"{}", bytes(1000))):
        yield Case(f"avatar/no glTF {number}", partial(_avatar, "head.glb", lambda data, r, c=content: c))


# FLAME and DECA


def _flame(
    part: str, suffix: str, content: Callable[[dict, Random], bytes], o: Originals, folder: Path, random: Random
) -> list:
    good = {"flame": o.flame, "landmarks": o.landmarks}
    files = {name: _written(folder / f"{name}.npz", npz_bytes(value)) for name, value in good.items()}
    files[part] = _written(folder / f"bad{suffix}", content(good[part], random))
    flags = ["--flame", files["flame"], "--landmarks", files["landmarks"]]
    return ["convert", o.motion, *flags, "--formats", "npz", "--out", folder / "out"]


def _deca(suffix: str, content: Callable[[dict, Random], bytes], o: Originals, folder: Path, random: Random) -> list:
    (folder / "deca").mkdir()
    _written(folder / f"deca/clip{suffix}", content(o.deca, random))
    (folder / "deca/clip.wav").write_bytes(o.clip.read_bytes())
    return [
        "prepare",
        folder / "deca",
        "--deca",
        folder / "deca",
        "--fps",
        "25",
        "--no-transcribe",
        "--out",
        folder / "out",
    ]


def pickles() -> Iterator[Case]:
    """FLAME models, landmarks on them and DECA's output, as pickles and as npz."""

    def arrays_of(good: dict, random: Random) -> bytes:
        return npz_bytes(forged_arrays(good, random))

    for part in ("flame", "landmarks"):
        for number in range(10):
            yield Case(f"pickle/{part} {number}", partial(_flame, part, ".pkl", forged_pickle), refused=False)
            yield Case(f"pickle/{part} npz {number}", partial(_flame, part, ".npz", arrays_of), refused=False)
    for number in range(4):
        yield Case(f"pickle/deca {number}", partial(_deca, ".pkl", forged_pickle), refused=False)
        yield Case(f"pickle/deca npz {number}", partial(_deca, ".npz", arrays_of), refused=False)


KINDS = {
    kind.__name__: tuple(kind())
    for kind in (
        sounds,
        options,
        keyframes,
        emotions,
        edits,
        studies,
        motions,
        photos,
        liveportrait,
        weights,
        corpora,
        runs,
        projects,
        avatars,
        pickles,
    )
}


def _same(data: Any, random: Random) -> Any:
    return data


def _as_json(data: Any, random: Random) -> str:
    return json.dumps(data)


def _as_npz(data: dict, random: Random) -> bytes:
    return npz_bytes(data)


# What the bad inputs are made from, which must be accepted: else they might be refused for another reason.
GOOD = (
    *(
        Case(f"good/sound {s}", partial(_sound, lambda o, r, s=s: o.sounds[s], s))
        for s in ("wav", "flac", "ogg", "m4a")
    ),
    Case("good/keyframes", partial(_keyframes, _as_json)),
    Case("good/emotions", partial(_emotions, ".json", _as_json)),
    Case("good/edits", partial(_edits, _as_json)),
    Case("good/study", partial(_study, "key", _as_json)),
    *(Case(f"good/photo {suffix}", partial(_photo, suffix, _same)) for suffix in (".jpg", ".png", ".webp", ".tiff")),
    Case("good/motion", partial(_motion, _same)),
    Case("good/weights", partial(_weights, _same)),
    Case("good/corpus", partial(_corpus, "corpus.json", _same)),
    Case("good/run", partial(_run, "config.json", _same)),
    Case("good/project", partial(_project, _same)),
    *(Case(f"good/{name}", partial(_avatar, name, _same)) for name in ("head.glb", "new.vrm", "old.vrm")),
    Case("good/flame", partial(_flame, "flame", ".npz", _as_npz)),
    Case("good/landmarks", partial(_flame, "landmarks", ".npz", _as_npz)),
    Case("good/deca", partial(_deca, ".npz", _as_npz)),
    Case("good/doctor", lambda o, folder, random: ["doctor", "--quick"]),
)
