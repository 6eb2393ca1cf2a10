"""A file that ends too early is refused, wherever it was cut; one that is damaged is refused where that can be seen."""

import pytest

from hardy.errors import DecodeError
from hardy.pixels.decode import decode
from tests.golden.pictures import FOLDER, cases

NAMES = sorted(cases())

# What may be missing at the end with all pixels there: the line's end and digits of the last number (an end that is
# missing is allowed, so nothing tells), what fills the last row of a BMP up to four bytes, or the last page of a TIFF.
NOTHING_LOST = {"plain.pbm": 1, "plain.pgm": 2, "plain.ppm": 3, "plain-16.ppm": 5, "palette-8.bmp": 1}
NOTHING_LOST |= {"grey-1.bmp": 2, "rgb.bmp": 3, "pages.tiff": 3}


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_anywhere_is_noticed(name: str) -> None:
    data = (FOLDER / name).read_bytes()
    unseen = []
    for end in sorted({*range(0, len(data), max(1, len(data) // 60)), *range(len(data) - 12, len(data))}):
        try:
            decode(data[: max(0, end)])
        except DecodeError:
            continue
        unseen.append(len(data) - end)
    assert max(unseen, default=0) <= NOTHING_LOST.get(name, 0)
