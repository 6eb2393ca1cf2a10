"""How long a program works, or what it and all its children occupy: the sum of their PSS, sampled from outside.

PSS counts a page that several processes share once, in parts; RSS would count it in each. Sampling takes time from the
program, so that a run is for the one or for the other. The program prints READY when its imports are done, waits for a
line, works, and prints DONE with what it found.
"""

import json
import mmap
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVERY_S = 0.02
TOUCHED_BYTES = 2 << 30


@dataclass(frozen=True)
class Footprint:
    """Seconds of the work, the highest PSS above that of the imports (0 unless sampled), and what the program said."""

    seconds: float
    peak_mb: float
    found: dict[str, Any]


def measure(program: Path, arguments: list[str], cores: set[int], timeout_s: float, memory: bool) -> Footprint:
    """Run a Python program on some cores.

    Args:
        program: what to run.
        arguments: its own.
        cores: where.
        timeout_s: the longest.
        memory: whether to sample what it occupies, or to leave it in peace.

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
            while memory and not stop.wait(EVERY_S):
                peak[0] = max(peak[0], pss(process.pid))

        watching = threading.Thread(target=watch)
        touch_memory()
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


def touch_memory() -> None:
    """A virtual machine's host hands out pages slowly when they are first touched: half a gigabyte a second here."""
    with mmap.mmap(-1, TOUCHED_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as block:
        if hasattr(mmap, "MADV_HUGEPAGE"):
            block.madvise(mmap.MADV_HUGEPAGE)
        for place in range(0, TOUCHED_BYTES, mmap.PAGESIZE):
            block[place] = 1


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
