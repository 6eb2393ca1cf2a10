"""hardy augment"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hardy.cli.options import (
    BackgroundOption,
    Channels,
    FilterOption,
    FitOption,
    Json,
    Quiet,
    Size,
    Source,
    TestShare,
    Threads,
    ValShare,
    reads_a_source,
    to_background,
)

if TYPE_CHECKING:
    from hardy.api.augment import Augmented
    from hardy.sources import OpenOptions


@reads_a_source
def augment(
    source: Source,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy", metavar="POLICY", help="A .yaml file, or '[Translate: {fraction: 0.2}]'.", show_default=False
        ),
    ] = None,
    times: Annotated[
        int | None, typer.Option("--times", min=1, help="Altered copies of each training picture.", show_default="4")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder or store (NAME.hardy) to make.", show_default=False)
    ] = None,
    preview: Annotated[
        Path | None, typer.Option("--preview", help="A PNG to make that shows what happens.", show_default=False)
    ] = None,
    pictures: Annotated[
        int | None, typer.Option("--pictures", min=1, help="Rows of the preview.", show_default="6")
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", help="What was written before, or its record: made again.", show_default=False),
    ] = None,
    format: Annotated[
        Literal["folder", "store"] | None, typer.Option("--format", help="What to write.", show_default="by --out")
    ] = None,
    quality: Annotated[
        int | None,
        typer.Option("--quality", min=1, max=100, help="Of copies of JPEGs; 100 is PNG.", show_default="90"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Of the policy's numbers.", show_default="0")
    ] = None,
    size: Size = None,
    channels: Channels = None,
    fit: FitOption = None,
    background: BackgroundOption = None,
    filter: FilterOption = None,
    test: TestShare = None,
    val: ValShare = None,
    split_seed: Annotated[
        int | None, typer.Option("--split-seed", min=0, help="Of the split, where there is none yet.", show_default="0")
    ] = None,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Write a dataset with altered copies of its training pictures, or a sheet that shows what a policy does.

    Validation and test pictures are written along as they are. Each copy has its parent's id and the numbers it was
    made by: in augmentation.jsonl of a folder, in the columns parent and plan of a store. With --replay the same is
    made again, byte for byte. With --size, --channels, --fit, --background or --filter pictures are brought to one size
    first. To alter pictures anew in each epoch, without writing them, give the policy to hardy train --augment.

    \b
    Examples:
      hardy augment photos/ --policy policy.yaml --preview sheet.png
      hardy augment photos/ --policy policy.yaml --times 4 --out photos-x5
      hardy augment photos.hardy --policy '[HorizontalFlip, Rotate: {limit: head-on}]' --out photos-x5.hardy
      hardy augment photos/ --replay photos-x5 --out photos-again
    """
    from hardy.api.augment import augment as run_augment
    from hardy.cli import terminal

    with terminal.Reporter(quiet or json) as progress:
        found = run_augment(
            source,
            policy,
            out,
            times=times,
            preview=preview,
            replay=replay,
            format=format,
            quality=quality,
            size=size,
            channels=channels,
            fit=fit,
            background=to_background(background),
            filter=filter,
            test=test,
            val=val,
            split_seed=split_seed,
            seed=seed,
            pictures=pictures,
            threads=threads,
            options=options,
            progress=progress,
        )
    if json:
        terminal.print_json(_as_json(found, preview))
        return 0
    if preview is not None:
        terminal.print_line(f"preview: {preview}")
    if found.out is not None:
        _print_counts(found)
    return 0


def _as_json(found: "Augmented", preview: Path | None) -> dict[str, object]:
    lost = [{"uri": entry.uri, "reason": entry.reason} for entry in found.refused if entry.id]
    written = {
        "out": str(found.out),
        "format": found.format,
        "rows_before": sum(found.before.values()),
        "rows_after": sum(found.after.values()),
        "factor": found.factor,
        "before": found.before,
        "after": found.after,
        "refused": len(lost),
        "reasons": lost,
    }
    return {**({"preview": str(preview)} if preview else {}), **(written if found.out else {})}


def _print_counts(found: "Augmented") -> None:
    from hardy.cli import terminal
    from hardy.sources.families import RECORD

    before, after = found.before["train"], found.after["train"]
    rest = ", ".join(f"{side} {count:,}" for side, count in found.after.items() if side != "train")
    terminal.print_line(f"{before:,} training pictures became {after:,} (×{found.factor:g})")
    if rest:
        terminal.print_line(f"held out, as they are: {rest}")
    terminal.print_line(f"{sum(found.before.values()):,} pictures before, {sum(found.after.values()):,} after")
    terminal.print_line(f"{found.format}: {found.out}")
    if found.format == "folder" and found.out is not None:
        terminal.print_line(f"numbers of every copy: {found.out / RECORD}")
    lost = sum(1 for entry in found.refused if entry.id)
    if lost:
        terminal.print_line(f"{lost:,} left out, which cannot be read or have no label")
