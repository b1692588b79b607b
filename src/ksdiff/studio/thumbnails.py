"""The picture of a project in the list: the page draws it, from the frame that tells most."""

import numpy as np
from jaxtyping import Float

from ksdiff.motion import Motion

SMILE = 0.5  # weight of smiles beside the opening of the mouth


def telling_frame(motion: Motion) -> int:
    """The frame with the most of a mouth that speaks or smiles, open eyes, and the face towards the viewer."""
    open_mouth, smile = (
        motion.channel("jawOpen"),
        0.5 * (motion.channel("mouthSmileLeft") + motion.channel("mouthSmileRight")),
    )
    lids = np.maximum(motion.channel("eyeBlinkLeft"), motion.channel("eyeBlinkRight"))
    turned = np.linalg.norm(motion.head[:, :3], axis=1)
    # A mouth that is wide open shows less of a face than one at two thirds of that.
    spoken = -np.abs(open_mouth - 0.66 * np.percentile(open_mouth, 98))
    return int(np.argmax(spoken + SMILE * smile - 2 * lids - 0.5 * turned))


def thumbnail_bytes(motion: Motion) -> bytes:
    """That frame, expression and then head, 32-bit floats, little-endian."""
    frame = telling_frame(motion)
    values: Float[np.ndarray, "57"] = np.concatenate([motion.expression[frame], motion.head[frame]])
    return values.astype("<f4").tobytes()
