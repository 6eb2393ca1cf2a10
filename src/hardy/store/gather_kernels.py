# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Rows from anywhere in memory, one after the other into an array."""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from hardy.kernel import kernel

_AHEAD = 4  # rows that are asked for before they are copied
_LINE = 64
_LINES = 48  # of each; after that the processor goes on by itself

_BYTE, _FLAG = ir.IntType(8), ir.IntType(32)


@intrinsic
def _copy(typing, address, length, target, place):
    """`length` bytes from an address to target[place:]."""
    signature = types.void(types.int64, types.int64, target, types.int64)

    def generate(context, builder, signature, arguments):
        address, length, target, place = arguments
        data = context.make_array(signature.args[2])(context, builder, target).data
        source = builder.inttoptr(address, _BYTE.as_pointer())
        cgutils.raw_memcpy(builder, builder.gep(data, [place]), source, length, 1)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def _expect(typing, address):
    """Tell the processor that this address will be read: waiting for several rows at once is waiting once."""
    signature = types.void(types.int64)

    def generate(context, builder, signature, arguments):
        pointer = builder.inttoptr(arguments[0], _BYTE.as_pointer())
        kind = ir.FunctionType(ir.VoidType(), [_BYTE.as_pointer(), _FLAG, _FLAG, _FLAG])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(prefetch, [pointer, _FLAG(0), _FLAG(3), _FLAG(1)])  # to read, to keep, data
        return context.get_dummy_value()

    return signature, generate


@kernel
def _address(row, starts, addresses, length):
    """Where a row lies; 0 where there is none such."""
    low, high = 0, len(starts) - 1
    if row < starts[0] or row >= starts[high]:
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        if row < starts[middle]:
            high = middle
        else:
            low = middle
    return addresses[low] + (row - starts[low]) * length


@kernel
def gather(rows, starts, addresses, length, out):
    """Copy rows, `length` bytes each, into `out`, contiguous uint8 (rows, length).

    Record batch i has the rows from starts[i] to starts[i + 1] and begins at addresses[i]. Returns -1, or the place in
    `rows` of one that is in no batch, where it stops.
    """
    flat = out.reshape(-1)
    count = len(rows)
    found = np.empty(count, np.int64)
    lines = min(_LINES, (length + _LINE - 1) // _LINE)
    for place in range(count + _AHEAD):
        if place < count:
            address = _address(rows[place], starts, addresses, length)
            if address == 0:
                return place
            found[place] = address
            for line in range(lines):
                _expect(address + line * _LINE)
        if place >= _AHEAD:
            done = place - _AHEAD
            _copy(found[done], length, flat, done * length)
    return -1
