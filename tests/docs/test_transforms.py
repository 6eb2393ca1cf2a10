"""docs/transforms.md is what the docstrings say, names every transform, and shows each."""

import inspect
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from hardy.augmentation import TRANSFORMS
from hardy.augmentation.mixing import MIXING

DOCS = Path(__file__).parents[2] / "docs"
AGAIN = "run python docs/write_transforms.py"
NEAR = 3.0  # levels, on average: another version of OpenCV or libjpeg may choose another palette


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "write_transforms.py"))


def test_the_page_is_what_the_docstrings_say(script: dict[str, Any]) -> None:
    assert (DOCS / "transforms.md").read_text(encoding="utf-8") == script["text"](), AGAIN


def test_every_transform_has_an_entry() -> None:
    text = (DOCS / "transforms.md").read_text(encoding="utf-8")
    for name, kind in {**TRANSFORMS, **MIXING}.items():
        section = text.split(f"\n### {name}\n")[1].split("\n### ")[0]
        for argument in inspect.signature(kind).parameters:
            assert f"- `{argument}" in section, f"{name}: the docstring says nothing about {argument}"
        assert "Masks, boxes, keypoints: " in section and f"(transforms/{name}.png)" in section


def test_every_picture_is_there_is_small_and_shows_what_the_code_does(script: dict[str, Any]) -> None:
    expected = script["pictures"]()
    files = {path.name: path for path in (DOCS / "transforms").iterdir()}
    assert set(files) == set(expected), AGAIN
    assert sum(path.stat().st_size for path in files.values()) < 1_000_000
    for name, image in expected.items():
        shown = np.asarray(PIL.Image.open(files[name]).convert("RGB"), float)
        again = np.asarray(script["palette"](image).convert("RGB"), float)
        assert shown.shape == again.shape and np.abs(shown - again).mean() < NEAR, f"{name}: {AGAIN}"
