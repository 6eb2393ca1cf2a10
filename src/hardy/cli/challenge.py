"""hardy challenge"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hardy.cli.options import Data, Device, Json, Quiet, RunFolder, Split, Threads, reads_a_source

if TYPE_CHECKING:
    from hardy.sources import OpenOptions


@reads_a_source
def challenge(
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
    """Test a model on pictures altered as the wild alters them.

    Inverted, shifted, turned, blurred, darker, paler, noisier: none of these should matter, and the table says which
    do. The same pictures meet every model.

    \b
    Examples:
      hardy challenge runs/conv-16-32
      hardy challenge runs/conv-16-32 --json
    """
    from hardy.api.challenge import challenge as run_challenge
    from hardy.cli import terminal

    with terminal.Reporter(quiet or json) as progress:
        card = run_challenge(run, data, split, out, device, threads, options, progress)
    if json:
        terminal.print_json(card.to_dict())
        return 0
    if quiet:
        terminal.print_line(f"weakest: {card.weakest.name}, {card.weakest.accuracy} right")
        return 0
    rows = [(score.name, score.description, str(score.accuracy)) for score in card.scores]
    terminal.print_table(["pictures", "what was done", "right (95% interval)"], rows, right=[2])
    folder = out if out is not None else (run if data is None and split is None else None)
    if folder is not None:
        terminal.print_line(f"report: {folder / 'report.html'}")
    return 0
