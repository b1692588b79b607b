"""FLAME coefficients as ``.npz``, under the names that DECA uses, for whatever renders FLAME."""

from pathlib import Path

import numpy as np

from ksdiff.face.flame import FlameParameters
from ksdiff.files import atomic_write
from ksdiff.motion import Motion

# Scale, translation x and y (m) of the neutral pose: a face 0.2 m high fills DECA's picture, which is 1.25 times as
# high as the face and 2 units high.
CAMERA = (8.0, 0.0, 0.0)


def write_flame_npz(motion: Motion, path: Path | str, camera: tuple[float, float, float] = CAMERA) -> None:
    """Write a motion as FLAME coefficients.

    ``exp`` [T, 50]; ``pose`` [T, 6], rotation vectors of the head (relative to the neutral pose, in which it looks
    straight ahead) and of the jaw, rad; ``cam`` [T, 3], scale and translation of DECA's weak perspective; ``fps``.

    Args:
        motion: Of a FLAME space.
        path: The file to write.
        camera: Of the neutral pose: a motion says only how the camera changes.

    Raises:
        InputError: The motion is not of a FLAME space, or the file cannot be written.
    """
    parameters = FlameParameters.of(motion.expression, motion.head, motion.space)
    scale, x, y = camera
    changes = parameters.camera
    with atomic_write(Path(path)) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            exp=parameters.expression.astype(np.float32),
            pose=parameters.pose.astype(np.float32),
            cam=np.stack([scale * (1 + changes[:, 0]), x + changes[:, 1], y + changes[:, 2]], 1).astype(np.float32),
            fps=np.float64(motion.fps),
        )
