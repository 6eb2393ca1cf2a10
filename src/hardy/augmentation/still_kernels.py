# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Colours changed where nothing moves: RGB bytes through a matrix, to bytes as they lie or to planes of floats."""

import numpy as np
from llvmlite import ir
from numba import carray, types
from numba.extending import intrinsic

from hardy.augmentation.memory_kernels import as_pointer, expect, expect_to_write
from hardy.augmentation.vector_kernels import (
    ADDRESS,
    BYTE,
    FLOAT32,
    LANES,
    LONG,
    WORD,
    everywhere,
    fused,
    least,
    loaded,
    most,
    number,
    picked,
    single,
    stored,
)  # fmt: skip
from hardy.kernel import kernel

_BYTES, _FLOATS = np.empty(0, np.uint8), np.empty(0, np.float32)
_F = np.float32
_AHEAD = 3072  # bytes that are asked for before they are read, and room for them before it is written to


def _change_lanes(as_bytes):
    @intrinsic
    def change_lanes(typing, source, matrix, target, apart):
        """Sixteen pixels through a matrix (3, 4): into bytes side by side, or into planes so many bytes apart."""
        signature = types.void(ADDRESS, ADDRESS, ADDRESS, ADDRESS)

        def generate(context, builder, signature, arguments):
            source, matrix, target, apart = arguments
            bytes_ = loaded(builder, source, BYTE, 3 * LANES)
            values = []
            for channel in range(3):
                own = picked(builder, bytes_, bytes_, [3 * lane + channel for lane in range(LANES)])
                whole = builder.zext(own, ir.VectorType(WORD, LANES))
                values.append(builder.sitofp(whole, ir.VectorType(FLOAT32, LANES)))
            changed = []
            for channel in range(3):
                total = everywhere(builder, single(builder, matrix, FLOAT32, 4 * channel + 3))
                for place, value in enumerate(values):
                    share = everywhere(builder, single(builder, matrix, FLOAT32, 4 * channel + place))
                    total = fused(builder, share, value, total)
                if not as_bytes:
                    stored(builder, total, builder.add(target, builder.mul(apart, ir.Constant(LONG, channel))))
                    continue
                total = least(builder, most(builder, total, number(FLOAT32, 0.0)), number(FLOAT32, 255.5))
                cut = builder.fptosi(total, ir.VectorType(WORD, LANES))
                changed.append(builder.trunc(cut, ir.VectorType(BYTE, LANES)))
            if as_bytes:
                pair = picked(builder, changed[0], changed[1], range(2 * LANES))
                rest = picked(builder, changed[2], changed[2], range(2 * LANES))
                order = [k // 3 + (0, LANES, 2 * LANES)[k % 3] for k in range(3 * LANES)]
                stored(builder, picked(builder, pair, rest, order), target)
            return context.get_dummy_value()

        return signature, generate

    return change_lanes


change_bytes, change_planes = _change_lanes(True), _change_lanes(False)


@kernel
def change_pixel(source, matrix, found):
    """One pixel through the matrix."""
    for c in range(3):
        total = matrix[4 * c + 3]
        for place in range(3):
            total += matrix[4 * c + place] * _F(source[place])
        found[c] = total


@kernel
def change_colours(sources, targets, chosen, index, matrices):
    """Pictures (h, w, 3) of bytes through float32 matrices (m, 12), rounding in them, to bytes of the same layout."""
    found = np.empty(3, np.float32)
    for n in chosen:
        rows, columns = targets[n, 1], targets[n, 2]
        lines, count = rows, columns
        if sources[n, 3] == 3 * columns and targets[n, 3] == 3 * columns:  # one long row
            lines, count = 1, rows * columns
        own = matrices[index[n]]
        matrix = np.uint64(own.ctypes.data)
        for y in range(lines):
            source = np.uint64(sources[n, 0] + y * sources[n, 3])
            target = np.uint64(targets[n, 0] + y * targets[n, 3])
            x = 0
            while x + LANES <= count:
                expect(source + np.uint64(3 * x + _AHEAD))
                expect_to_write(target + np.uint64(3 * x + _AHEAD))
                change_bytes(source + np.uint64(3 * x), matrix, target + np.uint64(3 * x), target)
                x += LANES
            pixels, out = (
                carray(as_pointer(source, _BYTES), (3 * count,)),
                carray(as_pointer(target, _BYTES), (3 * count,)),
            )
            while x < count:
                change_pixel(pixels[3 * x : 3 * x + 3], own, found)
                for c in range(3):
                    out[3 * x + c] = np.int32(min(max(found[c], _F(0)), _F(255.5)))
                x += 1


@kernel
def change_to_planes(sources, targets, chosen, index, matrices):
    """The same to float32 planes, whose rows are whole."""
    found = np.empty(3, np.float32)
    for n in chosen:
        rows, columns = targets[n, 1], targets[n, 2]
        own = matrices[index[n]]
        matrix, apart = np.uint64(own.ctypes.data), np.uint64(4 * targets[n, 5])
        for y in range(rows):
            source = np.uint64(sources[n, 0] + y * sources[n, 3])
            target = np.uint64(targets[n, 0] + 4 * y * targets[n, 3])
            for begin in range(0, columns, LANES):
                x = min(begin, columns - LANES)
                if x >= 0:
                    change_planes(source + np.uint64(3 * x), matrix, target + np.uint64(4 * x), apart)
            if columns < LANES:
                pixels = carray(as_pointer(source, _BYTES), (3 * columns,))
                for x in range(columns):
                    change_pixel(pixels[3 * x : 3 * x + 3], own, found)
                    for c in range(3):
                        line = carray(as_pointer(target + np.uint64(c) * apart, _FLOATS), (columns,))
                        line[x] = found[c]
