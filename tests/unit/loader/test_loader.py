import gc
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from hardy.augmentation import Compose, CutMix, HorizontalFlip, MixUp, Scale, Translate
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.prepared import prepared_batch
from hardy.errors import DecodeError, InputError
from hardy.loader import Batch, Loader
from hardy.sources import open_source
from hardy.store import open_store, pack
from tests.builders import dataset, digits, encoded, folder, measured, pixels, write

DATA = digits(31)
RECIPE = measured(DATA)
ALTER = Compose([HorizontalFlip(), Translate(pixels=3)], seed=5)


def our_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("hardy")]


def by_id(loader: Loader) -> dict[str, bytes]:
    return {
        identity: image.numpy().tobytes()
        for batch in loader
        for identity, image in zip(batch.ids, batch.images, strict=True)
    }


def same(one: Batch, other: Batch) -> bool:
    return bool(
        torch.equal(one.images, other.images)
        and torch.equal(one.labels, other.labels)
        and one.ids == other.ids
        and np.array_equal(one.rows, other.rows)
    )


def test_a_batch_is_normalised_and_in_the_order_n_c_h_w() -> None:
    data = dataset([0, 1, 0], pixels(3, 17, 11, 3), split=["train"] * 3)
    recipe = measured(data)
    (batch,) = Loader(data, preprocessing=recipe, shuffle=False)
    assert batch.images.shape == (3, 3, 17, 11)
    assert batch.images.dtype == torch.float32
    assert batch.images.is_contiguous(memory_format=torch.channels_last)
    raw = np.stack(list(data.images())) / 255
    expected = ((raw - np.array(recipe.mean)) / np.array(recipe.std)).transpose(0, 3, 1, 2)
    assert np.abs(batch.images.numpy() - expected).max() < 1e-6  # float32 of values below 4
    assert batch.labels.tolist() == [0, 1, 0]
    assert batch.ids == data.ids
    assert batch.rows.tolist() == [0, 1, 2]


@pytest.mark.parametrize("batch_size", [1, 7, 31, 100])
def test_every_row_is_given_once_an_epoch(batch_size: int) -> None:
    loader = Loader(DATA, batch_size, preprocessing=RECIPE)
    for epoch in range(2):
        batches = list(loader)
        assert len(batches) == len(loader) == -(-31 // batch_size)
        assert all(len(batch.ids) == batch_size for batch in batches[:-1])
        rows = np.concatenate([batch.rows for batch in batches])
        assert sorted(rows.tolist()) == list(range(31))
        assert [identity for batch in batches for identity in batch.ids] == [DATA.ids[row] for row in rows]
        assert torch.cat([batch.labels for batch in batches]).tolist() == DATA.labels[rows].tolist()
        assert loader.epoch == epoch + 1


def test_order_is_new_each_epoch_and_another_for_another_seed() -> None:
    def rows(loader: Loader) -> list[int]:
        return [int(row) for batch in loader for row in batch.rows]

    loader = Loader(DATA, 8, preprocessing=RECIPE)
    first, second = rows(loader), rows(loader)
    assert first != second
    loader.set_epoch(0)
    assert rows(loader) == first
    assert rows(Loader(DATA, 8, preprocessing=RECIPE, seed=1)) != first
    assert rows(Loader(DATA, 8, preprocessing=RECIPE, shuffle=False)) == list(range(31))


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_no_byte(threads: int) -> None:
    one, many = (Loader(DATA, 4, preprocessing=RECIPE, augment=ALTER, threads=number) for number in (1, threads))
    for _ in range(2):
        for mine, theirs in zip(one, many, strict=True):
            assert same(mine, theirs)


@pytest.mark.parametrize("batch_size", [1, 4, 31])
@pytest.mark.parametrize("shuffle", [True, False])
def test_a_sample_is_altered_the_same_in_any_batch(batch_size: int, shuffle: bool) -> None:
    reference = by_id(Loader(DATA, 8, preprocessing=RECIPE, augment=ALTER))
    assert by_id(Loader(DATA, batch_size, preprocessing=RECIPE, augment=ALTER, shuffle=shuffle, seed=9)) == reference


def test_a_sample_is_altered_the_same_whatever_other_rows_there_are() -> None:
    reference = by_id(Loader(DATA, 8, preprocessing=RECIPE, augment=ALTER))
    part = by_id(Loader(DATA.select(np.arange(0, 31, 3)), 8, preprocessing=RECIPE, augment=ALTER))
    assert part == {identity: reference[identity] for identity in part}


def test_augmentation_is_drawn_anew_each_epoch() -> None:
    loader = Loader(DATA, 8, preprocessing=RECIPE, augment=ALTER)
    first, second = by_id(loader), by_id(loader)
    changed = sum(first[identity] != second[identity] for identity in first)
    assert changed > 20
    assert by_id(Loader(DATA, 8, preprocessing=RECIPE)) != first


def test_pictures_of_different_sizes_make_no_batch() -> None:
    with pytest.raises(InputError, match="different sizes.*Scale"):
        Loader(DATA, 8, preprocessing=RECIPE, augment=Compose([Scale((-0.5, 1), p=1)])).batch(0, 0)


def test_alter_comes_first_and_is_given_the_ids() -> None:
    seen: list[str] = []

    def darker(images: np.ndarray, ids: list[str]) -> np.ndarray:
        seen.extend(ids)
        return images // 2

    halved = dataset(DATA.labels.tolist(), np.stack(list(DATA.images())) // 2)
    altered = by_id(Loader(DATA, 8, preprocessing=RECIPE, augment=ALTER, alter=darker, threads=1))
    assert altered == by_id(Loader(halved, 8, preprocessing=RECIPE, augment=ALTER))
    assert sorted(seen) == sorted(DATA.ids)


def test_the_dataset_is_not_changed_by_what_is_done_to_batches() -> None:
    before = np.stack(list(DATA.images())).copy()
    for batch in Loader(DATA, 8, preprocessing=RECIPE, augment=ALTER):
        batch.images.zero_()
        batch.labels.fill_(99)
        batch.rows[:] = 0
    assert np.array_equal(np.stack(list(DATA.images())), before)
    assert set(DATA.labels.tolist()) == {0, 1}
    assert set(next(iter(Loader(DATA, 31, preprocessing=RECIPE))).labels.tolist()) == {0, 1}


@pytest.mark.parametrize("done", [0, 1, 3, 7, 8])
def test_a_state_goes_on_exactly(done: int) -> None:
    loader = Loader(DATA, 4, preprocessing=RECIPE, augment=ALTER, threads=2)
    list(loader)  # an epoch that is over
    batches = iter(loader)
    for _ in range(done):
        next(batches)
    state = loader.state_dict()
    left = list(batches) + list(loader)
    again = Loader(DATA, 4, preprocessing=RECIPE, augment=ALTER, threads=3)
    again.load_state_dict(state)
    found = [*again, *(list(again) if again.epoch == 2 else [])]
    assert len(found) == len(left) == 8 - done + 8
    assert all(same(one, other) for one, other in zip(found, left, strict=True))


def test_a_state_is_a_few_numbers_that_json_holds() -> None:
    loader = Loader(DATA, 4, preprocessing=RECIPE)
    state = loader.state_dict()
    assert json.loads(json.dumps(state)) == state
    assert len(json.dumps(state)) < 200


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (lambda: Loader(DATA.select(np.arange(30)), 4, preprocessing=RECIPE), "fingerprint"),
        (lambda: Loader(DATA.with_columns(label=[0] * 31), 4, preprocessing=RECIPE), "fingerprint"),
        (lambda: Loader(DATA, 4, preprocessing=RECIPE, seed=1), "seed"),
        (lambda: Loader(DATA, 4, preprocessing=RECIPE, shuffle=False), "order"),
        (lambda: Loader(DATA, 4, preprocessing=RECIPE, shuffle=10), "order"),
        (lambda: Loader(DATA, 4, preprocessing=RECIPE, balance="classes"), "order"),
    ],
)
def test_a_state_of_something_else_is_refused(other: object, name: str) -> None:
    loader = other()
    with pytest.raises(InputError, match=name):
        loader.load_state_dict(Loader(DATA, 4, preprocessing=RECIPE).state_dict())
    assert (loader.epoch, loader.position) == (0, 0)


@pytest.mark.parametrize("end", ["ended", "closed", "broken off", "failed"])
def test_no_thread_is_left(end: str) -> None:
    loader = Loader(DATA, 2, preprocessing=RECIPE, augment=ALTER, threads=3)
    if end == "ended":
        list(loader)
    elif end == "closed":
        batches = iter(loader)
        next(batches)
        assert our_threads()
        batches.close()
    elif end == "broken off":
        for _ in loader:
            break
    else:
        with pytest.raises(ZeroDivisionError):
            for _ in loader:
                raise ZeroDivisionError
    assert our_threads() == []


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(3)
    yield
    cv2.setNumThreads(before)


@pytest.mark.usefixtures("three_threads")
def test_what_is_garbage_leaves_no_thread_and_no_setting() -> None:
    batches = iter(Loader(DATA, 2, preprocessing=RECIPE, augment=ALTER, threads=3))
    next(batches)
    assert our_threads()
    assert cv2.getNumThreads() == 1
    del batches
    gc.collect()
    assert our_threads() == []
    assert cv2.getNumThreads() == 3


def test_an_interrupt_ends_it_and_nothing_is_lost() -> None:
    torch_threads = torch.get_num_threads()
    loader = Loader(DATA, 4, preprocessing=RECIPE, augment=ALTER, threads=3)
    reference = [batch.rows.tolist() for batch in Loader(DATA, 4, preprocessing=RECIPE)]
    with pytest.raises(KeyboardInterrupt):
        for number, _ in enumerate(loader):
            if number == 1:
                signal.raise_signal(signal.SIGINT)
    assert our_threads() == []
    assert torch.get_num_threads() == torch_threads
    assert [batch.rows.tolist() for batch in loader] == reference[2:]


def test_an_interrupt_while_it_waits_ends_it() -> None:
    began, go = threading.Semaphore(0), threading.Event()

    def wait(pictures: np.ndarray, _: list[str]) -> np.ndarray:
        began.release()
        go.wait(20)
        return pictures

    def interrupt() -> None:
        for _ in range(2):
            began.acquire(timeout=20)
        time.sleep(0.3)  # until the main thread is done with starting threads and waits
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        go.set()

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    with pytest.raises(KeyboardInterrupt):
        list(Loader(DATA, 2, preprocessing=RECIPE, alter=wait, threads=2))
    interrupting.join()
    assert our_threads() == []


PROGRAM = """
import sys
import cv2
import hardy
data = hardy.open(sys.argv[1])
loader = hardy.Loader(data, 2, preprocessing=hardy.Preprocessing(3, (17, 11), normalise="0..1"), split="train",
                      augment=hardy.Compose([hardy.HorizontalFlip()]))
batches = iter(loader)
next(batches)
print("pandas" in sys.modules)
"""


def test_a_first_batch_imports_no_pandas_and_one_left_open_ends_quietly(tmp_path: Path) -> None:
    folder(tmp_path / "a", {"train/b": 3, "train/c": 3})
    line = [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path / "a")]
    found = subprocess.run(line, capture_output=True, text=True, check=False)
    assert found.stdout.strip() == "False", found.stderr
    assert found.stderr == ""


def test_after_breaking_off_it_goes_on_where_it_was() -> None:
    loader = Loader(DATA, 4, preprocessing=RECIPE)
    reference = [batch.rows.tolist() for batch in Loader(DATA, 4, preprocessing=RECIPE)]
    for number, _ in enumerate(loader):
        if number == 2:
            break
    assert [batch.rows.tolist() for batch in loader] == reference[3:]


def test_a_bad_picture_is_named_and_the_batches_before_it_come(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 6, "dogs": 6})
    data = open_source(root)
    recipe = Preprocessing(3, (17, 11), mean=(0.5,) * 3, std=(0.5,) * 3)
    whole = encoded(pixels(67, 43, 3), "JPEG")
    write(root / "dogs" / "002.png", whole[: len(whole) // 2])
    loader = Loader(data, 3, preprocessing=recipe, shuffle=False, threads=2)
    got: list[list[int]] = []
    with pytest.raises(DecodeError, match=r"dogs/002\.png.*truncated"):
        got.extend(batch.rows.tolist() for batch in loader)
    assert got == [[0, 1, 2], [3, 4, 5]]
    assert our_threads() == []
    assert loader.position == 6


@pytest.mark.parametrize("profile", ["original", "raw"])
def test_a_store_gives_the_batches_of_what_was_packed(tmp_path: Path, profile: str) -> None:
    pack(DATA, tmp_path / "a.hardy", profile, RECIPE if profile == "raw" else None)
    store = open_store(tmp_path / "a.hardy")
    loader = Loader(store, 8, preprocessing=None if profile == "raw" else RECIPE, augment=ALTER)
    assert by_id(loader) == by_id(Loader(DATA, 8, preprocessing=RECIPE, augment=ALTER))


def test_samples_without_a_label_have_minus_one() -> None:
    (batch,) = Loader(DATA.with_columns(label=[None] * 31), preprocessing=RECIPE)
    assert batch.labels.tolist() == [-1] * 31


def test_pictures_of_many_sizes_and_one_pixel(tmp_path: Path) -> None:
    for number, shape in enumerate([(1, 1, 1), (1, 30, 3), (40, 1, 4), (17, 11, 2)]):
        write(tmp_path / "a" / f"{number}.png", encoded(pixels(*shape)))
    recipe = Preprocessing(1, (17, 11), mean=(0.5,), std=(0.5,))
    data: Dataset = open_source(tmp_path)
    (batch,) = Loader(data, preprocessing=recipe, shuffle=False)
    assert batch.images.shape == (4, 1, 17, 11)
    expected = (prepared_batch(data, np.arange(4), recipe) / 255 - 0.5) / 0.5
    assert np.abs(batch.images.numpy() - expected.transpose(0, 3, 1, 2)).max() < 1e-6


def test_wrong_calls_are_answered() -> None:
    with pytest.raises(InputError, match="no rows"):
        Loader(DATA.select(np.zeros(31, bool)), preprocessing=RECIPE)
    with pytest.raises(InputError, match="batch_size: expected a whole number of 1 or more, got 0"):
        Loader(DATA, 0, preprocessing=RECIPE)
    with pytest.raises(InputError, match="with its statistics"):
        Loader(DATA, preprocessing=replace(RECIPE, mean=None, std=None))
    with pytest.raises(InputError, match="with its statistics"):
        Loader(DATA)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Loader(DATA, preprocessing=RECIPE, threads=0), "threads: expected a whole number of 1 or more, got 0"),
        (lambda: Loader(DATA, preprocessing=RECIPE, threads=-1), "threads: .*got -1"),
        (lambda: Loader(DATA, preprocessing=RECIPE, device="gpu"), "device: torch knows no 'gpu'"),
        (lambda: Loader(DATA, preprocessing=RECIPE).set_epoch(-1), "epoch: .*of 0 or more, got -1"),
        (lambda: Loader(DATA, 8, preprocessing=RECIPE).batch(0, 4), "number.*: expected 3 at the most, got 4"),
        (lambda: Loader(DATA, 8, preprocessing=RECIPE).batch(0, -1), "number.*of 0 or more, got -1"),
        (lambda: Loader(DATA, 8, preprocessing=RECIPE).batch(-1, 0), "epoch: .*got -1"),
    ],
)
def test_numbers_out_of_range_are_answered_at_once(call: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"position": -3}, "position: .*of 0 or more, got -3"),
        ({"position": 32}, "position: expected 31 at the most, got 32"),
        ({"epoch": None}, "epoch: .*got None"),
        ({"epoch": 0.5}, "epoch: .*got 0.5"),
    ],
)
def test_a_state_that_is_none_changes_nothing(change: dict[str, object], words: str) -> None:
    loader = Loader(DATA, 8, preprocessing=RECIPE)
    loader.load_state_dict({**loader.state_dict(), "epoch": 2, "position": 31})
    with pytest.raises(InputError, match=words):
        loader.load_state_dict({**loader.state_dict(), **change})
    assert (loader.epoch, loader.position) == (2, 31)


WRONG_TYPES = """
import hardy, numpy as np
from hardy.sources.arrays import from_arrays
data = from_arrays(np.zeros((3, 5, 4), np.uint8), [0, 1, 0])
recipe = hardy.Preprocessing(1, (5, 4), normalise="0..1")
for wrong in ({"batch_size": 2.5}, {"threads": 2.5}, {"threads": True}, {"shuffle": 2.5}, {"shuffle": "yes"},
              {"shuffle": None}, {"seed": 1.5}, {"rank": 0.0, "world_size": 2}):
    try:
        hardy.Loader(data, preprocessing=recipe, **wrong)
    except hardy.InputError as error:
        print(*wrong, str(error).startswith(next(iter(wrong))))
hardy.Loader(data, np.int64(2), preprocessing=recipe, threads=np.int32(1), shuffle=np.int64(2), seed=np.int64(1))
"""


def test_what_is_no_number_is_answered_at_once() -> None:
    """In a program of its own: here, the type checker would answer first."""
    found = subprocess.run([sys.executable, "-c", WRONG_TYPES], capture_output=True, text=True, check=True)
    lines = found.stdout.splitlines()
    assert len(lines) == 8, found.stdout
    assert all(line.endswith("True") for line in lines), found.stdout


@pytest.mark.parametrize("mixing", [MixUp(alpha=0.5, p=0.6), CutMix(p=0.6)])
def test_a_mixture_is_of_the_training_rows_as_they_look_in_this_epoch(mixing: MixUp | CutMix) -> None:
    alone = {}
    plain = Loader(DATA, 31, preprocessing=RECIPE, augment=ALTER, shuffle=False)
    plain.set_epoch(2)
    for batch in plain:
        alone = dict(zip(batch.ids, batch.images.numpy(), strict=True))
    mixed = Loader(DATA, 8, preprocessing=RECIPE, augment=Compose([*ALTER.transforms, mixing], seed=5), seed=9)
    mixed.set_epoch(2)
    touched = 0
    for batch in mixed:
        mixture = mixing.plan(batch.ids, len(DATA), (17, 11), seed=5, epoch=2)
        partners = [DATA.ids[row] for row in mixture.partner]
        for place, (own, other) in enumerate(zip(batch.ids, partners, strict=True)):
            share = mixture.share[place]
            pair = np.stack([alone[own], alone[other]])
            if isinstance(mixing, MixUp):
                expected = share * pair[0] + (1 - share) * pair[1]
            else:
                top, left, bottom, right = mixture.box[place]
                expected = pair[0].copy()
                expected[:, top:bottom, left:right] = pair[1][:, top:bottom, left:right]
            assert np.abs(batch.images[place].numpy() - expected).max() < 1e-5  # float32
            label = int(DATA.labels[mixture.partner[place]])
            wanted = np.zeros(2)
            wanted[int(batch.labels[place])] += share
            wanted[label] += 1 - share
            assert batch.targets is not None
            assert np.abs(batch.targets[place].numpy() - wanted).max() < 1e-6
            touched += bool(mixture.applied[place])
    assert 5 < touched < 31


def test_mixtures_are_the_same_for_any_batches_and_threads() -> None:
    alter = Compose([HorizontalFlip(), MixUp()], seed=5)

    def targets(loader: Loader) -> dict[str, bytes]:
        return {
            name: image.numpy().tobytes() + target.numpy().tobytes()
            for batch in loader
            for name, image, target in zip(batch.ids, batch.images, batch.targets, strict=True)  # type: ignore[arg-type]
        }

    first = targets(Loader(DATA, 8, preprocessing=RECIPE, augment=alter, threads=1))
    assert first == targets(Loader(DATA, 5, preprocessing=RECIPE, augment=alter, seed=3, threads=3))
    again = Loader(DATA, 8, preprocessing=RECIPE, augment=alter)
    again.set_epoch(1)
    assert first != targets(again)


def test_without_labels_nothing_can_be_mixed() -> None:
    some = dataset([0, None, 1], pixels(3, 17, 11, 1), split=["train"] * 3)
    with pytest.raises(InputError, match="MixUp mixes labels too, and memory lacks some"):
        Loader(some, preprocessing=RECIPE, augment=Compose([MixUp()]))
    plain = next(iter(Loader(DATA, preprocessing=RECIPE, augment=ALTER)))
    assert plain.targets is plain.labels
