"""What a model is judged on, and where the judgement goes: shared by evaluate, challenge and train."""

from dataclasses import dataclass
from pathlib import Path

from hardy.api.open import open as open_any
from hardy.api.run_report import write_run_report
from hardy.dataset import Dataset
from hardy.dataset.probe import probe
from hardy.dataset.ready import Wishes, with_sides
from hardy.errors import InputError, OutputError
from hardy.files import free_name, hash_bytes, read_json, write_file, write_json
from hardy.progress import Progress
from hardy.reports.plots import plot_confusion, plot_curves
from hardy.sources import OpenOptions
from hardy.training.evaluate import predictions_csv, with_classes_of
from hardy.training.evaluation import Evaluation
from hardy.training.run import Run

SIDES = ("train", "val", "test", "all")
RESULT = "evaluation.json"


@dataclass(frozen=True)
class Judging:
    """Rows to hold a model against.

    Args:
        run: the model.
        rows: labelled, numbered as the model numbers its classes.
        name: what the rows are called in results.
        folder: where results go; None for nowhere.
    """

    run: Run
    rows: Dataset
    name: str
    folder: Path | None

    @property
    def fingerprint(self) -> str:
        """Of the model and the rows."""
        return hash_bytes(f"{self.run.fingerprint}\0{self.rows.fingerprint}\0{self.name}".encode())

    def write(self, result: Evaluation) -> None:
        """Write predictions, figures, plots and the page."""
        if self.folder is None:
            return
        table = predictions_csv(result.classes, result.ids, result.paths, result.probabilities, result.labels)
        write_file(self.folder / "predictions.csv", table)
        write_json(self.folder / RESULT, {"fingerprint": self.fingerprint, **result.to_dict()})
        plot_confusion(self.folder / "plots" / "confusion.png", result)
        if self.folder == self.run.path:
            plot_curves(self.folder / "plots" / "curves.png", self.run.history)
        write_run_report(self.run, self.folder, self.rows)


def own_side(rows: Dataset) -> str:
    """The side that a run is judged on by itself: test, or validation where nothing was held out.

    Raises:
        InputError: there is neither.
    """
    for side in ("test", "val"):
        if side in rows.split_sizes():
            return side
    raise InputError(f"{rows.location} has neither test nor validation rows: nothing would tell how good the model is")


def judging(
    run: Run | str | Path,
    data: str | Path | Dataset | None,
    split: str | None,
    out: str | Path | None,
    options: OpenOptions,
    progress: Progress,
) -> Judging:
    """Find the rows, and make sure that their results have a place.

    Raises:
        InputError: the run or the data is not there, its classes are unknown, or it changed since the training.
        OutputError: `out` holds something else.
    """
    if split is not None and split not in SIDES:
        raise InputError(f"split must be one of {', '.join(SIDES)}; got {split!r}")
    run = as_run(run)
    folder = Path(out) if out is not None else None
    if data is None and options.to_dict():
        raise InputError("options of a source are for other pictures: name them with --data")
    if data is None:
        rows = own_rows(run, progress)
        own = own_side(rows)
        side = name = split or own
        own_rows_judged = side == own
        if own_rows_judged and (folder is None or folder.resolve() == run.path.resolve()):
            folder = run.path
    else:
        rows = probe(open_any(data, options), progress=progress)
        side = split or ("test" if "test" in rows.split_sizes() else "all")
        name = Path(rows.location).resolve().name
        own_rows_judged = False
    if folder is not None and folder.resolve() == run.path.resolve() and not own_rows_judged:
        raise OutputError(f"{folder} is the run itself, whose results are of its own rows; choose another --out")
    found = Judging(run, with_classes_of(run.bundle, rows if side == "all" else rows.split(side)), name, folder)
    _claim(found)
    return found


def as_run(run: Run | str | Path) -> Run:
    """The run itself, or the one in that folder."""
    return run if isinstance(run, Run) else Run.open(Path(run))


def own_rows(run: Run, progress: Progress) -> Dataset:
    """The rows a run was made from, on the sides they had then.

    Raises:
        InputError: they are gone, or are not the same any more.
    """
    reference = run.data
    try:
        opened = open_any(reference.location, OpenOptions.from_dict(reference.options))
    except InputError as error:
        raise InputError(f"the data {run.path} was trained on is not there: {error}; name it with --data") from error
    wishes = Wishes(
        test=reference.test,
        val=reference.val,
        seed=reference.split_seed,
        folds=reference.folds,
        fold=reference.fold,
    )
    rows = with_sides(opened, wishes, progress)
    if rows.fingerprint != reference.fingerprint:
        raise InputError(
            f"{reference.location} has changed since {run.path} was trained on it, so its test rows may have been "
            "trained on; train again, or name other pictures with --data"
        )
    return rows


def _claim(found: Judging) -> None:
    folder = found.folder
    if folder is None or folder == found.run.path:
        return
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    there = read_json(folder / RESULT) if (folder / RESULT).is_file() else {}
    if not isinstance(there, dict) or there.get("fingerprint") != found.fingerprint:
        raise OutputError(
            f"{folder} exists and holds something else; choose another, such as --out {free_name(folder)}"
        )
