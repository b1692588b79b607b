"""Puts a ksdiff motion onto a character in Maya (2022 or newer).

Select the character's meshes, and its head joint if the head shall turn. Drop this file into the viewport, or open it
in the Script Editor's Python tab and press Execute All. Targets of blend shapes are found by their ARKit names. What
was animated on them before is replaced; the scene's frame rate may be any.
"""
# ruff: noqa: B905

import math

from maya import cmds, mel  # pyright: ignore[reportMissingImports]

from ksdiff.output.import_scripts.reading import (
    NECK_SHARE,
    about,
    head_turn,
    inverse,
    last_word,
    matching,
    orthonormal,
    part,
    product,
    read_table,
)

FILE = "arkit.csv"  # the motion
FPS = 25.0  # of the motion
FIRST = None  # frame of the scene at which the motion starts; None for the start of the playback range
REST = "ksdiffRest"  # attribute in which a joint keeps how it stood at first, for when the script runs again
ORDERS = ("xyz", "yzx", "zxy", "xzy", "yxz", "zyx")  # by the number in a joint's rotateOrder
AXES = {"x": (1, 0, 0), "y": (0, 1, 0), "z": (0, 0, 1)}


def euler(angles, order="xyz"):
    """The rotation by angles about x, y and z, degrees, of which the first in the order is applied first."""
    turns = {axis: about(AXES[axis], math.radians(angle)) for axis, angle in zip("xyz", angles)}
    return product(*(turns[axis] for axis in reversed(order)))


def angles_of(matrix, order):
    """The inverse of `euler`."""
    i, j, k = ("xyz".index(axis) for axis in order)
    sign = 1 if order in ("xyz", "yzx", "zxy") else -1
    sine = max(-1.0, min(1.0, -sign * matrix[k][i]))
    angles = [0.0, 0.0, 0.0]
    angles[i] = math.degrees(math.atan2(sign * matrix[k][j], matrix[k][k]))
    angles[j] = math.degrees(math.asin(sine))
    angles[k] = math.degrees(math.atan2(sign * matrix[j][i], matrix[i][i]))
    return angles


def key(attribute, frames, values):
    """Keys of an attribute: its values at frames."""
    cmds.cutKey(attribute, clear=True)
    for frame, value in zip(frames, values):
        cmds.setKeyframe(attribute, time=frame, value=value, inTangentType="linear", outTangentType="linear")


def angles_at(joint, name):
    """Angles about x, y and z, degrees."""
    return cmds.getAttr(f"{joint}.{name}")[0]


def put_to_rest(joint):
    """Turn a joint back to how it stood when this script first met it."""
    if not cmds.attributeQuery(REST, node=joint, exists=True):
        cmds.addAttr(joint, longName=REST, dataType="string")
        cmds.setAttr(f"{joint}.{REST}", " ".join(map(repr, angles_at(joint, "rotate"))), type="string")
    for axis, angle in zip("XYZ", cmds.getAttr(f"{joint}.{REST}").split()):
        cmds.cutKey(f"{joint}.rotate{axis}", clear=True)
        cmds.setAttr(f"{joint}.rotate{axis}", float(angle))


def turn_joint(joint, frames, turns):
    """Key a joint, at rest as its parents are, so that it turns about the world's axes."""
    order = ORDERS[cmds.getAttr(f"{joint}.rotateOrder")]
    rows = cmds.getAttr(f"{joint}.parentMatrix[0]")  # of a matrix that turns rows: the transposed one turns columns
    parent = orthonormal([[rows[4 * column + row] for column in range(3)] for row in range(3)])
    orient, axis = (euler(angles_at(joint, name)) for name in ("jointOrient", "rotateAxis"))
    rest = product(parent, orient, euler(angles_at(joint, "rotate"), order), axis)
    before = inverse(product(parent, orient))
    values = [angles_of(product(before, turn, rest, inverse(axis)), order) for turn in turns]
    for index, name in enumerate(("rotateX", "rotateY", "rotateZ")):
        key(f"{joint}.{name}", frames, [value[index] for value in values])


def main():
    """Key all selected meshes and the head joint; returns what was found."""
    weights, angles = read_table(FILE)
    first = cmds.playbackOptions(query=True, minTime=True) if FIRST is None else FIRST
    rate = mel.eval("currentTimeUnitToFPS()")
    frames = [first + frame * rate / FPS for frame in range(len(angles))]
    cmds.playbackOptions(maxTime=max(cmds.playbackOptions(query=True, maxTime=True), math.ceil(frames[-1])))
    found = {}
    selected = cmds.ls(selection=True, long=True) or []
    history = [node for item in selected for node in cmds.listHistory(item) or []]
    for blend in dict.fromkeys(cmds.ls(history, type="blendShape") or []) if history else ():
        names = (cmds.aliasAttr(blend, query=True) or [])[::2]
        for shape, values in weights.items():
            for name in matching(shape, names):
                key(f"{blend}.{name}", frames, values)
                found.setdefault(shape, []).append(f"{blend}.{name}")
    turns = [head_turn(angle, cmds.upAxis(query=True, axis=True) == "z") for angle in angles]
    for head in (joint for joint in cmds.ls(selected, type="joint", long=True) or [] if last_word(joint) == "head"):
        parents = cmds.listRelatives(head, parent=True, fullPath=True) or [""]
        neck = parents[0] if "neck" in parents[0].split("|")[-1].lower() else None
        share = 0.0 if neck is None else NECK_SHARE
        for joint in (neck, head):
            if joint is not None:
                put_to_rest(joint)
        turn_joint(head, frames, [part(turn, 1 - share) for turn in turns])
        found["Head"] = [head]
        if neck is not None:
            turn_joint(neck, frames, [part(turn, share) for turn in turns])
            found["Neck"] = [neck]
    missing = [shape for shape in weights if shape not in found]
    print("ksdiff:", *(f"{name} -> {', '.join(where)}" for name, where in found.items()), sep="\n  ")
    print("not found:", ", ".join(missing) or "nothing")
    if not found:
        raise RuntimeError("select the meshes with the blend shapes, and the head joint, before running this script")
    return found


def onMayaDroppedPythonFile(*_):  # noqa: N802
    """Run when the file is dropped into the viewport."""
    main()


if __name__ == "__main__":
    main()
