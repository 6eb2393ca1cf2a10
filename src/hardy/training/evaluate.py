"""A bundle held against labelled rows, and the table of predictions that comes of it."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float32, UInt8

from hardy.dataset import Dataset
from hardy.errors import InputError
from hardy.progress import SILENT, Progress
from hardy.training.bundle import Bundle
from hardy.training.evaluation import Evaluation
from hardy.training.predict import predict_probabilities


def with_classes_of(bundle: Bundle, data: Dataset) -> Dataset:
    """The rows with their labels numbered as the model numbers its classes; names decide.

    Raises:
        InputError: a class is unknown to the model, or a row has no label.
    """
    if not data.is_labelled:
        raise InputError(f"{data.location} has pictures without a label; hardy predict takes such")
    used = {data.classes[number] for number in np.unique(data.labels)}
    unknown = sorted(used - set(bundle.classes))
    if unknown:
        raise InputError(
            f"{data.location} has classes that the model does not know: {', '.join(unknown[:5])}; "
            f"it knows {', '.join(bundle.classes[:20])}"
        )
    numbers = np.array([bundle.classes.index(name) if name in used else -1 for name in data.classes])
    return replace(data.with_columns(label=numbers[data.labels]), classes=bundle.classes)


def evaluate(
    bundle: Bundle,
    data: Dataset,
    name: str = "test",
    alter: Callable[[UInt8[np.ndarray, "n h w c"], list[str]], UInt8[np.ndarray, "n h w c"]] | None = None,
    device: torch.device | None = None,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Evaluation:
    """Predict every row and lay the predictions beside the truth.

    Args:
        bundle: the model.
        data: every row labelled, numbered as the model does (`with_classes_of`).
        name: of the result.
        alter: changes the 8-bit pixels first, for challenges.
        device: the CPU by default; the bundle's network is moved there.
        threads: of the loader.
        progress: told the stage "evaluating".
    """
    bundle.network.to(device or torch.device("cpu"))
    probabilities = predict_probabilities(bundle.network, data, bundle.preprocessing, alter, device, threads, progress)
    return Evaluation(
        name=name,
        classes=bundle.classes,
        ids=tuple(data.ids),
        paths=tuple(data.paths()),
        labels=data.labels,
        probabilities=probabilities.numpy(),
    )


def predictions_csv(
    classes: Sequence[str],
    ids: Sequence[str],
    paths: Sequence[str],
    probabilities: Float32[np.ndarray, "n k"],
    labels: Sequence[int] | np.ndarray | None = None,
) -> str:
    """One row per image: id, path, true class where it is known, predicted class, a probability for each class."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(
        ["id", "path", *(["true"] if labels is not None else []), "predicted", *(f"p:{c}" for c in classes)]
    )
    predicted = probabilities.argmax(axis=1)
    for row, identity in enumerate(ids):
        true = [classes[labels[row]]] if labels is not None else []
        values = [f"{value:.9g}" for value in probabilities[row]]
        writer.writerow([identity, paths[row], *true, classes[predicted[row]], *values])
    return buffer.getvalue()
