"""Arguments and options that several commands share, so that they have one name, one meaning and one help text."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Optional

import typer

Source = Annotated[
    Path,
    typer.Argument(help="Folder per class, a table, … (see docs/sources.md).", show_default=False),
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
BackgroundOption = Annotated[
    str | None,
    typer.Option(
        "--background",
        metavar="LEVEL",
        help="Under transparent parts and in padding: 255, or R,G,B.",
        show_default="0, black",
    ),
]
FilterOption = Annotated[
    Literal["triangle", "area"] | None,
    typer.Option("--filter", help="What shrinks pictures; area is sharper.", show_default="triangle"),
]
Normalise = Annotated[
    Literal["channel", "all", "position", "sample", "zca", "0..1", "-1..1"] | None,
    typer.Option("--normalise", help="How levels become numbers, see docs/preprocessing.md.", show_default="channel"),
]
Exact = Annotated[
    bool, typer.Option("--exact", help="Decode training JPEGs whole, where a half or less would be enough.")
]


def _share(text: str) -> int | float:
    """0.2 is a fraction, 500 a number of rows; which values can be meant is said where they are used."""
    try:
        return float(text) if set(text) & set(".eE") else int(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is neither a fraction such as 0.2 nor a number of rows such as 500"
        ) from None


TestShare = Annotated[
    Optional[float],  # noqa: UP045 (typer reads X | None with a parser as two types)
    typer.Option(
        "--test",
        metavar="SHARE",
        parser=_share,
        help="To hold out, where the source has no test rows: 0.2, or 500 rows.",
        show_default="20, 10 or 5%",
    ),
]
ValShare = Annotated[
    Optional[float],  # noqa: UP045 (likewise)
    typer.Option(
        "--val",
        metavar="SHARE",
        parser=_share,
        help="Of the training rows, to validate on: 0.2, or 500 rows.",
        show_default="20, 10 or 5%",
    ),
]
Folds = Annotated[
    int | None, typer.Option("--folds", min=2, help="Divide the rows into so many parts; --fold is held out.")
]
Fold = Annotated[int | None, typer.Option("--fold", min=1, help="Which of the --folds, from 1.")]
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


def to_background(text: str | None) -> "int | tuple[int, ...] | None":
    """What `--background` says.

    Raises:
        InputError: it is no level from 0 to 255, nor three.
    """
    from hardy.errors import InputError
    from hardy.pixels.channels import check_background

    if text is None:
        return None
    try:
        levels = tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"--background must be a level such as 255, or three such as 255,255,255; got {text!r}"
        ) from error
    background = levels[0] if len(levels) == 1 else levels
    check_background(background)
    return background


def to_balance(text: str | None) -> 'Literal["classes"] | dict[str, float] | None':
    """What `--balance` says: a word, or weights of classes as YAML.

    Raises:
        InputError: it is neither.

    Example:
        >>> to_balance("{owl: 3, no: 0.5}")
        {'owl': 3.0, 'no': 0.5}
    """
    import yaml

    from hardy.errors import InputError

    if text is None:
        return None
    if text == "classes":
        return "classes"
    try:
        weights = yaml.load(text, yaml.BaseLoader)  # names stay what they are: no, 007, 1e3
        return {name: float(weight) for name, weight in weights.items()}
    except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise InputError(f"--balance must be classes, or weights such as '{{owl: 3}}'; got {text!r}") from error


_SOURCE_OPTIONS: dict[str, tuple[Any, Any]] = {
    "label_column": (Annotated[str | None, typer.Option("--label-column", help="Of a table: name, or number.")], None),
    "location_column": (
        Annotated[str | None, typer.Option("--location-column", help="Likewise: path, URL or pixels.")],
        None,
    ),
    "split_column": (Annotated[str | None, typer.Option("--split-column", help="Likewise: train, val, test.")], None),
    "group_column": (Annotated[str | None, typer.Option("--group-column", help="Likewise: never parted.")], None),
    "group_regex": (
        Annotated[
            str | None,
            typer.Option("--group-regex", metavar="PATTERN", help="Of a location: what its (…) finds is never parted."),
        ],
        None,
    ),
    "allow_outside": (
        Annotated[bool, typer.Option("--allow-outside", help="Follow a table's paths that leave its folder.")],
        False,
    ),
    "allow_private": (
        Annotated[bool, typer.Option("--allow-private", help="Fetch URLs of private and loopback addresses.")],
        False,
    ),
    "channels_first": (Annotated[bool, typer.Option("--channels-first", help="Arrays are (N, C, H, W).")], False),
    "also": (
        Annotated[
            Optional[list[Path]],  # noqa: UP045 (typer)
            typer.Option("--also", help="One more source, joined by class names; may be repeated.", show_default=False),
        ],
        None,
    ),
    "level": (
        Annotated[int | None, typer.Option("--level", min=1, help="Parts of cats/persian that make the class.")],
        None,
    ),
}


def reads_a_source(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of `OpenOptions`; it gets them as the keyword `options`."""

    @functools.wraps(command)
    def run(**given: Any) -> int:
        from hardy.sources import OpenOptions

        asked = {name: given.pop(name) for name in _SOURCE_OPTIONS}
        return command(options=OpenOptions(**{**asked, "also": tuple(map(str, asked["also"] or ()))}), **given)

    signature = inspect.signature(command)
    own = [parameter for name, parameter in signature.parameters.items() if name != "options"]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _SOURCE_OPTIONS.items()
    ]
    annotations = {name: kind for name, (kind, _) in _SOURCE_OPTIONS.items()}
    run.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    run.__annotations__ = {**{n: a for n, a in command.__annotations__.items() if n != "options"}, **annotations}
    del run.__wrapped__  # typer must not look past the new signature
    return run
