import threading
from pathlib import Path

import h5py
import numpy as np
import pytest

from hardy.dataset.identity import sample_id
from hardy.dataset.probe import probe
from hardy.errors import DecodeError, LayoutError, MissingExtraError
from hardy.sources import hdf5, hdf5_objects, open_source
from hardy.sources.options import OpenOptions
from tests.builders import encoded, pixels
from tests.layouts import hdf5_arrays, hdf5_groups

X, Y = pixels(6, 17, 11, 3), np.array([0, 2, 1, 0, 2, 1])


def test_a_group_per_class_with_groups_in_groups(tmp_path: Path) -> None:
    path = hdf5_groups(tmp_path / "pets.h5", {"cats/persian": X[:2], "cats/siamese": X[2:3], "dogs": [*X[3:]]})
    data = open_source(path)
    assert data.counts() == {"cats/persian": 2, "cats/siamese": 1, "dogs": 3}
    assert data.column("split") == [None] * 6
    assert np.array_equal(np.stack(list(data.images())), X)
    assert data.column("uri")[1] == "pets.h5/cats/persian/photos#1"
    assert data.ids[1] == sample_id("pets.h5/cats/persian/photos", 1)
    assert data.ids[4] == sample_id("pets.h5/dogs/0001")


@pytest.mark.parametrize("attribute", ["label", "name", None])
def test_the_label_is_an_attribute_or_the_groups_name(tmp_path: Path, attribute: str | None) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        group = file.create_group("group-1")
        group.create_dataset("x", data=X)
        if attribute:
            group.attrs[attribute] = "cats"
    assert open_source(tmp_path / "a.h5").classes == ("cats" if attribute else "group-1",)


def test_groups_named_as_sides_stand_above_the_classes(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    hdf5_groups(path, {"train/cats": X[:3], "validation/dogs": X[3:5], "test/cats": X[5:]})
    data = open_source(path)
    assert data.split_sizes() == {"train": 3, "val": 2, "test": 1}
    assert data.classes == ("cats", "dogs")


def test_sizes_may_differ_and_files_may_lie_inside(tmp_path: Path) -> None:
    images = [pixels(17, 11), pixels(5, 3, 3), pixels(7, 2, 4), pixels(4, 5, dtype="uint16")]
    jpeg = np.frombuffer(encoded(X[0], "JPEG"), np.uint8)
    data = open_source(hdf5_groups(tmp_path / "a.h5", {"cats": [*images, jpeg]}))
    assert [image.shape for image in data.images()] == [(17, 11, 1), (5, 3, 3), (7, 2, 4), (4, 5, 1), (17, 11, 3)]
    assert np.array_equal(data.image(3)[..., 0], images[3])
    assert len(probe(data)) == 5


@pytest.mark.parametrize("pair", [("images", "labels"), ("x", "y")])
@pytest.mark.parametrize("labels", [Y, Y[:, None], np.eye(3)[Y], np.array(["a", "c", "b", "a", "c", "b"])])
def test_a_pair_of_arrays(tmp_path: Path, pair: tuple[str, str], labels: np.ndarray) -> None:
    data = open_source(hdf5_arrays(tmp_path / "a.h5", **{pair[0]: X, pair[1]: labels}))
    assert data.labels.tolist() == Y.tolist()
    assert data.classes == (("a", "b", "c") if labels.dtype.kind == "U" else ("0", "1", "2"))
    assert np.array_equal(data.image(5), X[5])


def test_pairs_for_the_sides_at_the_root_or_in_groups(tmp_path: Path) -> None:
    names = {"x_train": X[:4], "y_train": Y[:4], "x_test": X[4:], "y_test": Y[4:]}
    flat = open_source(hdf5_arrays(tmp_path / "a.h5", **names))
    grouped = open_source(
        hdf5_arrays(
            tmp_path / "b.h5",
            **{"train/images": X[:4], "train/labels": Y[:4], "test/images": X[4:], "test/labels": Y[4:]},
        )
    )
    for data in (flat, grouped):
        assert data.split_sizes() == {"train": 4, "test": 2}
        assert data.split("test").labels.tolist() == Y[4:].tolist()
    assert np.array_equal(grouped.split("test").image(1), X[5])


def test_class_names_as_an_attribute(tmp_path: Path) -> None:
    path = hdf5_arrays(tmp_path / "a.h5", images=X, labels=Y)
    with h5py.File(path, "r+") as file:
        file["labels"].attrs["label_names"] = ["cat", "dog", "owl"]
    assert open_source(path).counts() == {"cat": 2, "dog": 2, "owl": 2}


def test_channels_first(tmp_path: Path) -> None:
    path = hdf5_arrays(tmp_path / "a.h5", images=X.transpose(0, 3, 1, 2), labels=Y)
    with pytest.raises(LayoutError, match="channels first"):
        open_source(path)
    assert np.array_equal(hdf5.read(path, OpenOptions(channels_first=True)).image(4), X[4])


@pytest.mark.parametrize("options", [{}, {"chunks": (4, 17, 11, 3)}, {"chunks": (1, 5, 11, 3), "compression": "gzip"},
                                     {"compression": "lzf", "shuffle": True, "fletcher32": True}])  # fmt: skip
def test_rows_in_any_order_from_several_threads(tmp_path: Path, options: dict) -> None:
    many = pixels(50, 17, 11, 3)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("images", data=many, **options)
        file["labels"] = np.arange(50) % 3
    data = open_source(tmp_path / "a.h5")
    wrong: list[int] = []

    def read(seed: int) -> None:
        for row in np.random.default_rng(seed).permutation(50).tolist():
            if not np.array_equal(data.image(row), many[row]):
                wrong.append(row)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_bytes_above_127_stay_what_they_are(tmp_path: Path) -> None:
    """gapcv stored uint8 as int8: 220 came back as 127."""
    bright = np.full((2, 17, 11, 3), 220, np.uint8)
    data = open_source(hdf5_arrays(tmp_path / "a.h5", images=bright, labels=[0, 1]))
    assert set(np.unique(data.image(0)).tolist()) == {220}
    with pytest.raises(LayoutError, match="int8; expected uint8"):
        open_source(hdf5_arrays(tmp_path / "b.h5", images=bright.astype(np.int8), labels=[0, 1]))


def test_other_byte_orders_and_floats_are_converted_row_by_row(tmp_path: Path) -> None:
    deep = pixels(3, 17, 11, dtype="uint16")
    swapped = open_source(hdf5_arrays(tmp_path / "a.h5", images=deep.astype(">u2"), labels=[0, 1, 0]))
    assert np.array_equal(swapped.image(2)[..., 0], deep[2])
    floats = np.stack([X[0] / 255.0, X[1].astype(float)])
    data = open_source(hdf5_arrays(tmp_path / "b.h5", images=floats, labels=[0, 1]))
    assert np.array_equal(data.image(0), X[0])
    with pytest.raises(DecodeError, match=r"b\.h5/images#1: .*expected 0 to 1; divide by 255"):
        data.image(1)


def refuse(path: Path, message: str) -> None:
    with pytest.raises(LayoutError, match=message) as caught:
        open_source(path)
    assert path.name in str(caught.value)


def test_links_out_of_the_file_are_not_followed(tmp_path: Path) -> None:
    hdf5_groups(tmp_path / "secret.h5", {"cats": X})
    for name, link in {
        "external.h5": h5py.ExternalLink("secret.h5", "/cats"),
        "soft.h5": h5py.SoftLink("/nowhere/at/all"),
    }.items():
        with h5py.File(hdf5_groups(tmp_path / name, {"dogs": X}), "r+") as file:
            file["more"] = link
        refuse(tmp_path / name, "more is a link to")
    with h5py.File(hdf5_groups(tmp_path / "through.h5", {"dogs": X}), "r+") as file:
        file["dogs/door"] = h5py.ExternalLink("secret.h5", "/")
        file["a"] = h5py.SoftLink("/dogs/door/cats")
    refuse(tmp_path / "through.h5", "is a link to")


def test_values_that_lie_in_other_files_are_not_read(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "raw.h5", "w") as file:
        file.create_group("cats").create_dataset(
            "x", shape=(1, 17, 11), dtype="uint8", external=[("/etc/passwd", 0, 187)]
        )
    refuse(tmp_path / "raw.h5", "in other files")
    hdf5_arrays(tmp_path / "secret.h5", images=X)
    layout = h5py.VirtualLayout((6, 17, 11, 3), "uint8")
    layout[:] = h5py.VirtualSource(tmp_path / "secret.h5", "images", (6, 17, 11, 3))
    with h5py.File(tmp_path / "virtual.h5", "w") as file:
        file.create_virtual_dataset("images", layout)
        file["labels"] = Y
    refuse(tmp_path / "virtual.h5", "in other files")


def test_links_inside_are_one_picture_and_rings_have_an_end(tmp_path: Path) -> None:
    with h5py.File(hdf5_groups(tmp_path / "a.h5", {"cats": X}), "r+") as file:
        file["cats/again"] = file["cats"]
        file["cats/root"] = file["/"]
        file["cats/copy"] = file["cats/photos"]
        file["alias"] = h5py.SoftLink("/cats")
    assert len(open_source(tmp_path / "a.h5")) == 6


def test_a_ladder_of_shared_groups_is_not_walked_twice(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        here = file.create_group("cats")
        here["x"] = X
        for _ in range(200):  # 2^200 ways lead down
            below = here.create_group("a")
            here["b"] = below
            here = below
        here["x"] = X[0]
    assert len(open_source(tmp_path / "a.h5")) == 7


@pytest.mark.parametrize(
    ("dtype", "shape", "message"),
    [
        (h5py.vlen_dtype(np.uint8), (3,), "cats/x"),
        (h5py.string_dtype(), (3,), "cats/x"),
        (np.dtype([("a", "u1"), ("b", "u1")]), (4, 17, 11), "cats/x is .*expected uint8"),
        (h5py.ref_dtype, (4, 17, 11), "cats/x"),
        (np.dtype("int32"), (4, 17, 11), "int32; expected uint8"),
        (np.dtype("uint8"), (4, 17, 11, 5), "has shape"),
        (np.dtype("uint8"), (1, 2, 3, 4, 5), "has shape"),
        (np.dtype("uint8"), (), "has shape"),
    ],
)
def test_what_is_no_image(tmp_path: Path, dtype: np.dtype, shape: tuple[int, ...], message: str) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        dataset = file.create_group("cats").create_dataset("x", shape, dtype)
        if dtype.kind in "ui":
            dataset[...] = 1
        elif dtype.kind != "O":
            dataset[...] = np.zeros(shape, dtype)
    refuse(tmp_path / "a.h5", message)


@pytest.mark.parametrize("shape", [(10**6, 10**4, 10**4), (10**12, 28, 28), (3, 10**5, 10**5), (10**9, 1, 1)])
def test_announced_but_not_there(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        dataset = file.create_dataset("images", shape, np.uint8, chunks=(1, 1, 1), compression="gzip")
        dataset[0, 0, 0] = 1
        file["labels"] = np.zeros(3, np.int64)
    refuse(tmp_path / "a.h5", "announces|more than the limit")


def test_chunks_that_fill_the_memory(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("images", data=X, maxshape=(None, 17, 11, 3), chunks=(10**6, 17, 11, 3), compression="gzip")
        file["labels"] = Y
    refuse(tmp_path / "a.h5", "chunks of")


def test_filters_that_are_plug_ins(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_chunk((1, 17, 11, 3))
        creation.set_filter(32001, h5py.h5z.FLAG_OPTIONAL, (0,))  # blosc
        h5py.h5d.create(file.id, b"images", h5py.h5t.NATIVE_UINT8, h5py.h5s.create_simple(X.shape), creation).write(
            h5py.h5s.ALL, h5py.h5s.ALL, X
        )
        file["labels"] = Y
    refuse(tmp_path / "a.h5", "filter 32001")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"images": X, "labels": Y[:5]}, "6 images and 5 labels"),
        ({"images": X, "labels": Y - 1}, "negative label -1"),
        ({"images": X, "labels": Y + 0.5}, "float64"),
        ({"images": X, "labels": np.ones((6, 3))}, "one-hot"),
        ({"images": X, "labels": Y + 10**9}, "class numbers count from 0"),
        ({"photos": X, "cats/photos": X}, "beside them"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path: Path, arrays: dict, message: str) -> None:
    refuse(hdf5_arrays(tmp_path / "a.h5", **arrays), message)


@pytest.mark.parametrize("kind", ["empty", "cut", "text", "no images"])
def test_what_is_no_hdf5_file_is_named(tmp_path: Path, kind: str) -> None:
    path = hdf5_groups(tmp_path / "broken.h5", {"cats": X})
    whole = path.read_bytes()
    if kind == "no images":
        with h5py.File(path, "w") as file:
            file.create_group("cats")
    else:
        path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "text": b"hello"}[kind])
    refuse(path, "broken")


def test_found_by_its_first_bytes_or_alone_in_a_folder(tmp_path: Path) -> None:
    hdf5_groups(tmp_path / "a" / "pets.hdf5", {"cats": X})
    whole = (tmp_path / "a" / "pets.hdf5").read_bytes()
    (tmp_path / "model").write_bytes(whole)
    assert len(open_source(tmp_path / "model")) == 6
    assert open_source(tmp_path / "a").ids == open_source(tmp_path / "a" / "pets.hdf5").ids


def test_without_h5py_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hdf5_groups(tmp_path / "a.h5", {"cats": X})
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'hardy\[hdf5\]'"):
        hdf5_objects.load_h5py()
    with pytest.raises(MissingExtraError):
        open_source(path)


def test_a_heap_that_would_be_walked_for_ever(tmp_path: Path) -> None:
    """Found by tests/fuzz/hdf5.py: HDF5 2.0 does not come back from reading this attribute."""
    path = hdf5_arrays(tmp_path / "a.h5", images=X, labels=Y)
    with h5py.File(path, "r+") as file:
        file["labels"].attrs["label_names"] = ["cat", "dog", "owl"]
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL")
    free = heap + 16 + 3 * 24
    assert content[free : free + 2] == b"\0\0"
    content[free + 8 : free + 16] = bytes(8)
    path.write_bytes(content)
    refuse(path, "the heap of text at")


@pytest.mark.parametrize("where", ["attribute", "labels"])
def test_a_text_that_claims_gigabytes(tmp_path: Path, where: str) -> None:
    """Found by tests/fuzz/hdf5.py: HDF5 2.0 makes room for all of them first."""
    words = np.array(["cat", "owl"] * (len(X) // 2) + ["owl"] * (len(X) % 2), object)
    path = hdf5_arrays(tmp_path / "a.h5", images=X, labels=words if where == "labels" else Y)
    if where == "attribute":
        with h5py.File(path, "r+") as file:
            file["labels"].attrs["label_names"] = ["cat", "dog", "owl"]
    content = bytearray(path.read_bytes())
    address = content.index(b"GCOL").to_bytes(8, "little")
    place = content.index(b"\x03\0\0\0" + address)
    assert open_source(path).classes == (("cat", "owl") if where == "labels" else ("cat", "dog", "owl"))
    content[place + 2] = 0x40  # 4 MB
    path.write_bytes(content)
    refuse(path, "the text at .* is longer than its heap holds")


@pytest.mark.parametrize("chunks", [None, (3,)])
def test_a_text_of_no_heap(tmp_path: Path, chunks: tuple[int] | None) -> None:
    path = hdf5_arrays(tmp_path / "a.h5", images=X)
    with h5py.File(path, "r+") as file:
        file.create_dataset("labels", data=["cat"] * len(X), chunks=chunks)
    assert open_source(path).classes == ("cat",)
    content = bytearray(path.read_bytes())
    place = content.index(b"\x03\0\0\0" + content.index(b"GCOL").to_bytes(8, "little"))
    content[place + 4] ^= 0x10
    path.write_bytes(content)
    refuse(path, "the text at .* is longer than its heap holds")


@pytest.mark.parametrize("value", [np.zeros(2), [1, 2], 0.5, ["a", "b"], True])
def test_labels_that_are_no_text_name_file_and_group(tmp_path: Path, value) -> None:
    path = hdf5_groups(tmp_path / "a.h5", {"cats": X})
    with h5py.File(path, "r+") as file:
        file["cats"].attrs["label"] = value
    refuse(path, r"a\.h5: /cats: its attribute label")
