"""Predictions for pictures whose class nobody has said."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from hardy.dataset import Refused
from hardy.dataset.probe import probe
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions, open_source
from hardy.training.bundle import Bundle
from hardy.training.predict import predict_probabilities


@dataclass(frozen=True)
class Prediction:
    """What a model says of one picture.

    Args:
        id: of the sample.
        path: where it lies.
        label: the most probable class.
        probability: the model's for that class, 0..1; it is not calibrated.
        probabilities: for every class.
    """

    id: str
    path: str
    label: str
    probability: float
    probabilities: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return vars(self)


def predict_source(
    bundle: Bundle,
    source: Path,
    device: torch.device | None = None,
    threads: int | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> tuple[list[Prediction], tuple[Refused, ...]]:
    """Predict every picture of a source, labelled or not.

    Returns:
        Predictions in the order of the source, and what could not be read.

    Raises:
        InputError: nothing is there, or nothing of it can be read.
    """
    data = probe(open_source(source, options), threads, progress)
    bundle.network.to(device or torch.device("cpu"))
    rows = predict_probabilities(
        bundle.network, data, bundle.preprocessing, device=device, threads=threads, progress=progress
    ).tolist()
    predictions = []
    for identity, path, values in zip(data.ids, data.paths(), rows, strict=True):
        best = max(range(len(values)), key=values.__getitem__)
        named = dict(zip(bundle.classes, values, strict=True))
        predictions.append(Prediction(identity, path, bundle.classes[best], values[best], named))
    return predictions, tuple(data.refused)
