"""What JPEG leaves."""

from dataclasses import dataclass
from typing import Any, ClassVar

import cv2
import numpy as np
import simplejpeg
from jaxtyping import Float64, Int64, Shaped, UInt8

from hardy.augmentation.arguments import extent, whole
from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Parameters
from hardy.augmentation.units import as_bytes, from_unit, to_unit


@dataclass(frozen=True)
class JpegCompression(Barrier):
    """Compress a picture as JPEG and read it again.

    JPEG knows 8 bits and grey or RGB: pictures of more bits go through 8, and of a picture of other than three
    channels each channel is a grey one.

    Args:
        quality_range: 1..100: a pair (low, high), both included, or a number for exactly that.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "JpegCompression#0", "JpegCompression#1", …

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> from hardy.augmentation import Compose
        >>> image = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
        >>> found = Compose([JpegCompression(quality_range=10, p=1)])(image=image)["image"]
        >>> len(np.unique(found)) < len(np.unique(image))
        True

    Source: libjpeg-turbo, colours at half the resolution (4:2:0), equal to what Pillow and OpenCV write and read;
    Albumentations' `ImageCompression`.
    """

    quality_range: Any = (99, 100)
    p: Any = 0.5
    key: Any = None
    needs_generator: ClassVar[bool] = False
    draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        what = "JpegCompression(quality_range=…)"
        low, high = extent(what, self.quality_range, 1, 100, None)
        object.__setattr__(self, "quality_range", (whole(what, low), whole(what, high)))

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        low, high = self.quality_range
        return {"quality": low + np.floor(uniform[:, 0] * (high - low + 1)).astype(np.int64)}

    def alter(
        self,
        image: Shaped[np.ndarray, "h w c"],
        parameters: Row,
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w c"]:
        quality = int(parameters["quality"])
        if image.dtype != np.uint8:
            return from_unit(to_unit(_through_jpeg(as_bytes(image), quality)), image.dtype)
        return _through_jpeg(image, quality)


def _through_jpeg(image: UInt8[np.ndarray, "h w c"], quality: int) -> UInt8[np.ndarray, "h w c"]:
    if image.shape[2] == 3:
        return _read_again(image, quality, "RGB")
    greys = [_read_again(np.ascontiguousarray(image[:, :, c : c + 1]), quality, "GRAY") for c in range(image.shape[2])]
    return np.concatenate(greys, axis=2)


def _read_again(image: UInt8[np.ndarray, "h w c"], quality: int, colours: str) -> UInt8[np.ndarray, "h w c"]:
    coloured = cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if colours == "RGB" else image
    data = cv2.imencode(".jpg", coloured, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]  # simplejpeg's is less exact
    return simplejpeg.decode_jpeg(data, colours, False, False)
