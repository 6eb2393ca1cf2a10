"""Which samples come: ranks, balance, what cannot be read."""

import os
import threading
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
import pytest
import torch

from hardy.augmentation import Compose, GaussianBlur, Translate
from hardy.dataset import Dataset, Preprocessing
from hardy.errors import DecodeError, InputError
from hardy.loader import Loader
from hardy.sources import open_source
from tests.builders import digits, encoded, folder, measured, pixels, write

DATA = digits(31)
RECIPE = measured(DATA)
ALTER = Compose([Translate(pixels=3)], seed=5)
RGB = Preprocessing(3, (17, 11), normalise="0..1")


@pytest.mark.parametrize("world", [1, 2, 3, 4])
def test_ranks_together_give_each_sample_once_and_the_same_order(world: int) -> None:
    alone = {
        b.ids[n]: b.images[n] for b in Loader(DATA, 12, preprocessing=RECIPE, augment=ALTER) for n in range(b.size)
    }
    ranks = [
        list(Loader(DATA, 12 // world, preprocessing=RECIPE, augment=ALTER, rank=r, world_size=world, uneven="exact"))
        for r in range(world)
    ]
    steps = max(map(len, ranks))
    order = [
        (b.ids[n], b.images[n])
        for s in range(steps)
        for r in ranks
        if s < len(r)
        for b in [r[s]]
        for n in range(b.size)
    ]
    assert [name for name, _ in order] == list(alone)
    assert all(torch.equal(image, alone[name]) for name, image in order)


def test_padding_is_marked() -> None:
    ranks = [Loader(DATA, 4, preprocessing=RECIPE, rank=r, world_size=3, shuffle=False) for r in range(3)]
    assert [len(one) for one in ranks] == [3, 3, 3]
    last = [list(one)[-1] for one in ranks]
    assert [one.rows.tolist() for one in last] == [[24, 25, 26], [27, 28, 29], [30, 0, 1]]
    assert last[2].repeated.tolist() == [False, True, True]
    assert [len(Loader(DATA, 4, preprocessing=RECIPE, rank=0, world_size=3, uneven=u)) for u in ("drop", "exact")] == [
        3,
        3,
    ]
    assert len(Loader(DATA, 4, preprocessing=RECIPE, drop_last=True)) == 7


def test_a_state_holds_for_another_number_of_processes_and_another_batch_size() -> None:
    alone = Loader(DATA, 6, preprocessing=RECIPE)
    reference = [row for batch in alone for row in batch.rows.tolist()]
    ranks = [Loader(DATA, 3, preprocessing=RECIPE, rank=r, world_size=2, uneven="exact") for r in range(2)]
    running = [iter(one) for one in ranks]
    seen = [row for _ in range(2) for one in running for row in next(one).rows.tolist()]
    states = [one.state_dict() for one in ranks]
    assert states[0] == states[1]
    again = Loader(DATA, 5, preprocessing=RECIPE)
    again.load_state_dict(states[0])
    assert again.remaining == 4
    assert seen + [row for batch in again for row in batch.rows.tolist()] == reference


def test_torch_distributed_says_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
    monkeypatch.setattr(torch.distributed, "get_world_size", lambda: 2)
    batch = next(iter(Loader(DATA, 4, preprocessing=RECIPE, shuffle=False)))
    assert batch.rows.tolist() == [4, 5, 6, 7]
    with pytest.raises(InputError, match="both or none"):
        Loader(DATA, 4, preprocessing=RECIPE, rank=1)


def unbalanced() -> Dataset:
    return DATA.with_columns(label=[0] * 27 + [1] * 4)


def test_balanced_classes_and_copies_that_look_different() -> None:
    loader = Loader(unbalanced(), 31, preprocessing=RECIPE, augment=ALTER, balance="classes")
    (batch,) = loader
    assert sorted(np.bincount(batch.labels.numpy()).tolist()) == [15, 16]
    rare = np.flatnonzero(batch.rows == 30)
    assert len(rare) >= 3
    assert sorted(batch.copies[rare].tolist()) == list(range(len(rare)))
    assert len({batch.images[int(n)].numpy().tobytes() for n in rare}) == len(rare)
    (small,) = (
        b.images[n] for b in Loader(unbalanced(), 4, preprocessing=RECIPE, augment=ALTER, balance="classes", threads=3)
        for n in range(b.size) if b.rows[n] == 30 and b.copies[n] == 1
    )  # fmt: skip
    assert torch.equal(small, batch.images[int(rare[batch.copies[rare] == 1][0])])


def test_balance_with_ranks_still_deals_out_one_order() -> None:
    alone = [
        r for b in Loader(unbalanced(), 8, preprocessing=RECIPE, balance={"a": 1, "b": 2}) for r in b.rows.tolist()
    ]
    ranks = [
        list(
            Loader(
                unbalanced(), 4, preprocessing=RECIPE, balance={"a": 1, "b": 2}, rank=r, world_size=2, uneven="exact"
            )
        )
        for r in range(2)
    ]
    assert [row for step in zip(*ranks, strict=True) for b in step for row in b.rows.tolist()] == alone


@pytest.fixture
def broken(tmp_path: Path) -> Dataset:
    root = folder(tmp_path, {"cats": 6, "dogs": 6})
    for name in ("cats/001.png", "dogs/002.png"):
        write(root / name, encoded(pixels(67, 43, 3), "JPEG")[:900])
    return open_source(root)


@pytest.mark.parametrize("threads", [1, 3])
def test_what_cannot_be_read_is_counted_and_replaced_the_same_each_time(broken: Dataset, threads: int) -> None:
    loader = Loader(broken, 5, preprocessing=RGB, on_error="skip", threads=threads)
    found = [batch.rows.tolist() for batch in loader]
    assert found == [b.rows.tolist() for b in Loader(broken, 5, preprocessing=RGB, on_error="skip", threads=2)]
    rows = [row for batch in found for row in batch]
    assert len(rows) == 12
    assert 1 not in rows
    assert 8 not in rows
    assert len(set(rows)) >= 10
    assert sorted(Path(path).name for path in loader.skipped) == ["001.png", "002.png"]
    assert all("truncated" in reason for reason in loader.skipped.values())


def test_labels_are_those_of_what_came_in_place(broken: Dataset) -> None:
    for batch in Loader(broken, 5, preprocessing=RGB, on_error="skip"):
        assert batch.labels.tolist() == broken.labels[batch.rows].tolist()
        assert batch.ids == [broken.ids[row] for row in batch.rows]


def test_where_nothing_can_be_read_it_ends(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2, "dogs": 2})
    for file in root.rglob("*.png"):
        file.write_bytes(b"no picture")
    with pytest.raises(DecodeError, match="20 rows"):
        list(Loader(root, 5, preprocessing=RGB, on_error="skip"))


def test_a_path_and_a_side_will_do(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    for side, count in (("train", 5), ("val", 3)):
        folder(root / side, {"cats": count, "dogs": count})
    assert sum(batch.size for batch in Loader(root, 4, preprocessing=RGB, split="val")) == 6
    with pytest.raises(InputError, match="test"):
        Loader(root, 4, preprocessing=RGB, split="test")


def test_opencv_gets_its_threads_back() -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    try:
        blur = Compose([GaussianBlur(p=1)])
        for _ in Loader(DATA, 4, preprocessing=RECIPE, augment=blur):
            assert cv2.getNumThreads() == 1
        assert cv2.getNumThreads() == 3
        running = [iter(Loader(DATA, 4, preprocessing=RECIPE, augment=blur)) for _ in range(2)]
        for one in running:
            next(one)
        running[0].close()
        assert cv2.getNumThreads() == 1
        running[1].close()
        assert cv2.getNumThreads() == 3
    finally:
        cv2.setNumThreads(before)


def test_forever_goes_through_epochs() -> None:
    loader = Loader(DATA, 8, preprocessing=RECIPE)
    endless = loader.forever()
    pairs = [next(endless) for _ in range(9)]
    endless.close()
    assert loader.epoch == 2
    assert all(type(pair) is tuple for pair in pairs)
    loader.set_epoch(0)
    batches = [*loader, *loader]
    assert all(torch.equal(images, batch.images) for (images, _), batch in zip(pairs, batches, strict=False))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_iteration_in_a_forked_process_says_what_to_do() -> None:
    batches = iter(Loader(DATA, 4, preprocessing=RECIPE, threads=2))
    next(batches)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            next(batches)
            answer = "none"
        except InputError as error:
            answer = str(error)
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    answer = b"".join(iter(lambda: os.read(reading, 1000), b"")).decode()
    os.waitpid(child, 0)
    assert "before a fork" in answer
    assert len(list(batches)) == 7  # and here it goes on
    assert not [t for t in threading.enumerate() if t.name.startswith("hardy")]


def test_a_state_is_of_the_shares_and_not_of_the_kind_of_mapping_that_holds_them() -> None:
    shares = {"b": 2.0, "a": 1.0}
    state = Loader(unbalanced(), 8, preprocessing=RECIPE, balance=shares).state_dict()
    Loader(unbalanced(), 8, preprocessing=RECIPE, balance=MappingProxyType(shares)).load_state_dict(state)
    with pytest.raises(InputError, match="order"):
        Loader(unbalanced(), 8, preprocessing=RECIPE, balance={"b": 3.0}).load_state_dict(state)
