"""How large a picture may be. Held against the header, before anything is unpacked."""

from hardy.errors import DecodeError

MAX_PIXELS = 89_478_485
"""Larger pictures are refused from their header: a quarter of a GiB at three bytes a pixel, as Pillow advises."""

BYTES_PER_PIXEL = 4
"""A picture of the full number of pixels may unpack to four channels of 8 bits, one of half as many to 16 bits."""

MAX_FRAMES = 65_536
"""Frames of an animation, or pages. Only the first is unpacked, but each has a header that is looked at."""

MAX_SCANS = 100
"""Of a progressive JPEG. Ten are usual; each costs a pass over all pixels, so that a small file could take minutes."""


def check_size(width: int, height: int, max_pixels: int, bytes_per_pixel: int = 1) -> None:
    """Refuse what is too large, or empty.

    Args:
        width: in pixels, from the header.
        height: likewise.
        max_pixels: the caller's limit.
        bytes_per_pixel: once unpacked.

    Raises:
        DecodeError: no pixels, more than `max_pixels`, or more than 4 × `max_pixels` bytes.

    Example:
        >>> check_size(500, 375, MAX_PIXELS, 3)
    """
    pixels = width * height
    if width < 1 or height < 1:
        raise DecodeError(f"the header says {width}×{height} pixels, which is no picture")
    if pixels > max_pixels:
        raise DecodeError(f"{width}×{height} pixels are more than the limit of {max_pixels:,}")
    if pixels * bytes_per_pixel > max_pixels * BYTES_PER_PIXEL:
        raise DecodeError(
            f"{width}×{height} pixels of {bytes_per_pixel} bytes are more than the limit of "
            f"{max_pixels * BYTES_PER_PIXEL:,} bytes"
        )


def check_frames(frames: int) -> None:
    """Refuse files that claim an absurd number of frames or pages.

    Raises:
        DecodeError: more than `MAX_FRAMES`.

    Example:
        >>> check_frames(12)
    """
    if frames > MAX_FRAMES:
        raise DecodeError(f"more frames or pages than the limit of {MAX_FRAMES:,}")
