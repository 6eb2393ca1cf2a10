"""The names that every example in a docstring may use, under `src` and under `tests` alike."""

from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _doctest_names(doctest_namespace: dict[str, Any]) -> None:
    import hardy  # not above: tests/conftest.py sets its hook before anything of hardy is imported

    doctest_namespace.update(np=np, hardy=hardy)
