# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Memory by its address, so that one call serves pictures of different sizes wherever they lie."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic
def as_pointer(typing, address, like):
    """A pointer to elements of the dtype of the array `like`."""
    signature = types.CPointer(like.dtype)(types.uint64, like)

    def generate(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return signature, generate


@intrinsic
def load_word(typing, pointer, offset):
    """The 8 bytes that begin at so many bytes after a pointer, the first of them lowest."""
    signature = types.uint64(pointer, types.uint64)

    def generate(context, builder, signature, arguments):
        word = ir.IntType(64)
        start = builder.bitcast(arguments[0], ir.IntType(8).as_pointer())
        place = builder.bitcast(builder.gep(start, [arguments[1]]), word.as_pointer())
        return builder.load(place, align=1)

    return signature, generate
