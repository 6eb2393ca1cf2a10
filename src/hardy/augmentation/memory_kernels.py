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


def _expect(write):
    @intrinsic
    def expect(typing, address):
        """Ask for the cache line at an address, which will be read, or written to, soon."""
        signature = types.void(types.uint64)

        def generate(context, builder, signature, arguments):
            byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
            kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
            prefetch = builder.module.declare_intrinsic("llvm.prefetch.p0", (), kind)
            how, keep, data = (ir.Constant(word, value) for value in (int(write), 2, 1))
            builder.call(prefetch, [builder.inttoptr(arguments[0], byte), how, keep, data])
            return context.get_dummy_value()

        return signature, generate

    return expect


expect, expect_to_write = _expect(False), _expect(True)
