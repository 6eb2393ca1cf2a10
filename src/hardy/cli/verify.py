"""hardy verify"""

from pathlib import Path
from typing import Annotated

import typer

from hardy.cli.options import Json, Quiet


def verify(
    store: Annotated[Path, typer.Argument(help="A store, as hardy pack makes them.", show_default=False)],
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Hash every file of a store again, and say what is damaged.

    Exit code 2 where something is.

    \b
    Examples:
      hardy verify photos.hardy
    """
    from hardy.api.pack import verify as run_verify
    from hardy.cli import terminal
    from hardy.errors import StoreCorruptError

    with terminal.Reporter(quiet or json) as progress:
        found = run_verify(store, progress)
    if json:
        terminal.print_json(vars(found))
        return 2 if found.problems else 0
    if found.problems:
        raise StoreCorruptError("; ".join(found.problems))
    terminal.print_line(f"{store} is whole: {found.rows:,} rows in {found.shards} shards, {found.bytes / 1e6:,.1f} MB")
    return 0
