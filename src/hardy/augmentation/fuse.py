"""From a plan to stages: all that moves pixels becomes one matrix, all that changes values one chain.

When does a new stage begin? At a Barrier, and after it. At a Distortion where pixels have moved already, and at a
Geometry after one. Where a transform lets pixels in from outside (it has an edge) and the stage so far has another
border or fill, or the stage's fill has been through a change of value since. Where it wants another interpolation. This
is decided by the transforms alone, never by what was drawn, so that a sample does not depend on the rest of its batch.

Fused, content that one transform moves out and a later one moves back is still there; one by one it is lost. That, and
what is interpolated, is the one difference between the two.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float64, Int64

from hardy.augmentation.kinds import Distortion, Edge, Geometry, Moving, is_barrier
from hardy.augmentation.plan import Plan, Step


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
    stages = [_begin(plan.sizes_hw)]
    for step in plan.steps:
        last = stages[-1]
        if not last.empty and (not fused or last.barrier or last.apart or step.apart or not _joins(last, step)):
            stages.append(_begin(last.output_sizes_hw))
            if step.apart:  # what comes before it is rounded as well
                stages[-2] = replace(stages[-2], apart=True)
        stages[-1] = _joined(stages[-1], step)
    return stages


def _begin(sizes_hw: Int64[np.ndarray, "n 2"]) -> Stage:
    return Stage(sizes_hw, sizes_hw, np.zeros(len(sizes_hw), bool))


def _joins(stage: Stage, step: Step) -> bool:
    transform = step.transform
    if is_barrier(transform):
        return False
    if not isinstance(transform, Moving):
        return True
    if stage.field or (isinstance(transform, Distortion) and stage.moves):
        return False
    sampling, edge = transform.sampling(), transform.edge()
    if sampling and stage.sampling and sampling != stage.sampling:
        return False
    if edge is None or stage.edge is None:
        return True
    return edge == stage.edge and (edge.border != "constant" or not stage.values_after)


def _joined(stage: Stage, step: Step) -> Stage:
    transform = step.transform
    stage = replace(stage, active=stage.active | step.applied, apart=step.apart)
    if is_barrier(transform):
        return replace(stage, barrier=step)
    if not isinstance(transform, Moving):
        return replace(stage, values=(*stage.values, step))
    edge = transform.edge()
    stage = replace(
        stage,
        output_sizes_hw=step.output_sizes_hw,
        sampling=stage.sampling or transform.sampling(),
        edge=stage.edge or edge,
        before=len(stage.values) if edge and not stage.edge else stage.before,
    )
    if isinstance(transform, Distortion):
        return replace(stage, field=step)
    assert isinstance(transform, Geometry)
    drawn = transform.matrices(step.parameters, step.sizes_hw)
    matrices = drawn if step.applied.all() else np.where(step.applied[:, None, None], drawn, np.eye(3))
    return replace(stage, matrices=matrices if stage.matrices is None else stage.matrices @ matrices)
