"""WebDataset tar archives under fire; see tests/fuzz/fuzzer.py."""

import io
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from tests.builders import encoded
from tests.fuzz.fuzzer import Corpus, run
from tests.layouts import tar


def corpus() -> Corpus:
    """A few samples in each dialect, with long names, links and JSON."""
    picture = encoded(np.zeros((3, 2, 3), np.uint8))
    link = tarfile.TarInfo("link.png")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    files: dict[str, bytes | tarfile.TarInfo] = {
        "a.png": picture,
        "a.cls": b"0",
        "b.png": picture,
        "b.json": b'{"label": 1, "split": "train"}',
        f"{'long' * 40}.png": picture,
        "link.png": link,
    }
    made: Corpus = {}
    with tempfile.TemporaryDirectory() as root:
        for name, format in (("pax", tarfile.PAX_FORMAT), ("gnu", tarfile.GNU_FORMAT)):
            made[name] = {"a.tar": tar(Path(root) / "a.tar", files, format).read_bytes()}
        short = {name: content for name, content in files.items() if len(name) < 100}
        made["ustar"] = {"a.tar": tar(Path(root) / "a.tar", short, tarfile.USTAR_FORMAT).read_bytes()}
    made["ustar"]["classes.txt"] = b"cat\ndog\n"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w"):
        pass
    made["none"] = {"a.tar": buffer.getvalue()}
    return made


if __name__ == "__main__":
    sys.exit(run("tar", corpus))
