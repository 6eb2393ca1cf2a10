# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Innermost loops written in LLVM's vectors: Numba's own loops over so few values would stay scalar.

Whole vectors are loaded and stored at any address; the caller sees to it that they end within the arrays.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 64  # values of a row that are summed at once
ROWS = 16  # rows that are woven together
WEAVE = 16  # values of each row that are woven at once

_BYTE, _SHORT, _WORD, _INDEX = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.IntType(64)
_MOVED = types.int64


def _data(context, builder, array_type, array):
    return context.make_array(array_type)(context, builder, array).data


def _vector(builder, data, index, element, lanes):
    """A pointer to so many neighbours."""
    return builder.bitcast(builder.gep(data, [index]), ir.VectorType(element, lanes).as_pointer())


def _all(builder, value, lanes):
    """The same value in every lane."""
    undefined = ir.Constant(ir.VectorType(value.type, lanes), ir.Undefined)
    single = builder.insert_element(undefined, value, ir.Constant(_WORD, 0))
    return builder.shuffle_vector(single, undefined, ir.Constant(ir.VectorType(_WORD, lanes), [0] * lanes))


def _half(builder, shift, lanes):
    """What is added before a shift, so that it rounds."""
    return _all(builder, builder.lshr(builder.shl(ir.Constant(_WORD, 1), shift), ir.Constant(_WORD, 1)), lanes)


@intrinsic
def sum_rows(typing, source, start, step, weights, first, count, shift, target, place):
    """target[place + i] = Σ weights[first + k] · source[start + k · step + i] >> shift, for k < count and i < LANES."""
    signature = types.void(source, _MOVED, _MOVED, weights, _MOVED, _MOVED, _MOVED, target, _MOVED)

    def generate(context, builder, signature, arguments):
        source, start, step, weights, first, count, shift, target, place = arguments
        source = _data(context, builder, signature.args[0], source)
        weights = _data(context, builder, signature.args[3], weights)
        target = _data(context, builder, signature.args[7], target)
        shift = builder.trunc(shift, _WORD)
        sums = cgutils.alloca_once(builder, ir.VectorType(_WORD, LANES))
        builder.store(_half(builder, shift, LANES), sums)
        with cgutils.for_range(builder, count) as loop:
            offset = builder.add(start, builder.mul(loop.index, step))
            values = builder.load(_vector(builder, source, offset, _BYTE, LANES), align=1)
            weight = builder.load(builder.gep(weights, [builder.add(first, loop.index)]))
            factor = _all(builder, builder.sext(weight, _WORD), LANES)
            scaled = builder.mul(builder.zext(values, factor.type), factor)
            builder.store(builder.add(builder.load(sums), scaled), sums)
        shifted = builder.lshr(builder.load(sums), _all(builder, shift, LANES))
        shorts = builder.trunc(shifted, ir.VectorType(_SHORT, LANES))
        builder.store(shorts, _vector(builder, target, place, _SHORT, LANES), align=2)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def weave(typing, lines, line, start, target):
    """target[(start + i) · ROWS + row] = lines[row · line + start + i], for i < WEAVE."""
    signature = types.void(lines, _MOVED, _MOVED, target)

    def generate(context, builder, signature, arguments):
        lines, line, start, target = arguments
        lines = _data(context, builder, signature.args[0], lines)
        target = _data(context, builder, signature.args[3], target)
        parts = []
        for row in range(ROWS):
            index = builder.add(start, builder.mul(line, ir.Constant(_INDEX, row)))
            parts.append(builder.load(_vector(builder, lines, index, _SHORT, WEAVE), align=2))
        length = WEAVE
        while len(parts) > 1:  # row 0 with row 4, 1 with 5, …, and again, which leaves them in their order
            length *= 2
            mask = [place // 2 + length // 2 * (place % 2) for place in range(length)]
            mask = ir.Constant(ir.VectorType(_WORD, length), mask)
            half = len(parts) // 2
            parts = [builder.shuffle_vector(parts[row], parts[row + half], mask) for row in range(half)]
        index = builder.mul(start, ir.Constant(_INDEX, ROWS))
        builder.store(parts[0], _vector(builder, target, index, _SHORT, length), align=2)
        return context.get_dummy_value()

    return signature, generate


def _sum_woven(channels):
    """An intrinsic for so many channels that lie side by side."""

    @intrinsic
    def sum_woven(typing, woven, start, step, weights, first, count, shift, target, place):
        """[(place + c) · ROWS + row] = Σ weights[first + k] · woven[(start + c + k · step) · ROWS + row] >> shift."""
        signature = types.void(woven, _MOVED, _MOVED, weights, _MOVED, _MOVED, _MOVED, target, _MOVED)

        def generate(context, builder, signature, arguments):
            woven, start, step, weights, first, count, shift, target, place = arguments
            woven = _data(context, builder, signature.args[0], woven)
            weights = _data(context, builder, signature.args[3], weights)
            target = _data(context, builder, signature.args[7], target)
            shift = builder.trunc(shift, _WORD)
            total = ir.VectorType(_WORD, ROWS)
            sums = [cgutils.alloca_once(builder, total) for _ in range(channels)]
            for each in sums:
                builder.store(_half(builder, shift, ROWS), each)
            with cgutils.for_range(builder, count) as loop:
                offset = builder.add(start, builder.mul(loop.index, step))
                weight = builder.load(builder.gep(weights, [builder.add(first, loop.index)]))
                factor = _all(builder, builder.sext(weight, _WORD), ROWS)
                for channel, each in enumerate(sums):
                    index = builder.add(offset, ir.Constant(_INDEX, channel))
                    index = builder.mul(index, ir.Constant(_INDEX, ROWS))
                    values = builder.load(_vector(builder, woven, index, _SHORT, ROWS), align=2)
                    scaled = builder.mul(builder.sext(values, total), factor)
                    builder.store(builder.add(builder.load(each), scaled), each)
            for channel, each in enumerate(sums):
                shifted = builder.lshr(builder.load(each), _all(builder, shift, ROWS))
                index = builder.mul(builder.add(place, ir.Constant(_INDEX, channel)), ir.Constant(_INDEX, ROWS))
                levels = builder.trunc(shifted, ir.VectorType(_BYTE, ROWS))
                builder.store(levels, _vector(builder, target, index, _BYTE, ROWS), align=1)
            return context.get_dummy_value()

        return signature, generate

    return sum_woven


sum_woven_1, sum_woven_3 = _sum_woven(1), _sum_woven(3)


@intrinsic
def unweave(typing, woven, start, target, place, line):
    """target[place + row · line + i] = woven[(start + i) · ROWS + row], for i < WEAVE."""
    signature = types.void(woven, _MOVED, target, _MOVED, _MOVED)

    def generate(context, builder, signature, arguments):
        woven, start, target, place, line = arguments
        woven = _data(context, builder, signature.args[0], woven)
        target = _data(context, builder, signature.args[2], target)
        length = WEAVE * ROWS
        index = builder.mul(start, ir.Constant(_INDEX, ROWS))
        parts = [builder.load(_vector(builder, woven, index, _BYTE, length), align=1)]
        while length > WEAVE:  # even rows and odd ones, and again
            length //= 2
            halves = []
            for odd in (0, 1):
                mask = ir.Constant(ir.VectorType(_WORD, length), [2 * place + odd for place in range(length)])
                halves += [builder.shuffle_vector(part, part, mask) for part in parts]
            parts = halves
        for row, part in enumerate(parts):
            index = builder.add(place, builder.mul(line, ir.Constant(_INDEX, row)))
            builder.store(part, _vector(builder, target, index, _BYTE, WEAVE), align=1)
        return context.get_dummy_value()

    return signature, generate
