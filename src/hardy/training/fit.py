"""The training loop: bare PyTorch, the same to the last bit for the same seed, and from any checkpoint."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from hardy.augmentation import Compose
from hardy.dataset import Dataset, Preprocessing
from hardy.errors import InputError
from hardy.loader import Loader
from hardy.models import Network
from hardy.progress import SILENT, Progress
from hardy.rng import derive_seed
from hardy.training.checkpoint import Checkpoint, optimizer_tensors, restore
from hardy.training.config import TrainConfig
from hardy.training.history import EpochMetrics
from hardy.training.predict import predict_probabilities
from hardy.training.schedule import learning_rate
from hardy.training.transfer import begin_epoch, initial_network, make_optimizer, training_scores

CHECKPOINT_EVERY_S = 60.0
"""Epochs longer than this are saved on the way."""


@dataclass
class _Course:
    """What changes while training."""

    history: list[EpochMetrics] = field(default_factory=list)
    step: int = 0
    loss_sum: float = 0.0
    right: int = 0
    seen: int = 0
    seconds: float = 0.0
    best_accuracy: float = -1.0


def fit(
    data: Dataset,
    preprocessing: Preprocessing,
    config: TrainConfig,
    folder: Path,
    fingerprint: str,
    device: torch.device,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> tuple[Network, list[EpochMetrics]]:
    """Train, going on from `folder/last.safetensors` where it exists.

    Args:
        data: with sides; trained on "train", validated on "val" where there is one.
        preprocessing: with statistics.
        config: the recipe.
        folder: for the checkpoints `last.safetensors` and `best.safetensors`.
        fingerprint: written into checkpoints, and held against the one that is gone on from.
        device: to train on.
        threads: of the loader.
        progress: told the stage "training", and a line after each epoch.

    Returns:
        The network in evaluation mode, and a row per epoch.

    Raises:
        InputError: the checkpoint is damaged, or of another training.
    """
    train = data.split("train")
    validation = data.split("val") if "val" in data.split_sizes() else None
    if config.keep == "best" and validation is None:
        raise InputError("keep best needs validation rows, and there are none; keep last, or set some aside")
    augment = Compose.from_config(list(config.augment), seed=config.seed) if config.augment else None
    loader = Loader(
        train,
        config.batch_size,
        preprocessing=preprocessing,
        augment=augment,
        seed=config.seed,
        threads=threads,
        exact=config.exact,
        balance=config.balance,
        on_error=config.on_error,
    )
    steps = config.epochs * len(loader)
    with _reproducible():
        torch.manual_seed(derive_seed(config.seed, "weights"))
        network = initial_network(train, preprocessing, config, progress, threads).to(device)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = make_optimizer(network, config)
        course = _resume(folder / "last.safetensors", fingerprint, network, optimizer, loader)
        while len(course.history) < config.epochs:
            _train_epoch(loader, network, optimizer, config, course, steps, folder, fingerprint, device, progress)
            figures = _validate(network, validation, preprocessing, device, threads)
            row = EpochMetrics(
                epoch=len(course.history) + 1,
                train_loss=course.loss_sum / course.seen,
                train_accuracy=course.right / course.seen,
                val_loss=figures[0],
                val_accuracy=figures[1],
                learning_rate=learning_rate(course.step - 1, steps, config.learning_rate),
                seconds=course.seconds,
            )
            course.history.append(row)
            course.loss_sum, course.right, course.seen, course.seconds = 0.0, 0, 0, 0.0
            better = row.val_accuracy >= course.best_accuracy
            if better:
                course.best_accuracy = row.val_accuracy
            if better and config.keep == "best":  # before the last: a kill between the two repeats the epoch
                _save(folder / "best.safetensors", fingerprint, network, optimizer, loader, course)
            _save(folder / "last.safetensors", fingerprint, network, optimizer, loader, course)
            progress.say(_line(row, config.epochs))
        _say_what_was_skipped(loader, progress)
        if config.keep == "best" and validation is not None:
            network.load_state_dict(Checkpoint.load(folder / "best.safetensors").model)
    return network.eval(), course.history


@contextlib.contextmanager
def _reproducible() -> Iterator[None]:
    """Same inputs, same bits; every global setting is put back."""
    threads = torch.get_num_threads()
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    with torch.random.fork_rng():
        torch.use_deterministic_algorithms(True, warn_only=True)
        try:
            yield
        finally:
            torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
            torch.set_num_threads(threads)


def _train_epoch(
    loader: Loader,
    network: Network,
    optimizer: torch.optim.Optimizer,
    config: TrainConfig,
    course: _Course,
    steps: int,
    folder: Path,
    fingerprint: str,
    device: torch.device,
    progress: Progress,
) -> None:
    """Take the steps that are left of the current epoch."""
    begin_epoch(network, config, len(course.history) + 1)
    saved = time.monotonic()
    began = saved - course.seconds  # an epoch that is gone on with has taken that already
    for batch in loader:
        images, labels = batch.images.to(device), batch.labels.to(device)
        torch.manual_seed(derive_seed(config.seed, f"step {course.step}"))
        for group in optimizer.param_groups:
            group["lr"] = group["factor"] * learning_rate(course.step, steps, config.learning_rate)
        scores, *others = training_scores(network, images)
        targets = batch.targets.to(device)
        loss = network.loss(scores, targets)
        for auxiliary in others:
            loss = loss + network.auxiliary_weight * network.loss(auxiliary, targets)
        if not torch.isfinite(loss):
            raise InputError(
                f"the loss is not a number in epoch {len(course.history) + 1}; take a smaller --learning-rate"
            )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        course.step += 1
        course.loss_sum += float(loss.detach()) * len(labels)
        wanted = labels if targets.ndim == 1 else targets.argmax(dim=1)  # of a mixture the larger share
        course.right += int((scores.detach().argmax(dim=1) == wanted).sum())
        course.seen += len(labels)
        course.seconds = time.monotonic() - began
        note = f"epoch {len(course.history) + 1}/{config.epochs}, loss {course.loss_sum / course.seen:.3f}"
        progress.advance("training", course.step, steps, note)
        if time.monotonic() - saved > CHECKPOINT_EVERY_S and loader.remaining:
            _save(folder / "last.safetensors", fingerprint, network, optimizer, loader, course)
            saved = time.monotonic()


def _say_what_was_skipped(loader: Loader, progress: Progress) -> None:
    if skipped := loader.skipped:
        path, reason = next(iter(skipped.items()))
        reason = reason.removeprefix(f"{path}: ")
        progress.say(f"other pictures took the place of {len(skipped):,} that could not be read: {path} ({reason})")


def _validate(
    network: Network, data: Dataset | None, preprocessing: Preprocessing, device: torch.device, threads: int | None
) -> tuple[float, float]:
    """Loss and accuracy; NaN where there is nothing to validate on."""
    if data is None:
        return float("nan"), float("nan")
    probabilities: Tensor = predict_probabilities(network, data, preprocessing, device=device, threads=threads)
    labels = torch.from_numpy(data.labels)
    loss = functional.nll_loss(probabilities.clamp_min(1e-12).log(), labels)
    return float(loss), float((probabilities.argmax(dim=1) == labels).double().mean())


def _save(
    path: Path,
    fingerprint: str,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    loader: Loader,
    course: _Course,
) -> None:
    Checkpoint(
        fingerprint=fingerprint,
        model=network.state_dict(),
        optimizer=optimizer_tensors(optimizer),
        loader=loader.state_dict(),
        step=course.step,
        history=tuple(course.history),
        loss_sum=course.loss_sum,
        right=course.right,
        seen=course.seen,
        seconds=course.seconds,
        best_accuracy=course.best_accuracy,
        threads=torch.get_num_threads(),
    ).save(path)


def _resume(
    path: Path, fingerprint: str, network: Network, optimizer: torch.optim.Optimizer, loader: Loader
) -> _Course:
    if not path.exists():
        return _Course()
    checkpoint = Checkpoint.load(path)
    if checkpoint.fingerprint != fingerprint:
        raise InputError(f"{path} is of another training; choose another --out")
    torch.set_num_threads(checkpoint.threads)  # put back by _reproducible
    restore(checkpoint, network, optimizer)
    loader.load_state_dict(checkpoint.loader)
    return _Course(
        list(checkpoint.history),
        checkpoint.step,
        checkpoint.loss_sum,
        checkpoint.right,
        checkpoint.seen,
        checkpoint.seconds,
        checkpoint.best_accuracy,
    )


def _line(row: EpochMetrics, epochs: int) -> str:
    validation = "" if row.val_accuracy != row.val_accuracy else f"   validation {row.val_accuracy:6.1%}"
    number = f"{row.epoch:>{len(str(epochs))}}/{epochs}"
    training = f"loss {row.train_loss:.3f}   training {row.train_accuracy:6.1%}"
    return f"epoch {number}   {training}{validation}   {row.seconds:.1f} s"
