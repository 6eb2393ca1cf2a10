# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Bytes copied, mirrored and looked up in tables of 256, many at once."""

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import carray, types
from numba.core import cgutils
from numba.extending import intrinsic

from hardy.augmentation.memory_kernels import as_pointer, expect, expect_to_write
from hardy.augmentation.vector_kernels import ADDRESS, BYTE, loaded, moved, picked, stored
from hardy.kernel import kernel

WIDE = 64  # bytes looked up at once
_GROUP = 3 * WIDE  # bytes: whole vectors, and whole pixels of three
_AHEAD = 16 * _GROUP  # bytes that are asked for before they are read
_ANY_ORDER = bool(llvmlite.binding.get_host_cpu_features().get("avx512vbmi"))  # Numba's cache is for one processor
_BYTES = np.empty(0, np.uint8)


@intrinsic
def copy_bytes(typing, target, source, count):
    """So many bytes from one address to another."""
    signature = types.void(ADDRESS, ADDRESS, types.int64)

    def generate(context, builder, signature, arguments):
        target, source, count = arguments
        pointers = (builder.inttoptr(address, BYTE.as_pointer()) for address in (target, source))
        cgutils.raw_memcpy(builder, *pointers, count, 1)
        return context.get_dummy_value()

    return signature, generate


def _mirror_lanes(channels):
    @intrinsic
    def mirror_lanes(typing, target, source):
        """Sixteen pixels in the opposite order."""
        signature = types.void(ADDRESS, ADDRESS)

        def generate(context, builder, signature, arguments):
            target, source = arguments
            values = loaded(builder, source, BYTE, 16 * channels)
            order = [channels * (15 - place) + channel for place in range(16) for channel in range(channels)]
            stored(builder, picked(builder, values, values, order), target)
            return context.get_dummy_value()

        return signature, generate

    return mirror_lanes


mirror_lanes_1, mirror_lanes_3, mirror_lanes_4 = (_mirror_lanes(channels) for channels in (1, 3, 4))


@intrinsic
def mirror_many(typing, target, source):
    """21 pixels of three bytes in the opposite order; one byte more is read and written."""
    signature = types.void(ADDRESS, ADDRESS)

    def generate(context, builder, signature, arguments):
        target, source = arguments
        values = loaded(builder, source, BYTE, WIDE)
        order = [3 * (20 - place) + channel for place in range(21) for channel in range(3)] + [0]
        stored(builder, picked(builder, values, values, order), target)
        return context.get_dummy_value()

    return signature, generate


@kernel
def mirror_pixels(target, source, count, channels):
    """So many pixels in the opposite order; both addresses are those of the first."""
    size = np.uint64(channels)
    x = 0
    if channels in (1, 3, 4):
        while x + 16 <= count:
            to, of = target + np.uint64(x) * size, source + np.uint64(count - x - 16) * size
            if channels == 3:
                mirror_lanes_3(to, of)
                x += 16
                while x + 22 <= count:
                    mirror_many(target + np.uint64(3 * x), source + np.uint64(3 * (count - x - 21)))
                    x += 21
            elif channels == 1:
                mirror_lanes_1(to, of)
                x += 16
            else:
                mirror_lanes_4(to, of)
                x += 16
    out = carray(as_pointer(target, _BYTES), (count * channels,))
    values = carray(as_pointer(source, _BYTES), (count * channels,))
    while x < count:
        for c in range(channels):
            out[x * channels + c] = values[(count - 1 - x) * channels + c]
        x += 1


@intrinsic
def look_wide(typing, target, source, tables, alike):
    """192 bytes through tables of 256, three in a row for a pixel's three channels; alike: they are all the first.

    Only where the processor can look up in a table of 128 bytes (AVX-512 VBMI).
    """
    signature = types.void(ADDRESS, ADDRESS, ADDRESS, types.boolean)

    def generate(context, builder, signature, arguments):
        target, source, tables, alike = arguments
        vector = ir.VectorType(BYTE, WIDE)
        kind = ir.FunctionType(vector, [vector] * 3)
        look = builder.module.declare_intrinsic("llvm.x86.avx512.vpermi2var.qi.512", (), kind)
        sign = ir.Constant(vector, [0] * WIDE)

        def found(values, channel):
            parts = [loaded(builder, moved(builder, tables, 256 * channel + WIDE * k), BYTE, WIDE) for k in range(4)]
            low = builder.call(look, [parts[0], values, parts[1]])
            high = builder.call(look, [parts[2], values, parts[3]])
            return builder.select(builder.icmp_signed("<", values, sign), high, low)

        vectors = [loaded(builder, moved(builder, source, WIDE * k), BYTE, WIDE) for k in range(3)]
        with builder.if_else(alike) as (then, otherwise):
            with then:
                for k, values in enumerate(vectors):
                    stored(builder, found(values, 0), moved(builder, target, WIDE * k))
            with otherwise:
                for k, values in enumerate(vectors):
                    result = found(values, 0)
                    for channel in (1, 2):
                        flags = [(WIDE * k + lane) % 3 == channel for lane in range(WIDE)]
                        chosen = ir.Constant(ir.VectorType(ir.IntType(1), WIDE), flags)
                        result = builder.select(chosen, found(values, channel), result)
                    stored(builder, result, moved(builder, target, WIDE * k))
        return context.get_dummy_value()

    return signature, generate


if _ANY_ORDER:

    @kernel
    def look_many(target, source, count, tables, alike):
        """As many groups of 192 bytes as there are; returns how many bytes that was."""
        done = 0
        while done + _GROUP <= count:
            for line in range(3):
                expect(source + np.uint64(done + _AHEAD + WIDE * line))
                expect_to_write(target + np.uint64(done + _AHEAD + WIDE * line))
            look_wide(target + np.uint64(done), source + np.uint64(done), tables, alike)
            done += _GROUP
        return done

else:

    @kernel
    def look_many(target, source, count, tables, alike):
        return 0


@kernel
def are_alike(tables, channels):
    """Whether the tables of all channels are one; `tables` is their address."""
    values = carray(as_pointer(tables, _BYTES), (channels, 256))
    for c in range(1, channels):
        for level in range(256):
            if values[c, level] != values[0, level]:
                return False
    return True


@kernel
def look_up_rest(target, source, done, count, tables, channels):
    """The bytes from `done` on, one by one."""
    out = carray(as_pointer(target, _BYTES), (count,))
    values = carray(as_pointer(source, _BYTES), (count,))
    for c in range(channels):
        table = carray(as_pointer(tables + np.uint64(256 * c), _BYTES), (256,))
        begin = done + (c - done) % channels
        for k in range(np.uint64(begin), np.uint64(count), np.uint64(channels)):
            out[k] = table[values[k]]


@kernel
def look_up_bytes(target, source, count, tables, channels, alike):
    """`count` bytes of pixels through the tables (channels, 256) of their channels; all by their addresses."""
    done = look_many(target, source, count, tables, alike) if channels == 3 or alike else 0
    look_up_rest(target, source, done, count, tables, channels)


@kernel
def look_up_singly(target, source, count, tables, channels, alike):
    """The same one by one, as processors do it that cannot do better."""
    look_up_rest(target, source, 0, count, tables, channels)


@kernel
def fill_pixels(target, count, channels, fill):
    """The same pixel so many times."""
    out = carray(as_pointer(target, _BYTES), (count * channels,))
    for x in range(count):
        for c in range(channels):
            out[x * channels + c] = fill[c]
