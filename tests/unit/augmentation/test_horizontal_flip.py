import numpy as np

from hardy.augmentation import Compose, HorizontalFlip


def test_left_becomes_right() -> None:
    image = np.random.default_rng(0).integers(0, 256, (17, 11, 3), np.uint8)
    assert np.array_equal(Compose([HorizontalFlip(p=1)])(image=image)["image"], np.fliplr(image))
    assert np.array_equal(Compose([HorizontalFlip(p=0)])(image=image)["image"], image)


def test_half_are_flipped() -> None:
    words = np.random.default_rng(0).integers(0, 2**63, (4000, 2)).astype(np.uint64)
    share = Compose([HorizontalFlip()]).plan(words, 0, (17, 11)).steps[0].applied.mean()
    assert abs(share - 0.5) < 4 * 0.5 / np.sqrt(4000)  # four standard errors
