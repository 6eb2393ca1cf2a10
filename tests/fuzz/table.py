"""Mutated tables, in a child process under a limit of memory: no crash, no hang, no error but our own.

    python -m tests.fuzz.table csv --minutes 3
    python -m tests.fuzz.table json --minutes 3

Prints executions, unexpected errors, crashes of the child, inputs that took more than a second of processor time, and
the peak of the memory above that of the imports. 20 s by the clock end the child. What fails is kept under `--keep`.
"""

import argparse
import base64
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEMORY = 1 << 30
"""Address space above that of the imports; more ends in MemoryError, which is a failure."""
_HANG_S = 1.0
_STUCK_S = 20
_LARGEST = 200_000

_PICTURE = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
CORPUS = {
    "csv": (
        b"label,location\n'cat', cats/1.png\n'dog',dogs/2.png\n",
        b"\xef\xbb\xbfpath;class;split;group\r\ncats/1.png;cat;train;a\r\n../x.png;dog;test;b\r\n",
        b'image\tlabel\n"cats/1.png"\t"a ""cat"""\nhttp://example.org/a.png\t0\n',
        b"label,location\ncat,[[1,2],[3,4]]\ndog,[[[1,2,3]]]\n",
        b"cat,data:image/png;base64," + _PICTURE + b"\ndog," + _PICTURE + b"\n",
        b"sep=;\ncats/1.png;1.0\ndogs/2.png;\n",
    ),
    "json": (
        b'[{"label": "cat", "location": "cats/1.png"}, {"label": 3, "location": [[1, 2], [3, 4]]}]',
        b'{"image": ["cats/1.png", "dogs/2.png"], "class": [0, 1.0], "split": ["train", null]}',
        b'{"label": {"0": "cat", "1": null}, "path": {"0": "cats/1.png", "1": "../x"}}',
        b"[ {'label': 'cat', 'location': 'cats/1.png' },\n {'label': 'dog', 'location': 'it\\'s.png'} ]",
        b'{"file": "cats/1.png", "label": ["cat"]}\n{"file": "http://example.org/a.png", "label": true}\n[1]\n',
        b'[["cat", "cats/1.png"], ["dog", "data:image/png;base64,' + _PICTURE + b'"]]',
    ),
}
TOKENS = (
    b'"', b"'", "‘".encode(), "’".encode(), b",", b";", b"\t", b"\n", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf",
    b"\xff\xfe", b"[", b"[[", b"]", b"]]", b"{", b"}", b":", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"-1",
    b"65536", b"0.5", b"\\ud800", b"\\u0000", b"../", b"/", b"\\", b"C:\\", b"//", b"http://", b"https://u:p@h/", b"file://",
    b"data:", b"data:,", b";base64,", b"%00", b"label", b"location", b"split", b"train", b"=cmd|' /C calc'!A0",
    b"9" * 50, _PICTURE,
)  # fmt: skip
ENDINGS = {"csv": ("csv", "tsv"), "json": ("json", "jsonl")}


def mutate(source: random.Random, seeds: tuple[bytes, ...]) -> bytes:
    """A seed, or two spliced, changed in a few places; sometimes one piece over and over."""
    data = bytearray(source.choice(seeds))
    if source.random() < 0.2:
        other = source.choice(seeds)
        data[source.randrange(len(data)) :] = other[source.randrange(len(other)) :]
    for _ in range(source.choice((1, 1, 2, 3, 5, 10))):
        place = source.randrange(len(data) + 1)
        kind = source.randrange(7)
        if kind == 0 and data:
            data[place % len(data)] = source.randrange(256)
        elif kind == 1:
            data[place:place] = source.choice(TOKENS)
        elif kind == 2:
            del data[place : place + source.choice((1, 2, 8, 40))]
        elif kind == 3:
            piece = data[place : place + source.choice((1, 4, 20, 80))]
            data[place:place] = piece * source.choice((1, 3, 20))
        elif kind == 4:
            del data[place:]
        elif kind == 5:
            data[place : place + source.choice((0, 3))] = source.choice(TOKENS)
        elif source.random() < 0.03:
            token = source.choice(TOKENS)
            data[place:place] = token * (source.choice((1_000, 20_000, _LARGEST)) // len(token))
    return bytes(data[: 2 * _LARGEST])


def child(kind: str, seed: int, seconds: float, folder: Path) -> None:
    """Run until the time is up; print a line of JSON. The input at work lies in `folder`, for the parent to find."""
    from hardy.dataset import Dataset
    from hardy.errors import HardyError
    from hardy.sources import table

    def use(data: Dataset) -> None:
        data.paths()
        "".join(entry.uri + entry.reason for entry in data.refused).encode()
        for row in range(min(len(data), 20)):
            if not data.column("uri")[row].startswith(("http://", "https://")):
                try:
                    data.image(row)
                except HardyError as error:
                    assert str(folder) in str(error)

    (folder / "cats").mkdir()
    (folder / "cats" / "1.png").write_bytes(base64.b64decode(_PICTURE))
    (folder / "labels.csv").write_text("label,location\na,cats/1.png\n")
    use(table.read(folder / "labels.csv"))  # loads what is loaded on first use
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    source = random.Random(seed)
    report: dict = {"executions": 0, "accepted": 0, "slowest_s": 0.0, "errors": [], "slow": []}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutate(source, CORPUS[kind])
        path = folder / f"labels.{source.choice(ENDINGS[kind])}"
        path.write_bytes(data)
        start = time.process_time()  # of the processor: on a busy machine the clock runs on while others work
        signal.alarm(_STUCK_S)  # the default action ends the process, which the parent counts
        try:
            use(table.read(path))
            report["accepted"] += 1
        except HardyError as error:
            if str(path) not in str(error).encode().decode():
                report["errors"].append([f"does not name the file: {error}"[:300], path.suffix, data.hex()])
        except BaseException as error:
            report["errors"].append([f"{type(error).__name__}: {error}"[:300], path.suffix, data.hex()])
        signal.alarm(0)
        took = time.process_time() - start
        report["executions"] += 1
        report["slowest_s"] = max(report["slowest_s"], took)
        if took > _HANG_S:
            report["slow"].append([round(took, 2), path.suffix, data.hex()])
        path.unlink()
    report["peak_mib"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps(report))


def main() -> int:
    """Run children one after another, and add up."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=sorted(CORPUS))
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "hardy-fuzz-table")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.kind, options.seed, float(options.child[0]), Path(options.child[1]))
        return 0
    end, seed = time.monotonic() + 60 * options.minutes, options.seed
    total = {"executions": 0, "accepted": 0, "errors": 0, "crashes": 0, "slow": 0, "slowest_s": 0.0, "peak_mib": 0.0}
    options.keep.mkdir(parents=True, exist_ok=True)
    while (left := end - time.monotonic()) > 1:
        with tempfile.TemporaryDirectory() as folder:
            seconds = min(left, 60.0)
            command = [sys.executable, "-m", "tests.fuzz.table", options.kind, "--seed", str(seed)]
            command += ["--child", str(seconds), folder]
            done = subprocess.run(command, stdout=subprocess.PIPE, timeout=seconds + 120, env=os.environ, check=False)
            if done.returncode:
                total["crashes"] += 1
                for file in Path(folder).glob("labels.*"):
                    (options.keep / f"crash-{seed}{file.suffix}").write_bytes(file.read_bytes())
            else:
                report = json.loads(done.stdout)
                for name in ("executions", "accepted"):
                    total[name] += report[name]
                for name in ("errors", "slow"):
                    total[name] += len(report[name])
                    for number, (what, suffix, data) in enumerate(report[name][:20]):
                        (options.keep / f"{name}-{seed}-{number}{suffix}").write_bytes(bytes.fromhex(data))
                        print(f"{name}: {what} → {options.keep}/{name}-{seed}-{number}{suffix}", flush=True)
                for name in ("slowest_s", "peak_mib"):
                    total[name] = round(max(total[name], report[name]), 2)
        seed += 1
    print(f"{options.kind}: " + ", ".join(f"{name} {value:,}" for name, value in total.items()))
    return int(total["errors"] + total["crashes"] + total["slow"] > 0)


if __name__ == "__main__":
    sys.exit(main())
