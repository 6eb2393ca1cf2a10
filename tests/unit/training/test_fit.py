import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from hardy.dataset.split import assign_sides
from hardy.errors import DecodeError, InputError
from hardy.models import Network
from hardy.training import fit as module
from hardy.training.checkpoint import Checkpoint
from hardy.training.config import TrainConfig
from hardy.training.fit import fit
from hardy.training.history import EpochMetrics
from tests.builders import dataset, digits, measured, pixels

DATA = digits(60)
LARGER = digits(60, (17, 19))
RECIPE = measured(DATA)
FLIPS = ({"HorizontalFlip": {"p": 0.5}},)
CONFIG = TrainConfig("conv-4", epochs=3, batch_size=8, augment=FLIPS, dropout=0.25)
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def one_torch_thread() -> Iterator[None]:
    """Networks this small are 20 times slower on two, where other tests want the second processor."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Stop(Exception):
    """The power goes out."""


class StopAt:
    """Progress that ends the training at a step."""

    def __init__(self, step: int) -> None:
        self.step = step

    def say(self, line: str) -> None:
        assert line

    def advance(self, stage: str, done: int, total: int, note: str = "") -> None:
        assert 0 < done <= total, note
        if stage == "training" and done == self.step:
            raise Stop


def trained(folder: Path, config: TrainConfig = CONFIG, **options: object) -> tuple[Network, list[EpochMetrics]]:
    return fit(options.pop("data", DATA), RECIPE, config, folder, "f" * 32, CPU, **options)


def weights(network: Network) -> torch.Tensor:
    return torch.cat([tensor.flatten() for tensor in network.state_dict().values()])


def course(history: list[EpochMetrics]) -> list[EpochMetrics]:
    return [replace(row, seconds=0.0) for row in history]


def test_it_learns_what_is_plain(tmp_path: Path) -> None:
    network, history = trained(tmp_path, replace(CONFIG, epochs=6))
    assert history[-1].train_loss < history[0].train_loss
    assert history[-1].val_accuracy == 1.0  # dark against bright
    assert not network.training
    assert [row.epoch for row in history] == [1, 2, 3, 4, 5, 6]


def test_the_same_seed_gives_the_same_bits_whatever_the_threads(tmp_path: Path) -> None:
    one, first = trained(tmp_path / "a", threads=1)
    other, second = trained(tmp_path / "b", threads=3)
    assert torch.equal(weights(one), weights(other))
    assert course(first) == course(second)
    another, _ = trained(tmp_path / "c", replace(CONFIG, seed=1))
    assert not torch.equal(weights(one), weights(another))


def test_what_torch_drew_before_does_not_matter_and_is_put_back(tmp_path: Path) -> None:
    one, _ = trained(tmp_path / "a")
    with torch.random.fork_rng():
        torch.manual_seed(12345)
        torch.rand(7)
        before = torch.random.get_rng_state()
        other, _ = trained(tmp_path / "b")
        assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(weights(one), weights(other))
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize("step", [1, 6, 7, 11])
def test_a_training_cut_off_anywhere_goes_on_to_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    whole, history = trained(tmp_path / "whole")
    monkeypatch.setattr(module, "CHECKPOINT_EVERY_S", -1.0)  # after every step
    with pytest.raises(Stop):
        trained(tmp_path / "cut", progress=StopAt(step))
    assert not torch.are_deterministic_algorithms_enabled()
    assert [t.name for t in threading.enumerate() if t.name.startswith("hardy")] == []
    again, continued = trained(tmp_path / "cut")
    assert torch.equal(weights(again), weights(whole))
    assert course(continued) == course(history)


def test_a_training_in_numpy_that_is_cut_off_goes_on_to_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainConfig("numpy", epochs=2, batch_size=8, augment=FLIPS, weight_decay=0.01)
    preprocessing = measured(LARGER)
    given = (LARGER, preprocessing, config)
    whole, history = fit(*given, tmp_path / "whole", "f" * 32, CPU, 1)
    monkeypatch.setattr(module, "CHECKPOINT_EVERY_S", -1.0)
    with pytest.raises(Stop):
        fit(*given, tmp_path / "cut", "f" * 32, CPU, 1, StopAt(4))
    again, continued = fit(*given, tmp_path / "cut", "f" * 32, CPU, 2)
    assert torch.equal(weights(again), weights(whole))
    assert course(continued) == course(history)
    assert history[-1].val_accuracy == 1.0


@pytest.mark.parametrize("at", [1, 2])
def test_the_best_weights_survive_a_cut_while_they_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    config = replace(CONFIG, keep="best", epochs=2)
    monkeypatch.setattr(module, "_validate", lambda network, *_: (0.0, float(weights(network).abs().sum())))
    whole, history = trained(tmp_path / "whole", config)
    if history[1].val_accuracy < history[0].val_accuracy and at == 2:
        pytest.fail("the second epoch has to be the better one for this test; choose another figure")
    real, saved = module._save, []

    def cut(path: Path, *rest: object) -> None:
        saved.append(path.name)
        if saved.count("best.safetensors") == at:
            raise Stop
        real(path, *rest)

    monkeypatch.setattr(module, "_save", cut)
    with pytest.raises(Stop):
        trained(tmp_path / "cut", config)
    monkeypatch.setattr(module, "_save", real)
    again, _ = trained(tmp_path / "cut", config)
    assert torch.equal(weights(again), weights(whole))


def test_best_keeps_the_epoch_with_the_best_validation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = iter([0.5, 0.9, 0.7])
    kept = {}

    def validate(network: Network, *_: object) -> tuple[float, float]:
        accuracy = next(figures)
        kept[accuracy] = weights(network).clone()
        return 0.1, accuracy

    monkeypatch.setattr(module, "_validate", validate)
    network, _ = trained(tmp_path, replace(CONFIG, keep="best"))
    assert torch.equal(weights(network), kept[0.9])
    figures = iter([0.5, 0.9, 0.7])
    network, _ = trained(tmp_path / "last")
    assert torch.equal(weights(network), kept[0.7])


def test_without_validation_rows_the_last_epoch_is_kept_and_no_best_is_promised(tmp_path: Path) -> None:
    data = assign_sides(DATA.with_columns(split=["train"] * 60), 0, 0)
    with pytest.raises(InputError, match="keep best needs validation rows"):
        trained(tmp_path / "best", replace(CONFIG, keep="best"), data=data)
    network, history = trained(tmp_path, CONFIG, data=data)
    assert all(row.val_accuracy != row.val_accuracy for row in history)
    assert torch.isfinite(weights(network)).all()


def test_only_training_rows_are_learned_from(tmp_path: Path) -> None:
    """Other labels and pixels on the test side change no weight."""
    test = [side == "test" for side in DATA.column("split")]
    images = pixels(60, 17, 11, 1, seed=99)
    for row in range(60):
        if not test[row]:
            images[row] = DATA.image(row)
    labels = [1 - label if side else label for label, side in zip(DATA.labels.tolist(), test, strict=True)]
    other = dataset(labels, images, split=DATA.column("split"))
    one, _ = trained(tmp_path / "a", threads=1)
    two, _ = trained(tmp_path / "b", threads=1, data=other)
    assert torch.equal(weights(one), weights(two))


def test_a_checkpoint_of_another_training_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    trained(tmp_path, replace(CONFIG, epochs=1))
    with pytest.raises(InputError, match="of another training"):
        fit(DATA, RECIPE, CONFIG, tmp_path, "e" * 32, CPU)
    (tmp_path / "last.safetensors").write_bytes(b"hello")
    with pytest.raises(InputError, match=r"last\.safetensors"):
        fit(DATA, RECIPE, CONFIG, tmp_path, "f" * 32, CPU)


def test_a_training_that_diverges_stops_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="loss is not a number in epoch 1; take a smaller --learning-rate"):
        trained(tmp_path, replace(CONFIG, learning_rate=1e30))
    assert not (tmp_path / "last.safetensors").exists()


def test_going_on_uses_the_threads_it_was_begun_with(tmp_path: Path) -> None:
    """Another number adds in another order; and the user's own setting is put back."""
    trained(tmp_path, CONFIG)
    checkpoint = Checkpoint.load(tmp_path / "last.safetensors")
    assert checkpoint.threads == torch.get_num_threads()


def test_mixing_trains_on_soft_labels_and_goes_on_exactly(tmp_path: Path) -> None:
    config = replace(CONFIG, augment=(*FLIPS, {"MixUp": {"alpha": 1.0}}))
    whole, history = trained(tmp_path / "whole", config)
    plain, _ = trained(tmp_path / "plain")
    assert not torch.equal(weights(whole), weights(plain))
    assert history[0].val_accuracy >= 0.5
    with pytest.raises(Stop):
        trained(tmp_path / "cut", config, progress=StopAt(9))
    resumed, again = trained(tmp_path / "cut", config, threads=3)
    assert torch.equal(weights(resumed), weights(whole))
    assert course(again) == course(history)


def test_the_loss_of_a_mixture_is_the_cross_entropy_of_its_shares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    plain = module.functional.cross_entropy

    def listen(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        loss = plain(scores, targets)
        own = -(targets * scores.log_softmax(1)).sum(1).mean()
        seen.append((float(loss.detach()), float(own.detach()), targets.detach()))
        return loss

    monkeypatch.setattr(module.functional, "cross_entropy", listen)
    trained(tmp_path, replace(CONFIG, epochs=1, augment=({"CutMix": {}},)))
    assert seen
    for loss, own, targets in seen:
        assert loss == pytest.approx(own, rel=1e-5)
        assert targets.shape[1] == 2 and torch.allclose(targets.sum(1), torch.ones(len(targets)))
    assert any(0 < float(targets.min(1).values.max()) < 0.5 for *_, targets in seen)


@pytest.mark.parametrize(("balance", "share"), [(None, 0.25), ("classes", 0.5), ({"b": 3.0}, 0.75)])
def test_rare_classes_are_trained_on_as_often_as_is_wished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, balance: str | dict[str, float] | None, share: float
) -> None:
    seen: list[int] = []
    plain = module.functional.cross_entropy

    def listen(scores: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        seen.extend(targets.tolist())
        return plain(scores, targets)

    monkeypatch.setattr(module.functional, "cross_entropy", listen)
    rows = np.flatnonzero((DATA.labels == 0) | (np.arange(len(DATA)) % 6 == 1))  # a bright one for three dark ones
    trained(tmp_path, replace(CONFIG, epochs=2, balance=balance), data=DATA.select(rows))
    assert np.mean(seen) == pytest.approx(share, abs=0.08)


def test_a_picture_that_broke_meanwhile_ends_the_training_or_is_replaced(tmp_path: Path) -> None:
    lines: list[str] = []

    class Listening(StopAt):
        def say(self, line: str) -> None:
            lines.append(line)

    class Broken:
        """The reader, of which one picture is gone."""

        def read(self, row: int) -> np.ndarray:
            if row == gone:
                raise DecodeError("its bytes are gone")
            return DATA.reader.read(row)

    gone = int(DATA.rows[DATA.column("split").index("train")])
    broken = replace(DATA, reader=Broken())
    with pytest.raises(DecodeError, match="its bytes are gone"):
        trained(tmp_path / "raise", data=broken)
    config = replace(CONFIG, on_error="skip")
    first, _ = trained(tmp_path / "a", config, data=broken, progress=Listening(-1), threads=1)
    second, _ = trained(tmp_path / "b", config, data=broken, threads=2)
    assert torch.equal(weights(first), weights(second))
    assert any(
        "other pictures took the place of 1 that could not be read" in line and "its bytes are gone" in line
        for line in lines
    )
