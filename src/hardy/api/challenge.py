"""hardy.challenge"""

from pathlib import Path

from hardy.api.judging import judging
from hardy.challenges import Scorecard
from hardy.challenges.challenge import challenge as challenge_rows
from hardy.dataset import Dataset
from hardy.progress import SILENT, Progress
from hardy.reports.plots import plot_challenge
from hardy.sources import OpenOptions
from hardy.training.run import Run, choose_device


def challenge(
    run: Run | str | Path,
    data: str | Path | Dataset | None = None,
    split: str | None = None,
    out: str | Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> Scorecard:
    """Test a model on pictures altered as the wild alters them: inverted, shifted, turned, blurred, …

    Args:
        run: a run, or its folder.
        data, split, out, device, threads, options, progress: as in `hardy.evaluate`.

    Returns:
        One score for each challenge set, the untouched test rows first.

    Raises:
        InputError: the run or the data is not there, or its classes are unknown.
        OutputError: `out` holds something else.
    """
    found = judging(run, data, split, out, options, progress)
    chosen = choose_device(device, found.run.bundle.name)
    card, plain = challenge_rows(found.run.bundle, found.rows, found.name, chosen, threads, progress)
    if found.folder is not None:
        card.save(found.folder)
        plot_challenge(found.folder / "plots" / "challenge.png", card)
    found.write(plain)
    return card
