"""FLAME, from a user's own file: vertices of a face from the coefficients that DECA writes and the model makes.

The model is that of Li et al. 2017, "Learning a model of facial shape and expression from 4D scans", ACM Trans Graph
36(6):194: a template, linear bases of shape, expression and pose correctives, and linear blend skinning over five
joints. It may not be copied, so it is read from a file that the user gives; ``docs/flame.md`` says where to get it.
Axes are ours: x to the face's left, y up, z out of the face; metres.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.face.own_files import read_own_file
from ksdiff.motion.space import FLAME, FLAME_COMPONENTS, FLAME_JAW, MotionSpace
from ksdiff.numerics.rotation import Rotation

ROOT, NECK, JAW, LEFT_EYE, RIGHT_EYE = range(5)
JOINTS = 5
SHAPE_COMPONENTS = 300  # those of the expression follow them in the file
MAX_VERTICES = 100_000  # FLAME has 5023
HOME = "https://flame.is.tue.mpg.de"


@dataclass(frozen=True, eq=False)
class FlameParameters:
    """A face's motion in FLAME's terms.

    Attributes:
        expression: Coefficients of the first 50 expression components.
        pose: Rotation vectors of the whole head and of the jaw, rad.
        camera: Scale relative to that of the neutral pose, minus 1, and translation, m.
    """

    expression: Float[np.ndarray, "T 50"]
    pose: Float[np.ndarray, "T 6"]
    camera: Float[np.ndarray, "T 3"]

    @classmethod
    def of(
        cls, expression: Float[np.ndarray, "T E"], head: Float[np.ndarray, "T H"], space: MotionSpace
    ) -> "FlameParameters":
        """From the channels of a motion.

        Raises:
            InputError: The motion is not of a FLAME space.
        """
        check_space(space)
        assert space.jaw is not None
        path, jaw = space.jaw
        turning = (expression if path == "expression" else head)[:, jaw]
        return cls(
            expression[:, : len(FLAME_COMPONENTS)],
            np.concatenate([head[:, space.rotation], turning], axis=1),
            head[:, -3:],
        )

    def channels(self, space: MotionSpace) -> tuple[Float[np.ndarray, "T E"], Float[np.ndarray, "T H"]]:
        """The expression and the head channels of a motion, the inverse of `of`.

        Raises:
            InputError: The space is not a FLAME space.
        """
        check_space(space)
        turning, jaw = self.pose[:, :3], self.pose[:, 3:]
        if space == FLAME_JAW:
            return np.concatenate([self.expression, jaw], 1), np.concatenate([turning, self.camera], 1)
        return self.expression, np.concatenate([turning, jaw, self.camera], 1)


def check_space(space: MotionSpace) -> None:
    """Make sure that a motion is FLAME's.

    Raises:
        InputError: It is not.
    """
    if space not in (FLAME, FLAME_JAW):
        raise InputError(f"this needs motion of the space {FLAME.name} or {FLAME_JAW.name}, but it is {space.name}")


@dataclass(frozen=True, eq=False, repr=False)  # one by one, its arrays say nothing
class FlameModel:
    """A FLAME head. V vertices, F triangles, J joints, S shape, E expression and P = 9 (J - 1) pose components.

    Attributes:
        template: Vertices of the mean face at rest, m.
        triangles: Corners of each triangle.
        shape_basis: Displacement by each shape component, m.
        expression_basis: The same of the expression.
        pose_basis: The same of each element of the rotation matrices of all joints but the root, minus identity.
        weights: How far each vertex follows each joint.
        joints: Where the joints of the mean face are, m.
        joint_shape_basis: How each shape component moves them.
        joint_expression_basis: How each expression component does.
        parents: The joint that carries each joint, -1 for the root.
    """

    template: Float[np.ndarray, "V 3"]
    triangles: Int[np.ndarray, "F 3"]
    shape_basis: Float[np.ndarray, "V 3 S"]
    expression_basis: Float[np.ndarray, "V 3 E"]
    pose_basis: Float[np.ndarray, "V 3 P"]
    weights: Float[np.ndarray, "V J"]
    joints: Float[np.ndarray, "J 3"]
    joint_shape_basis: Float[np.ndarray, "J 3 S"]
    joint_expression_basis: Float[np.ndarray, "J 3 E"]
    parents: tuple[int, ...]

    def at(self, vertices: Int[np.ndarray, " N"]) -> "FlameModel":
        """The same model with these vertices alone, in double precision and without triangles.

        Far cheaper where only the lips or some landmarks are wanted.
        """
        chosen = ("template", "shape_basis", "expression_basis", "pose_basis", "weights")
        joints = ("joints", "joint_shape_basis", "joint_expression_basis")
        return replace(
            self,
            triangles=np.zeros((0, 3), dtype=np.int64),
            **{name: getattr(self, name)[vertices].astype(np.float64) for name in chosen},
            **{name: getattr(self, name).astype(np.float64) for name in joints},
        )

    def vertices(
        self,
        expression: Float[np.ndarray, "T K"],
        rotations: Float[np.ndarray, "T J 3"],
        shape: Float[np.ndarray, " M"] | None = None,
    ) -> Float[np.ndarray, "T V 3"]:
        """Vertices of a face in motion, m.

        Joints are regressed from the face with its expression, as in the released code (the paper has them depend on
        the shape alone). Takes some 36·V bytes a frame: give long motions in pieces, or use `at`.

        Args:
            expression: Coefficients of the first K expression components.
            rotations: Rotation vector of each joint, relative to the joint that carries it, rad.
            shape: Coefficients of the first M shape components; the mean face if None.

        Raises:
            InputError: There are more coefficients than the model has components.
        """
        kind = self.template.dtype
        expression = expression.astype(kind)
        template, joints = self.template, self.joints
        if shape is not None:
            _check_count("shape", len(shape), self.shape_basis.shape[-1])
            template = template + self.shape_basis[..., : len(shape)] @ shape.astype(kind)
            joints = joints + self.joint_shape_basis[..., : len(shape)] @ shape.astype(kind)
        used = expression.shape[1]
        _check_count("expression", used, self.expression_basis.shape[-1])
        frames, count = len(expression), rotations.shape[1]
        turns = Rotation.from_rotvec(rotations.reshape(-1, 3)).as_matrix().reshape(frames, count, 3, 3).astype(kind)
        correctives = (turns[:, 1:] - np.eye(3, dtype=kind)).reshape(frames, -1)
        placed = joints + _combine(self.joint_expression_basis[..., :used], expression)
        rest = template + _combine(self.expression_basis[..., :used], expression)
        rest += _combine(self.pose_basis, correctives)
        result = np.zeros_like(rest)
        world: list[tuple[np.ndarray, np.ndarray]] = []  # rotation, and where the joint comes to lie
        for joint, parent in enumerate(self.parents):
            turn, place = turns[:, joint], placed[:, joint]
            if parent >= 0:
                above, origin = world[parent]
                place = origin + np.einsum("txy,ty->tx", above, place - placed[:, parent])
                turn = above @ turn
            world.append((turn, place))
            moved = (rest - placed[:, joint, None]) @ turn.transpose(0, 2, 1) + place[:, None]
            result += self.weights[:, joint, None] * moved
        return result

    def posed(
        self, parameters: FlameParameters, shape: Float[np.ndarray, " M"] | None = None, head: bool = True
    ) -> Float[np.ndarray, "T V 3"]:
        """Vertices of a motion, m; the camera is not applied.

        Args:
            parameters: The motion.
            shape: As in `vertices`.
            head: Turn the head; if not, it stays upright.
        """
        rotations = np.zeros((len(parameters.pose), len(self.parents), 3))
        if head:
            rotations[:, ROOT] = parameters.pose[:, :3]
        rotations[:, JAW] = parameters.pose[:, 3:]
        return self.vertices(parameters.expression, rotations, shape)


def _combine(basis: Float[np.ndarray, "N 3 K"], weights: Float[np.ndarray, "T K"]) -> Float[np.ndarray, "T N 3"]:
    return (weights @ basis.reshape(-1, basis.shape[-1]).T).reshape(len(weights), -1, 3)


def _check_count(name: str, given: int, there: int) -> None:
    if given > there:
        raise InputError(f"{given} {name} coefficients are given, but the FLAME model has {there} components")


def load_flame(path: Path | str) -> FlameModel:
    """Read a FLAME 2020 or 2023 model: ``.pkl`` as it is downloaded, or ``.npz`` with the same entries.

    Neither chumpy nor smplx is needed, and nothing in the file is run.

    Raises:
        InputError: The file is missing, cannot be read, or is not a FLAME model.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no FLAME model {path}: get one from {HOME} (docs/flame.md says which)")
    content = read_own_file(path)
    needed = ("v_template", "f", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table")
    entries = _entries(content, needed, path, f"a FLAME model, such as generic_model.pkl of FLAME 2020 from {HOME}")
    vertices, components = entries["v_template"].size // 3, (0, *entries["shapedirs"].shape)[-1]
    shapes = {
        "v_template": (vertices, 3),
        "shapedirs": (vertices, 3, components),
        "posedirs": (vertices, 3, 9 * (JOINTS - 1)),
        "J_regressor": (JOINTS, vertices),
        "weights": (vertices, JOINTS),
        "kintree_table": (2, JOINTS),
    }
    for name, shape in shapes.items():
        if entries[name].shape != shape:
            raise InputError(f"{path} is not a FLAME model: {name} has shape {entries[name].shape}, not {shape}")
    if components <= SHAPE_COMPONENTS:
        raise InputError(
            f"{path} is not a whole FLAME model: it has {components} components, of which the first "
            f"{SHAPE_COMPONENTS} are the shape's; the expression's are missing"
        )
    _check_numbers("f", entries["f"], vertices, path)
    parents = [-1, *(int(parent) for parent in entries["kintree_table"][0, 1:])]  # the file has the root's as 2^32 - 1
    if not all(0 <= parent < joint for joint, parent in enumerate(parents) if joint):
        raise InputError(f"{path} is not a FLAME model: a joint is carried by none before it")
    kept = {name: entries[name].astype(np.float32) for name in ("v_template", "shapedirs", "posedirs", "weights")}
    regressor = entries["J_regressor"].astype(np.float32)
    basis = kept["shapedirs"]
    joint_basis = np.einsum("jv,vxk->jxk", regressor, basis, optimize=True)
    return FlameModel(
        template=kept["v_template"],
        triangles=entries["f"].astype(np.int32),
        shape_basis=basis[..., :SHAPE_COMPONENTS],
        expression_basis=basis[..., SHAPE_COMPONENTS:],
        pose_basis=kept["posedirs"],
        weights=kept["weights"],
        joints=regressor @ kept["v_template"],
        joint_shape_basis=joint_basis[..., :SHAPE_COMPONENTS],
        joint_expression_basis=joint_basis[..., SHAPE_COMPONENTS:],
        parents=tuple(parents),
    )


@dataclass(frozen=True, eq=False)
class FlameMasks:
    """Parts of the FLAME face that metrics look at.

    Attributes:
        lips: Vertices of the lips, ascending, each once.
        upper_face: Those of forehead and eye region.
    """

    lips: Int[np.ndarray, " L"]
    upper_face: Int[np.ndarray, " U"]


def load_masks(path: Path | str) -> FlameMasks:
    """Read ``FLAME_masks.pkl``, the vertex masks that come with FLAME.

    Its ``lips`` list 254 vertices, four of them twice; ``forehead`` and ``eye_region`` together are 827.

    Raises:
        InputError: The file is missing, cannot be read, or has other entries.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there are no FLAME masks {path}: get FLAME_masks.pkl (vertex masks) from {HOME}")
    wanted = f"FLAME_masks.pkl from {HOME}"
    entries = _entries(read_own_file(path), ("lips", "forehead", "eye_region"), path, wanted)
    upper = np.concatenate([entries["forehead"].ravel(), entries["eye_region"].ravel()])
    for name, numbers in entries.items():
        _check_numbers(name, numbers, MAX_VERTICES, path)
    return FlameMasks(np.unique(entries["lips"]).astype(np.int64), np.unique(upper).astype(np.int64))


@dataclass(frozen=True, eq=False, repr=False)
class FlameFace:
    """What metrics need of a user's FLAME: the mean face's lips and upper face in motion, with the head upright.

    Attributes:
        lips: The model at the vertices of the lips.
        upper_face: The same of forehead and eye region.
    """

    lips: FlameModel
    upper_face: FlameModel


FOLDER = "KSDIFF_FLAME"  # environment variable: the folder with the user's FLAME files
MODELS = ("generic_model.pkl", "flame2023.pkl", "flame2023_Open.pkl", "flame.npz")


def own_face() -> FlameFace | None:
    """The face in the folder that the environment variable ``KSDIFF_FLAME`` names; None if it names none.

    Raises:
        InputError: The folder lacks the model or the masks.
    """
    folder = os.environ.get(FOLDER)
    return _face_in(Path(folder)) if folder else None


@cache
def _face_in(folder: Path) -> FlameFace:
    there = [folder / name for name in MODELS if (folder / name).is_file()]
    if not there:
        raise InputError(f"{FOLDER} is {folder}, which has none of {', '.join(MODELS)}: get one from {HOME}")
    model, masks = load_flame(there[0]), load_masks(folder / "FLAME_masks.pkl")
    if max(masks.lips.max(), masks.upper_face.max()) >= len(model.template):
        raise InputError(f"the masks in {folder} name vertices that {there[0].name} lacks: get both from {HOME}")
    return FlameFace(model.at(masks.lips), model.at(masks.upper_face))


def _entries(content: Any, names: tuple[str, ...], path: Path, wanted: str) -> dict[str, np.ndarray]:
    if not isinstance(content, Mapping):
        raise InputError(f"{path} is not {wanted}: it holds a {type(content).__name__}")
    missing = [name for name in names if name not in content]
    if missing:
        raise InputError(f"{path} is not {wanted}: it lacks {', '.join(missing)}")
    result = {name: np.asarray(content[name]) for name in names}
    for name, array in result.items():
        if array.dtype.kind not in "fiu" or array.size == 0:
            raise InputError(f"{path} is not {wanted}: {name} is not an array of numbers")
        if not np.isfinite(array).all():
            raise InputError(f"{path} is damaged: {name} holds what is no number")
    return result


def _check_numbers(name: str, numbers: np.ndarray, vertices: int, path: Path) -> None:
    """See that an entry names vertices.

    Raises:
        InputError: It names one that is not there.
    """
    if numbers.min() < 0 or numbers.max() >= vertices:
        raise InputError(f"{path} is damaged: {name} names vertex {numbers.max():.0f} or one below 0 of {vertices}")
