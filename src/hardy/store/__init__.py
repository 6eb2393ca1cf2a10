"""The store: pictures and their table in one folder of Arrow files that other tools open too.

    photos.hardy/
      data-00000.arrow    Arrow IPC file format, uncompressed, record batches of about 1,000 rows
      quarantine.jsonl    what was refused, and why
      manifest.json       format version, classes, preprocessing, shards with rows, sizes and hashes; written last

`docs/store.md` describes the format for other programs.
"""

from hardy.store.append import Appended, append
from hardy.store.layout import is_store
from hardy.store.mapped import open_store
from hardy.store.verify import Verification, verify
from hardy.store.write import pack

__all__ = ["Appended", "Verification", "append", "is_store", "open_store", "pack", "verify"]
