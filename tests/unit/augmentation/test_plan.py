import json
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.augmentation import Compose, HorizontalFlip, Invert, Plan, Translate, apply
from hardy.augmentation.transform import Transform
from hardy.errors import InputError, OutputError
from tests.unit.augmentation.test_transform_checks import EXAMPLES

IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(12)]


def plan(count: int = 12) -> Plan:
    compose = Compose([Translate(fraction=0.2, border_mode="wrap"), HorizontalFlip(), Invert(key="k")], seed=7)
    return compose.plan(IDS[:count], 2, (17, 11), range(count))


@pytest.mark.parametrize("ending", [".json", ".npz"])
@pytest.mark.parametrize("count", [0, 1, 12])
def test_saved_and_loaded(tmp_path: Path, ending: str, count: int) -> None:
    path = tmp_path / f"plan{ending}"
    plan(count).save(path)
    assert Plan.load(path) == plan(count)
    plan(count).save(path)
    with pytest.raises(OutputError, match="plan-2"):
        Compose([]).plan(IDS, 0, (3, 3)).save(path)
    assert Plan.load(path) == plan(count)


@pytest.mark.parametrize("transform", [pytest.param(t, id=repr(t)) for some in EXAMPLES.values() for t in some])
def test_a_loaded_plan_makes_the_same_pixels(tmp_path: Path, transform: Transform) -> None:
    plan = Compose([transform], seed=5).plan(IDS, 1, (17, 11))
    images = np.random.default_rng(0).integers(0, 256, (len(IDS), 17, 11, 3), np.uint8)
    expected = apply(plan, images)
    for ending in (".json", ".npz"):
        plan.save(tmp_path / f"plan{ending}")
        again = Plan.load(tmp_path / f"plan{ending}")
        assert again == plan and str(again) == str(plan)
        assert all(np.array_equal(ours, theirs) for ours, theirs in zip(apply(again, images), expected, strict=True))


def test_rows() -> None:
    whole = plan()
    assert len(whole[3:7]) == 4 and whole[3:7].ids == IDS[3:7]
    assert whole[3:7] == whole.take([3, 4, 5, 6]) != whole
    with pytest.raises((InputError, TypeCheckError)):  # under the type checker it is refused before the call
        whole[3]


def test_it_reads_as_a_table() -> None:
    text = str(plan())
    assert text.splitlines()[0] == "Plan of 12 samples, seed 7, epoch 2"
    assert "Translate#0" in text and "shift_x" in text and text.endswith("… 4 more")


@pytest.mark.parametrize("ending", [".json", ".npz"])
@pytest.mark.parametrize("content", [b"", b"{}", b"PK\x03\x04garbage", b"\x93NUMPY", b"[" * 100_000, b"\xff\xfe"])
def test_garbage_is_named(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"plan{ending}"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"plan{ending}"):
        Plan.load(path)


def test_every_cut_of_a_file_is_refused(tmp_path: Path) -> None:
    for ending in (".json", ".npz"):
        path = tmp_path / f"plan{ending}"
        plan().save(path)
        whole = path.read_bytes()
        for length in range(0, len(whole) - 2, 97):
            path.write_bytes(whole[:length])
            with pytest.raises(InputError, match="plan"):
                Plan.load(path)


def broken(record: dict, where: str, value: object) -> dict:
    part, name = where.split("/")
    return {**record, part: {**record[part], name: value}}


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("meta/format", "hardy-plan-9"),
        ("meta/steps", [{"transform": {"Explode": {}}, "key": "a"}]),
        ("meta/seed", "seven"),
        ("arrays/copies", [1.5] * 12),
        ("arrays/copies", [0]),
        ("arrays/words", ["zz"]),
        ("arrays/0.applied", ["yes"] * 12),
        ("arrays/0.shift_x", [[0]] * 12),
    ],
)
def test_wrong_content_is_named(tmp_path: Path, where: str, value: object) -> None:
    path = tmp_path / "plan.json"
    plan().save(path)
    path.write_text(json.dumps(broken(json.loads(path.read_text()), where, value)))
    with pytest.raises(InputError, match=r"plan\.json is not a plan"):
        Plan.load(path)


def test_no_code_is_run(tmp_path: Path) -> None:
    path = tmp_path / "plan.npz"
    with path.open("wb") as file:
        np.savez(file, meta=np.array([{}], object), words=np.zeros((0, 2), np.uint64))
    with pytest.raises(InputError, match=r"plan\.npz"):
        Plan.load(path)


def test_other_names_are_refused(tmp_path: Path) -> None:
    for call in (plan().save, Plan.load):
        with pytest.raises(InputError, match=r"\.json or \.npz"):
            call(tmp_path / "plan.txt")
    with pytest.raises(InputError, match="is missing"):
        Plan.load(tmp_path / "plan.json")
