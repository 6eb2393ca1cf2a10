"""What is done to every image before the network sees it: one frozen value, kept in store, bundle and report."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from jaxtyping import Shaped, UInt8

from hardy.dataset.normalisation import FIXED, KINDS, WITH_ARRAYS, Arrays, Kind, check_arrays, levels_to_values
from hardy.errors import InputError
from hardy.pixels import Image
from hardy.pixels.channels import Background, check_background, in_channels, to_channels
from hardy.pixels.enough import Enough
from hardy.pixels.normalise import FLOATS
from hardy.pixels.resize import FILTERS, FITS, Filter, Fit, resize


@dataclass(frozen=True)
class Preprocessing:
    """Channels, size, background and normalisation, the same at training, evaluation, prediction and export.

    Args:
        channels: 1 (grey) or 3 (RGB).
        size_hw: (height, width) in pixels.
        fit: how another shape is brought to that size, see `hardy.pixels.resize`.
        background: grey level or (red, green, blue), 0..255, under transparent parts and in padding.
        normalise: how levels become numbers, see `hardy.dataset.normalisation.Kind`.
        mean: per channel, of values scaled to 0..1; None until measured, and for kinds that are no line per channel.
        std: likewise; the network sees (value / 255 − mean) / std.
        arrays: the statistics of the kinds `position` and `zca`; None until measured.
        filter: what shrinks, see `hardy.pixels.resize`.

    Example:
        >>> Preprocessing(1, (2, 2)).pixels(np.zeros((4, 4, 3), np.uint8)).shape
        (2, 2, 1)
    """

    channels: int
    size_hw: tuple[int, int]
    fit: Fit = "pad"
    background: Background = 0
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    normalise: Kind = "channel"
    arrays: Arrays | None = None
    filter: Filter = "triangle"

    def __post_init__(self) -> None:
        if self.channels not in (1, 3):
            raise InputError(f"channels must be 1 (grey) or 3 (RGB), got {self.channels}")
        if len(self.size_hw) != 2 or min(self.size_hw) < 1:
            raise InputError(f"size must be a height and a width of at least 1, got {self.size_hw}")
        if self.fit not in FITS:
            raise InputError(f"fit must be one of {', '.join(FITS)}; got {self.fit!r}")
        if self.filter not in FILTERS:
            raise InputError(f"filter must be one of {', '.join(FILTERS)}; got {self.filter!r}")
        check_background(self.background)
        if self.normalise not in KINDS:
            raise InputError(f"normalise must be one of {', '.join(KINDS)}; got {self.normalise!r}")
        if self.arrays is not None:
            check_arrays(self.normalise, self.arrays, self.shape)
        for name, values in (("mean", self.mean), ("std", self.std)):
            if values is not None and len(values) != self.channels:
                raise InputError(f"{name} must have {self.channels} values, got {len(values)}")
        if self.std is not None and min(self.std) <= 0:
            raise InputError(f"std must be positive, got {self.std}")

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C) of what comes out."""
        return (*self.size_hw, self.channels)

    @property
    def is_measured(self) -> bool:
        """Whether everything is known that turns levels into the network's numbers."""
        if self.normalise in WITH_ARRAYS:
            return self.arrays is not None
        return self.normalise == "sample" or (self.mean is not None and self.std is not None)

    @property
    def line(self) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
        """Mean and deviation per channel, where the normalisation is nothing else."""
        return None if self.mean is None or self.std is None else (self.mean, self.std)

    def unmeasured(self) -> "Preprocessing":
        """The same without statistics; kinds that need none keep their line."""
        mean, std = FIXED.get(self.normalise, (None, None))
        if mean is None or std is None:
            return replace(self, mean=None, std=None, arrays=None)
        return replace(self, mean=(mean,) * self.channels, std=(std,) * self.channels, arrays=None)

    @property
    def enough(self) -> Enough:
        """The size that a picture has to be decoded at, at least, so that nothing is enlarged afterwards."""
        return Enough(self.size_hw, either=self.fit == "pad")

    def pixels(self, image: Image, extent_hw: tuple[float, float] | None = None) -> UInt8[np.ndarray, "h2 w2 c2"]:
        """Everything but the normalisation: 8-bit pixels of the final shape.

        Args:
            image: (H, W, 1 to 4), uint8 or uint16.
            extent_hw: where the picture ends, if not with the array: see `hardy.pixels.picture.Picture`.

        Channels come first: laying transparency on a background after resizing would let hidden colours bleed in.
        """
        background = in_channels(self.background, self.channels)
        plain = to_channels(image, self.channels, self.background)
        return resize(plain, self.size_hw, self.fit, background, self.filter, extent_hw)

    def values(self, pixels: UInt8[np.ndarray, "n h w c"], dtype: str = "float32") -> Shaped[np.ndarray, "n h w c"]:
        """What the network sees of such pixels: computed in float64, rounded once.

        Args:
            pixels: as `pixels` gives them, many at once.
            dtype: "float16", "float32" or "float64".

        Raises:
            InputError: another dtype, or there are no statistics yet.

        Example:
            >>> Preprocessing(1, (1, 2), normalise="-1..1").unmeasured().values(np.array([[[[0], [255]]]], np.uint8))
            array([[[[-1.],
                     [ 1.]]]], dtype=float32)
        """
        if dtype not in FLOATS:
            raise InputError(f"dtype must be one of {', '.join(FLOATS)}; got {dtype!r}")
        if not self.is_measured:
            raise InputError(f"normalise {self.normalise} needs its statistics; with_statistics gives them")
        return levels_to_values(pixels, self.normalise, self.mean, self.std, self.arrays, dtype)

    def same_pixels(self, other: "Preprocessing") -> bool:
        """Whether both give the same 8-bit pixels, whatever their normalisation."""
        return (self.channels, self.size_hw, self.fit, self.background, self.filter) == (
            other.channels,
            other.size_hw,
            other.fit,
            other.background,
            other.filter,
        )

    def to_dict(self) -> dict[str, Any]:
        """For JSON; of arrays only the hash, see `Arrays.save`."""
        value = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.filter == "triangle":  # as it was before there was a choice, for programs of that time
            del value["filter"]
        return {**value, "arrays": None if self.arrays is None else self.arrays.hash}

    @classmethod
    def from_dict(cls, value: Any, arrays: Arrays | None = None) -> "Preprocessing":
        """Back from JSON.

        Args:
            value: as `to_dict` gave it.
            arrays: those that were saved beside it, where it has any.

        Raises:
            InputError: fields are missing, unknown or out of range, or the arrays are not its own.
        """
        if not isinstance(value, dict):
            raise InputError(f"not a preprocessing: {value!r}")
        if value.get("arrays") != (None if arrays is None else arrays.hash):
            raise InputError(f"the arrays of normalise {value.get('normalise')!r} are missing or are not its own")
        try:
            given: dict[str, Any] = {
                name: tuple(entry) if isinstance(entry, list) else entry for name, entry in value.items()
            }
            return cls(**{**given, "arrays": arrays})
        except TypeError as error:
            raise InputError(f"not a preprocessing: {error}") from error
