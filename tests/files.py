"""Picture files that Pillow cannot write: PNG of any depth and interlaced, run-length BMP, a wide colour profile."""

import struct
import zlib

import numpy as np

_PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    samples: np.ndarray, depth: int, palette: np.ndarray | None = None, interlaced: bool = False, *chunks: bytes
) -> bytes:
    """A PNG that uses all five filters in turn.

    Args:
        samples: (H, W, C), values below 2 ** depth.
        depth: 1, 2, 4, 8 or 16 bits.
        palette: (entries, 3); samples are then indices.
        interlaced: by Adam7.
        chunks: placed before the pixels.
    """
    height, width, channels = samples.shape
    colour = 3 if palette is not None else _COLOURS[channels]
    rows = b""
    for row, column, down, right in _PASSES if interlaced else ((0, 0, 1, 1),):
        rows += _filtered(samples[row::down, column::right], depth)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    before = b"" if palette is None else chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    packed = zlib.compress(rows)
    half = len(packed) // 2
    data = chunk(b"IDAT", packed[:half]) + chunk(b"IDAT", packed[half:])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + b"".join(chunks) + data + chunk(b"IEND", b"")


def _filtered(samples: np.ndarray, depth: int) -> bytes:
    height, width, channels = samples.shape
    if not height or not width:
        return b""
    if depth == 16:
        lines = samples.astype(">u2").reshape(height, -1).view(np.uint8)
    elif depth == 8:
        lines = samples.astype(np.uint8).reshape(height, -1)
    else:
        bits = np.unpackbits(samples.astype(np.uint8).reshape(height, -1, 1), axis=2)[..., 8 - depth :]
        lines = np.packbits(bits.reshape(height, -1), axis=1)
    step = max(1, channels * depth // 8)
    above = np.zeros(lines.shape[1], int)
    out = b""
    for number, line in enumerate(lines.astype(int)):
        left = np.concatenate([np.zeros(step, int), line])[: len(line)]
        corner = np.concatenate([np.zeros(step, int), above])[: len(line)]
        guess = left + above - corner
        near = np.abs([guess - left, guess - above, guess - corner]).argmin(axis=0)
        paeth = np.choose(near, [left, above, corner])
        kind = (number + 4) % 5
        predicted = [0 * line, left, above, (left + above) // 2, paeth][kind]
        out += bytes([kind]) + ((line - predicted) % 256).astype(np.uint8).tobytes()
        above = line
    return out


def bmp_rle8(indices: np.ndarray, palette: np.ndarray) -> bytes:
    """An 8-bit BMP of run lengths."""
    height, width = indices.shape
    packed = b""
    for row in indices[::-1]:
        x = 0
        while x < width:
            run = 1
            while x + run < width and row[x + run] == row[x] and run < 255:
                run += 1
            packed += bytes([run, row[x]])
            x += run
        packed += b"\0\0"
    packed += b"\0\1"
    colours = b"".join(bytes([*entry[::-1], 0]) for entry in palette.astype(np.uint8).tolist())
    start = 54 + len(colours)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(packed), 0, 0, len(palette), 0)
    return b"BM" + struct.pack("<IHHI", start + len(packed), 0, 0, start) + header + colours + packed


def icc_profile(grey: bool = False, gamma: float = 1.8, curve: bytes = b"") -> bytes:
    """A matrix profile with the primaries of Adobe RGB, or a grey one, of another gamma than sRGB's, or that curve."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = curve or b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(78) + b"\0"
    tags = {b"desc": name, b"cprt": b"text\0\0\0\0none\0\0\0\0", b"wtpt": xyz(0.9642, 1.0, 0.8249)}
    if grey:
        tags[b"kTRC"] = curve
    else:
        tags |= {b"rXYZ": xyz(0.60974, 0.31111, 0.01947), b"gXYZ": xyz(0.20528, 0.62567, 0.06087)}
        tags |= {b"bXYZ": xyz(0.14919, 0.06322, 0.74457), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    place, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for tag, value in tags.items():
        value += bytes(-len(value) % 4)
        table += tag + struct.pack(">II", place + len(body), len(value))
        body += value
    head = struct.pack(
        ">I4sI4s4s4s", place + len(body), b"\0\0\0\0", 0x02100000, b"mntr", b"GRAY" if grey else b"RGB ", b"XYZ "
    )
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body
