"""Import this before torchvision where it was installed without its compiled part (`pip install --no-deps`).

There is no build of torchvision for every build of torch. Its Python part, which is all that the benches use, registers
shape functions for operators of the compiled part; declaring those by name is enough for the import.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import torch


def declare() -> None:
    """Declare every operator that torchvision's own source names and that is not there."""
    found = find_spec("torchvision")
    if found is None or found.origin is None:
        return
    for file in Path(found.origin).parent.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        names = re.findall(r'register_meta\("(\w+)"\)|register_fake\("torchvision::(\w+)"\)', text)
        for name in {first or second for first, second in names}:
            if not hasattr(torch.ops.torchvision, name):
                torch.library.define(f"torchvision::{name}", "() -> Tensor")


declare()
