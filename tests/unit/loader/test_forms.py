"""What batches look like, and what others do with them."""

import pickle

import numpy as np
import pytest
import torch

from hardy.augmentation import Compose, HorizontalFlip, MixUp
from hardy.dataset import Preprocessing
from hardy.errors import InputError
from hardy.loader import Batch, Loader
from hardy.loader.buffers import Buffers
from tests.builders import dataset, digits, measured, pixels

DATA = digits(31)
RECIPE = measured(DATA)


def first(**options: object) -> Batch:
    return next(iter(Loader(DATA, 8, preprocessing=RECIPE, augment=Compose([HorizontalFlip()]), **options)))  # type: ignore[arg-type]


def test_a_batch_is_a_pair() -> None:
    batch = first()
    images, targets = batch
    assert images is batch.images
    assert targets is batch.targets is batch.labels
    assert isinstance(batch, tuple)
    assert batch.size == len(batch.ids) == len(batch.rows) == 8
    assert batch.ids == [DATA.ids[row] for row in batch.rows]


def test_numpy_and_torch_are_equal_and_so_are_both_layouts() -> None:
    images = first().images.numpy()
    for kind in ("torch", "numpy"):
        for layout in ("NCHW", "NHWC"):
            found = first(kind=kind, layout=layout)
            assert isinstance(found.images, torch.Tensor if kind == "torch" else np.ndarray)
            assert isinstance(found.labels, torch.Tensor if kind == "torch" else np.ndarray)
            values = np.asarray(found.images)
            assert np.array_equal(values if layout == "NCHW" else values.transpose(0, 3, 1, 2), images)


def test_tensors_are_channels_last_in_memory() -> None:
    data = dataset([0, 1, 0], pixels(3, 17, 11, 3), split=["train"] * 3)
    (batch,) = Loader(data, preprocessing=measured(data))
    assert batch.images.is_contiguous(memory_format=torch.channels_last)


def test_uint8_is_not_normalised() -> None:
    batch = first(dtype="uint8")
    assert batch.images.dtype == torch.uint8
    mean, std = (torch.tensor(values).view(1, -1, 1, 1) for values in (RECIPE.mean, RECIPE.std))
    assert torch.allclose((batch.images / 255 - mean) / std, first().images, atol=1e-6)


def test_bfloat16_is_float32_rounded() -> None:
    batch = first(dtype="bfloat16")
    assert batch.images.dtype == torch.bfloat16
    assert torch.equal(batch.images, first().images.to(torch.bfloat16))
    with pytest.raises(InputError, match="bfloat16"):
        first(dtype="bfloat16", kind="numpy")


def test_one_hot() -> None:
    batch = first(labels="one-hot")
    assert batch.targets.shape == (8, len(DATA.classes))
    assert torch.equal(batch.targets.argmax(1), batch.labels)
    assert torch.equal(batch.targets.sum(1), torch.ones(8))


def test_one_hot_of_nothing_is_refused() -> None:
    unlabelled = DATA.with_columns(label=[None] * 31)
    with pytest.raises(InputError, match="without a label"):
        next(iter(Loader(unlabelled, preprocessing=RECIPE, labels="one-hot")))


def test_mixed_labels_are_soft() -> None:
    batch = next(iter(Loader(DATA, 8, preprocessing=RECIPE, augment=Compose([MixUp(alpha=1.0, p=1)]))))
    assert batch.targets.shape == (8, len(DATA.classes))
    assert torch.allclose(batch.targets.sum(1), torch.ones(8))
    assert batch.labels.dtype == torch.int64


def test_a_batch_goes_to_a_device_and_through_a_pickle() -> None:
    batch = first()
    moved = batch.to("cpu")
    assert moved.ids == batch.ids
    assert moved.labels is moved.targets
    again = pickle.loads(pickle.dumps(batch))
    assert torch.equal(again.images, batch.images)
    assert again.ids == batch.ids
    (on_device,) = list(Loader(DATA, 31, preprocessing=RECIPE, device="cpu", kind="numpy", shuffle=False))
    assert isinstance(on_device.images, torch.Tensor)
    assert torch.equal(on_device.images, next(iter(Loader(DATA, 31, preprocessing=RECIPE, shuffle=False))).images)


def test_a_normalisation_without_statistics_is_complete() -> None:
    (batch,) = Loader(DATA, 31, preprocessing=Preprocessing(1, (17, 11), normalise="-1..1"), shuffle=False)
    raw = np.stack(list(DATA.images())).astype(np.float32)
    assert np.allclose(batch.images.numpy()[:, 0], raw[..., 0] / 127.5 - 1, atol=1e-6)


@pytest.mark.parametrize("kind", ["torch", "numpy"])
def test_what_is_held_is_never_written_over(kind: str) -> None:
    loader = Loader(DATA, 4, preprocessing=RECIPE, augment=Compose([HorizontalFlip()]), kind=kind, threads=2)  # type: ignore[arg-type]
    parts, copies = [], []
    for batch in loader:
        parts.append(batch.images[1:3])  # a view; the batch itself is let go
        copies.append(np.asarray(batch.images[1:3]).copy())
        del batch
    for _ in range(3):
        list(loader)
    assert all(np.array_equal(np.asarray(part), copy) for part, copy in zip(parts, copies, strict=True))


def test_buffers_come_back_only_when_all_views_are_gone() -> None:
    buffers = Buffers(keep=1)
    one = buffers.take((4, 3), "float32")
    place, view = one.ctypes.data, torch.from_numpy(one)[2]
    del one
    assert buffers.take((4, 3), "float32").ctypes.data != place
    del view
    assert buffers.take((4, 3), "float32").ctypes.data == place
    assert buffers.take((5, 3), "float32").shape == (5, 3)
