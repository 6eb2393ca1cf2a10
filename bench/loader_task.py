"""What all sides of bench/loader.py read, and the five steps as two libraries spell them.

Every side gives pairs of float32 images, normalised, and int64 class numbers, after random-resized-crop, flip, affine,
colour jitter and normalise.
"""

import os
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import cv2
import numba  # noqa: F401 (the memory of these four is what every side starts from)
import numpy as np
import pyarrow  # noqa: F401
import torch

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
THREADS = 2

Batches = Callable[[], Iterator[tuple[torch.Tensor, torch.Tensor]]]
"""Begins an epoch."""
Alter = Callable[[np.ndarray], torch.Tensor]


class LeftOut(Exception):
    """Why a side does not take part."""


class Task:
    """What is read, and how large batches are.

    Args:
        name: `small` (a raw store of ours, `images.npy`, `labels.npy` and a saved HF dataset in ROOT; batch 256) or
            `photos` (a folder per class of JPEGs, to 224×224, batch 64; `shards/`, `litdata/` and `hf/` beside it).
        root: where they are.
    """

    def __init__(self, name: str, root: Path) -> None:
        self.root, self.is_small = root, name == "small"
        self.batch = 256 if self.is_small else 64
        self.size, self.channels = 224, 3
        if self.is_small:
            self.size, self.channels = self.images.shape[1], self.images.shape[3]
        self.mean, self.std = MEAN[: self.channels], STD[: self.channels]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def images(self) -> np.ndarray:
        return np.load(self.root / "images.npy", mmap_mode="r")

    @cached_property
    def files(self) -> list[Path]:
        return sorted(self.root.glob("photos/*/*.jpg"))

    @cached_property
    def labels(self) -> np.ndarray:
        if self.is_small:
            return np.load(self.root / "labels.npy")
        names = sorted({file.parent.name for file in self.files})
        return np.array([names.index(file.parent.name) for file in self.files])

    def picture(self, row: int) -> np.ndarray:
        """As OpenCV reads it, the fastest way in Python."""
        if self.is_small:
            return np.ascontiguousarray(self.images[row])
        return cv2.imread(str(self.files[row]), cv2.IMREAD_COLOR_RGB)

    def made(self, rows: Any, alter: Alter) -> tuple[torch.Tensor, torch.Tensor]:
        """A batch of these rows."""
        return torch.stack([alter(self.picture(row)) for row in rows]), torch.from_numpy(self.labels[np.asarray(rows)])

    def shuffled(self) -> list[list[int]]:
        """Rows of full batches."""
        order = np.random.default_rng().permutation(len(self)).tolist()
        return [order[start : start + self.batch] for start in range(0, len(order) - self.batch + 1, self.batch)]


def decoded(content: bytes) -> np.ndarray:
    """A JPEG's pixels."""
    return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)


def albumentations(task: Task) -> Alter:
    """Made in each process: a forked one would draw what its siblings draw."""
    import albumentations as A

    cv2.setNumThreads(1)
    made: dict[int, Any] = {}

    def make() -> Any:
        made[os.getpid()] = A.Compose([
            A.RandomResizedCrop((task.size, task.size), scale=(0.3, 1)),
            A.HorizontalFlip(),
            A.Affine(rotate=(-15, 15), scale=(0.9, 1.1), translate_percent=(-0.05, 0.05), p=1),
            A.ColorJitter(0.2, 0.2, 0.2 if task.channels == 3 else 0, 0, p=1),
            A.Normalize(task.mean, task.std),
            A.ToTensorV2(),
        ])  # fmt: skip
        return made[os.getpid()]

    return lambda image: (made.get(os.getpid()) or make())(image=image)["image"]


def torchvision(task: Task) -> Alter:
    import torchvision_operators  # noqa: F401
    from torchvision.transforms import v2

    return v2.Compose([
        v2.ToImage(),
        v2.RandomResizedCrop(task.size, scale=(0.3, 1), antialias=False),
        v2.RandomHorizontalFlip(),
        v2.RandomAffine(15, (0.05, 0.05), (0.9, 1.1), interpolation=v2.InterpolationMode.BILINEAR),
        v2.ColorJitter(0.2, 0.2, 0.2 if task.channels == 3 else 0, 0),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(task.mean, task.std),
    ])  # fmt: skip
