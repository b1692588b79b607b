"""Made-up files with the shape of FLAME's: none of its content."""

import pickle
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
from scipy import sparse

from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT_SHAPES

COMPONENTS = 400
NO_PARENT = 2**32 - 1


def flame_entries(vertices=240, seed=0):
    """Entries of a FLAME file: a made-up head of few vertices, upper and lower half carried by skull and jaw."""
    random = np.random.default_rng(seed)
    directions = random.standard_normal((vertices, 3))
    template = 0.09 * directions / np.linalg.norm(directions, axis=1, keepdims=True) + [0, 0.02, 0.03]
    lower = np.clip((0.01 - template[:, 1]) / 0.02, 0, 1)
    weights = np.zeros((vertices, 5))
    weights[:, 1], weights[:, 2] = 1 - lower, lower
    weights[:5, 3], weights[:5, 1:3] = 1, 0
    weights[5:10, 4], weights[5:10, 1:3] = 1, 0
    regressor = np.zeros((5, vertices))
    for joint in range(5):
        regressor[joint, random.choice(vertices, 8, replace=False)] = 1 / 8
    return {
        "v_template": template,
        "f": random.integers(0, vertices, (2 * vertices, 3)).astype(np.uint32),
        "shapedirs": 0.002 * random.standard_normal((vertices, 3, COMPONENTS)),
        "posedirs": 0.003 * random.standard_normal((vertices, 3, 36)),
        "J_regressor": regressor,
        "weights": weights,
        "kintree_table": np.array([[NO_PARENT, 0, 1, 1, 1], range(5)], dtype=np.uint32),
    }


def flame_of_head(landmarks, scale=0.9, moved=(0.01, 0.3, -0.02), seed=0):
    """Entries whose face is the open head's at some of its landmarks, and triangles and barycentric weights of these.

    The expression's components are mixtures of the head's shapes, so that each face has its counterpart in the other;
    what the jaw does there is left to FLAME's jaw.
    """
    head, random = load_head(), np.random.default_rng(seed)
    used, triangles = np.unique(head.landmark_vertices[landmarks], return_inverse=True)
    neutral, deltas = head.neutral[used].astype(np.float64), head.deltas[:51, used].astype(np.float64)
    deltas[[ARKIT_SHAPES.index(name) for name in ("jawOpen", "jawLeft", "jawRight", "jawForward")]] = 0
    joints = np.array([[0, -0.1, -0.01], [0, 0, 0], [0, 0.005, 0.02], [0.03, 0.04, 0.07], [-0.03, 0.04, 0.07]])
    count = len(used) + len(joints)  # the joints lie on vertices of their own
    basis = np.zeros((count, 3, COMPONENTS))
    mixture = random.standard_normal((51, 50)) / 7
    basis[: len(used), :, 300:350] = scale * np.einsum("svx,sk->vxk", deltas, mixture)
    lower = np.clip((-0.022 - neutral[:, 1]) / 0.01, 0, 1)
    weights = np.zeros((count, 5))
    weights[: len(used), 1], weights[: len(used), 2] = 1 - lower, lower
    weights[len(used) :, 0] = 1
    regressor = np.zeros((5, count))
    regressor[:, len(used) :] = np.eye(5)
    entries = {
        "v_template": scale * np.concatenate([neutral, joints]) + np.array(moved),
        "f": triangles.reshape(-1, 3).astype(np.uint32),
        "shapedirs": basis,
        "posedirs": np.zeros((count, 3, 36)),
        "J_regressor": regressor,
        "weights": weights,
        "kintree_table": np.array([[NO_PARENT, 0, 1, 1, 1], range(5)], dtype=np.uint32),
    }
    return entries, np.arange(len(landmarks)), head.landmark_weights[landmarks].astype(np.float64)


def save_flame_npz(path: Path, entries) -> Path:
    np.savez(path, **entries)
    return path


def save_flame_pickle(path: Path, entries) -> Path:
    """As FLAME is given out: by Python 2, with chumpy objects and a sparse matrix."""
    kinds = {}
    for module, name in (("chumpy.ch", "Ch"), ("chumpy.reordering", "Select"), ("chumpy.ch_ops", "add")):
        made = type(name, (), {"__module__": module})
        kinds[name] = made
        sys.modules[module] = ModuleType(module)
        setattr(sys.modules[module], name, made)
    sys.modules["chumpy"] = ModuleType("chumpy")

    def wrapped(values):
        result = kinds["Ch"]()
        result.x, result._status = values, "new"
        return result

    selection = kinds["Select"]()
    every = np.concatenate([np.zeros(7), entries["v_template"].ravel()])
    selection.a, selection.idxs, selection.preferred_shape = wrapped(every), np.arange(7, len(every)), None
    selection.preferred_shape = entries["v_template"].shape
    content = {
        **entries,
        "v_template": selection,
        "shapedirs": wrapped(entries["shapedirs"]),
        "posedirs": wrapped(entries["posedirs"]),
        "weights": wrapped(entries["weights"]),
        "J_regressor": sparse.csc_matrix(entries["J_regressor"]),
        "J": kinds["add"](),  # an expression that nobody needs
        "bs_style": "lbs",
        "bs_type": b"lrotmin",
    }
    try:
        path.write_bytes(pickle.dumps(content, protocol=2))
    finally:
        for module in ("chumpy", "chumpy.ch", "chumpy.reordering", "chumpy.ch_ops"):
            del sys.modules[module]
    return path
