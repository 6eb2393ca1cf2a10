"""Colours as the file's own profile means them → sRGB."""

import functools
import io
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image
import PIL.ImageCms
from jaxtyping import UInt8

if TYPE_CHECKING:
    from hardy.pixels.icc_shaper import Shaper

_MAX_PROFILE = 8 * 2**20
_BAND_BYTES = 1 << 20
_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}


@functools.lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> "PIL.ImageCms.ImageCmsTransform | Shaper | None":
    srgb = PIL.ImageCms.createProfile("sRGB")
    try:
        found = PIL.ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = PIL.ImageCms.buildTransform(found, srgb, mode, "RGB")
    except (PIL.ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    if mode == "CMYK":
        return transform
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    cube = steps[:, None] if mode == "L" else np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    image = PIL.Image.fromarray(cube.reshape(-1, 1) if mode == "L" else cube.reshape(-1, 1, 3))
    after = np.asarray(transform.apply(image)).reshape(-1, 3)
    if np.abs(after.astype(int) - cube).max() <= 1:
        return None
    if mode == "RGB":
        from hardy.pixels.icc_shaper import shaper_of  # here: few pictures need it, and Numba takes time to import

        shaper = shaper_of(profile, found, PIL.ImageCms.ImageCmsProfile(srgb))
        if shaper is not None and np.array_equal(shaper.applied(cube[None])[0], after):
            return shaper
    return transform


def to_srgb(image: PIL.Image.Image, profile: bytes) -> PIL.Image.Image:
    """Convert a grey, RGB or CMYK picture by its embedded profile.

    Args:
        image: of mode L, RGB or CMYK; others come back as they are.
        profile: an ICC profile; one that is damaged, larger than 8 MiB or of another colour space is passed over,
            and so is one that changes no colour by more than one level of 255 (sRGB under its many names).

    Returns:
        L stays L, RGB stays RGB, CMYK becomes RGB.

    Example:
        >>> to_srgb(PIL.Image.new("RGB", (11, 17)), b"no profile").mode
        'RGB'

    Source: ICC.1:2022 by LittleCMS, perceptual intent, as Pillow's `ImageCms.profileToProfile` does it; to the same
        levels, but compiled, for profiles of curves and a matrix: see `hardy.pixels.icc_shaper`.
    """
    transform = _chosen(profile, image.mode)
    if transform is None:
        return image
    if isinstance(transform, PIL.ImageCms.ImageCmsTransform):
        return _applied(transform, image)
    return PIL.Image.fromarray(transform.applied(np.asarray(image)))


def array_to_srgb(pixels: UInt8[np.ndarray, "h w c"], profile: bytes) -> UInt8[np.ndarray, "h w c"]:
    """The same for grey or RGB levels, in their place, some rows at a time: a copy of a photograph is large.

    Example:
        >>> array_to_srgb(np.full((17, 11, 3), 9, np.uint8), b"no profile")[0, 0].tolist()
        [9, 9, 9]
    """
    is_grey = pixels.shape[2] == 1
    transform = _chosen(profile, "L" if is_grey else "RGB")
    if transform is not None and not isinstance(transform, PIL.ImageCms.ImageCmsTransform):
        transform.apply(pixels)
    elif transform is not None:
        rows = max(1, _BAND_BYTES // (pixels.shape[1] * pixels.shape[2]))
        for top in range(0, len(pixels), rows):
            band = pixels[top : top + rows]
            band[:] = np.asarray(_applied(transform, PIL.Image.fromarray(band[..., 0] if is_grey else band))).reshape(
                band.shape
            )
    return pixels


def _chosen(profile: bytes, mode: str) -> "PIL.ImageCms.ImageCmsTransform | Shaper | None":
    """What a profile asks for, if it is one for such a picture and changes anything."""
    if len(profile) > _MAX_PROFILE or _SPACES.get(mode) != profile[16:20]:
        return None
    return _transform(profile, mode)


def _applied(transform: PIL.ImageCms.ImageCmsTransform, image: PIL.Image.Image) -> PIL.Image.Image:
    converted = transform.apply(image)
    return converted.getchannel(1) if image.mode == "L" else converted
