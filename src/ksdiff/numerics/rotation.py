"""Rotations of space: the part of `scipy.spatial.transform.Rotation` that is used here, under its names."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

_AXES = {"x": 0, "y": 1, "z": 2}
_SMALL = 1e-3  # rad: below, series are more exact than quotients
_LOCKED = 1e-7  # rad from where the first and the third of three axes fall into one


@dataclass(frozen=True, eq=False)
class Rotation:
    """One rotation, or a row of them.

    Made by the methods that start with ``from``. ``a * b`` turns by ``b`` first; one rotation goes with each of a row.

    Attributes:
        quaternion: Unit quaternions x, y, z, w.
    """

    quaternion: Float[np.ndarray, "*N 4"]

    @classmethod
    def identity(cls) -> "Rotation":
        """What turns nothing."""
        return cls(np.array([0.0, 0.0, 0.0, 1.0]))

    @classmethod
    def from_quat(cls, quaternion: "np.ndarray | list[Any]") -> "Rotation":
        """Rotations from quaternions x, y, z, w of any length.

        Raises:
            ValueError: One is zero, or there are not four numbers each.
        """
        given = np.asarray(quaternion, np.float64)
        if given.ndim not in (1, 2) or given.shape[-1] != 4:
            raise ValueError(f"a quaternion has 4 numbers, not the shape {given.shape}")
        length = np.linalg.norm(given, axis=-1, keepdims=True)
        if not length.all():
            raise ValueError("a quaternion is zero")
        return cls(given / length)

    @classmethod
    def from_rotvec(cls, vector: Float[np.ndarray, "*N 3"]) -> "Rotation":
        """Rotations from vectors along their axes, as long as their angles, rad."""
        vector = np.asarray(vector, np.float64)
        angle = np.linalg.norm(vector, axis=-1, keepdims=True)
        square = angle * angle
        series = 0.5 - square / 48 + square * square / 3840
        scale = np.where(angle <= _SMALL, series, np.sin(angle / 2) / np.where(angle <= _SMALL, 1.0, angle))
        return cls(np.concatenate([scale * vector, np.cos(angle / 2)], axis=-1))

    @classmethod
    def from_matrix(cls, matrix: Float[np.ndarray, "*N 3 3"]) -> "Rotation":
        """Rotations from matrices; where one is not orthogonal, from the orthogonal one that is nearest.

        Raises:
            ValueError: One is a reflection, or takes a dimension away.
        """
        matrix = np.asarray(matrix, np.float64)
        rows = matrix.reshape(-1, 3, 3)
        if not (np.linalg.det(rows) > 0).all():
            raise ValueError("a matrix of a rotation must have a determinant greater than 0")
        skewed = ~np.isclose(rows @ rows.transpose(0, 2, 1), np.eye(3), atol=1e-12).all(axis=(1, 2))
        if skewed.any():
            left, _, right = np.linalg.svd(rows[skewed])
            rows = rows.copy()
            rows[skewed] = left @ right
        # F. L. Markley 2008, "Unit Quaternion from Rotation Matrix": what is divided by is the greatest of the four.
        diagonal = np.einsum("nii->ni", rows)
        trace = diagonal.sum(axis=1)
        outer = np.empty((len(rows), 4, 4))
        outer[:, :3, :3] = rows + rows.transpose(0, 2, 1)
        outer[:, [0, 1, 2], [0, 1, 2]] = 1 - trace[:, None] + 2 * diagonal
        outer[:, 3, 3] = 1 + trace
        for axis, (i, j) in enumerate(((2, 1), (0, 2), (1, 0))):
            outer[:, axis, 3] = outer[:, 3, axis] = rows[:, i, j] - rows[:, j, i]
        greatest = np.concatenate([diagonal, trace[:, None]], axis=1).argmax(axis=1)
        return cls.from_quat(outer[np.arange(len(rows)), greatest].reshape(*matrix.shape[:-2], 4))

    @classmethod
    def from_euler(cls, axes: str, angles: "np.ndarray | list[Any]", degrees: bool = False) -> "Rotation":
        """Rotations from angles about axes, one after another.

        Args:
            axes: Such as ``YXZ``, about axes that turn along, or ``xyz``, about those that stand still.
            angles: As many as axes, rad.
            degrees: They are in degrees.
        """
        given = np.asarray(angles, np.float64)
        given = np.radians(given) if degrees else given
        result = cls(np.broadcast_to(cls.identity().quaternion, (*given.shape[:-1], 4)))
        for number, axis in enumerate(axes):
            turn = np.zeros((*given.shape[:-1], 4))
            turn[..., _AXES[axis.lower()]] = np.sin(given[..., number] / 2)
            turn[..., 3] = np.cos(given[..., number] / 2)
            result = result * cls(turn) if axes.isupper() else cls(turn) * result
        return result

    def as_quat(self) -> Float[np.ndarray, "*N 4"]:
        """Unit quaternions x, y, z, w."""
        return self.quaternion.copy()

    def as_rotvec(self) -> Float[np.ndarray, "*N 3"]:
        """Vectors along the axes, as long as the angles, 0..π rad."""
        quaternion = np.where(self.quaternion[..., 3:] < 0, -self.quaternion, self.quaternion)
        length = np.linalg.norm(quaternion[..., :3], axis=-1, keepdims=True)
        angle = 2 * np.arctan2(length, quaternion[..., 3:])
        square = angle * angle
        series = 2 + square / 12 + 7 * square * square / 2880
        scale = np.where(angle <= _SMALL, series, angle / np.where(angle <= _SMALL, 1.0, np.sin(angle / 2)))
        return scale * quaternion[..., :3]

    def as_matrix(self) -> Float[np.ndarray, "*N 3 3"]:
        """Orthogonal matrices."""
        x, y, z, w = np.moveaxis(self.quaternion, -1, 0)
        rows = [
            [x * x - y * y - z * z + w * w, 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), -x * x + y * y - z * z + w * w, 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), -x * x - y * y + z * z + w * w],
        ]
        return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)

    def as_euler(self, axes: str, degrees: bool = False) -> Float[np.ndarray, "*N 3"]:
        """Angles about three different axes, one after another: ±π, ±π/2, ±π.

        By E. Bernardes and S. Viollet 2022, "Quaternion to Euler angles conversion" (PLOS ONE 17(11)). Where the second
        is ±π/2, only the first and the third together are known; the third is 0 then.

        Args:
            axes: Such as ``YXZ``, about axes that turn along, or ``xyz``, about those that stand still.
            degrees: In degrees, not in rad.
        """
        along = axes.isupper()
        i, j, k = (_AXES[axis] for axis in (axes.lower()[::-1] if along else axes))
        sign = (i - j) * (j - k) * (k - i) // 2
        q = np.moveaxis(self.quaternion, -1, 0)
        a, b, c, d = q[3] - q[j], q[i] + sign * q[k], q[j] + q[3], sign * q[k] - q[i]
        middle = 2 * np.arctan2(np.hypot(c, d), np.hypot(a, b))
        total, difference = np.arctan2(b, a), np.arctan2(d, c)
        low, high = np.abs(middle) <= _LOCKED, np.abs(middle - np.pi) <= _LOCKED
        first, third = total - difference, sign * (total + difference)
        if along:
            first, third = third, first
        locked = np.where(low, 2 * total, (2 if along else -2) * difference) * (sign if along else 1)
        first, third = np.where(low | high, locked, first), np.where(low | high, 0.0, third)
        angles = np.stack([first, middle - np.pi / 2, third], axis=-1)
        angles = np.where(angles > np.pi, angles - 2 * np.pi, np.where(angles < -np.pi, angles + 2 * np.pi, angles))
        return np.degrees(angles) if degrees else angles

    def __mul__(self, other: "Rotation") -> "Rotation":
        """Turn by the other and then by this."""
        a, b = np.moveaxis(self.quaternion, -1, 0), np.moveaxis(other.quaternion, -1, 0)
        vector = np.stack(
            [
                a[3] * b[0] + b[3] * a[0] + (a[1] * b[2] - a[2] * b[1]),
                a[3] * b[1] + b[3] * a[1] + (a[2] * b[0] - a[0] * b[2]),
                a[3] * b[2] + b[3] * a[2] + (a[0] * b[1] - a[1] * b[0]),
                a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
            ],
            axis=-1,
        )
        return Rotation.from_quat(vector)

    def __getitem__(self, at: "slice | Int[np.ndarray, ' M'] | int") -> "Rotation":
        """Some of a row."""
        return Rotation(self.quaternion[at])

    def __len__(self) -> int:
        if self.quaternion.ndim == 1:
            raise TypeError("one rotation has no length")
        return len(self.quaternion)

    def inv(self) -> "Rotation":
        """What turns back."""
        return Rotation(self.quaternion * [-1, -1, -1, 1])

    def magnitude(self) -> Float[np.ndarray, " *N"]:
        """Angles, 0..π rad."""
        length = np.linalg.norm(self.quaternion[..., :3], axis=-1)
        return np.asarray(2 * np.arctan2(length, np.abs(self.quaternion[..., 3])))

    def mean(self) -> "Rotation":
        """The rotation nearest to all of a row (F. L. Markley et al. 2007, "Averaging Quaternions")."""
        return Rotation(np.linalg.eigh(self.quaternion.T @ self.quaternion)[1][:, -1])

    def apply(self, points: Float[np.ndarray, "*M 3"]) -> Float[np.ndarray, "*K 3"]:
        """Points turned: each by its rotation, or all by one, or one by each."""
        return np.einsum("...ij,...j->...i", self.as_matrix(), points)


def slerp(times: Float[np.ndarray, " T"], rotations: Rotation, at: Float[np.ndarray, " S"]) -> Rotation:
    """Spherical linear interpolation between two or more rotations at rising times; ``at`` lies within these."""
    turns = (rotations[:-1].inv() * rotations[1:]).as_rotvec()
    before = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(turns) - 1)
    share = (at - times[before]) / (times[before + 1] - times[before])
    return rotations[before] * Rotation.from_rotvec(turns[before] * share[:, None])
