import gzip
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from hardy.dataset.identity import sample_id
from hardy.errors import DecodeError, LayoutError
from hardy.sources import open_source
from tests.builders import encoded, pixels, write
from tests.layouts import shard, tar

IMAGES = [pixels(seed=seed) for seed in range(5)]
PICTURES = [encoded(image) for image in IMAGES]
LABELS = [0, 2, 1, 0, 2]


def link(name: str, kind: bytes, target: str = "/etc/passwd") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def test_shards_of_two_sides_with_named_classes(tmp_path: Path) -> None:
    shard(tmp_path / "train-000000.tar", IMAGES[:2], LABELS[:2])
    shard(tmp_path / "train-000001.tar", IMAGES[2:3], LABELS[2:3])
    shard(tmp_path / "test-000000.tar", IMAGES[3:], LABELS[3:])
    write(tmp_path / "classes.txt", b"cat\ndog\nowl\n")
    data = open_source(tmp_path)
    assert data.classes == ("cat", "dog", "owl")
    assert data.split_sizes() == {"train": 3, "test": 2}
    assert data.split("train").labels.tolist() == LABELS[:3]
    assert np.array_equal(data.split("train").image(2), IMAGES[2])
    assert data.column("uri")[0] == "test-000000.tar/0000.png"
    assert data.ids[0] == sample_id("test-000000.tar/0000.png")


def test_sides_as_folders(tmp_path: Path) -> None:
    shard(tmp_path / "train" / "00.tar", IMAGES[:2], LABELS[:2])
    shard(tmp_path / "validation" / "00.tar", IMAGES[2:], LABELS[2:])
    assert open_source(tmp_path).split_sizes() == {"train": 2, "val": 3}


@pytest.mark.parametrize("key", ["label", "class", "cls"])
def test_labels_in_json_as_words(tmp_path: Path, key: str) -> None:
    files: dict[str, bytes | tarfile.TarInfo] = {}
    for row, word in enumerate(["owl", "cat", "owl"]):
        files[f"{row}.json"] = json.dumps({key: word, "split": "train", "group": row % 2, "width": 11}).encode()
        files[f"{row}.PNG"] = PICTURES[row]
    data = open_source(tar(tmp_path / "a.tar", files))
    assert (data.classes, data.labels.tolist()) == (("cat", "owl"), [1, 0, 1])
    assert data.column("split") == ["train"] * 3
    assert data.column("group") == ["0", "1", "0"]


def test_words_in_cls_and_rows_without_a_label(tmp_path: Path) -> None:
    files = {"a.png": PICTURES[0], "a.cls": b"owl\n", "b.png": PICTURES[1]}
    assert open_source(tar(tmp_path / "a.tar", files)).labels.tolist() == [0, -1]
    assert not open_source(shard(tmp_path / "b.tar", IMAGES[:2], [None, None])).classes


def test_the_name_up_to_the_first_dot_is_the_sample(tmp_path: Path) -> None:
    files = {
        "./x.y/a.seg.png": PICTURES[1],
        "./x.y/a.jpg": PICTURES[0],
        "./x.y/a.cls": b"1",
        "b.left.png": PICTURES[2],
        "b.txt": b"a caption",
        "c.txt": b"no picture",
    }
    data = open_source(tar(tmp_path / "a.tar", files))
    assert data.column("uri") == ["a.tar/x.y/a.jpg", "a.tar/b.left.png"]
    assert {entry.uri: entry.reason for entry in data.refused} == {
        "a.tar/x.y/a.seg.png": "a second picture of its sample",
        "a.tar/c.txt": "belongs to no picture",
    }


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_in_every_dialect(tmp_path: Path, format: int) -> None:
    folder = "/".join(["folder" * 4] * 4)
    name = f"{folder}/{'n' * 80}.png" if format == tarfile.USTAR_FORMAT else f"{folder * 4}/é{'n' * 120}.png"
    data = open_source(tar(tmp_path / "a.tar", {name: PICTURES[0], "b.png": PICTURES[1]}, format))
    assert data.column("uri") == [f"a.tar/{name}", "a.tar/b.png"]
    assert np.array_equal(data.image(0), IMAGES[0]) and np.array_equal(data.image(1), IMAGES[1])


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (link("z.png", tarfile.SYMTYPE), "a symbolic link"),
        (link("z.png", tarfile.LNKTYPE), "a hard link"),
        (link("z.png", tarfile.CHRTYPE), "a character device"),
        (link("z.png", tarfile.BLKTYPE), "a block device"),
        (link("z.png", tarfile.FIFOTYPE), "a pipe"),
        (tarfile.TarInfo("/etc/z.png"), "its name leads out of the archive"),
        (tarfile.TarInfo("../z.png"), "its name leads out of the archive"),
        (tarfile.TarInfo("a/../../z.png"), "its name leads out of the archive"),
        (tarfile.TarInfo("a\\..\\z.png"), "its name leads out of the archive"),
        (tarfile.TarInfo("C:\\z.png"), "its name leads out of the archive"),
    ],
)
def test_what_does_not_belong_is_refused_and_listed(tmp_path: Path, member: tarfile.TarInfo, reason: str) -> None:
    data = open_source(tar(tmp_path / "a.tar", {"a.png": PICTURES[0], "bad": member, "b.png": PICTURES[1]}))
    assert data.column("uri") == ["a.tar/a.png", "a.tar/b.png"]
    (entry,) = data.refused
    assert entry.reason == reason and entry.uri.startswith("a.tar/") and "z.png" in entry.uri


def test_a_name_that_comes_twice(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for picture in PICTURES[:2]:
            member = tarfile.TarInfo("a.png")
            member.size = len(picture)
            archive.addfile(member, io.BytesIO(picture))
    data = open_source(tmp_path / "a.tar")
    assert len(data) == 1 and np.array_equal(data.image(0), IMAGES[0])
    assert [entry.reason for entry in data.refused] == ["its name comes twice in the archive"]


def test_archives_one_behind_the_other(tmp_path: Path) -> None:
    first = tar(tmp_path / "x" / "a.tar", {"a.png": PICTURES[0]}).read_bytes()
    second = tar(tmp_path / "x" / "b.tar", {"b.png": PICTURES[1]}).read_bytes()
    data = open_source(write(tmp_path / "c.tar", first + second))
    assert data.column("uri") == ["c.tar/a.png", "c.tar/b.png"]


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    whole = shard(tmp_path / "a.tar", IMAGES[:2], [0, 1]).read_bytes()
    end = len(whole.rstrip(b"\0")) // 512 * 512 + 512
    for length in [*range(0, end, 97), *range(512, end + 1, 512)]:
        (tmp_path / "a.tar").write_bytes(whole[:length])
        with pytest.raises(LayoutError, match=r"a\.tar is (truncated|empty)"):
            open_source(tmp_path / "a.tar")


def test_damaged_headers_are_not_the_end(tmp_path: Path) -> None:
    whole = bytearray(shard(tmp_path / "a.tar", IMAGES[:2], [0, 1]).read_bytes())
    second = whole.index(b"0001.png")
    whole[second] ^= 1
    (tmp_path / "a.tar").write_bytes(whole)
    with pytest.raises(LayoutError, match=rf"a\.tar is damaged: the header at {second:,} does not match its checksum"):
        open_source(tmp_path / "a.tar")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.png": PICTURES[0], "a.json": b"{"}, "a.json is not JSON"),
        ({"a.png": PICTURES[0], "a.json": b'{"label": [1, 2]}'}, r"label \[1, 2\]"),
        ({"a.png": PICTURES[0], "a.json": b'{"split": "half"}'}, "split 'half'"),
        ({"a.png": PICTURES[0], "a.cls": b"\xff"}, "a.cls is not UTF-8"),
        ({"a.png": PICTURES[0], "a.cls": b"-1"}, "negative label"),
        ({"a.png": PICTURES[0], "a.cls": b"x" * (2 << 20)}, "too many for a label"),
        ({"a.png": PICTURES[0], "a.cls": b"1", "b.png": PICTURES[1], "b.cls": b"cat"}, "mixes numbers and words"),
        ({"a.txt": b"hello"}, "holds no pictures"),
    ],
)
def test_labels_that_are_none(tmp_path: Path, files: dict, message: str) -> None:
    with pytest.raises(LayoutError, match=message) as caught:
        open_source(tar(tmp_path / "broken.tar", files))
    assert "broken.tar" in str(caught.value)


def test_a_label_beyond_the_names(tmp_path: Path) -> None:
    shard(tmp_path / "a.tar", IMAGES[:2], [0, 3])
    write(tmp_path / "classes.txt", b"cat\ndog\n")
    with pytest.raises(LayoutError, match="label 3, but there are 2 class names"):
        open_source(tmp_path)


def test_packed_archives_say_what_to_do(tmp_path: Path) -> None:
    whole = shard(tmp_path / "x" / "a.tar", IMAGES[:1], [0]).read_bytes()
    with pytest.raises(LayoutError, match=r"a\.tar\.gz is packed.*unpack it"):
        open_source(write(tmp_path / "a.tar.gz", gzip.compress(whole)))
    with pytest.raises(LayoutError, match=r"b\.tar is no tar archive"):
        open_source(write(tmp_path / "b.tar", gzip.compress(whole * 3)))


def test_a_shard_that_changes_after_opening(tmp_path: Path) -> None:
    path = shard(tmp_path / "a.tar", IMAGES[:3], [0, 1, 0])
    data = open_source(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DecodeError, match=r"a\.tar/0002\.png.*shorter"):
        data.image(2)


def test_a_folder_of_pictures_with_an_archive_in_it_is_a_folder(tmp_path: Path) -> None:
    shard(tmp_path / "backup.tar", IMAGES[:1], [0])
    write(tmp_path / "cats" / "a.png", PICTURES[0])
    assert open_source(tmp_path).classes == ("cats",)
