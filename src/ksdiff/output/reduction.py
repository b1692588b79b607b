"""ARKit weights on a head that has other, or fewer, shapes.

What the head of this package would do under the given weights is approached as nearly as the other head's shapes allow.
With *a* the ARKit weights of a frame, *B* the ARKit weights that look like each of the other head's shapes
(`ksdiff.output.shape_names.SHAPES`), and *M* the Gram matrix of the displacements of this package's vertices (of the
lips for mouth and jaw, with the mean of its diagonal 1), the weights *c* minimise

    (B c - a)ᵀ M (B c - a) + Σ_own PULL (c - a)² + Σ_combined (SPREAD c² + 2 COST c),  0 ≤ c ≤ 1,

where own shapes are ARKit's and combined ones stand for several of these, such as visemes. A head with all ARKit shapes
so gets *a* itself; one that lacks ``mouthClose`` opens its jaw less on p, b and m, so that its lips still meet; visemes
that look like the given lips win over mixtures of others. The problem is strictly convex: the weights follow those
given continuously.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES
from ksdiff.output.shape_names import SHAPES

# Parts of the face that are solved apart, by how their shapes' names begin: no lid makes up for a lip, and no vowel for
# a smile, which would then stay on the face of somebody who smiles throughout.
LIPS = "lips and jaw"
MOOD = ("mouthSmile", "mouthFrown", "mouthDimple")
REGIONS = {
    LIPS: tuple(name for name in ARKIT.mouth if not name.startswith(MOOD)),
    "smile": MOOD,
    "lids": ("eyeBlink", "eyeSquint", "eyeWide"),
    "gaze": ("eyeLook",),
    "brows": ("brow",),
    "nose and cheeks": ("nose", "cheek"),
}
PULL, SPREAD, COST = 0.02, 0.002, 0.005
MIN_MISSING = 0.5  # part of a combined shape's weights that must lack shapes of their own, for it to be used
SWEEPS = 500  # of coordinate descent at most
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Reduced:
    """Weights for another head.

    Attributes:
        weights: By name of the shape, those of each frame.
        shown: By region, the part of the head's movement that remains: 1 for all, 0 for none.
        lost: ARKit channels that no shape shows.
    """

    weights: dict[str, Float[np.ndarray, " T"]]
    shown: dict[str, float]
    lost: tuple[str, ...]


def usable(names: set[str]) -> tuple[str, ...]:
    """Which of a head's shapes to use: all ARKit ones, and combined ones where those that they stand for are missing.

    Args:
        names: Shapes that the head has, of `SHAPES`.
    """
    own = [name for name in ARKIT.expression if name in names]

    def needed(name: str) -> bool:
        weights = SHAPES[name]
        missing = sum(weight for shape, weight in weights.items() if shape not in names)
        return name not in ARKIT_SHAPES and missing >= MIN_MISSING * sum(weights.values())

    return (*own, *(name for name in SHAPES if name in names and needed(name)))


@dataclass(frozen=True)
class Region:
    """The problem of one region of the face, for given shapes.

    With the ARKit weights *a* of the region, the weights of the shapes are the c in 0..1 that minimises
    ½ cᵀ Q c - (a L + l)ᵀ c; the search starts at a S.

    Attributes:
        channels: Numbers of the ARKit channels of *a*.
        shapes: Numbers of the shapes of *c*, among those used.
        quadratic: Q.
        linear: L.
        offset: l.
        start: S.
        basis: B, the ARKit weights that look like each shape.
        metric: M.
    """

    channels: tuple[int, ...]
    shapes: tuple[int, ...]
    quadratic: Float[np.ndarray, "N N"]
    linear: Float[np.ndarray, "R N"]
    offset: Float[np.ndarray, " N"]
    start: Float[np.ndarray, "R N"]
    basis: Float[np.ndarray, "R N"]
    metric: Float[np.ndarray, "R R"]


def problems(used: tuple[str, ...]) -> dict[str, Region]:
    """The problem of each region of `REGIONS` for a head with these shapes, see `usable`."""
    basis = np.array([[SHAPES[name].get(channel, 0.0) for name in used] for channel in ARKIT.expression])
    basis = basis.reshape(len(ARKIT.expression), len(used))
    result: dict[str, Region] = {}
    for region in REGIONS:
        rows = _rows(region)
        columns = np.flatnonzero(basis[rows].any(axis=0))
        part, metric = basis[rows][:, columns], _metric(region)
        own = np.array([used[column] in ARKIT.expression for column in columns], bool)
        start = np.where(own, part, 0.0)  # the column of an ARKit shape has a single 1
        result[region] = Region(
            channels=tuple(rows),
            shapes=tuple(int(column) for column in columns),
            quadratic=part.T @ metric @ part + np.diag(np.where(own, PULL, SPREAD)),
            linear=metric @ part + PULL * start,
            offset=np.where(own, 0.0, -COST),
            start=start,
            basis=part,
            metric=metric,
        )
    return result


def reduce(expression: Float[np.ndarray, "T 51"], names: set[str]) -> Reduced:
    """Weights of another head's shapes that come nearest to ARKit weights.

    Args:
        expression: Channels of the ``arkit`` space.
        names: Shapes that the head has, of `SHAPES`; `usable` says which of them get weights.
    """
    used = usable(names)
    weights, shown = {}, {}
    reached: set[int] = set()
    for name, region in problems(used).items():
        wanted = expression[:, region.channels].astype(np.float64)
        solved = _bounded(region.quadratic, wanted @ region.linear + region.offset, wanted @ region.start)
        weights |= {used[index]: solved[:, column] for column, index in enumerate(region.shapes)}
        left = solved @ region.basis.T - wanted
        moved, lost = (np.einsum("ti,ij,tj->", x, region.metric, x) for x in (wanted, left))
        shown[name] = float(max(0.0, 1 - lost / moved)) if moved > 0 else 1.0
        reached |= {region.channels[row] for row in np.flatnonzero(region.basis.any(axis=1))}
    lost = tuple(channel for index, channel in enumerate(ARKIT.expression) if index not in reached)
    return Reduced({name: weights[name] for name in used}, shown, lost)


def _rows(region: str) -> list[int]:
    return [index for index, channel in enumerate(ARKIT.expression) if channel.startswith(REGIONS[region])]


@cache
def _metric(region: str) -> Float[np.ndarray, "R R"]:
    """How much, and how alike, the shapes of a region move this package's head; the mean of the diagonal is 1."""
    head = load_head()
    rows = [ARKIT_SHAPES.index(ARKIT.expression[row]) for row in _rows(region)]
    vertices = head.lip_vertices if region == LIPS else head.moving
    moves = head.deltas[rows][:, vertices].reshape(len(rows), -1).astype(np.float64)
    gram = moves @ moves.T
    return gram / np.diag(gram).mean()


def _bounded(
    quadratic: Float[np.ndarray, "N N"], linear: Float[np.ndarray, "T N"], start: Float[np.ndarray, "T N"]
) -> Float[np.ndarray, "T N"]:
    """The c in 0..1 that minimises ½ cᵀ Q c - lᵀ c, for all frames at once, by coordinate descent."""
    solved = np.clip(start, 0.0, 1.0)
    for _ in range(SWEEPS):
        largest = 0.0
        for column in range(len(quadratic)):
            slope = linear[:, column] - solved @ quadratic[:, column]
            moved = np.clip(solved[:, column] + slope / quadratic[column, column], 0.0, 1.0)
            largest = max(largest, float(np.abs(moved - solved[:, column]).max()))
            solved[:, column] = moved
        if largest < TOLERANCE:
            break
    return solved
