"""hardy audit"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hardy.cli.options import Json, Quiet, Source, reads_a_source

if TYPE_CHECKING:
    from hardy.sources import OpenOptions


@reads_a_source
def audit(
    source: Source,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for report.html and audit.json.")] = None,
    fail_on: Annotated[
        Literal["info", "warning", "error"] | None, typer.Option("--fail-on", help="Exit 1 at such a finding.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    *,
    options: "OpenOptions",
) -> int:
    """Say whether a pile of pictures is good enough to learn from.

    Counts per class, classes that are too small, files that cannot be read, and the same picture twice: in a class,
    under two labels, on both sides of a split. The three actions that matter come first.

    \b
    Examples:
      hardy audit photos/
      hardy audit photos/ --out audit/ --fail-on error
    """
    from hardy.api.audit import audit as run_audit
    from hardy.cli import terminal
    from hardy.findings import SEVERITIES

    with terminal.Reporter(quiet or json) as progress:
        found = run_audit(source, out, options, progress)
    failed = fail_on is not None and any(
        SEVERITIES.index(f.severity) >= SEVERITIES.index(fail_on) for f in found.findings
    )
    if json:
        terminal.print_json(found.to_dict())
        return int(failed)
    numbers = {level: sum(f.severity == level for f in found.findings) for level in reversed(SEVERITIES)}
    terminal.print_line(
        f"{found.images:,} pictures of {len(found.counts)} classes; "
        + ", ".join(
            f"{count} {level}{'s' if count != 1 and level != 'info' else ''}" for level, count in numbers.items()
        )
    )
    if not quiet:
        if found.location != str(source):
            terminal.print_line(f"  read from {found.location}")
        if found.splits:
            terminal.print_line("  " + ", ".join(f"{side} {count:,}" for side, count in found.splits.items()))
        skipped = sum(1 for entry in found.refused if not entry.id)
        if skipped:
            terminal.print_wrapped(f"{skipped:,} passed over: {found.refused_names()}", indent="  ")
        terminal.print_table(["class", "images"], [(name, f"{n:,}") for name, n in found.counts.items()], right=[1])
    for number, finding in enumerate(found.actions, 1):
        terminal.print_wrapped(f"{number}. {finding.severity}: {finding.message}", indent="   ")
        terminal.print_wrapped(f"   → {finding.fix}", indent="     ")
    if not found.actions and not quiet:
        terminal.print_line("nothing to mend")
    if out is not None:
        terminal.print_line(f"report: {out / 'report.html'}")
    return int(failed)
