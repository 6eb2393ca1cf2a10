"""Pictures of bytes by the shortest way: what one pass needs, and one compiled call; one by itself in microseconds.

A Compose has a `Single` where it is a single pass or barrier. It calls the transforms' own functions for the numbers,
matrices and curves, and the loops that the general way calls: the same bits. Where it cannot (another dtype, a curve
over resampled pixels) it says so, and the general way takes over. That one's steps take 50 µs where they are in the
processor's caches, and five times as long behind a batch of pictures that have pushed them out.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import xxhash
from jaxtyping import Float64, UInt8

from hardy.augmentation.cpu import BORDER_CODES, channel_means
from hardy.augmentation.fuse import Stage, fuse
from hardy.augmentation.kinds import Barrier, Curve, Geometry, Pictures
from hardy.augmentation.plan import Plan, generator_of
from hardy.augmentation.prepare_kernels import compose_matrices, join_matrices
from hardy.augmentation.single_kernels import alter_all, draw_one
from hardy.rng import id_words

_YES = np.ones(1, bool)
_NO_MOVES, _NO_CURVES, _NO_WORDS = np.empty((0, 3, 3)), np.empty((0, 1, 256)), np.zeros(2, np.uint64)
_LEVELS = np.arange(256.0)
_TOP = 255.0
_MOST = 64  # changes that are remembered


class Single:
    """What is known about a pipeline before a picture comes.

    Args:
        stage: the only one.
        plan: for any one picture, by the general way.
    """

    def __init__(self, stage: Stage, plan: Plan):
        self.steps = [(step.transform, step.transform.p, step.transform.draws) for step in plan.steps]
        self.stage, self.seed = stage, plan.seed
        self.keys = tuple(step.key for step in plan.steps)
        self.counts = np.array([1 + draws for _, _, draws in self.steps], np.int64)
        self.most = int(self.counts.max())
        self.certain = all(p == 1 and not draws for _, p, draws in self.steps)  # nothing is left to chance
        self.fill, self.border = np.array(stage.fill, np.float64), BORDER_CODES[stage.border]
        self.ways = stage.interpolation == "linear", stage.interpolation == "area"
        spared = {step.key for step in stage.values[: stage.before]}
        self.spared = [key in spared for key in self.keys]
        self.spares = any(self.spared)
        self.unchanging: dict[tuple[int, int, int], np.ndarray] = {}  # by step, and how many pictures and channels

    @classmethod
    def of(cls, plan: Plan) -> "Single | None":
        """The same for a pipeline whose plan for one picture this is, where it can be one."""
        stages = fuse(plan)
        fits = len(stages) == 1 and stages[0].field is None and bool(plan.steps)
        return cls(stages[0], plan) if fits else None

    def __call__(self, image: UInt8[np.ndarray, "h w c"], id: str, copy: int, epoch: int) -> np.ndarray | None:
        """The altered picture; None where the general way has to, which also says what is wrong with an argument."""
        octets = _octets(id)
        if octets is None or type(copy) is not int or copy < 0:
            return None
        if not image.flags.c_contiguous or not image.flags.writeable or not image.size:
            return None
        uniform = np.zeros((len(self.steps), self.most)) if self.certain else self._draw(octets, copy, epoch)
        if self.stage.barrier is not None:
            return self._behind(image, octets, copy, epoch, uniform)
        return self._passed(image, uniform)

    def _draw(self, octets: bytes, copy: int, epoch: int) -> Float64[np.ndarray, "t most"]:
        """What `Compose.plan` draws."""
        keys = [xxhash.xxh3_128_digest(f"{self.seed}\0{epoch}\0{key}".encode()) for key in self.keys]
        return draw_one(np.frombuffer(b"".join([octets, *keys]), np.uint8), copy, self.counts, self.most)

    def _behind(self, image: np.ndarray, octets: bytes, copy: int, epoch: int, uniform: Any) -> np.ndarray | None:
        """A barrier's work."""
        transform, p, draws = self.steps[0]
        if uniform[0, 0] >= p:
            return image.copy()
        assert isinstance(transform, Barrier) and self.stage.barrier is not None
        parameters = transform.parameters(uniform[:, 1 : 1 + draws], _sizes(image)) if draws else {}
        words = id_words([octets.hex()])[0] if transform.needs_generator else _NO_WORDS
        generator = generator_of(self.stage.barrier, self.seed, epoch, words, copy)
        found = transform.alter(image, {name: values[0] for name, values in parameters.items()}, generator)
        return found if found.dtype == np.uint8 and found.shape == image.shape and found.flags.c_contiguous else None

    def batch(self, plan: Plan, images: UInt8[np.ndarray, "n h w c"], out: UInt8[np.ndarray, "n h2 w2 c"]) -> bool:
        """The same for a batch of bytes in one array, as planned; False where the general way has to."""
        if self.stage.barrier is not None or not images.flags.c_contiguous or not images.flags.writeable:
            return False
        drawn = (
            (place, step.transform, step.parameters, step.sizes_hw, step.applied)
            for place, step in enumerate(plan.steps)
            if step.applied.any()
        )
        changes = self._changes(images, drawn)
        return changes is not None and self._altered(images, out, *changes)

    def _passed(self, image: np.ndarray, uniform: Any) -> np.ndarray | None:
        """One pass."""
        images, sizes = image[None], [_sizes(image)]
        changes = self._changes(images, self._drawn(uniform, sizes))
        if changes is None:
            return None
        height, width = sizes[-1][0].tolist()
        out = np.empty((1, height, width, image.shape[2]), np.uint8)
        return out[0] if self._altered(images, out, *changes) else None

    def _drawn(self, uniform: Any, sizes: list[np.ndarray]) -> Iterator[tuple[Any, ...]]:
        """The transforms that are applied, with their numbers; the picture's sizes after each are added to the list."""
        for place, (transform, p, draws) in enumerate(self.steps):
            if uniform[place, 0] >= p:
                continue
            drawn = uniform[place : place + 1, 1 : 1 + draws]
            parameters = transform.parameters(drawn, sizes[-1]) if draws else {}
            yield place, transform, parameters, sizes[-1], _YES
            if isinstance(transform, Geometry):
                sizes.append(transform.output_sizes(parameters, sizes[-1]))

    def _changes(self, images: np.ndarray, drawn: Iterable[tuple[Any, ...]]) -> tuple[np.ndarray, ...] | None:
        """Where pixels come from, how their colours or levels change, and what the fill goes through."""
        count, channels, moves, curves = len(images), images.shape[3], _NO_MOVES, _NO_CURVES
        pictures, colours = _blank(count, channels)
        outer = colours
        for place, transform, parameters, sizes, applied in drawn:
            if isinstance(transform, Geometry):
                own = transform.matrices(parameters, sizes)
                if len(moves) or not applied.all():
                    own, later = np.empty((count, 3, 3)), own
                    compose_matrices(moves, later, applied, own)
                moves = own
                continue
            own = self._change(place, transform, parameters, pictures, images)
            if len(curves) or (isinstance(transform, Curve) and (len(colours) or not applied.all())):
                return None
            if isinstance(transform, Curve):
                curves = own
                continue
            if not self.spared[place]:
                outer = _joined(outer, own, applied)
            colours = _joined(colours, own, applied) if self.spares else outer
        return moves, colours, curves, outer

    def _change(
        self, place: int, transform: Any, parameters: Any, pictures: Pictures, images: np.ndarray
    ) -> np.ndarray:
        """A transform's matrices or curves; remembered where they are always the same."""
        key = place, len(images), images.shape[3]
        if (found := self.unchanging.get(key)) is None:
            found = _change(transform, parameters, pictures, images)
            if not parameters and not getattr(transform, "needs_means", False):
                self.unchanging = {**self.unchanging, key: found} if len(self.unchanging) < _MOST else {key: found}
        return found

    def _altered(self, images: Any, out: Any, moves: Any, colours: Any, curves: Any, outer: Any) -> bool:
        if len(self.fill) not in (1, images.shape[3]):
            return False
        fades = self.border == BORDER_CODES["wrap"] and len(colours)  # the colours of a seam are another loop's
        filled = self.border == BORDER_CODES["constant"] and len(curves) and len(moves)
        if fades or filled:
            return False
        return alter_all(images, out, moves, colours, curves, outer, self.fill, self.border, *self.ways)


@lru_cache(maxsize=64)
def _blank(count: int, channels: int) -> tuple[Pictures, np.ndarray]:
    """Pictures of which nothing is known, and no change of colour."""
    return Pictures(channels, np.zeros((count, channels))), np.empty((0, channels, channels + 1))


def _octets(id: Any) -> bytes | None:
    """An id's sixteen bytes."""
    try:
        octets = bytes.fromhex(id)
    except (TypeError, ValueError):
        return None
    return octets if len(octets) == 16 and len(id) == 32 else None


def _sizes(image: np.ndarray) -> np.ndarray:
    sizes = np.empty((1, 2), np.int64)
    sizes[0] = image.shape[:2]
    return sizes


def _change(transform: Any, parameters: Any, pictures: Pictures, images: np.ndarray) -> np.ndarray:
    """A transform's matrices, or its curves at the levels of bytes."""
    if isinstance(transform, Curve):
        shape = len(images), 1 if transform.alike else pictures.channels, 256
        return np.ascontiguousarray(transform.curve(parameters, np.broadcast_to(_LEVELS, shape), _TOP), np.float64)
    if transform.needs_means:
        pictures = Pictures(pictures.channels, channel_means(images) / _TOP)
    return np.asarray(transform.matrix(parameters, pictures), np.float64, order="C")


def _joined(earlier: np.ndarray, later: np.ndarray, applied: np.ndarray) -> np.ndarray:
    product = np.empty(later.shape)
    join_matrices(earlier, later, applied, _TOP, product)
    return product
