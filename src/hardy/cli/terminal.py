"""What people see in the terminal: results on stdout, progress on stderr, tables at the terminal's width."""

import json
import shlex
import sys
import textwrap
import time
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from hardy.cli import stopping

PLAIN_EVERY_S = 15.0
"""Without a terminal, at most one line of progress in this time."""


class Reporter:
    """Progress for a person: a bar on a terminal, a line now and then elsewhere, nothing with --quiet or --json.

    Use it as a context: leaving it takes the bar away.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._last = time.monotonic()

    def __enter__(self) -> "Reporter":
        if not self._quiet and sys.stderr.isatty():
            self._bars = Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TextColumn("{task.completed:,}/{task.total:,}"),
                TimeRemainingColumn(compact=True),
                TextColumn("{task.fields[note]}"),
                console=Console(stderr=True),
                transient=True,
            )
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._bars.stop()
            self._bars = None

    def say(self, line: str) -> None:
        """Print a line to stderr, above the bar."""
        stopping.check()
        if self._quiet:
            return
        if self._bars:
            self._bars.console.print(Text(line))
        else:
            print(_printable(line), file=sys.stderr)

    def advance(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Move a stage's bar, and take it away when it is full."""
        stopping.check()
        if self._bars:
            task = self._tasks.get(stage)
            if task is None:
                task = self._tasks[stage] = self._bars.add_task(stage, total=total, note=note)
            self._bars.update(task, completed=done, total=total, note=note)
            if done >= total:
                self._bars.remove_task(self._tasks.pop(stage))
        elif not self._quiet and time.monotonic() - self._last >= PLAIN_EVERY_S:
            self._last = time.monotonic()
            print(f"{stage} {done:,}/{total:,} {note}".rstrip(), file=sys.stderr)


def print_line(text: str = "") -> None:
    """A line of results; paths are never wrapped."""
    print(_printable(text))


def print_wrapped(text: str, indent: str = "") -> None:
    """Sentences, wrapped at the terminal's width; words such as paths stay whole."""
    width = max(40, Console().width)
    lines = textwrap.wrap(
        _printable(text), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    print("\n".join(lines))


def print_command(words: Sequence[str]) -> None:
    """A command line as one types it, continued on further lines where it is long."""
    lines = textwrap.wrap(
        f"$ {shlex.join(words)}", 76, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    print(_printable(" \\\n".join(lines)))


def print_json(value: Any) -> None:
    """One JSON document, and nothing else, on stdout."""
    print(json.dumps(value, indent=2, ensure_ascii=True))


def print_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), tight: bool = False
) -> None:
    """A table at the terminal's width, 80 columns where there is none.

    Args:
        headers: of the columns.
        rows: cells as text.
        right: columns that are numbers.
        tight: two characters between columns rather than three.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0) if tight else (0, 1))
    for number, header in enumerate(headers):
        table.add_column(header, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_printable(cell)) for cell in row))
    Console(highlight=False).print(table)


def _printable(text: str) -> str:
    """File names may hold bytes that are no text."""
    return text.encode("utf-8", "backslashreplace").decode()
