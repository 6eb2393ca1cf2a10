"""hardy.challenge"""

from pathlib import Path

from hardy.api.evaluate import as_run, claim, labelled_rows
from hardy.api.run_report import write_run_report
from hardy.challenges import Scorecard
from hardy.challenges.challenge import challenge as challenge_rows
from hardy.dataset import Dataset
from hardy.files import write_file, write_json
from hardy.progress import SILENT, Progress
from hardy.reports.plots import plot_challenge
from hardy.training.evaluate import predictions_csv
from hardy.training.run import Run, choose_device


def challenge(
    run: Run | str | Path,
    data: str | Path | Dataset | None = None,
    split: str | None = None,
    out: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Scorecard:
    """Test a model on pictures altered as the wild alters them: inverted, shifted, turned, blurred, …

    Args:
        run: a run, or its folder.
        data, split, out, device, threads, progress: as in `hardy.evaluate`.

    Returns:
        One score for each challenge set, the untouched test rows first.

    Raises:
        InputError: the run or the data is not there, or its classes are unknown.
        OutputError: `out` holds something else.
    """
    run = as_run(run)
    rows, side = labelled_rows(run, data, split, progress)
    own = data is None and side == "test"
    folder = run.path if own and out is None else (Path(out) if out is not None else None)
    fingerprint = claim(folder, run, rows, side)
    card, plain = challenge_rows(run.bundle, rows, choose_device(device), threads, progress)
    if folder is not None:
        table = predictions_csv(plain.classes, plain.ids, plain.paths, plain.probabilities, plain.labels)
        write_file(folder / "predictions.csv", table)
        write_json(folder / "evaluation.json", {"fingerprint": fingerprint, **plain.to_dict()})
        card.save(folder)
        plot_challenge(folder / "plots" / "challenge.png", card)
        write_run_report(run, folder, rows)
    return card
