"""A mutating fuzzer: one file after the other is damaged and read in a child process that may crash, hang or grow.

The child reads cases from a seed, so that a crash is found again by its number: the parent notes which case was begun
last, starts another child after it, and goes on. What counts:

    crash      the child died, or an exception came out that is none of hardy's
    hang       one case took longer than a second of processor time
    memory     the child's peak, above which RLIMIT_AS makes an allocation fail

Run from the repository's root: python -m tests.fuzz.tar --minutes 10
"""

import argparse
import faulthandler
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from hardy.dataset.probe import probe
from hardy.errors import HardyError
from hardy.sources import open_source

Corpus = dict[str, dict[str, bytes]]
"""By the name of a case: the files of a folder."""

LIMIT_BYTES = 4 << 30  # of address space: torch-free hardy with its libraries maps 1.5 GB before it reads anything
SLOW_S = 1.0
STUCK_S = 10
CASES_PER_CHILD = 20_000
_INTERESTING = (b"\x00", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xff" * 8, b"9" * 11)


def mutate(content: bytes, generator: random.Random) -> bytes:
    """One to four changes: bits, bytes, extreme numbers, blocks moved, doubled, cut out, cut off."""
    data = bytearray(content)
    for _ in range(generator.randint(1, 4)):
        if not data:
            break
        place = generator.randrange(len(data))
        # Headers decide: half of all changes fall into the first kilobyte.
        if generator.random() < 0.5:
            place %= 1024
        end = place + generator.randint(1, 64)
        kind = generator.randrange(8)
        if kind == 0:
            data[place] ^= 1 << generator.randrange(8)
        elif kind == 1:
            data[place] = generator.randrange(256)
        elif kind == 2:
            value = generator.choice(_INTERESTING)
            data[place : place + len(value)] = value
        elif kind == 3:
            del data[place:end]
        elif kind == 4:
            data[place:place] = data[place:end]
        elif kind == 5:
            other = generator.randrange(len(data))
            data[other : other + end - place] = data[place:end]
        elif kind == 6:
            del data[place:]
        else:
            data[place:end] = generator.randbytes(end - place)
    return bytes(data)


def read_case(files: dict[str, bytes], folder: Path) -> None:
    """Open and read everything, as a user's first command does."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    target = folder / next(iter(files)) if len(files) == 1 else folder
    try:
        probe(open_source(target), threads=1)
    except HardyError as error:
        if str(folder) not in str(error):
            raise AssertionError(f"the message names no file: {error}") from error


def child(corpus: Corpus, first: int, deadline: float) -> None:
    """Cases one after the other; a line to stdout where something was wrong, the count at the end."""
    faulthandler.enable()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    names = sorted(corpus)
    number = first
    with tempfile.TemporaryDirectory() as root, Path(os.devnull).open("w") as silent:
        os.dup2(silent.fileno(), 2)  # libraries complain on stderr about every damaged file
        while number < first + CASES_PER_CHILD and time.monotonic() < deadline:
            generator = random.Random(number)
            files = dict(corpus[names[number % len(names)]])
            target = generator.choice(sorted(files))
            files[target] = mutate(files[target], generator)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            folder = Path(root) / str(number % 8)
            folder.mkdir(exist_ok=True)
            for old in folder.iterdir():
                old.unlink()
            begun = time.process_time()
            signal.alarm(STUCK_S)  # ends the process, wherever it is
            try:
                read_case(files, folder)
            except Exception as error:
                _tell({"case": number, "kind": "crash", "what": f"{type(error).__name__}: {error}"[:300]})
            signal.alarm(0)
            taken = time.process_time() - begun
            if taken > SLOW_S:
                _tell({"case": number, "kind": "hang", "what": f"{taken:.1f} s"})
            number += 1
    _tell({"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss})


def _tell(value: dict) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def run(name: str, make_corpus: Callable[[], Corpus]) -> int:
    """The program: the parent that starts children and counts, or a child.

    Returns:
        1 where anything crashed or hung, else 0.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=int, help="Read one case in this process, to see what it does.")
    parser.add_argument("--child", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    corpus = make_corpus()
    if options.case is not None:
        generator = random.Random(options.case)
        files = dict(corpus[sorted(corpus)[options.case % len(corpus)]])
        target = generator.choice(sorted(files))
        files[target] = mutate(files[target], generator)
        with tempfile.TemporaryDirectory() as root:
            read_case(files, Path(root))
        return 0
    if options.child is not None:
        child(corpus, options.seed, options.child)
        return 0
    return _watch(name, options.minutes, options.seed * 1_000_000_000)


def _watch(name: str, minutes: float, first: int) -> int:
    begun = time.monotonic()
    deadline = begun + 60 * minutes
    executions, memory, problems, number = 0, 0, [], first
    while time.monotonic() < deadline:
        line = [sys.executable, "-m", f"tests.fuzz.{name}", "--seed", str(number), "--child", str(deadline)]
        process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        last = number - 1
        assert process.stdout is not None
        for text in process.stdout:
            value = json.loads(text)
            if isinstance(value, int):
                executions, last = executions + 1, value
            elif "memory" in value:
                memory = max(memory, value["memory"])
            else:
                problems.append(value)
        code = process.wait()
        if code == -signal.SIGALRM:
            problems.append({"case": last, "kind": "hang", "what": f"more than {STUCK_S} s"})
        elif code:
            problems.append({"case": last, "kind": "crash", "what": f"the process ended with {code}"})
        number = last + 1
    crashes = sum(problem["kind"] == "crash" for problem in problems)
    hangs = len(problems) - crashes
    for problem in problems[:20]:
        print(json.dumps(problem))
    print(
        f"{name}: {executions:,} executions in {time.monotonic() - begun:.0f} s, {crashes} crashes, "
        f"{hangs} hangs over {SLOW_S:.0f} s, peak memory {memory / 1024:.0f} MB of {LIMIT_BYTES >> 20:,}"
    )
    return 1 if problems else 0
