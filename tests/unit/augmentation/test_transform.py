import pytest

from hardy.augmentation import TRANSFORMS, HorizontalFlip, Invert, Translate
from hardy.augmentation.registry import from_config
from hardy.augmentation.transform import Transform
from hardy.errors import InputError


def test_names_are_the_classes() -> None:
    assert all(name == kind.__name__ for name, kind in TRANSFORMS.items())


@pytest.mark.parametrize("kind", [HorizontalFlip, Invert])
@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), "0.5", None, True])
def test_probabilities_are_checked(kind: type[Transform], p: object) -> None:
    with pytest.raises(InputError, match=r"p=….*got"):
        kind(p=p)


@pytest.mark.parametrize("key", ["", 3])
def test_keys_are_checked(key: object) -> None:
    with pytest.raises(InputError, match="key"):
        Invert(key=key)


@pytest.mark.parametrize(
    "transform",
    [
        HorizontalFlip(),
        Invert(p=0.25, key="mine"),
        Translate(fraction={"x": 0.1, "y": (0, 0.2)}, border_mode="mirror"),
        Translate(pixels=(-1, 3), fill=(1, 2, 3)),
    ],
)
def test_plain_data_comes_back(transform: Transform) -> None:
    assert from_config(transform.to_config(), TRANSFORMS) == transform


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"Flip": {}}, "no transform is called 'Flip'.*known: .*HorizontalFlip, .*Translate"),
        ({"HorizontalFlp": {}}, "did you mean 'HorizontalFlip'"),
        ({"Invert": {"prob": 1}}, "no argument 'prob'.*known: p, key"),
        ({"Invert": 0.5}, "arguments by name"),
        ({"Invert": {}, "Translate": {}}, "one name"),
        (3, "one name"),
    ],
)
def test_wrong_plain_data_is_answered(config: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_config(config, TRANSFORMS)
