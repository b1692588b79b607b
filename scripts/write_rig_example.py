"""Write what ``web/studio/tests/rig.test.ts`` compares the page's own retargeting with.

python scripts/write_rig_example.py
"""

import base64
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

REPOSITORY = Path(__file__).parents[1]
PATH = REPOSITORY / "web/studio/tests/data/rig.json"


def example() -> dict[str, Any]:
    """A character with visemes and few ARKit shapes, an edited map, and the weights that an export gives it."""
    sys.path.insert(0, str(REPOSITORY / "tests"))
    from support.avatars import FACE, HEAD, LEFT_EYE, NECK, RIGHT_EYE, avatar, glb_bytes, vrm_1
    from support.synthetic import synthetic_motion

    from ksdiff.editing import Character
    from ksdiff.layers.photo_limits import MAX_TURN, bearable_turns
    from ksdiff.motion.space import ARKIT
    from ksdiff.output.avatar import read_avatar
    from ksdiff.output.retarget import retarget
    from ksdiff.output.shape_names import VISEMES
    from ksdiff.studio.rig import rig_of

    names = (*(f"viseme_{name}" for name in VISEMES), "jawOpen", "Joy", "blink")
    binds = {"blink": {16: 0.8}}
    extensions = vrm_1(binds)
    extensions["VRMC_vrm"]["humanoid"]["humanBones"] |= {"leftEye": {"node": LEFT_EYE}, "rightEye": {"node": RIGHT_EYE}}
    content = glb_bytes(*avatar(names, extensions=extensions))
    character = Character.of(content, "me.vrm")
    shapes = {**character.shapes, "Joy": {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.7}, "jawOpen": {"jawOpen": 1.3}}
    character = Character(character.name, character.digest, character.size, shapes, data=content)
    motion = synthetic_motion(seconds=0.4)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "me.vrm"
        retarget(motion, character.avatar(), path, shapes)
        file = read_avatar(path).file
    animation = file.content["animations"][-1]

    def curve(node: int, kind: str) -> list[list[float]]:
        (channel,) = (c for c in animation["channels"] if c["target"] == {"node": node, "path": kind})
        accessor = file.content["accessors"][animation["samplers"][channel["sampler"]]["output"]]
        width = {"SCALAR": 1, "VEC4": 4}[accessor["type"]]
        at = file.content["bufferViews"][accessor["bufferView"]]["byteOffset"]
        values = np.frombuffer(bytes(file.binary), "<f4", accessor["count"] * width, at)
        return _short(values.reshape(len(motion), -1))

    turns = np.random.default_rng(0).uniform(-0.6, 0.6, (20, 3))
    return {
        "photo": {"most": MAX_TURN.tolist(), "turns": _short(turns), "held": _short(bearable_turns(turns))},
        "channels": list(ARKIT.expression),
        "rig": json.loads(rig_of(character).model_dump_json()),
        "expression": _short(motion.expression),
        "head": _short(motion.head),
        "face": FACE,
        "weights": curve(FACE, "weights"),
        "rotations": {str(node): curve(node, "rotation") for node in (NECK, HEAD, LEFT_EYE, RIGHT_EYE)},
        "file": base64.b64encode(content).decode(),
    }


def _short(values: np.ndarray) -> list[list[float]]:
    return np.round(values.astype(np.float64), 7).tolist()


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(json.dumps(example(), separators=(",", ":")) + "\n", encoding="utf-8")
