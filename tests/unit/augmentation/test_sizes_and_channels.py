"""Every transform on every dtype, numbers of channels from 1 to 13, and pictures down to a single pixel."""

from typing import Any

import numpy as np
import pytest

from hardy.augmentation import AugMix, Compose, apply
from hardy.augmentation.transform import Transform
from hardy.errors import InputError
from tests.transform_checks import IDS, pictures
from tests.unit.augmentation.test_transform_checks import EXAMPLES


@pytest.mark.parametrize("transform", [pytest.param(t, id=repr(t)) for some in EXAMPLES.values() for t in some])
def test_a_picture_goes_in_and_one_comes_out(transform: Transform) -> None:
    alter = Compose([transform], seed=1)
    for size_hw in ((1, 1), (1, 7), (5, 1), (2, 3)):
        for dtype, channels in (("uint8", 1), ("uint8", 13), ("uint16", 3), ("float32", 2), ("float32", 4)):
            image = pictures(dtype, (*size_hw, channels))
            mask = np.arange(np.prod(size_hw), dtype=np.int64).reshape(size_hw)
            box, points = [0, 0, size_hw[1], size_hw[0], 5], [[0, 0, 3], [9, -9, 4]]
            targets = {} if isinstance(transform, AugMix) else {"mask": mask, "boxes": [box], "keypoints": points}
            try:
                result = alter(image=image, id=IDS[0], **targets)
            except InputError as error:
                assert "larger than a picture" in str(error)  # a crop
                continue
            assert result["image"].dtype == dtype and result["image"].shape[2] == channels
            if targets:
                assert result["mask"].dtype == np.int64 and result["mask"].shape == result["image"].shape[:2]
                assert result["keypoints"][:, 2].tolist() == [3, 4] and np.isfinite(result["keypoints"]).all()
                assert (result["boxes"][:, 2:4] <= result["mask"].shape[::-1]).all() and (result["boxes"] >= 0).all()
            assert np.isfinite(result["image"]).all()


@pytest.mark.parametrize("targets", [{"mask": np.zeros((17, 11))}, {"boxes": [[0, 0, 1, 1]]}, {"keypoints": [[1, 2]]}])
def test_what_cannot_move_a_target_says_so(targets: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=f"AugMix .* cannot move {next(iter(targets))}"):
        Compose([AugMix(p=1)])(image=pictures("uint8", (17, 11, 3)), id=IDS[0], **targets)


@pytest.mark.parametrize("transform", [pytest.param(some[0], id=repr(some[0])) for some in EXAMPLES.values()])
def test_what_is_no_number_spoils_no_more_than_its_picture(transform: Transform) -> None:
    image = pictures("float32", (17, 11, 3))
    spoiled = image.copy()
    spoiled[3, 4] = np.nan
    plan = Compose([transform], seed=1).plan(IDS[:2], 0, (17, 11))
    found = apply(plan, np.stack([spoiled, image]), output="float32")
    alone = apply(plan[1:], image[None], output="float32")
    assert np.array_equal(found[1], alone[0])
