from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader

from hardy.augmentation import Compose, HorizontalFlip, MixUp, Rotate
from hardy.dataset import Preprocessing
from hardy.errors import DecodeError
from hardy.loader import Loader, TorchDataset
from hardy.sources import open_source
from tests.builders import digits, folder

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

DATA = digits(23)
RECIPE = Preprocessing(1, (17, 11), normalise="0..1")
ALTER = Compose([HorizontalFlip(), Rotate((-20, 20))], seed=5)


def pictures(epoch: int) -> torch.Tensor:
    loader = Loader(DATA, 8, preprocessing=RECIPE, augment=ALTER, shuffle=False)
    loader.set_epoch(epoch)
    return torch.cat([batch.images for batch in loader])


@pytest.mark.parametrize("workers", [0, 2])
def test_workers_give_the_pictures_of_a_loader_and_hear_of_epochs(workers: int) -> None:
    dataset = TorchDataset(DATA, preprocessing=RECIPE, augment=ALTER)
    loader = DataLoader(dataset, 5, num_workers=workers, persistent_workers=workers > 0)
    for epoch in (0, 3, 1):
        dataset.set_epoch(epoch)
        images, targets = (torch.cat(values) for values in zip(*loader, strict=True))
        assert torch.equal(images, pictures(epoch))
        assert targets.tolist() == DATA.labels.tolist()


def test_positions_are_those_of_a_list() -> None:
    dataset = TorchDataset(DATA, preprocessing=RECIPE, augment=ALTER)
    expected = pictures(0)
    assert len(dataset) == 23
    for position in (0, 22, -1, -23, 7):
        image, label = dataset[position]
        assert torch.equal(image, expected[position])
        assert int(label) == DATA.labels[position]
    for position in (23, -24):
        with pytest.raises(IndexError, match=f"0 to 22, got {position}"):
            dataset[position]


def test_a_side_alone() -> None:
    dataset = TorchDataset(DATA, preprocessing=RECIPE, split="train")
    assert len(dataset) == DATA.split_sizes()["train"]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_bad_picture_is_named_from_a_worker_too(tmp_path: Path, workers: int) -> None:
    root = folder(tmp_path, {"cats": 3, "dogs": 3})
    (root / "dogs" / "001.png").write_bytes(b"no picture")
    dataset = TorchDataset(open_source(root), preprocessing=Preprocessing(3, (17, 11), normalise="0..1"))
    with pytest.raises(DecodeError, match=r"dogs/001\.png"):
        list(DataLoader(dataset, 2, num_workers=workers))


@pytest.mark.parametrize("workers", [0, 2])
def test_mixtures_are_those_of_a_loader(workers: int) -> None:
    mix = Compose([HorizontalFlip(), MixUp(p=0.6)], seed=1)
    dataset = TorchDataset(DATA, preprocessing=RECIPE, augment=mix)
    found = zip(*DataLoader(dataset, 5, num_workers=workers), strict=True)
    expected = zip(*Loader(DATA, 8, preprocessing=RECIPE, augment=mix, shuffle=False), strict=True)
    for mine, theirs in zip(found, expected, strict=True):
        assert torch.equal(torch.cat(mine), torch.cat(theirs))
