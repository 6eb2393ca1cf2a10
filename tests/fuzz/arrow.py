"""Hugging Face's Arrow files under fire; see tests/fuzz/fuzzer.py. They are mapped: a wrong offset would be a crash."""

import sys
import tempfile
from pathlib import Path

from tests.builders import encoded, pixels
from tests.fuzz.fuzzer import Corpus, run
from tests.layouts import arrow


def corpus() -> Corpus:
    """Numbers with names, and words; as stream and as file."""
    pictures = [encoded(pixels(3, 2, 3, seed=seed)) for seed in range(4)]
    with tempfile.TemporaryDirectory() as root:
        file = Path(root) / "a.arrow"
        return {
            "stream": {"a.arrow": arrow(file, pictures, [0, 1, 0, 1], ["a", "b"]).read_bytes()},
            "words": {"a.arrow": arrow(file, pictures, ["b", None, "a", "b"]).read_bytes()},
            "file": {"a.arrow": arrow(file, pictures, [0, 1, None, -1], ["a", "b"], stream=False).read_bytes()},
        }


if __name__ == "__main__":
    sys.exit(run("arrow", corpus))
