# mypy: disable-error-code="no-untyped-def"
"""Vectors of sixteen numbers for LLVM: what `place_kernels` and `lane_kernels` are written with.

Written out, because whether LLVM finds the vectors by itself depends on what surrounds a loop, and because the rest of
a row that its own vectors leave over costs more than the row where pictures are small. A product is contracted with a
sum where `fused` says so and nowhere else: the same pixels on every machine.
"""

from llvmlite import ir
from numba import types

LANES = 16

BYTE, WORD, LONG = ir.IntType(8), ir.IntType(32), ir.IntType(64)
FLOAT32, FLOAT64 = ir.FloatType(), ir.DoubleType()
ADDRESS = types.uint64
_SIZES = {BYTE: 1, WORD: 4, LONG: 8, FLOAT32: 4, FLOAT64: 8}

# A block: what is known about sixteen pixels of the output, by the distance in bytes from its beginning. Each part
# begins at a line of the cache, since vectors that lie across two are slow to read back.
UPPER, LOWER, OFFSETS, ACROSS, DOWN, SHARES, FLAGS, END = 0, 128, 256, 320, 384, 448, 512, 516
BLOCK = 576
LINE = 64  # bytes


def loaded(builder, address, element, lanes=LANES, align=None):
    """A vector from memory."""
    pointer = builder.inttoptr(address, ir.VectorType(element, lanes).as_pointer())
    return builder.load(pointer, align=align or _SIZES[element])


def single(builder, address, element, index=0):
    """One number of a list in memory."""
    pointer = builder.inttoptr(address, element.as_pointer())
    return builder.load(builder.gep(pointer, [ir.Constant(LONG, index)]), align=_SIZES[element])


def stored(builder, values, address, align=None):
    """A vector into memory."""
    builder.store(
        values, builder.inttoptr(address, values.type.as_pointer()), align=align or _SIZES[values.type.element]
    )


def moved(builder, address, distance):
    """An address so many bytes further on."""
    return builder.add(address, ir.Constant(LONG, distance))


def everywhere(builder, value, lanes=LANES):
    """The same value in every lane."""
    undefined = ir.Constant(ir.VectorType(value.type, lanes), ir.Undefined)
    single = builder.insert_element(undefined, value, ir.Constant(WORD, 0))
    return builder.shuffle_vector(single, undefined, ir.Constant(ir.VectorType(WORD, lanes), [0] * lanes))


def number(element, value):
    return ir.Constant(ir.VectorType(element, LANES), [value] * LANES)


def picked(builder, first, second, places):
    """Lanes of two vectors, in the order of their places in both."""
    return builder.shuffle_vector(first, second, ir.Constant(ir.VectorType(WORD, len(places)), list(places)))


def least(builder, first, second):
    return builder.select(builder.fcmp_ordered("<", first, second), first, second)


def most(builder, first, second):
    return builder.select(builder.fcmp_ordered(">", first, second), first, second)


def floor(builder, values):
    width = 64 if values.type.element == FLOAT64 else 32
    kind = ir.FunctionType(values.type, [values.type])
    return builder.call(builder.module.declare_intrinsic(f"llvm.floor.v{LANES}f{width}", (), kind), [values])


def fused(builder, first, second, third):
    """first · second + third of float32, rounded once."""
    kind = ir.FunctionType(first.type, [first.type] * 3)
    return builder.call(builder.module.declare_intrinsic(f"llvm.fma.v{LANES}f32", (), kind), [first, second, third])


def toward(builder, first, second, share):
    return fused(builder, builder.fsub(second, first), share, first)
