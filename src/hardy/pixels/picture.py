"""What a picture file held."""

from dataclasses import dataclass

from hardy.pixels import Image


@dataclass(frozen=True)
class Picture:
    """What a file held.

    Args:
        pixels: (H, W, C), uint8 or uint16; C is 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha.
        format: JPEG, PNG, GIF, WEBP, BMP, TIFF or PPM.
        mode: how the file kept its pixels, in Pillow's words (L, RGB, P, CMYK, I;16, …).
        frames: how many pictures the file holds, of which this is the first: frames of an animation or pages.
        reduced: 2, 4 or 8 where each pixel stands for so many of the file, along both axes.
        extent_hw: how far the picture reaches, in pixels of the array: where the file's size is no multiple of
            `reduced`, its last row and column are covered in part. None where it is all of the array.

    Example:
        >>> Picture(np.zeros((17, 11, 4), np.uint8), "PNG", "RGBA").has_alpha
        True
    """

    pixels: Image
    format: str
    mode: str
    frames: int = 1
    reduced: int = 1
    extent_hw: tuple[float, float] | None = None

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in pixels, as the file has them.

        Example:
            >>> Picture(np.zeros((9, 6, 3), np.uint8), "JPEG", "RGB", 1, 2, (8.5, 5.5)).size_hw
            (17, 11)
        """
        height, width = self.extent_hw or self.pixels.shape[:2]
        return round(height * self.reduced), round(width * self.reduced)

    @property
    def has_alpha(self) -> bool:
        """Whether some of the picture may be transparent."""
        return self.pixels.shape[2] in (2, 4)
