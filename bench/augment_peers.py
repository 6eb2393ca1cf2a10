"""The same pipeline in other libraries, each as its manual says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np

from hardy.augmentation.kinds import Colour, Pictures
from hardy.augmentation.transform import Parameters, between


@dataclass(frozen=True)
class Settings:
    """What all sides are asked for."""

    size: int
    hue: float = 0.0
    area: bool = False

    @property
    def title(self) -> str:
        return f"{'anti-aliased' if self.area else 'aliased'} hue={self.hue}"


@dataclass(frozen=True)
class Jitter(Colour):
    """Stands in for ColorJitter: brightness, contrast, saturation and a turn about the grey axis."""

    hue: Any = 0.0
    p: Any = 1.0
    key: Any = None
    draws: ClassVar[int] = 4
    needs_means: ClassVar[bool] = True

    def parameters(self, uniform: np.ndarray, sizes_hw: np.ndarray) -> Parameters:  # noqa: ARG002
        names = ("brightness", "contrast", "saturation")
        found = {name: between(uniform[:, place], (0.8, 1.2)) for place, name in enumerate(names)}
        return {**found, "hue": between(uniform[:, 3], (-self.hue, self.hue))}

    def matrix(self, parameters: Parameters, pictures: Pictures) -> np.ndarray:
        grey = np.array([0.299, 0.587, 0.114])
        angle = 2 * np.pi * parameters["hue"][:, None, None]
        cross = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
        turn = np.cos(angle) * np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) / 3
        share = parameters["saturation"][:, None, None]
        contrast = (parameters["brightness"] * parameters["contrast"])[:, None, None]
        matrix = np.empty((len(angle), 3, 4))
        matrix[..., :3] = contrast * (turn @ (share * np.eye(3) + (1 - share) * np.ones((3, 1)) * grey))
        matrix[..., 3] = (parameters["brightness"] * (1 - parameters["contrast"]) * (pictures.means @ grey))[:, None]
        return matrix


def albumentations(settings: Settings, images: np.ndarray, mean: Any, std: Any) -> Callable[[], Any]:
    import albumentations as A

    cv2.setNumThreads(1)
    size = settings.size
    alter = A.Compose(
        [
            A.RandomResizedCrop((size, size), scale=(0.3, 1), area_for_downscale="image" if settings.area else None),
            A.HorizontalFlip(),
            A.Affine(rotate=(-15, 15), scale=(0.9, 1.1), translate_percent=(-0.05, 0.05), p=1),
            A.ColorJitter(0.2, 0.2, 0.2, settings.hue, p=1),
            A.Normalize(mean, std),
            A.ToTensorV2(),
        ],
        seed=0,
    )
    return lambda: [alter(image=image)["image"] for image in images]


def torchvision(settings: Settings, images: np.ndarray, mean: Any, std: Any) -> Callable[[], Any]:
    import torchvision_operators  # noqa: F401, I001
    import torch
    from torchvision.transforms import v2

    torch.set_num_threads(1)
    alter = v2.Compose(
        [
            v2.RandomResizedCrop(settings.size, scale=(0.3, 1), antialias=settings.area),
            v2.RandomHorizontalFlip(),
            v2.RandomAffine(15, (0.05, 0.05), (0.9, 1.1), interpolation=v2.InterpolationMode.BILINEAR),
            v2.ColorJitter(0.2, 0.2, 0.2, settings.hue),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean, std),
        ]
    )
    tensors = [torch.from_numpy(image).permute(2, 0, 1) for image in images]
    return lambda: [alter(tensor) for tensor in tensors]


def kornia(settings: Settings, images: np.ndarray, mean: Any, std: Any) -> Callable[[], Any]:
    if settings.area:
        raise RuntimeError("its crop has no anti-aliasing")
    import kornia.augmentation as K
    import torch

    torch.set_num_threads(1)
    alter = K.AugmentationSequential(
        K.RandomResizedCrop((settings.size, settings.size), scale=(0.3, 1)),
        K.RandomHorizontalFlip(),
        K.RandomAffine(15, (0.05, 0.05), (0.9, 1.1), p=1.0),
        K.ColorJitter(0.2, 0.2, 0.2, settings.hue, p=1.0),
        K.Normalize(mean, std),
        data_keys=["input"],
    )
    batch = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    return lambda: alter(batch.float() / 255)


def imgaug(settings: Settings, images: np.ndarray, mean: Any, std: Any) -> Callable[[], Any]:
    if settings.area:
        raise RuntimeError("asked for without anti-aliasing only")
    import imgaug.augmenters as iaa

    alter = iaa.Sequential(
        [
            iaa.CropToFixedSize(settings.size, settings.size),
            iaa.Fliplr(0.5),
            iaa.Affine(rotate=(-15, 15), scale=(0.9, 1.1), translate_percent=(-0.05, 0.05)),
            iaa.MultiplyBrightness((0.8, 1.2)),
        ]
    )
    return lambda: (
        (np.stack(alter(images=images)).astype(np.float32) / 255 - np.array(mean, np.float32))
        / np.array(std, np.float32)
    )


PEERS: dict[str, Callable[..., Callable[[], Any]]] = {
    "Albumentations": albumentations,
    "torchvision v2": torchvision,
    "Kornia": kornia,
    "imgaug": imgaug,
}
