"""From a plan to stages: all that moves pixels becomes one matrix, all that changes values one chain of tone.

When does a new stage begin? Where a transform lets pixels in from outside (it has an edge) and the stage so far has
another border or fill, or the stage's fill has been through a change of tone since. This is decided by the transforms
alone, never by what was drawn, so that a sample does not depend on the rest of its batch.

Fused, content that one transform moves out and a later one moves back is still there; one by one it is lost. That is
the one difference between the two where nothing is interpolated.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from hardy.augmentation.plan import Plan, Step


@dataclass(frozen=True, eq=False)
class Stage:
    """One pass over the pixels.

    Args:
        matrices: input (x, y, 1) = matrix · output (x, y, 1), one for each sample; None where nothing moves.
        edge: border and fill; None where nothing comes in from outside.
        tone: the changes of value in order.
        before: how many of them come before the fill does, which these leave alone.
    """

    matrices: Float64[np.ndarray, "n 3 3"] | None = None
    edge: tuple[str, tuple[float, ...]] | None = None
    tone: tuple[Step, ...] = ()
    before: int = 0

    @property
    def border(self) -> str:
        """The border's name; of no importance where nothing comes in from outside."""
        return self.edge[0] if self.edge else "edge"

    @property
    def fill(self) -> tuple[float, ...]:
        """The value outside as the transform gives it, for all channels or for each."""
        return self.edge[1] if self.edge else (0.0,)

    @property
    def tone_after(self) -> tuple[Step, ...]:
        """The changes of value that the fill goes through."""
        return self.tone[self.before :]


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
    stages = [Stage()]
    for position, step in enumerate(plan.steps):
        if position and not fused:
            stages.append(Stage())
        if step.transform.moves:
            if not _joins(stages[-1], step.transform.edge()):
                stages.append(Stage())
            stages[-1] = _moved(stages[-1], step, plan)
        if step.transform.tones:
            stages[-1] = replace(stages[-1], tone=(*stages[-1].tone, step))
    return stages


def _joins(stage: Stage, edge: tuple[str, tuple[float, ...]] | None) -> bool:
    if edge is None or stage.edge is None:
        return True
    return edge == stage.edge and (edge[0] != "constant" or not stage.tone_after)


def _moved(stage: Stage, step: Step, plan: Plan) -> Stage:
    drawn = step.transform.matrices(step.parameters, plan.sizes_hw)
    matrices = np.where(step.applied[:, None, None], drawn, np.eye(3))
    edge = step.transform.edge()
    return replace(
        stage,
        matrices=matrices if stage.matrices is None else stage.matrices @ matrices,
        edge=stage.edge or edge,
        before=len(stage.tone) if edge and not stage.edge else stage.before,
    )
