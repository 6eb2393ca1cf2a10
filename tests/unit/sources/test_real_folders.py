"""Folders of real photographs, as people have them."""

from pathlib import Path

import PIL.Image

from hardy.audits import run_checks
from hardy.dataset.probe import probe
from hardy.sources import open_source


def test_flowers_that_lie_under_two_labels_are_found(hardy_data: Path) -> None:
    audit = run_checks(open_source(hardy_data / "flowers"))
    by_code = {finding.code: finding for finding in audit.findings}
    assert len(audit.counts) == 5
    assert by_code["duplicate-across-labels"].value > 0
    assert by_code["duplicate"].value > 0
    assert audit.worst == "error"


def test_faces_with_wrong_endings_and_alpha_are_read(hardy_data: Path) -> None:
    data = probe(open_source(hardy_data / "faces"))
    assert data.classes == ("female", "male")
    assert not [entry for entry in data.refused if entry.id]
    endings = [Path(uri).suffix.lower() for uri in data.column("uri")]
    assert (".jpg", "PNG") in set(zip(endings, data.column("format"), strict=True))
    assert {"L", "RGBA"} <= set(data.column("mode"))


def test_a_photograph_that_exif_turns_is_upright(hardy_data: Path) -> None:
    data = open_source(hardy_data / "large-photos")
    turned = 0
    for row, path in enumerate(data.paths()):
        with PIL.Image.open(path) as image:
            if image.getexif().get(0x0112, 1) < 5:
                continue
            assert data.image(row).shape[:2] == image.size  # (width, height) as stored is (height, width) upright
            turned += 1
    assert turned > 0
