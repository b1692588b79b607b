"""What lips do while nobody speaks (after KeySync's LipLeak)."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.face.head import load_head

OPEN = 0.25  # mouth aspect ratio from which a mouth counts as open
INNER_LIPS, INNER_CORNERS = (13, 14), (78, 308)  # landmarks: middles of the inner lips, corners of the inner mouth


def mouth_aspect_ratio(expression: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, " T"]:
    """Distance of the middles of the inner lips over that of the inner corners of the mouth, on the head."""
    neutral, deltas = load_head().landmark_basis()
    height, width = (
        np.linalg.norm(
            neutral[a] - neutral[b] + expression @ (deltas[:, a] - deltas[:, b])[: expression.shape[1]], axis=1
        )
        for a, b in (INNER_LIPS, INNER_CORNERS)
    )
    return height / width


def open_share(expression: Float[np.ndarray, "T 51"], silent: Bool[np.ndarray, " T"]) -> float:
    """Share of the silent frames in which the mouth is open, 0..1; NaN without any."""
    return float((mouth_aspect_ratio(expression[silent]) > OPEN).mean()) if silent.any() else float("nan")
