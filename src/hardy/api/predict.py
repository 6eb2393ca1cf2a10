"""hardy.predict"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hardy.api.judging import as_run
from hardy.dataset import Refused
from hardy.errors import OutputError
from hardy.files import free_name, write_file
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions
from hardy.training.evaluate import predictions_csv
from hardy.training.prediction import Prediction, predict_source
from hardy.training.run import Run, choose_device


def predict(
    run: Run | str | Path,
    sources: str | Path | Sequence[str | Path],
    out: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> tuple[list[Prediction], tuple[Refused, ...]]:
    """Say what is on pictures.

    Args:
        run: a run, or its folder.
        sources: a picture, a folder of pictures, any other layout, or several of these.
        out: a CSV file to write.
        device: "auto", "cpu", "cuda" or "mps".
        threads: that read pictures.
        options: how to read the sources, see `hardy.OpenOptions`.
        progress: told how far it is.

    Returns:
        Predictions in the order of the sources, and what could not be read with the reasons.

    Raises:
        InputError: a source is not there, or nothing of it can be read.
        OutputError: `out` exists with other content.
    """
    run = as_run(run)
    paths = [sources] if isinstance(sources, str | Path) else list(sources)
    chosen = choose_device(device, run.bundle.name)
    predictions: list[Prediction] = []
    refused: list[Refused] = []
    for path in paths:
        found, lost = predict_source(run.bundle, Path(path), chosen, threads, options, progress)
        predictions += found
        refused += lost
    if out is not None:
        _write(Path(out), run.bundle.classes, predictions)
    return predictions, tuple(refused)


def _write(path: Path, classes: tuple[str, ...], predictions: list[Prediction]) -> None:
    probabilities = np.array([list(p.probabilities.values()) for p in predictions], np.float32)
    table = predictions_csv(classes, [p.id for p in predictions], [p.path for p in predictions], probabilities)
    if path.exists() and (path.is_dir() or path.read_bytes() != table.encode()):
        raise OutputError(f"{path} exists with other content; choose another, such as --out {free_name(path)}")
    write_file(path, table)
