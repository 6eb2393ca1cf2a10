import io
from pathlib import Path

import PIL.Image
import pytest

from hardy.audits import run_checks
from hardy.audits.layers import check_layers
from hardy.dataset.concat import concat
from hardy.dataset.probe import probe
from hardy.sources import open_source
from tests.builders import encoded, folder, pixels, write


def animated(kind: str) -> bytes:
    frames = [PIL.Image.fromarray(pixels(17, 11, 3, seed=seed)) for seed in range(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def test_plain_pictures_are_silent(tmp_path: Path) -> None:
    assert check_layers(probe(open_source(folder(tmp_path, {"cats": 2})))) == []


@pytest.mark.parametrize(
    ("kind", "name"), [("GIF", "a.gif"), ("TIFF", "a.tif"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("MPO", "a.mpo")]
)
def test_files_of_several_frames_are_counted_and_named(tmp_path: Path, kind: str, name: str) -> None:
    root = folder(tmp_path, {"cats": 2})
    write(root / "cats" / name, animated(kind))
    data = probe(open_source(root))
    (finding,) = check_layers(data)
    assert (finding.code, finding.severity, finding.value) == ("several-frames", "info", 1)
    assert "1 of 3 pictures" in finding.message and str(root / "cats" / name) in finding.message
    assert finding.sample_ids == (data.ids[data.column("uri").index(f"cats/{name}")],)


def test_alpha_is_counted_and_led_back_to(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2, "dogs": 2})
    write(root / "cats" / "clear.png", encoded(pixels(17, 11, 4)))
    palette = PIL.Image.fromarray(pixels(17, 11)).convert("P")
    write(root / "cats" / "palette.png", encoded(palette, transparency=3))
    audit = run_checks(open_source(root))
    (finding,) = [finding for finding in audit.findings if finding.code == "alpha"]
    assert finding.value == 2 and "2 of 6 pictures" in finding.message
    assert [audit.paths[identity] for identity in finding.sample_ids] == [
        str(root / "cats" / "clear.png"),
        str(root / "cats" / "palette.png"),
    ]


def test_joined_pictures_keep_what_was_found(tmp_path: Path) -> None:
    parts = []
    for name in ("here", "there"):
        root = folder(tmp_path / name, {"cats": 2})
        write(root / "cats" / "clear.png", encoded(pixels(17, 11, 4)))
        write(root / "cats" / "moving.gif", animated("GIF"))
        parts.append(probe(open_source(root)))
    both = concat(parts)
    named = [[both.path(both.ids.index(identity)) for identity in finding.sample_ids] for finding in check_layers(both)]
    files = ("moving.gif", "clear.png")
    assert named == [[str(tmp_path / name / "cats" / file) for name in ("here", "there")] for file in files]


def test_of_rows_that_were_left_out_nothing_is_said(tmp_path: Path) -> None:
    root = folder(tmp_path, {"cats": 2})
    write(root / "cats" / "clear.png", encoded(pixels(17, 11, 4)))
    data = probe(open_source(root))
    opaque = [row for row, identity in enumerate(data.ids) if identity not in data.transparent]
    assert check_layers(data.select(data.rows[opaque])) == []
