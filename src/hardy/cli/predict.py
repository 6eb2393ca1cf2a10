"""hardy predict"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hardy.cli.options import Device, Json, Quiet, RunFolder, Threads, reads_a_source

if TYPE_CHECKING:
    from hardy.sources import OpenOptions


@reads_a_source
def predict(
    run: RunFolder,
    sources: Annotated[
        list[Path], typer.Argument(metavar="PICTURES…", help="Pictures, or folders of them.", show_default=False)
    ],
    out: Annotated[Path | None, typer.Option("--out", help="A CSV file to write.", show_default=False)] = None,
    device: Device = "auto",
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Say what is on pictures: one line each, with the model's probability.

    \b
    Examples:
      hardy predict runs/conv-16-32 new.jpg
      hardy predict runs/conv-16-32 inbox/ --out predictions.csv
    """
    from hardy.api.predict import predict as run_predict
    from hardy.cli import terminal

    with terminal.Reporter(quiet or json) as progress:
        predictions, refused = run_predict(run, sources, out, device, threads, options, progress)
    if json:
        terminal.print_json(
            {
                "predictions": [prediction.to_dict() for prediction in predictions],
                "refused": [{"uri": entry.uri, "reason": entry.reason} for entry in refused],
            }
        )
        return 0
    if out is None:
        for prediction in predictions:
            terminal.print_line(f"{prediction.label}\t{prediction.probability:.1%}\t{prediction.path}")
    else:
        terminal.print_line(f"{len(predictions):,} predictions: {out}")
    for entry in refused:
        print(f"hardy: {entry.uri}: {entry.reason}".encode("utf-8", "replace").decode(), file=sys.stderr)
    return 0
