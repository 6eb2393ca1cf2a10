"""How parameters move: down the slope, with a memory of where it went before."""

from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray


def sgd_step(weights: Array, slope: Array, speed: Array | None, rate: float, momentum: float = 0.0) -> None:
    """v ← μ·v + g, then w ← w − η·v, in place. Without momentum v is the slope g, and `speed` may be None."""
    if speed is not None:
        speed *= momentum
        speed += slope
    weights -= rate * (slope if speed is None else speed)


def adam_step(
    weights: Array,
    slope: Array,
    mean: Array,
    square: Array,
    step: int,
    rate: float,
    betas: tuple[float, float] = (0.9, 0.999),
    epsilon: float = 1e-8,
    weight_decay: float = 0.0,
) -> None:
    """Adam, in place; with weight decay beside the slope, AdamW.

    m ← β₁·m + (1 − β₁)·g;   v ← β₂·v + (1 − β₂)·g²;   both begin at 0 and are enlarged by as much as that holds them
    back, m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ);   w ← w − η·λ·w − η · m̂ / (√v̂ + ε).

    Args:
        weights, slope: w and g.
        mean, square: m and v.
        step: t, counted from 1.
        rate, betas, epsilon, weight_decay: η, (β₁, β₂), ε, λ.

    Source: Kingma and Ba, "Adam", 2015; Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
    """
    first, second = betas
    mean *= first
    mean += (1 - first) * slope
    square *= second
    square += (1 - second) * slope * slope
    if weight_decay:
        weights *= 1 - rate * weight_decay
    scale = np.sqrt(square)
    scale /= np.sqrt(1 - second**step)
    scale += epsilon
    weights -= (rate / (1 - first**step)) * mean / scale


@dataclass
class Sgd:
    """Stochastic gradient descent.

    Args:
        rate: η.
        momentum: μ, 0 to 1 (exclusive).

    Example:
        >>> weights, sgd = np.array([1.0]), Sgd(rate=0.1, momentum=0.5)
        >>> sgd.step([weights], [np.array([2.0])]); weights.round(3).tolist()
        [0.8]
        >>> sgd.step([weights], [np.array([2.0])]); weights.round(3).tolist()  # 2 and half of the 2 before
        [0.5]
    """

    rate: float
    momentum: float = 0.0
    _speeds: list[Array] = field(default_factory=list)

    def step(self, parameters: list[Array], slopes: list[Array]) -> None:
        """Move each parameter, in place; always the same ones in the same order."""
        if not self._speeds:
            self._speeds = [np.zeros_like(each) for each in parameters]
        for weights, slope, speed in zip(parameters, slopes, self._speeds, strict=True):
            sgd_step(weights, slope, speed, self.rate, self.momentum)


@dataclass
class Adam:
    """Adam: every number has a rate of its own, by how large its slopes have been.

    Args:
        rate: η, about how far a number moves in a step.
        betas, epsilon, weight_decay: see `adam_step`.

    Example:
        >>> weights, adam = np.array([1.0, 1.0]), Adam(rate=0.1)
        >>> adam.step([weights], [np.array([2.0, -300.0])])
        >>> weights.round(3).tolist()
        [0.9, 1.1]
    """

    rate: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    _steps: int = 0
    _memory: list[tuple[Array, Array]] = field(default_factory=list)

    def step(self, parameters: list[Array], slopes: list[Array]) -> None:
        """Move each parameter, in place; always the same ones in the same order."""
        if not self._memory:
            self._memory = [(np.zeros_like(each), np.zeros_like(each)) for each in parameters]
        self._steps += 1
        rest = (self._steps, self.rate, self.betas, self.epsilon, self.weight_decay)
        for weights, slope, (mean, square) in zip(parameters, slopes, self._memory, strict=True):
            adam_step(weights, slope, mean, square, *rest)
