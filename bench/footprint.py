"""What a program and all its children occupy: the sum of their PSS, sampled from outside while it works.

PSS counts a page that several processes share once, in parts; RSS would count it in each. The program prints READY when
its imports are done, waits for a line, works, and prints DONE with what it found.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVERY_S = 0.02


@dataclass(frozen=True)
class Footprint:
    """Seconds of the work, the highest PSS above that of the imports, and what the program said."""

    seconds: float
    peak_mb: float
    found: dict[str, Any]


def measure(program: Path, arguments: list[str], cores: set[int], timeout_s: float) -> Footprint:
    """Run a Python program on some cores and watch it.

    Raises:
        RuntimeError: it failed; with the end of what it printed.
    """
    line = [sys.executable, "-W", "ignore", str(program), *arguments]
    process = subprocess.Popen(
        line,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    end = threading.Timer(timeout_s, process.kill)
    end.start()
    errors: list[str] = []
    assert process.stdin and process.stdout and process.stderr
    reading = threading.Thread(target=lambda: errors.extend(process.stderr or []), daemon=True)
    reading.start()
    try:
        if not _wait_for(process.stdout, "READY"):
            raise RuntimeError("".join(errors)[-600:])
        before, peak, stop = pss(process.pid), [0.0], threading.Event()

        def watch() -> None:
            while not stop.wait(EVERY_S):
                peak[0] = max(peak[0], pss(process.pid))

        watching = threading.Thread(target=watch)
        watching.start()
        process.stdin.write("go\n")
        process.stdin.flush()
        said = _wait_for(process.stdout, "DONE")
        stop.set()
        watching.join()
        if not said:
            raise RuntimeError("".join(errors)[-600:])
        found = json.loads(said)
        process.stdin.write("end\n")
        process.stdin.flush()
        rest = _wait_for(process.stdout, "ALSO")
        return Footprint(found.pop("seconds"), max(0.0, peak[0] - before), {**found, **json.loads(rest or "{}")})
    finally:
        end.cancel()
        process.kill()
        process.wait()


def _wait_for(lines: Any, word: str) -> str:
    """The rest of the line that begins so; empty where the program ended without it."""
    for line in lines:
        if line.startswith(word):
            return str(line.removeprefix(word)).strip() or "{}"
    return ""


def pss(root: int) -> float:
    """Megabytes of a process and its descendants."""
    total = 0
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except (OSError, ValueError):  # it ended meanwhile
            continue
    return total / 1024
