"""Feed the decoder damaged files in a child process that has little memory, and watch it.

    python tests/fuzz/decode.py --minutes 10 [--seed 0]

The corpus is `tests/golden/pixels/`. Each execution changes one of its files by a few mutations (bits and bytes,
numbers that overflow, cuts, repeats, pieces of another file of its kind; PNG checksums are mended half of the time, so
that the change gets past them). Wrong is: an exception other than DecodeError, a warning, a result that is no picture,
a death of the child, more than a second, memory above the limit. What went wrong is written to `--out`; exit 1.
libtiff itself writes what it thinks of damaged strips to stderr.
"""

import argparse
import multiprocessing
import random
import resource
import struct
import sys
import tempfile
import time
import traceback
import warnings
import zlib
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "golden" / "pixels"
MEMORY = 1 << 30  # bytes above what the imports take
MAX_PIXELS = 1 << 20
HANG_S = 1.0
DEAD_S = 20.0
NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutate(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A few changes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 8))):
        place = chance.randrange(len(changed)) if changed else 0
        early = chance.randrange(min(len(changed), 120)) if changed else 0  # headers are worth more tries
        place = chance.choice((place, early))
        kind = chance.randrange(9)
        if kind < 2 and changed:
            changed[place] ^= 1 << chance.randrange(8)
        elif kind < 4 and changed:
            changed[place] = chance.randrange(256)
        elif kind == 4:
            form = chance.choice(("<H", ">H", "<I", ">I"))
            mask = 0xFFFF if form[1] == "H" else 0xFFFFFFFF
            number = struct.pack(form, chance.choice(NUMBERS) & mask)
            changed[place : place + len(number)] = number
        elif kind == 5:
            del changed[place:]
        elif kind == 6:
            length = chance.randrange(1, 64)
            changed[place:place] = changed[place : place + length] * chance.choice((1, 2, 50))
        elif kind == 7:
            start = chance.randrange(len(other))
            piece = other[start : start + chance.randrange(1, 200)]
            changed[place : place + chance.choice((0, len(piece)))] = piece
        else:
            del changed[place : place + chance.randrange(1, 64)]
    if changed.startswith(b"\x89PNG") and chance.random() < 0.5:
        mend_checksums(changed)
    return bytes(changed[: 1 << 20])


def mend_checksums(data: bytearray) -> None:
    """PNG's, as far as its chunks can be followed."""
    place = 8
    while place + 12 <= len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if end > len(data):
            return
        data[end - 4 : end] = struct.pack(">I", zlib.crc32(data[place + 4 : end - 4]))
        place = end


def child(pipe: Connection) -> None:
    """Decode what comes through the pipe, and say how it went."""
    from hardy.errors import DecodeError
    from hardy.pixels.decode import decode

    for path in sorted(CORPUS.iterdir()):  # everything is compiled and loaded before memory is limited
        if path.suffix not in (".npy", ".json"):
            decode(path.read_bytes())
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    warnings.simplefilter("error")
    pipe.send(("ready", 0.0, 0))
    while True:
        data = pipe.recv_bytes()
        began, said = time.perf_counter(), "picture"
        try:
            picture = decode(data, max_pixels=MAX_PIXELS)
            height, width, channels = picture.pixels.shape
            if not (1 <= channels <= 4 and 0 < height * width <= MAX_PIXELS and picture.pixels.itemsize <= 2):
                said = f"not a picture: {picture.pixels.shape} {picture.pixels.dtype}"
        except DecodeError:
            said = "refused"
        except BaseException:
            said = traceback.format_exc()
        pipe.send((said, time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


class Child:
    """The process, started again where it died."""

    def __init__(self) -> None:
        self.pipe, there = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("spawn").Process(target=child, args=(there,), daemon=True)
        self.process.start()
        there.close()
        self.pipe.recv()

    def run(self, data: bytes) -> tuple[str, float, int]:
        began = time.perf_counter()
        try:
            self.pipe.send_bytes(data)
            if self.pipe.poll(DEAD_S):
                return self.pipe.recv()
            said = "no answer"
        except (EOFError, OSError):
            said = "died"
        self.process.kill()
        self.process.join()
        return f"{said} (exit code {self.process.exitcode})", time.perf_counter() - began, 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "hardy-fuzz-decode")
    options = parser.parse_args()
    files = {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir()) if path.suffix not in (".npy", ".json")}
    names = sorted(files)
    chance, runner = random.Random(options.seed), Child()
    counts: dict[str, int] = {"picture": 0, "refused": 0}
    crashes = hangs = executions = peak_kb = 0
    slowest = (0.0, "")
    until = time.monotonic() + options.minutes * 60
    while time.monotonic() < until:
        name = chance.choice(names)
        alike = chance.choice([other for other in names if other.rpartition(".")[2] == name.rpartition(".")[2]])
        data = mutate(chance, files[name], files[alike])
        said, seconds, kilobytes = runner.run(data)
        executions += 1
        peak_kb, slowest = max(peak_kb, kilobytes), max(slowest, (seconds, name))
        crashed, hung = said not in counts, seconds > HANG_S
        if not crashed:
            counts[said] += 1
        if crashed or hung:
            crashes, hangs = crashes + crashed, hangs + hung
            options.out.mkdir(parents=True, exist_ok=True)
            (options.out / f"{executions:08d}-{name}").write_bytes(data)
            print(f"{name} after {seconds:.2f} s: {said.strip()}", flush=True)
        if not runner.process.is_alive():
            runner = Child()
    print(
        f"decode: {executions:,} executions in {options.minutes:g} minutes (seed {options.seed}): "
        f"{counts['picture']:,} pictures, {counts['refused']:,} refused, {crashes} crashes, {hangs} hangs over "
        f"{HANG_S:g} s, slowest {slowest[0]:.3f} s ({slowest[1]}), peak memory {peak_kb / 1024:.0f} MiB"
    )
    sys.exit(1 if crashes or hangs else 0)


if __name__ == "__main__":
    main()
