"""hardy demo"""

from pathlib import Path
from typing import Annotated

import typer

from hardy.cli.options import Json, Quiet

POLICY = """\
# Every training picture is moved at random, by up to a fifth of its width to either side,
# and one in ten is shown with light and dark exchanged.
- Translate: {fraction: {x: 0.2}}
- Invert: {p: 0.1}
"""
EPOCHS = 30


def demo(
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for everything.", show_default="runs/demo-N")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Show the whole way on 1,797 real handwritten digits, in under a minute.

    Writes the digits as a folder of PNG files per class, then runs the real commands: audit, pack, train, evaluate,
    challenge; trains again with random shifts and some inverted pictures; challenges again; and compares.

    \b
    Examples:
      hardy demo
    """
    from hardy.api.run_report import write_comparison
    from hardy.audits import run_checks
    from hardy.challenges import Scorecard
    from hardy.cli import terminal
    from hardy.cli.digits import write_digits
    from hardy.errors import OutputError
    from hardy.files import free_name, write_file
    from hardy.reports import compare
    from hardy.sources import open_source
    from hardy.training.run import Run

    folder = out or _next_folder(Path("runs"))
    if folder.exists():
        raise OutputError(f"{folder} exists; choose another, such as --out {free_name(folder)}")
    digits, store, policy = folder / "digits", folder / "digits.hardy", folder / "shift-and-invert.yaml"
    before, after = folder / "before", folder / "after"
    count = write_digits(digits)
    write_file(policy, POLICY)
    tell = _Teller(quiet or json)
    tell.line(f"{count:,} handwritten digits lie in {digits}, a folder for each class.")
    tell.step("Are they good enough to learn from?", "audit", digits)
    tell.step(
        "Make them ready: split, enlarge to 28×28, keep in one store.",
        "pack",
        digits,
        "--out",
        store,
        "--size",
        "28",
        "28",
    )
    tell.step("Train a network.", "train", store, "--epochs", EPOCHS, "--out", before)
    tell.step("How good is it?", "evaluate", before)
    tell.step("And on pictures as the wild will bring them?", "challenge", before)
    tell.step(
        "Train again, with shifts and inversion.",
        "train",
        store,
        "--epochs",
        EPOCHS,
        "--augment",
        policy,
        "--out",
        after,
    )
    tell.step("Did that mend it, and break nothing else?", "challenge", after)

    cards = Scorecard.load(before), Scorecard.load(after)
    changes = compare(*cards)
    rows = open_source(store)
    report = folder / "report.html"
    write_comparison(
        Run.open(before),
        Run.open(after),
        run_checks(open_source(digits)),
        rows.split("test"),
        "Handwritten digits, before and after",
        ("as collected", "augmented"),
        report,
    )
    if json:
        terminal.print_json({"before": cards[0].to_dict(), "after": cards[1].to_dict(), "report": str(report)})
        return 0
    terminal.print_line()
    terminal.print_table(
        ["pictures", "before", "after", "points", ""],
        [(c.name, f"{c.before.value:.1%}", f"{c.after.value:.1%}", f"{100 * c.gain:+.1f}", c.mark) for c in changes],
        right=[1, 2, 3],
    )
    n = cards[0]["test"].accuracy.n
    terminal.print_line(f"Right on {n} test pictures that neither model was trained on.")
    terminal.print_line(f"\nreport: {report}")
    return 0


class _Teller:
    """Runs commands as a person would, and shows the line that they would type."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    def line(self, text: str) -> None:
        from hardy.cli import terminal

        if not self._quiet:
            terminal.print_line(text)

    def step(self, why: str, *words: object) -> None:
        """Run one command; what it answers stands below it.

        Raises:
            HardyError: it failed, and has said why.
        """
        import contextlib
        import io

        from hardy.cli import terminal
        from hardy.cli.app import EXIT_STOPPED, run_command
        from hardy.errors import HardyError

        arguments = [str(word) for word in words]
        if not self._quiet:
            terminal.print_line(f"\n{why}")
            terminal.print_command(["hardy", *arguments, "-q"])
        with contextlib.redirect_stdout(io.StringIO()) if self._quiet else contextlib.nullcontext():
            code = run_command([*arguments, "-q"])
        if code == EXIT_STOPPED:
            raise KeyboardInterrupt
        if code:
            raise HardyError(f"the demo stopped: hardy {arguments[0]} ended with exit code {code}")


def _next_folder(runs: Path) -> Path:
    number = 1
    while (runs / f"demo-{number}").exists():
        number += 1
    return runs / f"demo-{number}"
