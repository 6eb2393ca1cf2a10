import json

import numpy as np
import pytest

from hardy.pixels.decode import decode
from tests.golden.pictures import FOLDER, cases

EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))

LOSSY = 2  # levels: another build of libjpeg or libwebp may round its inverse transform differently
ICC = 1  # levels: another LittleCMS may


def tolerance(name: str) -> int:
    if name.endswith(".jpg") or "jpeg" in name or name == "lossy.webp":
        return LOSSY + ICC * ("icc" in name)
    return ICC if "icc" in name else 0


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_pixels_are_what_they_were(name: str) -> None:
    picture = decode((FOLDER / name).read_bytes())
    expected = np.load(FOLDER / f"{name}.npy")
    assert {"format": picture.format, "mode": picture.mode, "frames": picture.frames} == EXPECTED[name]
    assert (picture.pixels.shape, picture.pixels.dtype) == (expected.shape, expected.dtype)
    assert np.abs(picture.pixels.astype(int) - expected).max() <= tolerance(name)


def test_every_case_has_its_file_and_its_pixels() -> None:
    names = set(cases())
    assert set(EXPECTED) == names
    assert {path.name for path in FOLDER.iterdir()} == names | {f"{name}.npy" for name in names} | {"expected.json"}
