from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from hardy.dataset.probe import probe
from hardy.errors import InputError
from hardy.files import hash_bytes
from hardy.progress import Silent
from hardy.sources import open_source
from tests.builders import dataset, encoded, folder, pixels, write


def test_facts_come_from_the_bytes_and_not_from_the_name(tmp_path: Path) -> None:
    data = encoded(pixels(17, 11, 4))
    write(tmp_path / "cats" / "named.jpg", data)
    row = probe(open_source(tmp_path)).table.to_pylist()[0]
    assert (row["format"], row["mode"], row["height"], row["width"]) == ("PNG", "RGBA", 17, 11)
    assert (row["bytes"], row["content"]) == (len(data), hash_bytes(data))


def test_nothing_is_lost(tmp_path: Path) -> None:
    root = folder(tmp_path / "photos", {"cats": 3, "dogs": 2})
    whole = encoded(pixels(67, 43, 3), "JPEG")
    write(root / "cats" / "cut.jpg", whole[: len(whole) // 2])
    write(root / "cats" / "empty.png", b"")
    write(root / "dogs" / "page.jpg", b"<html>404</html>")
    (root / "dogs" / "gone.png").symlink_to(root / "nowhere.png")
    opened = open_source(root)
    found = probe(opened, threads=2)
    assert len(found) + len(found.refused) == len(opened) + len(opened.refused) == 9
    reasons = {entry.uri: entry.reason for entry in found.refused}
    assert set(reasons) == {"cats/cut.jpg", "cats/empty.png", "dogs/page.jpg", "dogs/gone.png"}
    assert "truncated" in reasons["cats/cut.jpg"]
    assert "empty" in reasons["cats/empty.png"]
    assert "not a picture" in reasons["dogs/page.jpg"]
    assert "a link that leads nowhere" in reasons["dogs/gone.png"]
    assert set(opened.ids) - set(found.ids) <= {entry.id for entry in found.refused}


def test_reasons_do_not_repeat_the_path(tmp_path: Path) -> None:
    root = folder(tmp_path / "photos", {"cats": 1})
    write(root / "cats" / "empty.png", b"")
    assert [entry.reason for entry in probe(open_source(root)).refused] == ["the file is empty"]


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 20, "dogs": 20})
    one, four = (probe(open_source(root), threads) for threads in (1, 4))
    assert one.table.equals(four.table)


def test_arrays_hash_by_pixels_shape_and_depth() -> None:
    image = pixels(1, 2, 3, 1)
    same = dataset([0, 0], np.concatenate([image, image])).column("content")
    assert same[0] == same[1]
    other = [dataset([0], array).column("content")[0] for array in (image.reshape(1, 3, 2, 1), image.astype(np.uint16))]
    assert len({same[0], *other}) == 3


def test_a_probed_dataset_comes_back_as_it_is() -> None:
    data = dataset([0, 1], pixels(2, 17, 11, 1))
    assert probe(data) is data


def test_where_nothing_can_be_read_the_first_reasons_are_given(tmp_path: Path) -> None:
    write(tmp_path / "cats" / "1.png", b"")
    with pytest.raises(InputError, match=r"none of the 1 pictures .*cats/1\.png: the file is empty"):
        probe(open_source(tmp_path))


def test_no_rows_at_all() -> None:
    with pytest.raises(InputError, match="none of the 0"):
        probe(dataset([]))


def test_frames_and_alpha_are_said(tmp_path: Path) -> None:
    """Mission, mistakes 4 and 10: what alpha hides is counted, and that only a first frame is taken is said."""
    root = folder(tmp_path / "photos", {"cats": 2})
    frames = [PIL.Image.fromarray(pixels(17, 11, 3, seed=seed)) for seed in range(3)]
    frames[0].save(root / "cats" / "moving.gif", save_all=True, append_images=frames[1:])
    write(root / "cats" / "clear.png", encoded(pixels(17, 11, 4)))
    said = []

    class Listener(Silent):
        def say(self, line: str) -> None:
            said.append(line)

    probe(open_source(root), progress=Listener())
    assert said == [
        "1 files hold several frames or pages: the first of each is taken",
        "1 pictures have an alpha channel: they are laid on the background",
    ]
