# mypy: disable-error-code="no-untyped-def"
"""The common case, fast: bilinear through a matrix from uint8 pictures of 1, 3 or 4 channels.

Short steps over one output row: places and weights, sixteen pixels at once; then the words around each place; then the
mix of their bytes with the colour matrix, again sixteen at once (`lane_kernels`). One 64-bit load has two neighbours of
a row in it, for RGB as it lies in memory (two bytes too many: at the end of the picture it begins earlier and is
shifted). Offsets are unsigned 32-bit numbers: unsigned spares Numba's test for negative ones.

Pixels across the seam of a border that wraps are done again afterwards, one by one. `cpu.run` sends only pictures here
whose places are finite and whose memory ends below 2³² bytes.
"""

import numpy as np
from numba import carray

from hardy.augmentation import lane_kernels as lanes
from hardy.augmentation.lane_kernels import LANES
from hardy.augmentation.memory_kernels import as_pointer, expect, load_word
from hardy.augmentation.pixel_kernels import CONSTANT, EDGE, FLOAT, RAW, REFLECT, WHOLE, WRAP, finished
from hardy.augmentation.warp_kernels import change_row
from hardy.kernel import kernel

_WORD, _LINE = 8, 64  # bytes; the latter of a cache
_EVERY = np.uint32(2**LANES - 1)


@kernel
def place_row(matrix, projective, border, y, width, height, row_stride, channels, offsets, across, down, shares, flags):
    """Offsets and weights of a row of the output, and for each sixteen pixels which lie inside.

    Borders that have no seam within a pixel are done with: all their pixels count as inside.
    """
    w, h, line, dy, dx = float(width), float(height), float(y), np.int64(row_stride), np.int64(channels)
    for block in range(len(flags)):
        at = block * LANES
        x = float(at)
        inside = _EVERY
        if border == CONSTANT:
            if projective:
                inside = lanes.project_constant(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
            else:
                inside = lanes.place_constant(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
        elif border == WRAP:
            if projective:
                inside = lanes.project_wrap(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
            else:
                inside = lanes.place_wrap(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
        elif border == EDGE:
            if projective:
                lanes.project_edge(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
            else:
                lanes.place_edge(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
        elif border == REFLECT:
            if projective:
                lanes.project_reflect(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
            else:
                lanes.place_reflect(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
        elif projective:
            lanes.project_symmetric(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
        else:
            lanes.place_symmetric(matrix, x, line, w, h, dy, dx, offsets, across, down, shares, at)
        flags[block] = inside


@kernel
def gather_words(image, offsets, row_stride, size, upper, lower):
    """The words that hold the upper two and the lower two pixels."""
    count = np.uint64(len(offsets))
    stride, end = np.uint64(row_stride), np.uint64(size - _WORD)
    furthest = np.uint64(max(offsets[0], offsets[count - np.uint64(1)]))
    if furthest + np.uint64(3) * stride + np.uint64(_WORD) < end:
        for x in range(count):
            place = np.uint64(offsets[x])
            upper[x] = load_word(image, place)
            lower[x] = load_word(image, place + stride)
    else:
        for x in range(count):
            place = np.uint64(offsets[x])
            upper[x] = load_word(image, min(place, end)) >> (np.uint64(8) * (max(place, end) - end))
            place += stride
            lower[x] = load_word(image, min(place, end)) >> (np.uint64(8) * (max(place, end) - end))


@kernel
def mix_row(upper, lower, across, down, columns, channels, matrix, target, stride, values):
    """A row of mixed pixels, channel by channel, to an address; what is over of the last sixteen goes to `values`.

    Returns how many pixels have gone to the address.
    """
    done = 0
    own, apart = np.uint64(values.ctypes.data), np.uint64(values.strides[0])
    for at in range(0, columns, LANES):
        whole = at + LANES <= columns
        place = target + np.uint64(4 * at) if whole else own + np.uint64(4 * at)
        step = stride if whole else apart
        done += LANES if whole else 0
        if channels == 3:
            lanes.mix_lanes_3(upper, lower, across, down, at, matrix, place, step)
        elif channels == 1:
            lanes.mix_lanes_1(upper, lower, across, down, at, matrix, place, step)
        else:
            lanes.mix_lanes_4(upper, lower, across, down, at, matrix, place, step)
    return done


@kernel
def store_row(values, columns, kind, limit, scales, shifts, out, value_size, address, column_step, channel_step):
    """The last step, into a row of the output: scaled, and for whole numbers clamped and rounded."""
    channels = len(values)
    top = np.float32(limit + 0.5)
    step = np.uint64(column_step)
    first = 0
    if channels == 3 and channel_step == 1 and column_step == 3 and (kind != WHOLE or value_size == 1):
        own, apart = np.uint64(values.ctypes.data), np.uint64(values.strides[0])
        for at in range(0, columns - LANES + 1, LANES):
            place = address + np.uint64(3 * at * value_size)
            if kind == WHOLE:
                lanes.weave_bytes(own, apart, at, scales, shifts, top, place)
            else:
                lanes.weave_floats(own, apart, at, scales, shifts, top, place)
            first = at + LANES
    for c in range(channels):
        place = np.uint64(c * channel_step)
        scale, shift = scales[c], shifts[c]
        for x in range(np.uint64(first), np.uint64(columns)):
            changed = values[c, x] * scale + shift
            if kind == WHOLE:
                out[place + x * step] = np.int32(min(max(changed, np.float32(0)), top))
            else:
                out[place + x * step] = changed


@kernel
def expect_row(address, size):
    """Ask for a part of the next picture, so that it is near when its turn comes."""
    for at in range(0, size, _LINE):
        expect(address + np.uint64(at))


@kernel
def blend_row(flags, columns, ends, shares, target, stride, values):
    """What lies outside a constant border comes in by its share; addresses as for `mix_row`."""
    own, apart = np.uint64(values.ctypes.data), np.uint64(values.strides[0])
    for block in range(len(flags)):
        if flags[block] == _EVERY:
            continue
        at = block * LANES
        whole = at + LANES <= columns
        for c in range(len(values)):
            place = (target + np.uint64(c) * stride if whole else own + np.uint64(c) * apart) + np.uint64(4 * at)
            lanes.blend_lanes(place, ends, c, shares, at, place)


@kernel
def mend_row(
    image, height, width, row_stride, place, y, columns, flags, mixed, links, matrices, tables, scratch, finish, mean,
    std, out, start, column_step, channel_step,
):  # fmt: skip
    """The pixels of a row that lie across the seam of a border that wraps, again and one by one."""
    kind, maximum, ratio, limit = finish
    for block in range(len(flags)):
        flag = flags[block]
        if flag == _EVERY:
            continue
        for lane in range(min(LANES, columns - block * LANES)):
            if (flag >> np.uint32(lane)) & np.uint32(1):
                continue
            x = block * LANES + lane
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
    sources, targets, pixel, value, places, border, chosen, index, first_matrices, scales, shifts, links, matrices,
    tables, rest_links, narrow_matrices, narrow_tables, ends, finish, mean, std,
):  # fmt: skip
    """One pass for the chosen pictures.

    `places` (n, 9) are matrices. `first_matrices` (m, c · (c + 1)) float32 is what the mix goes through, `rest_links`
    what follows it, in float32; `links` is the whole chain in float64 for pixels across a seam.
    `scales` and `shifts` are the last step; where nothing follows the first matrix they are in it already, and are 1
    and 0. `ends` (m, c) float32 is what lies outside, as it is before the last step.

    Under a constant border a pixel's part inside is the value at the rim that is nearest, by its share: so it is mixed
    there, goes through the chain, and is then blended with the outside.
    """
    kind, maximum, _, limit = finish
    channels = ends.shape[1]
    mixed, scratch = np.empty((channels, 1)), np.empty((channels, 1))
    room = 0
    for n in chosen:
        room = max(room, (targets[n, 2] + LANES - 1) // LANES * LANES)
    all_offsets, all_flags = np.empty(room, np.uint32), np.empty(room // LANES, np.uint32)
    across, down, shares = np.empty(room, np.float32), np.empty(room, np.float32), np.empty(room, np.float32)
    upper, lower = np.empty(room, np.uint64), np.empty(room, np.uint64)
    values, narrow = np.empty((channels, room), np.float32), np.empty((channels, room), np.float32)
    own, apart = np.uint64(values.ctypes.data), np.uint64(values.strides[0])
    for position, n in enumerate(chosen):
        height, width, row_stride = sources[n, 1], sources[n, 2], sources[n, 3]
        rows, columns, row_step = targets[n, 1], targets[n, 2], targets[n, 3]
        column_step, channel_step = targets[n, 4], targets[n, 5]
        size = (height - 1) * row_stride + width * channels
        pointer = as_pointer(np.uint64(sources[n, 0]), pixel)
        image = carray(pointer, (size,))
        out = carray(as_pointer(np.uint64(targets[n, 0]), value), (rows * columns * channels,))
        blocks = (columns + LANES - 1) // LANES
        # Views are made here, once a picture: counting their references in each row costs as much as the row.
        offsets, flags = all_offsets[: blocks * LANES], all_flags[:blocks]
        m = index[n]
        place, matrix, end = places[n], first_matrices[m], ends[m]
        own_matrices, own_tables, few_matrices, few_tables = (
            matrices[m],
            tables[m],
            narrow_matrices[m],
            narrow_tables[m],
        )
        projective = place[6] != 0.0 or place[7] != 0.0 or place[8] != 1.0
        direct = kind in (FLOAT, RAW) and column_step == 1 and len(rest_links) == 0
        later = chosen[min(position + 1, len(chosen) - 1)]
        share = sources[later, 1] * sources[later, 3] // rows
        for y in range(rows):
            if later != n:  # rows of this picture are read in jumps, which no processor foresees
                expect_row(np.uint64(sources[later, 0] + y * share), share)
            start = y * row_step
            address = np.uint64(targets[n, 0] + start * value.itemsize)
            place_row(
                place, projective, border, y, width, height, row_stride, channels, offsets, across, down, shares, flags
            )
            gather_words(pointer, offsets, row_stride, size, upper, lower)
            line = carray(as_pointer(address, value), (columns * channels,))
            if direct:
                stride = np.uint64(channel_step * value.itemsize)
                done = mix_row(upper, lower, across, down, columns, channels, matrix, address, stride, values)
                if border == CONSTANT:
                    blend_row(flags, columns, end, shares, address, stride, values)
                for c in range(channels):
                    for x in range(np.uint64(done), np.uint64(columns)):
                        line[np.uint64(c * channel_step) + x] = values[c, x]
            else:
                mix_row(upper, lower, across, down, columns, channels, matrix, own, apart, values)
                change_row(values, 0, columns, rest_links, few_matrices, few_tables, np.float32(maximum), narrow)
                if border == CONSTANT:
                    blend_row(flags, columns, end, shares, own, apart, values)
                store_row(
                    values,
                    columns,
                    kind,
                    limit,
                    scales,
                    shifts,
                    line,
                    value.itemsize,
                    address,
                    column_step,
                    channel_step,
                )
            if border == WRAP:
                mend_row(
                    image, height, width, row_stride, place, y, columns, flags, mixed, links, own_matrices, own_tables,
                    scratch, finish, mean, std, out, start, column_step, channel_step,
                )  # fmt: skip
