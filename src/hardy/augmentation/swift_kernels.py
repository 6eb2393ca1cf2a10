# mypy: disable-error-code="no-untyped-def"
"""The common case, fast: bilinear through a matrix from uint8 pictures of 1, 3 or 4 channels.

Short steps over some rows of the output: places and weights, sixteen pixels (a block) at once (`place_kernels`); then
the words around each place; then the mix of their bytes with the colour matrix, again a block at once (`lane_kernels`).
One 64-bit load has two neighbours of a row in it, for RGB as it lies in memory (two bytes too many: at the end of the
picture it begins earlier and is shifted). Functions get addresses instead of arrays: handing over what an array is made
of costs more than a row does.

Pixels across the seam of a border that wraps are done again afterwards, one by one. `cpu.run` sends only pictures here
whose places are finite and whose memory ends below 2³² bytes.
"""

import numpy as np
from numba import carray

from hardy.augmentation import lane_kernels as lanes
from hardy.augmentation.memory_kernels import as_pointer, expect
from hardy.augmentation.pixel_kernels import CONSTANT, FLOAT, RAW, WHOLE, WRAP, finished
from hardy.augmentation.place_kernels import EVERY, is_gentle, place_field, place_row
from hardy.augmentation.vector_kernels import BLOCK, END, FLAGS, LANES, LINE, OFFSETS
from hardy.augmentation.warp_kernels import change_row
from hardy.kernel import kernel

_GROUP = 16  # blocks of several short rows that go through each step together
_OFFSET, _VALUE = np.empty(0, np.uint32), np.empty(0, np.float32)


@kernel
def flag_of(block, place):
    """What a block says about itself."""
    return carray(as_pointer(block + np.uint64(place), _OFFSET), (1,))[0]


@kernel
def gather_blocks(block, count, image, row_stride, size):
    """The words that hold the upper two and the lower two pixels, for so many blocks."""
    stride, end = np.uint64(row_stride), image + np.uint64(size)
    for _ in range(count):
        guarded = flag_of(block, END) != 0
        if guarded:
            furthest = np.uint32(0)
            offsets = carray(as_pointer(block + np.uint64(OFFSETS), _OFFSET), (LANES,))
            for lane in range(np.uint64(LANES)):
                furthest = max(furthest, offsets[lane])
            guarded = np.uint64(furthest) + stride + np.uint64(8) > np.uint64(size)
        if guarded:
            lanes.gather_guarded(image, end, stride, block)
        else:
            lanes.gather_lanes(image, end, stride, block)
        block += np.uint64(BLOCK)


@kernel
def mix_block(block, channels, blended, matrix, ends, target, stride):
    """Sixteen mixed pixels, channel by channel, to an address."""
    if channels == 3:
        if blended:
            lanes.blend_lanes_3(block, matrix, ends, target, stride)
        else:
            lanes.mix_lanes_3(block, matrix, ends, target, stride)
    elif channels == 1:
        if blended:
            lanes.blend_lanes_1(block, matrix, ends, target, stride)
        else:
            lanes.mix_lanes_1(block, matrix, ends, target, stride)
    elif blended:
        lanes.blend_lanes_4(block, matrix, ends, target, stride)
    else:
        lanes.mix_lanes_4(block, matrix, ends, target, stride)


@kernel
def mix_row(block, columns, overlap, channels, matrix, ends, target, stride):
    """A row of pixels, mixed and with what lies outside; blocks as `place_row` has laid them."""
    for begin in range(0, columns, LANES):
        at = min(begin, columns - LANES) if overlap else begin
        blended = flag_of(block, FLAGS) != EVERY
        mix_block(block, channels, blended, matrix, ends, target + np.uint64(4 * at), stride)
        block += np.uint64(BLOCK)


@kernel
def mix_plainly(block, columns, channels, matrix, target, stride):
    """The same without the outside, which comes in later."""
    for at in range(0, columns, LANES):
        mix_block(block, channels, False, matrix, target, target + np.uint64(4 * at), stride)
        block += np.uint64(BLOCK)


@kernel
def blend_row(block, columns, channels, ends, target, stride):
    """What lies outside a constant border comes in by its share."""
    for at in range(0, columns, LANES):
        if flag_of(block, FLAGS) != EVERY:
            for c in range(channels):
                lanes.blend_lanes(target + np.uint64(c) * stride + np.uint64(4 * at), ends, c, block)
        block += np.uint64(BLOCK)


@kernel
def store_row(values, columns, kind, limit, scales, shifts, out, value_size, address, column_step, channel_step):
    """The last step, into a row of the output: scaled, and for whole numbers clamped and rounded."""
    channels = len(values)
    top = np.float32(limit + 0.5)
    step = np.uint64(column_step)
    woven = channels == 3 and channel_step == 1 and column_step == 3 and (kind != WHOLE or value_size == 1)
    if woven and columns >= LANES:
        own, apart = np.uint64(values.ctypes.data), np.uint64(values.strides[0])
        all_scales, all_shifts = np.uint64(scales.ctypes.data), np.uint64(shifts.ctypes.data)
        for begin in range(0, columns, LANES):
            at = min(begin, columns - LANES)
            place = address + np.uint64(3 * at * value_size)
            if kind == WHOLE:
                lanes.weave_bytes(own, apart, at, all_scales, all_shifts, top, place)
            else:
                lanes.weave_floats(own, apart, at, all_scales, all_shifts, top, place)
        return
    for c in range(channels):
        place = np.uint64(c * channel_step)
        scale, shift = scales[c], shifts[c]
        for x in range(np.uint64(columns)):
            changed = values[c, x] * scale + shift
            if kind == WHOLE:
                out[place + x * step] = np.int32(min(max(changed, np.float32(0)), top))
            else:
                out[place + x * step] = changed


@kernel
def expect_row(address, size):
    """Ask for a part of the next picture, so that it is near when its turn comes."""
    for at in range(0, size, LINE):
        expect(address + np.uint64(at))


@kernel
def mend_row(
    block, image, height, width, row_stride, place, y, columns, mixed, links, matrices, tables, scratch, finish, mean,
    std, out, start, column_step, channel_step,
):  # fmt: skip
    """The pixels of a row that lie across the seam of a border that wraps, again and one by one."""
    kind, maximum, ratio, limit = finish
    for begin in range(0, columns, LANES):
        flag = flag_of(block + np.uint64(begin // LANES * BLOCK), FLAGS)
        if flag == EVERY:
            continue
        for lane in range(min(LANES, columns - begin)):
            if (flag >> np.uint32(lane)) & np.uint32(1):
                continue
            x = begin + lane
            at = np.uint64(start + x * column_step)
            scale = place[6] * x + place[7] * y + place[8]
            source_x = (place[0] * x + place[1] * y + place[2]) / scale
            source_y = (place[3] * x + place[4] * y + place[5]) / scale
            mix_seam(image, height, width, row_stride, source_x, source_y, mixed)
            change_row(mixed, 0, 1, links, matrices, tables, maximum, scratch)
            for c in range(len(mixed)):
                out[at + np.uint64(c * channel_step)] = finished(
                    mixed[c, 0], kind, maximum, ratio, limit, mean[c], std[c]
                )


@kernel
def mix_seam(image, height, width, row_stride, source_x, source_y, mixed):
    """One pixel, where the picture begins again at its rims."""
    channels = len(mixed)
    low_x, low_y = np.floor(source_x), np.floor(source_y)
    fx, fy = source_x - low_x, source_y - low_y
    x0, y0 = int(low_x) % width, int(low_y) % height
    for c in range(channels):
        mixed[c, 0] = 0.0
    for tap in range(4):
        row = y0 if tap < 2 else (y0 + 1) % height
        column = x0 if tap % 2 == 0 else (x0 + 1) % width
        weight = (1.0 - fy if tap < 2 else fy) * (1.0 - fx if tap % 2 == 0 else fx)
        start = np.uint64(row * row_stride + column * channels)
        for c in range(channels):
            mixed[c, 0] += weight * image[start + np.uint64(c)]


@kernel
def warp_swiftly(
    sources, targets, pixel, value, places, field, border, chosen, index, first_matrices, scales, shifts, links,
    matrices, tables, rest_links, narrow_matrices, narrow_tables, ends, finish, mean, std,
):  # fmt: skip
    """One pass for the chosen pictures.

    `places` (n, 9) are matrices, unless the one picture that is chosen has a `field` (2, h, w). `first_matrices`
    (m, c · (c + 1)) float32 is what the mix goes through, `rest_links`
    what follows it, in float32; `links` is the whole chain in float64 for pixels across a seam.
    `scales` and `shifts` are the last step; where nothing follows the first matrix they are in it already, and are 1
    and 0. `ends` (m, c) float32 is what lies outside, as it is before the last step.

    Under a constant border a pixel's part inside is the value at the rim that is nearest, by its share: so it is mixed
    there, goes through the chain, and is then blended with the outside.
    """
    kind, maximum, _, limit = finish
    channels = ends.shape[1]
    mixed, scratch, rest = np.empty((channels, 1)), np.empty((channels, 1)), np.zeros((2, LANES))
    room = _GROUP
    for n in chosen:
        room = max(room, (targets[n, 2] + LANES - 1) // LANES)
    memory = np.empty(room * (BLOCK + 2 * channels * LANES * 4) + LINE, np.uint8)
    blocks = (np.uint64(memory.ctypes.data) + np.uint64(LINE - 1)) // np.uint64(LINE) * np.uint64(LINE)
    own, apart = blocks + np.uint64(room * BLOCK), np.uint64(room * LANES * 4)
    values = carray(as_pointer(own, _VALUE), (channels, room * LANES))
    narrow = carray(as_pointer(own + np.uint64(channels) * apart, _VALUE), (channels, room * LANES))
    for position, n in enumerate(chosen):
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        column_step, channel_step = targets[n, 4], targets[n, 5]
        size = (height - 1) * row_stride + width * channels
        start = np.uint64(sources[n, 0])
        m = index[n]
        place = np.uint64(places.ctypes.data) + np.uint64(n * 72)
        matrix = np.uint64(first_matrices.ctypes.data) + np.uint64(m * channels * (channels + 1) * 4)
        end = np.uint64(ends.ctypes.data) + np.uint64(m * channels * 4)
        few_matrices, few_tables = narrow_matrices[m], narrow_tables[m]
        gentle = is_gentle(places[n])
        planes = kind in (FLOAT, RAW) and column_step == 1 and len(rest_links) == 0
        direct = planes and border != WRAP and columns >= LANES
        length = (columns + LANES - 1) // LANES
        later = chosen[min(position + 1, len(chosen) - 1)]
        share = sources[later, 1] * sources[later, 3] // rows
        group = max(1, room // length)
        for top in range(0, rows, group):
            below = min(top + group, rows)
            for y in range(top, below):
                if later != n:  # rows of this picture are read in jumps, which no processor foresees
                    expect_row(np.uint64(sources[later, 0] + y * share), share)
                block = blocks + np.uint64((y - top) * length * BLOCK)
                if field.shape[1] > 0:
                    start_y, distance = np.uint64(field.ctypes.data) + np.uint64(y * columns * 8), rows * columns * 8
                    place_field(
                        start_y, columns, direct, distance, rest, border, width, height, row_stride, channels, block
                    )  # fmt: skip
                    continue
                place_row(place, gentle, border, y, columns, direct, width, height, row_stride, channels, block)
            gather_blocks(blocks, (below - top) * length, start, row_stride, size)
            for y in range(top, below):
                block = blocks + np.uint64((y - top) * length * BLOCK)
                address = np.uint64(targets[n, 0] + y * row_step * value.itemsize)
                if direct:
                    stride = np.uint64(channel_step * value.itemsize)
                    mix_row(block, columns, True, channels, matrix, end, address, stride)
                    continue
                if len(rest_links) == 0 and border == CONSTANT:
                    mix_row(block, columns, False, channels, matrix, end, own, apart)
                else:
                    mix_plainly(block, columns, channels, matrix, own, apart)
                    change_row(values, 0, columns, rest_links, few_matrices, few_tables, np.float32(maximum), narrow)
                    if border == CONSTANT:
                        blend_row(block, columns, channels, end, own, apart)
                target = carray(as_pointer(address, value), (columns * channels,))
                store_row(
                    values, columns, kind, limit, scales, shifts, target, value.itemsize, address, column_step,
                    channel_step,
                )  # fmt: skip
                if border == WRAP:
                    image = carray(as_pointer(start, pixel), (size,))
                    out = carray(as_pointer(np.uint64(targets[n, 0]), value), (rows * columns * channels,))
                    mend_row(
                        block, image, height, width, row_stride, places[n], y, columns, mixed, links, matrices[m],
                        tables[m], scratch, finish, mean, std, out, y * row_step, column_step, channel_step,
                    )  # fmt: skip
    memory[0] = np.uint8(0)  # kept until here
