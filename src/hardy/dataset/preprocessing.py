"""What is done to every image before the network sees it: one frozen value, kept in store, bundle and report."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import UInt8

from hardy.errors import InputError
from hardy.pixels import Image
from hardy.pixels.channels import to_channels
from hardy.pixels.resize import FITS, Fit, resize


@dataclass(frozen=True)
class Preprocessing:
    """Channels, size, background and normalisation, the same at training, evaluation, prediction and export.

    Args:
        channels: 1 (grey) or 3 (RGB).
        size_hw: (height, width) in pixels.
        fit: how another shape is brought to that size, see `hardy.pixels.resize`.
        background: grey level, 0..255, under transparent parts and in padding.
        mean: per channel, of values scaled to 0..1.
        std: likewise; the network sees (value / 255 − mean) / std.

    Example:
        >>> Preprocessing(1, (2, 2)).pixels(np.zeros((4, 4, 3), np.uint8)).shape
        (2, 2, 1)
    """

    channels: int
    size_hw: tuple[int, int]
    fit: Fit = "pad"
    background: int = 0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.channels not in (1, 3):
            raise InputError(f"channels must be 1 (grey) or 3 (RGB), got {self.channels}")
        if len(self.size_hw) != 2 or min(self.size_hw) < 1:
            raise InputError(f"size must be a height and a width of at least 1, got {self.size_hw}")
        if self.fit not in FITS:
            raise InputError(f"fit must be one of {', '.join(FITS)}; got {self.fit!r}")
        if not 0 <= self.background <= 255:
            raise InputError(f"background must be a grey level from 0 to 255, got {self.background}")
        for name, values in (("mean", self.mean), ("std", self.std)):
            if values is not None and len(values) != self.channels:
                raise InputError(f"{name} must have {self.channels} values, got {len(values)}")
        if self.std is not None and min(self.std) <= 0:
            raise InputError(f"std must be positive, got {self.std}")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C) of what comes out."""
        return (*self.size_hw, self.channels)

    def pixels(self, image: Image) -> UInt8[np.ndarray, "h2 w2 c2"]:
        """Everything but the normalisation: 8-bit pixels of the final shape.

        Channels come first: laying transparency on a background after resizing would let hidden colours bleed in.
        """
        return resize(to_channels(image, self.channels, self.background), self.size_hw, self.fit, self.background)

    def same_pixels(self, other: "Preprocessing") -> bool:
        """Whether both give the same 8-bit pixels, whatever their normalisation."""
        return (self.channels, self.size_hw, self.fit, self.background) == (
            other.channels,
            other.size_hw,
            other.fit,
            other.background,
        )

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, value: Any) -> "Preprocessing":
        """Back from JSON.

        Raises:
            InputError: fields are missing, unknown or out of range.
        """
        if not isinstance(value, dict):
            raise InputError(f"not a preprocessing: {value!r}")
        try:
            fields: dict[str, Any] = {
                name: tuple(entry) if isinstance(entry, list) else entry for name, entry in value.items()
            }
            return cls(**fields)
        except TypeError as error:
            raise InputError(f"not a preprocessing: {error}") from error
