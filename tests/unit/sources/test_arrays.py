import numpy as np
import PIL.Image
import pytest

from hardy.dataset.identity import sample_id
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.probe import probe
from hardy.dataset.statistics import with_statistics
from hardy.errors import DecodeError, LayoutError
from hardy.sources.arrays import from_arrays, open_arrays
from hardy.sources.options import OpenOptions
from tests.builders import encoded, pixels

X, Y = pixels(6, 17, 11, 3), np.array([0, 2, 1, 0, 2, 1])


@pytest.mark.parametrize("labels", [Y, Y.tolist(), Y[:, None], np.eye(3)[Y], np.eye(3, dtype=bool)[Y], tuple(Y)])
def test_arrays_with_labels_in_any_form(labels) -> None:
    data = from_arrays(X, labels, split="train")
    assert (data.classes, data.labels.tolist()) == (("0", "1", "2"), Y.tolist())
    assert data.split_sizes() == {"train": 6}
    assert np.array_equal(np.stack(list(data.images())), X)
    assert data.ids[3] == sample_id("array", 3)


def test_names_for_numbers_and_words() -> None:
    assert from_arrays(X, Y, classes=["a", "b", "c"]).counts() == {"a": 2, "b": 2, "c": 2}
    words = np.array(["dog", "cat"] * 3)
    assert from_arrays(X, words).classes == ("cat", "dog")
    assert from_arrays(X, words, classes=["dog", "cat"]).labels.tolist() == [0, 1] * 3
    with pytest.raises(LayoutError, match="label 'cat', which is not among"):
        from_arrays(X, words, classes=["dog"])


def test_one_hot_width_says_how_many_classes_there_are() -> None:
    assert len(from_arrays(X, np.eye(10)[Y]).classes) == 10


def test_a_side_for_each_row() -> None:
    sides = ["train", "validation", None, "test", "train", "train"]
    assert from_arrays(X, Y, split=sides).column("split") == ["train", "val", None, "test", "train", "train"]
    with pytest.raises(LayoutError, match="'half' is no side"):
        from_arrays(X, Y, split="half")


def test_keras_pairs_dicts_and_names() -> None:
    forms = [
        ((X[:4], Y[:4]), (X[4:], Y[4:])),
        {"train": (X[:4], Y[:4]), "test": (X[4:], Y[4:])},
        {"x_train": X[:4], "y_train": Y[:4], "x_test": X[4:], "y_test": Y[4:]},
    ]
    for form in forms:
        data = open_arrays(form)
        assert data.split_sizes() == {"train": 4, "test": 2}
        assert data.labels.tolist() == Y.tolist()
        assert np.array_equal(data.split("test").image(1), X[5])
    assert open_arrays(forms[0]).ids[4] == sample_id("array/test", 0)
    three = open_arrays(((X[:3], Y[:3]), (X[3:4], Y[3:4]), (X[4:], Y[4:])))
    assert three.split_sizes() == {"train": 3, "val": 1, "test": 2}


def test_sides_of_two_depths_are_not_mixed_up() -> None:
    data = open_arrays({"train": (X, Y), "test": (X.astype(np.uint16) * 257, Y)})
    assert data.image(0).dtype == np.uint8 and data.image(6).dtype == np.uint16


def test_a_pair_an_array_and_lists() -> None:
    assert open_arrays((X, Y)).labels.tolist() == Y.tolist()
    assert open_arrays(([*X], Y.tolist())).labels.tolist() == Y.tolist()
    assert not open_arrays(X).is_labelled
    assert not open_arrays([*X]).is_labelled


def test_a_list_of_images_and_labels_of_any_kind_and_size() -> None:
    odd = pixels(5, 3, seed=1)
    grey = PIL.Image.fromarray(odd).convert("P")
    rows = [(X[0], "cat"), (odd, "dog"), (PIL.Image.fromarray(X[1]), None), (encoded(X[2]), "cat"), (grey, "dog")]
    data = open_arrays(rows)
    assert (data.classes, data.labels.tolist()) == (("cat", "dog"), [0, 1, -1, 0, 1])
    assert [image.shape for image in data.images()] == [(17, 11, 3), (5, 3, 1), (17, 11, 3), (17, 11, 3), (5, 3, 3)]
    assert np.array_equal(data.image(3), X[2])
    assert len(probe(data)) == 5


def test_one_hot_vectors_beside_each_image() -> None:
    assert open_arrays([(image, row) for image, row in zip(X, np.eye(3)[Y], strict=True)]).labels.tolist() == Y.tolist()


def test_one_bad_picture_in_a_list_loses_only_itself() -> None:
    """In gapcv one failed resize drops a class."""
    rows = [(encoded(X[0]), "cat"), (encoded(X[1])[:60], "cat"), (encoded(X[2]), "dog")]
    found = probe(open_arrays(rows))
    assert found.counts() == {"cat": 1, "dog": 1}
    assert [entry.uri for entry in found.refused] == ["array#1"]


def test_channels_first_when_said_so() -> None:
    first = X.transpose(0, 3, 1, 2)
    assert np.array_equal(np.stack(list(from_arrays(first, Y, channels_first=True).images())), X)
    assert np.array_equal(open_arrays([*first], OpenOptions(channels_first=True)).image(2), X[2])
    with pytest.raises(LayoutError, match=r"\(N, C, H, W\): say channels first"):
        from_arrays(first, Y)


def test_height_and_width_are_not_swapped() -> None:
    """gapcv swaps them."""
    assert from_arrays(X).image(0).shape == (17, 11, 3)
    assert probe(from_arrays(X)).column("height")[0] == 17
    assert open_arrays([PIL.Image.fromarray(X[0])]).image(0).shape == (17, 11, 3)


def test_16_bits_stay_and_floats_from_0_to_1_become_8() -> None:
    """Keras saturates 16 bits; gapcv turns floats into 0 and 1."""
    deep = pixels(6, 17, 11, 1, dtype="uint16")
    assert np.array_equal(np.stack(list(from_arrays(deep).images())), deep)
    for dtype in (np.float16, np.float32, np.float64):
        assert np.array_equal(np.stack(list(from_arrays((X / 255).astype(dtype)).images())), X)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (X.astype(np.float32), r"floats from 0.0 to 255.0; expected 0 to 1; divide by 255"),
        (X / 127.5 - 1, "floats from -1.0 to"),
        (np.full(X.shape, np.nan), "floats from nan"),
        (X.astype(np.int64), "int64; expected uint8"),
        (X.astype(np.int8), "int8; expected uint8"),
        (np.zeros((6, 17, 11, 5), np.uint8), r"expected \(N, H, W\) or \(N, H, W, 1 to 4\)"),
        (np.zeros((6, 17), np.uint8), "has shape"),
        (np.zeros((0, 17, 11), np.uint8), "has shape"),
        ([], "empty list"),
        ([X[0], "cat.jpg"], "array#1 is a str"),
        ([X[0], X], "array#1 has shape"),
        (np.full((2, 3, 3), None), "object"),
    ],
)
def test_what_is_no_images(images, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        from_arrays(images)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (Y[:5], "6 images and 5 labels"),
        (Y - 1, "negative label -1"),
        (Y + 0.5, "float64"),
        (np.ones((6, 3)), "not one-hot"),
        (["a", 1, "b", 2, "c", 3], "mixes numbers and words"),
        ([[1, 2], [1], [2], [1], [1], [1]], "no column of labels"),
        (object(), "expected .N,. integers or strings"),
        (Y + 10**12, "class numbers count from 0"),
    ],
)
def test_what_is_no_labels(labels, message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        from_arrays(X, labels)


@pytest.mark.parametrize("value", [3, None, {"train": 3}, {"a": X}, {}, (1, 2), [], "x" * 3, {"images": X}])
def test_what_cannot_be_opened(value) -> None:
    with pytest.raises(LayoutError):
        open_arrays(value)


def test_somebody_elses_arrays() -> None:
    torch = pytest.importorskip("torch")
    data = open_arrays((torch.from_numpy(X), torch.from_numpy(Y)))
    assert data.labels.tolist() == Y.tolist()
    assert np.array_equal(data.image(0), X[0])


def test_every_class_is_standardised_by_the_same_mean() -> None:
    """gapcv standardises each class with its own mean, by which the label leaks."""
    dark, bright = np.full((4, 5, 3, 1), 10, np.uint8), np.full((4, 5, 3, 1), 200, np.uint8)
    data = from_arrays(np.concatenate([dark, bright]), [0] * 4 + [1] * 4, split="train")
    preprocessing = with_statistics(data, Preprocessing(1, (5, 3)))
    assert preprocessing.mean == pytest.approx((105 / 255,))


def test_a_row_that_cannot_be_read_is_named() -> None:
    with pytest.raises(DecodeError, match="array#1"):
        open_arrays([X[0], b"nonsense"]).image(1)
