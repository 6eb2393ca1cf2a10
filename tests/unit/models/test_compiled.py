"""Three networks through torch's compilers and out to ONNX.

Each in a process of its own, where no checks of types stand between the compiler and the code.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NETWORKS = """
import sys
import numpy as np
import torch
from hardy.models import ARCHITECTURES

def check(name, found, right):
    found, right = np.asarray(found), np.asarray(right)
    assert found.shape == right.shape, name
    assert np.abs(found - right).max() <= 1e-4 * np.abs(right).max(), (name, found, right)

for name in ("resnet-18", "efficientnet-b0", "whitening-cnn"):
    torch.manual_seed(1)
    network = ARCHITECTURES[name].build(3, (37, 33), 5, None, 0.125).eval()
    images, more = torch.randn(2, 3, 37, 33), torch.randn(5, 3, 37, 33)
    with torch.no_grad():
"""

COMPILED = """
        found = torch.compile(network, backend=sys.argv[1], fullgraph=True)
        check(name, found(images), network(images))
        check(name, found(more), network(more))
    network.train()
    labels = torch.tensor([0, 1, 2, 3, 4])
    torch.nn.functional.cross_entropy(torch.compile(network, backend=sys.argv[1])(more), labels).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters() if p.requires_grad), name
"""

EXPORTED = """
        import onnxruntime
        batch = torch.export.Dim("batch", min=1)
        torch.onnx.export(network, (images,), sys.argv[1], dynamo=True, dynamic_shapes=({0: batch},), verbose=False)
        session = onnxruntime.InferenceSession(sys.argv[1])
        for some in (images, more, more[:1]):
            check(name, session.run(None, {session.get_inputs()[0].name: some.numpy()})[0], network(some))
"""


def run(script: str, argument: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NETWORKS + script, argument], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_torch_compile_traces_them_whole() -> None:
    run(COMPILED, "aot_eager")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None and shutil.which("clang++") is None, reason="no C++ compiler here")
def test_inductor_gives_the_same_scores() -> None:
    run(COMPILED, "inductor")


@pytest.mark.slow
@pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("onnx", "onnxruntime", "onnxscript")),
    reason="onnx, onnxruntime and onnxscript are not installed: make slow installs them",
)
def test_onnx_gives_the_same_scores_for_any_batch(tmp_path: Path) -> None:
    run(EXPORTED, str(tmp_path / "network.onnx"))
