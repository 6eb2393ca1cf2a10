"""The program `hardy`: its commands, and how every failure ends.

Exit codes: 0 done, findings included; 1 where --fail-on or --gate asked for it; 2 wrong use or bad input; 70 our own
bug; 130 stopped with Ctrl-C.
"""

import errno
import io
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import typer

from hardy.cli import stopping
from hardy.errors import HardyError

COMMANDS = (
    "audit",
    "pack",
    "append",
    "verify",
    "export-data",
    "augment",
    "train",
    "evaluate",
    "challenge",
    "predict",
    "models",
    "demo",
)
"""In the order of the work; each is the function of that name, with "_" for "-", in the module of the same name."""

EXIT_BAD_INPUT = 2
EXIT_BUG = 70
EXIT_STOPPED = 130
STOPPED = "stopped; the same line goes on with a pack or append, with --resume with a training"


def build_app() -> typer.Typer:
    """The program with all its commands."""
    app = typer.Typer(
        name="hardy",
        help="From a pile of labelled pictures to a classifier that holds up in the wild, and the proof that it does.",
        epilog="Begin with: hardy demo",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    for name in COMMANDS:
        function = name.replace("-", "_")
        app.command(name)(getattr(import_module(f"hardy.cli.{function}"), function))
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"hardy {version('hardy')}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print it."),
) -> None:
    pass


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line in this process.

    Returns:
        The exit code; what went wrong has been printed to stderr.
    """
    try:
        code = build_app()(args=list(arguments), prog_name="hardy", standalone_mode=False)
        sys.stdout.flush()
        if code == EXIT_STOPPED:  # typer's answer to Ctrl-C
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt:
        return _fail(STOPPED, EXIT_STOPPED)
    except HardyError as error:
        return _fail(_one_line(error), EXIT_BAD_INPUT)
    except BrokenPipeError:
        return _nobody_reads()
    except SystemExit:  # typer's answer to whoever reads our output having had enough
        return _nobody_reads()
    except Exception as error:
        return _explain(error)


def main() -> None:
    """The console script."""
    # OpenMP's threads wait for each other by spinning. Where the processors have other work, each wait then lasts a
    # time slice: a training step took 95 ms instead of 30. Spinning briefly keeps most of the speed of an idle machine.
    # It is read when torch is loaded, and only then.
    os.environ.setdefault("GOMP_SPINCOUNT", "2000")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names may hold what the terminal cannot show
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
    warnings.filterwarnings("ignore", module="PIL")  # what is wrong with a picture is said by us, with its name
    stopping.listen()
    sys.exit(run_command(sys.argv[1:]))


def _nobody_reads() -> int:
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 (the interpreter flushes it at exit)
    return 0


def _explain(error: Exception) -> int:
    """Errors that are none of ours: typer's own, and bugs."""
    if type(error).__name__ == "Abort":
        return _fail(STOPPED, EXIT_STOPPED)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EBADF) and not error.filename:
        return _fail(f"cannot print: {error.strerror}", EXIT_BAD_INPUT)
    if isinstance(error, MemoryError):
        return _fail("out of memory; take a smaller --batch-size or --size", EXIT_BAD_INPUT)
    format_message: Callable[[], str] | None = getattr(error, "format_message", None)
    if format_message is None:
        return _report_bug(error)
    context: Any = getattr(error, "ctx", None)
    usage = f"; see {context.command_path} --help" if context is not None else ""
    message = _one_line(format_message())
    if not message:  # hardy alone: typer has printed the help
        return EXIT_BAD_INPUT
    return _fail(f"{message.rstrip('.')}{usage}", EXIT_BAD_INPUT)


def _report_bug(error: Exception) -> int:
    with tempfile.NamedTemporaryFile("w", prefix="hardy-bug-", suffix=".txt", delete=False, encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return _fail(
        f"this is a bug of ours ({type(error).__name__}: {_one_line(error)}); "
        f"please open an issue in hardy's repository with the file {file.name}",
        EXIT_BUG,
    )


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _fail(message: str, code: int) -> int:
    print(f"hardy: {message}".encode("utf-8", "replace").decode(), file=sys.stderr)
    return code
