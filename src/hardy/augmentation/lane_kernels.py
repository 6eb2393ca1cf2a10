# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Sixteen pixels at once, in LLVM's vectors: the innermost steps of `swift_kernels`.

Written out, because whether LLVM finds the vectors by itself depends on what surrounds a loop, and because the rest of
a row that its own vectors leave over costs more than the row where pictures are small. Products and sums are not
contracted: the same pixels on every machine. Buffers are as long as the next multiple of LANES.
"""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

LANES = 16

_BYTE, _WORD, _LONG = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_FLOAT, _DOUBLE = ir.FloatType(), ir.DoubleType()
_INDEX = types.int64


def _data(context, builder, array_type, array):
    return context.make_array(array_type)(context, builder, array).data


def _at(builder, data, index, element, lanes=LANES):
    """A pointer to so many neighbours, of which the first has an index."""
    return builder.bitcast(builder.gep(data, [index]), ir.VectorType(element, lanes).as_pointer())


def _all(builder, value, lanes=LANES):
    """The same value in every lane."""
    undefined = ir.Constant(ir.VectorType(value.type, lanes), ir.Undefined)
    single = builder.insert_element(undefined, value, ir.Constant(_WORD, 0))
    return builder.shuffle_vector(single, undefined, ir.Constant(ir.VectorType(_WORD, lanes), [0] * lanes))


def _number(element, value):
    return ir.Constant(ir.VectorType(element, LANES), [value] * LANES)


def _picked(builder, first, second, places):
    """Lanes of two vectors, in the order of their places in both."""
    return builder.shuffle_vector(first, second, ir.Constant(ir.VectorType(_WORD, len(places)), list(places)))


def _least(builder, first, second):
    return builder.select(builder.fcmp_ordered("<", first, second), first, second)


def _most(builder, first, second):
    return builder.select(builder.fcmp_ordered(">", first, second), first, second)


def _floor(builder, values):
    kind = ir.FunctionType(values.type, [values.type])
    return builder.call(builder.module.declare_intrinsic(f"llvm.floor.v{LANES}f64", (), kind), [values])


def _folded(builder, values, size, border):
    """Places outside brought to those inside that have the same value; `size` in every lane."""
    zero, one = _number(_DOUBLE, 0.0), _number(_DOUBLE, 1.0)
    last = builder.fsub(size, one)
    if border in ("reflect", "symmetric"):
        half = _number(_DOUBLE, 0.5 if border == "symmetric" else 0.0)
        length = size if border == "symmetric" else last
        period = builder.fadd(length, length)
        moved = builder.fadd(values, half)
        rounds = _floor(builder, builder.fmul(moved, builder.fdiv(one, period)))
        turned = builder.fsub(moved, builder.fmul(rounds, period))
        values = builder.fsub(_least(builder, turned, builder.fsub(period, turned)), half)
    return _least(builder, _most(builder, values, zero), last)


def _bits(builder, flags):
    return builder.zext(builder.bitcast(flags, ir.IntType(LANES)), _WORD)


def _place_lanes(border, projective):
    @intrinsic
    def place_lanes(typing, matrix, x, y, width, height, stride, step, offsets, across, down, shares, place):
        """Where pixels x, x + 1, … of an output row come from: offset of the first of four pixels, and weights.

        Returns which of them lie inside, a bit each. Under a constant border `shares` receives how much of each does.
        """
        signature = types.uint32(matrix, *[types.float64] * 4, _INDEX, _INDEX, offsets, across, down, shares, _INDEX)

        def generate(context, builder, signature, arguments):
            matrix, x, y, width, height, stride, step, offsets, across, down, shares, place = arguments
            arrays = (signature.args[position] for position in (0, 7, 8, 9, 10))
            matrix, offsets, across, down, shares = (
                _data(context, builder, kind, array)
                for kind, array in zip(arrays, (matrix, offsets, across, down, shares), strict=True)
            )
            m = [builder.load(builder.gep(matrix, [ir.Constant(_LONG, k)])) for k in range(9)]
            row = ir.Constant(ir.VectorType(_DOUBLE, LANES), [float(k) for k in range(LANES)])
            xs = builder.fadd(_all(builder, x), row)

            def line(a, b, c):
                first = builder.fadd(builder.fmul(_all(builder, a), xs), _all(builder, builder.fmul(b, y)))
                return builder.fadd(first, _all(builder, c))

            found = [line(*m[:3]), line(*m[3:6])]
            if projective:
                scale = line(*m[6:])
                found = [builder.fdiv(values, scale) for values in found]
            sizes = _all(builder, width), _all(builder, height)
            zero, one = _number(_DOUBLE, 0.0), _number(_DOUBLE, 1.0)
            inside = share = None
            lows, weights = [], []
            for values, size in zip(found, sizes, strict=True):
                last = builder.fsub(size, one)
                within = builder.and_(
                    builder.fcmp_ordered(">=", values, zero), builder.fcmp_ordered("<=", values, last)
                )
                inside = within if inside is None else builder.and_(inside, within)
                if border == "constant":
                    part = _least(builder, builder.fadd(values, one), builder.fsub(size, values))
                    part = _least(builder, _most(builder, part, zero), one)
                    share = part if share is None else builder.fmul(share, part)
                values = _folded(builder, values, size, border)
                low = _least(builder, _floor(builder, values), builder.fsub(last, one))
                weights.append(builder.fptrunc(builder.fsub(values, low), ir.VectorType(_FLOAT, LANES)))
                lows.append(builder.fptosi(low, ir.VectorType(_WORD, LANES)))
            offset = builder.add(
                builder.mul(lows[1], _all(builder, builder.trunc(stride, _WORD))),
                builder.mul(lows[0], _all(builder, builder.trunc(step, _WORD))),
            )
            builder.store(offset, _at(builder, offsets, place, _WORD), align=4)
            builder.store(weights[0], _at(builder, across, place, _FLOAT), align=4)
            builder.store(weights[1], _at(builder, down, place, _FLOAT), align=4)
            if border == "constant":
                narrow = builder.fptrunc(share, ir.VectorType(_FLOAT, LANES))
                builder.store(narrow, _at(builder, shares, place, _FLOAT), align=4)
            return _bits(builder, inside)

        return signature, generate

    return place_lanes


_ORDER = ("constant", "edge", "reflect", "symmetric", "wrap")

place_constant, place_edge, place_reflect, place_symmetric, place_wrap = (_place_lanes(b, False) for b in _ORDER)
project_constant, project_edge, project_reflect, project_symmetric, project_wrap = (
    _place_lanes(b, True) for b in _ORDER
)


def _level(builder, word, shift):
    """One byte of each word as a float."""
    if shift:
        word = builder.lshr(word, _number(_WORD, shift))
    if shift < 24:
        word = builder.and_(word, _number(_WORD, 255))
    return builder.sitofp(word, ir.VectorType(_FLOAT, LANES))


def _toward(builder, first, second, share):
    return builder.fadd(first, builder.fmul(builder.fsub(second, first), share))


def _halves(builder, data, place):
    """The lower and the upper halves of 64-bit words."""
    first = builder.bitcast(builder.gep(data, [place]), ir.VectorType(_WORD, 2 * LANES).as_pointer())
    both = builder.load(first, align=8)
    return _picked(builder, both, both, range(0, 2 * LANES, 2)), _picked(builder, both, both, range(1, 2 * LANES, 2))


def _mix_lanes(channels):
    """An intrinsic for RGB, for one channel or for four."""
    # where a pixel's channels and its neighbour's lie: word and bit
    own = [(0, 8 * c) for c in range(channels)]
    other = [((c + channels) // 4, (c + channels) % 4 * 8) for c in range(channels)]

    @intrinsic
    def mix_lanes(typing, upper, lower, across, down, place, matrix, target, stride):
        """Four pixels into one, and through the matrix (c, c + 1); channels go `stride` bytes apart from a target."""
        signature = types.void(upper, lower, across, down, _INDEX, matrix, types.uint64, types.uint64)

        def generate(context, builder, signature, arguments):
            upper, lower, across, down, place, matrix, target, stride = arguments
            kinds = (*signature.args[:4], signature.args[5])
            upper, lower, across, down, matrix = (
                _data(context, builder, kind, array)
                for kind, array in zip(kinds, (upper, lower, across, down, matrix), strict=True)
            )
            right = builder.load(_at(builder, across, place, _FLOAT), align=4)
            below = builder.load(_at(builder, down, place, _FLOAT), align=4)
            above, under = _halves(builder, upper, place), _halves(builder, lower, place)
            values = []
            for (word, bit), (next_word, next_bit) in zip(own, other, strict=True):
                first = _toward(builder, _level(builder, above[word], bit), _level(builder, under[word], bit), below)
                second = _toward(
                    builder,
                    _level(builder, above[next_word], next_bit),
                    _level(builder, under[next_word], next_bit),
                    below,
                )
                values.append(_toward(builder, first, second, right))
            for channel in range(channels):
                shares = [
                    builder.load(builder.gep(matrix, [ir.Constant(_LONG, channel * (channels + 1) + k)]))
                    for k in range(channels + 1)
                ]
                total = builder.fmul(_all(builder, shares[0]), values[0])
                for share, value in zip(shares[1:-1], values[1:], strict=True):
                    total = builder.fadd(total, builder.fmul(_all(builder, share), value))
                total = builder.fadd(total, _all(builder, shares[-1]))
                address = builder.add(target, builder.mul(stride, ir.Constant(_LONG, channel)))
                builder.store(total, builder.inttoptr(address, total.type.as_pointer()), align=4)
            return context.get_dummy_value()

        return signature, generate

    return mix_lanes


mix_lanes_1, mix_lanes_3, mix_lanes_4 = _mix_lanes(1), _mix_lanes(3), _mix_lanes(4)


@intrinsic
def blend_lanes(typing, values, ends, channel, shares, place, target):
    """What lies outside, by its share: end + (value − end) · share, for one channel, from one address to another."""
    signature = types.void(types.uint64, ends, _INDEX, shares, _INDEX, types.uint64)

    def generate(context, builder, signature, arguments):
        values, ends, channel, shares, place, target = arguments
        ends = _data(context, builder, signature.args[1], ends)
        shares = _data(context, builder, signature.args[3], shares)
        vector = ir.VectorType(_FLOAT, LANES).as_pointer()
        end = _all(builder, builder.load(builder.gep(ends, [channel])))
        share = builder.load(_at(builder, shares, place, _FLOAT), align=4)
        found = builder.load(builder.inttoptr(values, vector), align=4)
        builder.store(_toward(builder, end, found, share), builder.inttoptr(target, vector), align=4)
        return context.get_dummy_value()

    return signature, generate


def _weave_lanes(as_bytes):
    @intrinsic
    def weave_lanes(typing, values, stride, place, scales, shifts, top, target):
        """Three channels of 16 pixels side by side, scaled: as floats, or clamped to 0..top and cut off to bytes.

        `values` is the address of the first channel, the others lie `stride` bytes apart.
        """
        signature = types.void(types.uint64, types.uint64, _INDEX, scales, shifts, types.float32, types.uint64)

        def generate(context, builder, signature, arguments):
            values, stride, place, scales, shifts, top, target = arguments
            scales = _data(context, builder, signature.args[3], scales)
            shifts = _data(context, builder, signature.args[4], shifts)
            vector, lanes = ir.VectorType(_FLOAT, LANES), []
            for channel in range(3):
                start = builder.add(values, builder.mul(stride, ir.Constant(_LONG, channel)))
                start = builder.add(start, builder.mul(place, ir.Constant(_LONG, 4)))
                found = builder.load(builder.inttoptr(start, vector.as_pointer()), align=4)
                scale, shift = (
                    _all(builder, builder.load(builder.gep(data, [ir.Constant(_LONG, channel)])))
                    for data in (scales, shifts)
                )
                found = builder.fadd(builder.fmul(found, scale), shift)
                if as_bytes:
                    found = _least(builder, _most(builder, found, _number(_FLOAT, 0.0)), _all(builder, top))
                    found = builder.trunc(
                        builder.fptosi(found, ir.VectorType(_WORD, LANES)), ir.VectorType(_BYTE, LANES)
                    )
                lanes.append(found)
            pair = _picked(builder, lanes[0], lanes[1], range(2 * LANES))
            rest = _picked(builder, lanes[2], lanes[2], range(2 * LANES))
            order = [k // 3 + (0, LANES, 2 * LANES)[k % 3] for k in range(3 * LANES)]
            woven = _picked(builder, pair, rest, order)
            builder.store(woven, builder.inttoptr(target, woven.type.as_pointer()), align=1 if as_bytes else 4)
            return context.get_dummy_value()

        return signature, generate

    return weave_lanes


weave_floats, weave_bytes = _weave_lanes(False), _weave_lanes(True)
