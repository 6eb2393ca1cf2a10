"""One picture, a batch and the loader: the same numbers, to the bit."""

import numpy as np
import pytest

from hardy.augmentation import ColorJitter, Compose, GaussianNoise, HorizontalFlip, RandomResizedCrop, Rotate, apply
from hardy.dataset import Preprocessing
from hardy.loader import Loader
from tests.builders import dataset, pixels


@pytest.mark.parametrize("batch_size", [1, 6])
def test_the_loader_the_batch_and_the_single_picture_are_the_same_numbers(batch_size: int) -> None:
    transforms = [RandomResizedCrop((17, 11)), HorizontalFlip(), ColorJitter(), Rotate(), GaussianNoise((0.1, 0.2))]
    alter = Compose([*transforms, lambda image, generator: image ^ generator.integers(2, dtype=np.uint8)], seed=5)
    data = dataset([0] * 13, np.clip(pixels(13, 23, 19, 3), 1, 255), split=["train"] * 13)
    loader = Loader(
        data, batch_size, preprocessing=Preprocessing(3, (23, 19), normalise="0..1"), augment=alter, dtype="uint8"
    )
    for epoch in range(2):
        plan = alter.plan(data.ids, epoch, (23, 19))
        batch = apply(plan, np.stack(list(data.images())))
        seen = 0
        for found in loader:
            for row, name, image in zip(found.rows, found.ids, found.images, strict=True):
                single = alter(image=data.image(int(row)), id=name, epoch=epoch)["image"]
                assert np.array_equal(image.numpy().transpose(1, 2, 0), single)
                assert np.array_equal(batch[row], single)
                seen += 1
        assert seen == len(data)
