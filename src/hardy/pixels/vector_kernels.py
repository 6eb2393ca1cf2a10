# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Innermost loops written in LLVM's vectors: Numba's own loops over so few values would stay scalar.

Values and weights are unsigned shares of 2**16, and of a product the upper 16 bits are kept: one instruction on every
processor with vectors, for twice as many values as 32 bits would allow. Every product loses half a unit on the average,
which is given back at the beginning. Whole vectors are loaded and stored at any address, bytes in pairs with the lower
first; the caller sees to it that they end within the arrays.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 64  # bytes of a row that are summed at once: 32 at even places, 32 at odd ones
TAPS = 4  # rows that are summed at once
ROWS = 32  # rows that lie woven together
UNWEAVE = 32  # values of each row that are taken apart at once

_HALF = LANES // 2
_WEAVE = 16  # rows that are woven at once: as many vectors fit the registers
_BYTE, _SHORT, _WORD, _INDEX = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.IntType(64)
_MOVED = types.int64


def _data(context, builder, array_type, array):
    return context.make_array(array_type)(context, builder, array).data


def _at(builder, data, element, lanes, *indices):
    """A pointer to so many neighbours, from the sum of the indices on."""
    total = ir.Constant(_INDEX, 0)
    for index in indices:
        total = builder.add(total, ir.Constant(_INDEX, index) if isinstance(index, int) else index)
    return builder.bitcast(builder.gep(data, [total]), ir.VectorType(element, lanes).as_pointer())


def _times(builder, index, factor):
    return builder.mul(index, ir.Constant(_INDEX, factor))


def _all(builder, value, lanes):
    """The same value in every lane."""
    if isinstance(value, int):
        return ir.Constant(ir.VectorType(_SHORT, lanes), [value] * lanes)
    undefined = ir.Constant(ir.VectorType(value.type, lanes), ir.Undefined)
    single = builder.insert_element(undefined, value, ir.Constant(_WORD, 0))
    return builder.shuffle_vector(single, undefined, ir.Constant(ir.VectorType(_WORD, lanes), [0] * lanes))


def _share(builder, values, weights):
    """values · weights >> 16."""
    kind = values.type
    signature = ir.FunctionType(kind, [kind, kind, _WORD])
    product = cgutils.get_or_insert_function(builder.module, signature, f"llvm.umul.fix.v{kind.count}i16")
    return builder.call(product, [values, weights, ir.Constant(_WORD, 16)])


def _fetch(builder, data, *indices):
    """Have a line brought near: where rows lie far apart, the processor does not foresee the next."""
    pointer = builder.bitcast(_at(builder, data, _BYTE, 1, *indices), _BYTE.as_pointer())
    signature = ir.FunctionType(ir.VoidType(), [pointer.type, _WORD, _WORD, _WORD])
    prefetch = cgutils.get_or_insert_function(builder.module, signature, "llvm.prefetch.p0")
    builder.call(prefetch, [pointer, *(ir.Constant(_WORD, number) for number in (0, 3, 1))])  # to read, soon, data


def _pick(builder, first, second, places):
    return builder.shuffle_vector(first, second, ir.Constant(ir.VectorType(_WORD, len(places)), list(places)))


@intrinsic
def sum_rows(typing, source, row, last, step, left, width, weights, first, is_more, target, place):
    """Σ weights[first + k] · source[(row + k) · step + left + x] over TAPS rows, none after `last`, for x < width.

    `target` receives, from `place` on, LANES after LANES, the sums of the even x and then those of the odd; with
    `is_more` they are added to what lies there. A row narrower than LANES cannot be summed; the last LANES of others
    overlap those before.
    """
    signature = types.void(
        source, _MOVED, _MOVED, _MOVED, _MOVED, _MOVED, weights, _MOVED, types.boolean, target, _MOVED
    )

    def generate(context, builder, signature, arguments):
        source, row, last, step, left, width, weights, first, is_more, target, place = arguments
        source = _data(context, builder, signature.args[0], source)
        weights = _data(context, builder, signature.args[6], weights)
        target = _data(context, builder, signature.args[9], target)
        rows = []
        for k in range(TAPS):
            below = builder.add(row, ir.Constant(_INDEX, k))
            below = builder.select(builder.icmp_signed("<", below, last), below, last)
            weight = builder.load(builder.gep(weights, [builder.add(first, ir.Constant(_INDEX, k))]))
            rows.append((builder.add(left, builder.mul(below, step)), _all(builder, weight, _HALF)))
        end = builder.sub(width, ir.Constant(_INDEX, LANES))
        ahead = _times(builder, step, 2 * TAPS)
        chunks = builder.udiv(builder.add(width, ir.Constant(_INDEX, LANES - 1)), ir.Constant(_INDEX, LANES))
        with cgutils.for_range(builder, chunks) as loop:
            chunk = _times(builder, loop.index, LANES)
            x = builder.select(builder.icmp_signed("<", chunk, end), chunk, end)
            places = [_at(builder, target, _SHORT, _HALF, place, chunk, odd * _HALF) for odd in (0, 1)]
            before = (builder.select(is_more, builder.load(each, align=2), _all(builder, 0, _HALF)) for each in places)
            even, odd = (builder.add(sums, _all(builder, TAPS // 2, _HALF)) for sums in before)
            for begin, weight in rows:
                _fetch(builder, source, begin, x, ahead)
                pairs = builder.load(_at(builder, source, _SHORT, _HALF, begin, x), align=1)
                even = builder.add(even, _share(builder, builder.shl(pairs, _all(builder, 8, _HALF)), weight))
                odd = builder.add(odd, _share(builder, builder.and_(pairs, _all(builder, 0xFF00, _HALF)), weight))
            for each, sums in zip(places, (even, odd), strict=True):
                builder.store(sums, each, align=2)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def weave(typing, lines, line, start, target, place):
    """target[(place + i) · ROWS + row] = sum i of the LANES that `sum_rows` left at lines[row · line + start]."""
    signature = types.void(lines, _MOVED, _MOVED, target, _MOVED)

    def generate(context, builder, signature, arguments):
        lines, line, start, target, place = arguments
        lines = _data(context, builder, signature.args[0], lines)
        target = _data(context, builder, signature.args[3], target)
        place = _times(builder, place, ROWS)
        for top, odd in ((top, odd) for top in range(0, ROWS, _WEAVE) for odd in (0, 1)):
            parts = []
            for row in range(top, top + _WEAVE):
                begin = builder.add(start, _times(builder, line, row))
                parts.append(builder.load(_at(builder, lines, _SHORT, _HALF, begin, odd * _HALF), align=2))
            lower, upper = (_zip(builder, parts[begin : begin + 8], 8, 3) for begin in (0, 8))
            for number, pair in enumerate(zip(lower, upper, strict=True)):
                for part in range(_HALF // 8):
                    value = 2 * (8 * part + number) + odd
                    places = [part * 8 + place % 8 + _HALF * (place // 8) for place in range(_WEAVE)]
                    into = _at(builder, target, _SHORT, _WEAVE, place, value * ROWS + top)
                    builder.store(_pick(builder, *pair, places), into, align=2)
        return context.get_dummy_value()

    return signature, generate


def _zip(builder, vectors, part, times):
    """Interleave the first half of the vectors with the second, each part of a vector by itself, so many times."""
    lanes, half = vectors[0].type.count, len(vectors) // 2
    zips = [
        [begin + place // part * part + place % part // 2 + lanes * (place % 2) for place in range(lanes)]
        for begin in (0, part // 2)
    ]
    for _ in range(times):
        vectors = [_pick(builder, vectors[k], vectors[k + half], places) for k in range(half) for places in zips]
    return vectors


def _sum_woven(channels):
    """An intrinsic for so many channels that lie side by side."""

    @intrinsic
    def sum_woven(typing, woven, start, step, weights, first, count, target, place):
        """target[(place + c) · ROWS + row] = Σ weights[first + k] · woven[(start + c + k · step) · ROWS + row] >> 8."""
        signature = types.void(woven, _MOVED, _MOVED, weights, _MOVED, _MOVED, target, _MOVED)

        def generate(context, builder, signature, arguments):
            woven, start, step, weights, first, count, target, place = arguments
            woven = _data(context, builder, signature.args[0], woven)
            weights = _data(context, builder, signature.args[3], weights)
            target = _data(context, builder, signature.args[6], target)
            sums = [cgutils.alloca_once(builder, ir.VectorType(_SHORT, ROWS)) for _ in range(channels)]
            half = builder.add(builder.lshr(count, ir.Constant(_INDEX, 1)), ir.Constant(_INDEX, 128))
            for each in sums:
                builder.store(_all(builder, builder.trunc(half, _SHORT), ROWS), each)
            with cgutils.for_range(builder, count) as loop:
                begin = _times(builder, builder.add(start, builder.mul(loop.index, step)), ROWS)
                weight = builder.load(builder.gep(weights, [builder.add(first, loop.index)]))
                for channel, each in enumerate(sums):
                    values = builder.load(_at(builder, woven, _SHORT, ROWS, begin, channel * ROWS), align=2)
                    share = _share(builder, values, _all(builder, weight, ROWS))
                    builder.store(builder.add(builder.load(each), share), each)
            for channel, each in enumerate(sums):
                levels = builder.lshr(builder.load(each), _all(builder, 8, ROWS))
                levels = builder.trunc(levels, ir.VectorType(_BYTE, ROWS))
                into = _at(builder, target, _BYTE, ROWS, _times(builder, place, ROWS), channel * ROWS)
                builder.store(levels, into, align=1)
            return context.get_dummy_value()

        return signature, generate

    return sum_woven


sum_woven_1, sum_woven_3 = _sum_woven(1), _sum_woven(3)


@intrinsic
def unweave(typing, woven, start, target, place, line):
    """target[place + row · line + i] = woven[(start + i) · ROWS + row], for i < UNWEAVE."""
    signature = types.void(woven, _MOVED, target, _MOVED, _MOVED)

    def generate(context, builder, signature, arguments):
        woven, start, target, place, line = arguments
        woven = _data(context, builder, signature.args[0], woven)
        target = _data(context, builder, signature.args[2], target)
        begin = _times(builder, start, ROWS)
        parts = [
            builder.load(_at(builder, woven, _BYTE, LANES, begin, number * LANES), align=1)
            for number in range(UNWEAVE * ROWS // LANES)
        ]
        for number, part in enumerate(_zip(builder, parts, LANES, UNWEAVE.bit_length() - 1)):
            for half in range(LANES // UNWEAVE):
                row = number * LANES // UNWEAVE + half
                piece = _pick(builder, part, part, range(half * UNWEAVE, half * UNWEAVE + UNWEAVE))
                builder.store(piece, _at(builder, target, _BYTE, UNWEAVE, place, _times(builder, line, row)), align=1)
        return context.get_dummy_value()

    return signature, generate
