"""Several altered versions of a picture, mixed."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float32, Float64, Shaped

from hardy.augmentation import cpu
from hardy.augmentation.arguments import number, whole
from hardy.augmentation.kinds import Barrier, Pictures, Row
from hardy.augmentation.policies.operations import MOVES, move_matrices, toned
from hardy.augmentation.policies.tables import AUG_MIX, AUG_MIX_PLAIN, SIGNED
from hardy.augmentation.units import rounded
from hardy.augmentation.values import RANGES, Finish, chain_of
from hardy.augmentation.work import Work
from hardy.errors import InputError

_BINS = 10
_DEEPEST = 3  # a chain, where its depth is drawn

Picture = Shaped[np.ndarray, "h w c"]


@dataclass(frozen=True)
class AugMix(Barrier):
    """Send a picture through several chains of operations, and mix what comes out with the picture itself.

    The versions lie over each other moved, so that masks, boxes and keypoints are refused.

    Args:
        severity: the operations' strength, 1..10.
        mixture_width: how many chains.
        chain_depth: operations in each; −1: one to three, drawn.
        alpha: of the distributions of the weights (Dirichlet, Beta); above 0.
        all_ops: brightness, contrast, colour and sharpness as well, which ImageNet-C has among its corruptions.
        interpolation: of movements: "nearest", "linear", "cubic" or "area".
        fill: the value outside, in the picture's own units, a number or one per channel.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "AugMix#0", "AugMix#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range; there are masks, boxes or keypoints.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.random.default_rng(0).integers(0, 256, (17, 11, 3), np.uint8)
        >>> Compose([AugMix()], seed=1)(image=image)["image"].dtype
        dtype('uint8')

    Source: Hendrycks and others, "AugMix: a simple data processing method to improve robustness and uncertainty",
    2019; defaults as torchvision's `AugMix`, which cuts off where we round. The loss between versions is no part of it.
    """

    severity: Any = 3
    mixture_width: Any = 3
    chain_depth: Any = -1
    alpha: Any = 1.0
    all_ops: Any = True
    interpolation: Any = "linear"
    fill: Any = 0
    p: Any = 1.0
    key: Any = None
    moves: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if whole("AugMix(severity=…)", self.severity) > _BINS:
            raise InputError(f"AugMix(severity=…): expected at most {_BINS}, got {self.severity}")
        whole("AugMix(mixture_width=…)", self.mixture_width)
        if self.chain_depth != -1:
            whole("AugMix(chain_depth=…)", self.chain_depth)
        number("AugMix(alpha=…)", self.alpha, 1e-6)
        if not isinstance(self.all_ops, bool):
            raise InputError(f"AugMix(all_ops=…): expected true or false, got {self.all_ops!r}")

    def alter(self, image: Picture, parameters: Row, generator: np.random.Generator) -> Picture:  # noqa: ARG002
        own = generator.beta(self.alpha, self.alpha)
        weights = (1 - own) * generator.dirichlet([self.alpha] * self.mixture_width)
        mixed: Float32[np.ndarray, "h w c"] = np.float32(own) * image.astype(np.float32)
        for weight in weights:
            mixed += np.float32(weight) * self._chain(image, generator)
        return rounded(mixed, image.dtype)

    def alter_mask(self, mask: Any, parameters: Row, generator: np.random.Generator) -> Any:  # noqa: ARG002
        raise InputError("AugMix lays differently moved versions over each other and cannot move masks with them")

    def _chain(self, image: Picture, generator: np.random.Generator) -> Picture:
        depth = generator.integers(1, _DEEPEST, endpoint=True) if self.chain_depth == -1 else self.chain_depth
        space = list((AUG_MIX if self.all_ops else AUG_MIX_PLAIN).items())
        for _ in range(depth):
            name, scale = space[generator.integers(len(space))]
            magnitude = scale.magnitudes(_BINS)[generator.integers(self.severity) if scale.ends else 0]
            if name in SIGNED and generator.random() < 0.5:
                magnitude = -magnitude
            if name not in MOVES:
                image = toned(name, image, magnitude)
                continue
            size = np.array([image.shape[:2]])
            length = size[0, int(name.endswith("X"))] if name.startswith("Translate") else 1
            matrices = move_matrices(name, np.array([magnitude * length]), size)
            image = moved(image, matrices, self.interpolation, self.fill)
        return image


def moved(image: Picture, matrices: Float64[np.ndarray, "1 3 3"], interpolation: str, fill: Any) -> Picture:
    """One pass of the engine for one picture."""
    channels, dtype = image.shape[2], image.dtype.name
    fills = tuple(map(float, fill)) if isinstance(fill, tuple) else (float(fill),)
    chain = chain_of((), Pictures(channels, np.zeros((1, channels))), dtype)
    finish = Finish(dtype, RANGES[dtype], np.zeros(channels), np.ones(channels))
    outside = np.broadcast_to(np.array(fills), (1, channels)).copy()
    work = Work(matrices, None, "constant", fills, interpolation, chain, np.zeros(1, np.int64), outside, finish)
    found = np.empty_like(image)
    cpu.run(work, [image], [found])
    return found
