import numpy as np
import pytest

from hardy.augmentation import pixel_kernels
from hardy.augmentation.border import BORDERS, border_name, source_index
from hardy.augmentation.cpu import BORDER_CODES
from hardy.errors import InputError


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("nearest", "edge"),
        ("replicate", "edge"),
        ("BORDER_REPLICATE", "edge"),
        ("border", "edge"),
        ("mirror", "reflect"),
        ("reflect_101", "reflect"),
        ("reflect", "reflect"),
        ("BORDER_REFLECT", "symmetric"),
        ("symmetric", "symmetric"),
        ("grid-wrap", "wrap"),
        ("grid-constant", "constant"),
        ("zeros", "constant"),
        (4, "reflect"),
        (0, "constant"),
    ],
)
def test_other_libraries_words(word: object, name: str) -> None:
    assert border_name(word) == name


@pytest.mark.parametrize("word", ["reflection", "mirrored", "", 5, True, None])
def test_unknown_words_are_refused(word: object) -> None:
    with pytest.raises(InputError, match="constant, edge, reflect, symmetric, wrap"):
        border_name(word)


def test_compiled_index_equals_the_plain_one() -> None:
    indices = np.arange(-30, 40)
    assert tuple(BORDER_CODES) == BORDERS
    for border, code in BORDER_CODES.items():
        for size in (1, 2, 7):
            compiled = [pixel_kernels.source_index(int(index), size, code) for index in indices]
            assert compiled == source_index(indices, size, border).tolist()
