"""One small file for each case that the decoder knows, and the pixels it must give.

`pixels/<name>.<kind>` is the file, `pixels/<name>.npy` its pixels; mode and frames are in `pixels/expected.json`. Tests
read them and never write: `python tests/golden/rewrite.py` does, and `test_pictures.py` says what it must agree with.
"""

import io
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image

FOLDER = Path(__file__).with_name("pixels")
HW = (17, 11)


def smooth(*shape: int) -> np.ndarray:
    """A picture that survives JPEG: slopes of different steepness in each channel, float 0..1."""
    height, width, channels = shape or (*HW, 3)
    y, x = np.mgrid[:height, :width]
    planes = [(y * (1 + c % 2) / height + x * (2 - c % 3) / width) / 4 + 0.1 * c for c in range(channels)]
    return np.stack(planes, axis=2) % 1.0


def level(shape: tuple[int, ...], highest: int, seed: int = 1) -> np.ndarray:
    """Random whole numbers from 0 to `highest`."""
    return np.random.default_rng(seed).integers(0, highest, shape, endpoint=True)


def cases() -> dict[str, Callable[[], bytes]]:
    """Name with the kind's ending → how the file is made."""
    from tests.builders import encoded
    from tests.files import bmp_rle8, chunk, icc_profile, png

    photo = (smooth() * 255).astype(np.uint8)
    noise = level((*HW, 3), 255).astype(np.uint8)
    palette = level((16, 3), 255, 2).astype(np.uint8)
    few = level(HW, 15, 3)

    def image(array: np.ndarray, mode: str | None = None) -> PIL.Image.Image:
        found = PIL.Image.fromarray(array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array)
        return found.convert(mode) if mode else found

    def indexed() -> PIL.Image.Image:
        found = PIL.Image.fromarray(few.astype(np.uint8), "L")
        found.putpalette(palette.tobytes())
        return found

    def turned(orientation: int) -> PIL.Image.Exif:
        exif = PIL.Image.Exif()
        exif[0x0112] = orientation
        return exif

    def inks() -> PIL.Image.Image:
        planes = [PIL.Image.fromarray(np.ascontiguousarray(photo[..., place])) for place in (0, 1, 2, 0)]
        return PIL.Image.merge("CMYK", planes)

    def frames(kind: str, **options: object) -> bytes:
        colours = [PIL.Image.new("RGB", HW[::-1], colour) for colour in ("red", "lime", "blue")]
        colours[0].paste((9, 99, 199), (2, 3, 6, 9))
        buffer = io.BytesIO()
        colours[0].save(buffer, kind, save_all=True, append_images=colours[1:], **options)
        return buffer.getvalue()

    def tiff(array: np.ndarray, **options: object) -> bytes:
        import tifffile

        buffer = io.BytesIO()
        colour = array.ndim == 3 and array.shape[-1] in (3, 4)
        extra = ["unassalpha"] if array.ndim == 3 and array.shape[-1] in (2, 4) else None
        options = {"photometric": "rgb" if colour else "minisblack", "extrasamples": extra, "metadata": None} | options
        if array.ndim == 3:
            options.setdefault("planarconfig", "contig")
        tifffile.imwrite(buffer, array, **options)
        return buffer.getvalue()

    def deep(channels: int) -> np.ndarray:
        return level((*HW, channels), 65535, channels)

    jpeg = {
        "baseline": lambda: encoded(photo, "JPEG", quality=90),
        "progressive": lambda: encoded(photo, "JPEG", quality=90, progressive=True),
        "restarts": lambda: encoded(photo, "JPEG", quality=90, restart_marker_blocks=1),
        "grey": lambda: encoded(photo[..., :1], "JPEG", quality=90),
        "cmyk": lambda: encoded(inks(), "JPEG", quality=90),
        "icc": lambda: encoded(photo, "JPEG", quality=90, icc_profile=icc_profile()),
        "icc-grey": lambda: encoded(photo[..., :1], "JPEG", quality=90, icc_profile=icc_profile(grey=True)),
        **{f"exif-{turn}": lambda turn=turn: encoded(photo, "JPEG", exif=turned(turn)) for turn in range(1, 9)},
        "xmp-6": lambda: encoded(
            photo, "JPEG", xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
        ),
    }
    bits = {
        f"grey-{depth}{'-interlaced' * weave}": lambda depth=depth, weave=weave: png(
            level((*HW, 1), 2**depth - 1), depth, None, weave
        )
        for depth in (1, 2, 4, 8, 16)
        for weave in (False, True)
    }
    colours = {
        f"{('', '', 'grey-alpha', 'rgb', 'rgba')[channels]}-{depth}{'-interlaced' * weave}": (
            lambda channels=channels, depth=depth, weave=weave: png(
                level((*HW, channels), 2**depth - 1), depth, None, weave
            )
        )
        for channels in (2, 3, 4)
        for depth in (8, 16)
        for weave in (False, True)
    }
    key16 = struct.pack(">3H", *level((*HW, 3), 65535)[3, 4])
    pngs = {
        **bits,
        **colours,
        **{
            f"palette-{depth}": lambda depth=depth: png(few[..., None] % 2**depth, depth, palette[: 2**depth])
            for depth in (1, 2, 4, 8)
        },
        "palette-alpha": lambda: png(few[..., None], 4, palette, False, chunk(b"tRNS", bytes(range(0, 160, 10)))),
        "key-grey": lambda: png(few[..., None], 8, None, False, chunk(b"tRNS", b"\0\7")),
        "key-rgb": lambda: png(noise, 8, None, False, chunk(b"tRNS", struct.pack(">3H", *noise[3, 4]))),
        "key-rgb-16": lambda: png(level((*HW, 3), 65535), 16, None, False, chunk(b"tRNS", key16)),
        "animated": lambda: frames("PNG"),
        "exif-6": lambda: encoded(noise, exif=turned(6)),
        "icc": lambda: encoded(noise, icc_profile=icc_profile()),
    }
    tiffs = {
        "grey-1": lambda: encoded(image(noise[..., 0] > 99), "TIFF", compression="group4"),
        "grey-8": lambda: tiff(noise[..., 0]),
        "grey-16": lambda: tiff(deep(1)[..., 0].astype(np.uint16)),
        "grey-16-big-endian": lambda: tiff(deep(1)[..., 0].astype(np.uint16), byteorder=">"),
        "rgb-8": lambda: tiff(noise),
        "rgb-8-lzw": lambda: encoded(noise, "TIFF", compression="tiff_lzw"),
        "rgb-8-jpeg": lambda: encoded(photo, "TIFF", compression="jpeg"),
        "rgb-8-planes": lambda: tiff(np.moveaxis(noise, 2, 0), planarconfig="separate", photometric="rgb"),
        "rgb-16": lambda: tiff(deep(3).astype(np.uint16)),
        "rgb-16-big-endian": lambda: tiff(deep(3).astype(np.uint16), byteorder=">"),
        "rgb-16-predictor": lambda: tiff(deep(3).astype(np.uint16), compression="zlib", predictor=True),
        "rgb-16-tiles": lambda: tiff(deep(3).astype(np.uint16), compression="zlib", predictor=True, tile=(16, 16)),
        "rgb-16-planes": lambda: tiff(
            np.moveaxis(deep(3), 2, 0).astype(np.uint16), planarconfig="separate", photometric="rgb", compression="zlib"
        ),
        "rgb-16-bigtiff": lambda: tiff(deep(3).astype(np.uint16), bigtiff=True),
        "rgba-16": lambda: tiff(deep(4).astype(np.uint16)),
        "grey-alpha-16": lambda: tiff(deep(2).astype(np.uint16)),
        "palette": lambda: encoded(indexed(), "TIFF"),
        "cmyk": lambda: encoded(inks(), "TIFF"),
        "pages": lambda: frames("TIFF"),
        "exif-6": lambda: encoded(noise, "TIFF", exif=turned(6)),
        "icc": lambda: encoded(noise, "TIFF", icc_profile=icc_profile()),
    }
    others = {
        "plain.gif": lambda: encoded(indexed(), "GIF"),
        "transparent.gif": lambda: encoded(indexed(), "GIF", transparency=3),
        "interlaced.gif": lambda: encoded(indexed(), "GIF", interlace=1),
        "animated.gif": lambda: frames("GIF"),
        "lossy.webp": lambda: encoded(photo, "WEBP", quality=90),
        "lossless.webp": lambda: encoded(noise, "WEBP", lossless=True),
        "alpha.webp": lambda: encoded(level((*HW, 4), 255).astype(np.uint8), "WEBP", lossless=True, exact=True),
        "animated.webp": lambda: frames("WEBP", lossless=True),
        "exif-6.webp": lambda: encoded(noise, "WEBP", lossless=True, exif=turned(6)),
        "icc.webp": lambda: encoded(noise, "WEBP", lossless=True, icc_profile=icc_profile()),
        "grey-1.bmp": lambda: encoded(image(noise[..., 0] > 99), "BMP"),
        "palette-8.bmp": lambda: encoded(indexed(), "BMP"),
        "rgb.bmp": lambda: encoded(noise, "BMP"),
        "runs.bmp": lambda: bmp_rle8(few // 6, palette),
        "plain.pbm": lambda: b"P1 # a comment\n3 2\n0 1 0 1 1 0\n",
        "raw.pbm": lambda: b"P4 11 2\n" + bytes([0b10101010, 0b11100000, 0b00110011, 0]),
        "plain.pgm": lambda: b"P2\n3 2\n15\n0 3 6 9 12 15\n",
        "raw.pgm": lambda: encoded(noise[..., 0], "PPM"),
        "raw-16.pgm": lambda: b"P5 11 17 65535\n" + deep(1).astype(">u2").tobytes(),
        "plain.ppm": lambda: b"P3\n2 1\n255\n1 2 3 250 251 252\n",
        "plain-16.ppm": lambda: b"P3\n2 1 # wide\n65535\n1 2 3 60000 60001 60002\n",
        "raw.ppm": lambda: encoded(noise, "PPM"),
        "raw-16.ppm": lambda: b"P6 11 17 65535\n" + deep(3).astype(">u2").tobytes(),
        "raw-12.ppm": lambda: b"P6 11 17 4095\n" + level((*HW, 3), 4095).astype(">u2").tobytes(),
    }
    return (
        {f"{name}.jpg": make for name, make in jpeg.items()}
        | {f"{name}.png": make for name, make in pngs.items()}
        | {f"{name}.tiff": make for name, make in tiffs.items()}
        | others
    )


def write() -> None:
    """Make all files anew, and the pixels as this version of hardy gives them."""
    from hardy.pixels.decode import decode

    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    expected = {}
    for name, make in cases().items():
        data = make()
        picture = decode(data)
        (FOLDER / name).write_bytes(data)
        np.save(FOLDER / f"{name}.npy", picture.pixels)
        expected[name] = {"format": picture.format, "mode": picture.mode, "frames": picture.frames}
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
