import numpy as np
import pytest

from hardy.models.numpy_network import Convolution, MaxPooling, Relu, layers
from hardy.models.numpy_network.layers import output_size

RISE = np.zeros((7, 7))
RISE[[0, 1], 5] = RISE[2:6, 3] = 30
"""The lecture's filter, which looks for a curve to the right."""

ELSEWHERE = np.zeros((7, 7))
for row, column, value in ((1, 1, 40), (2, 0, 40), (2, 2, 40), (3, 0, 40), (3, 1, 20), (4, 1, 50), (5, 2, 50)):
    ELSEWHERE[row, column] = value
ELSEWHERE[6, [0, 1, 3, 4]] = 25, 25, 50, 50


def test_the_lectures_filter_finds_nothing_in_another_part_of_the_picture() -> None:
    layer = Convolution(1, 1, (7, 7))
    answer, _ = layer.forward(ELSEWHERE[None, :, :, None], (RISE[None, None], np.zeros(1)))
    assert answer.item() == 0


def test_the_lectures_second_figure_goes_on_to_the_other_places() -> None:
    """Of the 3×3 answers the document shows the first, 4, alone."""
    picture = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]], float)
    cross = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]], float)
    answer, _ = Convolution(1, 1, (3, 3)).forward(picture[None, :, :, None], (cross[None, None], np.zeros(1)))
    assert answer[0, :, :, 0].tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


@pytest.mark.parametrize(
    ("size", "window", "stride", "padding", "places"),
    [(28, 5, 1, 0, 24), (24, 2, 2, 0, 12), (17, 2, 2, 0, 8), (1, 1, 1, 0, 1), (1, 3, 1, 1, 1), (11, 3, 4, 2, 4)],
)
def test_how_often_a_window_fits(size: int, window: int, stride: int, padding: int, places: int) -> None:
    assert output_size(size, window, stride, padding) == places


@pytest.mark.parametrize("layer", [Convolution(1, 1, (3, 8)), MaxPooling(8)])
def test_a_window_larger_than_the_picture(layer: Convolution | MaxPooling) -> None:
    with pytest.raises(ValueError, match="a window of 8 does not fit into 7 pixels"):
        layer.forward(np.zeros((1, 9, 7, 1)), (np.zeros((1, 1, 3, 8)), np.zeros(1)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_keep_their_type(dtype: type) -> None:
    x = np.random.default_rng(0).standard_normal((2, 9, 7, 3)).astype(dtype)
    layer = Convolution(2, 3, (3, 3), padding=1)
    parameters = tuple(each.astype(dtype) for each in layer.start(np.random.default_rng(0)))
    y, kept = layer.forward(x, parameters)
    by_x, own = layer.backward(y, kept, parameters)
    pooled, both = MaxPooling(2).forward(y, ())
    kinds = [y, by_x, *own, pooled, MaxPooling(2).backward(pooled, both, ())[0], Relu().backward(y, y, ())[0]]
    assert {each.dtype for each in kinds} == {np.dtype(dtype)}


def test_strips_of_any_height_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).standard_normal((2, 17, 11, 3))
    layer = Convolution(2, 3, (3, 3))
    parameters = tuple(each.astype(float) for each in layer.start(np.random.default_rng(0)))
    whole, _ = layer.forward(x, parameters)
    row = 2 * 9 * 9 * 3 * 8
    for rows in (1, 2, 4, 14):
        monkeypatch.setattr(layers, "STRIP_BYTES", rows * row)
        y, kept = layer.forward(x, parameters)
        np.testing.assert_allclose(y, whole, rtol=1e-12)
        assert kept is x  # no columns are held until the way back


def test_a_result_that_is_not_a_number_is_not_hidden() -> None:
    x = np.array([[np.nan, 1.0], [2.0, 3.0]])[None, :, :, None]
    assert np.isnan(MaxPooling(2).forward(x, ())[0]).all()
    assert np.isnan(Relu().forward(x, ())[0][0, 0, 0, 0])
