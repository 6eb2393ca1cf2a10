"""hardy export-data"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hardy.cli.options import (
    BackgroundOption,
    Channels,
    FilterOption,
    FitOption,
    Json,
    Normalise,
    Quiet,
    Size,
    Source,
    TestShare,
    ValShare,
    reads_a_source,
    to_background,
)

if TYPE_CHECKING:
    from hardy.sources import OpenOptions


@reads_a_source
def export_data(
    source: Source,
    out: Annotated[
        Path, typer.Option("--out", help="The folder to make; for hdf5 and npz the file.", show_default=False)
    ],
    format: Annotated[
        Literal["folder", "csv", "json", "jsonl", "parquet", "webdataset", "hdf5", "npz"],
        typer.Option("--format", help="The layout to write.", show_default=False),
    ],
    size: Size = None,
    channels: Channels = None,
    fit: FitOption = None,
    background: BackgroundOption = None,
    filter: FilterOption = None,
    normalise: Normalise = None,
    dtype: Annotated[
        Literal["uint8", "float16", "float32", "float64"] | None,
        typer.Option("--dtype", help="Of the numbers in an npz.", show_default="levels as found, or float32"),
    ] = None,
    labels: Annotated[
        Literal["integers", "one-hot"], typer.Option("--labels", help="In an npz; integers take the smallest type.")
    ] = "integers",
    test: TestShare = None,
    val: ValShare = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of the split.", show_default="0")] = None,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Write a pile of pictures in another layout, for other programs or for hand work.

    Labels, sides and groups go along. folder: a folder per class, below the sides. csv, json, jsonl: a table beside the
    pictures. parquet: with Hugging Face's features. webdataset: tar files. hdf5: a group per class. npz: arrays, for
    pictures of one size. Files keep their bytes, but for hdf5 and npz, which hold pixels. With --size, --channels,
    --fit, --background or --filter all become pixels of one size; with --normalise an npz holds what a network
    would see, measured on the training rows alone.

    \b
    Examples:
      hardy export-data photos.hardy --format folder --out photos-out
      hardy export-data digits.npz --format webdataset --out shards
      hardy export-data photos/ --format npz --out x.npz --size 64 64 --normalise zca --labels one-hot
    """
    from hardy.api.export_data import export_data as run_export
    from hardy.cli import terminal

    with terminal.Reporter(quiet or json) as progress:
        data = run_export(
            source,
            out,
            format,
            size=size,
            channels=channels,
            fit=fit,
            background=to_background(background),
            filter=filter,
            normalise=normalise,
            dtype=dtype,
            labels=labels,
            test=test,
            val=val,
            seed=seed,
            options=options,
            progress=progress,
        )
    lost = sum(1 for entry in data.refused if entry.id)
    if json:
        counts = {"found": len(data) + lost, "exported": len(data), "refused": lost}
        refused = [{"uri": entry.uri, "reason": entry.reason} for entry in data.refused if entry.id]
        splits = data.split_sizes()
        terminal.print_json({"out": str(out), "format": format, **counts, "splits": splits, "reasons": refused})
        return 0
    sides = ", ".join(f"{side} {count:,}" for side, count in data.split_sizes().items())
    terminal.print_line(f"{len(data):,} of {len(data) + lost:,} pictures{': ' + sides if sides else ''}")
    terminal.print_line(f"{format}: {out}")
    return 0
