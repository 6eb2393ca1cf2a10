"""hardy.evaluate"""

from pathlib import Path

from hardy.api.open import open as open_any
from hardy.api.run_report import write_run_report
from hardy.dataset import Dataset
from hardy.dataset.probe import probe
from hardy.dataset.ready import Wishes, with_sides
from hardy.errors import InputError, OutputError
from hardy.files import free_name, hash_bytes, read_json, write_file, write_json
from hardy.progress import SILENT, Progress
from hardy.reports.plots import plot_confusion, plot_curves
from hardy.training.bundle import Bundle
from hardy.training.evaluate import evaluate as evaluate_rows
from hardy.training.evaluate import predictions_csv, with_classes_of
from hardy.training.evaluation import Evaluation
from hardy.training.run import Run, choose_device

SIDES = ("train", "val", "test", "all")


def evaluate(
    run: Run | str | Path,
    data: str | Path | Dataset | None = None,
    split: str | None = None,
    out: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
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
        progress: told how far it is.

    Returns:
        Accuracy, precision and recall per class, confusion; every figure with its n.

    Raises:
        InputError: the run or the data is not there, its classes are unknown, or it changed since the training.
        OutputError: `out` holds something else.
    """
    run = as_run(run)
    rows, side = labelled_rows(run, data, split, progress)
    own = data is None and side == "test"
    folder = run.path if own and out is None else (Path(out) if out is not None else None)
    fingerprint = claim(folder, run, rows, side)
    name = side if data is None else Path(rows.location).name
    result = evaluate_rows(run.bundle, rows, name, device=choose_device(device), threads=threads, progress=progress)
    if folder is not None:
        table = predictions_csv(result.classes, result.ids, result.paths, result.probabilities, result.labels)
        write_file(folder / "predictions.csv", table)
        write_json(folder / "evaluation.json", {"fingerprint": fingerprint, **result.to_dict()})
        plot_confusion(folder / "plots" / "confusion.png", result)
        if own:
            plot_curves(folder / "plots" / "curves.png", run.history)
        write_run_report(run, folder, rows)
    return result


def as_run(run: Run | str | Path) -> Run:
    """The run itself, or the one in that folder."""
    return run if isinstance(run, Run) else Run.open(Path(run))


def labelled_rows(
    run: Run, data: str | Path | Dataset | None, split: str | None, progress: Progress
) -> tuple[Dataset, str]:
    """The rows to judge a model on, numbered as it numbers its classes, and the side they are of."""
    if split is not None and split not in SIDES:
        raise InputError(f"split must be one of {', '.join(SIDES)}; got {split!r}")
    bundle: Bundle = run.bundle
    if data is None:
        rows, side = own_rows(run, progress), split or "test"
    else:
        rows = probe(open_any(data), progress=progress)
        side = split or ("test" if "test" in rows.split_sizes() else "all")
    return with_classes_of(bundle, rows if side == "all" else rows.split(side)), side


def own_rows(run: Run, progress: Progress = SILENT) -> Dataset:
    """The rows a run was made from, on the sides they had then.

    Raises:
        InputError: they are gone, or are not the same any more.
    """
    reference = run.data
    try:
        opened = open_any(reference.location)
    except InputError as error:
        raise InputError(
            f"the data that {run.path} was trained on is not there: {error}; name it with --data"
        ) from error
    wishes = Wishes(None, None, None, reference.test_fraction, reference.val_fraction, reference.split_seed)
    rows = with_sides(opened, wishes, progress)
    if rows.fingerprint != reference.fingerprint:
        raise InputError(
            f"{reference.location} has changed since {run.path} was trained on it, so its test rows may have been "
            "trained on; train again, or name other pictures with --data"
        )
    return rows


def claim(folder: Path | None, run: Run, rows: Dataset, side: str) -> str:
    """Refuse a folder that holds something else than results of this run on these rows.

    Returns:
        The fingerprint of such results.

    Raises:
        OutputError: with a free name.
    """
    fingerprint = hash_bytes(f"{run.fingerprint}\0{rows.fingerprint}\0{side}".encode())
    if folder is None or folder == run.path or not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return fingerprint
    there = read_json(folder / "evaluation.json") if (folder / "evaluation.json").is_file() else {}
    if not isinstance(there, dict) or there.get("fingerprint") != fingerprint:
        raise OutputError(
            f"{folder} exists and holds something else; choose another, such as --out {free_name(folder)}"
        )
    return fingerprint
