# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Rows from anywhere in memory, one after the other into an array."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from hardy.kernel import kernel


@intrinsic
def _copy(typing, address, length, target, place):
    """`length` bytes from an address to target[place:]."""
    signature = types.void(types.int64, types.int64, target, types.int64)

    def generate(context, builder, signature, arguments):
        address, length, target, place = arguments
        byte = ir.IntType(8)
        data = context.make_array(signature.args[2])(context, builder, target).data
        source = builder.inttoptr(address, byte.as_pointer())
        cgutils.raw_memcpy(builder, builder.gep(data, [place]), source, length, 1)
        return context.get_dummy_value()

    return signature, generate


@kernel
def gather(addresses, length, out):
    """Copy `length` bytes from each address into a row of `out`, contiguous uint8 (rows, length).

    Nothing is checked: the caller knows that the addresses are its own.
    """
    flat = out.reshape(-1)
    for row in range(len(addresses)):
        _copy(addresses[row], length, flat, row * length)
