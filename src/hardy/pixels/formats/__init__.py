"""The allow-list: one file per kind of picture, each with `read(data, max_pixels) -> Picture`.

To add one: a file here, a line in `DECODERS`, its signature in `hardy.pixels.sniff`, a golden file in
`tests/golden/pixels.py`, a test in `tests/unit/pixels/formats/`. A reader holds the header against
`hardy.pixels.limits` before it unpacks anything, notices data that is cut off anywhere, warns of nothing, and raises
DecodeError; whatever else its codec raises, `hardy.pixels.decode` turns into one.
"""

from collections.abc import Callable

from hardy.pixels.formats import bmp, gif, jpeg, png, pnm, tiff, webp
from hardy.pixels.picture import Picture

DECODERS: dict[str, Callable[[bytes, int], Picture]] = {
    "JPEG": jpeg.read,
    "PNG": png.read,
    "GIF": gif.read,
    "WEBP": webp.read,
    "BMP": bmp.read,
    "TIFF": tiff.read,
    "PPM": pnm.read,
}
