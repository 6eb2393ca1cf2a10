import json

import pytest

from tests.golden.rewrite import GOLDEN, compute

KEPT = json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(KEPT))
def test_what_every_store_and_run_rests_on_is_unchanged(name: str) -> None:
    assert compute()[name] == KEPT[name], "if this is meant: python tests/golden/rewrite.py, and say so in CHANGELOG.md"


def test_nothing_is_left_out() -> None:
    assert set(compute()) == set(KEPT)
