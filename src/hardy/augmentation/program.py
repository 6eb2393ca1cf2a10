"""The commonest pipelines without NumPy between the steps: drawn in one compiled call, carried out in another.

A Compose has a `Program` where all of its transforms are known to `_CODES` with plain arguments, and they fuse to one
pass of linear interpolation. Its plans are `Plan`s as all others are; only their steps are made when somebody asks.
`Program.run` does a batch of RGB bytes in one array, and says so where it cannot: the general way takes over then. Both
ways call the same loops, and give the same bits.
"""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Int64, UInt64

from hardy.augmentation import program_kernels as kernels
from hardy.augmentation.colour.color_jitter import ORDERS, PARTS, PLACES, ColorJitter
from hardy.augmentation.colour.matrices import GREY
from hardy.augmentation.cpu import BORDER_CODES
from hardy.augmentation.fuse import fuse
from hardy.augmentation.geometry.affine import NUMBERS, Affine
from hardy.augmentation.geometry.flips import HorizontalFlip, VerticalFlip
from hardy.augmentation.geometry.random_resized_crop import PART, RandomResizedCrop
from hardy.augmentation.plan import Plan, Step
from hardy.augmentation.transform import Transform
from hardy.augmentation.values import Finish
from hardy.rng import stream_keys

_CONSTANTS = 16


def _crop(transform: RandomResizedCrop) -> list[float] | None:
    if transform.p < 1:
        return None
    ratios = math.log(transform.ratio[0]), math.log(transform.ratio[1])
    return [*transform.scale, *ratios, *transform.ratio, *transform.size]


def _affine(transform: Affine) -> list[float] | None:
    if transform.translate_px is not None or transform.fit_output or transform.keep_ratio or transform.balanced_scale:
        return None
    return transform.extents.ravel().tolist()


def _jitter(transform: ColorJitter) -> list[float] | None:
    return None if transform.stands else [*transform.extents.ravel().tolist(), len(ORDERS)]


_CODES: dict[type[Transform], tuple[int, Callable[[Any], list[float] | None], tuple[str, ...], tuple[str, ...]]] = {
    RandomResizedCrop: (kernels.CROP, _crop, (), PART),
    HorizontalFlip: (kernels.FLIP_X, lambda _: [], (), ()),
    VerticalFlip: (kernels.FLIP_Y, lambda _: [], (), ()),
    Affine: (kernels.AFFINE, _affine, NUMBERS, ()),
    ColorJitter: (kernels.JITTER, _jitter, PARTS, ("order",)),
}


class Program:
    """What is known about a pipeline before anything is drawn.

    Args:
        transforms: in order, all of them known.
        keys: what their numbers are drawn under.
        constants: a row for each, p first.
        plain: a plan for one sample by the general way, from which borders and fills are read.
    """

    def __init__(self, transforms: tuple[Transform, ...], keys: tuple[str, ...], constants: np.ndarray, plain: Plan):
        self.transforms, self.keys, self.constants = transforms, keys, constants
        known = [_CODES[type(transform)] for transform in transforms]
        self.codes = np.array([code for code, *_ in known], np.int64)
        self.names = [(numbers, wholes) for _, _, numbers, wholes in known]
        self.numbers = sum(len(numbers) for numbers, _ in self.names)
        self.wholes = sum(len(wholes) for _, wholes in self.names)
        self.counts = np.array([1 + transform.draws for transform in transforms], np.int64)
        (stage,) = fuse(plain)
        spared = [step.key for step in stage.values[: stage.before]]
        self.before = max((keys.index(key) + 1 for key in spared), default=0)
        self.fill, self.border = np.array(stage.fill, np.float64), BORDER_CODES[stage.border]

    @staticmethod
    def knows(transforms: tuple[Transform, ...]) -> bool:
        """Whether all of them are of a known kind."""
        return all(type(transform) in _CODES for transform in transforms)

    @classmethod
    def of(cls, transforms: tuple[Transform, ...], plain: Plan) -> "Program | None":
        """The program of a pipeline, where it can be one."""
        constants = np.zeros((len(transforms), _CONSTANTS))
        for row, transform in zip(constants, transforms, strict=True):
            found = _CODES[type(transform)][1](transform)
            if found is None:
                return None
            row[: 1 + len(found)] = [transform.p, *found]
        stages = fuse(plain)
        fused = len(stages) == 1 and stages[0].matrices is not None and stages[0].interpolation == "linear"
        return cls(transforms, tuple(step.key for step in plain.steps), constants, plain) if fused else None

    def draw(
        self, words: UInt64[np.ndarray, "n 2"], copies: Int64[np.ndarray, "n"], epoch: int, seed: int, sizes: Any
    ) -> "DrawnPlan":
        """The numbers for a batch; `sizes` (n, 2)."""
        steps, count = len(self.codes), len(words)
        uniform = np.empty((steps, count, int(self.counts.max())))
        applied, all_sizes = np.empty((steps, count), bool), np.empty((steps + 1, count, 2), np.int64)
        numbers, wholes = np.empty((self.numbers, count)), np.empty((self.wholes, count), np.int64)
        all_sizes[0] = sizes
        keys = stream_keys(seed, epoch, self.keys)
        kernels.draw_all(
            *(self.codes, self.constants, keys, words, copies, self.counts, uniform, applied, numbers, wholes),
            all_sizes,
        )
        return DrawnPlan.of(self, words, copies, epoch, seed, (applied, numbers, wholes, all_sizes))

    def steps(self, drawn: tuple[np.ndarray, ...]) -> tuple[Step, ...]:
        """The steps of a plan, as the general way makes them."""
        applied, numbers, wholes, sizes = drawn
        found, number, whole = [], 0, 0
        for t, (transform, key, names) in enumerate(zip(self.transforms, self.keys, self.names, strict=True)):
            parameters = dict(zip(names[0], numbers[number : number + len(names[0])], strict=True))
            parameters |= dict(zip(names[1], wholes[whole : whole + len(names[1])], strict=True))
            number, whole = number + len(names[0]), whole + len(names[1])
            found.append(Step(transform, key, applied[t], parameters, sizes[t]))
        return tuple(found)

    def run(self, plan: "DrawnPlan", images: np.ndarray, finish: Finish, outs: np.ndarray) -> bool:
        """Carry out a plan into an array (n, h, w, 3), in any layout; False where the general way has to."""
        whole = images.dtype == np.uint8 and images.shape[3] == 3 and images.flags.c_contiguous
        if not whole or len(self.fill) not in (1, 3):
            return False
        item, strides, steps = outs.itemsize, outs.strides, images.strides
        assert plan.drawn is not None
        applied, numbers, wholes, sizes = plan.drawn
        return bool(
            kernels.run_all(
                *(self.codes, self.constants, applied, numbers, wholes, sizes, self.before, self.fill, PLACES, GREY),
                *(self.border, images.__array_interface__["data"][0], steps[0], (*images.shape[1:3], steps[1])),
                *(outs.__array_interface__["data"][0], strides[0]),
                (*outs.shape[1:3], strides[1] // item, strides[2] // item, strides[3] // item),
                *(_PIXEL, _VALUES[outs.dtype.name], finish.last, finish.mean, finish.std, finish.line),
            )
        )


_PIXEL = np.empty(0, np.uint8)
_VALUES = {name: np.empty(0, name) for name in ("uint8", "uint16", "float32")}


class DrawnPlan(Plan):
    """A plan whose steps are made when somebody asks for them.

    What `dataclasses.replace` makes of one is a plan as any other: it has been given its steps, and no longer has what
    was drawn.
    """

    program: Program
    drawn: tuple[np.ndarray, ...] | None = None

    @classmethod
    def of(cls, program: Program, words: Any, copies: Any, epoch: int, seed: int, drawn: Any) -> "DrawnPlan":
        """The plan of a program."""
        plan = cls.__new__(cls)
        plan.__dict__.update(
            program=program, words=words, copies=copies, epoch=epoch, seed=seed, sizes_hw=drawn[3][0], drawn=drawn
        )
        return plan

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The transforms in order, with their numbers."""
        assert self.drawn is not None
        return self.program.steps(self.drawn)

    @property
    def output_sizes_hw(self) -> Int64[np.ndarray, "n 2"]:
        """Height and width of each picture at the end."""
        return super().output_sizes_hw if self.drawn is None else self.drawn[3][-1]

    def _select(self, rows: Any) -> Plan:
        return Plan(self.words, self.copies, self.epoch, self.seed, self.sizes_hw, self.steps)._select(rows)
