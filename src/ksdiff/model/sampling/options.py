"""How motion is drawn from the model."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from ksdiff.errors import InputError, suggest
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS

RENAMED = {"steps": "num_inference_steps"}  # fields, by their names in files of older versions

SOLVER_ORDERS = (1, 2)


def current_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Options from a file, under the names that they have now."""
    return {RENAMED.get(name, name): value for name, value in values.items()}


Plan = Literal["none", "grid", "keyframes"]
NONE: Plan = "none"
GRID: Plan = "grid"
AT_KEYFRAMES: Plan = "keyframes"


@dataclass(frozen=True)
class SamplingOptions:
    """How motion is drawn from the model.

    Attributes:
        num_inference_steps: Denoising steps of a path that has no number of its own.
        guidance: How far to go from the unconditional motion to that with speech and words; 1 is the plain model.
        expression_seed: Of the noise of the expression path.
        head_seed: Of the noise of the head path.
        expression_temperature: Scale of the noise that denoising starts from: 0 gives the calmest motion, 1 a true
            sample of the model.
        head_temperature: The same for the head.
        keyframe_threshold: Probability from which a frame is a keyframe, by path.
        keyframe_guidance: How far to go from the motion of which no keyframes are known to that with keyframes, by
            path; 1 is the plain model.
        given_keyframe_guidance: How far to go from the motion with predicted keyframes to that with those given in
            their place, by path; None for as far as `keyframe_guidance` says.
        expression_guidance: Guidance of the expression path, if another.
        head_guidance: The same for the head.
        plan: Draw poses first, and the motion through them: ``none``, on a ``grid`` as KeyFace does, or at the
            ``keyframes``. Only networks with pose generators can.
        expression_steps: Denoising steps of the expression path, if other than `num_inference_steps`.
        head_steps: The same for the head.
        solver_order: 1 is DDIM, 2 is DPM-Solver++(2M).
    """

    num_inference_steps: int = 8
    guidance: float = 1.0
    expression_seed: int = 0
    head_seed: int = 0
    expression_temperature: float = 1.0
    head_temperature: float = 1.0
    keyframe_threshold: dict[str, float] = field(default_factory=lambda: {EXPRESSION: 0.5, HEAD: 0.5})
    keyframe_guidance: dict[str, float] = field(default_factory=lambda: {EXPRESSION: 1.0, HEAD: 1.0})
    given_keyframe_guidance: dict[str, float] | None = None
    expression_guidance: float | None = None
    head_guidance: float | None = None
    plan: Plan = NONE
    expression_steps: int | None = None
    head_steps: int | None = None
    solver_order: int = 1

    def __post_init__(self) -> None:
        for name in ("num_inference_steps", "expression_steps", "head_steps"):
            count = getattr(self, name)
            if count is not None and not 1 <= count <= 1000:
                raise InputError(f"{name} is {count}; it must be 1 to 1000")
        if self.solver_order not in SOLVER_ORDERS:
            raise InputError(f"solver_order is {self.solver_order}; it must be 1 (DDIM) or 2 (DPM-Solver++)")
        if self.plan not in get_args(Plan):
            raise InputError(f"plan is {self.plan!r}: {suggest(str(self.plan), get_args(Plan))}")
        for name in ("guidance", "expression_guidance", "head_guidance"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 20:
                raise InputError(f"{name} is {value}; it must be 0 to 20, and 1 is none")
        for name in ("expression_seed", "head_seed"):
            if not 0 <= getattr(self, name) < 2**63:
                raise InputError(f"{name} is {getattr(self, name)}; it must be 0 to 2^63 - 1")
        for name in ("expression_temperature", "head_temperature"):
            if not 0 <= getattr(self, name) <= 2:
                raise InputError(f"{name} is {getattr(self, name)}; it must be 0 to 2")
        for name, most in (("keyframe_guidance", 20), ("given_keyframe_guidance", 20), ("keyframe_threshold", 1)):
            values: dict[str, float] | None = getattr(self, name)
            if values is None and name == "given_keyframe_guidance":
                continue
            if values is None or set(values) != set(PATHS) or not all(0 <= value <= most for value in values.values()):
                raise InputError(f"{name} is {values}; it must give 0 to {most} for {', '.join(PATHS)}")

    def with_steps(
        self, both: int | None, expression: int | None, head: int | None, solver_order: int | None
    ) -> "SamplingOptions":
        """The same with other steps, or another order; what is None stays.

        Args:
            both: Of both paths, also of one that had a number of its own.
            expression: Of the expression path.
            head: Of the head path.
            solver_order: Of the solver.
        """
        given = {"expression_steps": expression, "head_steps": head, "solver_order": solver_order}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        if both is not None:
            changes = {"num_inference_steps": both, "expression_steps": None, "head_steps": None, **changes}
        return replace(self, **changes)

    def steps_of(self, path: str) -> int:
        """Denoising steps of a path: its own, or those of both."""
        own = getattr(self, f"{path}_steps")
        return self.num_inference_steps if own is None else own

    def guidance_of(self, path: str) -> float:
        """Guidance of a path: its own, or that of both."""
        own = getattr(self, f"{path}_guidance")
        return self.guidance if own is None else own

    def given_keyframe_guidance_of(self, path: str) -> float:
        """How far keyframes guide a path that are given in place of predicted ones."""
        return (self.given_keyframe_guidance or self.keyframe_guidance)[path]

    def noise_of(self, path: str) -> tuple[int, float]:
        """Seed and temperature of the noise of a path."""
        return getattr(self, f"{path}_seed"), getattr(self, f"{path}_temperature")
