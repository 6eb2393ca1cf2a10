"""As if drawn on rubber."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from jaxtyping import Float64

from hardy.augmentation import normal_kernels
from hardy.augmentation.arguments import number, one_of
from hardy.augmentation.kinds import Distortion, Row


@dataclass(frozen=True)
class ElasticTransform(Distortion):
    """Move every pixel by a smooth random field.

    Args:
        alpha: the field's strength, in pixels before smoothing.
        sigma: of the Gaussian that smooths it, in pixels, above 0.
        interpolation: "nearest", "linear" or "cubic".
        approximate: True smooths with a window of 17×17 pixels, which is faster.
        same_dxdy: True moves x and y by the same field.
        mask_interpolation: of masks.
        noise_distribution: "gaussian" (scaled to −1..1) or "uniform".
        border_mode: what comes in: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; a number, or one per channel.
        fill_mask: the same for masks.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "ElasticTransform#0", "ElasticTransform#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> alter = Compose([ElasticTransform(alpha=30, sigma=4, p=1)])
        >>> alter(image=np.zeros((17, 11, 3), np.uint8))["image"].shape
        (17, 11, 3)

    Source: Albumentations' `ElasticTransform`; Simard, Steinkraus, Platt, "Best practices for convolutional neural
    networks applied to visual document analysis", 2003. Keypoints follow the field exactly, without
    `keypoint_remapping_method`.
    """

    alpha: Any = 1
    sigma: Any = 50
    interpolation: Any = "linear"
    approximate: Any = False
    same_dxdy: Any = False
    mask_interpolation: Any = "nearest"
    noise_distribution: Any = "gaussian"
    border_mode: Any = "constant"
    fill: Any = 0
    fill_mask: Any = 0
    p: Any = 0.5
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        number("ElasticTransform(alpha=…)", self.alpha, 0.0)
        number("ElasticTransform(sigma=…)", self.sigma, 1e-6, 1e4)
        one_of("ElasticTransform(noise_distribution=…)", self.noise_distribution, ("gaussian", "uniform"))
        for name in ("approximate", "same_dxdy"):
            one_of(f"ElasticTransform({name}=…)", getattr(self, name), (False, True))

    def field(
        self,
        parameters: Row,  # noqa: ARG002
        size_hw: tuple[int, int],
        generator: np.random.Generator,
    ) -> Float64[np.ndarray, "2 h w"]:
        shape = (1 if self.same_dxdy else 2, *size_hw)
        if self.noise_distribution == "gaussian":
            noise = np.empty(shape, np.float32)
            normal_kernels.fill_normal(np.uint64(generator.bit_generator.random_raw()), noise.reshape(-1))
            noise /= max(noise.max(), -noise.min())
        else:
            noise = generator.random(shape, np.float32) * 2 - 1
        window = (17, 17) if self.approximate else (0, 0)
        smooth = [cv2.GaussianBlur(each, window, self.sigma, borderType=cv2.BORDER_REPLICATE) for each in noise]
        field = np.empty((2, *size_hw))
        for axis, places in enumerate(np.ogrid[: size_hw[0], : size_hw[1]]):
            np.multiply(smooth[-1 - axis], self.alpha, out=field[axis])
            field[axis] += places
        return field
