"""hardy.evaluate"""

from pathlib import Path

from hardy.api.judging import judging
from hardy.dataset import Dataset
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions
from hardy.training.evaluate import evaluate as evaluate_rows
from hardy.training.evaluation import Evaluation
from hardy.training.run import Run, choose_device


def evaluate(
    run: Run | str | Path,
    data: str | Path | Dataset | None = None,
    split: str | None = None,
    out: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> Evaluation:
    """Hold a trained model against labelled pictures.

    Args:
        run: a run, or its folder.
        data: other pictures than the run's own; classes are matched by name.
        split: "train", "val", "test" or "all"; the test rows by default, or all where other data has no sides.
        out: a folder for `predictions.csv`, `evaluation.json` and `report.html`. The run's own test rows go into the
            run folder by default; anything else is written only where `out` says.
        device: "auto", "cpu", "cuda" or "mps".
        threads: that read pictures.
        options: how to read `data`, see `hardy.OpenOptions`.
        progress: told how far it is.

    Returns:
        Accuracy, precision and recall per class, confusion; every figure with its n.

    Raises:
        InputError: the run or the data is not there, its classes are unknown, or it changed since the training.
        OutputError: `out` holds something else.
    """
    found = judging(run, data, split, out, options, progress)
    result = evaluate_rows(
        found.run.bundle,
        found.rows,
        found.name,
        device=choose_device(device, found.run.bundle.name),
        threads=threads,
        progress=progress,
    )
    found.write(result)
    return result
