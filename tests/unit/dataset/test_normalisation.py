from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset import Preprocessing
from hardy.dataset.normalisation import Arrays, normalise
from hardy.dataset.statistics import with_statistics
from hardy.errors import InputError
from tests.builders import dataset, pixels


def measured(kind: str) -> Preprocessing:
    images = pixels(20, 17, 11, 1)
    data = dataset([0, 1] * 10, images, split=["train"] * 20)
    return with_statistics(data, Preprocessing(1, (17, 11), normalise=kind))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["position", "zca"])
def test_arrays_travel_in_a_file_of_their_own(kind: str, tmp_path: Path) -> None:
    recipe = measured(kind)
    assert recipe.arrays is not None
    recipe.arrays.save(tmp_path / "a.safetensors")
    arrays = Arrays.load(tmp_path / "a.safetensors")
    assert Preprocessing.from_dict(recipe.to_dict(), arrays) == recipe
    assert hash(arrays) == hash(recipe.arrays)
    with pytest.raises(InputError, match="missing or are not its own"):
        Preprocessing.from_dict(recipe.to_dict())
    other = Arrays({name: array * 2 for name, array in arrays.named.items()})
    with pytest.raises(InputError, match="missing or are not its own"):
        Preprocessing.from_dict(recipe.to_dict(), other)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x08\0\0\0\0\0\0\0{}      x")
    with pytest.raises(InputError, match="a is damaged"):
        Arrays.load(tmp_path / "a")
    with pytest.raises(InputError, match="cannot read .*b"):
        Arrays.load(tmp_path / "b")


@pytest.mark.parametrize(
    "change",
    [
        {"mean": np.zeros((17, 11, 1), np.float32)},
        {"mean": np.zeros((11, 17, 1), np.float32), "std": np.ones((11, 17, 1), np.float32)},
        {"mean": np.zeros((17, 11, 1)), "std": np.ones((17, 11, 1))},
        {"mean": np.zeros((17, 11, 1), np.float32), "std": np.zeros((17, 11, 1), np.float32)},
        {"mean": np.full((17, 11, 1), np.nan, np.float32), "std": np.ones((17, 11, 1), np.float32)},
    ],
)
def test_arrays_of_another_shape_or_kind_are_refused(change: dict[str, np.ndarray]) -> None:
    with pytest.raises(InputError):
        Preprocessing(1, (17, 11), normalise="position", arrays=Arrays(change))


def test_nothing_is_read_where_nothing_is_measured() -> None:
    data = dataset([0, 1], pixels(2, 17, 11, 1), split=["train"] * 2).select(np.zeros(2, bool))
    for kind in ("sample", "0..1", "-1..1"):
        assert with_statistics(data, Preprocessing(1, (17, 11), normalise=kind)).is_measured  # type: ignore[arg-type]


def test_statistics_are_asked_for() -> None:
    for kind in ("channel", "position", "zca"):
        recipe = Preprocessing(1, (17, 11), normalise=kind)  # type: ignore[arg-type]
        assert not recipe.is_measured
        with pytest.raises(InputError, match=f"normalise {kind} needs its statistics"):
            recipe.values(pixels(1, 17, 11, 1))
    with pytest.raises(InputError, match="needs its statistics"):
        normalise(np.zeros((1, 2, 2, 1)), "zca", None)


def test_zca_of_large_pictures_is_refused_before_anything_is_read() -> None:
    data = dataset([0, 1], pixels(2, 17, 11, 1), split=["train"] * 2)
    with pytest.raises(InputError, match=r"at most 4,096 values; 40×40×3 are 4,800"):
        with_statistics(data, Preprocessing(3, (40, 40), normalise="zca"))


def test_the_same_pixels_whatever_the_normalisation() -> None:
    recipe = measured("position")
    assert recipe.same_pixels(measured("zca"))
    assert recipe.unmeasured() == replace(recipe, arrays=None)
