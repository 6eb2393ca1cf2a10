"""Profiles of three curves and a matrix, as cameras and screens have them, as tables for one compiled pass.

LittleCMS does the same sums a pixel at a time through several calls; these tables are its own, in its own precision, so
that the levels are the same, several times faster. `hardy.pixels.icc` holds the two against each other for each profile
before it takes this one.
"""

import struct
from dataclasses import dataclass

import numpy as np
import PIL.ImageCms
from jaxtyping import Int32, UInt8

from hardy.pixels.icc_kernels import ONE, shape_levels

_CURVES = (b"rTRC", b"gTRC", b"bTRC")
_COLORANTS = ("red_colorant", "green_colorant", "blue_colorant")
_LIMIT = 1000.0  # no profile of a camera or screen comes near it, and 32 bits hold its 16384ths


@dataclass(frozen=True, eq=False)
class Shaper:
    """Turns levels of a profile into sRGB's.

    Args:
        light: of each level of each channel; 16384 is all of it.
        matrix: from the profile's light to sRGB's, in 16384ths.
        levels: of sRGB, for each light from 0 to 16384.
    """

    light: Int32[np.ndarray, "3 256"]
    matrix: Int32[np.ndarray, "3 3"]
    levels: UInt8[np.ndarray, "16385"]

    def apply(self, pixels: UInt8[np.ndarray, "h w 3"]) -> None:
        """In place."""
        shape_levels(pixels, self.light, self.matrix, self.levels)

    def applied(self, pixels: UInt8[np.ndarray, "h w 3"]) -> UInt8[np.ndarray, "h w 3"]:
        """A copy."""
        found = pixels.copy()
        self.apply(found)
        return found


def shaper_of(
    profile: bytes, opened: PIL.ImageCms.ImageCmsProfile, srgb: PIL.ImageCms.ImageCmsProfile
) -> Shaper | None:
    """The tables of an RGB profile; None where it is of another kind.

    Args:
        profile: its bytes.
        opened: the same, opened.
        srgb: where the levels go.

    Source: ICC.1:2022, 8.3.2 (three-component matrix-based profiles), 10.6 (curveType), 10.18 (parametricCurveType);
        rounding as in LittleCMS's optimisation of matrix shapers.
    """
    tags = _tags(profile)
    ours, theirs = _colorants(opened), _colorants(srgb)
    if b"A2B0" in tags or ours is None or theirs is None:
        return None
    with np.errstate(all="ignore"):  # numbers beyond all bounds are answered below
        curves = [_curve(tags.get(name, b"")) for name in _CURVES]
        matrix = np.linalg.inv(theirs) @ ours
    known = [curve for curve in curves if curve is not None]
    if len(known) < len(curves) or not all((np.abs(part) < _LIMIT).all() for part in (*known, matrix)):
        return None
    light = np.floor(np.stack(known) * ONE + 0.5).astype(np.int32)
    return Shaper(light, np.floor(matrix * ONE + 0.5).astype(np.int32), _srgb_levels())


def _tags(profile: bytes) -> dict[bytes, bytes]:
    """The content of each tag; empty where the table is damaged."""
    found = {}
    (count,) = struct.unpack_from(">I", profile.ljust(132, b"\0"), 128)
    for place in range(132, min(132 + 12 * count, len(profile) - 11), 12):
        name, begin, size = struct.unpack_from(">4sII", profile, place)
        found[name] = profile[begin : begin + size]
    return found


def _curve(tag: bytes) -> np.ndarray | None:
    """The light of the 256 levels, 0 to 1, in float64; None where it is no curve that is known here."""
    levels = np.arange(256) / 255
    if tag[:4] == b"curv" and len(tag) >= 12:
        (count,) = struct.unpack_from(">I", tag, 8)
        points = np.frombuffer(tag[12 : 12 + 2 * count], ">u2").astype(np.int64)
        if len(points) != count:
            return None
        if count == 0:
            return levels
        return levels ** (points[0] / 256) if count == 1 else _between(points)
    if tag[:4] == b"para" and len(tag) >= 12:
        (kind,) = struct.unpack_from(">H", tag, 8)
        count = {0: 1, 3: 5}.get(kind, 0)  # those that cameras and screens use
        if count and len(tag) >= 12 + 4 * count:
            return _parametric(np.frombuffer(tag, ">i4", count, 12) / 65536, levels)
    return None


def _between(points: np.ndarray) -> np.ndarray:
    """Linear between equally far points, in 16 bits."""
    place = np.arange(256) * 257 * (len(points) - 1)
    place += (place + 0x7FFF) // 0xFFFF
    low, rest = place >> 16, place & 0xFFFF
    lower, upper = points[low], points[np.minimum(low + 1, len(points) - 1)]
    return np.asarray((((upper - lower) * rest + 0x8000) >> 16) + lower) / 65535


def _parametric(numbers: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Functions 0 and 3 of the standard's table 68: a power, and a power with a line below."""
    if len(numbers) == 1:
        return np.asarray(x ** numbers[0])
    gamma, a, b, c, d = numbers.tolist()
    return np.asarray(np.where(x >= d, np.maximum(a * x + b, 0.0) ** gamma, c * x).clip(0, 1))


def _colorants(profile: PIL.ImageCms.ImageCmsProfile) -> np.ndarray | None:
    """XYZ of red, green and blue, as columns."""
    found = [getattr(profile.profile, name) for name in _COLORANTS]
    if any(colour is None for colour in found):
        return None
    matrix = np.array([colour[0] for colour in found], np.float64).T
    return matrix if np.isfinite(matrix).all() and abs(np.linalg.det(matrix)) > 1e-9 else None


def _srgb_levels() -> np.ndarray:
    """Of light in 16384ths: IEC 61966-2-1, rounded to 16 bits first and then to 8."""
    light = np.arange(ONE + 1) / ONE
    curve = np.where(light <= 0.04045 / 12.92, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    wide = np.floor(curve.clip(0, 1) * 65535 + 0.5).astype(np.int64)
    return np.asarray((wide * 65281 + 8388608) >> 24, np.uint8)
