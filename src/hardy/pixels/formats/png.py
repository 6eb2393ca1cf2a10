"""PNG: every chunk is held against its checksum; Pillow unpacks 8 bits and 16-bit grey, we unpack 16-bit colour."""

import struct
import zlib
from dataclasses import dataclass, field

import numpy as np
import PIL.Image

from hardy.errors import DecodeError
from hardy.pixels import Image, icc
from hardy.pixels.exif import read_orientation, turn_upright
from hardy.pixels.formats import pillow
from hardy.pixels.limits import MAX_PIXELS, check_frames, check_size
from hardy.pixels.picture import Picture

_SIGNATURE = 8
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {_GREY: 1, _RGB: 3, _PALETTE: 1, _GREY_ALPHA: 2, _RGB_ALPHA: 4}
_MODES = {_GREY: "I;16", _RGB: "RGB", _GREY_ALPHA: "LA", _RGB_ALPHA: "RGBA"}
_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_MAX_TEXT = 2**20

# Adam7: first row, first column, and steps of each pass.
_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
_WHOLE = ((0, 0, 1, 1),)


@dataclass
class _Chunks:
    plain: list[memoryview] = field(default_factory=list)  # whole chunks, those the pixels need
    data: list[memoryview] = field(default_factory=list)  # what the IDAT chunks hold
    exif: bytes = b""
    xmp: bytes = b""
    profile: bytes = b""
    transparent: bytes = b""
    frames: int = 1


def read(data: bytes, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a PNG: upright, in sRGB, 16-bit colour at its full depth.

    Raises:
        DecodeError: truncated, a checksum is wrong, or too large.

    Example:
        >>> from hardy.pixels.encode import encode_png
        >>> read(encode_png(np.zeros((17, 11, 2), np.uint8))).mode
        'LA'

    Source: the PNG specification, third edition (2025).
    """
    if len(data) < 33 or data[12:16] != b"IHDR" or data[8:12] != b"\0\0\0\r":
        raise DecodeError("damaged PNG: the data is truncated or has no header")
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    if colour not in _CHANNELS:
        raise DecodeError(f"damaged PNG: colour type {colour}")
    deep = depth == 16
    check_size(width, height, max_pixels, _CHANNELS[colour] * (2 if deep else 1))
    chunks = _walk(data)
    check_frames(chunks.frames)
    if deep and (colour != _GREY or chunks.transparent):
        pixels, mode = _unpack_16(chunks, height, width, _CHANNELS[colour], bool(interlaced)), _MODES[colour]
    else:
        image = pillow.load("PNG", b"".join([data[:_SIGNATURE], *chunks.plain]), max_pixels)
        mode = image.mode
        if interlaced or not np.asarray(image)[-1].any():
            _check_length(chunks, height, width, _CHANNELS[colour] * depth, bool(interlaced))
        if chunks.profile and not deep:
            image = _in_srgb(image, chunks.profile)
        pixels = pillow.to_array(image)
    return Picture(turn_upright(pixels, read_orientation(chunks.exif, chunks.xmp)), "PNG", mode, chunks.frames)


def _walk(data: bytes) -> _Chunks:
    view, place, found = memoryview(data), _SIGNATURE, _Chunks()
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        end = place + 12 + length
        if end > len(data):
            break
        kind, body = data[place + 4 : place + 8], view[place + 8 : end - 4]
        if zlib.crc32(view[place + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
            raise DecodeError(f"damaged PNG: the checksum of chunk {kind!r} is wrong")
        if kind in _NEEDED:
            found.plain.append(view[place:end])
        _note(found, kind, body)
        if kind == b"IEND":
            if not found.data:
                raise DecodeError("damaged PNG: it holds no pixels")
            return found
        place = end
    raise DecodeError("damaged PNG: the data is truncated")


def _note(found: _Chunks, kind: bytes, body: memoryview) -> None:
    if kind == b"IDAT":
        found.data.append(body)
    elif kind == b"tRNS":
        found.transparent = bytes(body)
    elif kind == b"eXIf":
        found.exif = bytes(body)
    elif kind == b"acTL" and len(body) == 8:
        found.frames = max(1, struct.unpack_from(">I", body)[0])
    elif kind == b"iCCP":
        found.profile = _inflate(bytes(body).partition(b"\0")[2][1:], 8 * _MAX_TEXT)
    elif kind == b"iTXt":
        word, _, rest = bytes(body).partition(b"\0")
        if word == b"XML:com.adobe.xmp" and rest[:1] == b"\0":
            found.xmp = rest
    elif kind in (b"tEXt", b"zTXt"):
        word, _, rest = bytes(body[:_MAX_TEXT]).partition(b"\0")
        if word == b"Raw profile type exif" and not found.exif:
            text = _inflate(rest[1:], _MAX_TEXT) if kind == b"zTXt" else rest
            try:
                found.exif = bytes.fromhex("".join(text.decode("latin-1").split("\n")[3:]))
            except ValueError:
                return


def _inflate(packed: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, limit)
    except zlib.error:
        return b""


def _in_srgb(image: PIL.Image.Image, profile: bytes) -> PIL.Image.Image:
    """Alpha stays as it is."""
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return icc.to_srgb(image, profile)
    if image.mode in ("P", "RGB", "L"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode == "RGB":
        return icc.to_srgb(image, profile)
    if image.mode == "RGBA":
        colours = icc.to_srgb(image.convert("RGB"), profile)
        colours.putalpha(image.getchannel("A"))
        return colours
    return image


def _check_length(chunks: _Chunks, height: int, width: int, bits: int, interlaced: bool) -> None:
    """Where a stream ends early behind right checksums, Pillow leaves rows at zero without a word."""
    wanted = 0
    for row, column, down, right in _PASSES if interlaced else _WHOLE:
        rows, columns = -(-(height - row) // down), -(-(width - column) // right)
        wanted += rows * (1 + -(-columns * bits // 8)) if rows > 0 and columns > 0 else 0
    if len(zlib.decompressobj().decompress(b"".join(chunks.data), wanted)) < wanted:
        raise DecodeError("damaged PNG: the data is truncated")


def _unpack_16(chunks: _Chunks, height: int, width: int, channels: int, interlaced: bool) -> Image:
    from hardy.pixels.formats import png_kernels  # here: Numba takes a third of a second to import

    passes = _PASSES if interlaced else _WHOLE
    sizes = [(-(-(height - row) // down), -(-(width - column) // right)) for row, column, down, right in passes]
    wanted = sum(rows * (1 + columns * channels * 2) for rows, columns in sizes if columns)
    inflater = zlib.decompressobj()
    raw = inflater.decompress(b"".join(chunks.data), wanted + 1)
    if len(raw) < wanted:
        raise DecodeError("damaged PNG: the data is truncated")
    if len(raw) == wanted and not inflater.eof:
        inflater.decompress(inflater.unconsumed_tail)  # holds the checksum over all pixels
        if not inflater.eof:
            raise DecodeError("damaged PNG: the data is truncated")
    pixels = np.empty((height, width, channels), np.uint16)
    place, flat = 0, np.frombuffer(raw, np.uint8)
    for (row, column, down, right), (rows, columns) in zip(passes, sizes, strict=True):
        if not rows or not columns:
            continue
        stride = columns * channels * 2
        lines = flat[place : place + rows * (stride + 1)].reshape(rows, stride + 1)
        place += lines.size
        plain = np.empty((rows, stride), np.uint8)
        if not png_kernels.unfilter(lines, channels * 2, plain):
            raise DecodeError("damaged PNG: a row is filtered in a way that does not exist")
        pixels[row::down, column::right] = plain.view(">u2").reshape(rows, columns, channels)
    key = chunks.transparent
    if key and len(key) == 2 * channels and channels in (1, 3):
        clear = (pixels == np.frombuffer(key, ">u2")).all(axis=2, keepdims=True)
        pixels = np.concatenate([pixels, np.where(clear, 0, 65535).astype(np.uint16)], axis=2)
    return pixels
