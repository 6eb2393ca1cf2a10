"""What gapcv and Keras get wrong, one test each: hardy does not.

gapcv was read and run; what Keras' users complain of is taken from their issues, whose numbers the docstrings give.
Left out is "slow, GPU idle" (keras#12807, keras-cv#581): that is a matter of figures, which `bench/` measures.
"""

import csv
import io
import tracemalloc
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

import hardy
from hardy.cli.app import run_command
from hardy.dataset import Dataset
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.dataset.prepared import prepared_batch
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.probe import probe
from hardy.dataset.ready import Wishes, with_sides
from hardy.dataset.split import assign_sides
from hardy.dataset.statistics import with_statistics
from hardy.errors import InputError, LayoutError
from hardy.loader import Loader
from hardy.sources import OpenOptions, open_source
from tests.builders import dataset, digits, encoded, folder, measured, pixels, write
from tests.e2e.conftest import write_pictures
from tests.web import serving


def plain(colour: tuple[int, int, int], size_hw: tuple[int, int] = (17, 11)) -> PIL.Image.Image:
    return PIL.Image.new("RGB", size_hw[::-1], colour)


def named_classes(data: Dataset) -> dict[str, str | None]:
    """Class by uri."""
    classes = [None if label is None else data.classes[label] for label in data.column("label")]
    return dict(zip(data.column("uri"), classes, strict=True))


# gapcv


def test_gapcv_swaps_height_and_width(tmp_path: Path) -> None:
    """gapcv: `resize` takes (width, height) for (height, width). Ours are (height, width), from open to batch."""
    root = folder(tmp_path / "photos", {"cats": 4, "dogs": 4}, size_hw=(17, 11))
    assert hardy.open(root).image(0).shape == (17, 11, 3)
    store = hardy.pack(root, tmp_path / "x.hardy", size=(13, 7))
    assert store.image(0).shape == (13, 7, 3)
    assert next(iter(Loader(store))).images.shape == (8, 3, 13, 7)
    picture = np.zeros((40, 20, 3), np.uint8)
    picture[:20] = 255  # the upper half: in a swapped picture it would be the left one
    small = Preprocessing(3, (8, 4)).pixels(picture)
    assert (small[:3] == 255).all() and (small[5:] == 0).all()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "BMP", "TIFF", "WEBP"])
def test_gapcv_reads_png_as_bgr_and_gif_as_rgb(tmp_path: Path, kind: str) -> None:
    """gapcv: the order of the channels depends on the kind of the file. Ours is RGB in all."""
    write(tmp_path / "reds" / "1.png", encoded(plain((250, 10, 20)), kind))
    pixel = hardy.open(tmp_path).image(0)[8, 5].astype(int)
    assert np.abs(pixel - [250, 10, 20]).max() <= 3


def test_gapcv_standardises_each_class_with_its_own_mean() -> None:
    """gapcv: the label leaks into the pixels. Ours: one mean of the training rows, whatever their class."""
    data = digits(40)
    recipe = measured(data)
    train = data.split("train")
    values = np.stack(list(train.images())) / 255
    assert recipe.mean == pytest.approx((values.mean(),)) and recipe.std == pytest.approx((values.std(),))
    (batch,) = Loader(train, len(train), preprocessing=recipe, shuffle=False)
    means = [float(batch.images[batch.labels == label].mean()) for label in (0, 1)]
    assert means[1] - means[0] > 1, "a bright class stays brighter than a dark one"


def test_gapcv_stores_uint8_as_int8(tmp_path: Path) -> None:
    """gapcv: 220 comes back from its HDF5 file as 127."""
    for name, level in (("a", 220), ("b", 255), ("c", 128)):
        for row in range(4):
            image = np.full((17, 11), level, np.uint8)
            image[0, 0] = row
            write(tmp_path / "photos" / name / f"{row}.png", encoded(image))
    store = hardy.pack(tmp_path / "photos", tmp_path / "x.hardy")
    hardy.export_data(store, tmp_path / "x.h5", "hdf5")
    hardy.export_data(store, tmp_path / "x.npz", "npz")
    for place in ("x.hardy", "x.h5", "x.npz"):
        back = hardy.open(tmp_path / place)
        levels = {back.classes[label]: int(image[5, 5, 0]) for label, image in zip(back.labels, back.images())}  # noqa: B905
        assert levels == {"a": 220, "b": 255, "c": 128}, place


def test_gapcv_draws_stratified_batches_from_held_out_rows() -> None:
    """gapcv: `stratify` draws batches over all rows, those of the test among them."""
    data = digits(60)
    train = data.split("train")
    held_out = set(data.ids) - set(train.ids)
    loader = Loader(train, 7, preprocessing=measured(data))
    seen = [identity for _ in range(3) for batch in loader for identity in batch.ids]
    assert held_out and not held_out & set(seen)
    assert sorted(seen) == sorted(train.ids * 3), "each training row once an epoch"


def test_gapcv_splits_20_and_10_percent_of_60_into_3_45_12() -> None:
    """gapcv: `[0.2, 0.1]` of 60 gives 12 test, 3 validation and 45 training rows; the class is not looked at."""
    data = assign_sides(dataset([0, 1] * 30), test=0.2, val=0.1)
    # A tenth of the 48 that are left, exact in all and to within a row in each class.
    assert data.split_sizes() == {"train": 43, "val": 5, "test": 12}
    assert data.counts("test") == {"a": 6, "b": 6}
    assert sorted(data.counts("val").values()) == [2, 3]


def test_gapcv_turns_float_images_into_0_and_1() -> None:
    """gapcv: brightness casts floats to integers. There is no such transform here yet: `Invert` goes the same way."""
    image = np.linspace(0, 1, 17 * 11, dtype=np.float32).reshape(17, 11, 1)
    altered = hardy.Compose([hardy.Invert(p=1)])(image=image)["image"]
    assert altered.dtype == np.float32 and np.allclose(altered, 1 - image, atol=1e-6)
    kept = hardy.from_arrays(image[None]).image(0)
    assert len(np.unique(kept)) == len(np.unique(np.round(image * 255))), "opened floats keep 256 levels"


def test_gapcv_loses_the_names_of_files_with_errors(tmp_path: Path) -> None:
    """gapcv: what failed is counted, not named."""
    root = folder(tmp_path, {"cats": 3, "dogs": 3})
    write(root / "cats" / "cut é.jpg", encoded(pixels(67, 43, 3), "JPEG")[:700])
    write(root / "dogs" / "page.png", b"<html>404</html>")
    refused = {entry.uri: entry.reason for entry in probe(hardy.open(root)).refused}
    assert set(refused) == {"cats/cut é.jpg", "dogs/page.png"}
    assert "truncated" in refused["cats/cut é.jpg"] and "not a picture" in refused["dogs/page.png"]


def test_gapcv_aborts_a_load_on_one_404(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """gapcv: one address that is gone ends the load of all."""
    monkeypatch.setenv("HARDY_CACHE", str(tmp_path / "cache"))
    with serving() as server:
        server.pages |= {f"/{row}.png": encoded(pixels(seed=row)) for row in (0, 2)}
        rows = "".join(f"{'ab'[row % 2]},{server.url(f'/{row}.png')}\n" for row in range(3))
        table = write(tmp_path / "labels.csv", f"label,url\n{rows}".encode())
        found = probe(hardy.open(table, OpenOptions(allow_private=True)))
        assert len(found) == 2
        assert [(entry.uri, entry.reason) for entry in found.refused] == [
            (server.url("/1.png"), "the server answered 404 Not Found")
        ]


def test_gapcv_drops_a_class_for_one_failed_resize(tmp_path: Path) -> None:
    """gapcv: a picture that cannot be resized takes its class along. Here it alone is set aside; odd sizes work."""
    root = folder(tmp_path / "photos", {"cats": 4, "dogs": 4})
    write(root / "dogs" / "-first.png", b"")
    for name, size_hw in (("dot", (1, 1)), ("line", (1, 300)), ("pole", (300, 1))):
        write(root / "dogs" / f"{name}.png", encoded(plain((9, 9, 9), size_hw)))
    store = hardy.pack(root, tmp_path / "x.hardy", size=(13, 7))
    assert store.counts() == {"cats": 4, "dogs": 7}
    assert [entry.uri for entry in store.refused] == ["dogs/-first.png"]


# Keras


def test_keras_seeds_and_image_mask_pairs_come_apart_with_workers() -> None:
    """keras#11365, #11942. A mask moves with its picture in one call, and threads change no number."""
    alter = hardy.Compose([hardy.HorizontalFlip(p=0.5), hardy.Translate(pixels=4, p=0.8)], seed=3)
    for row in range(20):
        image = pixels(17, 11, 1, seed=row) | 1  # nowhere 0, which comes in at the border
        altered = alter(image=image, mask=image[..., 0], id=sample_id(str(row)), epoch=row % 3)
        assert np.array_equal(altered["image"][..., 0], altered["mask"])
    data = digits(40)
    epochs = []
    for threads in (1, 4):
        loader = Loader(data, 7, preprocessing=measured(data), augment=alter, seed=5, threads=threads)
        epochs.append([(batch.ids, batch.images.numpy().tobytes()) for _ in range(2) for batch in loader])
    assert epochs[0] == epochs[1]
    assert epochs[0][:6] != epochs[0][6:], "another epoch, other numbers"


def test_keras_memory_grows() -> None:
    """keras#5835: each epoch leaves something behind."""
    data = digits(64)
    loader = Loader(data, 8, preprocessing=measured(data), augment=hardy.Compose([hardy.HorizontalFlip()]), threads=2)

    def epochs(count: int) -> int:
        for _ in range(count):
            for _ in loader:
                pass
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = epochs(3)
        assert epochs(12) - before < 64 * 1024, "one batch of floats is 6 KiB, the epochs' 96 batches 560"
    finally:
        tracemalloc.stop()


def test_keras_does_not_say_which_file_is_which_prediction(trained: Path, tmp_path: Path) -> None:
    """keras#3296: predictions come in an order of their own, without names."""
    names = ["b.png", "a.png", "c/z.png", "c/10.png", "c/9.png"]
    for row, name in enumerate(names):
        write_pictures(tmp_path / "made", 1, bright=bool(row % 2))
        target = tmp_path / "new" / "x" / name if "/" in name else tmp_path / "new" / "y" / name
        write(target, (tmp_path / "made" / "000.png").read_bytes())
    predictions, _ = hardy.predict(trained, tmp_path / "new")
    listed = hardy.open(tmp_path / "new")
    assert [(p.id, p.path) for p in predictions] == list(zip(listed.ids, listed.paths(), strict=True))
    for prediction in predictions:
        bright = np.asarray(PIL.Image.open(prediction.path)).mean() > 120
        assert prediction.label == ("light" if bright else "dark"), prediction.path
    with (trained / "predictions.csv").open() as file:
        for row in csv.DictReader(file):
            assert Path(row["path"]).parent.name == row["true"] and Path(row["path"]).is_file()


def test_keras_takes_labels_from_folders_only_and_mixes_several(tmp_path: Path) -> None:
    """keras#9534, keras-preprocessing#135. Labels stand in tables too; of several for one picture none is guessed."""
    for row in range(3):
        write(tmp_path / f"{row}.png", encoded(pixels(seed=row)))
    text = 'file,label\n0.png,cat\n1.png,dog\n2.png,cat\n1.png,owl\n0.png,"[""cat"", ""dog""]"\n'
    data = hardy.open(write(tmp_path / "labels.csv", text.encode()))
    assert named_classes(data) == {"0.png": "cat", "2.png": "cat"}
    reasons = {entry.uri: entry.reason for entry in data.refused}
    assert set(reasons) == {"labels.csv#1", "labels.csv#3", "labels.csv#4"}
    assert all("one per image" in reason or "one value per image" in reason for reason in reasons.values())
    assert "dog, owl" in reasons["labels.csv#1"]
    with pytest.raises(LayoutError, match="one label per image"):
        hardy.open((pixels(2, 17, 11, 1), np.array([[1, 1, 0], [0, 0, 1]])))


def test_keras_needs_everything_in_memory_for_statistics() -> None:
    """keras#3679: `fit` of a generator takes the whole data set as one array. Here it is read a part at a time."""
    count, size_hw = 60_000, (32, 32)

    class Made:
        shape = (*size_hw, 3)

        def read(self, row: int) -> np.ndarray:
            return self.read_batch(np.array([row]))[0]

        def read_batch(self, rows: np.ndarray) -> np.ndarray:
            return np.broadcast_to((rows % 256).astype(np.uint8)[:, None, None, None], (len(rows), *self.shape)).copy()

    table = make_table(id=[f"{row:032x}" for row in range(count)], uri=["x"] * count, split=["train"] * count)
    data = Dataset(table, (), Made(), np.arange(count), "made")
    tracemalloc.start()
    try:
        recipe = with_statistics(data, Preprocessing(3, size_hw))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < count * 32 * 32 * 3 / 3, "184 MB of pixels"
    assert recipe.mean == pytest.approx((np.mean(np.arange(count) % 256) / 255,) * 3)


def test_keras_surprises_with_the_order_of_classes(tmp_path: Path) -> None:
    """keras#14416. Names are sorted, numbers by value; a side without some class numbers the others no differently."""
    root = folder(tmp_path / "photos", {"train/b": 1, "train/a": 1, "train/C": 1, "test/b": 2, "val/C": 1})
    data = hardy.open(root)
    assert data.classes == ("C", "a", "b")
    for side in ("train", "val", "test"):
        for uri, name in named_classes(data.split(side)).items():
            assert uri.split("/")[1] == name
    for row in range(3):
        write(tmp_path / f"{row}.png", encoded(pixels(seed=row)))
    table = write(tmp_path / "labels.csv", b"file,label\n0.png,10\n1.png,9\n2.png,100\n")
    assert hardy.open(table).classes == ("9", "10", "100")
    reversed_classes = hardy.from_arrays(pixels(2, 17, 11, 1), ["a", "b"], classes=["b", "a"])
    assert reversed_classes.classes == ("b", "a") and reversed_classes.labels.tolist() == [1, 0]


def test_keras_augments_the_validation_split(pile: Path, tmp_path: Path) -> None:
    """keras#10458. A network that has seen inverted pictures only is wrong about every one of the validation rows."""
    always = hardy.Compose([hardy.Invert(p=1)])
    run = hardy.train(pile, tmp_path / "run", augment=always, epochs=6, model="conv-16-32")
    with (run.path / "metrics.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    assert float(last["train_accuracy"]) > 0.9
    assert float(last["val_accuracy"]) < 0.1, "they would be as easy as the training rows, were they inverted too"


def test_keras_takes_the_validation_split_from_the_front(tmp_path: Path) -> None:
    """keras#14277: `validation_split` takes the first files of the alphabet."""
    data = assign_sides(probe(hardy.open(folder(tmp_path, {"cats": 60, "dogs": 60}))), val=0.2)
    for name in ("cats", "dogs"):
        rows = [int(Path(uri).stem) for uri in data.split("val").column("uri") if uri.startswith(name)]
        assert len(rows) in (9, 10) and max(rows) > 30 and np.diff(sorted(rows)).max() > 1
    again = [assign_sides(data.with_columns(split=[None] * 120), seed=seed).column("split") for seed in (0, 0, 1)]
    assert again[0] == again[1] != again[2]


def test_keras_has_no_train_val_test_in_one_call(tmp_path: Path) -> None:
    """keras#17133: `image_dataset_from_directory` gives two sides at most."""
    store = hardy.pack(folder(tmp_path / "photos", {"cats": 20, "dogs": 20}), tmp_path / "x.hardy")
    assert store.split_sizes() == {"train": 26, "val": 6, "test": 8}
    assert {side: len(store.split(side)) for side in ("train", "val", "test")} == store.split_sizes()


def test_keras_ends_the_epoch_at_one_corrupt_image(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """keras#19026. It is set aside before the training, with its name; the others are learned."""
    for name in ("dark", "light"):
        write_pictures(tmp_path / "photos" / name, 12, bright=name == "light")
    write(tmp_path / "photos" / "dark" / "bad.jpg", encoded(pixels(67, 43, 3), "JPEG")[:500])
    line = ["train", str(tmp_path / "photos"), "--epochs", "1", "--out", str(tmp_path / "run")]
    assert run_command(line) == 0 and (tmp_path / "run" / "manifest.json").is_file()
    said = " ".join(capfd.readouterr().err.split())
    assert "1 of 25 pictures cannot be read" in said and "dark/bad.jpg" in said
    data = with_sides(open_source(tmp_path / "photos"), Wishes())
    loader = Loader(data, 5, preprocessing=measured(data, channels=1))
    assert sum(len(batch.ids) for batch in loader) == 24


def test_keras_saturates_16_bit_images(tmp_path: Path) -> None:
    """keras#13023: what is above 255 becomes 255."""
    ramp = np.linspace(0, 65535, 17 * 11).round().astype(np.uint16).reshape(17, 11)
    write(tmp_path / "a" / "1.png", encoded(ramp))
    write(tmp_path / "a" / "2.tif", encoded(ramp, "TIFF"))
    data = hardy.open(tmp_path)
    for row in range(2):
        assert np.array_equal(data.image(row)[..., 0], ramp)
        seen = prepared_batch(data, np.array([row]), Preprocessing(1, (17, 11)))[0]
        assert np.abs(seen[..., 0] - ramp / 257).max() <= 0.5, "scaled by their own depth"


def test_keras_is_confused_by_more_than_4_channels(tmp_path: Path) -> None:
    """keras#4664. A table keeps them; where they cannot be used they are refused in words, and none is dropped."""
    image = pixels(17, 11, 6)
    data = hardy.open(write(tmp_path / "a.json", str([{"label": "a", "location": image.tolist()}]).encode()))
    assert np.array_equal(data.image(0), image)
    with pytest.raises(hardy.DecodeError, match=r"a\.json#0: pictures of 6 channels are not trained on yet"):
        prepared_batch(data, np.array([0]), Preprocessing(3, (17, 11)))
    with pytest.raises(LayoutError, match="6"):
        hardy.open(pixels(2, 17, 11, 6))


def test_keras_finds_0_images_without_a_reason(tmp_path: Path) -> None:
    """keras-preprocessing#164: "Found 0 images belonging to 0 classes"."""
    write(tmp_path / "cats" / "1.heic", b"x")
    write(tmp_path / "cats" / "2.svg", b"x")
    with pytest.raises(LayoutError, match=r"2 files and none is named like a picture \(found \.heic, \.svg; expected"):
        hardy.open(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        hardy.open(tmp_path / "gone")
    write(tmp_path / "cats" / "3.png", b"")
    with pytest.raises(InputError, match=r"none of the 1 pictures .*cats/3\.png: the file is empty"):
        probe(hardy.open(tmp_path))


def test_keras_distorts_the_aspect_ratio() -> None:
    """keras#9758. By default nothing is stretched; the rest is padded."""
    square = np.zeros((40, 80, 1), np.uint8)
    square[10:30, 30:50] = 255
    seen = Preprocessing(1, (32, 32)).pixels(square)[..., 0] > 127
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    assert len(rows) == len(columns) == 8


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_keras_ignores_exif(tmp_path: Path, kind: str) -> None:
    """tensorflow#49834: a phone's pictures lie on their side."""
    image = PIL.Image.new("RGB", (24, 16))
    image.paste((255, 255, 255), (0, 0, 12, 16))  # the left half, which is up when it is turned
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=exif)
    write(tmp_path / "a" / f"1.{kind.lower()}", buffer.getvalue())
    upright = hardy.open(tmp_path).image(0)
    assert upright.shape == (24, 16, 3)
    assert upright[:10].min() > 200 and upright[14:].max() < 50
