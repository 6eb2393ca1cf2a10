"""BMP: by Pillow."""

from hardy.pixels.formats import pillow
from hardy.pixels.limits import MAX_PIXELS
from hardy.pixels.picture import Picture


def read(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a BMP: 1 to 32 bits, palette, run lengths.

    Raises:
        DecodeError: too large.
        Exception: whatever Pillow makes of damaged data.

    Example:
        >>> import io, PIL.Image
        >>> buffer = io.BytesIO(); PIL.Image.new("L", (11, 17)).save(buffer, "BMP")
        >>> read(buffer.getvalue()).mode
        'L'

    Source: Pillow.
    """
    image = pillow.load("BMP", data, max_pixels)
    return Picture(pillow.to_array(image), "BMP", image.mode)
