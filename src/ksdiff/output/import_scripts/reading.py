"""What the scripts for Blender and Maya share: reading arkit.csv, finding shapes by name, and turning bones.

Python 3.7 and its standard library alone, since that is what the programs bring along.
"""
# ruff: noqa: B905, PTH123

import csv
import math
import re

NECK_SHARE = 0.4  # part of the head's rotation that the neck takes, where there is one


def read_table(path):
    """Weights of each shape, {name: [of each frame]}, and yaw, pitch and roll of the head for each frame, rad."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    angles = ("HeadYaw", "HeadPitch", "HeadRoll")
    shapes = [name for name in rows[0] if not re.search("Timecode|BlendshapeCount|Yaw$|Pitch$|Roll$", name)]
    weights = {name: [float(row[name]) for row in rows] for name in shapes}
    return weights, [[float(row[name]) for name in angles] for row in rows]


def matching(shape, names):
    """Those of the names that mean a shape, in any case, with any separators and prefix, with _L for Left."""
    short = re.sub("(Left|Right)$", lambda side: side.group()[0], shape)
    wanted = {shape.lower(), short.lower()}
    return [name for name in names if wanted & set(_endings(name))]


def _endings(name):
    parts = [part.lower() for part in re.split(r"[\W_]+", name) if part]
    while parts and parts[-1].isdigit():
        parts.pop()
    return ["".join(parts[first:]) for first in range(len(parts))]


def last_word(name):
    """The last word of a bone's name, without numbers: head for mixamorig:Head, neck for neck_01."""
    words = re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return words[-1].lower() if words else ""


# Rotations are 3 x 3 matrices, as lists of rows, that turn columns.


def product(*matrices):
    """The matrices' product."""
    result = matrices[0]
    for right in matrices[1:]:
        result = [[sum(row[k] * right[k][column] for k in range(3)) for column in range(3)] for row in result]
    return result


def inverse(matrix):
    """The inverse of a rotation."""
    return [list(column) for column in zip(*matrix)]


def about(axis, angle):
    """The rotation by an angle, rad, about a unit vector."""
    (x, y, z), c, s = axis, math.cos(angle), math.sin(angle)
    d = 1 - c
    return [
        [c + x * x * d, x * y * d - z * s, x * z * d + y * s],
        [y * x * d + z * s, c + y * y * d, y * z * d - x * s],
        [z * x * d - y * s, z * y * d + x * s, c + z * z * d],
    ]


def part(matrix, share):
    """A part of a rotation, about the same axis."""
    axis = [matrix[2][1] - matrix[1][2], matrix[0][2] - matrix[2][0], matrix[1][0] - matrix[0][1]]
    length = math.sqrt(sum(value * value for value in axis))
    if length < 1e-12:
        return [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    angle = math.atan2(length / 2, (matrix[0][0] + matrix[1][1] + matrix[2][2] - 1) / 2)
    return about([value / length for value in axis], share * angle)


def head_turn(angles, z_up):
    """How the head is turned in the world, by yaw (to its own left), pitch (up) and roll (to its own right), rad.

    The character looks along +z in a world whose y is up, or along -y in one whose z is up.
    """
    up, left, ahead = (0, 1, 0), (1, 0, 0), (0, 0, 1)
    if z_up:
        up, ahead = (0, 0, 1), (0, -1, 0)
    yaw, pitch, roll = angles
    return product(about(up, yaw), about(left, -pitch), about(ahead, roll))


def orthonormal(matrix):
    """The rotation of a matrix, of 3 x 3 or more, that scales too."""
    columns = [[matrix[row][column] for row in range(3)] for column in range(3)]
    lengths = [math.sqrt(sum(value * value for value in column)) for column in columns]
    return [[columns[column][row] / lengths[column] for column in range(3)] for row in range(3)]
