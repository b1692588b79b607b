"""Puts a ksdiff motion onto a character in Blender (3.6 or newer).

Select the character's meshes, and its armature if the head shall turn. Open this file in the Text Editor (workspace
Scripting) and press Run Script. Shape keys are found by their ARKit names, bones by the words Head and Neck. What was
animated on them before is replaced; the scene's frame rate may be any.
"""
# ruff: noqa: B905

import math

import bpy  # pyright: ignore[reportMissingImports]

from ksdiff.output.import_scripts.reading import (
    NECK_SHARE,
    head_turn,
    inverse,
    last_word,
    matching,
    orthonormal,
    part,
    product,
    read_table,
)

FILE = "arkit.csv"  # the motion; a path that begins with // starts at the .blend file's folder
FPS = 25.0  # of the motion
FIRST = None  # frame of the scene at which the motion starts; None for the start of the scene's range


def curve(owner, path, index=0):
    """An empty animation curve of a property."""
    animation = owner.animation_data_create()
    if animation.action is None:
        animation.action = bpy.data.actions.new("Speech")
    action = animation.action
    if hasattr(action, "fcurve_ensure_for_datablock"):  # Blender 5
        result = action.fcurve_ensure_for_datablock(owner, path, index=index)
    else:
        result = action.fcurves.find(path, index=index) or action.fcurves.new(path, index=index)
    result.keyframe_points.clear()
    return result


def key(owner, path, frames, values, index=0):
    """Keys of a property: its values at frames."""
    points = curve(owner, path, index)
    points.keyframe_points.add(len(frames))
    points.keyframe_points.foreach_set("co", [value for pair in zip(frames, values) for value in pair])
    for point in points.keyframe_points:
        point.interpolation = "LINEAR"
    points.update()


def quaternion(matrix):
    """Of a rotation: w, x, y, z."""
    w = math.sqrt(max(0.0, 1 + matrix[0][0] + matrix[1][1] + matrix[2][2])) / 2
    if w > 1e-3:
        x, y, z = matrix[2][1] - matrix[1][2], matrix[0][2] - matrix[2][0], matrix[1][0] - matrix[0][1]
        return [w, x / (4 * w), y / (4 * w), z / (4 * w)]
    half = part(matrix, 0.5)  # by nearly half a turn
    w, *rest = quaternion(half)
    return [2 * w * w - 1, *(2 * w * value for value in rest)]


def turn_bone(armature, bone, frames, turns):
    """Key a bone so that it turns about the world's axes, from its rest."""
    rest = product(orthonormal(armature.matrix_world), orthonormal(bone.bone.matrix_local))
    bone.rotation_mode = "QUATERNION"
    values = [quaternion(product(inverse(rest), turn, rest)) for turn in turns]
    path = f'pose.bones["{bpy.utils.escape_identifier(bone.name)}"].rotation_quaternion'
    for index in range(4):
        key(armature, path, frames, [value[index] for value in values], index)


def main():
    """Key all selected meshes and the armature; returns what was found."""
    weights, angles = read_table(bpy.path.abspath(FILE))
    scene = bpy.context.scene
    first = scene.frame_start if FIRST is None else FIRST
    rate = scene.render.fps / scene.render.fps_base
    frames = [first + frame * rate / FPS for frame in range(len(angles))]
    scene.frame_end = max(scene.frame_end, math.ceil(frames[-1]))
    found = {}
    selected = list(bpy.context.selected_objects)
    for mesh in selected:
        keys = mesh.data.shape_keys if mesh.type == "MESH" else None
        if not keys:
            continue
        for shape, values in weights.items():
            for name in matching(shape, [block.name for block in keys.key_blocks]):
                key(keys, f'key_blocks["{bpy.utils.escape_identifier(name)}"].value', frames, values)
                found.setdefault(shape, []).append(f"{mesh.name}.{name}")
    turns = [head_turn(angle, True) for angle in angles]
    for armature in (thing for thing in selected if thing.type == "ARMATURE"):
        head = next((bone for bone in armature.pose.bones if last_word(bone.name) == "head"), None)
        if head is None:
            continue
        neck = next((bone for bone in head.parent_recursive if "neck" in bone.name.lower()), None)
        share = 0.0 if neck is None else NECK_SHARE
        turn_bone(armature, head, frames, [part(turn, 1 - share) for turn in turns])
        found["Head"] = [head.name]
        if neck is not None:
            turn_bone(armature, neck, frames, [part(turn, share) for turn in turns])
            found["Neck"] = [neck.name]
    missing = [shape for shape in weights if shape not in found]
    print("ksdiff:", *(f"{name} -> {', '.join(where)}" for name, where in found.items()), sep="\n  ")
    print("not found:", ", ".join(missing) or "nothing")
    if not found:
        raise RuntimeError("select the meshes with the shape keys, and the armature, before running this script")
    return found


if __name__ == "__main__":
    main()
