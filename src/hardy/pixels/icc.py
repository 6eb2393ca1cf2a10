"""Colours as the file's own profile means them → sRGB."""

import functools
import io

import numpy as np
import PIL.Image
import PIL.ImageCms

_MAX_PROFILE = 8 * 2**20
_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}


@functools.lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> PIL.ImageCms.ImageCmsTransform | None:
    try:
        found = PIL.ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = PIL.ImageCms.buildTransform(found, PIL.ImageCms.createProfile("sRGB"), mode, "RGB")
    except (PIL.ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    if mode == "CMYK":
        return transform
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    cube = steps[:, None] if mode == "L" else np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    image = PIL.Image.fromarray(cube.reshape(-1, 1) if mode == "L" else cube.reshape(-1, 1, 3))
    after = np.asarray(transform.apply(image)).reshape(-1, 3)
    return None if np.abs(after.astype(int) - cube).max() <= 1 else transform


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

    Source: ICC.1:2022 by LittleCMS, perceptual intent, as Pillow's `ImageCms.profileToProfile` does it.
    """
    if len(profile) > _MAX_PROFILE or _SPACES.get(image.mode) != profile[16:20]:
        return image
    transform = _transform(profile, image.mode)
    if transform is None:
        return image
    converted = transform.apply(image)
    return converted.getchannel(1) if image.mode == "L" else converted
