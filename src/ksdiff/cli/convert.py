"""``ksdiff convert``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ksdiff.cli.console import Positional, note, say, stages


@dataclass
class Convert:
    """Turn FLAME motion into ARKit weights, or back, with a FLAME model of your own."""

    motion: Positional
    """motion.npz that ksdiff wrote."""
    out: Path
    """Folder for the results."""
    flame: Path
    """FLAME model: generic_model.pkl, flame2023.pkl, or npz."""
    landmarks: Path
    """Landmarks on it: mediapipe_landmark_embedding.npz, or DECA's landmark_embedding.npy."""
    to: Literal["arkit", "flame", "flame-jaw"] | None = None
    """Space of the result; arkit from FLAME and flame-jaw from ARKit if not given."""
    audio: Path | None = None
    """Its sound, for previews."""
    formats: tuple[str, ...] | None = None
    """Formats to write, as for animate."""
    ridge: float = 0.01
    """How strongly small weights are preferred."""

    def run(self) -> None:
        """Convert and write."""
        import numpy as np

        from ksdiff.errors import InputError
        from ksdiff.face.flame import load_flame
        from ksdiff.face.flame_arkit import Bridge, by_landmarks, load_landmarks
        from ksdiff.files import check_folder, make_folder, refuse_overwriting
        from ksdiff.motion import Motion
        from ksdiff.motion.space import ARKIT, FLAME_JAW, get_space
        from ksdiff.output.flame_convert import convert
        from ksdiff.output.formats import Sound, check_available, output_files, write_outputs
        from ksdiff.speech.audio import SAMPLE_RATE, load

        if not self.ridge > 0:
            raise InputError(f"ridge is {self.ridge}; it must be positive, such as 0.01")
        check_available(self.formats or ())
        inputs = (self.motion, self.flame, self.landmarks, self.audio)
        refuse_overwriting(inputs, output_files(self.out, self.formats))
        check_folder(self.out)
        motion = Motion.load(self.motion)
        space = get_space(self.to) if self.to else FLAME_JAW if motion.space == ARKIT else ARKIT
        with stages() as stage:
            stage("FLAME", 0.0)
            model = load_flame(self.flame)
            bridge = Bridge(model, by_landmarks(model, load_landmarks(self.landmarks)))
            stage("fit", 0.2)
            converted, misfit = convert(motion, bridge, space, self.ridge)
            silence = np.zeros(max(1, round(motion.duration * SAMPLE_RATE)), dtype=np.float32)
            sound = Sound(self.audio, load(self.audio) if self.audio else silence)
            make_folder(self.out)
            written, missing = write_outputs(converted, self.out, sound, self.formats, stage)
        for name, reason in missing.items():
            note(f"{name} was not made:", reason)
        say(f"{', '.join(path.name for path in written)} in {self.out}")
        if misfit is not None:
            say(
                f"landmarks moved {misfit.moved:.2f} mm and are {misfit.residual:.2f} mm off (root mean square); "
                f"the faces at rest are {bridge.distance:.2f} mm apart"
            )
