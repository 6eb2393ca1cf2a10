"""What is done to whole channels."""

from collections import Counter

import numpy as np

import hardy.augmentation as h

IDS = [f"{number:032x}" for number in range(600)]
COLOURS = np.tile(np.array([[[10, 20, 30]]], np.uint8), (600, 1, 1, 1))


def altered(transform: h.Transform, images: np.ndarray) -> np.ndarray:
    return h.apply(h.Compose([transform]).plan(IDS, 0, (1, 1)), images, output=images.dtype.name)[:, 0, 0]


def test_all_orders_of_channels_are_equally_common() -> None:
    orders = Counter(map(tuple, altered(h.ChannelShuffle(p=1), COLOURS).tolist()))
    assert len(orders) == 6 and min(orders.values()) > 70


def test_so_many_channels_are_dropped_and_each_as_often() -> None:
    found = altered(h.ChannelDropout((1, 2), fill=99, p=1), COLOURS)
    dropped = found == 99
    assert set(dropped.sum(1)) == {1, 2}
    assert np.abs(dropped.mean(0) - 0.5).max() < 0.07
    assert (found[~dropped] == np.broadcast_to([10, 20, 30], found.shape)[~dropped]).all()


def test_one_channel_is_always_left() -> None:
    assert (altered(h.ChannelDropout((5, 5), p=1), COLOURS) > 0).sum(1).tolist() == [1] * 600
    assert (altered(h.ChannelDropout(p=1), COLOURS[..., :1]) == 10).all()


def test_channels_are_multiplied_apart_or_together() -> None:
    white = np.ones((600, 1, 1, 13), np.float32)
    apart = altered(h.ChannelMultiply((0.5, 1.5), p=1), white)
    assert np.abs(np.corrcoef(apart.T) - np.eye(13)).max() < 0.2
    together = altered(h.ChannelMultiply((0.5, 1.5), per_channel=False, p=1), white)
    assert (together == together[:, :1]).all() and np.ptp(together[:, 0]) > 0.9


def test_colour_proper_leaves_other_numbers_of_channels_alone() -> None:
    for channels in (1, 2, 4, 13):
        image = np.random.default_rng(0).integers(0, 256, (17, 11, channels), np.uint8)
        for transform in (
            h.Grayscale(p=1),
            h.HueSaturation(90, p=1),
            h.HueSaturation(90, hue="hsv", p=1),
            h.ColorTemperature(2000, p=1),
            h.ColorJitter(0, 0, 1, 0.5, p=1),
        ):
            assert np.array_equal(h.Compose([transform])(image=image)["image"], image)


def test_daylight_changes_nothing() -> None:
    image = np.random.default_rng(0).integers(0, 256, (17, 11, 3), np.uint8)
    assert np.array_equal(h.Compose([h.ColorTemperature(6504, p=1)])(image=image)["image"], image)
