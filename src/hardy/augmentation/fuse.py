"""From a plan to stages: all that moves pixels becomes one matrix, all that changes values one chain.

When does a new stage begin? At a Barrier, and after it. At a Distortion where pixels have moved already, and at a
Geometry after one. Where a transform lets pixels in from outside (it has an edge) and the stage so far has another
border or fill, or the stage's fill has been through a change of value since. Where it wants another interpolation. This
is decided by the transforms alone, never by what was drawn, so that a sample does not depend on the rest of its batch.

Fused, content that one transform moves out and a later one moves back is still there; one by one it is lost. That, and
what is interpolated, is the one difference between the two.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hardy.augmentation.kinds import Barrier, Colour, Curve, Distortion, Edge, Geometry, Moving, is_barrier
from hardy.augmentation.plan import Plan, Step
from hardy.augmentation.prepare_kernels import compose_matrices
from hardy.augmentation.transform import Transform


@dataclass(frozen=True, eq=False)
class Stage:
    """One pass over the pixels, or one barrier.

    Args:
        sizes_hw: of the pictures that come in.
        output_sizes_hw: of those that go out.
        active: the samples that anything is done to.
        matrices: input (x, y, 1) = matrix · output (x, y, 1), one for each sample; None where nothing moves.
        field: the distortion, in place of matrices.
        edge: what lies outside; None where nothing comes in from there.
        sampling: interpolation of pictures and masks; None where pixels are copied.
        values: the changes of value in order.
        before: how many of them come before the fill does, which these leave alone.
        barrier: in place of all others.
        apart: the result is rounded to the picture's own dtype, even between two stages.
    """

    sizes_hw: Int64[np.ndarray, "n 2"]
    output_sizes_hw: Int64[np.ndarray, "n 2"]
    active: Bool[np.ndarray, "n"]
    matrices: Float64[np.ndarray, "n 3 3"] | None = None
    field: Step | None = None
    edge: Edge | None = None
    sampling: tuple[str, str] | None = None
    values: tuple[Step, ...] = ()
    before: int = 0
    barrier: Step | None = None
    apart: bool = False

    @property
    def border(self) -> str:
        """The border's name; of no importance where nothing comes in from outside."""
        return self.edge.border if self.edge else "edge"

    @property
    def fill(self) -> tuple[float, ...]:
        """The value outside as the transform gives it, for all channels or for each."""
        return self.edge.fill if self.edge else (0.0,)

    @property
    def interpolation(self) -> str:
        """How pictures are resampled. Where pixels are copied all ways are the same, but for a fraction of one."""
        return (self.sampling or ("linear", "nearest"))[0]

    @property
    def values_after(self) -> tuple[Step, ...]:
        """The changes of value that the fill goes through."""
        return self.values[self.before :]

    @property
    def moves(self) -> bool:
        """Pixels change their place."""
        return self.matrices is not None or self.field is not None

    @property
    def empty(self) -> bool:
        """Nothing has joined yet."""
        return not (self.moves or self.values or self.barrier)


def fuse(plan: Plan, *, fused: bool = True) -> list[Stage]:
    """The passes that carry out a plan.

    Args:
        plan: what is done to every sample.
        fused: False gives every transform a pass of its own.

    Returns:
        One or more stages, in order.

    Example:
        >>> from hardy.augmentation import Compose, HorizontalFlip, Invert, Translate
        >>> plan = Compose([Translate(pixels=2), HorizontalFlip(), Invert()]).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> [stage.matrices.shape for stage in fuse(plan)]
        [(1, 3, 3)]
        >>> len(fuse(plan, fused=False))
        3
    """
    stages = [_Growing(plan.sizes_hw)]
    for step in plan.steps:
        last, kind = stages[-1], _kind(step.transform)
        if not last.empty and (not fused or last.barrier or last.apart or step.apart or not last.joins(step, kind)):
            stages.append(_Growing(last.output_sizes_hw))
            if step.apart:  # what comes before it is rounded as well
                last.apart = True
        stages[-1].join(step, kind)
    return [stage.grown() for stage in stages]


class _Growing:
    """A stage that steps still join."""

    def __init__(self, sizes_hw: Int64[np.ndarray, "n 2"]) -> None:
        self.sizes_hw = self.output_sizes_hw = sizes_hw
        self.active: Bool[np.ndarray, n] | None = None
        self.matrices: Float64[np.ndarray, "n 3 3"] | None = None
        self.field: Step | None = None
        self.edge: Edge | None = None
        self.sampling: tuple[str, str] | None = None
        self.values: list[Step] = []
        self.before = 0
        self.barrier: Step | None = None
        self.apart = False

    @property
    def moves(self) -> bool:
        return self.matrices is not None or self.field is not None

    @property
    def empty(self) -> bool:
        return not (self.moves or self.values or self.barrier)

    def joins(self, step: Step, kind: str) -> bool:
        if kind in ("barrier", "value"):
            return kind == "value"
        if self.field or (kind == "distortion" and self.moves):
            return False
        edge, sampling = step.transform.frame  # type: ignore[attr-defined]
        if sampling and self.sampling and sampling != self.sampling:
            return False
        if edge is None or self.edge is None:
            return True
        return bool(edge == self.edge and (edge.border != "constant" or self.before == len(self.values)))

    def join(self, step: Step, kind: str) -> None:
        self.active = step.applied if self.active is None else self.active | step.applied
        self.apart = step.apart
        if kind == "barrier":
            self.barrier = step
        elif kind == "value":
            self.values.append(step)
        else:
            edge, sampling = step.transform.frame  # type: ignore[attr-defined]
            self.output_sizes_hw = step.output_sizes_hw
            self.sampling = self.sampling or sampling
            if edge and not self.edge:
                self.edge, self.before = edge, len(self.values)
            if kind == "distortion":
                self.field = step
            else:
                self.matrices = self._composed(step)

    def _composed(self, step: Step) -> Float64[np.ndarray, "n 3 3"]:
        assert isinstance(step.transform, Geometry)
        drawn = step.transform.matrices(step.parameters, step.sizes_hw)
        product = np.empty((len(drawn), 3, 3))
        compose_matrices(_NONE if self.matrices is None else self.matrices, drawn, step.applied, product)
        return product

    def grown(self) -> Stage:
        active = np.zeros(len(self.sizes_hw), bool) if self.active is None else self.active
        return Stage(
            *(self.sizes_hw, self.output_sizes_hw, active, self.matrices, self.field, self.edge, self.sampling),
            *(tuple(self.values), self.before, self.barrier, self.apart),
        )


_NONE = np.empty((0, 3, 3))


def _kind(transform: Transform) -> str:
    kind, sometimes = _kind_of_class(type(transform))
    return "value" if sometimes and not is_barrier(transform) else kind


@cache
def _kind_of_class(kind: type[Transform]) -> tuple[str, bool]:
    """What a class of transforms is here, and whether that depends on its arguments."""
    if issubclass(kind, Barrier):
        return "barrier", issubclass(kind, Colour | Curve)
    if not issubclass(kind, Moving):
        return "value", False
    return "distortion" if issubclass(kind, Distortion) else "geometry", False
