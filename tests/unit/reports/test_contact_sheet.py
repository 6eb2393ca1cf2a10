"""The sheet of pictures and their altered copies."""

import io

import numpy as np
import PIL.Image
import pytest

from hardy.augmentation.offline import Setting, examples
from hardy.augmentation.offline.sample import Altered, Example
from hardy.errors import InputError
from hardy.reports.contact_sheet import BOX, _Fonts, _Line, contact_sheet
from tests.builders import dataset, pixels


def sheet(*rows: Example) -> np.ndarray:
    return np.asarray(PIL.Image.open(io.BytesIO(contact_sheet(rows))))


def example(image: np.ndarray, *copies: Altered, name: str = "a.png") -> Example:
    return Example(name, "cats", image, copies)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 13])
@pytest.mark.parametrize(("size", "shown"), [((28, 28), (196, 196)), ((375, 500), (156, 208)), ((1, 1), (208, 208))])
def test_pictures_stand_side_by_side(channels: int, size: tuple[int, int], shown: tuple[int, int]) -> None:
    image = np.full((*size, channels), 255, np.uint8)
    image[..., : max(1, channels - 1)] = 120
    found = sheet(example(image, Altered(image // 2, (("Rotate", {"angle_deg": 1.0}),))))
    assert found.shape[1] == 16 + 2 * (BOX + 16)
    assert (found[16 : 16 + shown[0], 16 : 16 + shown[1]] == found[16, 16]).all()
    assert (found[16, 16] < 255).any() and (found[16, 16 + BOX + 16] != found[16, 16]).any()
    below = found[16 + shown[0] + 4 :, :]
    assert (below < 90).any()  # the captions


def test_small_pictures_are_enlarged_by_whole_factors() -> None:
    image = pixels(17, 11, 3)
    found = sheet(example(image))
    assert np.array_equal(found[16 : 16 + 12 * 17, 16 : 16 + 12 * 11], image.repeat(12, 0).repeat(12, 1))


def test_a_smaller_copy_is_shown_smaller_and_says_its_size() -> None:
    image = np.zeros((20, 20, 1), np.uint8)
    found = sheet(example(image, Altered(image[:10, :10], ())))
    assert (found[16:116, 16 + BOX + 16 : 116 + BOX + 16] == 0).all()
    assert (found[16:216, 118 + BOX + 16 : 200 + BOX + 16] == 255).all()


def test_long_captions_are_wrapped_and_numbers_stay_with_their_names() -> None:
    fonts = _Fonts()
    text = ", ".join(f"argument{number}\u00a0{number}.25" for number in range(12))
    lines = fonts.wrapped(_Line(text))
    assert len(lines) > 3 and all(fonts.plain.getlength(line.text) <= BOX for line in lines)
    assert " ".join(line.text for line in lines) == text
    (cut, *_) = fonts.wrapped(_Line("x" * 200))
    assert fonts.plain.getlength(cut.text) <= BOX
    short = fonts.shortened("a-very-long-name-of-a-picture-that-nobody-wants-to-read.jpeg")
    assert fonts.bold.getlength(short) <= BOX and short.startswith("a-very") and short.endswith(".jpeg")


def test_examples_are_what_an_enlarged_dataset_holds() -> None:
    data = dataset([0, 0, 1, 1, 1, 2], pixels(6, 17, 11, 1), split=["test", "train", "train", "val", "train", "test"])
    setting = Setting(({"Rotate": {"limit": 30, "p": 1}}, {"OneOf": {"transforms": [{"Invert": None}]}}), times=3)
    found = examples(data, setting, 9)
    assert [one.label for one in found] == ["a", "b", "b"]  # training rows, each class in turn
    compose = setting.compose
    for one, row in zip(found, (1, 2, 4), strict=True):
        assert np.array_equal(one.image, data.image(row))
        for number, copy in enumerate(one.copies, 1):
            assert np.array_equal(copy.image, compose(image=one.image, id=data.ids[row], copy=number)["image"])
            assert copy.steps[0][0] == "Rotate" and [*copy.steps[0][1]] == ["angle_deg"]
    assert len(examples(data, setting, 2)) == 2
    with pytest.raises(InputError, match="pictures must be at least 1"):
        examples(data, setting, 0)
    with pytest.raises(InputError, match="has no training rows to show"):
        examples(data.select(np.array([0, 3])), setting, 1)
