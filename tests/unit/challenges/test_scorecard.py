from pathlib import Path

import numpy as np
import pytest

from hardy.challenges import Score, Scorecard
from hardy.errors import InputError
from hardy.findings import Proportion
from tests.builders import pixels


def score(name: str, right: int) -> Score:
    notes, rights = ("7 → 1", "é → b"), (False, True)
    return Score(
        name,
        f"{name}, with figures",
        Proportion(right, 50),
        right / 60,
        pixels(2, 17, 11, 1, seed=right),
        notes,
        rights,
    )


CARD = Scorecard("conv-16", (score("test", 49), score("inverted", 3), score("shifted", 30)))


def test_it_comes_back(tmp_path: Path) -> None:
    CARD.save(tmp_path)
    back = Scorecard.load(tmp_path)
    assert back.to_dict() == CARD.to_dict()
    for name in ("test", "inverted", "shifted"):
        assert np.array_equal(back[name].examples, CARD[name].examples)
        assert back[name].accuracy == CARD[name].accuracy


def test_the_weakest_set() -> None:
    assert CARD.weakest.name == "inverted"
    with pytest.raises(KeyError, match="blurred"):
        CARD["blurred"]


@pytest.mark.parametrize("name", ["scorecard.json", "scorecard.npz"])
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "text", "npy", "flipped"])
def test_damage_is_named(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "my run"
    CARD.save(folder)
    whole = (folder / name).read_bytes()
    (folder / name).unlink()
    flipped = bytearray(whole)
    for place in range(60, min(len(whole), 400)):
        flipped[place] ^= 0xFF
    damaged = {"empty": b"", "cut": whole[: len(whole) // 2], "text": b"hello", "flipped": bytes(flipped)}
    if damage == "npy":
        with (folder / name).open("wb") as file:
            np.save(file, np.zeros(3))
    elif damage != "gone":
        (folder / name).write_bytes(damaged[damage])
    with pytest.raises(InputError, match="my run"):
        Scorecard.load(folder)


@pytest.mark.parametrize("text", ["[]", "{}", '{"model": "x", "scores": [{}]}', '{"model": "x", "scores": 3}', "null"])
def test_json_of_something_else_is_named(tmp_path: Path, text: str) -> None:
    CARD.save(tmp_path)
    (tmp_path / "scorecard.json").write_text(text)
    with pytest.raises(InputError, match=r"scorecard in .* is damaged"):
        Scorecard.load(tmp_path)
