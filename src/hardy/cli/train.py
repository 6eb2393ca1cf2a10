"""hardy train"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hardy.cli.options import (
    BackgroundOption,
    Channels,
    Device,
    Exact,
    FilterOption,
    FitOption,
    Fold,
    Folds,
    Json,
    Normalise,
    Quiet,
    Seed,
    Size,
    Source,
    TestShare,
    Threads,
    ValShare,
    reads_a_source,
    to_background,
    to_balance,
)

if TYPE_CHECKING:
    from hardy.sources import OpenOptions


@reads_a_source
def train(
    source: Source,
    model: Annotated[str, typer.Option("--model", help="See hardy models; auto chooses and says why.")] = "conv-16-32",
    out: Annotated[Path | None, typer.Option("--out", help="The run folder.", show_default="runs/MODEL")] = None,
    epochs: Annotated[int, typer.Option("--epochs", min=1, help="Passes over the training rows.")] = 12,
    batch_size: Annotated[int, typer.Option("--batch-size", min=1, help="Images a step.")] = 128,
    learning_rate: Annotated[
        float | None,
        typer.Option("--learning-rate", help="The highest of the schedule.", show_default="the model's own"),
    ] = None,
    weight_decay: Annotated[float, typer.Option("--weight-decay", help="Of AdamW.")] = 0.0,
    dropout: Annotated[float | None, typer.Option("--dropout", help="0 to 1.", show_default="the model's own")] = None,
    augment: Annotated[
        str | None,
        typer.Option("--augment", metavar="POLICY", help="A .yaml file, or '[Translate: {fraction: 0.2}]'."),
    ] = None,
    balance: Annotated[
        str | None,
        typer.Option("--balance", metavar="WEIGHTS", help="Rare classes more often: classes, or '{owl: 3}'."),
    ] = None,
    on_error: Annotated[
        Literal["raise", "skip"],
        typer.Option("--on-error", help="If a picture breaks meanwhile: stop, or take another in its place."),
    ] = "raise",
    budget: Annotated[
        float | None,
        typer.Option("--budget", metavar="MINUTES", help="That --model auto plans with.", show_default="10"),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option("--weights", metavar="FILE", help="Begin from: .pth, .safetensors, a run, imagenet, timm:NAME."),
    ] = None,
    freeze: Annotated[
        Literal["features"] | None, typer.Option("--freeze", help="With --weights: only the last layer learns.")
    ] = None,
    unfreeze_at: Annotated[
        int | None, typer.Option("--unfreeze-at", metavar="EPOCH", help="From there on everything learns after all.")
    ] = None,
    lowest_rate: Annotated[
        float,
        typer.Option("--lowest-rate", metavar="SHARE", help="The first layer's share of the rate; others in between."),
    ] = 1.0,
    keep: Annotated[
        Literal["last", "best"], typer.Option("--keep", help="Weights of that epoch; best on validation.")
    ] = "last",
    seed: Seed = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished training in --out.")] = False,
    size: Size = None,
    channels: Channels = None,
    fit: FitOption = None,
    background: BackgroundOption = None,
    filter: FilterOption = None,
    normalise: Normalise = None,
    exact: Exact = False,
    test: TestShare = None,
    val: ValShare = None,
    folds: Folds = None,
    fold: Fold = None,
    split_seed: Annotated[
        int | None, typer.Option("--split-seed", min=0, help="Of the split, where there is none yet.", show_default="0")
    ] = None,
    device: Device = "auto",
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Train a network, and evaluate it on the test rows once, at the end.

    Validation rows are carved from training rows. The run folder holds the model, metrics.csv, predictions.csv, plots
    and report.html. A training that was killed goes on with --resume and ends with the same weights.

    \b
    Examples:
      hardy train photos.hardy --model conv-16-32
      hardy train photos.hardy --augment '[Translate: {fraction: 0.2}, Invert: {p: 0.1}]'
      hardy train photos.hardy --out runs/first --resume
      hardy train photos.hardy --model resnet-50 --weights resnet50.pth --freeze features --unfreeze-at 4
      for i in 1 2 3 4 5; do hardy train photos/ --folds 5 --fold $i --out runs/fold-$i; done
    """
    from hardy.api.train import train as run_train
    from hardy.augmentation import Compose
    from hardy.cli import terminal
    from hardy.errors import InputError
    from hardy.files import read_json
    from hardy.training.evaluation import Evaluation

    if resume and out is None:
        raise InputError("--resume needs --out, the run folder to go on in")
    with terminal.Reporter(quiet or json) as progress:
        run = run_train(
            source,
            out=out,
            augment=Compose.load(augment) if augment is not None else None,
            resume=resume,
            size=size,
            channels=channels,
            fit=fit,
            background=to_background(background),
            filter=filter,
            normalise=normalise,
            exact=exact,
            test=test,
            val=val,
            split_seed=split_seed,
            folds=folds,
            fold=fold,
            device=device,
            threads=threads,
            options=options,
            progress=progress,
            model=model,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            dropout=dropout,
            seed=seed,
            keep=keep,
            balance=to_balance(balance),
            on_error=on_error,
            budget=budget,
            weights=weights,
            freeze=freeze,
            unfreeze_at=unfreeze_at,
            lowest_rate=lowest_rate,
        )
    name = str(read_json(run.path / "evaluation.json")["name"])
    result = Evaluation.from_csv(run.path / "predictions.csv", name)
    if json:
        terminal.print_json({"run": str(run.path), result.name: result.to_dict()})
        return 0
    seconds = sum(row.seconds for row in run.history)
    terminal.print_line(f"{result.accuracy} right on the {result.name} pictures; trained in {seconds:.1f} s")
    terminal.print_line(f"report: {run.path / 'report.html'}")
    if not quiet:
        terminal.print_line(f"next: hardy challenge {run.path}")
    return 0
