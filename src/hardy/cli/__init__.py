"""The command line: one file per command. A command reads its arguments, calls one verb of `hardy.api`, and prints.

Nothing heavy is imported before a command runs, so that `hardy --help` is quick.

To add a command: write `cli/<name>.py` with a function whose docstring is its help, with examples; add it to
`COMMANDS` in `cli/app.py`, and run `python docs/write_commands.py`; `tests/docs` will ask for it.
"""

from hardy.cli.app import main

__all__ = ["main"]
