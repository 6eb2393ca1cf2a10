"""2,000 files, 5% of them broken in twenty different ways: found = accepted + quarantined, and each reason is right."""

import json
import os
import re
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

import hardy
from hardy.cli.app import run_command
from tests.e2e.conftest import snapshot

FILES = 2_000
EACH = 5


def encoded(kind: str, size_hw: tuple[int, int] = (17, 11), seed: int = 0, **options: object) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size_hw, 3), dtype=np.uint8)
    buffer = BytesIO()
    PIL.Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b""))
        + png_chunk(b"IEND", b"")
    )


JPEG, PNG, GIF = encoded("JPEG", (67, 43)), encoded("PNG"), encoded("GIF")
WEBP, BMP, TIFF, PPM = encoded("WEBP"), encoded("BMP"), encoded("TIFF"), encoded("PPM")

# name → (ending, what lies in the file, what the reason says)
BROKEN: dict[str, tuple[str, bytes, str]] = {
    "empty": ("jpg", b"", "the file is empty"),
    "text": ("png", b"a note to myself", "not a picture"),
    "html": ("jpg", b"<!DOCTYPE html><html>404</html>", "not a picture"),
    "zeros": ("png", bytes(500), "not a picture"),
    "video": ("gif", b"\x00\x00\x00\x18ftypmp42" + bytes(100), "not a picture"),
    "executable": ("bmp", b"\x7fELF" + bytes(100), "not a picture"),
    "svg": ("png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a picture"),
    "jpeg cut": ("jpg", JPEG[: len(JPEG) // 2], "damaged JPEG: the data is truncated"),
    "jpeg head only": ("jpeg", JPEG[:20], "damaged JPEG: the data is truncated before its first scan"),
    "jpeg cut near its end": ("jpg", JPEG[:-40], "damaged JPEG: the data is truncated"),
    "png cut": ("png", PNG[: len(PNG) // 2], "damaged PNG: the data is truncated"),
    "png of a wrong checksum": (
        "png",
        PNG[:60] + bytes([PNG[60] ^ 255]) + PNG[61:],
        "damaged PNG: the checksum of chunk b'IDAT' is wrong",
    ),
    "png too large": ("png", png_of(60_000, 60_000), "60000×60000 pixels are more than the limit"),
    "png without pixels": ("png", png_of(40, 40), "damaged PNG: the data is truncated"),
    "png head only": ("png", PNG[:8], "damaged PNG: the data is truncated or has no header"),
    "gif cut": ("gif", GIF[: len(GIF) // 2], "damaged GIF: the data is truncated"),
    "webp cut": ("webp", WEBP[: len(WEBP) // 2], "damaged WEBP: the data is truncated"),
    "bmp cut": ("bmp", BMP[: len(BMP) // 2], "damaged BMP: the data is truncated"),
    "tiff cut": ("tif", TIFF[: len(TIFF) // 2], "damaged TIFF: the data is truncated"),
    "ppm cut": ("ppm", PPM[: len(PPM) // 2], "damaged PPM: the data is truncated"),
}


@pytest.fixture(scope="module")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert len(BROKEN) == 20 and len(BROKEN) * EACH == FILES * 5 // 100
    root = tmp_path_factory.mktemp("broken") / "photos"
    for name in ("dark", "light"):
        (root / name).mkdir(parents=True)
    whole = [encoded(kind, seed=seed) for seed in range(5) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")]
    for number in range(FILES - len(BROKEN) * EACH):
        side = "dark" if number % 2 else "light"
        content = whole[number % len(whole)]
        (root / side / f"{number:04d}.{('png', 'jpg', 'gif', 'webp', 'bmp', 'tif')[number % 6]}").write_bytes(content)
    for name, (ending, content, _) in BROKEN.items():
        for number in range(EACH):
            side = "dark" if number % 2 else "light"
            (root / side / f"{name} {number}.{ending}").write_bytes(content)
    return root


def test_nothing_is_lost_and_each_reason_is_right(
    pile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = snapshot(pile)
    store = tmp_path / "x.hardy"
    assert run_command(["pack", str(pile), "--out", str(store)]) == 0
    said = capfd.readouterr()
    assert f"{FILES - 100:,} of {FILES:,} pictures" in said.out
    summary = [line for line in said.err.splitlines() if "cannot be read" in line]
    assert len(summary) == 1, "one line on the screen, not a hundred"
    assert "100 of 2,000 pictures cannot be read" in summary[0]

    manifest = json.loads((store / "manifest.json").read_text())
    assert (manifest["found"], manifest["accepted"], manifest["quarantined"]) == (FILES, FILES - 100, 100)
    reasons = {
        entry["uri"]: entry["reason"]
        for entry in map(json.loads, (store / "quarantine.jsonl").read_text().splitlines())
    }
    assert len(reasons) == 100
    found = {path.relative_to(pile).as_posix() for path in pile.rglob("*.*")}
    accepted = hardy.open(store).column("uri")
    assert len(accepted) == FILES - 100 and {*accepted, *reasons} == found, "each file is in one of the two, once"
    for uri, reason in reasons.items():
        name = re.sub(r" \d$", "", os.path.splitext(os.path.basename(uri))[0])  # noqa: PTH119, PTH122
        assert BROKEN[name][2] in reason, f"{uri}: {reason}"
    assert snapshot(pile) == before


@pytest.mark.parametrize("line", [["audit"], ["train", "--epochs", "1", "--size", "17", "11"]], ids=["audit", "train"])
def test_no_verb_gives_up(line: list[str], pile: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command([line[0], str(pile), *line[1:], "--out", str(tmp_path / "out")]) == 0
    assert "100 of 2,000" in " ".join("".join(capfd.readouterr()).split())
