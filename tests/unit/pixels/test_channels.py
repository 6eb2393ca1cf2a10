import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.errors import ShapeError
from hardy.pixels.channels import lay_on_background, to_8_bits, to_channels
from tests.builders import pixels


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("wanted", [1, 3])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_any_image_becomes_grey_or_rgb_of_8_bits(channels: int, wanted: int, dtype: str) -> None:
    image = pixels(17, 11, channels, dtype=dtype)
    before = image.copy()
    found = to_channels(image, wanted)
    assert (found.shape, found.dtype) == ((17, 11, wanted), np.uint8)
    assert np.array_equal(image, before)


def test_grey_is_the_same_in_all_three_channels() -> None:
    image = pixels(17, 11, 1)
    assert np.array_equal(to_channels(image, 3), np.concatenate([image] * 3, axis=2))


def test_the_channel_order_is_rgb() -> None:
    red, green, blue = np.eye(3, dtype=np.uint8)[:, None, None, :] * 255
    assert [to_channels(colour, 1).item() for colour in (red, green, blue)] == [76, 150, 29]


def test_what_alpha_hides_does_not_show() -> None:
    hidden = np.zeros((17, 11, 4), np.uint8)
    hidden[..., :3] = (255, 0, 128)  # under full transparency
    assert (to_channels(hidden, 3, background=0) == 0).all()
    assert (to_channels(hidden, 3, background=200) == 200).all()
    assert (to_channels(hidden[..., 2:], 1, background=7) == 7).all()


def test_laying_on_a_background_is_exact_to_half_a_level() -> None:
    value, alpha = np.meshgrid(np.arange(256), np.arange(256))
    image = np.stack([value, alpha], axis=2).astype(np.uint8)
    for background in (0, 93, 255):
        true = (value * alpha + background * (255 - alpha)) / 255
        assert np.abs(lay_on_background(image, background)[..., 0] - true).max() <= 0.5


def test_opaque_alpha_changes_nothing() -> None:
    image = pixels(17, 11, 4)
    image[..., 3] = 255
    assert np.array_equal(to_channels(image, 3, background=99), image[..., :3])


def test_16_bits_are_scaled_by_their_own_depth_and_not_clipped() -> None:
    ramp = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)
    found = to_8_bits(ramp)
    assert np.abs(found - ramp / 257).max() <= 0.5
    assert found.dtype == np.uint8
    assert len(np.unique(found)) == 256


@pytest.mark.parametrize("shape", [(17, 11, 5), (17, 11, 0), (17, 11), (2, 17, 11, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises((ShapeError, TypeCheckError)):  # under the type checker some are refused before the call
        to_channels(np.zeros(shape, np.uint8), 3)


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_other_numbers_of_channels_are_refused(channels: int) -> None:
    with pytest.raises(ShapeError, match=f"1 .grey. or 3 .RGB., got {channels}"):
        to_channels(np.zeros((17, 11, 3), np.uint8), channels)
