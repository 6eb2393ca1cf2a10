# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Where sixteen pixels of an output row come from: offsets into the picture, and bilinear weights."""

import numpy as np
from llvmlite import ir
from numba import carray, types
from numba.extending import intrinsic

from hardy.augmentation.memory_kernels import as_pointer
from hardy.augmentation.pixel_kernels import CONSTANT, EDGE, REFLECT, WRAP
from hardy.augmentation.vector_kernels import (
    ACROSS,
    ADDRESS,
    BLOCK,
    DOWN,
    FLAGS,
    FLOAT32,
    FLOAT64,
    LANES,
    LINE,
    LONG,
    OFFSETS,
    SHARES,
    WORD,
    everywhere,
    floor,
    fused,
    least,
    loaded,
    most,
    moved,
    number,
    single,
    stored,
)  # fmt: skip
from hardy.kernel import kernel


def _folded(builder, values, size, border):
    """Places outside brought to those inside that have the same value; `size` in every lane."""
    zero, one = number(FLOAT64, 0.0), number(FLOAT64, 1.0)
    last = builder.fsub(size, one)
    if border in ("reflect", "symmetric"):
        half = number(FLOAT64, 0.5 if border == "symmetric" else 0.0)
        length = size if border == "symmetric" else last
        period = builder.fadd(length, length)
        pushed = builder.fadd(values, half)
        rounds = floor(builder, builder.fmul(pushed, builder.fdiv(one, period)))
        turned = builder.fsub(pushed, builder.fmul(rounds, period))
        values = builder.fsub(least(builder, turned, builder.fsub(period, turned)), half)
    return least(builder, most(builder, values, zero), last)


def _origins(builder, origin, matrix, x, y):
    """Places (x, y) of sixteen pixels."""
    if origin == "field":
        far = builder.add(matrix, builder.fptoui(x, LONG))
        return [loaded(builder, address, FLOAT64) for address in (far, matrix)]
    m = [single(builder, matrix, FLOAT64, place) for place in range(9)]
    row = ir.Constant(ir.VectorType(FLOAT64, LANES), [float(k) for k in range(LANES)])
    xs = builder.fadd(everywhere(builder, x), row)

    def line(a, b, c):
        first = builder.fadd(builder.fmul(everywhere(builder, a), xs), everywhere(builder, builder.fmul(b, y)))
        return builder.fadd(first, everywhere(builder, c))

    found = [line(*m[:3]), line(*m[3:6])]
    if origin == "projective":
        scale = line(*m[6:])
        found = [builder.fdiv(values, scale) for values in found]
    return found


def _bits(builder, flags):
    return builder.zext(builder.bitcast(flags, ir.IntType(LANES)), WORD)


def _place_lanes(border, origin):
    @intrinsic
    def place_lanes(typing, matrix, x, y, width, height, stride, step, block):
        """Where pixels x, x + 1, … of an output row come from: offset of the first of four pixels, and weights.

        The origin is "affine" or "projective", through the matrix, or "field": the matrix is the address of sixteen
        places y, and `x` is how many bytes further the places x lie.
        Returns which of them lie inside, a bit each. Under a constant border the block is told how much of each does.
        """
        signature = types.uint32(ADDRESS, *[types.float64] * 4, types.int64, types.int64, ADDRESS)

        def generate(context, builder, signature, arguments):
            matrix, x, y, width, height, stride, step, block = arguments
            found = _origins(builder, origin, matrix, x, y)
            sizes = everywhere(builder, width), everywhere(builder, height)
            zero, one = number(FLOAT64, 0.0), number(FLOAT64, 1.0)
            inside = share = None
            lows, weights = [], []
            for values, size in zip(found, sizes, strict=True):
                last = builder.fsub(size, one)
                within = builder.and_(
                    builder.fcmp_ordered(">=", values, zero), builder.fcmp_ordered("<=", values, last)
                )
                inside = within if inside is None else builder.and_(inside, within)
                if border == "constant":
                    part = least(builder, builder.fadd(values, one), builder.fsub(size, values))
                    part = least(builder, most(builder, part, zero), one)
                    share = part if share is None else builder.fmul(share, part)
                values = _folded(builder, values, size, border)
                low = least(builder, floor(builder, values), builder.fsub(last, one))
                weights.append(builder.fptrunc(builder.fsub(values, low), ir.VectorType(FLOAT32, LANES)))
                lows.append(builder.fptosi(low, ir.VectorType(WORD, LANES)))
            offset = builder.add(
                builder.mul(lows[1], everywhere(builder, builder.trunc(stride, WORD))),
                builder.mul(lows[0], everywhere(builder, builder.trunc(step, WORD))),
            )
            for values, place in ((offset, OFFSETS), (weights[0], ACROSS), (weights[1], DOWN)):
                stored(builder, values, moved(builder, block, place), LINE)
            if border == "constant":
                narrow = builder.fptrunc(share, ir.VectorType(FLOAT32, LANES))
                stored(builder, narrow, moved(builder, block, SHARES), LINE)
            return _bits(builder, inside)

        return signature, generate

    return place_lanes


_ORDER = ("constant", "edge", "reflect", "symmetric", "wrap")

place_constant, place_edge, place_reflect, place_symmetric, place_wrap = (_place_lanes(b, "affine") for b in _ORDER)
project_constant, project_edge, project_reflect, project_symmetric, project_wrap = (
    _place_lanes(b, "projective") for b in _ORDER
)
field_constant, field_edge, field_reflect, field_symmetric = (_place_lanes(b, "field") for b in _ORDER[:4])


def _near_lanes(border):
    @intrinsic
    def near_lanes(
        typing, part_x, part_y, slope_x, slope_y, whole_x, whole_y, width, height, stride, step, block
    ):  # fmt: skip
        """The same for an affine matrix in float32: places are counted from the whole place of the first pixel.

        So near to it float32 is exact to 1e-5 of a pixel, and takes half of what float64 does.
        """
        signature = types.uint32(*[types.float32] * 4, *[types.int32] * 6, ADDRESS)

        def generate(context, builder, signature, arguments):
            part_x, part_y, slope_x, slope_y, whole_x, whole_y, width, height, stride, step, block = arguments
            row = ir.Constant(ir.VectorType(FLOAT32, LANES), [float(k) for k in range(LANES)])
            zero, one = number(FLOAT32, 0.0), number(FLOAT32, 1.0)
            inside = share = None
            lows, weights = [], []
            for part, slope, whole, size in (
                (part_x, slope_x, whole_x, width), (part_y, slope_y, whole_y, height)
            ):  # fmt: skip
                values = fused(builder, row, everywhere(builder, slope), everywhere(builder, part))
                if border == "inside":
                    low = floor(builder, values)
                else:
                    first = everywhere(builder, builder.sitofp(builder.neg(whole), FLOAT32))
                    rest = builder.sub(builder.sub(size, whole), ir.Constant(WORD, 1))
                    last = everywhere(builder, builder.sitofp(rest, FLOAT32))
                    if border == "constant":
                        within = builder.and_(
                            builder.fcmp_ordered(">=", values, first), builder.fcmp_ordered("<=", values, last)
                        )
                        inside = within if inside is None else builder.and_(inside, within)
                        reach = least(builder, builder.fsub(values, first), builder.fsub(last, values))
                        reach = least(builder, most(builder, builder.fadd(reach, one), zero), one)
                        share = reach if share is None else builder.fmul(share, reach)
                    values = least(builder, most(builder, values, first), last)
                    low = least(builder, floor(builder, values), builder.fsub(last, one))
                weights.append(builder.fsub(values, low))
                lows.append(builder.fptosi(low, ir.VectorType(WORD, LANES)))
            start = builder.add(builder.mul(whole_y, stride), builder.mul(whole_x, step))
            offset = builder.add(
                builder.mul(lows[1], everywhere(builder, stride)), builder.mul(lows[0], everywhere(builder, step))
            )
            offset = builder.add(offset, everywhere(builder, start))
            for values, place in ((offset, OFFSETS), (weights[0], ACROSS), (weights[1], DOWN)):
                stored(builder, values, moved(builder, block, place), LINE)
            if border != "constant":
                return ir.Constant(WORD, 2**LANES - 1)
            stored(builder, share, moved(builder, block, SHARES), LINE)
            return _bits(builder, inside)

        return signature, generate

    return near_lanes


near_inside, near_edge, near_constant = (_near_lanes(border) for border in ("inside", "edge", "constant"))

EVERY = np.uint32(2**LANES - 1)
_STEEP = 16.0  # source pixels for one of the output: beyond it float32 is too coarse over sixteen
_RIM = 1e-3  # of a pixel; so near to the rim a pixel is not taken for one inside
_AROUND = 4096.0  # pixels outside; what is further out is brought here, where nothing is inside either
_DOUBLE, _FLAG = np.empty(0), np.empty(0, np.uint32)


@kernel
def is_gentle(matrix):
    """Whether float32 is exact enough for the places."""
    affine = matrix[6] == 0.0 and matrix[7] == 0.0 and matrix[8] == 1.0
    return affine and abs(matrix[0]) <= _STEEP and abs(matrix[3]) <= _STEEP


@kernel
def place_far(matrix, border, x, y, width, height, row_stride, channels, block):
    """Sixteen pixels in float64, through any matrix and any border."""
    m = carray(as_pointer(matrix, _DOUBLE), (9,))
    projective = m[6] != 0.0 or m[7] != 0.0 or m[8] != 1.0
    w, h, dy, dx = float(width), float(height), np.int64(row_stride), np.int64(channels)
    inside = EVERY
    if border == CONSTANT:
        if projective:
            inside = project_constant(matrix, x, y, w, h, dy, dx, block)
        else:
            inside = place_constant(matrix, x, y, w, h, dy, dx, block)
    elif border == WRAP:
        if projective:
            inside = project_wrap(matrix, x, y, w, h, dy, dx, block)
        else:
            inside = place_wrap(matrix, x, y, w, h, dy, dx, block)
    elif border == EDGE:
        if projective:
            project_edge(matrix, x, y, w, h, dy, dx, block)
        else:
            place_edge(matrix, x, y, w, h, dy, dx, block)
    elif border == REFLECT:
        if projective:
            project_reflect(matrix, x, y, w, h, dy, dx, block)
        else:
            place_reflect(matrix, x, y, w, h, dy, dx, block)
    elif projective:
        project_symmetric(matrix, x, y, w, h, dy, dx, block)
    else:
        place_symmetric(matrix, x, y, w, h, dy, dx, block)
    return inside


@kernel
def place_row(matrix, gentle, border, y, columns, overlap, width, height, row_stride, channels, block):
    """Offsets and weights of a row of the output, and for each sixteen pixels which lie inside.

    Borders that have no seam within a pixel are done with: all their pixels count as inside. `matrix` is the address of
    nine numbers, `block` that of the row's first block; where blocks `overlap`, the last ends with the row.
    """
    m = carray(as_pointer(matrix, _DOUBLE), (9,))
    slope_x, slope_y = m[0], m[3]
    start_x, start_y = m[1] * y + m[2], m[4] * y + m[5]
    narrow_x, narrow_y = np.float32(slope_x), np.float32(slope_y)
    step_x, step_y = slope_x * (LANES - 1), slope_y * (LANES - 1)
    last_x, last_y = width - 1 - _RIM, height - 1 - _RIM
    w, h, dy, dx = np.int32(width), np.int32(height), np.int32(row_stride), np.int32(channels)
    for begin in range(0, columns, LANES):
        at = min(begin, columns - LANES) if overlap else begin
        flags = carray(as_pointer(block + np.uint64(FLAGS), _FLAG), (2,))
        flags[0] = EVERY
        flags[1] = 1
        if gentle:
            x0, y0 = slope_x * at + start_x, slope_y * at + start_y
            x1, y1 = x0 + step_x, y0 + step_y
            floor_x, floor_y = np.floor(x0), np.floor(y0)
            part_x, part_y = np.float32(x0 - floor_x), np.float32(y0 - floor_y)
            flags[1] = max(y0, y1) > last_y - 1.0
            if min(x0, x1) >= _RIM and max(x0, x1) <= last_x and min(y0, y1) >= _RIM and max(y0, y1) <= last_y:
                whole_x, whole_y = np.int32(floor_x), np.int32(floor_y)
                near_inside(part_x, part_y, narrow_x, narrow_y, whole_x, whole_y, w, h, dy, dx, block)
            elif border <= EDGE:
                whole_x = np.int32(min(max(floor_x, -_AROUND), width + _AROUND))
                whole_y = np.int32(min(max(floor_y, -_AROUND), height + _AROUND))
                if border == CONSTANT:
                    flags[0] = near_constant(
                        part_x, part_y, narrow_x, narrow_y, whole_x, whole_y, w, h, dy, dx, block
                    )  # fmt: skip
                else:
                    near_edge(part_x, part_y, narrow_x, narrow_y, whole_x, whole_y, w, h, dy, dx, block)
            else:
                flags[0] = place_far(matrix, border, float(at), float(y), width, height, row_stride, channels, block)
        else:
            flags[0] = place_far(matrix, border, float(at), float(y), width, height, row_stride, channels, block)
        block += np.uint64(BLOCK)


@kernel
def place_field(field, columns, overlap, apart, rest, border, width, height, row_stride, channels, block):
    """The same for a row of a field: the address of its places y; the places x lie so many bytes further.

    `rest` has room for what is left of a row (2, 16), behind which there may be no memory.
    """
    w, h, dy, dx = float(width), float(height), np.int64(row_stride), np.int64(channels)
    far = float(apart)
    for begin in range(0, columns, LANES):
        at = field + np.uint64(8 * (min(begin, columns - LANES) if overlap else begin))
        if begin + LANES > columns and not overlap:
            for axis in range(2):
                line = carray(as_pointer(at + np.uint64(axis * apart), _DOUBLE), (columns - begin,))
                for x in range(columns - begin):
                    rest[axis, x] = line[x]
            at, far = np.uint64(rest.ctypes.data), float(8 * LANES)
        flags = carray(as_pointer(block + np.uint64(FLAGS), _FLAG), (2,))
        flags[0] = EVERY
        flags[1] = 1
        if border == CONSTANT:
            flags[0] = field_constant(at, far, 0.0, w, h, dy, dx, block)
        elif border == EDGE:
            field_edge(at, far, 0.0, w, h, dy, dx, block)
        elif border == REFLECT:
            field_reflect(at, far, 0.0, w, h, dy, dx, block)
        else:
            field_symmetric(at, far, 0.0, w, h, dy, dx, block)
        block += np.uint64(BLOCK)
