"""Faces: motion spaces, rotations, the head model."""
