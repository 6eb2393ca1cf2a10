"""hardy append"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hardy.cli.options import Json, Quiet, Source, reads_a_source

if TYPE_CHECKING:
    from hardy.sources import OpenOptions


@reads_a_source
def append(
    store: Annotated[Path, typer.Argument(help="A store, as hardy pack makes them.", show_default=False)],
    source: Source,
    name: Annotated[
        str, typer.Option("--name", help="Of the source, where it has other pictures under the same file names.")
    ] = "",
    remeasure: Annotated[
        bool, typer.Option("--remeasure", help="Measure mean and deviation anew; models rely on the old ones.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Add pictures to a store.

    What it has already is passed over, so that a folder that grew can be appended as it is. New pictures join the side
    of their group and of equal pictures, else fill up the shares of val and test. One that would connect two sides is
    set aside. New classes come after the old ones; mean and deviation stay. Until the end the store is what it was.

    \b
    Examples:
      hardy append photos.hardy photos/
      hardy append photos.hardy phone/ --name phone
    """
    from hardy.api.append import append as run_append
    from hardy.cli import terminal
    from hardy.store.layout import read_manifest

    with terminal.Reporter(quiet or json) as progress:
        found = run_append(store, source, name, remeasure, options, progress)
    manifest = read_manifest(store)
    if json:
        refused = [{"uri": entry.uri, "reason": entry.reason} for entry in found.refused if entry.id]
        counts = {"added": found.added, "already": found.already, "refused": refused, "new_classes": found.classes}
        terminal.print_json({"store": str(store), **counts, "rows": manifest.accepted})
        return 0
    lost = [entry for entry in found.refused if entry.id]
    already = f", {found.already:,} were there already" if found.already else ""
    terminal.print_line(f"{found.added:,} pictures appended{already}: {store} has {manifest.accepted:,}")
    if found.classes:
        terminal.print_line(f"new classes: {', '.join(found.classes)}")
    if lost:
        where = store / manifest.quarantine.name
        terminal.print_line(f"{len(lost):,} set aside ({lost[0].uri}: {lost[0].reason}), reasons in {where}")
    if found.added and manifest.preprocessing and not remeasure:
        terminal.print_line("mean and deviation are those of before: models rely on them; --remeasure changes them")
    return 0
