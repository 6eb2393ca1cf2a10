"""hardy evaluate"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hardy.cli.options import Data, Device, Json, Quiet, RunFolder, Split, Threads, reads_a_source

if TYPE_CHECKING:
    from hardy.sources import OpenOptions


@reads_a_source
def evaluate(
    run: RunFolder,
    data: Data = None,
    split: Split = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the results.", show_default="the run, for its own test rows"),
    ] = None,
    device: Device = "auto",
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Hold a trained model against labelled pictures.

    Accuracy, precision and recall of each class, and what is taken for what; predictions.csv leads from each figure to
    the files.

    \b
    Examples:
      hardy evaluate runs/conv-16-32
      hardy evaluate runs/conv-16-32 --data phone/ --out phone-results/
    """
    from hardy.api.evaluate import evaluate as run_evaluate
    from hardy.cli import terminal

    with terminal.Reporter(quiet or json) as progress:
        result = run_evaluate(run, data, split, out, device, threads, options, progress)
    if json:
        terminal.print_json(result.to_dict())
        return 0
    terminal.print_line(f"{result.accuracy} right; mean precision {result.mean_precision:.1%}")
    if not quiet:
        rows = [
            (figures.name, str(figures.precision), str(figures.recall))
            for figures in result.per_class
            if figures.recall.n or figures.precision.n
        ]
        terminal.print_table(["class", "precision", "recall"], rows, right=[1, 2])
    folder = out if out is not None else (run if data is None and split is None else None)
    if folder is not None:
        terminal.print_line(f"report: {folder / 'report.html'}")
    return 0
