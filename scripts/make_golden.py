"""Write the motion of the shipped weights that `tests/golden` compares with.

python scripts/make_golden.py

Run it only when a change is meant to move the face, and say in the commit which change that is and by how much.
"""

from pathlib import Path

import numpy as np

import ksdiff

REPOSITORY = Path(__file__).parents[1]
VOICE = REPOSITORY / "tests/data/obama_speech.mp4"
GOLDEN = REPOSITORY / "tests/golden/motion.npz"


def main() -> None:
    motion = ksdiff.animate(VOICE)
    arrays = {"expression": motion.expression, "head": motion.head}
    if GOLDEN.exists():
        with np.load(GOLDEN) as before:
            for name, values in arrays.items():
                if before[name].shape == values.shape:
                    print(f"{name} moves by up to {np.abs(before[name] - values).max():.4f}")
    np.savez_compressed(GOLDEN, **{name: values.astype(np.float16) for name, values in arrays.items()})
    print(f"{GOLDEN}: {len(motion)} frames, {GOLDEN.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
