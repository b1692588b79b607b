"""``ksdiff retarget``."""

from dataclasses import dataclass
from pathlib import Path

from ksdiff.cli.console import Positional, say


@dataclass
class Retarget:
    """Put a motion onto a head of your own: a .glb, .vrm or .gltf with ARKit, VRM, Oculus or Ready Player Me shapes.

    Everything else in the file stays as it was. Prints which of its shapes and bones move, and what is left out.
    """

    motion: Positional
    """A motion.npz."""
    avatar: Positional
    """The head."""
    out: Path
    """File to write: .glb, .vrm or .gltf."""
    fps: float | None = None
    """Frame rate, if other than the motion's."""
    head_node: str | None = None
    """Name of the node that turns the head, if it is not found."""
    neck_node: str | None = None
    """Name of the node that turns the neck, if it is not found."""
    map: Path | None = None
    """Which of its shapes follow what, as --save-map wrote it and you edited it."""
    save_map: Path | None = None
    """File to write that map to (JSON)."""

    def run(self) -> None:
        """Retarget."""
        from ksdiff.files import refuse_overwriting
        from ksdiff.motion.motion import Motion, check_rate
        from ksdiff.output.avatar import read_avatar
        from ksdiff.output.retarget import retarget
        from ksdiff.output.shape_map import propose, read_map, write_map

        outputs = [path for path in (self.out, self.save_map) if path is not None]
        refuse_overwriting((self.motion, self.avatar, self.map), outputs)
        if self.fps is not None:
            check_rate(self.fps)
        motion = Motion.load(self.motion)
        if self.fps is not None:
            motion = motion.resample(self.fps)
        avatar = read_avatar(self.avatar, self.head_node, self.neck_node)
        shapes = propose(avatar) if self.map is None else read_map(self.map, avatar)
        report = retarget(motion, avatar, self.out, shapes)
        if self.save_map is not None:
            write_map(shapes, self.save_map)
        say("\n".join((*report.lines(), str(self.out))))
