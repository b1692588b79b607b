"""Where clips come from: videos, output of DECA, FACEGOOD takes."""
