"""What a face does over time: motion, its channels, rotations, keyframes."""

from ksdiff.motion.motion import MOTION_RATE, Motion, Word

__all__ = ["MOTION_RATE", "Motion", "Word"]
