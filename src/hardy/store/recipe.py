"""What a store keeps of each picture: its bytes as found, smaller ones, or pixels of one shape."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from jaxtyping import UInt8, UInt16

from hardy.dataset import Preprocessing
from hardy.dataset.reader import Payload
from hardy.errors import DecodeError, InputError
from hardy.pixels import Image
from hardy.pixels.encode import encode_jpeg, encode_png
from hardy.pixels.enough import Enough
from hardy.pixels.picture import Picture
from hardy.pixels.resize import FILTERS, FITS, Filter, Fit, resize

Profile = Literal["original", "resized", "raw"]
PROFILES: tuple[Profile, ...] = get_args(Profile)

Decode = Literal["exact", "scaled"]
DECODES: tuple[Decode, ...] = get_args(Decode)

JPEG_QUALITY = 90
LOSSLESS = 100

Smaller: TypeAlias = UInt8[np.ndarray, "h2 w2 c"] | UInt16[np.ndarray, "h2 w2 c"]


@dataclass(frozen=True)
class Resized:
    """Of a resized store: how large pictures are, and how they are encoded again.

    Args:
        size_hw: (height, width) in pixels.
        fit: None keeps the proportions and shrinks until the picture just covers `size_hw`, so that nothing is lost to
            later crops; smaller pictures keep their bytes. "stretch", "pad" or "crop" give exactly `size_hw`.
        quality: of JPEG, 1 to 99; 100 writes PNG instead. What was found in a lossless format, or with transparency,
            is PNG at any quality.
        filter: what shrinks, see `hardy.pixels.resize`.
    """

    size_hw: tuple[int, int]
    fit: Fit | None = None
    quality: int = JPEG_QUALITY
    filter: Filter = "triangle"

    def __post_init__(self) -> None:
        if len(self.size_hw) != 2 or min(self.size_hw) < 1:
            raise InputError(f"size must be a height and a width of at least 1, got {self.size_hw}")
        if self.fit is not None and self.fit not in FITS:
            raise InputError(f"fit must be one of {', '.join(FITS)}; got {self.fit!r}")
        if self.filter not in FILTERS:
            raise InputError(f"filter must be one of {', '.join(FILTERS)}; got {self.filter!r}")
        if not 1 <= self.quality <= LOSSLESS:
            raise InputError(f"quality must be 1 to 99, or 100 for PNG; got {self.quality}")

    def target_hw(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """What a picture of that size becomes.

        Example:
            >>> Resized((256, 256)).target_hw((2000, 3000)), Resized((256, 256)).target_hw((200, 900))
            ((256, 384), (200, 900))
        """
        if self.fit is not None:
            return self.size_hw
        height, width = size_hw
        scale = max(self.size_hw[0] / height, self.size_hw[1] / width)
        if scale >= 1:
            return size_hw
        return max(self.size_hw[0], round(height * scale)), max(self.size_hw[1], round(width * scale))

    def to_dict(self) -> dict[str, Any]:
        """For JSON; the filter only where it is not the one that there was before there was a choice."""
        return {name: value for name, value in vars(self).items() if (name, value) != ("filter", "triangle")}


@dataclass(frozen=True)
class Recipe:
    """From a payload to what is stored.

    Args:
        profile: "original" keeps the bytes of files (arrays become PNG), "resized" smaller pictures, "raw" pixels.
        preprocessing: of a raw store, with or without statistics.
        resized: of a resized store.
        decode: "scaled" lets JPEGs of training rows be decoded at 1/2, 1/4 or 1/8 where that is enough, of a raw store:
            several times as fast on large photographs. Other rows are what prediction sees, which decodes exactly.
    """

    profile: Profile = "original"
    preprocessing: Preprocessing | None = None
    resized: Resized | None = None
    decode: Decode = "exact"

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise InputError(f"profile must be one of {', '.join(PROFILES)}; got {self.profile!r}")
        if self.decode not in DECODES:
            raise InputError(f"decode must be one of {', '.join(DECODES)}; got {self.decode!r}")
        if (self.profile == "raw") != (self.preprocessing is not None):
            raise InputError("a raw store needs a preprocessing, others keep none")
        if (self.profile == "resized") != (self.resized is not None):
            raise InputError("a resized store needs a size, others take none here")
        if self.profile != "raw" and self.decode != "exact":
            raise InputError("only raw stores decode at a smaller scale")
        if self.preprocessing is not None and self.preprocessing.arrays is not None:
            how = self.preprocessing.normalise
            raise InputError(f"a store keeps no arrays: normalise {how} is measured when it is trained")

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """(H, W, C) of every row, of a raw store."""
        return self.preprocessing.shape if self.preprocessing else None

    @property
    def enough(self) -> Enough | None:
        """What the decoder may stop at, for training rows."""
        return self.preprocessing.enough if self.preprocessing and self.decode == "scaled" else None

    def to_dict(self) -> dict[str, Any]:
        """For JSON, the preprocessing as its own `to_dict` has it."""
        return {
            "profile": self.profile,
            "preprocessing": self.preprocessing.to_dict() if self.preprocessing else None,
            "resized": self.resized.to_dict() if self.resized else None,
            "decode": self.decode,
        }

    def pixels(self, picture: Picture) -> UInt8[np.ndarray, "h w c"]:
        """What a raw store keeps.

        Raises:
            DecodeError: it has more channels than are trained on.
        """
        if self.preprocessing is None:
            raise InputError(f"a store of the profile {self.profile} keeps no pixels")
        channels = picture.pixels.shape[2]
        if not 1 <= channels <= 4:
            raise DecodeError(f"pictures of {channels} channels are not trained on yet")
        return self.preprocessing.pixels(picture.pixels, picture.extent_hw)

    def encoded(self, payload: Payload, picture: Picture) -> bytes:
        """What the other profiles keep.

        Raises:
            ShapeError: pixels that no picture file holds.
        """
        if self.resized is None:
            return payload if isinstance(payload, bytes) else encode_png(payload)
        return _encode_smaller(payload, picture, self.resized)


def _encode_smaller(payload: Payload, picture: Picture, how: Resized) -> bytes:
    target = how.target_hw(picture.size_hw)
    if target == picture.size_hw and isinstance(payload, bytes):
        return payload  # encoding once more would lose, and win nothing
    smaller = _shrink(picture.pixels, target, how)
    if (
        _is_lossy(payload, picture.format)
        and how.quality < LOSSLESS
        and smaller.shape[2] in (1, 3)
        and smaller.dtype == np.uint8
    ):
        return encode_jpeg(smaller, how.quality)
    return encode_png(smaller)


def _is_lossy(payload: Payload, format: str) -> bool:
    """What was lossless stays so. WebP is of either kind, told apart by the name of the chunk with the pixels."""
    return format == "JPEG" or (format == "WEBP" and isinstance(payload, bytes) and b"VP8L" not in payload)


def _shrink(pixels: Image, target_hw: tuple[int, int], how: Resized) -> Smaller:
    if pixels.shape[2] in (2, 4):
        return _shrink_transparent(pixels, target_hw, how)
    return resize(pixels, target_hw, how.fit or "stretch", filter=how.filter)


def _shrink_transparent(pixels: Image, target_hw: tuple[int, int], how: Resized) -> Smaller:
    """Colours count as much as they are opaque: what alpha hides must not bleed into what it shows."""
    alpha = pixels[..., -1:]
    if alpha.min() == np.iinfo(pixels.dtype).max or target_hw == pixels.shape[:2]:
        return resize(pixels, target_hw, how.fit or "stretch", filter=how.filter)
    top = np.iinfo(pixels.dtype).max
    weighted = ((pixels[..., :-1].astype(np.uint64) * alpha + top // 2) // top).astype(pixels.dtype)
    small = resize(np.concatenate([weighted, alpha], axis=2), target_hw, how.fit or "stretch", filter=how.filter)
    opaque = np.maximum(small[..., -1:].astype(np.uint64), 1)
    colour = np.minimum((small[..., :-1].astype(np.uint64) * top + opaque // 2) // opaque, top)
    return np.concatenate([colour.astype(pixels.dtype), small[..., -1:]], axis=2)
