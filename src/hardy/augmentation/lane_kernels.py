# mypy: disable-error-code="no-untyped-def"
# ruff: noqa: ARG001  (Numba asks an intrinsic for its types by the arguments' names; the values come later)
"""Sixteen pixels at once, in LLVM's vectors: the innermost steps of `swift_kernels` after the places are known."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from hardy.augmentation.vector_kernels import (
    ACROSS,
    ADDRESS,
    BYTE,
    DOWN,
    FLOAT32,
    LANES,
    LINE,
    LONG,
    LOWER,
    OFFSETS,
    SHARES,
    UPPER,
    WORD,
    everywhere,
    fused,
    least,
    loaded,
    most,
    moved,
    number,
    picked,
    single,
    stored,
    toward,
)  # fmt: skip


def _gather_lanes(guarded):
    @intrinsic
    def gather_lanes(typing, image, end, stride, block):
        """The 8 bytes at each offset, which hold the upper two pixels, and those a row below, into the block.

        Guarded: where they would reach beyond the picture's `end` they are read before it, and shifted.
        """
        signature = types.void(ADDRESS, ADDRESS, ADDRESS, ADDRESS)

        def generate(context, builder, signature, arguments):
            image, end, stride, block = arguments
            last = builder.sub(end, ir.Constant(LONG, 8))
            for pair in range(LANES // 2):
                both = single(builder, moved(builder, block, OFFSETS), LONG, pair)
                halves = builder.and_(both, ir.Constant(LONG, 2**32 - 1)), builder.lshr(both, ir.Constant(LONG, 32))
                for lane, half in zip((2 * pair, 2 * pair + 1), halves, strict=True):
                    upper = builder.add(image, half)
                    for address, part in ((upper, UPPER), (builder.add(upper, stride), LOWER)):
                        place = moved(builder, block, part + 8 * lane)
                        builder.store(word(builder, address, last), builder.inttoptr(place, LONG.as_pointer()), align=8)
            return context.get_dummy_value()

        def word(builder, address, last):
            if not guarded:
                return builder.load(builder.inttoptr(address, LONG.as_pointer()), align=1)
            beyond = builder.icmp_unsigned(">", address, last)
            found = builder.load(builder.inttoptr(builder.select(beyond, last, address), LONG.as_pointer()), align=1)
            shift = builder.mul(builder.sub(address, last), ir.Constant(LONG, 8))
            return builder.lshr(found, builder.select(beyond, shift, ir.Constant(LONG, 0)))

        return signature, generate

    return gather_lanes


gather_lanes, gather_guarded = _gather_lanes(False), _gather_lanes(True)


def _level(builder, word, shift):
    """One byte of each word as a float."""
    if shift:
        word = builder.lshr(word, number(WORD, shift))
    if shift < 24:
        word = builder.and_(word, number(WORD, 255))
    return builder.sitofp(word, ir.VectorType(FLOAT32, LANES))


def _halves(builder, address):
    """The lower and the upper halves of 64-bit words."""
    both = loaded(builder, address, WORD, 2 * LANES, LINE)
    return picked(builder, both, both, range(0, 2 * LANES, 2)), picked(builder, both, both, range(1, 2 * LANES, 2))


def _mix_lanes(channels, blended):
    """An intrinsic for RGB, for one channel or for four."""
    # where a pixel's channels and its neighbour's lie: word and bit
    own = [(0, 8 * c) for c in range(channels)]
    other = [((c + channels) // 4, (c + channels) % 4 * 8) for c in range(channels)]

    @intrinsic
    def mix_lanes(typing, block, matrix, ends, target, stride):
        """Four pixels into one, and through the matrix (c, c + 1); channels go `stride` bytes apart from a target.

        Blended: what lies outside, `ends` for each channel, comes in by its share.
        """
        signature = types.void(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS)

        def generate(context, builder, signature, arguments):
            block, matrix, ends, target, stride = arguments
            right, below = (
                loaded(builder, moved(builder, block, part), FLOAT32, align=LINE) for part in (ACROSS, DOWN)
            )
            above, under = (
                _halves(builder, moved(builder, block, UPPER)),
                _halves(builder, moved(builder, block, LOWER)),
            )
            values = []
            for places in zip(own, other, strict=True):
                first, second = (
                    toward(builder, _level(builder, above[word], bit), _level(builder, under[word], bit), below)
                    for word, bit in places
                )
                values.append(toward(builder, first, second, right))
            for channel in range(channels):
                line = channel * (channels + 1)
                total = everywhere(builder, single(builder, matrix, FLOAT32, line + channels))
                for place, value in enumerate(values):
                    total = fused(
                        builder, everywhere(builder, single(builder, matrix, FLOAT32, line + place)), value, total
                    )
                if blended:
                    end = everywhere(builder, single(builder, ends, FLOAT32, channel))
                    total = toward(
                        builder, end, total, loaded(builder, moved(builder, block, SHARES), FLOAT32, align=LINE)
                    )
                stored(builder, total, builder.add(target, builder.mul(stride, ir.Constant(LONG, channel))))
            return context.get_dummy_value()

        return signature, generate

    return mix_lanes


mix_lanes_1, mix_lanes_3, mix_lanes_4 = (_mix_lanes(channels, False) for channels in (1, 3, 4))
blend_lanes_1, blend_lanes_3, blend_lanes_4 = (_mix_lanes(channels, True) for channels in (1, 3, 4))


@intrinsic
def blend_lanes(typing, values, ends, channel, block):
    """What lies outside, by its share: end + (value − end) · share, for one channel, at an address."""
    signature = types.void(ADDRESS, ADDRESS, types.int64, ADDRESS)

    def generate(context, builder, signature, arguments):
        values, ends, channel, block = arguments
        end = everywhere(builder, builder.load(builder.gep(builder.inttoptr(ends, FLOAT32.as_pointer()), [channel])))
        share = loaded(builder, moved(builder, block, SHARES), FLOAT32, align=LINE)
        stored(builder, toward(builder, end, loaded(builder, values, FLOAT32), share), values)
        return context.get_dummy_value()

    return signature, generate


def _weave_lanes(as_bytes):
    @intrinsic
    def weave_lanes(typing, values, stride, place, scales, shifts, top, target):
        """Three channels of 16 pixels side by side, scaled: as floats, or clamped to 0..top and cut off to bytes.

        `values` is the address of the first channel, the others lie `stride` bytes apart.
        """
        signature = types.void(ADDRESS, ADDRESS, types.int64, ADDRESS, ADDRESS, types.float32, ADDRESS)

        def generate(context, builder, signature, arguments):
            values, stride, place, scales, shifts, top, target = arguments
            lanes = []
            for channel in range(3):
                start = builder.add(values, builder.mul(stride, ir.Constant(LONG, channel)))
                start = builder.add(start, builder.mul(place, ir.Constant(LONG, 4)))
                found = loaded(builder, start, FLOAT32)
                scale, shift = (
                    everywhere(builder, single(builder, data, FLOAT32, channel)) for data in (scales, shifts)
                )
                found = builder.fadd(builder.fmul(found, scale), shift)
                if as_bytes:
                    found = least(builder, most(builder, found, number(FLOAT32, 0.0)), everywhere(builder, top))
                    found = builder.trunc(builder.fptosi(found, ir.VectorType(WORD, LANES)), ir.VectorType(BYTE, LANES))
                lanes.append(found)
            pair = picked(builder, lanes[0], lanes[1], range(2 * LANES))
            rest = picked(builder, lanes[2], lanes[2], range(2 * LANES))
            order = [k // 3 + (0, LANES, 2 * LANES)[k % 3] for k in range(3 * LANES)]
            woven = picked(builder, pair, rest, order)
            stored(builder, woven, target)
            return context.get_dummy_value()

        return signature, generate

    return weave_lanes


weave_floats, weave_bytes = _weave_lanes(False), _weave_lanes(True)
