"""The good files that bad ones are made from, each made once and when it is first needed."""

import os
import subprocess
import sys
import wave
from functools import cached_property
from pathlib import Path

import av
import numpy as np
from PIL import Image

from ksdiff.face.flame_arkit import CHIN, IBUG_51
from ksdiff.liveportrait.convert import convert
from ksdiff.study.design import CRITERIA
from support.avatars import vrm_0, vrm_1, write_glb_avatar
from support.checkpoints import save_untrained
from support.corpora import make_corpus
from support.flames import flame_of_head
from support.liveportrait import SMALL, save_published, save_safetensors
from support.portraits import pixels_of
from support.synthetic import synthetic_motion, synthetic_sound

SHAPES = ("jawOpen", "mouthClose", "eyeBlinkLeft", "eyeBlinkRight", "unknown")
SECONDS = 0.6
LANDMARKS = np.array((*IBUG_51, *CHIN))


def command(*arguments: str | Path) -> None:
    """Run ``ksdiff`` in a process of its own, without the shape checks of the tests."""
    subprocess.run(
        [sys.executable, "-m", "ksdiff.cli", *map(str, arguments)],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def write_wav(path: Path, seconds: float) -> Path:
    """Write a sound, 16 kHz and 16 bit."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes((synthetic_sound(seconds) * 32767).astype("<i2").tobytes())
    return path


class Originals:
    """Good files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def wav(self) -> Path:
        return write_wav(self.folder / "voice.wav", SECONDS)

    @cached_property
    def clip(self) -> Path:
        """The sound of `deca`."""
        return write_wav(self.folder / "clip.wav", 2 * SECONDS)

    @cached_property
    def liveportrait(self) -> dict[str, Path]:
        """Folders of small random weights of LivePortrait's networks, by the suffix of their files."""
        folders = {suffix: self.folder / f"liveportrait{suffix}" for suffix in (".pth", ".safetensors", ".onnx")}
        save_published(folders[".pth"])
        save_safetensors(folders[".safetensors"])
        convert(folders[".safetensors"], folders[".onnx"], onnx=True, settings=SMALL)
        return folders

    @cached_property
    def sounds(self) -> dict[str, bytes]:
        """Content of sound files by suffix."""
        codecs = {
            "flac": "flac",
            "mp3": "mp3",
            "ogg": "libopus",
            "m4a": "aac",
            "webm": "libopus",
            "aiff": "pcm_s16be",
        }
        contents = {"wav": self.wav.read_bytes()}
        samples = synthetic_sound(SECONDS)
        for suffix, codec in codecs.items():
            path = self.folder / f"voice.{suffix}"
            rate = 48000 if codec == "libopus" else 16000
            with av.open(str(path), "w") as container:
                stream = container.add_stream(codec, rate=rate, layout="mono")
                frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
                frame.sample_rate = 16000
                resampler = av.AudioResampler(stream.format, "mono", rate, frame_size=stream.codec_context.frame_size)
                for part in [*resampler.resample(frame), *resampler.resample(None)]:
                    container.mux(stream.encode(part))
                container.mux(stream.encode(None))
            contents[suffix] = path.read_bytes()
        return contents

    @cached_property
    def weights(self) -> Path:
        return save_untrained(self.folder / "weights.safetensors")

    @cached_property
    def motion(self) -> Path:
        path = self.folder / "motion.npz"
        synthetic_motion(SECONDS).save(path)
        return path

    @cached_property
    def photos(self) -> dict[str, bytes]:
        """Content of photos by suffix."""
        contents = {}
        for suffix in (".jpg", ".png", ".webp", ".tiff", ".gif"):
            path = self.folder / f"photo{suffix}"
            Image.fromarray(pixels_of("render_1")).resize((408, 576)).save(path)
            contents[suffix] = path.read_bytes()
        return contents

    @cached_property
    def bad_photos(self) -> dict[str, Path]:
        """Photos that show no face, two, a small one; and a folder."""
        face = Image.fromarray(pixels_of("render_1"))
        pictures = {
            "nobody": Image.new("RGB", (500, 500), (120, 130, 140)),
            "two": Image.fromarray(np.hstack([np.asarray(face)] * 2)),
            "small": face.resize((170, 240)),
        }
        for name, picture in pictures.items():
            picture.save(self.folder / f"{name}.png")
        return {name: self.folder / f"{name}.png" for name in pictures} | {"folder": self.folder}

    @cached_property
    def project(self) -> Path:
        path = self.folder / "scene.ksd"
        command("edit", "new", self.wav, "--out", path, "--model", self.weights)
        edits = ("pin path=expression start=0.5 end=0.56", "set_layers changes.gains.brows=1.5")
        command("edit", "apply", path, "--edit", *edits)
        return path

    @cached_property
    def edits(self) -> list[dict]:
        """Edits of `project`."""
        return [
            {"edit": "add_keyframe", "path": "head", "time": 0.2, "strength": 0.9},
            {"edit": "move_keyframe", "path": "head", "time": 0.2, "to": 0.3},
            {"edit": "set_pose", "path": "head", "time": 0.3, "pose": {"rotationY": 0.2}},
            {"edit": "set_layers", "changes": {"gains": {"brows": 1.5}}},
            {"edit": "set_words", "words": [{"text": "hello", "start": 0.1, "end": 0.4}], "phones": []},
            {"edit": "set_emotion", "start": 0.1, "end": 0.4, "emotion": "happy", "intensity": 0.5},
            {"edit": "add_vocalization", "sound": "cough", "start": 0.2, "end": 0.5},
            {"edit": "pin", "path": "head", "start": 0.1, "end": 0.2},
        ]

    @cached_property
    def emotions(self) -> dict:
        """An emotion file for `wav`."""
        return {
            "version": 1,
            "points": [{"time": 0.1, "emotion": "calm"}, {"time": 0.4, "valence": 0.5, "arousal": -0.1}],
            "ranges": [{"start": 0.2, "end": 0.3, "emotion": "afraid", "intensity": 0.4, "onset": 0.1, "seed": 3}],
        }

    @cached_property
    def keyframes(self) -> dict:
        """A keyframe file for `wav`."""
        return {
            "version": 1,
            "fps": 25,
            "expression": [{"time": 0.2, "strength": 0.8}, {"time": 0.44, "strength": 0.3}],
            "head": [{"time": 0.4, "strength": 1.0}],
        }

    @cached_property
    def avatars(self) -> dict[str, bytes]:
        """Content of heads by name."""
        heads = {
            "head.glb": {},
            "new.vrm": {"extensions": vrm_1({"aa": {0: 1.0}, "blink": {2: 1.0, 3: 0.5}}, {"mine": {1: 0.5}})},
            "old.vrm": {"extensions": vrm_0([("A", "a", {0: 100}), ("Own", "unknown", {1: 9})])},
        }
        return {name: write_glb_avatar(self.folder / name, SHAPES, **more).read_bytes() for name, more in heads.items()}

    @cached_property
    def corpus(self) -> Path:
        return make_corpus(self.folder / "corpus", speakers=4, seconds=2.0)

    @cached_property
    def run(self) -> Path:
        """A training that was stopped after its first step."""
        run = self.folder / "run"
        command("train", self.corpus, "--out", run, "--preset", "debug", "--batch", "2", "--minutes", "1e-6")
        return run

    @cached_property
    def flame(self) -> dict:
        """Entries of a FLAME file."""
        return flame_of_head(LANDMARKS)[0]

    @cached_property
    def landmarks(self) -> dict:
        """Entries of a file of landmarks on it."""
        _, triangles, weights = flame_of_head(LANDMARKS)
        return {"landmark_indices": LANDMARKS, "lmk_face_idx": triangles, "lmk_b_coords": weights}

    @cached_property
    def deca(self) -> dict:
        """What DECA might have found in a video."""
        random = np.random.default_rng(0)
        widths = {"exp": 50, "pose": 6, "cam": 3, "shape": 100}
        return {name: (0.1 * random.standard_normal((30, width)) + (name == "cam")) for name, width in widths.items()}

    @cached_property
    def study_key(self) -> dict:
        systems, clips = "ab", "xyz"
        videos = {
            f"{system}{clip}".encode().hex(): {"system": system, "clip": clip, "seconds": 2.0}
            for system in systems
            for clip in clips
        }
        return {
            "format": "ksdiff-study-key", "version": 1, "study": "s1", "title": "Faces", "seed": 1,
            "systems": list(systems), "repeats": 1, "videos": videos, "sessions": [[*videos, next(iter(videos))]] * 2,
        }  # fmt: skip

    def study_result(self, number: int) -> dict:
        """What a rater sent."""
        return {
            "format": "ksdiff-study-result", "version": 1, "study": "s1", "id": str(number), "session": number % 2,
            "rater": str(number),
            "trials": [
                {"video": video, "ratings": {criterion.name: 1 + (at + number) % 5 for criterion in CRITERIA}}
                for at, video in enumerate(self.study_key["sessions"][0])
            ],
        }  # fmt: skip
