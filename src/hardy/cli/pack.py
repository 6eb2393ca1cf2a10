"""hardy pack"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hardy.cli.options import (
    BackgroundOption,
    Channels,
    Exact,
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
        Literal["original", "raw"] | None,
        typer.Option("--profile", help="original keeps files, raw pixels.", show_default="raw with --size or to 64 px"),
    ] = None,
    size: Size = None,
    channels: Channels = None,
    fit: FitOption = None,
    background: BackgroundOption = None,
    exact: Exact = False,
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

    Nothing is lost: what cannot be read is listed in quarantine.jsonl with its reason. The store is verified before it
    gets its name. Other tools open it too: pyarrow, polars, pandas, Hugging Face datasets.

    \b
    Examples:
      hardy pack photos/ --out photos.hardy
      hardy pack photos/ --out photos.hardy --size 96 96 --fit crop
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
            exact=exact,
            test=test,
            val=val,
            seed=seed,
            folds=folds,
            fold=fold,
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
        terminal.print_line(f"{manifest.quarantined:,} set aside, reasons in {out / 'quarantine.jsonl'}")
    return 0
