"""Arguments and options that several commands share, so that they have one name, one meaning and one help text."""

from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

Source = Annotated[
    Path, typer.Argument(help="Folder per class, IDX, .npz or Parquet files, or a store.", show_default=False)
]
RunFolder = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run folder, as hardy train makes them.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the result only, no progress.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same result.")]
Size = Annotated[
    Optional[tuple[int, int]],  # noqa: UP045 (typer reads X | None of a tuple as two types)
    typer.Option(
        "--size", metavar="H W", help="Height and width in pixels.", show_default="the pictures' own, or 64 64"
    ),
]
Channels = Annotated[
    int | None, typer.Option("--channels", help="1 grey, 3 colour.", show_default="grey where every picture is")
]
FitOption = Annotated[
    Literal["stretch", "pad", "crop"] | None,
    typer.Option("--fit", help="What to do with other proportions.", show_default="pad"),
]
TestFraction = Annotated[
    float | None,
    typer.Option("--test", help="Share to hold out, where the source has no test rows.", show_default="20, 10 or 5%"),
]
ValFraction = Annotated[
    float | None,
    typer.Option("--val", help="Share of the training rows to validate on.", show_default="20, 10 or 5%"),
]
Device = Annotated[Literal["auto", "cpu", "cuda", "mps"], typer.Option("--device", help="Where the network runs.")]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="That read and alter pictures.", show_default="all processors")
]
Data = Annotated[
    Path | None, typer.Option("--data", help="Other pictures, classes matched by name.", show_default="the run's own")
]
Split = Annotated[
    Literal["train", "val", "test", "all"] | None,
    typer.Option("--split", help="Which rows.", show_default="test, or all without sides"),
]
