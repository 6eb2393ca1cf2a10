"""The demo's pile of pictures: the handwritten digits that come with scikit-learn, as PNG files in a folder per class.

Source: Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998; its
test part of 1,797 pictures, 8×8 pixels of 17 levels.
"""

from pathlib import Path

import numpy as np

from hardy.files import output_errors
from hardy.pixels.encode import encode_png


def write_digits(folder: Path) -> int:
    """Write them, levels 0..16 spread over 0..255.

    Returns:
        How many there are.

    Raises:
        OutputError: the folder cannot be written.
    """
    from sklearn.datasets import load_digits

    pictures, labels = load_digits(return_X_y=True)
    pixels = (pictures.reshape(-1, 8, 8, 1) * (255 / 16) + 0.5).astype(np.uint8)
    with output_errors(folder):
        for label in range(10):
            (folder / str(label)).mkdir(parents=True, exist_ok=True)
        for number, (picture, label) in enumerate(zip(pixels, labels, strict=True)):
            (folder / str(label) / f"{number:04d}.png").write_bytes(encode_png(picture))
    return len(pixels)
