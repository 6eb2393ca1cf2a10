"""The two photos that decoding and resizing are measured on: real ones where HARDY_DATA is set, made ones elsewhere."""

import io
import os
from pathlib import Path

import numpy as np
import PIL.Image

SMALL_HW, LARGE_HW = (375, 500), (2000, 3000)


def small_jpeg() -> bytes:
    """500×375, the flower whose file is nearest to 48 KB, as its photographer's camera or the site wrote it."""
    if root := os.environ.get("HARDY_DATA"):
        found = []
        for path in sorted(Path(root, "flowers").rglob("*.jpg")):
            data = path.read_bytes()
            with PIL.Image.open(io.BytesIO(data)) as image:
                if image.size == (500, 375):
                    found.append(data)
        if found:
            return min(found, key=lambda data: abs(len(data) - 48_000))
    return _encode(_made(SMALL_HW))


def large_jpeg() -> bytes:
    """3000×2000: a large photo brought to that size, quality 90."""
    if root := os.environ.get("HARDY_DATA"):
        paths = sorted(Path(root, "large-photos").glob("*.jpg"), key=lambda path: path.stat().st_size)
        if paths:
            with PIL.Image.open(paths[-1]) as image:
                return _encode(image.convert("RGB").resize(LARGE_HW[::-1], PIL.Image.Resampling.LANCZOS))
    return _encode(_made(LARGE_HW))


def _made(size_hw: tuple[int, int]) -> PIL.Image.Image:
    """Noise of every scale, as photos have."""
    generator, total = np.random.default_rng(0), np.zeros((*size_hw, 3))
    for scale in (1, 4, 16, 64):
        small = generator.normal(128, 20, (size_hw[0] // scale + 1, size_hw[1] // scale + 1, 3)).clip(0, 255)
        image = PIL.Image.fromarray(small.astype(np.uint8)).resize(size_hw[::-1], PIL.Image.Resampling.BICUBIC)
        total += np.asarray(image, float) - 128
    return PIL.Image.fromarray((128 + total).clip(0, 255).astype(np.uint8))


def _encode(image: PIL.Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
