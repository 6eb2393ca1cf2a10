import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from hardy.augmentation import Compose, HorizontalFlip, Invert, MixUp, Translate
from hardy.errors import InputError, OutputError, ShapeError
from hardy.rng import draw, id_words

IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(7)]
REFUSED = (InputError, TypeCheckError)  # under the type checker a wrong type is refused before the call
TEXT = "[Translate: {fraction: 0.2}, Invert: {p: 0.1}]"


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (17, 11, 3), np.uint8)


def test_numbers_are_those_of_rng_draw() -> None:
    compose = Compose([Translate(pixels=8, p=0.5), Invert(key="mine"), Invert()], seed=5)
    assert compose.keys == ("Translate#0", "mine", "Invert#0")
    copies = np.arange(7)
    plan = compose.plan(IDS, 3, (17, 11), copies)
    for step in plan.steps:
        uniform = draw(5, 3, id_words(IDS), copies, step.key, 1 + step.transform.draws)
        assert np.array_equal(step.applied, uniform[:, 0] < step.transform.p)
        expected = step.transform.parameters(uniform[:, 1:], plan.sizes_hw)
        assert all(np.array_equal(expected[name], values) for name, values in step.parameters.items())


def test_ids_and_words_are_the_same() -> None:
    compose = Compose([Translate(pixels=3)])
    assert compose.plan(IDS, 0, (17, 11)) == compose.plan(id_words(IDS), 0, (17, 11))
    assert compose.plan(IDS, 0, (17, 11)).ids == IDS


def test_nobody_and_nothing() -> None:
    assert len(Compose([Translate(pixels=3)]).plan([], 0, (17, 11))) == 0
    assert len(Compose([]).plan(IDS, 0, (17, 11))) == 7
    assert np.array_equal(Compose([])(image=picture())["image"], picture())


def test_one_picture() -> None:
    compose = Compose([Translate(pixels=8), HorizontalFlip()], seed=1)
    image = picture()
    found = compose(image=image, id=IDS[1], epoch=2)["image"]
    assert np.array_equal(found, compose(image=image, id=IDS[1], epoch=2)["image"])
    assert not np.array_equal(found, compose(image=image, id=IDS[1], epoch=3)["image"])
    assert not np.array_equal(found, compose(image=image, id=IDS[1], epoch=2, copy=1)["image"])
    assert np.array_equal(image, picture())


def test_without_an_id_every_call_draws_anew() -> None:
    calls = [Compose([Translate(pixels=8)], seed=1) for _ in range(2)]
    first, second = ([compose(image=picture())["image"] for _ in range(3)] for compose in calls)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0], first[1])


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32])
def test_a_mask_moves_along_and_keeps_its_values(dtype: type) -> None:
    image = picture()
    mask = (image[..., 0] > 127).astype(dtype)
    compose = Compose([Translate(pixels=8, fill=255), HorizontalFlip(), Invert(p=1)])
    for name in IDS:
        found = compose(image=image, mask=mask, id=name)
        # Inverted, the threshold picks what was below it; outside the fill 255 became 0, and the mask is 0 as well.
        inside = compose(image=np.ones_like(image), id=name)["image"][..., 0] == 254
        expected = np.where(inside, found["image"][..., 0] < 128, False)
        assert found["mask"].dtype == mask.dtype and np.array_equal(found["mask"], expected.astype(dtype))


def test_the_mask_is_never_the_callers() -> None:
    mask = np.zeros((17, 11), np.uint8)
    assert not np.shares_memory(Compose([])(image=picture(), mask=mask)["mask"], mask)


def test_what_is_not_supported_is_said() -> None:
    with pytest.raises(InputError, match=r"bboxes= is not known"):
        Compose([])(image=picture(), bboxes=[])
    with pytest.raises(ShapeError, match="height, width, channels"):
        Compose([])(image=picture()[..., 0])
    with pytest.raises(ShapeError, match="mask"):
        Compose([])(image=picture(), mask=np.zeros((11, 17)))


def test_text_and_files(tmp_path: Path) -> None:
    compose = Compose.load(TEXT, seed=4)
    assert compose == Compose([Translate(fraction=0.2), Invert(p=0.1)], seed=4)
    assert Compose.load(compose.to_yaml(), seed=4) == compose
    path = tmp_path / "alter.yaml"
    path.write_text(compose.to_yaml())
    assert Compose.load(path, seed=4) == Compose.load(str(path), seed=4) == compose
    assert Compose.from_config(compose.to_config(), 4) == compose


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[Translate: {fraction: 0.2", "not YAML"),
        ("{Invert: {}}", "expected a list"),
        ("", "expected a list"),
        ("[Invert: {p: 3}]", "between 0 and 1"),
        ("[Inverse]", "known: .*HorizontalFlip, .*Translate"),
        ("!!python/object/apply:os.getcwd []", "not YAML"),
        ("missing/alter.yaml", r"missing/alter.yaml is missing"),
    ],
)
def test_wrong_text_is_answered(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Compose.load(text)


def test_it_is_a_value() -> None:
    compose = Compose([Translate(pixels=1), Invert()], seed=2)
    assert len(compose) == 2 and list(compose) == list(compose.transforms)
    assert compose != Compose(compose.transforms, seed=3)
    assert pickle.loads(pickle.dumps(compose)) == copy.deepcopy(compose) == compose
    assert eval(repr(compose)) == compose


def test_wrong_calls_are_answered() -> None:
    with pytest.raises(InputError, match="the key 'a'"):
        Compose([Invert(key="a"), HorizontalFlip(key="a")])
    with pytest.raises(REFUSED):
        Compose([Invert])
    for ids in (["12"], ["zz" * 16], [" " * 32]):
        with pytest.raises(InputError, match="32 hexadecimal digits"):
            Compose([]).plan(ids, 0, (17, 11))
    for sizes in (None, (17,), (0, 11), (1.5, 2.0), np.ones((3, 2), int)):
        with pytest.raises(InputError, match="sizes_hw"):
            Compose([]).plan(IDS, 0, sizes)
    for copies in ([1], [-1] * 7, [0.5] * 7):
        with pytest.raises(InputError, match="copies"):
            Compose([]).plan(IDS, 0, (17, 11), copies)


def test_a_policy_may_end_with_a_mixing(tmp_path: Path) -> None:
    compose = Compose([Invert(p=0.1), MixUp(alpha=0.2)], seed=3)
    assert compose.mixing == MixUp(alpha=0.2) and compose.transforms == (Invert(p=0.1),)
    assert len(compose) == 2 and list(compose) == [Invert(p=0.1), MixUp(alpha=0.2)]
    assert compose == pickle.loads(pickle.dumps(compose)) != Compose([Invert(p=0.1)], seed=3)
    assert eval(repr(compose)) == compose
    for name in ("a.yaml", "a.json", "a.YML"):
        compose.save(tmp_path / name)
        compose.save(tmp_path / name)
        assert Compose.load(tmp_path / name, seed=3) == compose
    assert len(compose.plan(IDS, 0, (17, 11)).steps) == 1


def test_a_mixing_where_there_is_no_batch_is_refused() -> None:
    with pytest.raises(InputError, match="MixUp mixes two pictures of a batch, and one has none"):
        Compose([MixUp()])(image=picture())
    with pytest.raises(InputError, match="MixUp mixes finished pictures; it comes last, and Invert stands after it"):
        Compose([MixUp(), Invert()])
    with pytest.raises(InputError, match="MixUp mixes finished pictures; it comes last, and CutMix stands after it"):
        Compose.load("[MixUp, CutMix]")
    with pytest.raises(InputError, match="OneOf: MixUp mixes finished pictures; it stands at the end of a policy"):
        Compose.load("[OneOf: {transforms: [MixUp]}]")
    with pytest.raises(InputError, match="the key 'MixUp'"):
        Compose([Invert(key="MixUp"), MixUp()])
    with pytest.raises(InputError, match="did you mean 'MixUp'"):
        Compose.load("[Mixup]")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("- HorizontalFlip\n- HorizontalFlop\n", 2, "did you mean 'HorizontalFlip'"),
        ("- Invert\n- OneOf:\n    transforms:\n      - Invert\n      - Rotate: {limi: 3}\n", 5, "did you mean 'limit'"),
        ("# my policy\n\n- Invert: {p: 3}\n", 3, "between 0 and 1"),
        ('[\n  {"Invert": {}},\n  {"Wobble": {}}\n]', 3, "no transform is called 'Wobble'"),
    ],
)
def test_the_line_is_named(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=f"policy.yaml, line {line}: .*{message}"):
        Compose.load(path)


def test_files_of_policies(tmp_path: Path) -> None:
    (tmp_path / "tabs.json").write_text('[\n\t{"Invert": {"p": 1}}\n]')
    assert Compose.load(tmp_path / "tabs.json") == Compose([Invert(p=1)])
    (tmp_path / "broken.yaml").write_text("- Invert: {p: 1}\n- Invert: {p: 1\n")
    with pytest.raises(InputError, match=r"broken.yaml is not YAML: line 3, column 1: "):
        Compose.load(tmp_path / "broken.yaml")
    with pytest.raises(InputError, match="expected a name with one of these endings"):
        Compose([]).save(tmp_path / "policy.txt")
    (tmp_path / "taken.yaml").write_text("mine")
    with pytest.raises(OutputError, match="taken-2.yaml is free"):
        Compose([]).save(tmp_path / "taken.yaml")
    with pytest.raises(InputError, match="is a function and cannot be saved"):
        Compose([lambda image, generator: image]).save(tmp_path / "own.yaml")
