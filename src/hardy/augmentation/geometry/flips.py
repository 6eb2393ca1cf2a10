"""Mirrors and right-angle turns: every pixel is copied."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation.geometry.matrix_kernels import flip_matrices
from hardy.augmentation.kinds import Geometry
from hardy.augmentation.transform import Parameters


@dataclass(frozen=True)
class HorizontalFlip(Geometry):
    """Mirror a picture, left to right. Exact: every pixel is copied.

    Args:
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "HorizontalFlip#0", "HorizontalFlip#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.arange(3, dtype=np.uint8).reshape(1, 3, 1)
        >>> Compose([HorizontalFlip(p=1)])(image=picture)["image"][0, :, 0]
        array([2, 1, 0], dtype=uint8)

    Source: Albumentations' `HorizontalFlip`; pixels as `numpy.fliplr`.
    """

    p: Any = 0.5
    key: Any = None

    def matrices(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Float64[np.ndarray, "n 3 3"]:
        matrices = np.empty((len(sizes_hw), 3, 3))
        flip_matrices(sizes_hw, 0, matrices)
        return matrices


@dataclass(frozen=True)
class VerticalFlip(Geometry):
    """Mirror a picture, top to bottom. Exact: every pixel is copied.

    Args:
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "VerticalFlip#0", "VerticalFlip#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> picture = np.arange(3, dtype=np.uint8).reshape(3, 1, 1)
        >>> Compose([VerticalFlip(p=1)])(image=picture)["image"][:, 0, 0]
        array([2, 1, 0], dtype=uint8)

    Source: Albumentations' `VerticalFlip`; pixels as `numpy.flipud`.
    """

    p: Any = 0.5
    key: Any = None

    def matrices(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Float64[np.ndarray, "n 3 3"]:
        matrices = np.empty((len(sizes_hw), 3, 3))
        flip_matrices(sizes_hw, 1, matrices)
        return matrices


@dataclass(frozen=True)
class Transpose(Geometry):
    """Exchange rows and columns. Exact: every pixel is copied.

    Args:
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "Transpose#0", "Transpose#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> Compose([Transpose(p=1)])(image=np.zeros((17, 11, 3), np.uint8))["image"].shape
        (11, 17, 3)

    Source: Albumentations' `Transpose`.
    """

    p: Any = 0.5
    key: Any = None

    def output_sizes(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Int64[np.ndarray, "n 2"]:
        return sizes_hw[:, ::-1]

    def matrices(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Float64[np.ndarray, "n 3 3"]:
        return np.tile(np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]]), (len(sizes_hw), 1, 1))


@dataclass(frozen=True)
class RandomRotate90(Geometry):
    """Turn by 0, 90, 180 or 270 degrees against the clock, all equally likely. Exact: every pixel is copied.

    Args:
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "RandomRotate90#0", "RandomRotate90#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> plan = Compose([RandomRotate90()], seed=2).plan(["ab" * 16], sizes_hw=(17, 11))
        >>> int(plan.steps[0].parameters["turns"][0]) in range(4)
        True

    Source: Albumentations' `RandomRotate90`; pixels as `numpy.rot90`.
    """

    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 1

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        return {"turns": (uniform[:, 0] * 4).astype(np.int64)}

    def output_sizes(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "n 2"]:
        return np.where(parameters["turns"][:, None] % 2 == 1, sizes_hw[:, ::-1], sizes_hw)

    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        turns = parameters["turns"]
        linear = np.array([[[1.0, 0], [0, 1]], [[0, -1], [1, 0]], [[-1, 0], [0, -1]], [[0, 1], [-1, 0]]])[turns]
        matrices = np.tile(np.eye(3), (len(turns), 1, 1))
        matrices[:, :2, :2] = linear
        last = sizes_hw[:, ::-1] - 1
        matrices[:, :2, 2] = np.where(linear.sum(2) < 0, last, 0)
        return matrices
