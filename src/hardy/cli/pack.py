"""hardy pack"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hardy.cli.options import (
    BackgroundOption,
    Channels,
    Exact,
    FilterOption,
    FitOption,
    Fold,
    Folds,
    Json,
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
def pack(
    source: Source,
    out: Annotated[Path, typer.Option("--out", help="The store to make, such as photos.hardy.", show_default=False)],
    profile: Annotated[
        Literal["original", "resized", "raw"] | None,
        typer.Option(
            "--profile",
            help="original keeps files, resized smaller ones, raw pixels.",
            show_default="raw with --size or to 64 px",
        ),
    ] = None,
    size: Size = None,
    channels: Channels = None,
    fit: FitOption = None,
    background: BackgroundOption = None,
    filter: FilterOption = None,
    exact: Exact = False,
    quality: Annotated[
        int | None,
        typer.Option("--quality", min=1, max=100, help="Of resized JPEGs; 100 is PNG.", show_default="90"),
    ] = None,
    test: TestShare = None,
    val: ValShare = None,
    folds: Folds = None,
    fold: Fold = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Of the split.", show_default="0")] = None,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Read every picture, split, and keep the result in one folder of Arrow files.

    Nothing is lost: what cannot be read is listed in quarantine.jsonl with its reason. The store is checked before it
    gets its name. Stopped, by Ctrl-C or otherwise, the same line goes on. Other tools open it too: pyarrow, polars,
    pandas, DuckDB, Hugging Face datasets. With --profile resized, --size is what pictures are shrunk to cover, their
    proportions kept; with --fit they get exactly that size.

    \b
    Examples:
      hardy pack photos/ --out photos.hardy
      hardy pack photos/ --out photos.hardy --size 96 96 --fit crop
      hardy pack photos/ --out photos.hardy --profile resized --size 256 256
      hardy pack photos/ --out photos.hardy --test 500 --val 0.1 --group-regex '([^/]+)_\\d+[.]jpg$'
    """
    from hardy.api.pack import pack as run_pack
    from hardy.cli import terminal
    from hardy.store.layout import read_manifest

    with terminal.Reporter(quiet or json) as progress:
        store = run_pack(
            source,
            out,
            profile,
            size=size,
            channels=channels,
            fit=fit,
            background=to_background(background),
            filter=filter,
            exact=exact,
            test=test,
            val=val,
            seed=seed,
            folds=folds,
            fold=fold,
            quality=quality,
            options=options,
            progress=progress,
        )
    manifest = read_manifest(out)
    if json:
        terminal.print_json({"out": str(out), **manifest.to_dict(), "splits": store.split_sizes()})
        return 0
    sides = ", ".join(f"{side} {count:,}" for side, count in store.split_sizes().items())
    size_mb = sum(shard.bytes for shard in manifest.shards) / 1e6
    packed = f"{manifest.accepted:,} of {manifest.found:,} pictures, {manifest.profile}, {size_mb:,.1f} MB"
    terminal.print_line(f"{packed}: {sides}")
    terminal.print_line(f"store: {out}")
    if manifest.quarantined:
        terminal.print_line(f"{manifest.quarantined:,} set aside, reasons in {out / manifest.quarantine.name}")
    return 0
