"""The memory that each row more of a source costs `hardy pack`, for every kind of source.

    python bench/row_kinds.py                   all kinds, 50,000 and 200,000 rows of 2×2 pictures; ten minutes
    python bench/row_kinds.py "table csv" also  some

Each is packed in a process of its own, in which what lies in memory while it is little lies in files from 1,000 rows
on. Memory is the process's own (anonymous), the highest of samples taken every 2 ms. No time is measured.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.row_kinds import KINDS, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=", ".join(KINDS))
    parser.add_argument("--rows", type=int, nargs=2, default=(50_000, 200_000), help="50,000 and 200,000")
    wished = parser.parse_args()
    few, many = wished.rows
    for name in wished.kinds or KINDS:
        peaks = []
        for rows in (few, many):
            with tempfile.TemporaryDirectory() as folder:
                peaks.append(peak(KINDS[name], rows, Path(folder)))
        more = (peaks[1] - peaks[0]) / (many - few)
        print(f"{name}: {more:.0f} bytes a row ({peaks[0] / 2**20:.0f} and {peaks[1] / 2**20:.0f} MB)", flush=True)


if __name__ == "__main__":
    main()
