"""What every test relies on: shapes are checked, the network is off, real images are where HARDY_DATA says."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before torch: several test processes share the processors

import hypothesis
import pytest
from jaxtyping import install_import_hook

import tests.typechecker  # noqa: F401 (the hook below finds it by name)

# Before anything of hardy is imported. Kernels are left out: Numba compiles plain functions only.
_CHECKED = [
    f"hardy.{name}"
    for name in (
        "dataset", "exports", "files", "findings", "loader", "parallel", "pixels", "reports", "rng", "sources", "store",
        "audits", "augmentation", "challenges", "kernel", "models", "training", "api",
    )
]  # fmt: skip
_HOOK = install_import_hook(_CHECKED, "tests.typechecker.check")

hypothesis.settings.register_profile(
    "hardy", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
hypothesis.settings.load_profile("hardy")


@pytest.fixture(scope="session")
def hardy_data() -> Path:
    """The real images, where HARDY_DATA names them."""
    location = os.environ.get("HARDY_DATA")
    if not location:
        if os.environ.get("HARDY_DATA_REQUIRED"):
            pytest.fail("HARDY_DATA is not set, and HARDY_DATA_REQUIRED allows no skip")
        pytest.skip("HARDY_DATA is not set: it names the folder with mnist/, cifar10/, flowers/, faces/")
    return Path(location)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Any connection but one to this machine fails the test."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    yield
