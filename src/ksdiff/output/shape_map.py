"""Which shapes of an avatar follow what: proposed by their names, and edited by hand.

A map gives each shape of an avatar the names that it follows, with weights: channels of ARKit, or combined shapes such
as visemes (`ksdiff.output.shape_names.SHAPES`). At each frame `ksdiff.output.reduction` finds a value for each name
that is followed; a shape's weight is the sum of those it follows, times their weights, between 0 and 1. A shape that
follows nothing stays at rest.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ksdiff.errors import InputError, suggest
from ksdiff.files import atomic_write
from ksdiff.output.avatar import Avatar, Shape
from ksdiff.output.reduction import usable
from ksdiff.output.shape_names import SHAPES
from ksdiff.strict_json import parse_json

ShapeMap = Mapping[str, Mapping[str, float]]
MAX_WEIGHT = 2.0  # magnitude: corrective shapes may follow a channel the other way
MAX_FOLLOWED = 60  # names that one shape follows
MAX_MAP_FILE = 10 << 20  # bytes


def propose(avatar: Avatar) -> dict[str, dict[str, float]]:
    """The map by what the avatar's shapes are called, and what VRM says about them.

    What is meant by several shapes is followed by one: by an expression of VRM where there is one, since its author
    says so; else on each mesh by the morph target whose name comes nearest to ARKit's. A face that has both
    ``eyeBlinkLeft`` and ``Fcl_EYE_Close_L`` would close its eye twice over. Combined shapes follow only where those
    that they stand for are missing.
    """
    candidates: dict[str, list[str]] = {}
    for name, shape in avatar.shapes.items():
        if shape.meaning is not None:
            candidates.setdefault(shape.meaning.shape, []).append(name)
    used = set(usable(set(candidates)))
    rows: dict[str, dict[str, float]] = {name: {} for name in avatar.shapes}
    for meant, names in candidates.items():
        for name in _chosen(avatar, names) if meant in used else ():
            rows[name][meant] = 1.0
    return rows


def _chosen(avatar: Avatar, names: list[str]) -> list[str]:
    """Of shapes that mean the same, those that move."""
    expressions = [name for name in names if avatar.shapes[name].expression]
    if expressions:
        return [min(expressions, key=lambda name: _rank(avatar.shapes[name]))]
    best: dict[int, int] = {}  # by node with a mesh
    for name in names:
        for node, _, _ in avatar.shapes[name].binds:
            best[node] = min(best.get(node, 99), _rank(avatar.shapes[name]))
    chosen: list[str] = []
    taken: set[tuple[int, str]] = set()  # node, and half of the shape
    for name in names:
        shape = avatar.shapes[name]
        places = {(node, _half(shape)) for node, _, _ in shape.binds}
        if all(_rank(shape) == best[node] for node, _ in places) and not places & taken:
            chosen.append(name)
            taken |= places
    return chosen


def _rank(shape: Shape) -> int:
    return 99 if shape.meaning is None else shape.meaning.rank


def _half(shape: Shape) -> str:
    return "" if shape.meaning is None else shape.meaning.half


def check_map(shapes: ShapeMap, avatar: Avatar) -> None:
    """See that a map is one of an avatar.

    Raises:
        InputError: It names a shape that the avatar has not, or follows what does not exist, or a weight is out of
            bounds.
    """
    for name in shapes:
        if name not in avatar.shapes:
            raise InputError(f"the avatar has no shape {name!r}: {suggest(name, tuple(avatar.shapes))}")
    check_rows(shapes)


def check_rows(shapes: ShapeMap) -> None:
    """See that what shapes follow exists, with weights in bounds.

    Raises:
        InputError: It does not.
    """
    for name, row in shapes.items():
        if len(row) > MAX_FOLLOWED:
            raise InputError(f"{name} follows {len(row)} channels; it can follow {MAX_FOLLOWED}")
        for followed, weight in row.items():
            if followed not in SHAPES:
                raise InputError(f"{name} follows {followed!r}, which is not known: {suggest(followed, tuple(SHAPES))}")
            if not -MAX_WEIGHT <= weight <= MAX_WEIGHT:
                raise InputError(
                    f"{name} follows {followed} with weight {weight}; it must be -{MAX_WEIGHT:g} to {MAX_WEIGHT:g}"
                )


def followed(shapes: ShapeMap) -> set[str]:
    """Names that some shape follows."""
    return {name for row in shapes.values() for name, weight in row.items() if weight}


def write_map(shapes: ShapeMap, path: Path | str) -> None:
    """Write a map as JSON, one shape a line, to be edited by hand.

    Raises:
        InputError: The file cannot be written.
    """
    lines = [f" {json.dumps(name, ensure_ascii=False)}: {json.dumps(dict(row))}" for name, row in shapes.items()]
    with atomic_write(Path(path)) as temporary:
        temporary.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def read_map(path: Path | str, avatar: Avatar) -> dict[str, dict[str, float]]:
    """Read a map that `write_map` wrote; shapes that are not in it stay at rest.

    Raises:
        InputError: The file cannot be read, or is no map of this avatar.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_MAP_FILE:
            raise InputError(f"{path} is larger than {MAX_MAP_FILE >> 20} MiB: it is no map of shapes")
        data: Any = parse_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}") from error
    rows = data.values() if isinstance(data, dict) else [None]
    for row in rows:
        numbers = row.values() if isinstance(row, dict) else [None]
        if not all(isinstance(weight, int | float) and not isinstance(weight, bool) for weight in numbers):
            raise InputError(f'{path} must hold {{"shape": {{"channel": weight}}}}, as --save-map writes it')
    try:
        check_map(data, avatar)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    return {name: dict(data.get(name, {})) for name in avatar.shapes}
