"""Write docs/commands.md from the commands' own help; `tests/docs/test_commands.py` asks for it when they differ."""

import subprocess
import sys
from pathlib import Path

from hardy.cli.app import COMMANDS

INTRO = """\
# Commands

Made from `hardy COMMAND --help` by `python docs/write_commands.py`.

Results go to stdout, progress to stderr. `--json` prints one JSON document and nothing else. Exit codes: 0 done,
findings included; 1 where `--fail-on` asked for it; 2 wrong use or bad input; 70 a bug of ours; 130 stopped by Ctrl-C.
"""


def text() -> str:
    """The whole page."""
    return INTRO + "".join(f"\n## hardy {name}\n\n```\n{_help(name)}```\n" for name in COMMANDS)


def _help(command: str) -> str:
    line = [sys.executable, "-m", "hardy", command, "--help"]
    return subprocess.run(
        line, capture_output=True, text=True, check=True, env={"COLUMNS": "100", "PATH": "", "NO_COLOR": "1"}
    ).stdout


if __name__ == "__main__":
    Path(__file__).with_name("commands.md").write_text(text(), encoding="utf-8")
